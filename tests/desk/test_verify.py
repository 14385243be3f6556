"""Every state of a copy, by its digest, by its code and by the file itself."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from approvals.desk.app import build
from documents.intake import Confinement
from documents.sealing import confined
from documents.sealing import verify as sealing
from documents.sealing.verdict import Indication
from flows import cli
from flows import desk as wiring
from flows.house import House
from tests.desk.conftest import Door
from tests.desk.test_public import OUT, withdraw
from tests.documents.hostile_cases import CASES
from tests.flows import houses, rounds
from tests.flows.rounds import FIRST, NAME
from tests.flows.test_publication_life import copies


def heading(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page)
    assert found
    return found[1]


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def genuine(house: House) -> bytes:
    return house.vault.get(copies(house, OUT)["statement", "en"])


def altered(data: bytes, part: str, change: Callable[[bytes], bytes], **more: bytes) -> bytes:
    """Write a file again with one part changed, and parts added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            content = old.read(one)
            new.writestr(one.filename, change(content) if one.filename == part else content)
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()


def send(client: TestClient, data: bytes, name: str = "copy.docx") -> tuple[int, str]:
    answer = client.post("/verify", files={"file": (name, data)}, data={"hash": ""})
    return answer.status_code, answer.text


def test_a_genuine_and_current_file_passes_all_five(visit, genuine):
    status, page = send(visit(), genuine)
    assert (status, heading(page)) == (200, "Genuine, and current")
    assert page.count('class="st ok"') >= 4
    assert "TOTAL-PASSED, EN 319 102-1" in text(page)
    assert "This is the English edition" in page
    assert "The French edition" in page
    assert "The seal is a demonstration" in page
    assert hashlib.sha256(genuine).hexdigest() in page


def test_an_altered_file_says_which_part(visit, genuine):
    changed = altered(genuine, "word/document.xml", lambda old: old.replace(b"future", b"past"))
    _, page = send(visit(), changed)
    assert heading(page) == "Altered since it was sealed"
    assert "The part word/document.xml was altered after it was signed." in page
    assert "TOTAL-FAILED (HASH_FAILURE)" in text(page)
    assert "Not one character has changed" not in page


def test_something_added_is_said(visit, genuine):
    parts = {"word/extra.xml": b"<a/>"}
    _, page = send(visit(), altered(genuine, "", lambda old: old, **parts))
    assert heading(page) in {"Something was added to it", "Not a sound Word file"}
    assert "TOTAL-FAILED" in page


def test_a_file_without_a_seal_is_said(visit):
    _, page = send(visit(), houses.small_docx())
    assert heading(page) == "No seal in this file"


def test_a_file_sealed_by_somebody_else_is_not_taken_for_ours(visit, house, genuine, tmp_path):
    from datetime import UTC, datetime

    from documents.sealing import authority
    from documents.sealing.sign import seal

    authority.create(tmp_path, "Somebody", datetime.now(UTC))
    other = authority.load(tmp_path)
    sealed = seal(
        houses.small_docx(),
        other.signer,
        signed_at=datetime.now(UTC).replace(microsecond=0),
        comments="",
        role=None,
    )
    _, page = send(visit(), sealed)
    assert heading(page) == "Sealed, and not by this institution"


@pytest.mark.parametrize("case", CASES[::12], ids=lambda case: case.sentence)
def test_a_hostile_file_is_told_in_words(case, visit):
    status, page = send(visit(None, "fr"), case.make())
    assert (status, "TOTAL-FAILED" in page) in {(200, True), (413, False)}
    assert "Traceback" not in page


def test_a_file_that_is_too_large_is_not_read(visit, house, monkeypatch):
    monkeypatch.setattr(type(house.settings), "intake_size_mb", 1, raising=False)
    object.__setattr__(house.settings, "intake_size_mb", 1)
    status, page = send(visit(), b"P" * (1024 * 1024 + 1))
    assert status == 413
    assert "more than 1 MB" in page


def test_nothing_that_was_sent_is_kept(visit, house):
    before = sorted(one.name for one in (house.home / "vault").rglob("*"))
    send(visit(), houses.small_docx())
    assert sorted(one.name for one in (house.home / "vault").rglob("*")) == before


def test_a_whole_digest_settles_it_and_a_code_only_names_it(visit, house):
    digest = copies(house, OUT)["statement", "fr"]
    client = visit()
    assert heading(client.get(f"/verify?hash={digest}").text) == "Genuine, and current"
    short = client.get(f"/verify?hash={digest[:12]}").text
    assert heading(short) == "The current edition"
    assert "does not prove that the copy beside it says the same" in short
    assert "Not one character" not in short
    spaced = " ".join(digest[at : at + 4] for at in range(0, 12, 4)).upper()
    assert heading(client.get("/verify", params={"hash": spaced}).text) == "The current edition"
    assert heading(client.get(f"/v/{digest[:12]}").text) == "The current edition"


@pytest.mark.parametrize("asked", ["abc", "xyz123456789", "0" * 65, "../../etc", "<script>"])
def test_what_is_no_digest_is_refused_in_place(asked, visit):
    answer = visit().get("/verify", params={"hash": asked})
    assert answer.status_code == 422
    assert "at least 12 signs" in answer.text
    assert "<script>" not in answer.text.replace('<script src="/static/', "")


def test_an_unknown_digest_is_unknown(visit):
    assert heading(visit().get(f"/verify?hash={'0' * 64}").text) == "Unknown here"


def test_without_script_the_form_answers_for_a_digest_too(visit, house):
    digest = copies(house, OUT)["statement", "fr"]
    page = visit().post("/verify", data={"hash": digest}).text
    assert heading(page) == "Genuine, and current"
    assert "noscript" in page
    assert visit().post("/verify", data={"hash": ""}).status_code == 422


def test_a_draft_of_what_is_not_out_is_known_to_those_who_may_see_it_and_to_nobody_else(
    visit, house
):
    draft = house.dossier("charter").draft.version
    assert heading(visit().get(f"/verify?hash={draft}").text) == "Unknown here"
    assert "charter" not in visit().get(f"/verify?hash={draft}").text
    known = visit("delmas").get(f"/verify?hash={draft}").text
    assert heading(known) == "A draft, never published"


def test_a_withdrawn_copy_says_why(visit, house, genuine):
    withdraw(house)
    _, page = send(visit(), genuine)
    assert heading(page) == "Genuine, and withdrawn since"
    assert "by the resolution 2026-09" in page


@pytest.fixture
def small(tmp_path: Path) -> Iterator[House]:
    """A house with one short text, published."""
    opened, _ = rounds.started(tmp_path / "small")
    rounds.sealed(opened)
    rounds.publish(opened)
    yield opened
    opened.close()


@pytest.fixture
def stranger(small: House) -> Iterator[TestClient]:
    with TestClient(build(wiring.desk(small), [Middleware(Door)])) as client:
        client.cookies.set("enonce_lang", "en")
        yield client


def test_a_replaced_copy_leads_to_what_is_in_force(small, stranger):
    old = small.vault.get(copies(small)["statement", "fr"])
    rounds.sealed(small, "second", succeeds=NAME)
    hidden = copies(small, "second")["statement", "fr"]
    assert heading(stranger.get(f"/verify?hash={hidden}").text) == "Unknown here"
    rounds.publish(small, "second")
    _, page = send(stranger, old)
    assert heading(page) == "Genuine, and replaced since"
    assert 'href="/published/second"' in page
    assert heading(stranger.get(f"/verify?hash={hidden}").text) == "Genuine, and current"


def test_a_corrected_copy_offers_the_corrected_file(small, stranger, tmp_path):
    first = copies(small)["statement", "en"]
    file = tmp_path / "corrected.docx"
    file.write_bytes(rounds.word_file(FIRST, "We serve society at large."))
    told = ["--home", str(small.home), "--json", "--no-run"]
    words = ["erratum", "propose", NAME, str(file), "--reason", "A word.", "--language", "en"]
    assert cli.run([*told, "--as", "fontanel", *words]) == 0
    assert cli.run([*told, "--as", "roumier", "erratum", "certify", NAME]) == 0
    houses.carry_out(small, NAME)
    [erratum] = small.dossier(NAME).errata.values()
    page = stranger.get(f"/verify?hash={first}").text
    assert heading(page) == "Genuine, and corrected since"
    assert f"/files/{erratum.edition.sealed}" in page
    assert heading(stranger.get(f"/verify?hash={erratum.edition.sealed}").text) == (
        "Genuine, and current"
    )
    shown = stranger.get(f"/published/{NAME}").text
    assert "We serve society at large." in shown
    assert "Correction 1 of the English text." in shown
    assert "before its correction" in shown


def test_the_verdict_at_arm_s_length_is_the_verifier_s_own(house, genuine):
    at, anchors = house.now(), house.identity.anchors
    bad = altered(genuine, "word/document.xml", lambda old: old.replace(b"future", b"past"))
    for data in (genuine, bad, b"", genuine[:-1]):
        apart = confined.verify(data, anchors, at=at)
        assert apart == sealing.verify(data, anchors, at=at)


@pytest.mark.parametrize(
    "limits", [Confinement(memory=8 << 20), Confinement(wall=0.05), Confinement(cpu=0.01)]
)
def test_a_verifier_at_its_limits_is_a_refusal_in_words(limits, house, genuine):
    verdict = confined.verify(genuine, house.identity.anchors, at=house.now(), confinement=limits)
    assert verdict.overall is Indication.FAILED
    assert "Do not rely on it" in str(verdict.reasons[0])


def test_too_many_files_at_once_are_told_to_come_again(visit, house, monkeypatch):
    from flows import desk_public

    monkeypatch.setattr(desk_public, "AT_ONCE", 1)
    monkeypatch.setattr(desk_public, "PATIENCE", 0.01)
    public = desk_public.Public(house)
    assert public._turns.acquire()
    with pytest.raises(desk_public.GuardError, match="Many files"):
        public.verify(b"")
