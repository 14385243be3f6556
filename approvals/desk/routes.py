"""From a page to a route: reads the request, keeps the door, and says refusals as sentences.

A page is a function that takes ``Seen`` and gives a response; it runs in a thread, since it waits
for the database. ``page`` is the only way to make a route, so every route has a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from approvals.desk.auth.forms import read_form
from approvals.desk.auth.guards.body import Limits, admit
from approvals.desk.auth.identify import asker
from approvals.desk.auth.rules import CHANGE
from approvals.desk.ports import Desk
from approvals.desk.rules import ANYBODY, Entrance, Rule
from approvals.desk.seen import Seen
from approvals.errors import N_, ApprovalError, NotEntitledError, StaleVersionError
from approvals.store.errors import REFUSED, DatabaseError
from documents.errors import DocumentError
from locales.errors import LocaleError

Page = Callable[[Seen], Response]

REFUSALS: Final = (ApprovalError, DocumentError, LocaleError)

log = structlog.get_logger("enonce.desk")


class Door(Route):
    """A route that knows its rule."""

    rule: Rule


def page(
    path: str,
    handler: Page,
    rule: Rule,
    methods: Sequence[str] = ("GET",),
    limits: Limits | None = None,
) -> Route:
    """Make a route of a page; ``limits`` is for one that takes more than a form."""

    async def endpoint(request: Request) -> Response:
        seen = see(request)
        # Before a byte of the body is read: strangers send none.
        turned_away = await run_in_threadpool(_at_the_door, seen, rule)
        if turned_away is not None:
            return turned_away
        if request.method == "POST":
            admit(request.scope, limits)
            seen.form = await read_form(request)
        try:
            return await run_in_threadpool(_answer, seen, handler)
        finally:
            await seen.form.close()

    route = Door(path, endpoint, methods=list(methods), name=f"{handler.__module__}.{path}")
    route.rule = rule
    return route


def see(request: Request) -> Seen:
    """Read a request, without its body."""
    desk: Desk = request.app.state.desk
    state = request.scope.get("state", {})
    return Seen(
        request, desk, request.app.state.books, state.get("person"), scopes=state.get("scopes")
    )


def _at_the_door(seen: Seen, rule: Rule) -> Response | None:
    entrance = rule.judge(seen)
    if entrance is Entrance.SIGN_IN:
        return seen.go("/sign-in", next=seen.request.url.path)
    if entrance is Entrance.UNKNOWN:
        return refused(seen, 404, N_("There is no such page."))
    if entrance is Entrance.FORBIDDEN:
        return refused(seen, 403, N_("Your roles do not open this page."))
    if asker(seen.request.scope).must_change and rule is not ANYBODY:
        return seen.go(CHANGE)
    return None


def _answer(seen: Seen, handler: Page) -> Response:
    try:
        return handler(seen)
    except REFUSALS as fault:
        if status(fault) >= 500:
            log.error("database", exc_info=fault)
        return refused(seen, status(fault), fault.message, **fault.data)


def status(fault: Exception) -> int:
    """Give the HTTP status that a refusal has."""
    if isinstance(fault, StaleVersionError):
        return 409
    if isinstance(fault, NotEntitledError):
        return 403
    if isinstance(fault, DatabaseError) and not isinstance(fault, REFUSED):
        return 503
    return 422


def refused(seen: Seen, code: int, message: str, **data: object) -> Response:
    """Say on a page of its own why something was not done."""
    return seen.render(
        "refused.html",
        code,
        sentence=seen.tr(message, **data),
        code=code,
        again=seen.request.method == "POST",
    )
