"""The seal, the press, and the life of what is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from approvals.events.base import NoteRef
from approvals.names import Digest, Language, PersonId

QuoteId = NewType("QuoteId", str)
ErratumId = NewType("ErratumId", str)


class EditionKind(StrEnum):
    """What a sealed file is."""

    STATEMENT = "statement"
    RESOLUTION = "resolution"
    ERRATUM = "erratum"


class Ground(StrEnum):
    """On what a withdrawal rests."""

    RESOLUTION = "resolution"
    COURT = "court"


@dataclass(frozen=True, slots=True)
class Edition:
    """One sealed file: what it is, the bytes that were sealed, the sealed bytes, the verdict."""

    kind: EditionKind
    language: Language
    unsealed: Digest
    sealed: Digest
    verdict: str


@dataclass(frozen=True, slots=True)
class SealingOrdered:
    """The secretary orders the seal; ``signoff`` is the evidence of a signature in the vault."""

    by: PersonId
    pair: Digest
    signoff: Digest | None = None


@dataclass(frozen=True, slots=True)
class EditionsSealed:
    """Every edition carries the seal and passed the house's own strict verifier."""

    by: PersonId
    editions: tuple[Edition, ...]
    certificate: Digest
    demonstration: bool


@dataclass(frozen=True, slots=True)
class PublicationOrdered:
    """Communications releases the editions, now or at the end of an embargo."""

    by: PersonId
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """The editions are out."""

    by: PersonId
    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True)
class QuoteAdded:
    """Communications proposes somebody's words in both languages; replaces the quote's earlier."""

    by: PersonId
    quote: QuoteId
    speaker: PersonId
    fr: NoteRef
    en: NoteRef


@dataclass(frozen=True, slots=True)
class QuoteApproved:
    """The speaker approves exactly these words in one language."""

    by: PersonId
    quote: QuoteId
    language: Language
    text: Digest


@dataclass(frozen=True, slots=True)
class QuoteDropped:
    """The quote is not used."""

    by: PersonId
    quote: QuoteId


@dataclass(frozen=True, slots=True)
class PressReleaseKept:
    """The press release in both languages, in the vault; replaces an earlier one."""

    by: PersonId
    fr: Digest
    en: Digest


@dataclass(frozen=True, slots=True)
class Superseded:
    """The dossier ``successor`` was published in this one's place."""

    by: PersonId
    successor: str


@dataclass(frozen=True, slots=True)
class SuccessionSettled:
    """What this dossier succeeds is superseded, or was withdrawn before."""

    by: PersonId
    predecessor: str


@dataclass(frozen=True, slots=True)
class WithdrawalOrdered:
    """The secretary orders the withdrawal; ``reference`` names the resolution or the judgment."""

    by: PersonId
    ground: Ground
    reference: str
    note: NoteRef


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The chair confirms: the text is no longer in force. Its files stay."""

    by: PersonId


@dataclass(frozen=True, slots=True)
class ErratumProposed:
    """A corrected edition in one language; ``corrects`` is the sealed edition that it corrects."""

    by: PersonId
    erratum: ErratumId
    number: int
    language: Language
    version: Digest
    text: Digest
    corrects: Digest
    note: NoteRef


@dataclass(frozen=True, slots=True)
class ErratumCertified:
    """A reviser, another person, certifies the corrected edition."""

    by: PersonId
    erratum: ErratumId


@dataclass(frozen=True, slots=True)
class ErratumPublished:
    """The corrected edition is sealed and out, beside the one that it corrects."""

    by: PersonId
    erratum: ErratumId
    edition: Edition


PublicationEvent = (
    SealingOrdered
    | EditionsSealed
    | PublicationOrdered
    | Published
    | QuoteAdded
    | QuoteApproved
    | QuoteDropped
    | PressReleaseKept
    | Superseded
    | SuccessionSettled
    | WithdrawalOrdered
    | Withdrawn
    | ErratumProposed
    | ErratumCertified
    | ErratumPublished
)
