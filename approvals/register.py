"""Who may act and what the house was told to use, rebuilt from its own stream of events."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from approvals import codec
from approvals import events as ev
from approvals.errors import N_, NotEntitledError
from approvals.ledger import Entry
from approvals.names import PersonId, Role

HOUSE = "house"
"""The name of the stream that holds who may act."""


def is_dossier(stream: str) -> bool:
    """Say whether a stream is a dossier's; others are the house's and the consultations'."""
    return stream != HOUSE and ":" not in stream


def covers(given: ev.DelegationGiven, dossier: str, circuit: str, step: str) -> bool:
    """Say whether a delegation's scope holds this step of this circuit in this dossier."""
    return (
        given.dossier in (None, dossier)
        and given.circuit in (None, circuit)
        and given.step in (None, step)
    )


@dataclass(frozen=True, slots=True)
class Consent:
    """The last word on an engine: the texts of which levels it may be sent, by whom, since when."""

    said: ev.EngineAllowed
    at: datetime


@dataclass(frozen=True, slots=True)
class Adopted:
    """The rule file that was adopted last under an id, by whom, and when."""

    said: ev.RuleAdopted
    at: datetime


@dataclass(slots=True)
class Register:
    """Everybody's roles and delegations, in the order in which they were enrolled and given."""

    version: int = 0
    founded: ev.HouseFounded | None = None
    roles: dict[PersonId, frozenset[Role]] = field(default_factory=dict)
    delegations: dict[ev.DelegationId, ev.DelegationGiven] = field(default_factory=dict)
    """Those that were given and not withdrawn, whatever their days."""
    consents: dict[str, Consent] = field(default_factory=dict)
    """By engine; one that nobody spoke of is left to the settings."""
    adopted: dict[tuple[ev.RuleKind, str], Adopted] = field(default_factory=dict)
    """By kind and id; a file that an operator laid there himself is not among them."""

    @classmethod
    def replay(cls, entries: Iterable[Entry]) -> Register:
        """Rebuild the register from the house's stream."""
        register = cls()
        for entry in entries:
            event = codec.decode(entry.type, json.loads(entry.payload))
            if isinstance(event, ev.HouseFounded):
                register.founded = event
            elif isinstance(event, ev.PersonEnrolled):
                register.roles[event.person] = frozenset(event.roles)
            elif isinstance(event, ev.DelegationGiven):
                register.delegations[event.delegation] = event
            elif isinstance(event, ev.DelegationWithdrawn):
                register.delegations.pop(event.delegation, None)
            elif isinstance(event, ev.EngineAllowed):
                register.consents[event.engine] = Consent(event, entry.time)
            elif isinstance(event, ev.RuleAdopted):
                register.adopted[event.kind, event.id] = Adopted(event, entry.time)
            register.version = entry.version
        return register

    def holders(self, role: Role) -> tuple[PersonId, ...]:
        """Give everybody who holds a role."""
        return tuple(person for person, roles in self.roles.items() if role in roles)

    def in_force(
        self, on: date, *, dossier: str, circuit: str, step: str
    ) -> tuple[ev.DelegationGiven, ...]:
        """Give the delegations that hold on a day at one step of one dossier."""
        return tuple(
            one
            for one in self.delegations.values()
            if one.first <= on <= one.last and covers(one, dossier, circuit, step)
        )

    def require(self, person: PersonId, act: str, *roles: Role) -> None:
        """Raise ``NotEntitledError`` unless the person holds one of these roles."""
        held = self.roles.get(person)
        if held is None:
            raise NotEntitledError(
                "role:unknown",
                N_("Nobody is enrolled under {person}. Ask an administrator to enrol them."),
                person=person,
            )
        if not held:
            raise NotEntitledError(
                f"role:{act}",
                N_(
                    "“{act}” is reserved to {roles}, and you hold no role any more. "
                    "Somebody who holds that role has to do it."
                ),
                act=act,
                roles=roles,
            )
        if not held.intersection(roles):
            raise NotEntitledError(
                f"role:{act}",
                N_(
                    "“{act}” is reserved to {roles}, and you act as {held}. "
                    "Somebody who holds that role has to do it."
                ),
                act=act,
                roles=roles,
                held=tuple(role for role in Role if role in held),
            )
