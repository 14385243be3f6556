"""A text from its first draft to a certified pair, or to its end before the board."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from approvals.circuits import CheckRule
from approvals.events.base import NoteRef, ParagraphText
from approvals.names import Bilingual, Digest, Language, ParagraphId, PersonId


class Confidentiality(StrEnum):
    """How far a dossier's text may travel before it is published."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the drafter did about one blocking point; ``point`` is the sequence of its decision."""

    point: int
    note: NoteRef


@dataclass(frozen=True, slots=True)
class PairText:
    """One paragraph's units in the vault: its source sentences and their translation."""

    id: ParagraphId
    source: Digest
    units: Digest


@dataclass(frozen=True, slots=True)
class Counts:
    """Where the translation of a draft came from, in segments."""

    exact: int
    fuzzy: int
    machine: int
    kept: int
    missing: int


@dataclass(frozen=True, slots=True)
class Fallen:
    """One approval that no longer holds: whose, at which step, for which paragraph, and why."""

    step: str
    person: PersonId
    paragraph: ParagraphId
    languages: tuple[Language, ...]


@dataclass(frozen=True, slots=True)
class DossierOpened:
    """A text begins its life."""

    by: PersonId
    title: Bilingual
    source: Language
    target: Language
    authoritative: Language
    confidentiality: Confidentiality
    succeeds: str | None = None
    """The published dossier in whose place this one is meant to come."""


@dataclass(frozen=True, slots=True)
class DraftSubmitted:
    """A draft passed intake.

    ``upload`` are the bytes as they came, ``version`` the same with an identity on every paragraph,
    ``text`` the canonical text digest, ``untranslatable`` what has no words to translate.
    """

    by: PersonId
    upload: Digest
    version: Digest
    text: Digest
    paragraphs: tuple[ParagraphText, ...]
    untranslatable: tuple[ParagraphId, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class TranslationRequested:
    """The drafter hands the draft over to the translators.

    ``checks`` are the circuit's rules for translation checks, in force until a review pins its own.
    """

    by: PersonId
    text: Digest
    checks: tuple[CheckRule, ...] = ()


@dataclass(frozen=True, slots=True)
class TranslationPrepared:
    """The house looked everything up: what memory and engines had, nothing accepted yet."""

    by: PersonId
    text: Digest
    paragraphs: tuple[PairText, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class TranslationProposed:
    """A translator takes responsibility for these paragraphs' translation."""

    by: PersonId
    paragraphs: tuple[PairText, ...]


@dataclass(frozen=True, slots=True)
class Waiver:
    """One finding that a reviser let pass: where (``sentence`` from 1), which check, and why."""

    paragraph: ParagraphId
    sentence: int
    check: str
    note: NoteRef


@dataclass(frozen=True, slots=True)
class PairsCertified:
    """A reviser, another person, certifies these paragraphs."""

    by: PersonId
    paragraphs: tuple[PairText, ...]
    waived: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class PairAligned:
    """Every paragraph is certified and the translated edition exists; what fell is explained."""

    by: PersonId
    draft: Digest
    version: Digest
    text: Digest
    paragraphs: tuple[ParagraphText, ...]
    pair: Digest
    fell: tuple[Fallen, ...] = field(metadata={"later": True})
    stood: int = 0
    """How many approvals of a paragraph stood before, those that fell among them."""


@dataclass(frozen=True, slots=True)
class Abandoned:
    """The text is given up before it was adopted."""

    by: PersonId
    note: NoteRef


DraftEvent = (
    DossierOpened
    | DraftSubmitted
    | TranslationRequested
    | TranslationPrepared
    | TranslationProposed
    | PairsCertified
    | PairAligned
    | Abandoned
)
