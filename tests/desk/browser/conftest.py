"""The whole desk in a real browser: a furnished house, entered by the demonstration's door."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page

from approvals import policy
from approvals.desk import demo
from approvals.desk.auth.reception import Reception
from approvals.desk.auth.site import Site
from approvals.desk.look import open_desk
from flows import desk as wiring
from flows.clock import SystemClock
from flows.house import House, open_house
from flows.stages import RUNS
from tests.conftest import missing


@dataclass
class Served:
    """A desk that listens on this machine, and its house."""

    house: House
    origin: str

    def catch_up(self, dossier: str) -> None:
        """Carry out what the dispatcher would."""
        while stage := policy.due(self.house.dossier(dossier), self.house.now()):
            RUNS[stage](self.house, dossier)


def serve(house: House) -> Iterator[Served]:
    """Serve a house until the test is over."""
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
        yield Served(house, origin)
    finally:
        server.should_exit = True
        thread.join(10)
        door.close()


@pytest.fixture
def served(house: House) -> Iterator[Served]:
    """A desk over a house of one's own."""
    yield from serve(house)


@pytest.fixture(scope="module")
def shown(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk over a house that is only looked at."""
    home = tmp_path_factory.mktemp("shown") / "house"
    shutil.copytree(furnished, home)
    house = open_house(home)
    yield from serve(house)
    house.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    place = Path(os.environ.get("ENONCE_AXE", ".venv/axe/node_modules/axe-core/axe.min.js"))
    if not place.exists():
        missing("axe-core is not installed (npm install --prefix .venv/axe axe-core)")
    return place.read_text("utf-8")


Enter = Callable[..., Page]


@pytest.fixture
def enter(chromium: Browser) -> Iterator[Enter]:
    """Open a tab as somebody of the cast, by handle; what the policy stops fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def as_(served: Served, handle: str | None = None, lang: str = "en", **more: object) -> Page:
        context = chromium.new_context(base_url=served.origin, **more)  # type: ignore[arg-type]
        contexts.append(context)
        context.add_cookies([{"name": "enonce_lang", "value": lang, "url": served.origin}])
        context.set_default_timeout(15_000)
        tab = context.new_page()
        tab.on(
            "console",
            lambda line: complaints.append(line.text) if "Content Security" in line.text else None,
        )
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        if handle is not None:
            who = {"person": served.house.person(handle).id}
            context.request.post("/demo/enter", form=who, headers={"Origin": served.origin})
        return tab

    yield as_
    for one in contexts:
        one.close()
    assert complaints == []
