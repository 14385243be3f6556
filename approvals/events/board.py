"""The board: convocation, session, ballot, resolution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from approvals.board import Attendance, BoardRules, Outcome, Seat, Tally
from approvals.events.base import NoteRef
from approvals.names import Digest, PersonId

MeetingId = NewType("MeetingId", str)
BallotId = NewType("BallotId", str)


class Choice(StrEnum):
    """What a board member may vote."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


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


BoardEvent = (
    MeetingConvened
    | MeetingRecalled
    | AttendanceRecorded
    | QuorumMissed
    | BallotOpened
    | VoteCast
    | ResultProclaimed
    | ResolutionWritten
)
