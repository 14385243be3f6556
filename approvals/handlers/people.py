"""Founding the house and enrolling people."""

from __future__ import annotations

from dataclasses import dataclass

from approvals import events as ev
from approvals.errors import N_, GuardError
from approvals.handlers.base import Command, Office, Scene, carry_out
from approvals.ledger import Entry
from approvals.names import Bilingual, PersonId, Role
from approvals.ports import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHouse(Command):
    """Found the house and enrol its first administrator."""

    institution: Bilingual
    head_key: str


def found_house(command: FoundHouse, office: Office) -> Entry:
    """Write the first entry of the ledger; refused where the house was founded already."""

    def decide(scene: Scene) -> ev.Event:
        if scene.register.founded is not None:
            raise GuardError("house:founded", N_("This house was founded already."))
        return ev.HouseFounded(command.by, command.institution, command.head_key)

    return carry_out(command, office, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolPerson(Command):
    """Let somebody act in these roles from now on."""

    contact: Contact
    roles: tuple[Role, ...]


def enrol_person(command: EnrolPerson, office: Office) -> Entry:
    """Enrol a person; only an administrator may, or anybody while there is none yet."""

    def decide(scene: Scene) -> ev.Event:
        if scene.register.holders(Role.ADMINISTRATOR):
            scene.register.require(command.by, "enrol", Role.ADMINISTRATOR)
        taken = [
            contact
            for contact in scene.work.contacts()
            if contact.handle == command.contact.handle and contact.id != command.contact.id
        ]
        if taken:
            raise GuardError(
                "enrol:handle",
                N_("The handle {handle} is taken. Choose another."),
                handle=command.contact.handle,
            )
        scene.work.put_contact(command.contact)
        return ev.PersonEnrolled(command.by, PersonId(command.contact.id), command.roles)

    return carry_out(command, office, decide)
