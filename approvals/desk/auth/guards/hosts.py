"""Answers under the desk's own names only.

Otherwise a page elsewhere could let its own name point to this machine and read the desk as if it
were its own (DNS rebinding), and a link in a mail could be made to lead anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from approvals.desk.auth.refusing import Refusal, Refuser, plainly
from approvals.errors import N_

_HOST = re.compile(rb"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?").fullmatch


class AllowedHosts:
    """ASGI middleware; ``hosts`` are names without ports, IPv6 addresses without brackets."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], refuse: Refuser = plainly) -> None:
        self._app = app
        self._hosts = frozenset(host.casefold() for host in hosts)
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == b"host"]
        found = _HOST(given[0]) if len(given) == 1 else None
        host = found[1].decode().strip("[]").casefold() if found else ""
        if host in self._hosts:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            # 421 would invite the browser to try again on another connection.
            said = N_("This desk does not answer under that name. Open it under its own address.")
            await self._refuse(scope, receive, send, Refusal(400, said))
