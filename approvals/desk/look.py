"""Joins the pages of ``auth`` to the desk's own look, and opens the desk with its doors kept.

``auth`` knows no templates: it asks for a page by name and hands over a sentence. The refusals of
the guards, of rules and of bodies come out here as the desk's page, or as JSON under the API.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from approvals.desk import app
from approvals.desk.api import answers
from approvals.desk.auth.guards.body import BodyRefusedError
from approvals.desk.auth.guards.headers import headers_of
from approvals.desk.auth.key_pages import KeyPages
from approvals.desk.auth.pages import EntrancePages
from approvals.desk.auth.reception import Reception
from approvals.desk.auth.refusing import Refusal, is_api
from approvals.desk.ports import Desk
from approvals.desk.routes import refused
from approvals.desk.seen import Seen
from approvals.desk.signing import Signing
from approvals.errors import N_, Value

log = structlog.get_logger("enonce.desk")

_BROKEN = N_(
    "The desk met a fault of its own. What you did may not be done; look before you do it again."
)
_PLAIN = {
    400: N_("What was sent cannot be read, and nothing was done. Go back and try again."),
    404: N_("There is no such page."),
    405: N_("This address is not asked in that way."),
}
"""What is said where the framework's own words would be."""


class DeskLook:
    """Fills the desk's templates for the pages of ``auth``."""

    def render(
        self, request: Request, name: str, context: Mapping[str, object], status: int = 200
    ) -> Response:
        """Fill a template."""
        return _seen(request).render(name, status, **context)

    def say(self, request: Request, message: str, data: Mapping[str, Value]) -> str:
        """Say a sentence in the language of whoever asks."""
        return _seen(request).tr(message, **data)

    def language(self, request: Request) -> str:
        """Give the language of whoever asks."""
        return _seen(request).language


def open_desk(
    desk: Desk,
    reception: Reception,
    more: Sequence[BaseRoute] = (),
    *,
    must_sign: bool = False,
) -> Starlette:
    """Build the desk with everything by which people come in, and the guards before it.

    ``must_sign``: votes, proclamations and seals are taken with a passkey only.
    """
    look = DeskLook()
    routes = [
        *EntrancePages(reception, look).routes(),
        *KeyPages(reception, look).routes(),
        *more,
    ]
    built = app.build(desk, reception.middleware(refuse), routes)
    built.state.signing = Signing(
        reception.signoffs, reception.passkeys, reception.people, must_sign
    )
    built.state.reception = reception
    built.add_exception_handler(HTTPException, _http)
    always = headers_of(secure=reception.site.secure)

    async def broken(request: Request, fault: Exception) -> Response:
        # No address: a one-time link or a respondent's token may stand in it.
        id = request.scope.get("state", {}).get("request_id", "")
        log.error("fault", request=id, method=request.method, exc_info=fault)
        # Starlette answers this outside every middleware, and raises the fault again for the log.
        response = _answer(request, Refusal(500, _BROKEN))
        response.headers.update({**always, "cache-control": "no-store", "x-request-id": id})
        return response

    built.add_exception_handler(Exception, broken)
    return built


async def refuse(scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
    """Answer for a guard, in the language of whoever asks."""
    response = _answer(Request(scope), refusal)
    await response(scope, receive, send)


def _http(request: Request, fault: Exception) -> Response:
    if isinstance(fault, BodyRefusedError):
        return _answer(request, fault.refusal)
    assert isinstance(fault, HTTPException)
    said = _PLAIN.get(fault.status_code, fault.detail)
    return _answer(request, Refusal(fault.status_code, said, {}, dict(fault.headers or {})))


def _answer(request: Request, refusal: Refusal) -> Response:
    seen = _seen(request)
    response: Response
    if is_api(request.scope):
        said = seen.tr(refusal.message, **refusal.data)
        response = answers.error(refusal.status, "request", said)
    else:
        response = refused(seen, refusal.status, refusal.message, **refusal.data)
    response.headers.update(refusal.headers)
    return response


def _seen(request: Request) -> Seen:
    person = request.scope.get("state", {}).get("person")
    return Seen(request, request.app.state.desk, request.app.state.books, person)
