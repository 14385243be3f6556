"""The house itself, its people, and who stands in for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

from approvals.events.base import NoteRef
from approvals.names import Bilingual, PersonId, Role

DelegationId = NewType("DelegationId", str)


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


@dataclass(frozen=True, slots=True)
class DelegationGiven:
    """``by`` has ``to`` decide in reviews for them, from ``first`` to ``last`` inclusive.

    The scope is one dossier, one circuit, or both, and there one step or all of them.
    """

    by: PersonId
    delegation: DelegationId
    to: PersonId
    first: date
    last: date
    dossier: str | None
    circuit: str | None
    step: str | None


@dataclass(frozen=True, slots=True)
class DelegationWithdrawn:
    """The delegation ends now, by whoever gave it or holds it."""

    by: PersonId
    delegation: DelegationId


class AccountAct(StrEnum):
    """What an administrator does to the way in which somebody else comes in."""

    LINK = "link"
    CLOSED = "closed"
    OPENED = "opened"
    SIGNED_OUT = "signed-out"
    PASSKEY_REMOVED = "passkey-removed"


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """``by`` acted on the account of ``person``; ``passkey`` is the name of the one removed.

    A link opens the account of somebody else, so that its making is nobody's secret; the link
    itself is nowhere.
    """

    by: PersonId
    person: PersonId
    act: AccountAct
    passkey: NoteRef | None = None


HouseEvent = HouseFounded | PersonEnrolled | DelegationGiven | DelegationWithdrawn | AccountChanged
