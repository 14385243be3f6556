"""The pages about passkeys and tokens, and the JSON that ``static/passkeys.js`` asks for.

A first passkey is added right after signing in; a further one only by whoever came in with one, so
that a password or a link that fell into other hands never becomes a key that signs votes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from approvals.desk.auth.errors import AuthError, PasskeyError, StaleProofError, TokenRefusedError
from approvals.desk.auth.forms import read_form, without_nul
from approvals.desk.auth.identify import Asker
from approvals.desk.auth.pages import Look, address_of, form_of, signed_in, work
from approvals.desk.auth.people import Person
from approvals.desk.auth.reception import Reception
from approvals.desk.auth.redirects import onward
from approvals.desk.auth.rules import Anybody, Page, SignedIn, page
from approvals.desk.auth.sessions import How, set_cookie
from approvals.desk.auth.tokens import Scope, scopes_for
from approvals.errors import N_


class KeyPages:
    """Passkeys and tokens of one's own."""

    def __init__(self, reception: Reception, look: Look) -> None:
        self._desk = reception
        self._look = look

    def routes(self) -> Sequence[Page]:
        """Give the routes, each with its rule."""
        post = ("POST",)
        return (
            page("/sign-in/passkey/begin", self.begin_sign_in, rule=Anybody(), methods=post),
            page("/sign-in/passkey/finish", self.finish_sign_in, rule=Anybody(), methods=post),
            page("/me/passkeys", self.passkeys, rule=SignedIn()),
            page("/me/passkeys/begin", self.begin_adding, rule=SignedIn(), methods=post),
            page("/me/passkeys/finish", self.finish_adding, rule=SignedIn(), methods=post),
            page("/me/passkeys/remove", self.remove, rule=SignedIn(), methods=post),
            page("/me/tokens", self.tokens, rule=SignedIn(), methods=("GET", "POST")),
            page("/me/tokens/revoke", self.revoke, rule=SignedIn(), methods=post),
        )

    async def begin_sign_in(self, request: Request) -> Response:
        """Give what the browser asks a passkey for."""
        try:
            await work(self._desk.throttle.ask, address_of(request))
            options = await work(self._desk.passkeys.begin_sign_in)
        except AuthError as fault:
            return self._sorry(request, fault)
        return _json(options)

    async def finish_sign_in(self, request: Request) -> Response:
        """Let in whoever answered; the script goes on to ``next``."""
        said = await _said(request)
        try:
            must_change, cookie = await work(self._enter, request, said.get("answer", ""))
        except AuthError as fault:
            return self._sorry(request, fault)
        next_ = "/me/password" if must_change else onward(said.get("next"))
        response = JSONResponse({"next": next_})
        response.headers.append("set-cookie", set_cookie(self._desk.site, cookie))
        return response

    async def passkeys(self, request: Request) -> Response:
        """List one's passkeys."""
        who, person = signed_in(request)
        fault: AuthError | None = None
        try:
            await work(self._may_change, who, person)
        except AuthError as caught:
            fault = caught
        return await self._keys(request, person, fault, 200)

    async def begin_adding(self, request: Request) -> Response:
        """Give what the browser makes a passkey from."""
        who, person = signed_in(request)
        try:
            await work(self._may_change, who, person)
            return _json(await work(self._desk.passkeys.begin_registration, person))
        except AuthError as fault:
            return self._sorry(request, fault)

    async def finish_adding(self, request: Request) -> Response:
        """Keep the passkey that the browser made."""
        who, person = signed_in(request)
        said = await _said(request)
        try:
            await work(self._may_change, who, person)
            answer, name = said.get("answer", ""), said.get("name", "")
            await work(self._desk.passkeys.register, person, answer, name)
        except AuthError as fault:
            return self._sorry(request, fault)
        return JSONResponse({"next": "/me/passkeys?done=passkey"})

    async def remove(self, request: Request) -> Response:
        """Forget one of one's passkeys; who could do that with a password could then add theirs."""
        who, person = signed_in(request)
        form = await form_of(request)
        try:
            await work(self._may_change, who, person)
        except AuthError as fault:
            return await self._keys(request, person, fault, fault.status)
        if not await work(self._desk.passkeys.remove, person.id, form.get("id", "")):
            raise HTTPException(404, N_("There is no such page."))
        return RedirectResponse("/me/passkeys?done=passkey-removed", 303)

    async def tokens(self, request: Request) -> Response:
        """List one's tokens; make one, which is shown this once."""
        who, person = signed_in(request)
        secret, fault = "", None
        if request.method == "POST":
            form = await read_form(request, max_files=0, max_fields=50)
            try:
                _recently(self._desk, who)
                days = str(form.get("days", ""))
                chosen = [str(one) for one in form.getlist("scope")]
                secret = await work(
                    self._desk.tokens.issue,
                    person,
                    without_nul(str(form.get("name", ""))),
                    _scopes(chosen),
                    timedelta(days=int(days) if days.isdecimal() and len(days) < 5 else 0),
                )
            except AuthError as caught:
                fault = caught
        context = {
            "tokens": await work(self._desk.tokens.of, person.id),
            "scopes": scopes_for(person),
            "secret": secret,
            "fault": fault,
        }
        status = 200 if fault is None else fault.status
        return self._look.render(request, "me_tokens.html", context, status)

    async def revoke(self, request: Request) -> Response:
        """End one of one's tokens."""
        _, person = signed_in(request)
        form = await form_of(request)
        if not await work(self._desk.tokens.revoke, person.id, form.get("handle", "")):
            raise HTTPException(404, N_("There is no such page."))
        return RedirectResponse("/me/tokens?done=token-revoked", 303)

    def _enter(self, request: Request, answer: str) -> tuple[bool, str]:
        desk = self._desk
        desk.throttle.ask(address_of(request))
        person = desk.passkeys.sign_in(answer)
        account = desk.accounts.open(person.id)
        if account.disabled:
            raise PasskeyError("unknown")
        agent = request.headers.get("user-agent", "")
        old = request.cookies.get(desk.site.cookie)
        return account.must_change, desk.sessions.begin(person, How.PASSKEY, agent, old)

    def _may_change(self, who: Asker, person: Person) -> None:
        if not self._desk.passkeys.possible:
            raise PasskeyError("address")
        _recently(self._desk, who)
        came = who.session.how if who.session is not None else None
        if self._desk.passkeys.of(person.id) and came is not How.PASSKEY:
            raise StaleProofError(
                N_("You have a passkey. Sign in with it to add another one or to remove one.")
            )

    async def _keys(
        self, request: Request, person: Person, fault: AuthError | None, status: int
    ) -> Response:
        found = await work(self._desk.passkeys.of, person.id)
        context = {"passkeys": found, "possible": self._desk.passkeys.possible, "fault": fault}
        return self._look.render(request, "passkeys.html", context, status)

    def _sorry(self, request: Request, fault: AuthError) -> Response:
        headers = {}
        if (seconds := getattr(fault, "seconds", None)) is not None:
            headers["retry-after"] = str(seconds)
        said = self._look.say(request, fault.message, fault.data)
        return JSONResponse({"detail": said}, fault.status, headers)


def _recently(desk: Reception, who: Asker) -> None:
    if who.session is None or not who.session.fresh(desk.rows.time()):
        raise StaleProofError(
            N_("It is more than ten minutes since you signed in. Sign in again to do this.")
        )


def _scopes(chosen: Sequence[str]) -> list[Scope]:
    try:
        return [Scope(one) for one in chosen]
    except ValueError as error:
        raise TokenRefusedError(N_("Choose at least one thing that the token may do.")) from error


def _json(options: str) -> Response:
    return Response(options, media_type="application/json")


async def _said(request: Request) -> Mapping[str, str]:
    """Read the script's JSON; its ``answer`` is what the passkey said, as JSON of its own."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise HTTPException(415, N_("This page is asked by the desk’s own script only."))
    try:
        said = json.loads(await request.body())
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, Mapping):
        raise HTTPException(400, N_("This page is asked by the desk’s own script only."))
    return {
        str(name): value if isinstance(value, str) else json.dumps(value)
        for name, value in said.items()
    }
