"""The board's arithmetic: seats, quorum, majority, casting vote. Pure, and recomputable by anyone.

Rules are dated, cited configuration (``BoardRules``), never constants. Who may call, attend or vote
is ``approvals.policy``'s and ``approvals.handlers``'.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Any

from approvals.circuits import bilingual
from approvals.errors import N_, ApprovalError
from approvals.names import Bilingual


class BoardFileError(ApprovalError):
    """A board file cannot be used."""


class Attendance(StrEnum):
    """How a seat is filled in the room."""

    PRESENT = "present"
    REMOTE = "remote"
    REPRESENTED = "represented"
    ABSENT = "absent"


INSIDE = (Attendance.PRESENT, Attendance.REMOTE)
"""Who is in the session in person, and so may hold a proxy."""


class MajorityBasis(StrEnum):
    """What a majority is a share of: whether abstentions count against.

    ``VOTES_CAST`` counts only votes for and against (suffrages exprimés).
    """

    VOTES_CAST = "votes-cast"
    MEMBERS = "members-present-or-represented"


class Outcome(StrEnum):
    """What a ballot decided."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule is written; ``status`` says whether the institution still has to confirm it."""

    field: str
    source: Bilingual
    status: str


@dataclass(frozen=True, slots=True)
class College:
    """A group of seats that are filled in the same way."""

    id: str
    title: Bilingual
    seats: int


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat and who holds it from when to when; ``holder`` is a person's handle or id."""

    id: str
    college: str
    holder: str
    term_start: date
    term_end: date
    chair: bool

    def valid_on(self, day: date) -> bool:
        """Say whether the term covers ``day``."""
        return self.term_start <= day <= self.term_end


@dataclass(frozen=True, slots=True)
class BoardRules:
    """How this board meets and votes; shares are fractions written ``"1/2"``.

    A quorum is met at the share or above; a majority needs more than its share.
    """

    id: str
    version: int
    title: Bilingual
    institution: Bilingual
    in_force_from: date
    notice_days: int
    urgent_notice_days: int
    quorum_share: str
    quorum_counts: tuple[Attendance, ...]
    second_call_notice_days: int
    second_call_quorum_share: str
    proxies_per_person: int
    majority_share: str
    majority_basis: MajorityBasis
    casting_vote: bool
    colleges: tuple[College, ...]
    citations: tuple[Citation, ...]

    @property
    def rule(self) -> str:
        """Give the short name by which people know this rule."""
        return f"{self.id} v{self.version}"

    def cited(self, field: str) -> Citation | None:
        """Give where ``field`` is written."""
        return next((citation for citation in self.citations if citation.field == field), None)


@dataclass(frozen=True, slots=True)
class Board:
    """A board file: the rules and who sits where."""

    rules: BoardRules
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """How one seat stands in a meeting."""

    attendance: Attendance = Attendance.ABSENT
    proxy_to: str | None = None
    recused: bool = False


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many seats count and how many have to."""

    counted: int
    required: int
    seats: int

    @property
    def met(self) -> bool:
        """Say whether the board may deliberate."""
        return self.counted >= self.required and self.counted > 0


@dataclass(frozen=True, slots=True)
class Tally:
    """A ballot in figures; ``needed`` is the number of votes for from which the text is adopted.

    ``casting_vote`` is set where a tie was broken by the chair's own vote.
    """

    in_favour: int
    against: int
    abstentions: int
    not_voting: int
    needed: int
    casting_vote: bool


def takes_part(seat: str, places: Mapping[str, Place]) -> bool:
    """Say whether a seat takes part: in the session or represented in it, and not recused.

    A proxy is worth what its holder is: it falls with a holder who left the session or is recused.
    """
    place = places.get(seat, Place())
    if place.recused:
        return False
    if place.attendance is not Attendance.REPRESENTED:
        return place.attendance in INSIDE
    holder = places.get(place.proxy_to or "", Place())
    return holder.attendance in INSIDE and not holder.recused


def quorum(
    rules: BoardRules,
    seats: Iterable[Seat],
    places: Mapping[str, Place],
    *,
    second_call: bool = False,
) -> Quorum:
    """Count the quorum over the filled seats.

    A recused seat does not count towards it and stays in the number that it is a share of: a
    recusal can cost a quorum, never make one. A seat counts only while it takes part.
    """
    filled = tuple(seats)
    share = Fraction(rules.second_call_quorum_share if second_call else rules.quorum_share)
    counted = sum(
        takes_part(seat.id, places) and places[seat.id].attendance in rules.quorum_counts
        for seat in filled
    )
    return Quorum(counted=counted, required=ceil(share * len(filled)), seats=len(filled))


def tally(
    rules: BoardRules,
    *,
    votes: Mapping[str, str],
    entitled: Iterable[str],
    chair: str | None,
    secret: bool = False,
) -> tuple[Tally, Outcome]:
    """Count a ballot.

    ``votes`` gives each seat's choice (``for``, ``against``, ``abstain``), ``entitled`` the seats
    that could vote, ``chair`` the chair's seat where its holder is in the session. The order of the
    votes does not matter. A tie without a casting vote is not adopted. The chair's casting vote is
    the vote that the chair cast as a member, counted once more; it breaks a tie only in an open
    ballot, and only where one vote more makes the majority: a tie never adopts what a vote more in
    favour would not (four against four among ten members, or under a majority of two thirds).
    """
    voters = tuple(dict.fromkeys(entitled))
    choices = [votes[seat] for seat in voters if seat in votes]
    ayes, noes, blanks = (choices.count(name) for name in ("for", "against", "abstain"))
    basis = ayes + noes if rules.majority_basis is MajorityBasis.VOTES_CAST else len(voters)
    share = Fraction(rules.majority_share)
    needed = int(share * basis) + 1
    adopted = ayes >= needed
    cast = False
    tie = ayes == noes and ayes + 1 >= needed and not adopted
    if tie and rules.casting_vote and not secret and chair in voters:
        adopted = cast = votes.get(chair or "") == "for"
    figures = Tally(
        in_favour=ayes,
        against=noes,
        abstentions=blanks,
        not_voting=len(voters) - len(choices),
        needed=needed,
        casting_vote=cast,
    )
    return figures, Outcome.ADOPTED if adopted else Outcome.REJECTED


def load(text: str) -> Board:
    """Read a board file (TOML).

    Raises ``BoardFileError`` with the place and what to write there.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise BoardFileError(
            N_("The board file is not valid TOML ({fault}). Correct it and try again."),
            fault=str(fault),
        ) from fault
    try:
        board = Board(rules=_rules(raw), seats=tuple(_seats(raw["seat"])))
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as fault:
        raise BoardFileError(
            N_("The board file lacks or misspells {fault}. Compare it with the sample board."),
            fault=str(fault),
        ) from fault
    _check(board)
    return board


def _rules(raw: Mapping[str, object]) -> BoardRules:
    rules = raw["rules"]
    if not isinstance(rules, dict):
        raise TypeError("[rules]")
    for field in ("quorum_share", "second_call_quorum_share", "majority_share"):
        share = Fraction(rules[field])
        if not 0 <= share <= 1 or (field == "majority_share" and share == 1):
            raise ValueError(f"{field} = {rules[field]}")
    return BoardRules(
        id=str(raw["id"]),
        version=int(str(raw["version"])),
        title=bilingual(_table(raw, "title")),
        institution=bilingual(_table(raw, "institution")),
        in_force_from=_day(raw["in_force_from"]),
        notice_days=_count(rules, "notice_days"),
        urgent_notice_days=_count(rules, "urgent_notice_days"),
        quorum_share=str(rules["quorum_share"]),
        quorum_counts=tuple(map(Attendance, rules["quorum_counts"])),
        second_call_notice_days=_count(rules, "second_call_notice_days"),
        second_call_quorum_share=str(rules["second_call_quorum_share"]),
        proxies_per_person=_count(rules, "proxies_per_person"),
        majority_share=str(rules["majority_share"]),
        majority_basis=MajorityBasis(rules["majority_basis"]),
        casting_vote=_yes(rules, "casting_vote"),
        colleges=tuple(
            College(id=str(item["id"]), title=bilingual(item["title"]), seats=int(item["seats"]))
            for item in _tables(raw, "college")
        ),
        citations=tuple(
            Citation(str(item["field"]), bilingual(item["source"]), str(item["status"]))
            for item in _tables(raw, "citation")
        ),
    )


def _table(raw: Mapping[str, object], name: str) -> dict[str, str]:
    table = raw[name]
    if not isinstance(table, dict):
        raise TypeError(name)
    return table


def _tables(raw: Mapping[str, object], name: str) -> list[dict[str, Any]]:
    tables = raw.get(name, [])
    if not isinstance(tables, list):
        raise TypeError(name)
    return tables


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError(f"a date instead of {value!r}")
    return value


def _count(table: Mapping[str, object], name: str) -> int:
    value = table[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} = {value!r}")
    return value


def _yes(table: Mapping[str, object], name: str, default: bool | None = None) -> bool:
    value = table[name] if default is None else table.get(name, default)
    if not isinstance(value, bool):
        raise TypeError(f"{name} = {value!r}")
    return value


def _seats(raw: object) -> Iterator[Seat]:
    if not isinstance(raw, list):
        raise TypeError("[[seat]]")
    for table in raw:
        yield Seat(
            id=str(table["id"]),
            college=str(table["college"]),
            holder=str(table["holder"]),
            term_start=_day(table["term_start"]),
            term_end=_day(table["term_end"]),
            chair=_yes(table, "chair", False),
        )


def _check(board: Board) -> None:
    ids = [seat.id for seat in board.seats]
    holders = [seat.holder for seat in board.seats]
    colleges = {college.id: college.seats for college in board.rules.colleges}
    for seat in board.seats:
        if ids.count(seat.id) > 1:
            raise BoardFileError(
                N_("The board file has the seat {seat} twice. Give each seat its own id."),
                seat=seat.id,
            )
        if holders.count(seat.holder) > 1:
            raise BoardFileError(
                N_("{holder} holds two seats in the board file. Give each seat its own holder."),
                holder=seat.holder,
            )
        if seat.college not in colleges:
            raise BoardFileError(
                N_(
                    "Seat {seat} belongs to the college {college}, which the board file does not "
                    "list. Add the college or correct the seat."
                ),
                seat=seat.id,
                college=seat.college,
            )
    for college, number in colleges.items():
        found = sum(seat.college == college for seat in board.seats)
        if found > number:
            raise BoardFileError(
                N_(
                    "The college {college} has {found} seats in the board file and {number} by its "
                    "rule. Correct whichever is wrong."
                ),
                college=college,
                found=found,
                number=number,
            )
    if sum(seat.chair for seat in board.seats) != 1:
        raise BoardFileError(
            N_("The board has one chair. Write “chair = true” at exactly one seat of the file.")
        )
