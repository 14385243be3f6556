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
from approvals.desk.api import answers
from approvals.desk.api import routes as api
from approvals.desk.books import Books
from approvals.desk.ports import Desk
from approvals.desk.routes import refused, see
from approvals.desk.tongue import Tongue
from approvals.errors import N_


class UnguardedRouteError(RuntimeError):
    """A route has no rule that says who may open it; the program does not start."""


def build(
    desk: Desk, middleware: Sequence[Middleware] = (), more: Sequence[BaseRoute] = ()
) -> Starlette:
    """Build the program; raise ``UnguardedRouteError`` where a route has no rule."""
    routes: list[BaseRoute] = [*pages.routes(), *api.routes(), *more]
    for route in routes:
        if getattr(route, "rule", None) is None:
            raise UnguardedRouteError(str(route))
    routes.append(Mount("/static", StaticFiles(directory=words.FOLDER / "static")))
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Tongue), *middleware],
        exception_handlers={404: _unknown},
    )
    app.state.desk = desk
    app.state.books = Books(desk.house)
    return app


async def _unknown(request: Request, fault: Exception) -> Response:
    seen = see(request)
    if request.url.path.startswith("/api/"):
        return answers.error(404, "unknown", seen.tr(N_("There is no such page.")))
    return refused(seen, 404, N_("There is no such page."))
