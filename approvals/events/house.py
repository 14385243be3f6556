"""The house itself, its people, who stands in for whom, and what an administrator keeps in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

from approvals.events.base import NoteRef
from approvals.events.drafts import Confidentiality
from approvals.names import Bilingual, Digest, PersonId, Role

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


class RuleKind(StrEnum):
    """What a rule file of the house is about."""

    CIRCUIT = "circuit"
    BOARD = "board"


@dataclass(frozen=True, slots=True)
class RuleAdopted:
    """The file holds for reviews or sessions opened from now on; those under way keep theirs.

    ``rule`` is the short name by which people know it, ``file`` the digest of its bytes.
    """

    by: PersonId
    kind: RuleKind
    id: str
    rule: str
    file: Digest


@dataclass(frozen=True, slots=True)
class EngineAllowed:
    """From now on an engine may be sent texts of these levels, and of no other.

    ``provider`` is who gets the texts, as ``by`` read it. Without a level the consent is withdrawn.
    """

    by: PersonId
    engine: str
    provider: str
    levels: tuple[Confidentiality, ...]


@dataclass(frozen=True, slots=True)
class GlossaryChanged:
    """The house's terms are those of this file from now on; ``terms`` says how many."""

    by: PersonId
    file: Digest
    terms: int


class MemoryAct(StrEnum):
    """What is done to the translation memory by hand."""

    IMPORTED = "imported"
    RETIRED = "retired"
    REVIVED = "revived"
    TIDIED = "tidied"
    PURGED = "purged"


@dataclass(frozen=True, slots=True)
class MemoryTended:
    """Somebody put the memory in order; ``what`` names the file's digest or the units."""

    by: PersonId
    act: MemoryAct
    what: str


HouseEvent = (
    HouseFounded
    | PersonEnrolled
    | DelegationGiven
    | DelegationWithdrawn
    | AccountChanged
    | RuleAdopted
    | EngineAllowed
    | GlossaryChanged
    | MemoryTended
)
