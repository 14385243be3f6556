"""Convocation, papers, objections to writing, attendance, and the quorum that was not there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from approvals import events as ev
from approvals import policy, workdays
from approvals.board import INSIDE, Attendance, Board, BoardRules, Mode, Place, ProxyScope, Seat
from approvals.errors import N_, GuardError, NotEntitledError, UnknownPersonError
from approvals.handlers.base import Command, Office, Scene, WithReason, carry_out, require
from approvals.handlers.board import box
from approvals.handlers.board.common import (
    begun,
    closes,
    holder_of,
    in_writing,
    meeting_of,
    rule_of,
)
from approvals.ledger import Entry
from approvals.names import PersonId, Role
from approvals.standing import Meeting, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Convene(Command):
    """Call the board to a session; ``urgency`` is the reason for a shorter notice.

    Without ``when`` the session begins at once. ``closes`` ends a written consultation. Without
    ``papers`` the members get them later (``send_papers``)."""

    board: Board
    when: datetime | None
    place: str
    urgency: str | None = None
    mode: Mode = Mode.SESSION
    closes: datetime | None = None
    papers: bool = True


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
        _applicable(scene, rules, when)
        _by_mode(command, rules, when)
        if command.urgency is not None and not command.urgency.strip():
            raise GuardError(
                "convene:urgency",
                N_("A shorter notice needs a reason. Say why it is urgent."),
            )
        urgent = command.urgency is not None
        days = policy.notice(rules, second_call=second, urgent=urgent)
        if command.papers and not urgent and not second:
            days = max(days, rules.papers_days)
        first = policy.earliest(scene.now, days)
        if when < first:
            raise GuardError(
                "convene:notice",
                N_(
                    "The session is too soon: {rule} asks for {days} days of notice, so not before "
                    "{earliest}. Choose a later day, or say why it is urgent."
                ),
                rule=rules.rule,
                days=days,
                earliest=first,
            )
        seats = tuple(_seated(scene, one, when) for one in command.board.seats if not one.vacant)
        return ev.MeetingConvened(
            by=command.by,
            meeting=ev.MeetingId(scene.ids.new("meeting")),
            when=when,
            place=command.place,
            rules=rules,
            rule=rule_of(rules),
            seats=seats,
            second_call=second,
            urgency=scene.remark(command.urgency),
            pair=pair,
            mode=command.mode,
            closes=command.closes,
            papers=command.papers,
        )

    return carry_out(command, office, ev.MeetingConvened, decide)


def _by_mode(command: Convene, rules: BoardRules, when: datetime) -> None:
    """Refuse a way of meeting that the rules do not know, or one that lacks its hours."""
    if command.mode not in rules.modes:
        raise GuardError(
            "convene:mode",
            N_("{rule} does not know this way of meeting: {mode}. It knows {modes}."),
            rule=rules.rule,
            mode=command.mode,
            modes=rules.modes,
        )
    written = command.mode is Mode.WRITTEN
    if written != (command.closes is not None):
        raise GuardError(
            "convene:closes",
            N_(
                "A written consultation has an end, and nothing else has. Ask for a vote in "
                "writing and give its end, or do neither."
            ),
        )
    if command.closes is not None and command.closes < max(
        when + timedelta(days=rules.written_days), when + timedelta(minutes=1)
    ):
        raise GuardError(
            "convene:open",
            N_(
                "The written consultation is too short: {rule} keeps it open for {days} days at "
                "the least. Choose a later end."
            ),
            rule=rules.rule,
            days=rules.written_days,
        )


def _applicable(scene: Scene, rules: BoardRules, when: datetime) -> None:
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
    if missed is not None and missed.called.rules != rules:
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
        meeting = meeting_of(scene.dossier)
        note = scene.reason("recall:reason", command.reason)
        return ev.MeetingRecalled(command.by, meeting.called.meeting, note)

    return carry_out(command, office, ev.MeetingRecalled, decide)


def send_papers(command: Command, office: Office) -> Entry:
    """Record that the papers are in the members' hands; when that is, counts for the ballot."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "papers", Role.SECRETARY)
        meeting = meeting_of(scene.dossier)
        if meeting.papers_at is not None:
            raise GuardError(
                "papers:sent",
                N_("The members have had the papers since {when}. Nothing is left to record."),
                when=meeting.papers_at,
            )
        return ev.PapersSent(command.by, meeting.called.meeting, meeting.called.pair)

    return carry_out(command, office, ev.PapersSent, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class Object(Command):
    """Object to deciding in writing, for one's own seat."""

    seat: str
    reason: str | None = None


def object_to_writing(command: Object, office: Office) -> Entry:
    """Record an objection; as many as the rules say put an end to the written consultation."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "object", Role.MEMBER)
        meeting, rules = meeting_of(scene.dossier), meeting_of(scene.dossier).called.rules
        if not in_writing(meeting) or not rules.written_objections:
            raise GuardError(
                "object:written",
                N_(
                    "There is nothing to object to: either the board does not decide in writing, "
                    "or {rule} lets nobody object."
                ),
                rule=rules.rule,
            )
        if holder_of(meeting, command.seat) != command.by:
            raise NotEntitledError(
                "object:holder",
                N_("Seat {seat} is not yours. Object for your own seat."),
                seat=command.seat,
            )
        if scene.now >= closes(meeting):
            raise GuardError(
                "object:late",
                N_("The written consultation ended on {when}. Nobody objects any more."),
                when=closes(meeting),
            )
        if command.seat in meeting.objections:
            raise GuardError(
                "object:twice",
                N_("Seat {seat} has objected already. Once is enough."),
                seat=command.seat,
            )
        note = scene.reason("object:reason", command.reason)
        forces = len(meeting.objections) + 1 >= rules.written_objections
        if forces and scene.dossier.ballot is not None:
            box.burn(scene.work, scene.dossier.ballot.opened.ballot)
        return ev.ObjectionRaised(command.by, meeting.called.meeting, command.seat, note, forces)

    return carry_out(command, office, ev.ObjectionRaised, decide, chosen=("seat",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attend(Command):
    """Record how one seat is filled."""

    seat: str
    attendance: Attendance
    proxy_to: str | None = None
    recused: bool = False


def attend(command: Attend, office: Office) -> Entry:
    """Record attendance on the day; a proxy goes to somebody who is there and has room for it.

    The secretary records it. Members may declare an interest for their own seats, from the
    convocation on: the seat is recused, and stays as it was filled.
    """

    def decide(scene: Scene) -> ev.Event:
        declares = _declares(scene, command)
        require(scene, command.by, "attend", Role.MEMBER if declares else Role.SECRETARY)
        meeting = meeting_of(scene.dossier)
        if not in_writing(meeting) and not declares:
            begun(scene, meeting)
        for seat in (command.seat, command.proxy_to):
            if seat is not None:
                holder_of(meeting, seat)
        if not declares:
            _possible(meeting, command.attendance)
        represented = command.attendance is Attendance.REPRESENTED
        if represented != (command.proxy_to is not None):
            raise GuardError(
                "attend:proxy",
                N_(
                    "A represented seat needs the seat that holds its proxy, and no other seat has "
                    "one. Record both together, or neither."
                ),
            )
        if command.proxy_to is not None and not declares:
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


def _declares(scene: Scene, command: Attend) -> bool:
    """Say whether somebody does nothing but recuse a seat that they hold themselves."""
    meeting = scene.dossier.meeting
    if meeting is None or Role.SECRETARY in scene.register.roles.get(command.by, ()):
        return False
    was = meeting.places.get(command.seat, Place())
    wanted = Place(command.attendance, command.proxy_to, command.recused)
    own = any(one.id == command.seat and one.holder == command.by for one in meeting.called.seats)
    return own and not was.recused and wanted == replace(was, recused=True)


def _possible(meeting: Meeting, how: Attendance) -> None:
    mode = meeting.called.mode
    if mode is Mode.CONFERENCE and how is Attendance.PRESENT:
        raise GuardError(
            "attend:mode",
            N_("The board meets by conference, where nobody is in a room. Record them as remote."),
        )
    if mode is Mode.WRITTEN and how is not Attendance.ABSENT:
        raise GuardError(
            "attend:mode",
            N_(
                "The board decides in writing: nobody attends, and there are no proxies. Only a "
                "recusal is recorded, as absent and recused."
            ),
        )


def _check_scope(meeting: Meeting, seat: str, holder: str) -> None:
    """Hold a proxy to what the rules say of colleges."""
    rules = meeting.called.rules
    colleges = {one.id: one.college for one in meeting.called.seats}
    if colleges[seat] in rules.no_proxy_colleges:
        raise GuardError(
            "attend:proxy-college",
            N_("Under {rule} the college of seat {seat} gives no proxy. Record it as absent."),
            rule=rules.rule,
            seat=seat,
        )
    if rules.proxy_scope is ProxyScope.COLLEGE and colleges[seat] != colleges[holder]:
        raise GuardError(
            "attend:proxy-college",
            N_(
                "Under {rule} a proxy stays within its college, and seats {seat} and {holder} are "
                "of two. Name a seat of the same college."
            ),
            rule=rules.rule,
            seat=seat,
            holder=holder,
        )


def _check_proxy(meeting: Meeting, seat: str, holder: str) -> None:
    if holder == seat:
        raise GuardError(
            "attend:proxy-self",
            N_("Seat {seat} cannot hold its own proxy. Name the seat of somebody in the session."),
            seat=seat,
        )
    _check_scope(meeting, seat, holder)
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
    person = holder_of(meeting, holder)
    held = sum(
        one.attendance is Attendance.REPRESENTED
        and one.proxy_to is not None
        and holder_of(meeting, one.proxy_to) == person
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


def declare_no_quorum(command: Command, office: Office) -> Entry:
    """Record that too few came; refused where the quorum is there."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "no-quorum", Role.SECRETARY)
        meeting = meeting_of(scene.dossier)
        begun(scene, meeting)
        if in_writing(meeting) and scene.now < closes(meeting):
            raise GuardError(
                "ballot:early",
                N_(
                    "The written consultation is open until {when}. Come back then, or when "
                    "everybody has voted."
                ),
                when=closes(meeting),
            )
        if scene.dossier.state is State.VOTING and not in_writing(meeting):
            raise GuardError(
                "no-quorum:voting",
                N_(
                    "The quorum was there when this ballot opened. Close it, or put the decision "
                    "off."
                ),
                dossier=scene.dossier.id,
            )
        quorum = policy.count(scene.dossier)
        if quorum.met:
            raise GuardError(
                "no-quorum:met",
                N_("The quorum is there: {counted} of {required} needed. Open the ballot."),
                counted=quorum.counted,
                required=quorum.required,
                dossier=scene.dossier.id,
            )
        if scene.dossier.ballot is not None:
            box.burn(scene.work, scene.dossier.ballot.opened.ballot)
        return ev.QuorumMissed(command.by, meeting.called.meeting, quorum.counted, quorum.required)

    return carry_out(command, office, ev.QuorumMissed, decide)
