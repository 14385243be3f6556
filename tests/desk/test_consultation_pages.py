"""Consultations at the desk: the form without an account, and those who hold the consultation."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from flows import consulting
from flows.founding import sample_folder
from flows.house import House
from tests.desk.forms import fields

Visit = Callable[..., TestClient]
AT = "/c/imt-2026"
HELD = "/consultations/imt-2026"
SECRET = "Un avis que personne d’autre n’a <script>alert(1)</script>"


def answers(house: House, id: str = "imt-2026") -> list[object]:
    return [one for _, one in consulting.responses(house, id)]


def filled(visit: Visit, path: str = AT, **more: str) -> tuple[TestClient, dict[str, str]]:
    """Open the form as nobody and fill it in."""
    tab = visit()
    form = fields(tab.get(path).text, AT)
    form = {name: value for name, value in form.items() if name != "distinct"}
    said = {"useful": "science", "wish": SECRET, **more}
    if "public" in form:
        said.setdefault("public", "students")
    return tab, {**form, **said}


def receipt_of(page: str) -> str:
    found = re.search(r'id="receipt">([^<]+)<', page)
    assert found, page
    return found[1]


def test_somebody_answers_without_an_account_and_holds_the_only_receipt(
    visit: Visit, house: House
) -> None:
    before = len(answers(house))
    tab, form = filled(visit)
    sent = tab.post(AT, data={**form, "act": "send"})
    assert sent.status_code == 200
    assert len(answers(house)) == before + 1
    receipt = receipt_of(sent.text)
    assert "person" not in tab.cookies
    shown = visit().post(f"{AT}/receipt", data={"receipt": receipt, "act": "show"})
    assert "Un avis que personne" in shown.text
    assert "<script>alert(1)" not in shown.text
    gone = visit().post(f"{AT}/receipt", data={"receipt": receipt, "act": "erase"})
    assert "Your response is erased" in gone.text
    assert len(answers(house)) == before
    again = visit().post(f"{AT}/receipt", data={"receipt": receipt, "act": "show"})
    assert again.status_code == 422


def test_the_language_changes_and_nothing_typed_is_lost(visit: Visit, house: House) -> None:
    before = len(answers(house))
    tab, form = filled(visit)
    page = tab.post(AT, data={**form, "act": "lang-fr"})
    assert '<html lang="fr">' in page.text
    assert "Un avis que personne" in page.text
    again = fields(page.text, AT)
    assert (again["useful"], again["public"]) == ("science", "students")
    assert len(answers(house)) == before


def test_a_form_is_put_aside_and_found_again_by_its_link_alone(visit: Visit, house: House) -> None:
    tab, form = filled(visit)
    aside = tab.post(AT, data={**form, "act": "aside"})
    link = re.search(r'href="(/c/imt-2026\?a=[^"]+)"', aside.text)
    assert link
    before = len(answers(house))
    other, form = filled(visit, link[1])
    page = visit().get(link[1]).text
    assert "Un avis que personne" in page
    assert other.post(AT, data={**form, "act": "send"}).status_code == 200
    assert len(answers(house)) == before + 1
    assert visit().get(link[1]).status_code == 404


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"public": ""}, "Say first to which group you belong"),
        ({"public": "companies"}, "answers by invitation"),
        ({"useful": "nonsense"}, "Choose among the answers that are given"),
        ({"wish": "x" * 20_000}, "at most 10,000 are taken"),
        ({"useful": "", "wish": "  "}, "Nothing is answered yet"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    visit: Visit, house: House, told: dict[str, str], sentence: str
) -> None:
    before = len(answers(house))
    tab, form = filled(visit, **told)
    answer = tab.post(AT, data={**form, "act": "send"})
    assert answer.status_code == 422
    assert sentence in answer.text
    if told.get("wish", SECRET) == SECRET:
        assert "Un avis que personne" in answer.text
    assert len(answers(house)) == before


def test_a_body_that_is_far_too_large_is_refused_in_words(visit: Visit) -> None:
    tab, form = filled(visit, wish="x" * 2_000_000)
    answer = tab.post(AT, data={**form, "act": "send"})
    assert answer.status_code in (400, 413)
    assert "Traceback" not in answer.text


def test_a_consultation_that_is_over_or_not_there_says_so(visit: Visit) -> None:
    assert visit().get("/c/imt-2020").status_code == 410
    assert "This consultation is over" in visit().get("/c/imt-2020").text
    assert visit().post("/c/imt-2020", data={"act": "send"}).status_code == 410
    assert visit().get("/c/nothing").status_code == 404
    assert visit().get(f"{AT}?t=made-up").status_code == 410


def test_an_invitation_serves_once_and_its_public_is_not_asked(visit: Visit, house: House) -> None:
    tab = visit("castagnet")
    people = "address,public,language\nada@example.org,companies,en\n"
    form = fields(tab.get(HELD).text, f"{HELD}/invite")
    del form["file"]
    file = {"file": ("people.csv", people.encode(), "text/csv")}
    given = tab.post(f"{HELD}/invite", data=form, files=file)
    [row] = csv.DictReader(io.StringIO(given.text))
    token = row["link"].rpartition("?t=")[2]
    again = tab.post(f"{HELD}/invite", data=form, files=file)
    assert again.status_code == 422
    assert "given once" in again.text

    path = f"{AT}?t={token}"
    page = visit().get(path).text
    assert "You answer as: Companies." in page
    assert 'name="public"' not in page
    other, form = filled(visit, path)
    assert other.post(AT, data={**form, "act": "send"}).status_code == 200
    assert visit().get(path).status_code == 410
    assert other.post(AT, data={**form, "act": "send", "wish": "Else"}).status_code == 410
    companies = [one for one in answers(house) if one.public == "companies"]  # type: ignore[attr-defined]
    assert SECRET in [one.said.get("wish") for one in companies]  # type: ignore[attr-defined]
    assert token not in (house.home / "enonce.sqlite3").read_bytes().decode("latin-1")


def test_the_monitor_counts_by_public_and_names_nobody(visit: Visit) -> None:
    tab, form = filled(visit)
    tab.post(AT, data={**form, "act": "send"})
    page = visit("castagnet").get(HELD).text
    assert "201 people have answered so far" in page
    assert "Un avis que personne" not in page
    for handle, status in {"aubrac": 200, "carrel": 200, "fontanel": 403, "vasseur": 403}.items():
        assert visit(handle).get(HELD).status_code == status, handle
    assert visit().get(HELD).url.path == "/sign-in"


@pytest.mark.parametrize("handle", ["fontanel", "aubrac", "carrel"])
@pytest.mark.parametrize("act", ["invite", "remind", "import", "close", "open", "synthesis"])
def test_only_those_who_hold_it_act(visit: Visit, house: House, handle: str, act: str) -> None:
    assert visit(handle).post(f"{HELD}/{act}", data={"key": "k"}).status_code == 403
    own = consulting.find(house, "imt-2026")
    assert own.closed is None


def test_a_consultation_goes_from_its_file_to_its_results_by_pages(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    tab = visit("castagnet")
    form = {**fields(tab.get("/consultations").text, "/consultations"), "id": "own"}
    del form["file"]
    bad = {"file": ("q.toml", b"id = 1", "application/toml")}
    refused = tab.post("/consultations", data=form, files=bad)
    assert refused.status_code == 422
    assert 'value="own"' in refused.text
    data = (sample_folder() / "questionnaire.toml").read_bytes()
    good = {"file": ("q.toml", data, "application/toml")}
    assert tab.post("/consultations", data=form, files=good).status_code == 200
    at = "/consultations/own"
    until = str(date.today() + timedelta(days=20))
    form = {**fields(tab.get(at).text, f"{at}/open"), "until": until}
    form.pop("open_to", None)
    assert tab.post(f"{at}/open", data=form).status_code == 200

    head = "public,language,distinct,useful,ecology,wish\n"
    faulty = f"{head}students,fr,,nonsense,,\n"
    form = fields(tab.get(at).text, f"{at}/import")
    del form["file"]
    told = tab.post(
        f"{at}/import", data=form, files={"file": ("r.csv", faulty.encode(), "text/csv")}
    )
    assert told.status_code == 422
    assert "Nothing was taken" in told.text
    assert "useful" in told.text
    rows = head + "students,fr,,science,,\n" * 30 + "staff,en,,training,,\n" * 20
    taken = tab.post(
        f"{at}/import", data=form, files={"file": ("r.csv", rows.encode(), "text/csv")}
    )
    assert taken.status_code == 200
    form = fields(tab.get(at).text, f"{at}/close")
    assert tab.post(f"{at}/close", data=form).status_code == 200
    page = visit("aubrac").get(at).text
    assert "What 50 people answered" in page
    assert '<svg class="chart"' in page
    assert "60.0% (30)" in page
    for ending in (".fr.docx", ".en.docx", ".html", ".json"):
        form = fields(tab.get(at).text, f"{at}/synthesis")
        paper = tab.post(f"{at}/synthesis", data={**form, "file": ending})
        assert paper.headers["content-disposition"].startswith("attachment")
    assert visit("castagnet").post(f"{at}/erase", data={"key": "k"}).status_code == 403
    assert visit("carrel").post(f"{at}/erase", data={"key": "k"}).status_code == 200
    assert consulting.find(house, "own").erased is not None
    assert "Single answers are erased" in visit("aubrac").get(at).text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_pages_open_in_both_languages(visit: Visit, lang: str) -> None:
    for path in ("/consultations", HELD, "/consultations/imt-2020"):
        assert visit("castagnet", lang).get(path).status_code == 200
    for path in (AT, f"{AT}/receipt"):
        assert visit(None, lang).get(path).status_code == 200
