"""Counts a case that belongs to no house: rules, and a ballot written down as JSON.

docs/approvals/board.md describes the ballot. Everything in it is checked; a fault is one sentence
that says where and what.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from approvals.board.count import (
    Place,
    Quorum,
    Tally,
    quorum,
    takes_part,
    tally,
    tally_box,
    total_seats,
    written_quorum,
)
from approvals.board.rules import (
    INSIDE,
    Attendance,
    BoardRules,
    Mode,
    Outcome,
    ProxyScope,
    Seat,
    SecretBallot,
)
from approvals.errors import N_, ApprovalError

CHOICES = ("for", "against", "abstain")

_FIELDS = {"seats", "mode", "second_call", "secret", "presiding", "box"}
_SEAT = {"id", "college", "attendance", "proxy_to", "recused", "chair", "deputy", "vacant", "vote"}


class BallotFileError(ApprovalError):
    """A ballot file cannot be counted."""


@dataclass(frozen=True, slots=True)
class Case:
    """A ballot as written down; ``votes`` by seat, ``box`` the choices of a secret one."""

    seats: tuple[Seat, ...]
    places: Mapping[str, Place]
    votes: Mapping[str, str]
    box: tuple[str, ...] = ()
    mode: Mode = Mode.SESSION
    second_call: bool = False
    secret: bool = False
    presiding: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What a case comes to; without a quorum nothing is decided (``outcome`` is None)."""

    quorum: Quorum
    tally: Tally
    outcome: Outcome | None
    proxies: int
    recusals: int


def count(rules: BoardRules, case: Case) -> Counted:
    """Count a case under the rules."""
    filled = tuple(seat for seat in case.seats if not seat.vacant)
    ids = [seat.id for seat in filled]
    voters = _voters(case)
    if case.mode is Mode.WRITTEN:
        voted = len(case.box) if case.secret else len(case.votes)
        there = written_quorum(rules, len(filled), voted, second_call=case.second_call)
    else:
        there = quorum(rules, filled, case.places, second_call=case.second_call)
    total = total_seats(rules, len(filled))
    if case.secret:
        figures, outcome = tally_box(rules, case.box, entitled=len(voters), seats=total)
    else:
        figures, outcome = tally(
            rules,
            votes=case.votes,
            entitled=voters,
            chair=_casting(rules, case),
            seats=total,
        )
    return Counted(
        there,
        figures,
        outcome if there.met else None,
        sum(case.places[one].attendance is Attendance.REPRESENTED for one in voters),
        sum(case.places[one].recused for one in ids),
    )


def _voters(case: Case) -> list[str]:
    """Give the seats that have a vote; in writing, everybody who is not recused."""
    return [
        seat.id
        for seat in case.seats
        if not seat.vacant
        and (
            not case.places[seat.id].recused
            if case.mode is Mode.WRITTEN
            else takes_part(seat.id, case.places)
        )
    ]


def _casting(rules: BoardRules, case: Case) -> str | None:
    """Give the seat with the casting vote: the chair, or who presides where the rule says so."""
    chair = next((seat.id for seat in case.seats if seat.chair and not seat.vacant), None)
    if chair is not None and (case.mode is Mode.WRITTEN or case.places[chair].attendance in INSIDE):
        return chair
    return case.presiding if rules.substitute_casting_vote else None


def load(text: str, rules: BoardRules) -> Case:
    """Read a ballot from JSON and hold it to the rules; raise ``BallotFileError``."""
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as fault:
        raise BallotFileError(
            N_("The ballot is not valid JSON: {fault} (line {line}). Correct it and try again."),
            fault=fault.msg,
            line=fault.lineno,
        ) from fault
    if not isinstance(raw, dict) or not isinstance(raw.get("seats"), list):
        raise BallotFileError(
            N_("The ballot is no object with a list of “seats”. docs/approvals/board.md shows one.")
        )
    _known(raw, _FIELDS, "")
    seats, places, votes = [], {}, {}
    for number, table in enumerate(raw["seats"], 1):
        where = f"seats[{number}]"
        if not isinstance(table, dict) or not isinstance(table.get("id"), str) or not table["id"]:
            raise _fault(f"{where}.id", N_("a seat is an object with an “id”"))
        _known(table, _SEAT, f"{where}.")
        seat = _seat(table, where)
        if seat.id in places:
            raise _fault(f"{where}.id", N_("each seat stands there once"))
        seats.append(seat)
        places[seat.id] = _place(table, where)
        if table.get("vote") is not None:
            votes[seat.id] = _choice(table["vote"], f"{where}.vote")
    case = Case(
        seats=tuple(seats),
        places=places,
        votes=votes,
        box=tuple(
            _choice(one, f"box[{number}]") for number, one in enumerate(_list(raw, "box"), 1)
        ),
        mode=_mode(raw.get("mode", "session")),
        second_call=_flag(raw, "second_call", ""),
        secret=_flag(raw, "secret", ""),
        presiding=_name(raw.get("presiding"), "presiding"),
    )
    _check(rules, case)
    return case


def _fault(where: str, what: str) -> BallotFileError:
    return BallotFileError(
        N_("The ballot cannot be counted: at {where}, {reason}."), where=where, reason=what
    )


def _known(table: Mapping[str, object], names: set[str], where: str) -> None:
    unknown = sorted(set(table) - names)
    if unknown:
        raise _fault(f"{where}{unknown[0]}", N_("nobody knows this field"))


def _list(raw: Mapping[str, object], name: str) -> list[object]:
    value = raw.get(name, [])
    if not isinstance(value, list):
        raise _fault(name, N_("a list has to stand"))
    return value


def _flag(table: Mapping[str, object], name: str, where: str) -> bool:
    value = table.get(name, False)
    if not isinstance(value, bool):
        raise _fault(f"{where}{name}", N_("true or false has to stand"))
    return value


def _name(value: object, where: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _fault(where, N_("the id of a seat has to stand"))
    return value


def _choice(value: object, where: str) -> str:
    if value not in CHOICES:
        raise _fault(where, N_("for, against or abstain has to stand"))
    return str(value)


def _mode(value: object) -> Mode:
    try:
        return Mode(value)  # type: ignore[arg-type]
    except ValueError:
        raise _fault("mode", N_("session, conference or written has to stand")) from None


def _seat(table: Mapping[str, object], where: str) -> Seat:
    vacant = _flag(table, "vacant", f"{where}.")
    return Seat(
        id=str(table["id"]),
        college=_name(table.get("college"), f"{where}.college") or "",
        holder="" if vacant else str(table["id"]),
        term_start=date.min,
        term_end=date.max,
        chair=_flag(table, "chair", f"{where}."),
        deputy=_flag(table, "deputy", f"{where}."),
    )


def _place(table: Mapping[str, object], where: str) -> Place:
    how = table.get("attendance", "absent")
    try:
        attendance = Attendance(how)  # type: ignore[arg-type]
    except ValueError:
        raise _fault(
            f"{where}.attendance", N_("present, remote, represented or absent has to stand")
        ) from None
    proxy_to = _name(table.get("proxy_to"), f"{where}.proxy_to")
    if (attendance is Attendance.REPRESENTED) != (proxy_to is not None):
        raise _fault(
            f"{where}.proxy_to", N_("a represented seat, and no other, names who holds its proxy")
        )
    return Place(attendance, proxy_to, _flag(table, "recused", f"{where}."))


def _check(rules: BoardRules, case: Case) -> None:
    """Hold a case to what the handlers would hold it to."""
    numbers = {seat.id: f"seats[{number}]" for number, seat in enumerate(case.seats, 1)}
    if case.mode not in rules.modes:
        raise _fault("mode", N_("the rules do not know this way of meeting"))
    never, always = SecretBallot.NEVER, SecretBallot.ALWAYS
    if (case.secret and rules.secret_ballot is never) or (
        not case.secret and rules.secret_ballot is always
    ):
        raise _fault("secret", N_("the rules say otherwise"))
    if sum(seat.chair for seat in case.seats) > 1:
        raise _fault("seats", N_("the board has one chair"))
    if case.presiding is not None and (
        case.presiding not in numbers or case.places[case.presiding].attendance not in INSIDE
    ):
        raise _fault("presiding", N_("a seat that is in the session has to stand"))
    if case.secret and case.votes:
        first = next(iter(case.votes))
        raise _fault(f"{numbers[first]}.vote", N_("a secret ballot has a box and no votes by seat"))
    if case.box and not case.secret:
        raise _fault("box", N_("only a secret ballot has a box"))
    held: dict[str, int] = {}
    colleges = {seat.id: seat.college for seat in case.seats}
    for seat in case.seats:
        place, where = case.places[seat.id], numbers[seat.id]
        if seat.vacant and (place != Place() or seat.id in case.votes):
            raise _fault(where, N_("a vacant seat takes no part"))
        if case.mode is Mode.CONFERENCE and place.attendance is Attendance.PRESENT:
            raise _fault(f"{where}.attendance", N_("nobody is present in a room at a conference"))
        if place.proxy_to is None:
            continue
        _check_proxy(rules, case, seat, place.proxy_to, where, colleges)
        held[place.proxy_to] = held.get(place.proxy_to, 0) + 1
        if held[place.proxy_to] > rules.proxies_per_person:
            raise _fault(f"{where}.proxy_to", N_("this holder has more proxies than the rules let"))
    voters = _voters(case)
    for one in case.votes:
        if one not in voters:
            raise _fault(f"{numbers[one]}.vote", N_("this seat has no vote in the ballot"))
    if len(case.box) > len(voters):
        raise _fault("box", N_("there are more choices than seats that may vote"))


def _check_proxy(
    rules: BoardRules,
    case: Case,
    seat: Seat,
    holder: str,
    where: str,
    colleges: Mapping[str, str],
) -> None:
    if holder not in colleges or holder == seat.id:
        raise _fault(f"{where}.proxy_to", N_("another seat of this ballot has to stand"))
    if case.mode is Mode.WRITTEN:
        raise _fault(f"{where}.proxy_to", N_("a written consultation knows no proxies"))
    if case.places[holder].attendance not in INSIDE:
        raise _fault(f"{where}.proxy_to", N_("the holder of a proxy has to be in the session"))
    if seat.college in rules.no_proxy_colleges:
        raise _fault(f"{where}.proxy_to", N_("members of this college give no proxy"))
    if rules.proxy_scope is ProxyScope.COLLEGE and colleges[holder] != seat.college:
        raise _fault(f"{where}.proxy_to", N_("a proxy stays within its college"))
