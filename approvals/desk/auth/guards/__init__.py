"""What stands before every page: pure ASGI, one guard a module, in the order of ``before``."""

from __future__ import annotations

from collections.abc import Sequence

from asgi_cross_origin_protection import CrossOriginProtection
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from approvals.desk.auth.guards.body import BodyGuard, Limits
from approvals.desk.auth.guards.headers import SecurityHeaders
from approvals.desk.auth.guards.hosts import AllowedHosts
from approvals.desk.auth.guards.origins import denial
from approvals.desk.auth.guards.requests import RequestIds
from approvals.desk.auth.refusing import API, Refuser, plainly
from approvals.desk.auth.site import Site

__all__ = ["Limits", "before", "wrap"]


def before(
    site: Site, refuse: Refuser = plainly, limits: Limits | None = None, most: int = 256 * 2**20
) -> Sequence[Middleware]:
    """Give the guards, outermost first, for ``Starlette(middleware=...)``.

    ``Identify`` (``approvals.desk.auth.identify``) comes after them. Requests under the API are
    not asked where they come from: no cookie is read there, so a browser can lend nobody's rights.
    """
    return (
        Middleware(RequestIds),
        Middleware(SecurityHeaders, secure=site.secure),
        Middleware(AllowedHosts, hosts=site.hosts, refuse=refuse),
        Middleware(
            CrossOriginProtection,
            exempt_paths=(API,),
            deny_app=denial(refuse),
            allow_unverifiable_requests=False,
        ),
        Middleware(BodyGuard, limits=limits or Limits(), most=most, refuse=refuse),
    )


def wrap(app: ASGIApp, guards: Sequence[Middleware]) -> ASGIApp:
    """Put guards around a whole application, its answers to its own mistakes (500) included."""
    for guard in reversed(guards):
        app = guard.cls(app, *guard.args, **guard.kwargs)
    return app
