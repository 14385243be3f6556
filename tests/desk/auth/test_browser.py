"""Signing in, adding a passkey and signing an act in a real browser, with a passkey of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from approvals.desk.auth.identify import asker
from approvals.desk.auth.passwords import Passwords
from approvals.desk.auth.reception import Reception
from approvals.desk.auth.rules import SignedIn, page
from approvals.desk.auth.signoff import Act, Signoff, check_signoff
from approvals.desk.auth.site import Site
from approvals.desk.look import open_desk
from approvals.names import Digest
from flows import desk as wiring
from flows.clock import SystemClock
from flows.house import House
from tests.desk.auth.conftest import GOOD


@dataclass
class Served:
    """A desk that listens on this machine, with one page on which an act is signed."""

    house: House
    origin: str
    reception: Reception
    signed: list[Signoff] = field(default_factory=list)

    def act(self, choice: str) -> Act:
        return Act("vote", "charter", 3, Digest("f" * 64), Digest("e" * 64), choice)

    async def form(self, request: Request) -> Response:
        return HTMLResponse(
            """<!doctype html><html lang="en"><title>Vote</title>
            <script src="/static/passkeys.js" defer></script>
            <form method="post" action="/try" data-signoff="/try/begin" data-failed="Not signed.">
            <label><input type="radio" name="choice" value="for">For</label>
            <label><input type="radio" name="choice" value="against">Against</label>
            <p role="alert" data-said hidden></p><button>Vote</button></form></html>"""
        )

    async def begin(self, request: Request) -> Response:
        person, form = asker(request.scope).person, await request.form()
        assert person is not None
        options = self.reception.signoffs.begin(person, self.act(str(form["choice"])))
        return Response(options, media_type="application/json")

    async def vote(self, request: Request) -> Response:
        person, form = asker(request.scope).person, await request.form()
        assert person is not None
        act = self.act(str(form["choice"]))
        done = self.reception.signoffs.verify_signoff(person, act, str(form["signoff"]))
        self.signed.append(done)
        return PlainTextResponse("counted")


@pytest.fixture
def served(house: House) -> Iterator[Served]:
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    origin = f"http://localhost:{door.getsockname()[1]}"
    passwords = Passwords(Argon2Hasher(1, 1024, 1))
    reception = Reception.over(house.store, SystemClock(), Site(origin), passwords=passwords)
    place = Served(house, origin, reception)
    app = open_desk(wiring.desk(house), reception)
    app.router.routes += [
        page("/try", place.form, rule=SignedIn()),
        page("/try", place.vote, rule=SignedIn(), methods=("POST",)),
        page("/try/begin", place.begin, rule=SignedIn(), methods=("POST",)),
    ]
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield place
    server.should_exit = True
    thread.join(10)
    door.close()


@pytest.fixture
def tab(chromium: Browser, served: Served) -> Iterator[Page]:
    """A tab with a passkey holder that knows its finger; anything that the policy stops fails."""
    context = chromium.new_context(base_url=served.origin, locale="en")
    in_english(context, served)
    context.set_default_timeout(10_000)
    opened, complaints = context.new_page(), list[str]()
    opened.on(
        "console",
        lambda line: complaints.append(line.text) if "Content Security" in line.text else None,
    )
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    session = context.new_cdp_session(opened)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield opened
    context.close()
    assert complaints == []


def in_english(context: BrowserContext, served: Served) -> None:
    context.add_cookies([{"name": "enonce_lang", "value": "en", "url": served.origin}])


def sign_in(tab: Page) -> None:
    tab.goto("/sign-in")
    tab.get_by_label("E-mail address or handle").fill("vasseur")
    tab.get_by_label("Password").fill(GOOD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    expect(tab.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_passkey_is_added_signs_in_and_signs_a_vote(tab: Page, served: Served) -> None:
    person = served.reception.people.named("vasseur")
    assert person is not None
    served.reception.accounts.set_password(person, GOOD)
    sign_in(tab)
    tab.goto("/me/passkeys")
    tab.get_by_label("Name of the new passkey").fill("Test key")
    tab.get_by_role("button", name="Add a passkey").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("You hold one passkey")
    expect(tab.get_by_role("row", name="Test key")).to_be_visible()
    tab.get_by_role("button", name="Sign out").click()
    expect(tab.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
    tab.goto("/sign-in?next=/dossiers")
    tab.get_by_role("button", name="Sign in with a passkey").click()
    tab.wait_for_url(f"{served.origin}/dossiers")

    tab.goto("/try")
    tab.get_by_label("For").check()
    tab.get_by_role("button", name="Vote").click()
    expect(tab.locator("body")).to_have_text("counted")
    (signed,) = served.signed
    (held,) = served.reception.passkeys.of(person.id)
    said = check_signoff(signed, held.public_key)
    assert (said["person"], said["choice"], said["dossier"]) == (person.id, "for", "charter")

    assert served.reception.passkeys.remove(person.id, held.id)
    tab.goto("/sign-in?again=1")
    tab.get_by_role("button", name="Sign in with a passkey").click()
    expect(tab.get_by_role("alert")).to_contain_text("not known here")


def test_without_scripts_a_password_is_enough(chromium: Browser, served: Served) -> None:
    person = served.reception.people.named("vasseur")
    assert person is not None
    served.reception.accounts.set_password(person, GOOD)
    context = chromium.new_context(base_url=served.origin, locale="en", java_script_enabled=False)
    in_english(context, served)
    tab = context.new_page()
    sign_in(tab)
    tab.goto("/me/password")
    tab.get_by_label("Present password").fill(GOOD)
    for label in ("New password", "The new password again"):
        tab.get_by_label(label, exact=True).fill("une autre suite de mots")
    tab.get_by_role("button", name="Keep this password").click()
    expect(tab.get_by_role("status")).to_contain_text("Your password was changed")
    tab.goto("/sign-in?again=1")
    expect(tab.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    tab.get_by_role("button", name="Sign out").click()
    expect(tab.get_by_role("status")).to_have_text("You are signed out.")
    context.close()
