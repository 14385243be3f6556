"""Take the README's pictures of the desk: ``make screenshots`` (needs Chromium).

A house is furnished as ``enonce serve --demo`` does, served in this process, and looked at by the
people of the sample. The pictures go to docs/images.

``make screenshots ARGS="--all --out FOLDER"`` takes every page and every state that the tests
know (tests/desk/browser), in both languages, light and dark, on a desk and on a phone, to be laid
beside the drawings; ``--only WORDS`` those whose name holds the words, ``--lang`` and ``--width``
one of each. The drawings name the fonts P052 and Noto Sans (Debian: fonts-urw-base35 and
fonts-noto-core); without them the browser takes what it finds.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flows import demo_desk, founding  # noqa: E402
from flows.house import House, open_house  # noqa: E402
from tests.desk.browser import conftest, states, test_axe  # noqa: E402
from tests.desk.browser.conftest import Served  # noqa: E402
from tests.desk.browser.states import State  # noqa: E402
from tests.desk.conftest import BROWSER, FLAGS  # noqa: E402

IMAGES = ROOT / "docs" / "images"
THEMES = ("light", "dark")
WIDTHS = {1180: 900, 390: 844}
LANGS = ("fr", "en")

served = contextmanager(conftest.serve)


@dataclass(frozen=True, slots=True)
class Picture:
    """One of the README's pictures: the page, whose eyes, the language, the window."""

    name: str
    path: str
    handle: str
    lang: str = "en"
    width: int = 1180
    height: int = 900


PICTURES = (
    Picture("todo", "/", "vasseur"),
    Picture("dossier", "/dossiers/charter", "delmas"),
    Picture("step", "/dossiers/charter/step", "vasseur", height=1000),
    Picture("pair", "/dossiers/strategy/pair", "fontanel", height=1000),
    Picture("session", "/dossiers/ethics/session", "aubrac", "fr", height=1000),
    Picture("results", "/consultations/imt-2020", "castagnet", height=1000),
    Picture("phone", "/dossiers/ethics/session", "drouhin", "fr", 390, 844),
)


def enter(
    browser: Browser, desk: Served, handle: str | None, lang: str, width: int, height: int
) -> Page:
    """Open a tab as somebody of the sample, or as nobody."""
    context = browser.new_context(
        base_url=desk.origin,
        locale={"fr": "fr-FR", "en": "en-GB"}[lang],
        viewport={"width": width, "height": height},
    )
    context.add_cookies([{"name": "enonce_lang", "value": lang, "url": desk.origin}])
    if handle is not None:
        who = {"person": desk.house.person(handle).id}
        context.request.post("/demo/enter", form=who, headers={"Origin": desk.origin})
    return context.new_page()


def take(browser: Browser, desk: Served) -> None:
    """Take the README's pictures."""
    IMAGES.mkdir(exist_ok=True)
    for one in PICTURES:
        tab = enter(browser, desk, one.handle, one.lang, one.width, one.height)
        tab.goto(one.path)
        tab.screenshot(path=IMAGES / f"{one.name}.png")
        tab.context.close()


@dataclass(slots=True)
class Album:
    """A folder of pictures, one for each state, language, theme and width."""

    browser: Browser
    folder: Path
    only: Callable[[str], object]
    langs: Sequence[str]
    widths: Sequence[int]

    def fill(self, desk: Served, prefix: str, found: Sequence[State]) -> None:
        """Take the states of one house, in their order."""
        tabs: dict[tuple[str | None, str, int], Page] = {}
        for number, one in enumerate(found, 1):
            one.before(desk.house)
            slug = re.sub(r"[^a-z0-9]+", "-", one.name.lower()).strip("-") or "front"
            name = f"{prefix}{number:02}-{slug}"
            if not self.only(name):
                continue
            for lang in self.langs:
                for width in self.widths:
                    who = (one.handle, lang, width)
                    if who not in tabs:
                        tabs[who] = enter(self.browser, desk, *who, WIDTHS[width])
                    self._shoot(tabs[who], desk, one, f"{name}.{lang}.{width}")
        for tab in tabs.values():
            tab.context.close()

    def _shoot(self, tab: Page, desk: Served, one: State, name: str) -> None:
        window = tab.viewport_size
        assert window is not None
        one.show(tab, desk.house)
        tall = int(tab.evaluate("document.documentElement.scrollHeight"))
        tab.set_viewport_size({**window, "height": max(tall, window["height"])})
        for theme in THEMES:  # at its whole height, so that what sticks stands where it belongs
            tab.emulate_media(color_scheme=theme)
            tab.screenshot(path=self.folder / f"{name}.{theme}.png")
        tab.emulate_media(color_scheme="light")
        tab.set_viewport_size(window)


def pages(desk: Served) -> Sequence[State]:
    """Give every page that axe looks at as a state at rest."""
    found = zip(test_axe.PAGES, test_axe.addresses(desk), strict=True)
    return [State(name, handle, states.at(path)) for name, (path, handle) in found]


@contextmanager
def opened(home: Path) -> Iterator[House]:
    """Open a house for as long as it is looked at."""
    house = open_house(home)
    try:
        yield house
    finally:
        house.close()


def main() -> None:
    """Furnish, serve, look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every page and state, not the README's")
    parser.add_argument("--out", type=Path, help="the folder for --all")
    parser.add_argument("--only", default="", help="a regular expression over the names")
    parser.add_argument("--lang", choices=LANGS)
    parser.add_argument("--width", type=int, choices=tuple(WIDTHS))
    asked = parser.parse_args()
    if asked.all and asked.out is None:
        parser.error("--all needs --out, a folder outside the repository")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=[*FLAGS])
        furnished = Path(folder) / "furnished"
        demo_desk.furnish(furnished).close()
        later = shutil.copytree(furnished, Path(folder) / "later")
        with opened(furnished) as house, served(house) as desk:
            if not asked.all:
                take(browser, desk)
                return
            asked.out.mkdir(parents=True, exist_ok=True)
            album = Album(
                browser,
                asked.out,
                re.compile(asked.only).search,
                [asked.lang] if asked.lang else LANGS,
                [asked.width] if asked.width else [*WIDTHS],
            )
            test_axe.deal_answers(house)
            album.fill(desk, "p", pages(desk))
            album.fill(desk, "q", states.QUICK)
        with opened(later) as house, served(house) as desk:
            album.fill(desk, "r", states.LATER)
        founding.found(Path(folder) / "empty", founding.sample_papers()).close()
        with opened(Path(folder) / "empty") as house, served(house) as desk:
            album.fill(desk, "s", states.EMPTY)


if __name__ == "__main__":
    main()
