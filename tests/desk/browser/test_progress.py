"""What the house takes long for: a page says how far it is, and shows what came of it by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from approvals.consultation.life import PREFIX
from approvals.names import PersonId
from approvals.policy import Stage
from approvals.store import progress
from approvals.store.progress import telling
from flows import desk as wiring
from tests.desk.browser.conftest import Served

Enter = Callable[..., Page]


@pytest.fixture
def handed_over(served: Served) -> Served:
    """A desk over a house that has just been given a draft to translate."""
    house = served.house
    by = PersonId(house.person("delmas").id)
    wiring.desk(house).works.request_translation(house.dossier("rules"), by=by, key="progress")
    return served


def test_a_page_follows_the_house_and_shows_what_came_of_it(
    handed_over: Served, enter: Enter
) -> None:
    house = handed_over.house
    tab = enter(handed_over, "delmas")
    tab.goto("/dossiers/rules")
    expect(tab.locator("#work")).to_contain_text("The house looks up memory and glossary")
    assert tab.locator("#work progress").get_attribute("value") is None
    with telling(house.store, house.clock, "rules", Stage.TRANSLATE) as tell:
        tell(1234, 5000)
        expect(tab.locator("#work")).to_contain_text("1,234 of 5,000 sentences")
        assert tab.locator("#work progress").get_attribute("value") == "1234"
    progress.failed(house.store, "rules", Stage.TRANSLATE, 2, house.now())
    tab.reload()
    expect(tab.locator("#work")).to_contain_text("It has failed 2 times")
    handed_over.catch_up("rules")
    expect(tab.locator("#work")).to_have_count(0)
    expect(tab.get_by_text("Waiting for", exact=False).first).to_be_visible()


def test_what_somebody_types_is_not_taken_away_by_the_end_of_the_work(
    handed_over: Served, enter: Enter
) -> None:
    tab = enter(handed_over, "delmas")
    tab.goto("/dossiers/rules")
    tab.get_by_text("Give this text up").first.click()
    tab.get_by_label("Reason").fill("Half a sen")
    handed_over.catch_up("rules")
    expect(tab.get_by_text("It is done: see what came of it")).to_be_visible()
    assert tab.get_by_label("Reason").input_value() == "Half a sen"


def test_without_scripts_a_link_looks_again(handed_over: Served, enter: Enter) -> None:
    tab = enter(handed_over, "delmas", "fr", java_script_enabled=False)
    tab.goto("/dossiers/rules")
    handed_over.catch_up("rules")
    tab.get_by_role("link", name="Voir où elle en est").click()
    expect(tab.locator("#work")).to_have_count(0)


def test_rows_of_a_file_are_counted_while_they_are_taken_in(served: Served, enter: Enter) -> None:
    house = served.house
    tab = enter(served, "castagnet")
    tab.goto("/consultations/imt-2026")
    with telling(house.store, house.clock, PREFIX + "imt-2026", "import") as tell:
        tell(2000, 9000)
        assert "2,000 of 9,000 rows" in tab.request.get("/consultations/imt-2026/work").text()
    assert "rows" not in tab.request.get("/consultations/imt-2026/work").text()
