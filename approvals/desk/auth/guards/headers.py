"""Tells browsers what a page of the desk may do: nothing but its own.

Scripts, styles, images and forms come from and go to this desk alone; nobody frames it; no feature
of the device is asked for but passkeys. A page that says nothing of caches is not kept in any.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)

_ALWAYS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "publickey-credentials-create=(self), publickey-credentials-get=(self)"
    ),
    # With "no-referrer" a browser would send "Origin: null" along with our own forms.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
HSTS = "max-age=63072000; includeSubDomains"


def headers_of(*, secure: bool) -> dict[str, str]:
    """Give what every answer bears; ``secure`` where browsers come through TLS (RFC 6797)."""
    return {**_ALWAYS, "strict-transport-security": HSTS} if secure else dict(_ALWAYS)


class SecurityHeaders:
    """ASGI middleware; a page may say its own ``Cache-Control``, and tighten what is here."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = headers_of(secure=secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, dressed)
