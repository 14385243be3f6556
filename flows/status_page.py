"""The plain status page of a house: where every dossier stands, in French or English, to read only.

No script, no cookie, nothing from elsewhere. The desk, where people act, is another program.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from approvals import terms
from approvals.dossier import Dossier
from approvals.waiting import waiting_on
from flows.embedded import Service
from flows.house import House
from flows.showing import ROAD, station
from locales.catalog import say
from locales.errors import N_

FOLDER = Path(__file__).parent / "status"
REFRESH = "10"

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def app(house: House, service: Service) -> Starlette:
    """Build the page for one house."""
    templates = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )

    def page(request: Request) -> Response:
        language = _language(request)
        dossiers = [_shown(one, language) for one in house.dossiers()]
        founded = house.register().founded
        size, head = house.store.head()

        def tr(message: str, **data: object) -> str:
            return say(message, language, **data)

        html = templates.get_template("page.html").render(
            lang=language,
            title=tr("Where the dossiers stand"),
            words={
                "language": tr("Language"),
                "road": tr("The road"),
                "pair": tr("pair"),
                "none": tr("There is no dossier yet. “enonce submit FILE --as PERSON” begins one."),
                "ledger": tr("Ledger: {size} entries, head", size=size),
                "demonstration": tr(
                    "The seal of this house is a demonstration: it proves nothing outside this "
                    "installation."
                ),
            },
            institution=founded.institution.in_(language) if founded else "",
            dossiers=dossiers,
            head=head[:12],
            demonstration=house.settings.key_file is None,
        )
        return HTMLResponse(html, headers={"Refresh": REFRESH})

    def health(_request: Request) -> Response:
        standing = service.server.healthy()
        size, head = house.store.head()
        return JSONResponse(
            {"ok": standing, "prefect": standing, "ledger": {"size": size, "head": head}},
            status_code=200 if standing else 503,
        )

    def style(_request: Request) -> Response:
        return FileResponse(FOLDER / "status.css", media_type="text/css")

    return Starlette(
        routes=[Route("/", page), Route("/status.css", style), Route("/healthz", health)],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=_guarded)],
    )


async def _guarded(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    """Answer only to this machine's own names, and tell the browser to load nothing else."""
    host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    if host not in ("127.0.0.1", "localhost", "[::1]"):
        return JSONResponse({"ok": False}, status_code=421)
    response = await call(request)
    response.headers.update(HEADERS)
    return response


def _language(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    if asked in ("fr", "en"):
        return asked
    accepted = request.headers.get("accept-language", "").lower()
    places = {language: accepted.find(language) for language in ("fr", "en")}
    found = {language: place for language, place in places.items() if place >= 0}
    return min(found, key=lambda language: found[language]) if found else "en"


def _shown(dossier: Dossier, language: str) -> dict[str, Any]:
    here = station(dossier.state)
    waiting = waiting_on(dossier)
    arrived = here == len(ROAD) - 1

    def mark(place: int) -> str:
        if place < here or arrived:
            return "behind"
        return "here" if place == here else "ahead"

    return {
        "id": dossier.id,
        "title": dossier.opened.title.in_(language) if dossier.opened else dossier.id,
        "state": say(terms.STATE_NAMES[dossier.state], language).capitalize(),
        "waiting": say(waiting.message, language, **waiting.data),
        "since": say(N_("since {when}"), language, when=dossier.since) if dossier.since else "",
        "pair": (dossier.pair or "")[:12],
        "road": [
            {"name": say(name, language), "mark": mark(place)}
            for place, (name, _) in enumerate(ROAD)
        ],
    }
