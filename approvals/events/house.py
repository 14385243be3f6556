"""The house itself and its people."""

from __future__ import annotations

from dataclasses import dataclass

from approvals.names import Bilingual, PersonId, Role


@dataclass(frozen=True, slots=True)
class HouseFounded:
    """The first event of a house: its name and the key that signs its ledger heads."""

    by: PersonId
    institution: Bilingual
    head_key: str


@dataclass(frozen=True, slots=True)
class PersonEnrolled:
    """Somebody may act from now on, in these roles (this replaces earlier ones)."""

    by: PersonId
    person: PersonId
    roles: tuple[Role, ...]


HouseEvent = HouseFounded | PersonEnrolled
