"""One's own page: roles, language, and who decides in one's place while one is away."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Final

from starlette.responses import Response

from approvals import events as ev
from approvals import workdays
from approvals.desk.routes import REFUSALS, page, status
from approvals.desk.rules import SIGNED_IN
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.handlers import delegation
from approvals.names import PersonId, Role
from approvals.register import HOUSE
from approvals.sight import may_see

ELSEWHERE: Final[Mapping[str, str]] = {
    "/me/passkeys": N_("Passkeys"),
    "/me/password": N_("Password"),
    "/me/sessions": N_("Where you are signed in"),
    "/me/tokens": N_("Tokens for programs"),
    "/me/mail": N_("Mail"),
}
"""Other pages of one's own, shown where the desk has them."""

_FIELDS: Final = ("to", "first", "last", "scope")


def me(seen: Seen) -> Response:
    """Show it."""
    return _page(seen)


def _page(seen: Seen, code: int = 200, fault: str = "") -> Response:
    register = seen.register
    given = [one for one in register.delegations.values() if seen.me in (one.by, one.to)]
    known = {getattr(route, "path", "") for route in seen.request.app.routes}
    return seen.render(
        "me.html",
        code,
        nav="me",
        mine=[one for one in given if one.by == seen.me],
        theirs=[one for one in given if one.to == seen.me],
        may_give=Role.REVIEWER in seen.roles,
        others=sorted(
            (
                (id, seen.name(id))
                for id in register.holders(Role.REVIEWER)
                if id != seen.me and id in seen.books.contacts
            ),
            key=lambda one: one[1],
        ),
        dossiers=[
            one for one in seen.books.dossiers() if one.opened and may_see(one, seen.me, register)
        ],
        circuits=seen.desk.works.circuits(),
        held=sorted(seen.roles, key=list(Role).index),
        today=workdays.day(seen.now),
        typed={name: seen.said(name) for name in _FIELDS},
        elsewhere={path: name for path, name in ELSEWHERE.items() if path in known},
        fault=fault,
        key=secrets.token_hex(8),
    )


def give(seen: Seen) -> Response:
    """Have somebody decide in one's place for some days."""
    try:
        kind, _, id = seen.said("scope").partition(":")
        command = delegation.GiveDelegation(
            dossier=HOUSE,
            by=seen.me,
            key=seen.key,
            to=PersonId(seen.said("to")),
            first=_day(seen.said("first")),
            last=_day(seen.said("last")),
            within=id if kind == "dossier" else None,
            circuit=id if kind == "circuit" else None,
        )
        if not command.to:
            raise GuardError("delegate:nobody", N_("Choose who decides in your place."))
        if not id:
            raise GuardError("delegate:scope", N_("Choose the text or the circuit it is for."))
        delegation.give_delegation(command, seen.desk.house.office)
    except REFUSALS as refusal:
        return _page(seen, status(refusal), seen.tr(refusal.message, **refusal.data))
    return seen.go("/me", done="delegated")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise GuardError(
            "delegate:day", N_("“{text}” is no day. Write 2027-03-12."), text=text
        ) from None


def withdraw(seen: Seen) -> Response:
    """End a delegation that one gave or holds."""
    command = delegation.WithdrawDelegation(
        dossier=HOUSE,
        by=seen.me,
        key=seen.key,
        delegation=ev.DelegationId(seen.said("delegation")),
    )
    delegation.withdraw_delegation(command, seen.desk.house.office)
    return seen.go("/me", done="withdrawn")


ROUTES: Final = [
    page("/me", me, SIGNED_IN),
    page("/me/delegations", give, SIGNED_IN, ["POST"]),
    page("/me/delegations/withdraw", withdraw, SIGNED_IN, ["POST"]),
]
