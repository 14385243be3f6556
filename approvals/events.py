"""The facts: everything that was ever decided or made, as frozen events.

An event says what happened and by whom; when it happened and what came before it is the ledger's
(``approvals.ledger``). Personal text is never in an event, only a note's id and salted digest.
Bytes and texts are named by their SHA-256 digest; the vault holds them. ``approvals.dossier`` turns
events into state, ``approvals.codec`` into canonical JSON and back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from approvals.board import Attendance, BoardRules, Outcome, Seat, Tally
from approvals.circuits import Circuit
from approvals.names import Bilingual, Digest, Language, ParagraphId, PersonId, Role

MeetingId = NewType("MeetingId", str)
BallotId = NewType("BallotId", str)

SYSTEM = PersonId("system")
"""Signs what the house itself does: it never decides anything that a person has to decide."""


class Decision(StrEnum):
    """What a reviewer may say."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request-changes"
    REJECT = "reject"
    ABSTAIN = "abstain"


class Choice(StrEnum):
    """What a board member may vote."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Confidentiality(StrEnum):
    """How far a dossier's text may travel before it is published."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"


class EditionKind(StrEnum):
    """What a sealed file is."""

    STATEMENT = "statement"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class NoteRef:
    """Personal text kept outside the ledger: where it is and what it has to hash to."""

    id: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class ParagraphText:
    """One paragraph's identity and the canonical digest of its text in one language."""

    id: ParagraphId
    digest: Digest


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
class Edition:
    """One sealed file: what it is, the bytes that were sealed, the sealed bytes, the verdict."""

    kind: EditionKind
    language: Language
    unsealed: Digest
    sealed: Digest
    verdict: str


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
class DossierOpened:
    """A text begins its life."""

    by: PersonId
    title: Bilingual
    source: Language
    target: Language
    authoritative: Language
    confidentiality: Confidentiality


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
    """The drafter hands the draft over to the translators."""

    by: PersonId
    text: Digest


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
class PairsCertified:
    """A reviser, another person, certifies these paragraphs."""

    by: PersonId
    paragraphs: tuple[PairText, ...]


@dataclass(frozen=True, slots=True)
class PairAligned:
    """Every paragraph is certified and the translated edition exists; what fell is explained."""

    by: PersonId
    draft: Digest
    version: Digest
    text: Digest
    paragraphs: tuple[ParagraphText, ...]
    pair: Digest
    fell: tuple[Fallen, ...]


@dataclass(frozen=True, slots=True)
class ReviewOpened:
    """The review begins, or goes on after changes, under a pinned circuit."""

    by: PersonId
    circuit: Circuit
    rule: Digest
    pair: Digest


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """A reviewer decided on exactly this pair under exactly this rule.

    ``paragraphs`` are those that an approval or a refusal is about; empty means the whole text.
    """

    by: PersonId
    step: str
    decision: Decision
    pair: Digest
    rule: Digest
    paragraphs: tuple[ParagraphId, ...]
    note: NoteRef | None


@dataclass(frozen=True, slots=True)
class MeetingConvened:
    """The board is called to decide on this pair, under pinned rules and seats."""

    by: PersonId
    meeting: MeetingId
    when: datetime
    place: str
    rules: BoardRules
    rule: Digest
    seats: tuple[Seat, ...]
    second_call: bool
    urgency: NoteRef | None
    pair: Digest


@dataclass(frozen=True, slots=True)
class MeetingRecalled:
    """The convocation is taken back before any ballot."""

    by: PersonId
    meeting: MeetingId
    note: NoteRef


@dataclass(frozen=True, slots=True)
class AttendanceRecorded:
    """How one seat is filled in the room; replaces what was recorded before."""

    by: PersonId
    meeting: MeetingId
    seat: str
    attendance: Attendance
    proxy_to: str | None
    recused: bool


@dataclass(frozen=True, slots=True)
class QuorumMissed:
    """The session counted its members and there were too few."""

    by: PersonId
    meeting: MeetingId
    counted: int
    required: int


@dataclass(frozen=True, slots=True)
class BallotOpened:
    """Voting begins on exactly this pair; the quorum was there at this moment."""

    by: PersonId
    meeting: MeetingId
    ballot: BallotId
    pair: Digest
    counted: int
    required: int


@dataclass(frozen=True, slots=True)
class VoteCast:
    """One seat's vote, cast by its holder or by the holder of its proxy."""

    by: PersonId
    ballot: BallotId
    seat: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class ResultProclaimed:
    """The ballot is closed and its result, recomputable from the votes, is proclaimed."""

    by: PersonId
    ballot: BallotId
    pair: Digest
    rule: Digest
    tally: Tally
    outcome: Outcome
    number: str | None
    on: date


@dataclass(frozen=True, slots=True)
class ResolutionWritten:
    """The resolution exists in both languages."""

    by: PersonId
    fr: Digest
    en: Digest


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


@dataclass(frozen=True, slots=True)
class Abandoned:
    """The text is given up before it was adopted."""

    by: PersonId
    note: NoteRef


HouseEvent = HouseFounded | PersonEnrolled

DossierEvent = (
    DossierOpened
    | DraftSubmitted
    | TranslationRequested
    | TranslationPrepared
    | TranslationProposed
    | PairsCertified
    | PairAligned
    | ReviewOpened
    | DecisionMade
    | MeetingConvened
    | MeetingRecalled
    | AttendanceRecorded
    | QuorumMissed
    | BallotOpened
    | VoteCast
    | ResultProclaimed
    | ResolutionWritten
    | SealingOrdered
    | EditionsSealed
    | PublicationOrdered
    | Published
    | Abandoned
)

Event = HouseEvent | DossierEvent
