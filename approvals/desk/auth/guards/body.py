"""Holds back bodies that are too large or too slow: 413, 408, and memory stays flat.

Starlette of itself takes any body. The limit is the small one unless the route asked for more
(``BodyGate.admit``, which ``rules.page`` calls before the page reads anything), so an unknown
address, a stranger and a page without an upload never get more than the small one read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from approvals.desk.auth.refusing import Refusal, Refuser, plainly
from approvals.errors import N_, Value

GATE = "enonce.body"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one body may hold, and how long it may take.

    ``pause`` is the longest wait for its next piece, ``pace`` the least bytes a second over the
    whole, after a first ``grace``; both in seconds.
    """

    size: int = 2**20
    pause: float = 20
    grace: float = 30
    pace: int = 8 * 1024


UPLOAD = Limits(size=64 * 2**20)
"""For routes that take a Word file; what is in it is judged by ``documents.intake``."""


class BodyRefusedError(HTTPException):
    """A body was held back; Starlette answers with the status, as for any ``HTTPException``."""

    def __init__(self, status: int, message: str, **data: Value) -> None:
        self.refusal = Refusal(status, message, data, {"connection": "close"})
        super().__init__(status, str(self.refusal), dict(self.refusal.headers))


class BodyGate:
    """The body of one request, counted as it comes in."""

    def __init__(self, receive: Receive, limits: Limits, declared: int | None) -> None:
        self._receive = receive
        self._declared = declared
        self._seen = 0
        self._began: float | None = None
        self._whole = False
        self.limits = limits

    def admit(self, limits: Limits | None = None) -> None:
        """Set this route's own limits; raise ``BodyRefusedError`` where more was announced."""
        if limits is not None:
            self.limits = limits
        if self._declared is not None and self._declared > self.limits.size:
            raise self._too_large()

    async def receive(self) -> Message:
        """Give the next message; raise ``BodyRefusedError`` at one byte or second too many."""
        if self._whole:
            return await self._receive()
        self.admit()
        if self._began is None:
            self._began = time.monotonic()
        try:
            async with asyncio.timeout(self._patience()):
                message = await self._receive()
        except TimeoutError as error:
            raise BodyRefusedError(
                408, N_("The upload came too slowly and was given up. Try again on a better line.")
            ) from error
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._seen > self.limits.size:
                raise self._too_large()
        return message

    def _patience(self) -> float:
        limits = self.limits
        spent = time.monotonic() - (self._began or 0)
        allowed = limits.grace + self._seen / limits.pace
        return max(0, min(limits.pause, allowed - spent))

    def _too_large(self) -> BodyRefusedError:
        return BodyRefusedError(
            413,
            N_("This is larger than the {most} KB that can be taken here. Send less at once."),
            most=self.limits.size // 1024,
        )


def admit(scope: Scope, limits: Limits | None = None) -> None:
    """Set the limits of the route that is about to read a body; for routes that are no ``Page``."""
    gate = scope.get(GATE)
    if isinstance(gate, BodyGate):
        gate.admit(limits)


class BodyGuard:
    """ASGI middleware; ``most`` is what no route may go beyond."""

    def __init__(
        self, app: ASGIApp, *, limits: Limits, most: int, refuse: Refuser = plainly
    ) -> None:
        self._app = app
        self._limits = limits
        self._most = most
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        length = headers.get(b"content-length", b"")
        declared = int(length) if length.isdigit() and len(length) < 16 else None
        if length and declared is None:
            declared = self._most + 1
        gate = BodyGate(receive, self._limits, declared)
        scope[GATE] = gate
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            if declared is not None and declared > self._most:
                gate.admit(Limits(size=self._most))
            await self._app(scope, gate.receive, watched)
        except BodyRefusedError as error:
            if begun:
                raise
            await self._refuse(scope, receive, send, error.refusal)
