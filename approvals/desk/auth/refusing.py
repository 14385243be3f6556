"""How a guard says no, before any page is reached.

A guard knows no templates: it hands a sentence to a ``Refuser``, which the desk gives it and which
answers in the person's language. ``plainly`` is the one that needs nothing: text, or JSON (RFC
9457) under the API.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from approvals.errors import Value

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status, the English sentence with its fields, and headers that go with it."""

    status: int
    message: str
    data: Mapping[str, Value] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format_map(self.data)


Refuser = Callable[[Scope, Receive, Send, Refusal], Awaitable[None]]


def is_api(scope: Scope) -> bool:
    """Say whether a request asks the API, where cookies mean nothing."""
    path = str(scope.get("path", ""))
    return path == API or path.startswith(f"{API}/")


async def plainly(scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
    """Answer with the English sentence alone."""
    headers = {"cache-control": "no-store", **refusal.headers}
    if is_api(scope):
        problem = {"status": refusal.status, "detail": str(refusal)}
        kind = "application/problem+json"
        body = json.dumps(problem).encode()
    else:
        kind, body = "text/plain; charset=utf-8", f"{refusal}\n".encode()
    response = Response(body, refusal.status, headers, media_type=kind)
    await response(scope, receive, send)
