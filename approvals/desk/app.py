"""Builds the desk: one Starlette program over one house."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from approvals.desk import pages, words
from approvals.desk.books import Books
from approvals.desk.ports import Desk
from approvals.desk.routes import Door, refused
from approvals.desk.seen import Seen
from approvals.errors import N_


class UnguardedRouteError(RuntimeError):
    """A route has no rule that says who may open it; the program does not start."""


def build(
    desk: Desk, middleware: Sequence[Middleware] = (), more: Sequence[BaseRoute] = ()
) -> Starlette:
    """Build the program; raise ``UnguardedRouteError`` where a route has no rule."""
    routes: list[BaseRoute] = [*pages.routes(), *more]
    for route in routes:
        if not isinstance(route, Door):
            raise UnguardedRouteError(str(route))
    routes.append(Mount("/static", StaticFiles(directory=words.FOLDER / "static")))
    app = Starlette(routes=routes, middleware=list(middleware), exception_handlers={404: _unknown})
    app.state.desk = desk
    app.state.books = Books(desk.house)
    return app


async def _unknown(request: Request, fault: Exception) -> Response:
    person = request.scope.get("state", {}).get("person")
    seen = Seen(request, request.app.state.desk, request.app.state.books, person)
    return refused(seen, 404, N_("There is no such page."))
