"""The seal and the life of what is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from approvals.names import Digest, Language, PersonId


class EditionKind(StrEnum):
    """What a sealed file is."""

    STATEMENT = "statement"
    RESOLUTION = "resolution"


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
    """The secretary orders the seal."""

    by: PersonId
    pair: Digest


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


PublicationEvent = SealingOrdered | EditionsSealed | PublicationOrdered | Published
