"""Take the README's pictures of the desk: ``make screenshots`` (needs Chromium).

A house is furnished as ``enonce serve --demo`` does, served in this process, and looked at by the
people of the sample. The pictures go to docs/images.
"""

from __future__ import annotations

import socket
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from approvals.desk import demo  # noqa: E402
from approvals.desk.auth.reception import Reception  # noqa: E402
from approvals.desk.auth.site import Site  # noqa: E402
from approvals.desk.look import open_desk  # noqa: E402
from flows import demo_desk  # noqa: E402
from flows import desk as wiring  # noqa: E402
from flows.clock import SystemClock  # noqa: E402
from flows.house import House, open_house  # noqa: E402
from tests.desk.conftest import BROWSER, FLAGS  # noqa: E402


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: the page, whose eyes, the language, the window."""

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


def take(browser: Browser, origin: str, house: House, one: Picture) -> None:
    """Take one picture."""
    context = browser.new_context(
        base_url=origin, viewport={"width": one.width, "height": one.height}
    )
    context.add_cookies([{"name": "enonce_lang", "value": one.lang, "url": origin}])
    tab = context.new_page()
    tab.goto("/demo")
    tab.locator(f'form:has(input[value="{house.person(one.handle).id}"]) button').click()
    tab.wait_for_url(f"{origin}/")
    tab.goto(one.path)
    tab.screenshot(path=ROOT / "docs" / "images" / f"{one.name}.png")
    context.close()


def main() -> None:
    """Furnish, serve, look."""
    (ROOT / "docs" / "images").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "house"
        demo_desk.furnish(home).close()
        house = open_house(home)
        door = socket.create_server(("127.0.0.1", 0))
        origin = f"http://localhost:{door.getsockname()[1]}"
        reception = Reception.over(house.store, SystemClock(), Site(origin))
        app = open_desk(wiring.desk(house), reception, demo.routes(reception))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=BROWSER, args=[*FLAGS])
                for one in PICTURES:
                    take(browser, origin, house, one)
                browser.close()
        finally:
            server.should_exit = True
            thread.join(10)
            house.close()


if __name__ == "__main__":
    main()
