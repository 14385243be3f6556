"""Seal, press, publication, withdrawal and correction by the desk's pages."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pytest
from starlette.testclient import TestClient

from approvals.standing import State
from flows import demo_desk
from flows.house import House
from tests.desk.forms import fields
from tests.desk.test_session import AT, cast

Visit = Callable[..., TestClient]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word_file(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def do(visit: Visit, handle: str, page: str, action: str, **told: object):
    """Fill in one form of a page and send it."""
    tab = visit(handle)
    form = {**fields(tab.get(page).text, action), **told}
    files = {name: value for name, value in form.items() if isinstance(value, tuple)}
    data = {name: value for name, value in form.items() if name not in files}
    return tab.post(action, data=data, files=files or None)


@pytest.fixture
def adopted(visit: Visit, house: House) -> str:
    """The charter of ethics, adopted by pages."""
    dossier = house.dossier("ethics")
    assert dossier.meeting is not None
    for person in dict.fromkeys(seat.holder for seat in dossier.meeting.called.seats):
        handle = house.contacts()[person].handle
        if f"{AT}/vote" in visit(handle).get(AT).text:
            cast(visit, handle)
    assert do(visit, "castagnet", AT, f"{AT}/close-ballot").status_code == 200
    demo_desk.Direct(house).settle("ethics")
    return "ethics"


@pytest.fixture
def sealed(visit: Visit, house: House, adopted: str) -> str:
    page = f"/dossiers/{adopted}/seal"
    assert do(visit, "castagnet", page, page).status_code == 200
    demo_desk.Direct(house).settle(adopted)
    assert house.dossier(adopted).state is State.SEALED
    return adopted


def test_what_will_be_sealed_is_shown_and_the_secretary_alone_orders_it(
    visit: Visit, house: House, adopted: str
) -> None:
    path = f"/dossiers/{adopted}/seal"
    page = visit("castagnet").get(path).text
    assert "Ready to be sealed" in page
    assert "demonstration" in page
    dossier = house.dossier(adopted)
    assert dossier.draft is not None
    assert " ".join(dossier.draft.text[at : at + 4] for at in (0, 4, 8)) in page
    for handle in ("aubrac", "delmas", "carrel", "lemoal"):
        assert f'action="{path}"' not in visit(handle).get(path).text
        assert visit(handle).post(path, data={"key": "k"}).status_code == 403
    assert house.dossier(adopted).state is State.ADOPTED


def test_what_was_sealed_shows_every_verdict(visit: Visit, sealed: str) -> None:
    page = visit("delmas").get(f"/dossiers/{sealed}/seal").text
    assert "Both languages are sealed and verified" in page
    assert page.count("TOTAL-PASSED") == 4
    assert visit("delmas").get(f"/dossiers/{sealed}/files/statement-fr-sealed").status_code == 200


def test_the_text_is_published_by_its_page_and_released_once(
    visit: Visit, house: House, sealed: str
) -> None:
    at = f"/dossiers/{sealed}/publish"
    assert do(visit, "lemoal", at, f"{at}/publish").status_code == 422
    tab = visit("lemoal")
    form = {**fields(tab.get(at).text, f"{at}/publish"), "when": "now"}
    assert tab.post(f"{at}/publish", data=form).status_code == 200
    assert tab.post(f"{at}/publish", data=form).status_code == 200
    entries = [one.type for one in house.store.entries() if one.stream == sealed]
    assert entries.count("PublicationOrdered") == 1
    demo_desk.Direct(house).settle(sealed)
    assert house.dossier(sealed).state is State.PUBLISHED
    assert "The text is published" in visit("delmas").get(at).text


def test_an_embargo_needs_its_hour_and_holds(visit: Visit, house: House, sealed: str) -> None:
    at = f"/dossiers/{sealed}/publish"
    answer = do(visit, "lemoal", at, f"{at}/publish", when="embargo")
    assert answer.status_code == 422
    assert "A day or an hour is missing" in answer.text
    told = {"when": "embargo", "day": "2030-01-07", "hour": "09:00"}
    assert do(visit, "lemoal", at, f"{at}/publish", **told).status_code == 200
    demo_desk.Direct(house).settle(sealed)
    assert house.dossier(sealed).state is State.EMBARGOED
    assert (
        "under embargo until 7\N{NO-BREAK SPACE}January 2030, 09:00" in visit("delmas").get(at).text
    )


def test_words_for_the_press_are_approved_by_their_speaker_in_each_language(
    visit: Visit, house: House, sealed: str
) -> None:
    at = f"/dossiers/{sealed}/publish"
    speaker = house.person("aubrac").id
    told = {"quote": "chair", "speaker": speaker, "fr": "Nous <b>servons</b>.", "en": "We serve."}
    assert do(visit, "lemoal", at, f"{at}/quote", **told).status_code == 200
    page = visit("aubrac").get(at).text
    assert "<b>servons" not in page
    assert "Read your words" in visit("aubrac").get("/").text
    assert f"{at}/approve-quote" not in visit("lemoal").get(at).text
    refused = do(visit, "lemoal", at, f"{at}/publish", when="now")
    assert refused.status_code == 422
    assert do(visit, "aubrac", at, f"{at}/approve-quote", language="").status_code == 422
    for language in ("fr", "en"):
        done = do(visit, "aubrac", at, f"{at}/approve-quote", language=language)
        assert done.status_code == 200
    [quote] = house.dossier(sealed).quotes.values()
    assert quote.approved == {"fr", "en"}
    files = {
        f"file-{one}": (f"{one}.docx", word_file(f"Release {one}"), WORD) for one in ("fr", "en")
    }
    assert do(visit, "lemoal", at, f"{at}/press-release", **files).status_code == 200
    assert visit("aubrac").get(f"{at}/papers/release-en").content[:2] == b"PK"
    wrong = {**files, "file-fr": ("a.docx", b"no word file", WORD)}
    assert do(visit, "lemoal", at, f"{at}/press-release", **wrong).status_code == 422
    assert do(visit, "lemoal", at, f"{at}/drop-quote").status_code == 200
    assert not house.dossier(sealed).quotes


def test_a_withdrawal_takes_two_persons_and_says_why(visit: Visit, house: House) -> None:
    at = "/dossiers/raison-d-etre/publish"
    told = {"ground": "court", "reference": "TA Paris 2600123", "reason": "Vice de forme."}
    assert do(visit, "castagnet", at, f"{at}/withdraw", **told).status_code == 200
    page = visit("aubrac").get(at).text
    assert "TA Paris 2600123" in page
    assert visit("castagnet").post(f"{at}/confirm-withdrawal", data={"key": "k"}).status_code == 403
    assert do(visit, "aubrac", at, f"{at}/confirm-withdrawal").status_code == 200
    assert house.dossier("raison-d-etre").state is State.WITHDRAWN
    assert "Vice de forme." in visit().get("/published/raison-d-etre").text


def test_a_correction_is_proposed_certified_and_published_beside(
    visit: Visit, house: House
) -> None:
    at = "/dossiers/raison-d-etre/publish"
    target = house.dossier("raison-d-etre").draft
    assert target is not None
    document = docx.Document(io.BytesIO(house.vault.get(target.version)))
    document.add_paragraph("One more line.")
    out = io.BytesIO()
    document.save(out)
    file = ("c.docx", out.getvalue(), WORD)
    told = {"file": file, "reason": "A line was missing."}
    done = do(visit, "fontanel", at, f"{at}/erratum", **told)
    assert done.status_code == 200, done.text
    assert visit("roumier").get(f"{at}/papers/correction-1").content[:2] == b"PK"
    assert do(visit, "roumier", at, f"{at}/certify-erratum").status_code == 200
    demo_desk.Direct(house).settle("raison-d-etre")
    [erratum] = house.dossier("raison-d-etre").errata.values()
    assert erratum.edition is not None
    assert "A line was missing." in visit("delmas").get(at).text


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("page", ["seal", "publish"])
@pytest.mark.parametrize("dossier", ["ethics", "raison-d-etre", "charter", "strategy", "rules"])
def test_the_pages_open_wherever_the_text_stands(
    visit: Visit, dossier: str, page: str, lang: str
) -> None:
    for handle in ("castagnet", "lemoal", "roumier"):
        assert visit(handle, lang).get(f"/dossiers/{dossier}/{page}").status_code == 200
