"""No page bars anybody: axe-core on every page, in both languages, light and dark.

Links and buttons are looked at once more under the pointer and with the keyboard on them, one of
each kind.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

PAGES = {
    "/": "vasseur",
    "/dossiers": "vasseur",
    "/dossiers/charter": "delmas",
    "/dossiers/raison-d-etre": "delmas",
    "/dossiers/charter/step": "vasseur",
    "/dossiers/charter/matrix": "castagnet",
    "/dossiers/strategy/pair": "fontanel",
    "/dossiers/charter/submit": "delmas",
    "/submit": "delmas",
    "/me": "vasseur",
    "/me/sessions": "vasseur",
    "/me/passkeys": "vasseur",
    "/me/tokens": "vasseur",
    "/me/password": "vasseur",
    "/admin": "carrel",
    "/admin/people": "carrel",
    "/admin/circuits": "carrel",
    "/admin/delegations": "carrel",
    "/admin/translation": "carrel",
    "/admin/seal": "carrel",
    "/admin/ledger": "carrel",
    "/admin/mail": "carrel",
    "/admin/settings": "carrel",
    "/demo": None,
    "/sign-in": None,
    "/published": None,
    "/published/raison-d-etre": None,
    "/verify": None,
    "/accessibility": None,
    "/personal-data": None,
    "/nothing": None,
}

KINDS = """() => {
  const seen = new Set(), found = [];
  for (const one of document.querySelectorAll("a, button, summary, input, select, textarea")) {
    const kind = `${one.tagName}.${one.className}.${one.parentElement.className}.${one.type || ""}`;
    if (seen.has(kind) || !one.offsetParent || one.disabled || one.closest(".skip, .vh")) continue;
    if (one.tagName !== "SUMMARY" && one.closest("details:not([open])")) continue;
    if (one.tagName !== "SUMMARY" && one.closest("details:not([open])")) continue;
    seen.add(kind);
    one.dataset.kind = String(found.length);
    found.push(found.length);
  }
  return found.length;
}"""


RUN = """async (where) => (await (where
    ? axe.run(where, { runOnly: ["color-contrast", "target-size", "link-in-text-block"] })
    : axe.run(document))).violations"""


def violations(tab: Page, where: list[str] | None = None) -> list[Any]:
    found = tab.evaluate(RUN, where)
    return [
        (one["id"], one["help"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found
    ]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_violation(path, theme, lang, enter, shown, axe):
    tab = enter(shown, PAGES[path], lang, color_scheme=theme, bypass_csp=True)
    tab.goto(path)
    tab.evaluate(axe)
    assert violations(tab) == []
    if lang == "fr":  # the same links and buttons as in English
        return
    for kind in range(tab.evaluate(KINDS)):
        one = f'[data-kind="{kind}"]'
        for act in (tab.locator(one).hover, tab.locator(one).focus):
            act()
            assert violations(tab, [one]) == [], act


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_and_weighs_little(path, enter, shown):
    weight = 0

    def weigh(response):
        nonlocal weight
        weight += len(response.body()) if response.status == 200 else 0

    tab = enter(shown, PAGES[path], "fr", viewport={"width": 390, "height": 844})
    tab.on("response", weigh)
    tab.goto(path)
    tab.wait_for_load_state()
    wide = tab.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, json.dumps(wide)
    assert weight <= 150_000
