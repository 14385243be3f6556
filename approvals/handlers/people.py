"""Founding the house and enrolling people."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeVar

from approvals import events as ev
from approvals.errors import N_, GuardError
from approvals.handlers.base import Command, Office, Scene, carry_out
from approvals.ledger import Entry
from approvals.names import Bilingual, PersonId, Role
from approvals.ports import Contact
from approvals.register import HOUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHouse(Command):
    """Found the house and enrol its first administrator."""

    institution: Bilingual
    head_key: str


def found_house(command: FoundHouse, office: Office) -> Entry:
    """Write the first entry of the ledger; refused where the house was founded already."""

    def decide(scene: Scene) -> ev.Event:
        if scene.register.founded is not None:
            raise GuardError(
                "house:founded",
                N_("This house was founded already. An administrator enrols people in it."),
            )
        return ev.HouseFounded(command.by, command.institution, command.head_key)

    return carry_out(_at_home(command), office, ev.HouseFounded, decide)


C = TypeVar("C", bound=Command)


def _at_home(command: C) -> C:
    """Bring a command to the house's own stream, whatever dossier it names."""
    return replace(command, dossier=HOUSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolPerson(Command):
    """Let somebody act in these roles from now on."""

    contact: Contact
    roles: tuple[Role, ...]


def enrol_person(command: EnrolPerson, office: Office) -> Entry:
    """Enrol a person, or change what one may do; an administrator does, at first the founder."""
    contact = command.contact

    def decide(scene: Scene) -> ev.Event:
        _may_enrol(scene, command.by)
        _usable(contact)
        others = [one for one in scene.work.contacts() if one.id != contact.id]
        if any({contact.handle, contact.id} & {one.handle, one.id} for one in others):
            raise GuardError(
                "enrol:handle",
                N_("The handle {handle} is taken. Choose another."),
                handle=contact.handle,
            )
        alone = scene.register.holders(Role.ADMINISTRATOR) == (contact.id,)
        if alone and Role.ADMINISTRATOR not in command.roles:
            raise GuardError(
                "enrol:administrator",
                N_(
                    "{handle} is the house's only administrator. Enrol another administrator first."
                ),
                handle=contact.handle,
            )
        scene.work.put_contact(contact)
        return ev.PersonEnrolled(command.by, PersonId(contact.id), command.roles)

    return carry_out(_at_home(command), office, ev.PersonEnrolled, decide)


def _may_enrol(scene: Scene, by: PersonId) -> None:
    founded = scene.register.founded
    if founded is None:
        raise GuardError("enrol:founded", N_("There is no house yet. Found it first."))
    if scene.register.holders(Role.ADMINISTRATOR) or founded.by != by:
        scene.register.require(by, "enrol", Role.ADMINISTRATOR)


def _usable(contact: Contact) -> None:
    """Refuse names that a circuit or the ledger would take for somebody or something else."""
    names = (contact.handle, contact.id)
    if ev.SYSTEM in names or not all(re.fullmatch(r"[\w.@-]{1,80}", name) for name in names):
        raise GuardError(
            "enrol:name",
            N_(
                "“{handle}” cannot be a handle. Take letters, digits, dots and hyphens, "
                "at most 80 of them, and not “system”."
            ),
            handle=contact.handle,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAccount(Command):
    """Act on how somebody comes in; ``passkey`` is the name of the one that is removed.

    People name passkeys after themselves and their things, so the name is a note.
    """

    person: PersonId
    act: ev.AccountAct
    passkey: str = ""


def change_account(command: ChangeAccount, office: Office) -> Entry:
    """Record what an administrator does to an account; doing it afterwards is the caller's.

    Raises ``NotEntitledError`` for anybody else, ``GuardError`` for who is not enrolled and for
    closing one's own account, by which a house could lose its last administrator.
    """

    def decide(scene: Scene) -> ev.Event:
        scene.register.require(command.by, "people", Role.ADMINISTRATOR)
        if not scene.register.roles.get(command.person):
            raise GuardError(
                "account:nobody",
                N_("This person holds no role, and comes in nowhere. Give them a role first."),
            )
        if command.act is ev.AccountAct.CLOSED and command.person == command.by:
            raise GuardError(
                "account:own",
                N_("Nobody closes their own account. Ask another administrator to close it."),
            )
        passkey = scene.remark(command.passkey)
        return ev.AccountChanged(command.by, command.person, command.act, passkey)

    return carry_out(_at_home(command), office, ev.AccountChanged, decide, chosen=("person", "act"))
