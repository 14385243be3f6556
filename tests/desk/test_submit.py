"""Submitting: the report, what the file changes, two people at once, and one effect."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest

from approvals.desk import unfinished

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def current(house, dossier):
    return house.vault.get(house.dossier(dossier).draft.version)


def edited(data, *changes):
    """The file with words put in the place of others."""
    document = docx.Document(io.BytesIO(data))
    for old, new in changes:
        for paragraph in document.paragraphs:
            for run in paragraph.runs:
                if old in run.text:  # an assignment would drop a note's reference
                    run.text = run.text.replace(old, new)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def base(client, path):
    return re.search(r'name="base" value="([^"]*)"', client.get(path).text)[1]


def send(client, path, data, name="draft.docx", **said):
    return client.post(path, data={"key": "k", **said}, files={"file": (name, data, WORD)})


def sent(client, dossier, data, **said):
    """Send a file that passes and give the page that shows what it changes."""
    path = f"/dossiers/{dossier}/submit"
    said.setdefault("base", base(client, path))
    answer = send(client, path, data, **said)
    assert answer.status_code == 200, answer.text
    assert re.search(r"/submit/[0-9a-f]{32}$", answer.url.path)
    return answer


def test_a_file_is_shown_beside_the_version_before_and_then_submitted_once(visit, house):
    client = visit("delmas")
    changed = edited(current(house, "rules"), ("Over 5,000", "Nearly 5,000"))
    page = sent(client, "rules", changed)
    assert "One paragraph differs from the current version" in page.text
    assert "<del>Over</del><ins>Nearly</ins>" in page.text
    version = house.dossier("rules").version
    for _ in range(2):
        answer = client.post(page.url.path, data={"act": "submit", "key": "x"})
        assert answer.url.path == "/dossiers/rules"
        assert "Your draft was taken in" in answer.text
    assert house.dossier("rules").version == version + 1
    assert len(house.dossier("rules").drafts) == 2


def test_nothing_is_taken_in_before_the_person_says_so(visit, house):
    before = house.store.head()
    page = sent(visit("delmas"), "rules", edited(current(house, "rules"), ("future", "morrow")))
    assert house.store.head() == before
    assert visit("roumier").get(page.url.path).status_code == 404


def test_a_held_file_belongs_to_its_own_text_only(visit, house):
    client = visit("delmas")
    held = sent(client, "rules", edited(current(house, "rules"), ("future", "morrow"))).url.path
    id = held.rpartition("/")[2]
    for path in (f"/dossiers/charter/submit/{id}", f"/submit/{id}"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"act": "submit", "key": "x"}).status_code == 404
    assert len(house.dossier("rules").drafts) == 1


def test_a_file_is_let_go(visit, house):
    client = visit("delmas")
    page = sent(client, "rules", edited(current(house, "rules"), ("future", "morrow")))
    client.post(page.url.path, data={"act": "drop", "key": "x"})
    assert unfinished.count(house.store) == 0
    assert client.get(page.url.path).status_code == 404


def macro(data):
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("word/vbaProject.bin", b"x")
    return out.getvalue()


WRONG = {
    "a PDF": (lambda data: b"%PDF-1.7\n...", "This is a PDF file."),
    "an old or an encrypted file": (
        lambda data: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        "encrypted or an old .doc file",
    ),
    "a file with macros": (macro, "macros"),
    "an empty file": (lambda data: b"", "The file is empty."),
    "a damaged file": (lambda data: data[: len(data) // 2], "Word"),
    "a file of 100 MB": (
        lambda data: b"PK\x03\x04" + bytes(100 * 1024 * 1024 - 4),
        "The file is 100 MB",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_told_in_words_and_nothing_of_it_is_stored(case, visit, house):
    make, words = WRONG[case]
    data = make(current(house, "rules"))
    stored = {one for one in (house.home / "vault").rglob("*") if one.is_file()}
    head = house.store.head()
    answer = send(visit("delmas"), "/dossiers/rules/submit", data, base="")
    assert answer.status_code == 422
    assert "before the file is taken" in answer.text
    assert "Nothing was stored: version 1 is still the current one." in answer.text
    assert words in answer.text
    assert {one for one in (house.home / "vault").rglob("*") if one.is_file()} == stored
    assert (house.store.head(), unfinished.count(house.store)) == (head, 0)


def test_a_warning_is_located_and_blocks_nothing(visit, house):
    document = docx.Document(io.BytesIO(current(house, "rules")))
    document.paragraphs[1].add_run("hidden words").font.hidden = True
    out = io.BytesIO()
    document.save(out)
    page = sent(visit("delmas"), "rules", out.getvalue()).text
    assert "Warning" in page
    assert "hidden text" in page
    assert "paragraph 2" in page
    assert "Submit this file" in page


def test_a_new_text_begins_with_its_titles_and_its_file(visit, house):
    client = visit("delmas")
    said = {"title_fr": "Plan climat", "title_en": "Climate plan"}
    said |= {"source": "en", "confidentiality": "internal"}
    page = send(client, "/submit", current(house, "rules"), **said)
    assert "The file can be submitted" in page.text
    for _ in range(2):
        answer = client.post(page.url.path, data={"act": "submit", "key": "x"})
        assert answer.url.path == "/dossiers/climate-plan"
    opened = house.dossier("climate-plan").opened
    assert (opened.title.fr, opened.source, opened.confidentiality) == (
        "Plan climat",
        "en",
        "internal",
    )
    assert len([one for one in house.dossiers() if "climate" in one.id]) == 1


def test_what_was_typed_stays_where_a_title_is_missing(visit, house):
    answer = send(visit("delmas"), "/submit", current(house, "rules"), title_en="Climate plan")
    assert answer.status_code == 422
    assert 'value="Climate plan"' in answer.text
    assert unfinished.count(house.store) == 0


def test_only_a_drafter_submits(visit, house):
    assert visit("vasseur").get("/submit").status_code == 403
    answer = send(visit("vasseur"), "/dossiers/rules/submit", current(house, "rules"))
    assert answer.status_code == 403
    assert unfinished.count(house.store) == 0


def both(visit, house, mine, theirs):
    """Somebody opens the form, somebody else submits, then the first one sends."""
    first, second = visit("delmas"), visit("delmas")
    data = current(house, "rules")
    known = base(first, "/dossiers/rules/submit")
    page = sent(second, "rules", edited(data, *theirs))
    second.post(page.url.path, data={"act": "submit", "key": "y"})
    return first, sent(first, "rules", edited(data, *mine), base=known)


def said_now(house):
    document = docx.Document(io.BytesIO(current(house, "rules")))
    return "\n".join(one.text for one in document.paragraphs)


CHOICES = {
    "mine": ("Nearly 5,000", "Some 5,000"),
    "theirs": ("Some 5,000", "Nearly 5,000"),
    "both": ("Nearly 5,000", "Some 5,000"),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_somebody_elses_upload_in_the_meantime_is_a_choice(choice, visit, house):
    client, page = both(
        visit,
        house,
        [("Over 5,000", "Nearly 5,000")],
        [("Over 5,000", "Some 5,000"), ("A large-scale consultation", "Asking all")],
    )
    assert "Somebody else submitted a version meanwhile" in page.text
    assert " checked>" not in page.text
    assert "Submit this file" not in page.text
    names = set(re.findall(r'name="(choice-[0-9A-F]+)"', page.text))
    assert len(names) == 1
    refused = client.post(page.url.path, data={"act": "join", "key": "j"})
    assert refused.status_code == 422
    chosen = dict.fromkeys(names, choice)
    joined = client.post(page.url.path, data={**chosen, "act": "join", "key": "j"})
    assert "Both files were made into one" in joined.text
    assert client.get(f"{page.url.path}/file").content.startswith(b"PK")
    answer = client.post(page.url.path, data={"act": "submit", "key": "s"})
    stands, not_ = CHOICES[choice]
    if choice != "theirs":
        assert "Your draft was taken in" in answer.text, answer.text
    text = said_now(house)
    assert stands in text
    assert not_ not in text
    assert "Asking all" in text


def test_an_upload_on_an_earlier_version_is_never_submitted_over_a_newer_one(visit, house):
    client, page = both(visit, house, [("future", "morrow")], [("future", "time")])
    answer = client.post(page.url.path, data={"act": "submit", "key": "s"})
    assert answer.status_code == 409
    assert "Somebody submitted another version meanwhile" in answer.text
    assert len(house.dossier("rules").drafts) == 2


def test_the_approvals_at_stake_are_counted(visit, house):
    client = visit("vasseur")
    step = "/dossiers/charter/step"
    page = client.get(step).text
    inside = page[page.index(f'<form action="{step}"') :]
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', inside)[:4])
    client.post(step, data=form | {"decision": "approve"})
    changed = edited(current(house, "charter"), ("sustainable future", "desirable future"))
    report = sent(visit("delmas"), "charter", changed).text
    assert "in both languages" in report


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_pages_open_in_both_languages(visit, house, lang):
    client = visit("delmas", lang)
    assert client.get("/submit").status_code == 200
    assert client.get("/dossiers/ethics/submit").status_code == 200
    changed = edited(current(house, "rules"), ("future", "morrow"))
    page = sent(client, "rules", changed).text
    assert f'<html lang="{lang}">' in page
