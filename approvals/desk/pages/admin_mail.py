"""Mail that does not arrive: which addresses, why, and the repair in one step."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from starlette.responses import Response

from approvals.desk.auth.guards.body import Limits
from approvals.desk.mail import safe
from approvals.desk.pages.admin import ADMINISTRATOR, KEEPERS, show
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.handlers import people
from approvals.names import PersonId, Role
from approvals.register import HOUSE

REPORT: Final = Limits(size=10 * 2**20)


def mail(seen: Seen) -> Response:
    """Show what waits, what came back, and what cannot go."""
    return _page(seen)


def _page(seen: Seen, code: int = 200, refusal: str = "", person: str = "") -> Response:
    return show(
        seen,
        "admin_mail.html",
        code,
        letters=seen.desk.care.letters(),
        contacts=seen.books.contacts,
        wrong=person,
        typed=seen.said("mail"),
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def repair(seen: Seen) -> Response:
    """Correct somebody's address, where another was typed, and send again what did not arrive."""
    who = seen.books.contacts.get(PersonId(seen.path("person")))
    if who is None:
        return refused(seen, 404, N_("There is no such page."))
    address = seen.said("mail")
    try:
        if safe.address(address) is None:
            raise GuardError("mail:address", N_("Give an address that a mail server takes."))
        if address != who.mail:
            held = seen.register.roles.get(PersonId(who.id), frozenset())
            people.enrol_person(
                people.EnrolPerson(
                    dossier=HOUSE,
                    by=seen.me,
                    key=seen.key,
                    contact=replace(who, mail=address),
                    roles=tuple(role for role in Role if role in held),
                ),
                seen.desk.house.office,
            )
        seen.desk.care.send_again(PersonId(who.id))
    except REFUSALS as refusal:
        said = seen.tr(refusal.message, **refusal.data)
        return _page(seen, status(refusal), said, who.id)
    return seen.go("/admin/mail", done="sent-again")


def take_returned(seen: Seen) -> Response:
    """Take in a mail that a mail server sent back."""
    upload = seen.upload("file")
    try:
        if upload is None:
            raise GuardError("mail:file", N_("Choose the mail that came back, as a file."))
        seen.desk.care.take_returned(upload.file.read())
    except REFUSALS as refusal:
        return _page(seen, status(refusal), seen.tr(refusal.message, **refusal.data))
    return seen.go("/admin/mail", done="report")


ROUTES: Final = [
    page("/admin/mail", mail, KEEPERS),
    page("/admin/mail", take_returned, ADMINISTRATOR, ["POST"], REPORT),
    page("/admin/mail/{person}", repair, ADMINISTRATOR, ["POST"]),
]
