"""The board: its meeting, who came, the ballot and its result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from approvals import events as ev
from approvals.board import Place
from approvals.replay.base import Change, moves_to
from approvals.replay.drafts import take_draft, turn
from approvals.standing import Ballot, Meeting, State

if TYPE_CHECKING:
    from approvals.dossier import Dossier


def _convened(dossier: Dossier, event: ev.MeetingConvened, at: datetime, sequence: int) -> None:
    dossier.meeting = Meeting(event, at, papers_at=at if event.papers else None)
    dossier.ballot = None
    dossier.state = State.CONVENED


def _recalled(dossier: Dossier, event: ev.MeetingRecalled, at: datetime, sequence: int) -> None:
    dossier.meeting = None
    dossier.state = State.BOARD_READY


def _attended(dossier: Dossier, event: ev.AttendanceRecorded, at: datetime, sequence: int) -> None:
    if dossier.meeting:
        place = Place(event.attendance, event.proxy_to, event.recused)
        dossier.meeting.places[event.seat] = place


def _papers_sent(dossier: Dossier, event: ev.PapersSent, at: datetime, sequence: int) -> None:
    if dossier.meeting:
        dossier.meeting.papers_at = at


def _objected(dossier: Dossier, event: ev.ObjectionRaised, at: datetime, sequence: int) -> None:
    if dossier.meeting:
        dossier.meeting.objections[event.seat] = event.note
    if event.forces:
        dossier.meeting = dossier.ballot = None
        dossier.state = State.BOARD_READY


def _ballot_opened(dossier: Dossier, event: ev.BallotOpened, at: datetime, sequence: int) -> None:
    dossier.ballot = Ballot(event, opened_at=at)
    dossier.state = State.VOTING


def _voted(dossier: Dossier, event: ev.VoteCast, at: datetime, sequence: int) -> None:
    if dossier.ballot:
        dossier.ballot.votes[event.seat] = event.choice
        dossier.ballot.voters[event.seat] = event.by


def _dropped(dossier: Dossier, event: ev.VoteDropped, at: datetime, sequence: int) -> None:
    if dossier.ballot:
        dossier.ballot.voters[event.seat] = event.by


def _amended(dossier: Dossier, event: ev.TextAmended, at: datetime, sequence: int) -> None:
    if dossier.meeting:
        dossier.meeting.amendments.append((at, event))
        if dossier.ballot:
            dossier.meeting.voided.append(dossier.ballot)
    dossier.ballot = None
    dossier.amended = True
    if dossier.opened and event.language not in (None, dossier.opened.source):
        turn(dossier, event.turned)
    take_draft(dossier, event, sequence)
    dossier.state = State.AMENDING


def _proclaimed(dossier: Dossier, event: ev.ResultProclaimed, at: datetime, sequence: int) -> None:
    """Take the result; a text that was amended in session goes straight on to conformity."""
    dossier.result, dossier.proclaimed_at = event, at
    dossier.state = State(event.outcome.value)
    if dossier.amended and dossier.state is State.ADOPTED:
        dossier.state = State.CONFORMITY


def _conformed(
    dossier: Dossier, event: ev.ConformityCertified, at: datetime, sequence: int
) -> None:
    dossier.conformity[event.role] = event.by


def _written(dossier: Dossier, event: ev.ResolutionWritten, at: datetime, sequence: int) -> None:
    dossier.resolution = event


CHANGES: Final[Mapping[type, Change]] = {
    ev.MeetingConvened: _convened,
    ev.MeetingRecalled: _recalled,
    ev.AttendanceRecorded: _attended,
    ev.QuorumMissed: moves_to(State.NO_QUORUM),
    ev.PapersSent: _papers_sent,
    ev.ObjectionRaised: _objected,
    ev.BallotOpened: _ballot_opened,
    ev.VoteCast: _voted,
    ev.VoteDropped: _dropped,
    ev.TextAmended: _amended,
    ev.ResultProclaimed: _proclaimed,
    ev.ConformityCertified: _conformed,
    ev.ResolutionWritten: _written,
}
