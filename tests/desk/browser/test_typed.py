"""What somebody has typed and not sent yet, when they change the language of the page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.desk.browser.conftest import Served

STEP = "/dossiers/charter/step"


def test_what_is_typed_outlives_a_change_of_language_and_a_choice_does_not(
    served: Served, enter: Callable[..., Page]
) -> None:
    tab = enter(served, "vasseur")
    tab.goto(STEP)
    tab.click("details:has([name=remark]) > summary")
    tab.fill("[name=remark]", "Is it “one”?")
    tab.fill("[name=reason]", "Too long.")
    tab.check("[name=decision][value=reject]")
    tab.click(".lang [hreflang=fr]")
    tab.wait_for_url("**lang=fr")
    assert tab.input_value("[name=remark]") == "Is it “one”?"
    assert tab.locator("[name=remark]").is_visible()
    assert tab.input_value("[name=reason]") == "Too long."
    assert not tab.locator("[name=decision]:checked").count()
    tab.reload()
    assert tab.input_value("[name=remark]") == ""
