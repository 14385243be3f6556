"""The board: its meeting, who came, the ballot and its result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from approvals import events as ev
from approvals.board import Place
from approvals.replay.base import Change, moves_to
from approvals.standing import Ballot, Meeting, State

if TYPE_CHECKING:
    from approvals.dossier import Dossier


def _convened(dossier: Dossier, event: ev.MeetingConvened, at: datetime, sequence: int) -> None:
    dossier.meeting = Meeting(event, at)
    dossier.ballot = None
    dossier.state = State.CONVENED


def _recalled(dossier: Dossier, event: ev.MeetingRecalled, at: datetime, sequence: int) -> None:
    dossier.meeting = None
    dossier.state = State.BOARD_READY


def _attended(dossier: Dossier, event: ev.AttendanceRecorded, at: datetime, sequence: int) -> None:
    if dossier.meeting:
        place = Place(event.attendance, event.proxy_to, event.recused)
        dossier.meeting.places[event.seat] = place


def _ballot_opened(dossier: Dossier, event: ev.BallotOpened, at: datetime, sequence: int) -> None:
    dossier.ballot = Ballot(event)
    dossier.state = State.VOTING


def _voted(dossier: Dossier, event: ev.VoteCast, at: datetime, sequence: int) -> None:
    if dossier.ballot:
        dossier.ballot.votes[event.seat] = event.choice
        dossier.ballot.voters[event.seat] = event.by


def _proclaimed(dossier: Dossier, event: ev.ResultProclaimed, at: datetime, sequence: int) -> None:
    dossier.result = event
    dossier.state = State(event.outcome.value)


def _written(dossier: Dossier, event: ev.ResolutionWritten, at: datetime, sequence: int) -> None:
    dossier.resolution = event


CHANGES: Final[Mapping[type, Change]] = {
    ev.MeetingConvened: _convened,
    ev.MeetingRecalled: _recalled,
    ev.AttendanceRecorded: _attended,
    ev.QuorumMissed: moves_to(State.NO_QUORUM),
    ev.BallotOpened: _ballot_opened,
    ev.VoteCast: _voted,
    ev.ResultProclaimed: _proclaimed,
    ev.ResolutionWritten: _written,
}
