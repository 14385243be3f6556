"""A copy checked in a real browser: hashed there first, sent only when the person asks."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Request, expect

from approvals.desk.auth.reception import Reception
from approvals.desk.auth.site import Site
from approvals.desk.look import open_desk
from flows import desk as wiring
from flows.clock import SystemClock
from flows.house import House
from tests.desk.test_public import OUT
from tests.flows.test_publication_life import copies


@pytest.fixture
def origin(house: House) -> Iterator[str]:
    """The desk with its guards and its policy, listening on this machine."""
    door = socket.create_server(("127.0.0.1", 0))
    address = f"http://localhost:{door.getsockname()[1]}"
    reception = Reception.over(house.store, SystemClock(), Site(address))
    app = open_desk(wiring.desk(house), reception)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield address
    server.should_exit = True
    thread.join(10)
    door.close()


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """A tab in which anything that the policy stops, or that fails, fails the test."""
    context = chromium.new_context(locale="en-GB")
    context.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert not faults


@pytest.fixture
def copy(house: House, tmp_path: Path) -> Path:
    file = tmp_path / "copy.docx"
    file.write_bytes(house.vault.get(copies(house, OUT)["statement", "en"]))
    return file


def test_the_file_stays_until_the_full_check_is_asked_for(
    origin: str, tab: Page, copy: Path, house: House
) -> None:
    asked: list[Request] = []
    tab.on("request", lambda one: asked.append(one))
    tab.goto(f"{origin}/verify")
    full = tab.get_by_role("button", name="Send the file for the full check")
    expect(full).to_be_hidden()
    tab.get_by_label("File").set_input_files(copy)
    expect(tab.get_by_role("heading", level=1)).to_have_text("Genuine, and current")
    expect(tab.get_by_role("heading", level=1)).to_be_focused()
    expect(tab.get_by_role("status")).to_contain_text("the file has not left your machine")
    assert {one.method for one in asked} == {"GET"}
    digest = copies(house, OUT)["statement", "en"]
    assert any(one.url.endswith(f"/verify?hash={digest}") for one in asked)
    full.click()
    expect(tab.get_by_role("heading", name="What we checked")).to_be_visible()
    expect(tab.get_by_role("row")).to_have_count(6)
    assert [one.method for one in asked].count("POST") == 1


def test_an_altered_file_is_unknown_by_its_digest_and_altered_by_the_full_check(
    origin: str, tab: Page, copy: Path
) -> None:
    from tests.desk.test_verify import altered

    data = altered(
        copy.read_bytes(), "word/document.xml", lambda old: old.replace(b"future", b"past")
    )
    copy.write_bytes(data)
    tab.goto(f"{origin}/verify")
    tab.get_by_label("File").set_input_files(copy)
    expect(tab.get_by_role("heading", level=1)).to_have_text("Unknown here")
    tab.get_by_role("button", name="Send the file for the full check").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Altered since it was sealed")


def test_a_typed_digest_is_answered(origin: str, tab: Page, house: House) -> None:
    digest = copies(house, OUT)["statement", "fr"]
    tab.goto(f"{origin}/verify")
    tab.get_by_label("or its digest").fill(digest[:12].upper())
    tab.get_by_role("button", name="Check this copy").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("The current edition")


@pytest.mark.parametrize(
    "path", ["/published", f"/published/{OUT}", "/verify", "/accessibility", "/personal-data"]
)
@pytest.mark.parametrize("width", [1280, 390])
def test_a_public_page_is_no_wider_than_its_window(
    path: str, width: int, origin: str, tab: Page
) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(origin + path)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
