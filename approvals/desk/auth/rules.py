"""Who may come in: every route says it, and a desk with a route that does not is not built.

A rule is asked before the page and before a byte of its body is read. What the page then does is
guarded again by the handlers of ``approvals``: a rule never says yes to an act. Whoever has no part
in something is answered as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Asgi

from approvals.desk.auth.guards.body import Limits, admit
from approvals.desk.auth.identify import Asker, asker
from approvals.desk.auth.refusing import API, is_api
from approvals.desk.auth.tokens import Scope
from approvals.errors import N_
from approvals.names import PersonId, Role

SIGN_IN = "/sign-in"
CHANGE = "/me/password"


class Verdict(StrEnum):
    """What becomes of somebody at the door, the most telling last."""

    COME_IN = "come in"
    FORBIDDEN = "forbidden"
    HIDDEN = "hidden"
    SIGN_IN = "sign in"


_WEIGHT = {verdict: place for place, verdict in enumerate(Verdict)}


class Rule(Protocol):
    """Judges one request; ``params`` are the route's, as text."""

    def judge(self, who: Asker, params: Mapping[str, str]) -> Verdict:
        """Say what becomes of them; may ask the database."""
        ...


@dataclass(frozen=True, slots=True)
class Anybody:
    """No account is needed."""

    def judge(self, who: Asker, params: Mapping[str, str]) -> Verdict:
        """Let everybody in."""
        return Verdict.COME_IN


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever is enrolled and signed in; ``in_haste`` also who has to choose a password first."""

    in_haste: bool = False

    def judge(self, who: Asker, params: Mapping[str, str]) -> Verdict:
        """Let in whoever is signed in."""
        return Verdict.SIGN_IN if who.person is None else Verdict.COME_IN


class Has:
    """Whoever holds one of these roles."""

    __slots__ = ("roles",)

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    def __repr__(self) -> str:
        return f"Has({', '.join(sorted(self.roles))})"

    def judge(self, who: Asker, params: Mapping[str, str]) -> Verdict:
        """Let in whoever holds one of the roles."""
        if who.person is None:
            return Verdict.SIGN_IN
        return Verdict.COME_IN if self.roles & who.person.roles else Verdict.FORBIDDEN


class Decides(Has):
    """Whoever holds one of these roles and does not run the house: an administrator never decides.

    Administrators give out roles and links, so one who also decided could decide for anybody.
    """

    def __repr__(self) -> str:
        return f"Decides({', '.join(sorted(self.roles))})"

    def judge(self, who: Asker, params: Mapping[str, str]) -> Verdict:
        """Let in whoever holds one of the roles, and no administrator."""
        if who.person is not None and Role.ADMINISTRATOR in who.person.roles:
            return Verdict.FORBIDDEN
        return Has.judge(self, who, params)


class Parts(Protocol):
    """Says who has part in what; the desk's own reading of the house gives it."""

    def __call__(self, person: PersonId, id: str) -> bool:
        """Say whether the thing exists and this person may know of it."""
        ...


@dataclass(frozen=True, slots=True)
class PartOf:
    """Whoever has part in the thing that a parameter of the route names; others get 404."""

    param: str
    parts: Parts

    def __repr__(self) -> str:
        return f"PartOf({self.param})"

    def judge(self, who: Asker, params: Mapping[str, str]) -> Verdict:
        """Let in whoever has part in it."""
        if who.person is None:
            return Verdict.SIGN_IN
        fine = self.parts(who.person.id, params.get(self.param, ""))
        return Verdict.COME_IN if fine else Verdict.HIDDEN


@dataclass(frozen=True, slots=True)
class Oneself:
    """The person whose id a parameter of the route gives; others get 404."""

    param: str

    def judge(self, who: Asker, params: Mapping[str, str]) -> Verdict:
        """Let in the person alone."""
        if who.person is None:
            return Verdict.SIGN_IN
        return Verdict.COME_IN if params.get(self.param) == who.person.id else Verdict.HIDDEN


class AllOf:
    """Whoever every one of these rules lets in; what is hidden stays hidden."""

    __slots__ = ("rules",)

    def __init__(self, *rules: Rule) -> None:
        self.rules = rules

    def __repr__(self) -> str:
        return f"AllOf({', '.join(map(repr, self.rules))})"

    def judge(self, who: Asker, params: Mapping[str, str]) -> Verdict:
        """Ask each rule, and give the most telling answer."""
        return max((rule.judge(who, params) for rule in self.rules), key=_WEIGHT.__getitem__)


@dataclass(frozen=True, slots=True)
class Within:
    """A program with a token of this scope whose owner the other rule lets in; for the API."""

    scope: Scope
    rule: Rule

    def judge(self, who: Asker, params: Mapping[str, str]) -> Verdict:
        """Let in a token that has the scope."""
        if who.token is None:
            return Verdict.SIGN_IN
        verdict = self.rule.judge(who, params)
        if verdict is Verdict.COME_IN and self.scope not in who.token.scopes:
            return Verdict.FORBIDDEN
        return verdict


Endpoint = Callable[[Request], Response | Awaitable[Response]]


class Page(Route):
    """A route that knows who may come in, and how large a body it takes."""

    def __init__(
        self,
        path: str,
        endpoint: Endpoint,
        rule: Rule,
        methods: Collection[str],
        name: str | None,
        limits: Limits | None,
    ) -> None:
        super().__init__(path, endpoint, methods=[*methods], name=name)
        self.rule = rule
        self.limits = limits

    async def handle(self, scope: Asgi, receive: Receive, send: Send) -> None:
        """Ask the rule, then the page."""
        if self.methods and scope["method"] not in self.methods:
            await super().handle(scope, receive, send)
            return
        who = asker(scope)
        params = {name: str(value) for name, value in scope["path_params"].items()}
        verdict = await run_in_threadpool(self.rule.judge, who, params)
        if verdict is not Verdict.COME_IN:
            await _turn_away(verdict, scope, receive, send)
            return
        if who.must_change and not _in_haste(self.rule):
            await RedirectResponse(CHANGE, 303)(scope, receive, send)
            return
        admit(scope, self.limits)
        await super().handle(scope, receive, send)


def page(
    path: str,
    endpoint: Endpoint,
    *,
    rule: Rule,
    methods: Collection[str] = ("GET",),
    name: str | None = None,
    limits: Limits | None = None,
) -> Page:
    """Make a route; ``limits`` is for one that takes more, or longer, than a form."""
    return Page(path, endpoint, rule, methods, name, limits)


class PublicFiles(Mount):
    """A folder that anybody may read: styles, scripts."""

    rule: Rule = Anybody()

    def __init__(self, path: str, app: ASGIApp, name: str | None = None) -> None:
        super().__init__(path, app, name=name)


@dataclass(frozen=True, slots=True)
class Door:
    """One route as the matrix of roles, routes and states asks it."""

    path: str
    methods: frozenset[str]
    rule: Rule


class RouteWithoutRuleError(Exception):
    """A desk was about to open doors that nobody watches; ``paths`` names them."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__(f"no rule says who may come in at {', '.join(paths)}")
        self.paths = paths


def check_rules(routes: Iterable[BaseRoute]) -> tuple[Door, ...]:
    """Give every door with its rule; raise ``RouteWithoutRuleError`` where one has none.

    A route under the API has to be open to anybody or held by a token's scope: cookies are not
    read there.
    """
    doors: list[Door] = []
    bare: list[str] = []
    _walk(routes, "", doors, bare)
    bare += [door.path for door in doors if _is_loose(door)]
    if bare:
        raise RouteWithoutRuleError(tuple(bare))
    return tuple(doors)


def _walk(routes: Iterable[BaseRoute], under: str, doors: list[Door], bare: list[str]) -> None:
    for route in routes:
        path = under + str(getattr(route, "path", type(route).__name__))
        rule = getattr(route, "rule", None)
        if rule is None and isinstance(route, Mount) and route.routes:
            _walk(route.routes, path, doors, bare)
        elif rule is None:
            bare.append(path)
        else:
            doors.append(Door(path, frozenset(getattr(route, "methods", None) or {"GET"}), rule))


def _is_loose(door: Door) -> bool:
    """Say whether a rule made for pages stands under the API."""
    for_pages = SignedIn | Has | PartOf | Oneself | AllOf
    return door.path.startswith(f"{API}/") and isinstance(door.rule, for_pages)


def _in_haste(rule: Rule) -> bool:
    return isinstance(rule, Anybody) or (isinstance(rule, SignedIn) and rule.in_haste)


_SAID = {
    Verdict.SIGN_IN: (401, N_("Sign in to see this.")),
    Verdict.FORBIDDEN: (403, N_("Your roles do not open this page.")),
    Verdict.HIDDEN: (404, N_("There is no such page.")),
}


async def _turn_away(verdict: Verdict, scope: Asgi, receive: Receive, send: Send) -> None:
    """Answer who may not come in: to the sign-in page from a page, else with a status.

    The status is an ``HTTPException`` whose ``detail`` is the English sentence, for the desk's own
    handler to translate and dress.
    """
    status, said = _SAID[verdict]
    if verdict is Verdict.SIGN_IN and scope["method"] in ("GET", "HEAD") and not is_api(scope):
        asked = scope["path"] + (f"?{query}" if (query := scope["query_string"].decode()) else "")
        onward = RedirectResponse(f"{SIGN_IN}?next={quote(asked, safe='/')}", 303)
        await onward(scope, receive, send)
        return
    headers = (
        {"www-authenticate": 'Bearer realm="enonce"'} if status == 401 and is_api(scope) else {}
    )
    raise HTTPException(status, said, headers)
