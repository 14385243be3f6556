"""The desk over a furnished house: texts in several states, and somebody at the door."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from approvals.desk.app import build
from flows import demo_desk
from flows import desk as wiring
from flows.house import House, open_house
from tests.conftest import missing

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")  # the first is thrice as fast
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with texts in several states; to be copied, not changed."""
    home = tmp_path_factory.mktemp("furnished") / "house"
    demo_desk.furnish(home).close()
    return home


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    """A copy of the furnished house, at the present of its clock."""
    home = tmp_path / "house"
    shutil.copytree(furnished, home)
    opened = open_house(home)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser."""
    if BROWSER is None:
        missing("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=[*FLAGS])
        yield browser
        browser.close()


class Door:
    """Says who is there by a cookie: how people sign in is tested elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            connection = HTTPConnection(scope)
            state = scope.setdefault("state", {})
            state["person"] = connection.cookies.get("person")
            if scope["path"].startswith("/api/"):
                token = connection.headers.get("authorization", "").removeprefix("Bearer ")
                person, _, scopes = token.partition("/")
                state["person"] = person or None
                state["scopes"] = frozenset(scopes.split(",")) if person else None
        await self._app(scope, receive, send)


@pytest.fixture
def visit(house: House) -> Iterator[Callable[..., TestClient]]:
    """Open the desk as somebody, by handle; as nobody where none is given."""
    app = build(wiring.desk(house), [Middleware(Door)])
    opened: list[TestClient] = []

    def as_(handle: str | None = None, lang: str = "en") -> TestClient:
        client = TestClient(app, follow_redirects=True)
        client.cookies.set("enonce_lang", lang)
        if handle is not None:
            client.cookies.set("person", house.person(handle).id)
        opened.append(client)
        return client

    yield as_
    for one in opened:
        one.close()


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A key for one act."""
    return request.node.name
