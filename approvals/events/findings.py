"""What is made of a consultation: coded answers, interviews, findings, and where they went.

Coding, interviews and findings stand in the consultation's own stream, the links to paragraphs in
the dossier's. No answer and nothing that a person said is in an event: counts, codes' digests, and
notes that can be erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from approvals.events.base import NoteRef
from approvals.names import Bilingual, Digest, ParagraphId, PersonId


class Scope(StrEnum):
    """What a person who was heard has consented to."""

    ATTRIBUTABLE = "attributable"
    """What they said may be quoted under their name."""
    CAPACITY = "capacity"
    """It may be quoted under their capacity, without the name."""
    NOT_QUOTABLE = "not-quotable"
    """It may inform a finding and is quoted nowhere."""


class EvidenceKind(StrEnum):
    """What a finding rests on."""

    ANSWER = "answer"
    THEME = "theme"
    INTERVIEW = "interview"


@dataclass(frozen=True, slots=True)
class CodingOpened:
    """The answers to an open question were dealt to two coders under a codebook, now frozen.

    ``book`` is the codebook's own digest, ``codebook`` the file in the vault, ``dealt`` the lists
    of answer ids there; ``share`` is percent.
    """

    by: PersonId
    question: str
    book: Digest
    codebook: Digest
    first: PersonId
    second: PersonId
    answers: int
    sample: int
    share: int
    seed: int
    dealt: Digest


@dataclass(frozen=True, slots=True)
class SheetTaken:
    """A coder's sheet came back whole; ``codes`` is what it says, in the vault."""

    by: PersonId
    question: str
    coded: int
    nothing: int
    """Answers that are about no theme."""
    codes: Digest


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """One theme over the double-coded answers; the counts behind its kappa."""

    theme: str
    both: int
    first: int
    second: int
    neither: int


@dataclass(frozen=True, slots=True)
class CodingSettled:
    """Both sheets were joined; ``by`` decided on the answers that were coded differently.

    ``kappa`` is Cohen's over whole answers, as an exact fraction; None where it says nothing.
    """

    by: PersonId
    question: str
    double: int
    agreed: int
    kappa: str | None
    themes: tuple[ThemeCount, ...]
    codes: Digest


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was said in an interview, in both languages."""

    fr: NoteRef
    en: NoteRef


@dataclass(frozen=True, slots=True)
class InterviewRegistered:
    """Somebody was heard on a day, and consented on a day to what may be done with it."""

    by: PersonId
    interview: str
    capacity: Bilingual
    name: NoteRef | None
    on: date
    consented: date
    scope: Scope
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """Somebody who was heard took their consent back; their words and name were erased."""

    by: PersonId
    interview: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a finding rests on.

    ``about`` is the question's or the interview's id, ``code`` the answer's or the theme's;
    ``count`` is how many people gave it, in ``publics`` alone where those are named.
    """

    kind: EvidenceKind
    about: str
    code: str = ""
    count: int = 0
    publics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingRegistered:
    """One thing that was learned, in a sentence in each language, and what it rests on."""

    by: PersonId
    finding: str
    text: Bilingual
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ConsultationAttached:
    """A text rests on a consultation: each of its findings has to go somewhere."""

    by: PersonId
    consultation: str


@dataclass(frozen=True, slots=True)
class FindingLinked:
    """A finding shaped these paragraphs; takes the place of what was said of it before."""

    by: PersonId
    consultation: str
    finding: str
    paragraphs: tuple[ParagraphId, ...]


@dataclass(frozen=True, slots=True)
class FindingWaived:
    """A finding shaped no paragraph, for a reason."""

    by: PersonId
    consultation: str
    finding: str
    reason: NoteRef


FindingEvent = (
    CodingOpened
    | SheetTaken
    | CodingSettled
    | InterviewRegistered
    | ConsentWithdrawn
    | FindingRegistered
    | ConsultationAttached
    | FindingLinked
    | FindingWaived
)
