"""Open answers coded by pages: dealt to two, one by ticking and one in a sheet, settled by a third."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from approvals.desk import unfinished
from flows import coding
from flows.founding import sample_folder
from flows.house import House
from tests.desk.forms import fields

AT = "/consultations/imt-2020/coding"
WISH = f"{AT}/wish"
STREAM = "consultation:imt-2020"
BOOK = (sample_folder() / "codebook.toml").read_bytes()

Visit = Callable[..., TestClient]


@pytest.fixture
def dealt(visit: Visit, house: House) -> None:
    answer = deal(visit("castagnet"), house)
    assert answer.status_code == 200, answer.text
    assert "The answers are dealt" in answer.text


def deal(tab: TestClient, house: House, **said: str) -> object:
    first, second = house.person("vasseur").id, house.person("fontanel").id
    form = {"key": "deal", "question": "wish", "first": first, "second": second, "share": "30"}
    files = {"file": ("codebook.toml", BOOK, "application/toml")}
    return tab.post(AT, data={**form, **said}, files=files)


def dealt_to(house: House, handle: str) -> list[str]:
    held = coding.evaluation(house, STREAM).codings["wish"]
    both = coding.dealt_of(house, held)
    first = held.opened.first == house.person(handle).id
    return [*(both.first if first else both.second)]


def tick(tab: TestClient, page: int, code: str, act: str = "save") -> object:
    """Tick one theme for every answer of a page."""
    text = tab.get(f"{WISH}?page={page}").text
    names = sorted(set(re.findall(r'name="(a-[^"]+)"', text)))
    form = fields(text, WISH) | dict.fromkeys(names, code)
    return tab.post(WISH, data={**form, "act": act})


def by_sheet(tab: TestClient, code: str, key: str = "sheet") -> object:
    rows = list(
        csv.DictReader(io.StringIO(tab.get(f"{WISH}/sheet").text.lstrip("\ufeff")), delimiter=",")
    )
    assert rows, "an English sheet has commas"
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows({**row, "themes": code} for row in rows)
    files = {"file": ("sheet.csv", out.getvalue().encode(), "text/csv")}
    return tab.post(f"{WISH}/sheet", data={"key": key}, files=files)


def test_two_code_and_a_third_settles(visit: Visit, house: House, dealt: None) -> None:
    first, second, third = visit("vasseur"), visit("fontanel"), visit("delmas")
    assert "Code open answers" in first.get("/").text
    mine = dealt_to(house, "vasseur")
    pages = -(-len(mine) // 20)
    early = tick(first, 1, "education", "bring")
    if pages > 1:
        assert early.status_code == 422  # type: ignore[attr-defined]
        assert "no theme yet" in early.text  # type: ignore[attr-defined]
    for page in range(2, pages):
        assert f"Page {page + 1} of {pages}" in tick(first, page, "education").text  # type: ignore[attr-defined]
    brought = tick(first, pages, "education", "bring")
    assert "Your sheet was brought" in brought.text  # type: ignore[attr-defined]
    assert "Code open answers" not in first.get("/").text

    assert "not yet" in third.get(AT).text
    assert by_sheet(second, "openness").status_code == 200  # type: ignore[attr-defined]
    assert "they differ on" in third.get(AT).text
    held = coding.compare(house, STREAM, "wish")
    assert len(held.disagreements) == held.double > 0

    settle = third.get(WISH).text
    assert "First: education. Second: openness." in settle
    left = -(-held.double // 20)
    for page in range(1, left):
        tick(third, page, "education")
    done = tick(third, left, "education", "bring")
    assert "The coding is settled" in done.text  # type: ignore[attr-defined]
    assert coding.evaluation(house, STREAM).codings["wish"].settled is not None
    assert "In own words" in third.get("/consultations/imt-2020").text


def test_what_was_ticked_is_kept_and_seen_by_nobody_else(
    visit: Visit, house: House, dealt: None
) -> None:
    first = visit("vasseur")
    tick(first, 1, "education")
    again = visit("vasseur").get(f"{WISH}?page=1").text
    assert again.count("checked") == min(20, len(dealt_to(house, "vasseur")))
    assert "checked" not in visit("fontanel").get(f"{WISH}?page=1").text
    assert [who for who, _ in unfinished.typed(house.store, f"{STREAM}/wish")] == [
        house.person("vasseur").id
    ]
    assert coding.evaluation(house, STREAM).codings["wish"].sheets == {}


def test_a_sheet_with_a_fault_is_told_row_by_row_and_nothing_is_taken(
    visit: Visit, house: House, dealt: None
) -> None:
    refused = by_sheet(visit("vasseur"), "education|nonsense")
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "Nothing was taken" in refused.text  # type: ignore[attr-defined]
    assert "nonsense" in refused.text  # type: ignore[attr-defined]
    assert coding.evaluation(house, STREAM).codings["wish"].sheets == {}


def test_the_third_person_decides_every_answer_or_settles_nothing(
    visit: Visit, house: House, dealt: None
) -> None:
    by_sheet(visit("vasseur"), "education", "one")
    by_sheet(visit("fontanel"), "openness", "two")
    third = visit("castagnet")
    refused = third.post(WISH, data={"key": "k", "act": "bring"})
    assert refused.status_code == 422
    assert coding.evaluation(house, STREAM).codings["wish"].settled is None


@pytest.mark.parametrize("handle", ["peyrolles", "kerlann"])
def test_nobody_else_reads_the_answers(visit: Visit, dealt: None, handle: str) -> None:
    tab = visit(handle)
    assert tab.get(AT).status_code == 403
    for answer in (tab.get(WISH), tab.get(f"{WISH}/sheet"), tab.post(WISH, data={"key": "k"})):
        assert answer.status_code == 404


def test_a_third_person_waits_for_both_sheets(visit: Visit, dealt: None) -> None:
    answer = visit("castagnet").get(WISH)
    assert answer.status_code == 422
    assert "did not come back yet" in answer.text


WRONG = {
    "the same twice": ({"second": ""}, "Choose the two people who code."),
    "no share": ({"share": "200"}, "from 1 to 100"),
    "no such question": ({"question": "nothing"}, "There is no question nothing."),
    "a closed question": ({"question": "useful"}, "is not answered in own words"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_dealt_is_said(visit: Visit, house: House, case: str) -> None:
    said, sentence = WRONG[case]
    refused = deal(visit("castagnet"), house, **said)
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert sentence in refused.text  # type: ignore[attr-defined]
    assert coding.evaluation(house, STREAM).codings == {}


def test_a_codebook_that_is_none_is_refused(visit: Visit, house: House) -> None:
    first, second = house.person("vasseur").id, house.person("fontanel").id
    form = {"key": "deal", "question": "wish", "first": first, "second": second}
    files = {"file": ("codebook.toml", b"id = 1", "application/toml")}
    assert visit("castagnet").post(AT, data=form, files=files).status_code == 422


def test_an_open_consultation_has_nothing_to_code(visit: Visit) -> None:
    assert visit("castagnet").get("/consultations/imt-2026/coding").status_code == 404
