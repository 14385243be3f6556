"""Who may act, and as what: the list, enrolling, changing roles and contacts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from approvals.desk.pages.admin import ADMINISTRATOR, show
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.seen import Seen
from approvals.desk.words import LANGUAGES
from approvals.errors import N_, GuardError
from approvals.handlers import people as handlers
from approvals.names import PersonId, Role
from approvals.ports import Contact
from approvals.register import HOUSE


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form holds: a person as enrolled, or as somebody is typing them."""

    handle: str = ""
    name: str = ""
    mail: str = ""
    language: str = "fr"
    roles: frozenset[Role] = frozenset()


def people(seen: Seen) -> Response:
    """List everybody and offer to enrol somebody."""
    return _list(seen)


def _list(seen: Seen, code: int = 200, typed: Typed | None = None, fault: str = "") -> Response:
    contacts = seen.books.contacts
    return show(
        seen,
        "admin_people.html",
        code,
        people=[
            (contacts[id], sorted(roles, key=list(Role).index))
            for id, roles in seen.register.roles.items()
            if id in contacts
        ],
        typed=typed or Typed(),
        roles_=list(Role),
        fault=fault,
        key=secrets.token_hex(8),
    )


def person(seen: Seen) -> Response:
    """Show one person, to be changed."""
    who = seen.books.contacts.get(PersonId(seen.path("person")))
    if who is None:
        return refused(seen, 404, N_("There is no such page."))
    held = seen.register.roles.get(PersonId(who.id), frozenset())
    return _one(seen, who, Typed(who.handle, who.name, who.mail, who.language, held))


def _one(seen: Seen, who: Contact, typed: Typed, code: int = 200, fault: str = "") -> Response:
    return show(
        seen,
        "admin_person.html",
        code,
        who_=who,
        has_accounts=getattr(seen.request.app.state, "reception", None) is not None,
        typed=typed,
        roles_=list(Role),
        fault=fault,
        key=secrets.token_hex(8),
    )


def _typed(seen: Seen) -> Typed:
    known = {role.value: role for role in Role}
    language = seen.said("language")
    return Typed(
        seen.said("handle"),
        seen.said("name"),
        seen.said("mail"),
        language if language in LANGUAGES else "fr",
        frozenset(known[one] for one in seen.chosen("roles") if one in known),
    )


def enrol(seen: Seen) -> Response:
    """Enrol somebody."""
    typed = _typed(seen)
    try:
        _bring(seen, seen.desk.house.office.ids.new("person"), typed)
    except REFUSALS as refusal:
        said = seen.tr(refusal.message, **refusal.data)
        return _list(seen, status(refusal), typed, said)
    return seen.go("/admin/people", done="enrolled")


def change(seen: Seen) -> Response:
    """Change somebody's roles or contact."""
    who = seen.books.contacts.get(PersonId(seen.path("person")))
    if who is None:
        return refused(seen, 404, N_("There is no such page."))
    typed = _typed(seen)
    try:
        _bring(seen, who.id, typed)
    except REFUSALS as refusal:
        return _one(seen, who, typed, status(refusal), seen.tr(refusal.message, **refusal.data))
    return seen.go("/admin/people", done="changed")


def _bring(seen: Seen, id: str, typed: Typed) -> None:
    if not typed.name or "@" not in typed.mail:
        raise GuardError("enrol:contact", N_("Give a name, and an address that mail reaches."))
    handlers.enrol_person(
        handlers.EnrolPerson(
            dossier=HOUSE,
            by=seen.me,
            key=seen.key,
            contact=Contact(id, typed.handle, typed.name, typed.mail, typed.language),
            roles=tuple(role for role in Role if role in typed.roles),
        ),
        seen.desk.house.office,
    )


ROUTES: Final = [
    page("/admin/people", people, ADMINISTRATOR),
    page("/admin/people", enrol, ADMINISTRATOR, ["POST"]),
    page("/admin/people/{person}", person, ADMINISTRATOR),
    page("/admin/people/{person}", change, ADMINISTRATOR, ["POST"]),
]
