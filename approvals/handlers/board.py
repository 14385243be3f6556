"""The board's acts: convocation, attendance, ballot, proclamation; ``approvals.board`` counts."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from approvals import codec, policy, workdays
from approvals import events as ev
from approvals.board import INSIDE, Attendance, Board, BoardRules, Outcome, Seat
from approvals.circuits import rule_digest
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError, NotEntitledError, StalePairError, UnknownPersonError
from approvals.handlers.base import Command, Office, Scene, WithReason, carry_out, require
from approvals.ledger import Entry
from approvals.names import Digest, PersonId, Role
from approvals.register import HOUSE
from approvals.standing import Ballot, Meeting, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Convene(Command):
    """Call the board to a session; ``urgency`` is the reason for a shorter notice.

    Without ``when`` the session begins at once."""

    board: Board
    when: datetime | None
    place: str
    urgency: str | None = None


def convene(command: Convene, office: Office) -> Entry:
    """Call the board: the notice period is kept and every seat's term covers the day."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "convene", Role.SECRETARY)
        pair = scene.dossier.pair
        if pair is None:
            raise GuardError(
                "convene:papers",
                N_("The papers are not complete. Have both languages certified first."),
            )
        rules = command.board.rules
        when = command.when or scene.now
        second = scene.dossier.state is State.NO_QUORUM
        rule = _rule(rules)
        _applicable(scene, rules, rule, when)
        if command.urgency is not None and not command.urgency.strip():
            raise GuardError(
                "convene:urgency",
                N_("A shorter notice needs a reason. Give it with --urgent."),
            )
        days = policy.notice(rules, second_call=second, urgent=command.urgency is not None)
        first = policy.earliest(scene.now, days)
        if when < first:
            raise GuardError(
                "convene:notice",
                N_(
                    "The session is too soon: {rule} asks for {days} days of notice, so not "
                    "before {earliest}. Choose a later day, or give --urgent and the reason."
                ),
                rule=rules.rule,
                days=days,
                earliest=first,
            )
        seats = tuple(_seated(scene, seat, when) for seat in command.board.seats)
        return ev.MeetingConvened(
            by=command.by,
            meeting=ev.MeetingId(scene.ids.new("meeting")),
            when=when,
            place=command.place,
            rules=rules,
            rule=rule,
            seats=seats,
            second_call=second,
            urgency=scene.remark(command.urgency),
            pair=pair,
        )

    return carry_out(command, office, ev.MeetingConvened, decide)


def _rule(rules: BoardRules) -> Digest:
    value = codec.encode(rules)
    if not isinstance(value, dict):
        raise TypeError("rules encode to an object")
    return rule_digest(value)


def _applicable(scene: Scene, rules: BoardRules, rule: Digest, when: datetime) -> None:
    """Refuse rules that are not in force on the day, and other rules for a second convocation."""
    if workdays.day(when) < rules.in_force_from:
        raise GuardError(
            "convene:force",
            N_(
                "{rule} is in force from {day} on only. Choose a later day, or a board file that "
                "is in force."
            ),
            rule=rules.rule,
            day=rules.in_force_from,
        )
    missed = scene.dossier.meeting if scene.dossier.state is State.NO_QUORUM else None
    if missed is not None and missed.called.rule != rule:
        raise GuardError(
            "convene:rule",
            N_(
                "A second convocation follows the rules of the first, {rule}. "
                "Give the same board file."
            ),
            rule=missed.called.rules.rule,
        )


def _seated(scene: Scene, seat: Seat, when: datetime) -> Seat:
    people = scene.work.contacts()
    person = next((who.id for who in people if seat.holder in (who.handle, who.id)), None)
    if person is None or PersonId(person) not in scene.register.roles:
        raise UnknownPersonError(
            N_("Seat {seat} is held by {holder}, who is not enrolled. Enrol them first."),
            seat=seat.id,
            holder=seat.holder,
        )
    if Role.MEMBER not in scene.register.roles[PersonId(person)]:
        raise NotEntitledError(
            "convene:member",
            N_(
                "Seat {seat} is held by {holder}, who does not hold the role of member. "
                "Have an administrator give it, or correct the board file."
            ),
            seat=seat.id,
            holder=seat.holder,
        )
    if not seat.valid_on(workdays.day(when)):
        raise GuardError(
            "convene:term",
            N_("The term of seat {seat} does not cover {day}. Correct the board file."),
            seat=seat.id,
            day=workdays.day(when),
        )
    return replace(seat, holder=person)


def recall(command: WithReason, office: Office) -> Entry:
    """Take a convocation back before any ballot."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "recall", Role.SECRETARY)
        meeting = _meeting(scene.dossier)
        note = scene.reason("recall:reason", command.reason)
        return ev.MeetingRecalled(command.by, meeting.called.meeting, note)

    return carry_out(command, office, ev.MeetingRecalled, decide)


def _meeting(dossier: Dossier) -> Meeting:
    if dossier.meeting is None:
        raise GuardError(
            "meeting:none",
            N_("The board is not convened. The secretary does with “enonce convene {dossier}”."),
            dossier=dossier.id,
        )
    return dossier.meeting


def _ballot(dossier: Dossier) -> Ballot:
    if dossier.ballot is None:
        raise GuardError(
            "ballot:none",
            N_("No ballot is open. The secretary opens it with “enonce open-ballot {dossier}”."),
            dossier=dossier.id,
        )
    return dossier.ballot


@dataclass(frozen=True, slots=True, kw_only=True)
class Attend(Command):
    """Record how one seat is filled."""

    seat: str
    attendance: Attendance
    proxy_to: str | None = None
    recused: bool = False


def attend(command: Attend, office: Office) -> Entry:
    """Record attendance on the day; a proxy goes to somebody who is there and has room for it."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "attend", Role.SECRETARY)
        meeting = _meeting(scene.dossier)
        _begun(scene, meeting)
        for seat in (command.seat, command.proxy_to):
            if seat is not None:
                _holder(meeting, seat)
        represented = command.attendance is Attendance.REPRESENTED
        if represented != (command.proxy_to is not None):
            raise GuardError(
                "attend:proxy",
                N_(
                    "A represented seat needs the seat that holds its proxy, and no other seat has "
                    "one. Give --how represented and --proxy-to together, or neither."
                ),
            )
        if command.proxy_to is not None:
            _check_proxy(meeting, command.seat, command.proxy_to)
        return ev.AttendanceRecorded(
            command.by,
            meeting.called.meeting,
            command.seat,
            command.attendance,
            command.proxy_to,
            command.recused,
        )

    return carry_out(
        command,
        office,
        ev.AttendanceRecorded,
        decide,
        chosen=("seat", "attendance", "proxy_to", "recused"),
    )


def _begun(scene: Scene, meeting: Meeting) -> None:
    if scene.now < meeting.called.when:
        raise GuardError(
            "attend:day",
            N_("The session begins on {when}; attendance is recorded from then on."),
            when=meeting.called.when,
        )


def _check_proxy(meeting: Meeting, seat: str, holder: str) -> None:
    if holder == seat:
        raise GuardError(
            "attend:proxy-self",
            N_("Seat {seat} cannot hold its own proxy. Name the seat of somebody in the session."),
            seat=seat,
        )
    place = meeting.places.get(holder)
    if place is None or place.attendance not in INSIDE:
        raise GuardError(
            "attend:proxy-absent",
            N_(
                "Seat {holder} is not in the session, so it cannot hold a proxy. "
                "Record its attendance first, or name a seat that is there."
            ),
            holder=holder,
        )
    if place.recused:
        raise GuardError(
            "attend:proxy-recused",
            N_(
                "Seat {holder} takes no part in this item, so it cannot hold a proxy. "
                "Name a seat that takes part."
            ),
            holder=holder,
        )
    cap = meeting.called.rules.proxies_per_person
    person = _holder(meeting, holder)
    held = sum(
        one.attendance is Attendance.REPRESENTED
        and one.proxy_to is not None
        and _holder(meeting, one.proxy_to) == person
        for id, one in meeting.places.items()
        if id != seat
    )
    if held >= cap:
        raise GuardError(
            "attend:proxy-cap",
            N_(
                "Seat {holder} holds {held} proxies already, and {rule} allows {cap} for each "
                "person. Give this one to somebody else."
            ),
            holder=holder,
            held=held,
            rule=meeting.called.rules.rule,
            cap=cap,
        )


def _holder(meeting: Meeting, seat: str) -> str:
    holder = next((one.holder for one in meeting.called.seats if one.id == seat), None)
    if holder is None:
        raise GuardError(
            "attend:seat",
            N_("The board has no seat {seat}. Its seats are {seats}."),
            seat=seat,
            seats=tuple(one.id for one in meeting.called.seats),
        )
    return holder


def declare_no_quorum(command: Command, office: Office) -> Entry:
    """Record that too few came; refused where the quorum is there."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "no-quorum", Role.SECRETARY)
        meeting = _meeting(scene.dossier)
        _begun(scene, meeting)
        quorum = policy.count(scene.dossier)
        if quorum.met:
            raise GuardError(
                "no-quorum:met",
                N_(
                    "The quorum is there: {counted} of {required} needed. "
                    "Open the ballot with “enonce open-ballot {dossier}”."
                ),
                counted=quorum.counted,
                required=quorum.required,
                dossier=scene.dossier.id,
            )
        return ev.QuorumMissed(command.by, meeting.called.meeting, quorum.counted, quorum.required)

    return carry_out(command, office, ev.QuorumMissed, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBallot(Command):
    """Open the vote on exactly ``pair``."""

    pair: Digest


def open_ballot(command: OpenBallot, office: Office) -> Entry:
    """Open the vote; the quorum has to be there now."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "open-ballot", Role.SECRETARY, Role.CHAIR)
        meeting = _meeting(scene.dossier)
        quorum = policy.count(scene.dossier)
        if not quorum.met:
            raise GuardError(
                "ballot:quorum",
                N_(
                    "There is no quorum: {counted} members count and {rule} asks for {required} "
                    "of {seats}. Record more attendance, or declare that there is no quorum."
                ),
                counted=quorum.counted,
                required=quorum.required,
                seats=quorum.seats,
                rule=meeting.called.rules.rule,
            )
        if command.pair != scene.dossier.pair:
            raise StalePairError(
                "ballot:pair",
                N_(
                    "This is not the text that the board was convened to decide on ({current}). "
                    "Open the ballot on that one."
                ),
                current=meeting.called.pair[:12],
            )
        return ev.BallotOpened(
            command.by,
            meeting.called.meeting,
            ev.BallotId(scene.ids.new("ballot")),
            command.pair,
            quorum.counted,
            quorum.required,
        )

    return carry_out(command, office, ev.BallotOpened, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote(Command):
    """Cast one seat's vote."""

    seat: str
    choice: ev.Choice


def vote(command: Vote, office: Office) -> Entry:
    """Cast a vote for one's own seat or for the seat whose proxy one holds; once."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "vote", Role.MEMBER)
        meeting, ballot = _meeting(scene.dossier), _ballot(scene.dossier)
        holder = _holder(meeting, command.seat)
        if command.seat not in policy.entitled(scene.dossier):
            raise NotEntitledError(
                "vote:entitled",
                N_(
                    "Seat {seat} has no vote in this ballot: it, or who holds its proxy, is absent "
                    "or takes no part in the item."
                ),
                seat=command.seat,
            )
        place = meeting.places[command.seat]
        voter = _holder(meeting, place.proxy_to) if place.proxy_to else holder
        if voter != command.by:
            raise NotEntitledError(
                "vote:holder",
                N_(
                    "Seat {seat} is not yours to vote for: its holder votes for it, or whoever "
                    "holds its proxy. Vote for your own seat."
                ),
                seat=command.seat,
            )
        if command.seat in ballot.votes:
            raise GuardError(
                "vote:twice",
                N_("Seat {seat} has voted already. A vote that was cast stays as it is."),
                seat=command.seat,
            )
        return ev.VoteCast(command.by, ballot.opened.ballot, command.seat, command.choice)

    return carry_out(command, office, ev.VoteCast, decide, chosen=("seat", "choice"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseBallot(Command):
    """Close the vote and proclaim; ``number`` is the resolution's, or the next one of the year."""

    number: str | None = None


def close_ballot(command: CloseBallot, office: Office) -> Entry:
    """Close the ballot and proclaim what the formula gives, never anything else."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "close-ballot", Role.SECRETARY, Role.CHAIR)
        meeting, ballot = _meeting(scene.dossier), _ballot(scene.dossier)
        if not ballot.votes:
            raise GuardError(
                "ballot:empty",
                N_("Nobody has voted yet. Close the ballot when the votes are cast."),
            )
        tally, outcome = policy.count_ballot(scene.dossier)
        number = None
        if outcome is Outcome.ADOPTED:
            number = _number(scene, command.number)
        return ev.ResultProclaimed(
            by=command.by,
            ballot=ballot.opened.ballot,
            pair=ballot.opened.pair,
            rule=meeting.called.rule,
            tally=tally,
            outcome=outcome,
            number=number,
            on=workdays.day(scene.now),
        )

    return carry_out(command, office, ev.ResultProclaimed, decide, chosen=("number",))


def _number(scene: Scene, wanted: str | None) -> str:
    """Give the number asked for, unless another resolution has it; else the year's next one."""
    taken = {
        json.loads(entry.payload)["number"]
        for stream in scene.work.streams()
        if stream != HOUSE
        for entry in scene.work.history(stream)
        if entry.type == ev.ResultProclaimed.__name__
    }
    if wanted is None or not wanted.strip():
        year = workdays.day(scene.now).year
        numbers = (f"{year}-{count:02d}" for count in range(1, len(taken) + 2))
        return next(number for number in numbers if number not in taken)
    if wanted.strip() in taken:
        raise GuardError(
            "ballot:number",
            N_("The number {number} belongs to another resolution. Choose another."),
            number=wanted.strip(),
        )
    return wanted.strip()
