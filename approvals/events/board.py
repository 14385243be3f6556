"""The board: convocation, session, ballot, resolution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from approvals.board import Attendance, BoardRules, Mode, Outcome, Seat, Tally
from approvals.events.base import NoteRef, ParagraphText
from approvals.events.drafts import PairText
from approvals.names import Digest, Language, ParagraphId, PersonId, Role

MeetingId = NewType("MeetingId", str)
BallotId = NewType("BallotId", str)


class Choice(StrEnum):
    """What a board member may vote."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class BoxVote:
    """One choice of a secret ballot, under the code that its voter alone knows."""

    receipt: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class MeetingConvened:
    """The board is called to decide on this pair, under pinned rules and seats.

    ``papers`` says whether they went with the convocation; ``closes`` is the end of a written
    consultation, whose beginning is ``when``. Vacant seats are not among ``seats``.
    """

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
    mode: Mode = Mode.SESSION
    closes: datetime | None = None
    papers: bool = True


@dataclass(frozen=True, slots=True)
class PapersSent:
    """The papers are in the members' hands, some time after the convocation."""

    by: PersonId
    meeting: MeetingId
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
class ObjectionRaised:
    """A member objects to deciding in writing; enough of them force a meeting (``forces``)."""

    by: PersonId
    meeting: MeetingId
    seat: str
    note: NoteRef
    forces: bool


@dataclass(frozen=True, slots=True)
class BallotOpened:
    """Voting begins on exactly this pair; the quorum was there at this moment.

    On a text that was amended in session (``amended``), ``pair`` is the digest of that text alone
    (``approvals.names.amended_digest``). ``presiding`` is the seat of whoever presides.
    """

    by: PersonId
    meeting: MeetingId
    ballot: BallotId
    pair: Digest
    counted: int
    required: int
    secret: bool = False
    presiding: str | None = None
    amended: bool = False


@dataclass(frozen=True, slots=True)
class VoteCast:
    """One seat's vote, cast by its holder or by the holder of its proxy."""

    by: PersonId
    ballot: BallotId
    seat: str
    choice: Choice
    signoff: Digest | None = None
    """The evidence of a signature with a passkey, in the vault."""


@dataclass(frozen=True, slots=True)
class VoteDropped:
    """One seat took part in a secret ballot; what it voted is in the box and not here."""

    by: PersonId
    ballot: BallotId
    seat: str
    signoff: Digest | None = None
    """The evidence that its holder signed for taking part; it has no choice in it."""


@dataclass(frozen=True, slots=True)
class TextAmended:
    """The board amends the text in session: the ballot is void, and the translation stale.

    ``seat`` is the member who moved it, where one did. ``language`` is the one that it amends;
    None in ledgers older than the choice, where it is the source. Where it is the other one, that
    becomes the source from here on, and ``turned`` holds what is certified the other way round,
    paragraph by paragraph, with the digests that the language had.
    """

    by: PersonId
    meeting: MeetingId
    ballot: BallotId | None
    seat: str | None
    upload: Digest
    version: Digest
    text: Digest
    paragraphs: tuple[ParagraphText, ...]
    untranslatable: tuple[ParagraphId, ...]
    language: Language | None = None
    turned: tuple[PairText, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultProclaimed:
    """The ballot is closed and its result, recomputable from the votes, is proclaimed.

    ``box`` holds the choices of a secret ballot in the order of their receipts; ``note`` is the
    reason of a board that puts its decision off.
    """

    by: PersonId
    ballot: BallotId
    pair: Digest
    rule: Digest
    tally: Tally
    outcome: Outcome
    number: str | None
    on: date
    box: tuple[BoxVote, ...] = ()
    note: NoteRef | None = None
    signoff: Digest | None = None


@dataclass(frozen=True, slots=True)
class ConformityCertified:
    """The reviser, or the secretary, certifies the translation against the text as adopted."""

    by: PersonId
    role: Role
    pair: Digest


@dataclass(frozen=True, slots=True)
class ResolutionWritten:
    """The resolution exists in both languages."""

    by: PersonId
    fr: Digest
    en: Digest


@dataclass(frozen=True, slots=True)
class ExtractCertified:
    """The secretary certifies an extract of the resolution, in both languages."""

    by: PersonId
    fr: Digest
    en: Digest


BoardEvent = (
    MeetingConvened
    | MeetingRecalled
    | PapersSent
    | AttendanceRecorded
    | QuorumMissed
    | ObjectionRaised
    | BallotOpened
    | VoteCast
    | VoteDropped
    | TextAmended
    | ResultProclaimed
    | ConformityCertified
    | ResolutionWritten
    | ExtractCertified
)
