"""Whom to tell what of a board: convocation, papers, ballot, votes, result, what follows from it.

The other notices, and how they are numbered, are ``approvals.notices``'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from approvals import events as ev
from approvals import policy
from approvals.board import Mode, Outcome
from approvals.errors import N_, Value
from approvals.names import PersonId, Role
from approvals.notices_base import Draft, Kind, Scene, drafters, members, receipt


def _officers(scene: Scene) -> Iterator[PersonId]:
    for role in (Role.SECRETARY, Role.CHAIR):
        yield from scene.register.holders(role)


def _convened(scene: Scene, event: ev.MeetingConvened) -> Iterator[Draft]:
    data: dict[str, Value] = {"when": event.when, "place": event.place, "meeting": event.meeting}
    if event.mode is Mode.WRITTEN and event.closes is not None:
        data["closes"] = event.closes
        message = N_("{dossier}: the board is asked to decide in writing, {when} to {closes}.")
    elif event.mode is Mode.CONFERENCE:
        message = N_("{dossier}: the board is convened by conference, {when}, {place}.")
    elif event.second_call:
        message = N_("{dossier}: the board is convened a second time, {when}, {place}.")
    else:
        message = N_("{dossier}: the board is convened, {when}, {place}.")
    yield Kind.CONVENED, (*members(scene), *_officers(scene)), message, data


def _recalled(scene: Scene, event: ev.MeetingRecalled) -> Iterator[Draft]:
    if scene.meeting is None:
        return
    data: dict[str, Value] = {"when": scene.meeting.called.when, "meeting": event.meeting}
    message = N_("{dossier}: the session of {when} does not take place.")
    yield Kind.RECALLED, (*members(scene), *_officers(scene)), message, data


def _papers(scene: Scene, event: ev.PapersSent) -> Iterator[Draft]:
    message = N_("{dossier}: the papers of the session are ready in both languages.")
    yield Kind.PAPERS, members(scene), message, {}


def _objected(scene: Scene, event: ev.ObjectionRaised) -> Iterator[Draft]:
    if event.forces and scene.meeting is not None:
        message = N_("{dossier}: members object to deciding in writing. A session follows.")
        data: dict[str, Value] = {"meeting": event.meeting, "when": scene.meeting.called.when}
        yield Kind.RECALLED, (*members(scene), *_officers(scene)), message, data
    else:
        message = N_("{dossier}: {person} objects to deciding in writing.")
        yield Kind.OBJECTION, _officers(scene), message, {"person": event.by}


def _no_quorum(scene: Scene, event: ev.QuorumMissed) -> Iterator[Draft]:
    message = N_("{dossier}: the session had no quorum, {counted} of {required}.")
    data: dict[str, Value] = {"counted": event.counted, "required": event.required}
    yield Kind.NO_QUORUM, (*members(scene), *_officers(scene)), message, data


def _ballot(scene: Scene, event: ev.BallotOpened) -> Iterator[Draft]:
    dossier, meeting = scene.dossier, scene.meeting
    if meeting is None:
        return
    open_ = set(policy.entitled(dossier))
    holders = {seat.id: PersonId(seat.holder) for seat in meeting.called.seats}
    people: list[PersonId] = []
    for seat in meeting.called.seats:
        if seat.id in open_:
            place = meeting.places.get(seat.id)
            people.append(holders[place.proxy_to if place and place.proxy_to else seat.id])
    data: dict[str, Value] = {"act": "vote"}
    if meeting.called.closes is not None:
        data["closes"] = meeting.called.closes
        yield Kind.BALLOT, people, N_("{dossier}: the ballot is open until {closes}."), data
    else:
        yield Kind.BALLOT, people, N_("{dossier}: the ballot is open."), data


def _voted(scene: Scene, event: ev.VoteCast) -> Iterator[Draft]:
    yield Kind.RECEIPT, (event.by,), _VOTES[event.choice], receipt(scene, seat=event.seat)
    yield from _stood_in(scene, event)


def _dropped(scene: Scene, event: ev.VoteDropped) -> Iterator[Draft]:
    message = N_(
        "{dossier}: your vote for seat {seat} is in the box. "
        "Only the receipt that you were shown leads to it."
    )
    yield Kind.RECEIPT, (event.by,), message, receipt(scene, seat=event.seat)
    yield from _stood_in(scene, event)


def _stood_in(scene: Scene, event: ev.VoteCast | ev.VoteDropped) -> Iterator[Draft]:
    seats = scene.meeting.called.seats if scene.meeting else ()
    holder = next((seat.holder for seat in seats if seat.id == event.seat), "")
    if holder and holder != event.by:
        message = N_("{dossier}: {person} has voted under your proxy.")
        yield Kind.INSTEAD, (PersonId(holder),), message, {"person": event.by}


def _amended(scene: Scene, event: ev.TextAmended) -> Iterator[Draft]:
    message = N_("{dossier}: the board has amended the text in session.")
    yield Kind.AMENDED, (*drafters(scene.dossier), *_officers(scene)), message, {}


def _proclaimed(scene: Scene, event: ev.ResultProclaimed) -> Iterator[Draft]:
    people = (
        *members(scene),
        *drafters(scene.dossier),
        *_officers(scene),
        *scene.register.holders(Role.COMMUNICATIONS),
    )
    data: dict[str, Value] = {
        "for_": event.tally.in_favour,
        "against": event.tally.against,
        "abstentions": event.tally.abstentions,
    }
    if event.outcome is Outcome.DEFERRED:
        message = N_("{dossier}: the board has put its decision off.")
    elif event.outcome is Outcome.REJECTED:
        message = N_(
            "{dossier} is not adopted: for {for_}, against {against}, abstaining {abstentions}."
        )
    else:
        data["number"] = event.number or ""
        message = N_(
            "{dossier} is adopted under number {number}: "
            "for {for_}, against {against}, abstaining {abstentions}."
        )
    yield Kind.RESULT, people, message, data


def _resolution(scene: Scene, event: ev.ResolutionWritten) -> Iterator[Draft]:
    message = N_("{dossier}: the resolution and the minutes are ready in both languages.")
    yield Kind.MINUTES, _officers(scene), message, {}


def _extract(scene: Scene, event: ev.ExtractCertified) -> Iterator[Draft]:
    people = (*drafters(scene.dossier), *scene.register.holders(Role.COMMUNICATIONS))
    message = N_("{dossier}: a certified extract of the resolution is ready.")
    yield Kind.EXTRACT, people, message, {}


_VOTES: Final[Mapping[ev.Choice, str]] = {
    ev.Choice.FOR: N_("{dossier}: you voted for, seat {seat}."),
    ev.Choice.AGAINST: N_("{dossier}: you voted against, seat {seat}."),
    ev.Choice.ABSTAIN: N_("{dossier}: you abstained, seat {seat}."),
}

TOLD: Final[Mapping[type, Callable[[Scene, Any], Iterator[Draft]]]] = {
    ev.MeetingConvened: _convened,
    ev.MeetingRecalled: _recalled,
    ev.PapersSent: _papers,
    ev.ObjectionRaised: _objected,
    ev.QuorumMissed: _no_quorum,
    ev.BallotOpened: _ballot,
    ev.VoteCast: _voted,
    ev.VoteDropped: _dropped,
    ev.TextAmended: _amended,
    ev.ResultProclaimed: _proclaimed,
    ev.ResolutionWritten: _resolution,
    ev.ExtractCertified: _extract,
}
