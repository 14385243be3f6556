"""One module a page: what it shows, the acts that its buttons bring, and its ``ROUTES``."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import Route

from approvals.desk.pages import dossier, dossiers, files, mail, remarks, step, todo


def routes() -> Sequence[Route]:
    """Give every route of every page."""
    modules = (todo, dossiers, dossier, files, step, remarks, mail)
    return [route for module in modules for route in module.ROUTES]
