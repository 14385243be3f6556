"""The whole desk with its real door, and everybody of the sample signed in at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from approvals.desk import demo
from approvals.desk.auth.passwords import Passwords
from approvals.desk.auth.people import Directory
from approvals.desk.auth.reception import Reception
from approvals.desk.auth.sessions import How
from approvals.desk.auth.site import Site
from approvals.desk.auth.tokens import scopes_for
from approvals.desk.look import open_desk
from flows import desk as wiring
from flows.house import House
from tests.desk.access import ROLES

SITE = Site("http://localhost")
GOOD = "quatre mots pris ensemble"


@dataclass
class Town:
    """A desk, and for each of its people the headers by which they come in."""

    house: House
    app: Starlette
    reception: Reception
    cookies: dict[str | None, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    scopes: dict[str, frozenset[str]] = field(default_factory=dict)

    def browser(self, handle: str | None) -> dict[str, str]:
        """Give the headers of somebody's browser on the desk's own pages."""
        return {**self.cookies[handle], "sec-fetch-site": "same-origin"}


def gathered(house: House, handles: Iterable[str] = ROLES, *, with_demo: bool = False) -> Town:
    """Open the desk over a house and sign everybody in, people and programs."""
    cheap = Passwords(Argon2Hasher(1, 1024, 1))
    reception = Reception.over(house.store, house.clock, SITE, passwords=cheap)
    more: Sequence[BaseRoute] = demo.routes(reception) if with_demo else ()
    made = Town(house, open_desk(wiring.desk(house), reception, more), reception, {None: {}})
    for handle in handles:
        person = Directory(house.store).named(handle)
        assert person is not None
        reception.accounts.set_password(person, GOOD)
        cookie = reception.sessions.begin(person, How.PASSWORD)
        made.cookies[handle] = {"cookie": f"{SITE.cookie}={cookie}"}
        scopes = scopes_for(person)
        made.scopes[handle] = frozenset(scopes)
        if scopes:
            secret = reception.tokens.issue(person, "matrix", scopes)
            made.tokens[handle] = {"authorization": f"Bearer {secret}"}
    return made


def routes(app: Starlette) -> list[tuple[str, str]]:
    """Give every route of the program as method and address, the API's too."""
    return [
        (method, route.path)  # type: ignore[attr-defined]
        for route in app.routes
        for method in sorted((getattr(route, "methods", None) or set()) - {"HEAD"})
    ]
