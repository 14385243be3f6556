"""No page bars anybody: axe-core on every page, in both languages, light and dark.

Links and buttons are looked at once more under the pointer and with the keyboard on them, one of
each kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from approvals.names import PersonId
from flows import coding, evaluating, founding
from flows.founding import sample_folder
from flows.house import House
from tests.desk.browser import states
from tests.desk.browser.conftest import Served, serve

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
    "/admin/people/{vasseur}": "carrel",
    "/admin/people/{vasseur}/account": "carrel",
    "/admin/circuits": "carrel",
    "/admin/circuits?circuit=circuit.toml&dossier=raison-d-etre": "carrel",
    "/admin/circuits/file?file=circuit.toml": "carrel",
    "/admin/seats": "carrel",
    "/admin/seats/file?file=board.toml": "carrel",
    "/admin/seats/board.toml/Q1": "carrel",
    "/admin/delegations": "carrel",
    "/admin/engines": "carrel",
    "/admin/engines/deepl": "carrel",
    "/admin/glossary?q=raison": "roumier",
    "/admin/glossary/new": "roumier",
    "/admin/memory?q=carnot": "roumier",
    "/admin/seal": "carrel",
    "/admin/ledger": "carrel",
    "/admin/mail": "carrel",
    "/admin/settings": "carrel",
    "/sessions": "castagnet",
    "/dossiers/ethics/session": "aubrac",
    "/dossiers/ethics/session?as=secretary": "castagnet",
    "/dossiers/raison-d-etre/session": "castagnet",
    "/dossiers/raison-d-etre/seal": "castagnet",
    "/dossiers/raison-d-etre/publish": "castagnet",
    "/dossiers/ethics/publish": "lemoal",
    "/consultations": "castagnet",
    "/consultations/imt-2020": "castagnet",
    "/consultations/imt-2026": "castagnet",
    "/consultations/imt-2020/coding": "castagnet",
    "/consultations/imt-2020/findings": "castagnet",
    "/consultations/imt-2020/findings/new": "castagnet",
    "/consultations/imt-2020/interviews": "castagnet",
    "/dossiers/vision/findings": "delmas",
    "/dossiers/vision/findings/imt-2020/C5": "delmas",
    "/dossiers/vision/findings/imt-2020/C1": "delmas",
    "/consultations/imt-2020/coding/wish": "peyrolles",
    "/c/imt-2026": None,
    "/c/imt-2026/receipt": None,
    "/c/imt-2020": None,
    "/demo": None,
    "/sign-in": None,
    "/published": None,
    "/published/raison-d-etre": None,
    "/verify": None,
    "/accessibility": None,
    "/personal-data": None,
    "/nothing": None,
}


@pytest.fixture(scope="module", autouse=True)
def dealt(shown: Served) -> None:
    deal_answers(shown.house)


def deal_answers(house: House) -> None:
    """Give somebody open answers to code."""
    source = evaluating.source(house, "imt-2020")
    by, first, second = (
        PersonId(house.person(one).id) for one in ("castagnet", "peyrolles", "tahiri")
    )
    book = (sample_folder() / "codebook.toml").read_text("utf-8")
    coding.deal(
        house, source.stream, "wish", book, source.answers("wish"), by=by,
        coders=(first, second), seed=1, share=20, key="axe",
    )  # fmt: skip


def addresses(shown: Served) -> list[tuple[str, str | None]]:
    """Give the pages with people's ids in their places."""
    vasseur = shown.house.person("vasseur").id
    return [(path.format(vasseur=vasseur), handle) for path, handle in PAGES.items()]


KINDS = """() => {
  const seen = new Set(), found = [];
  for (const one of document.querySelectorAll("a, button, summary, input, select, textarea")) {
    const kind = `${one.tagName}.${one.className}.${one.parentElement.className}.${one.type || ""}`;
    if (seen.has(kind) || !one.offsetParent || one.disabled || one.closest(".skip, .vh")) continue;
    if (one.tagName !== "SUMMARY" && one.closest("details:not([open])")) continue;
    seen.add(kind);
    one.dataset.kind = String(found.length);
    found.push(kind);
  }
  return found;
}"""


OPEN = "() => { for (const one of document.querySelectorAll('details')) one.open = true; }"
"""Shows what is folded away, which no judge looks at else."""

RUN = """async (where) => (await (where
    ? axe.run(where, { runOnly: ["color-contrast", "target-size", "link-in-text-block"] })
    : axe.run(document))).violations"""


def violations(tab: Page, where: list[str] | None = None) -> list[Any]:
    found = tab.evaluate(RUN, where)
    return [
        (one["id"], one["help"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found
    ]


THEMES = ("light", "dark")


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.timeout(900)
def test_no_page_has_a_violation(lang, enter, shown, axe):
    """One tab a person for all of their pages: entering anew for each would take minutes."""
    tabs, found, looked_at = {}, {}, set()
    for path, handle in addresses(shown):
        if handle not in tabs:
            tabs[handle] = enter(shown, handle, lang, bypass_csp=True)
        tab = tabs[handle]
        tab.goto(path)
        tab.evaluate(OPEN)
        tab.evaluate(axe)
        for theme in THEMES:
            tab.emulate_media(color_scheme=theme)
            found[path, theme] = violations(tab)
        if lang == "fr":  # the same links and buttons as in English
            continue
        for number, kind in enumerate(tab.evaluate(KINDS)):
            if kind in looked_at:
                continue
            looked_at.add(kind)
            one = f'[data-kind="{number}"]'
            for act in (tab.locator(one).hover, tab.locator(one).focus):
                act()
                for theme in THEMES:
                    tab.emulate_media(color_scheme=theme)
                    found[path, theme] += violations(tab, [one])
    assert {where: one for where, one in found.items() if one} == {}


def test_every_page_fits_a_phone_and_weighs_little(enter, shown):
    tabs, wide, heavy = {}, {}, {}
    for path, handle in addresses(shown):
        if handle not in tabs:
            tabs[handle] = enter(shown, handle, "fr", viewport={"width": 390, "height": 844})
        tab, bodies = tabs[handle], []

        def weigh(response, bodies=bodies):
            bodies.append(len(response.body()) if response.status == 200 else 0)

        tab.on("response", weigh)
        tab.goto(path)
        tab.wait_for_load_state()
        tab.remove_listener("response", weigh)
        tab.evaluate(OPEN)
        width = tab.evaluate("document.documentElement.scrollWidth")
        wide |= {path: width} if width > 390 else {}
        heavy |= {path: sum(bodies)} if sum(bodies) > 150_000 else {}
    assert (wide, heavy) == ({}, {})


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk over a house in which nothing has happened yet."""
    house = founding.found(tmp_path_factory.mktemp("new") / "house", founding.sample_papers())
    yield from serve(house)
    house.close()


@pytest.mark.timeout(300)
def test_no_refusal_verdict_or_empty_page_has_a_violation(enter, shown, new, axe):
    """Light in French and dark in English: colours do not depend on words."""
    tabs, found, unlike = {}, {}, set()
    for served, one in [(new, one) for one in states.EMPTY] + [
        (shown, one) for one in states.QUICK
    ]:
        for lang, theme in zip(("fr", "en"), THEMES, strict=True):
            key = (served.origin, one.handle, lang)
            if key not in tabs:
                tabs[key] = enter(served, one.handle, lang, bypass_csp=True, color_scheme=theme)
            tab = tabs[key]
            one.show(tab, served.house)
            unlike.add(tab.locator("h1").first.inner_text())
            tab.evaluate(axe)
            found[one.name, theme] = violations(tab)
    assert {where: one for where, one in found.items() if one} == {}
    assert len(unlike) > len(states.QUICK)
