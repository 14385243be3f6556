"""Says who asks: reads the cookie, or under the API the bearer token, and puts it into the scope.

``request.state.person`` is the person's id or None, ``request.state.scopes`` a token's scopes or
None, ``request.state.asker`` everything that is known. Here nobody is refused; that is ``rules``'.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from approvals.desk.auth.accounts import Accounts
from approvals.desk.auth.people import Directory, Person
from approvals.desk.auth.refusing import is_api
from approvals.desk.auth.sessions import Session, Sessions, clear_cookie, roles_of, set_cookie
from approvals.desk.auth.site import Site
from approvals.desk.auth.tokens import Token, Tokens


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and how they came in; nobody at all where ``person`` is None."""

    person: Person | None = None
    session: Session | None = None
    cookie: str | None = None
    token: Token | None = None
    must_change: bool = False


NOBODY = Asker()


def asker(scope: Scope) -> Asker:
    """Give who asks, as ``Identify`` found out."""
    found = scope.get("state", {}).get("asker")
    return found if isinstance(found, Asker) else NOBODY


class Identify:
    """ASGI middleware; ``skip`` names folders in which nobody is asked who they are."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        site: Site,
        people: Directory,
        accounts: Accounts,
        sessions: Sessions,
        tokens: Tokens,
        skip: tuple[str, ...] = ("/static/",),
    ) -> None:
        self._app = app
        self._site = site
        self._people = people
        self._accounts = accounts
        self._sessions = sessions
        self._tokens = tokens
        self._skip = skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(self._skip):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        found, cookie = NOBODY, None
        if is_api(scope):
            secret = _bearer(request.headers.get("authorization", ""))
            if secret:
                found = await run_in_threadpool(self._by_token, secret)
        elif kept := request.cookies.get(self._site.cookie):
            found, cookie = await run_in_threadpool(self._by_cookie, kept)
        person = None if found.person is None else found.person.id
        scopes = None if found.token is None else found.token.scopes
        said = {"asker": found, "person": person, "scopes": scopes}
        scope["state"] = {**scope.get("state", {}), **said}

        async def handing(message: Message) -> None:
            if cookie is not None and message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # A page that signs in or out has set the cookie itself.
                own = f"{self._site.cookie}="
                if not any(one.startswith(own) for one in headers.getlist("set-cookie")):
                    headers.append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, handing)

    def _by_token(self, secret: str) -> Asker:
        token = self._tokens.find(secret)
        if token is None:
            return NOBODY
        person = self._people.person(token.person)
        account = self._accounts.find(token.person)
        if person is None or account is None or account.disabled:
            return NOBODY
        return Asker(person, token=token)

    def _by_cookie(self, secret: str) -> tuple[Asker, str | None]:
        session = self._sessions.find(secret)
        if session is None:
            return NOBODY, clear_cookie(self._site)
        person = self._people.person(session.person)
        account = self._accounts.find(session.person)
        if person is None or account is None or account.disabled:
            self._sessions.end(secret)
            return NOBODY, clear_cookie(self._site)
        cookie = None
        if session.roles != roles_of(person):
            fresh = self._sessions.renew(secret, person)
            if fresh is not None:
                secret, cookie = fresh, set_cookie(self._site, fresh)
        return Asker(person, session, secret, must_change=account.must_change), cookie


def _bearer(header: str) -> str:
    kind, _, secret = header.partition(" ")
    return secret.strip() if kind.casefold() == "bearer" else ""
