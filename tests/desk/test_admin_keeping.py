"""What is changed of the house from its pages: rules, seats, consent, glossary, memory, addresses."""

from __future__ import annotations

import re
import secrets
import threading
from datetime import timedelta

import pytest

from approvals import board
from approvals import events as ev
from approvals.handlers.keeping import file_digest
from approvals.names import PersonId, Role
from approvals.register import HOUSE
from approvals.store.mails import Bounce, NewMail
from flows import desk as wiring
from flows.settings import Mode
from locales import markup
from locales.glossary import Glossary, Status


def events(house) -> list[str]:
    with house.store.read() as reader:
        return [entry.type for entry in reader.history(HOUSE)]


def text(house, name: str) -> str:
    return (house.home / name).read_text("utf-8")


def bring(client, path: str, files=None, **form):
    """Send a form of the page at ``path`` with a key of its own."""
    return client.post(path, data={"key": secrets.token_hex(8), **form}, files=files)


def changed(house) -> str:
    return (
        text(house, "circuits/circuit.toml")
        .replace("version = 1", "version = 2")
        .replace("working_days = 5", "working_days = 8")
    )


def test_a_circuit_is_tried_before_it_is_adopted_and_open_reviews_keep_theirs(visit, house):
    client, before = visit("carrel"), text(house, "circuits/circuit.toml")
    form = {"file": "circuit.toml", "text": changed(house), "dossier": "raison-d-etre"}
    size = house.store.size()
    page = bring(client, "/admin/circuits/file", act="try", **form).text
    assert "This is a trial." in page
    assert "Who would be asked" in page
    assert "Hélène Vasseur: approval" in page
    assert "<ins>version = 2</ins>" in page
    assert (text(house, "circuits/circuit.toml"), house.store.size()) == (before, size)
    page = bring(client, "/admin/circuits/file", act="adopt", **form).text
    assert "The file holds from now on." in page
    assert "Adopted by Inès Carrel" in page
    adopted = text(house, "circuits/circuit.toml")
    assert adopted == f"{changed(house).rstrip()}\n"
    assert house.vault.get(file_digest(adopted)).decode() == adopted
    assert events(house)[-1] == "RuleAdopted"
    assert house.dossier("charter").circuit.rule == "imt-statement v1"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("working_days = 5", "working_days = 8", "Write version = 2 into the changed file."),
        ("vasseur", "nobody-here", "nobody is enrolled under that handle"),
        ("required = 1", "required = 9", "Ask for at least one"),
        ("[[step]]", "[[step", "not valid TOML"),
    ],
)
def test_a_circuit_that_cannot_hold_is_refused_and_what_was_typed_stays(
    old, new, said, visit, house
):
    before = text(house, "circuits/circuit.toml")
    typed = before.replace(old, new)
    if "version" not in said:
        typed = typed.replace("version = 1", "version = 2")
    answer = bring(
        visit("carrel"), "/admin/circuits/file", act="adopt", file="circuit.toml", text=typed
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert new in answer.text
    assert text(house, "circuits/circuit.toml") == before
    assert "RuleAdopted" not in events(house)


def test_a_circuit_is_added_under_its_id_and_no_two_have_the_same(visit, house):
    client, sample = visit("carrel"), text(house, "circuits/circuit.toml")
    other = sample.replace('"imt-statement"', '"short"')
    upload = {"upload": ("anything.toml", other.encode(), "application/toml")}
    assert bring(client, "/admin/circuits/file", upload, act="adopt").status_code == 200
    assert text(house, "circuits/short.toml") == other
    for id, said in (("short", "has the id short already"), ("../up", "cannot name a file")):
        again = sample.replace('"imt-statement"', f'"{id}"')
        answer = bring(client, "/admin/circuits/file", act="adopt", text=again)
        assert (answer.status_code, said in answer.text) == (422, True)
    names = {one.name for one in (house.home / "circuits").iterdir()}
    assert names == {"circuit.toml", "short.toml"}


def test_an_administrator_tries_no_circuit_on_what_they_may_not_know(visit, house):
    client = visit("carrel")
    answer = client.get("/admin/circuits", params={"circuit": "circuit.toml", "dossier": "house"})
    assert "Choose a text that was reviewed to try it on." in answer.text


def test_a_seat_is_emptied_filled_and_a_convened_session_keeps_its_own(visit, house):
    client, before = visit("carrel"), board.load(text(house, "boards/board.toml"))
    page = client.get("/admin/seats").text
    assert "Every seat is filled" in page
    assert "9 of 9 filled" in page
    assert "Every seat is filled" in visit("castagnet").get("/admin/seats").text
    seated = house.dossier("ethics").meeting.called.seats
    page = bring(client, "/admin/seats/board.toml/Q9", holder="").text
    assert "The seat is changed." in page
    assert "One seat wants somebody" in page
    assert f"One seat of {before.rules.title.en} is vacant" in client.get("/admin").text
    past = {"first": "2027-01-01", "last": "2026-01-01"}
    answer = bring(client, "/admin/seats/board.toml/Q9", holder="chabrol", **past)
    assert answer.status_code == 422
    assert "would end before it begins" in answer.text
    assert 'value="chabrol"' in answer.text
    days = {"first": "2024-03-01", "last": "2029-02-28"}
    bring(client, "/admin/seats/board.toml/Q9", holder="chabrol", **days)
    assert board.load(text(house, "boards/board.toml")) == before
    assert house.dossier("ethics").meeting.called.seats == seated
    assert events(house)[-2:] == ["RuleAdopted", "RuleAdopted"]


def test_who_sits_elsewhere_is_offered_no_second_seat(visit):
    page = visit("carrel").get("/admin/seats/board.toml/Q9").text
    offered = set(re.findall(r'<option value="(\w*)"', page))
    assert {"", "chabrol"} <= offered
    assert "aubrac" not in offered
    assert visit("carrel").get("/admin/seats/board.toml/X1").status_code == 404


def test_consent_is_given_by_name_after_it_was_said_what_leaves_and_is_taken_back(visit, house):
    client = visit("carrel")
    path, provider = "/admin/engines/deepl", "DeepL SE (Germany)"
    form = {"provider": provider, "levels": ["public", "internal"]}
    page = bring(client, path, **form).text
    assert "texts would leave the house" in page
    assert "What was sent until then stays with the provider." in page
    assert "Strategic directions" in page
    assert house.allowed(ev.Confidentiality.PUBLIC) == frozenset()
    answer = bring(client, path, act="agree", levels="public", provider="Somebody else")
    assert answer.status_code == 422
    assert house.allowed(ev.Confidentiality.PUBLIC) == frozenset()
    page = bring(client, path, act="agree", **form).text
    assert "Some texts may leave the house" in page
    assert "Inès Carrel" in page
    assert house.allowed(ev.Confidentiality.INTERNAL) == {"deepl"}
    assert house.allowed(ev.Confidentiality.CONFIDENTIAL) == frozenset()
    page = bring(client, path, provider=provider).text
    assert "No text leaves the house" in page
    assert house.allowed(ev.Confidentiality.INTERNAL) == frozenset()
    assert events(house)[-2:] == ["EngineAllowed", "EngineAllowed"]


def test_what_an_administrator_says_of_an_engine_holds_against_the_settings(visit, house):
    house.settings.engine_consent = {"deepl": [ev.Confidentiality.PUBLIC], "google": []}
    client = visit("carrel")
    assert "the house’s settings" in client.get("/admin/engines").text
    bring(client, "/admin/engines/deepl", provider="DeepL SE (Germany)")
    assert house.allowed(ev.Confidentiality.PUBLIC) == frozenset()


def test_nobody_consents_for_an_engine_of_this_machine_or_of_no_name(visit):
    client = visit("carrel")
    for name in ("apertium", "babelfish"):
        assert client.get(f"/admin/engines/{name}").status_code == 404
        assert bring(client, f"/admin/engines/{name}", levels="public").status_code == 404


def test_a_term_is_added_changed_and_taken_out_and_holds_at_once(visit, house):
    client = visit("roumier")
    count = len(house.glossary.terms)
    form = {
        "fr": "campus",
        "en": "campus",
        "status": "admitted",
        "forms_en": "campuses\n",
        "note": "<b>",
    }
    page = bring(client, "/admin/glossary/new", **form).text
    assert "The line stands in the glossary." in page
    assert "&lt;b&gt;" in page
    [term] = [one for one in house.glossary.terms if one.fr == "campus"]
    assert (term.status, term.forms_en) == (Status.ADMITTED, ("campuses",))
    assert house.glossary.hits("Trois campus.", "fr")
    again = bring(client, "/admin/glossary/new", **form)
    assert (again.status_code, "says this already" in again.text) == (422, True)
    bring(client, f"/admin/glossary/{term.name}", **{**form, "status": "forbidden"})
    [new] = [one for one in house.glossary.terms if one.fr == "campus"]
    assert new.status is Status.FORBIDDEN
    late = bring(client, f"/admin/glossary/{term.name}", **form)
    assert late.status_code == 422
    assert "Somebody changed or took out this line meanwhile." in late.text
    assert 'value="campus"' in late.text
    bring(client, f"/admin/glossary/{new.name}", act="drop")
    assert len(house.glossary.terms) == count
    assert events(house)[-3:] == ["GlossaryChanged"] * 3


def test_a_form_that_is_sent_twice_adds_one_line(visit, house):
    client, count = visit("carrel"), len(house.glossary.terms)
    form = {"key": "twice", "fr": "tutorat", "en": "tutoring", "status": "preferred"}
    for _ in range(2):
        assert client.post("/admin/glossary/new", data=form).status_code == 200
    assert len(house.glossary.terms) == count + 1


def test_twenty_terms_that_are_added_at_once_all_stand(visit, house):
    client, count = visit("carrel"), len(house.glossary.terms)

    def add(number: int) -> None:
        client.post("/admin/glossary/new", data={"key": f"t{number}", "fr": f"mot {number}"})

    threads = [threading.Thread(target=add, args=(number,)) for number in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(house.glossary.terms) == count + 20


def test_a_translator_looks_terms_up_and_changes_none(visit, house):
    client, before = visit("fontanel"), text(house, "glossary.csv")
    page = client.get("/admin/glossary").text
    assert "raison d’être" in page
    assert "Add a term" not in page
    assert 'href="/admin/people"' not in page
    assert bring(client, "/admin/glossary/new", fr="a", en="b").status_code == 403
    assert bring(client, "/admin/memory/units", unit="1", act="retire").status_code == 403
    assert text(house, "glossary.csv") == before


def test_the_glossary_goes_out_and_comes_back_as_csv_and_tbx(visit, house):
    client = visit("carrel")
    before = house.glossary.terms
    out = {kind: client.get(f"/admin/glossary.{kind}") for kind in ("csv", "tbx")}
    assert out["csv"].content.decode() == text(house, "glossary.csv")
    assert out["tbx"].headers["content-disposition"] == 'attachment; filename="glossary.tbx"'
    one = {"file": ("one.csv", b"term_fr,term_en,status\nstage,internship,preferred\n", "text/csv")}
    page = bring(client, "/admin/glossary", one, how="join").text
    assert "Taken in: 1 added, 0 changed, 0 taken out." in page
    assert len(house.glossary.terms) == len(before) + 1
    back = {"file": ("terms.tbx", out["tbx"].content, "application/xml")}
    page = bring(client, "/admin/glossary", back, how="replace").text
    assert "Taken in: 0 added, 0 changed, 1 taken out." in page
    assert house.glossary.terms == before


@pytest.mark.parametrize(
    ("file", "how", "said"),
    [
        (("x.csv", b"nothing", "text/csv"), "join", "is no glossary"),
        (("x.tbx", b"<tbx", "text/xml"), "join", "is no TBX file"),
        (("x.csv", b"\xff\xfe", "text/csv"), "join", "is not in UTF-8"),
        (("x.csv", b"term_fr,term_en,status\n", "text/csv"), "", "Say whether the lines"),
        (None, "join", "Choose a file first"),
    ],
)
def test_a_file_that_is_no_glossary_changes_nothing(file, how, said, visit, house):
    before = text(house, "glossary.csv")
    answer = bring(visit("carrel"), "/admin/glossary", file and {"file": file}, how=how)
    assert answer.status_code == 422
    assert said in answer.text
    assert text(house, "glossary.csv") == before


def test_a_sentence_of_the_memory_is_found_retired_and_brought_back(visit, house):
    known = next(one for one in house.memory.entries() if "Carnot" in one.source)
    plain = markup.plain(known.source)
    client = visit("roumier")
    page = client.get("/admin/memory", params={"q": "carnot"}).text
    assert plain.replace("'", "&#39;") in page
    for unit in re.findall(r'name="unit" value="(-?\d+)"', page):
        page = bring(client, "/admin/memory/units", unit=unit, act="retire", q="carnot").text
    assert "The sentence is offered no more." in page
    assert house.memory.lookup(known.source, "fr", "en") == ()
    assert "Retire<" not in page
    unit = re.findall(r'name="unit" value="(-?\d+)"', page)[0]
    bring(client, "/admin/memory/units", unit=unit, act="revive", q="carnot")
    assert house.memory.lookup(known.source, "fr", "en")
    assert "MemoryTended" in events(house)


def test_the_memory_goes_out_and_a_file_comes_in_with_its_progress(visit, house, tmp_path):
    client = visit("carrel")
    out = client.get("/admin/memory.tmx")
    assert out.content.startswith(b"<?xml")
    more = out.content.replace(b"Carnot", b"Poisson")
    page = bring(client, "/admin/memory", {"file": ("more.tmx", more, "text/xml")}).text
    for _ in range(400):
        if "units were new" in page or "note is-stop" in page:
            break
        page = client.get("/admin/memory").text
    assert re.search(r"more\.tmx: [1-9]\d* units were new\.", page)
    assert "Refresh" not in client.get("/admin/memory").headers
    broken = bring(client, "/admin/memory", {"file": ("bad.tmx", b"<tmx", "text/xml")}).text
    for _ in range(400):
        if "bad.tmx" in broken and "note is-stop" in broken:
            break
        broken = client.get("/admin/memory").text
    assert 'class="note is-stop"' in broken


def test_an_address_is_corrected_and_what_did_not_arrive_is_sent_again(visit, house):
    who = house.person("delmas")
    mail = NewMail("1", who.id, HOUSE, 1, "account", "[]", house.now(), "<a@b>", house.now())
    with house.store.begin() as work:
        work.mail.add([mail])
        row = next(work.mail.mails(person=who.id))
        work.mail.returned(row.id, house.now(), "550 no such user")
        work.mail.bounce(Bounce(who.id, who.mail, "550 no such user", house.now()))
        work.commit()
    client = visit("carrel")
    assert "Mail does not reach one person." in client.get("/admin").text
    page = client.get("/admin/mail").text
    assert "550 no such user" in page
    assert "One mail is kept back." in page
    assert "Correct and send again" not in visit("castagnet").get("/admin/mail").text
    answer = bring(client, f"/admin/mail/{who.id}", mail="not an address")
    assert (answer.status_code, "Give an address" in answer.text) == (422, True)
    page = bring(client, f"/admin/mail/{who.id}", mail="camille@example.org").text
    assert "Mail reaches everybody" in page
    assert house.person("delmas").mail == "camille@example.org"
    assert house.register().roles[PersonId(who.id)] == {Role.DRAFTER}
    with house.store.read() as reader:
        assert [one.state for one in reader.mail.mails(person=who.id)] == ["waiting"]


def test_a_mail_that_is_no_report_is_refused_in_words(visit):
    file = {"file": ("x.eml", b"Subject: hello\n\nhello", "message/rfc822")}
    answer = bring(visit("carrel"), "/admin/mail", file)
    assert answer.status_code == 422
    assert "This is no report of a mail server" in answer.text


def test_the_secretary_sees_in_the_order_page_how_long_the_certificate_has(visit, house):
    end = house.identity.signer.chain[0].not_valid_after_utc

    class Then:
        def now(self):
            return end - timedelta(days=20)

    house.clock = Then()
    page = visit("castagnet").get("/dossiers/raison-d-etre/seal").text
    assert re.search(r'st warn"[^\n]*20 days left', page)


def test_a_house_without_its_key_still_opens_to_its_administrator(visit, house):
    house.__dict__.pop("identity", None)
    house.settings.mode = Mode.PRODUCTION
    client = visit("carrel")
    for path in ("/admin", "/admin/seal"):
        page = client.get(path)
        assert page.status_code == 200
        assert "no sealing key of its own" in page.text


ACTS = {
    "adopt-circuit": ("carrel", lambda house: {"text": changed(house), "file": "circuit.toml"}),
    "adopt-board": (
        "carrel",
        lambda house: {"text": text(house, "boards/board.toml") + "# seen\n", "file": "board.toml"},
    ),
    "allow-engine": (
        "carrel",
        lambda house: {"engine": "deepl", "provider": "DeepL SE (Germany)", "levels": ["public"]},
    ),
    "change-term": ("roumier", lambda house: {"fr": "stage", "en": "internship"}),
    "drop-term": ("roumier", lambda house: {"term": house.glossary.terms[0].name}),
    "import-glossary": (
        "carrel",
        lambda house: {"glossary": "term_fr,term_en,status\na,b,admitted\n"},
    ),
}


@pytest.mark.parametrize(("name", "given"), ACTS.items(), ids=ACTS.keys())
def test_a_program_does_the_same_once_under_its_key(name, given, visit, house):
    handle, body = given
    client = visit()
    client.headers["Authorization"] = f"Bearer {house.person(handle).id}/admin,translate"
    sent = {"json": body(house), "headers": {"Idempotency-Key": f"key-{name}"}}
    first = client.post(f"/api/v1/acts/{name}", **sent)
    assert first.status_code == 200, first.text
    assert client.post(f"/api/v1/acts/{name}", **sent).json() == first.json()
    size = house.store.size()
    client.headers["Authorization"] = f"Bearer {house.person('fontanel').id}/admin,translate"
    sent["headers"] = {"Idempotency-Key": f"other-{name}"}
    refused = client.post(f"/api/v1/acts/{name}", **sent)
    assert (refused.status_code, house.store.size()) == (403, size)


def test_a_program_tries_a_circuit_and_writes_nothing(visit, house):
    client, before = visit(), house.store.head()
    client.headers["Authorization"] = f"Bearer {house.person('carrel').id}/admin"
    body = {"circuit": changed(house), "tried_on": "raison-d-etre"}
    answer = client.post(
        "/api/v1/acts/try-circuit", json=body, headers={"Idempotency-Key": "key-trial"}
    ).json()
    assert answer["complete"]
    assert answer["steps"][0]["step"] == "legal"
    assert house.store.head() == before


def test_the_glossary_is_read_anew_where_somebody_else_changed_the_file(house):
    before = house.glossary
    assert house.glossary is before
    Glossary(before.terms[:3]).save(house.home / "glossary.csv")
    assert house.glossary.terms == before.terms[:3]


BROKEN = {"no TOML": b"id = ", "no circuit": b"id = 1\n", "no text": b"\xff\xfe\x00"}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_of_rules_that_is_broken_hides_itself_alone(case, visit, house):
    """Who chooses is offered the others; the administrator is told what is wrong with it."""
    for folder in ("circuits", "boards"):
        (house.home / folder / "a.toml").write_bytes(BROKEN[case])
    assert "Review of the mission statement" in visit("vasseur").get("/me").text
    assert [one.id for one in wiring.desk(house).works.circuits()] == ["imt-statement"]
    assert len(wiring.desk(house).sessions.boards()) == 1
    for page in ("circuits", "seats"):
        told = visit("carrel").get(f"/admin/{page}")
        assert told.status_code == 200
        assert "a.toml" in told.text
