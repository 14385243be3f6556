"""How somebody else comes in: one-time links, closed accounts, sessions, lost passkeys.

Every act is in the ledger before it is done, and the person is told by mail: an administrator opens
nobody's account unseen. The link is shown once and kept nowhere but as its digest.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from starlette.responses import Response

from approvals import events as ev
from approvals.desk.auth.identify import asker
from approvals.desk.auth.passkeys import Passkey
from approvals.desk.auth.reception import Reception
from approvals.desk.pages.admin import ADMINISTRATOR, show
from approvals.desk.routes import REFUSALS, Page, page, refused, status
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.handlers import people as handlers
from approvals.names import PersonId
from approvals.ports import Contact
from approvals.register import HOUSE


def _reception(seen: Seen) -> Reception | None:
    found: Reception | None = getattr(seen.request.app.state, "reception", None)
    return found


def account(seen: Seen) -> Response:
    """Show how a person comes in."""
    who = seen.books.contacts.get(PersonId(seen.path("person")))
    reception = _reception(seen)
    if who is None or reception is None:
        return refused(seen, 404, N_("There is no such page."))
    return _page(seen, reception, who)


def _page(
    seen: Seen,
    reception: Reception,
    who: Contact,
    code: int = 200,
    fault: str = "",
    link: str = "",
) -> Response:
    person = PersonId(who.id)
    return show(
        seen,
        "admin_account.html",
        code,
        who_=who,
        account=reception.accounts.find(person),
        passkeys=reception.passkeys.of(person),
        sessions=reception.sessions.of(person),
        own=person == seen.me,
        active=bool(seen.register.roles.get(person)),
        fault=fault,
        link=link,
        key=secrets.token_hex(8),
    )


def _act(act: ev.AccountAct, do: Callable[[Reception, PersonId, str], str]) -> Page:
    """Make the page of an act, which ``do`` does for a person and the passkey that is meant."""

    def post(seen: Seen) -> Response:
        who = seen.books.contacts.get(PersonId(seen.path("person")))
        reception = _reception(seen)
        if who is None or reception is None:
            return refused(seen, 404, N_("There is no such page."))
        person = PersonId(who.id)
        try:
            _recently(seen, reception)
            passkey = _passkey(seen, reception, person, act)
            command = handlers.ChangeAccount(
                dossier=HOUSE,
                by=seen.me,
                key=seen.key,
                person=person,
                act=act,
                passkey=passkey.name if passkey else "",
            )
            handlers.change_account(command, seen.desk.house.office)
        except REFUSALS as refusal:
            said = seen.tr(refusal.message, **refusal.data)
            return _page(seen, reception, who, status(refusal), said)
        link = do(reception, person, passkey.id if passkey else "")
        if link:
            return _page(seen, reception, who, link=link)
        return seen.go(f"/admin/people/{person}/account", done=f"account-{act.value}")

    return post


def _recently(seen: Seen, reception: Reception) -> None:
    session = asker(seen.request.scope).session
    if session is None or not session.fresh(reception.rows.time()):
        raise GuardError(
            "account:stale",
            N_("It is more than ten minutes since you signed in. Sign in again to do this."),
        )


def _passkey(
    seen: Seen, reception: Reception, person: PersonId, act: ev.AccountAct
) -> Passkey | None:
    if act is not ev.AccountAct.PASSKEY_REMOVED:
        return None
    found = next((one for one in reception.passkeys.of(person) if one.id == seen.said("id")), None)
    if found is None:
        raise GuardError("account:passkey", N_("This passkey is not there any more."))
    return found


def _link(reception: Reception, person: PersonId, _: str) -> str:
    return reception.new_link(person)


def _close(reception: Reception, person: PersonId, _: str) -> str:
    reception.accounts.open(person)
    reception.accounts.disable(person)
    return ""


def _open(reception: Reception, person: PersonId, _: str) -> str:
    reception.accounts.enable(person)
    return ""


def _sign_out(reception: Reception, person: PersonId, _: str) -> str:
    reception.sessions.end_all(person)
    return ""


def _remove(reception: Reception, person: PersonId, passkey: str) -> str:
    reception.passkeys.remove(person, passkey)
    return ""


_ACTS: Final = {
    ev.AccountAct.LINK: ("link", _link),
    ev.AccountAct.CLOSED: ("close", _close),
    ev.AccountAct.OPENED: ("open", _open),
    ev.AccountAct.SIGNED_OUT: ("sign-out", _sign_out),
    ev.AccountAct.PASSKEY_REMOVED: ("remove-passkey", _remove),
}

ROUTES: Final = [
    page("/admin/people/{person}/account", account, ADMINISTRATOR),
    *(
        page(f"/admin/people/{{person}}/account/{name}", _act(act, do), ADMINISTRATOR, ["POST"])
        for act, (name, do) in _ACTS.items()
    ),
]
