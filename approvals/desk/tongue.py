"""Remembers the language that somebody chose in an address, whatever page answers."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from approvals.desk.seen import LANGUAGE_COOKIE
from approvals.desk.words import LANGUAGES


class Tongue:
    """ASGI middleware: ``?lang=fr`` sets the cookie by which the next pages are French too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        chosen = _chosen(scope) if scope["type"] == "http" else None
        if chosen is None:
            await self._app(scope, receive, send)
            return
        cookie = f"{LANGUAGE_COOKIE}={chosen}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"

        async def remembering(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, remembering)


def _chosen(scope: Scope) -> str | None:
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    return asked if asked in LANGUAGES else None
