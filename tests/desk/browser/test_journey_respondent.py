"""Somebody answers on a phone, changes the language midway, and comes back by their link."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from flows import consulting
from tests.desk.browser.conftest import Served
from tests.desk.browser.walk import Walk, title

AT = "/c/imt-2026"
WISH = "Ouvrir les écoles à tous."
PHONE = {"width": 390, "height": 780}
SENT = {
    "fr": "Merci\N{NO-BREAK SPACE}: votre réponse est envoyée",
    "en": "Thank you: your response is sent",
}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("script", [True, False], ids=["", "without JavaScript"])
def test_a_respondent_changes_language_midway_and_comes_back_by_their_link(
    served: Served, enter: Callable[..., Page], lang: str, script: bool
) -> None:
    walk = Walk(
        served, enter, lang, viewport=PHONE, is_mobile=True, has_touch=True,
        java_script_enabled=script,
    )  # fmt: skip
    tab = walk.at(None, AT)
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    before = len(consulting.responses(served.house, "imt-2026"))
    tab.check("[name=public][value=students]")
    tab.check("[name=distinct][value=research]")
    tab.fill("[name=wish]", WISH)
    other = {"fr": "en", "en": "fr"}[lang]
    walk.press(tab, f"button[value=lang-{other}]")
    assert tab.locator("html").get_attribute("lang") == other
    assert tab.input_value("[name=wish]") == WISH
    assert tab.is_checked("[name=public][value=students]")
    tab.check("[name=useful][value=science]")
    walk.press(tab, "button[value=aside]")
    link = tab.locator("#back").get_attribute("href")
    assert link is not None

    later = Walk(served, enter, lang, viewport=PHONE, java_script_enabled=script)
    tab = later.at(None, link)
    assert tab.input_value("[name=wish]") == WISH
    assert tab.is_checked("[name=useful][value=science]")
    later.press(tab, "button[value=send]")
    assert title(tab) == SENT[lang]
    found = consulting.responses(served.house, "imt-2026")
    assert len(found) == before + 1
    assert WISH in [one.said.get("wish") for _, one in found]


def test_the_form_is_answered_by_keyboard_alone(served: Served, enter: Callable[..., Page]) -> None:
    walk = Walk(served, enter, "en")
    tab = walk.at(None, AT)
    reached = set()
    for _ in range(60):
        tab.keyboard.press("Tab")
        name, value = tab.evaluate("[document.activeElement.name, document.activeElement.value]")
        if name in ("public", "useful", "distinct") and name not in reached:
            tab.keyboard.press("Space")
        elif name == "wish":
            tab.keyboard.type(WISH)
        reached.add(name)
        if value == "send":
            with tab.expect_navigation():
                tab.keyboard.press("Enter")
            break
    assert title(tab) == SENT["en"]
    assert WISH in [
        one.said.get("wish") for _, one in consulting.responses(served.house, "imt-2026")
    ]
