"""Reads board files and rule files (TOML); every fault is one sentence with the place.

A rule file says how a board meets and votes; a board file says in addition who sits where. Presets
(``approvals.board.presets``) are rule files, so that making a board is adding seats to one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, TypeVar

from approvals.board.rules import (
    Attendance,
    Board,
    BoardFileError,
    BoardRules,
    Citation,
    College,
    MajorityBasis,
    Mode,
    Presiding,
    ProxyScope,
    Reached,
    Seat,
    SecretBallot,
)
from approvals.circuits import bilingual
from approvals.errors import N_

STATUSES: Final = ("cited", "to-be-confirmed", "chosen")
"""What a citation may say of itself."""

NEEDED: Final = (
    "notice_days",
    "urgent_notice_days",
    "quorum_share",
    "quorum_counts",
    "second_call_notice_days",
    "second_call_quorum_share",
    "proxies_per_person",
    "majority_share",
    "majority_basis",
    "casting_vote",
)
"""What every rule file says under [rules]."""

OPTIONAL: Final = (
    "quorum_reached",
    "majority_reached",
    "vacant_seats_count",
    "papers_days",
    "proxy_scope",
    "no_proxy_colleges",
    "presiding",
    "substitute_casting_vote",
    "secret_ballot",
    "modes",
    "written_days",
    "written_quorum_share",
    "written_objections",
)
"""What it may leave out; ``BoardRules`` has the defaults."""

FIXED: Final = ("colleges", "tie", "recusal")
"""What a citation may be about besides: the seats, and the two rules that are the same for all."""

Kind = TypeVar("Kind", bound=StrEnum)


def load(text: str) -> Board:
    """Read a board file, rules and seats; raise ``BoardFileError`` with the place."""
    raw = _toml(text)
    rules = _guarded(raw)
    try:
        seats = tuple(_seats(raw["seat"]))
    except (KeyError, TypeError, ValueError) as fault:
        raise _misspelled(fault) from fault
    board = Board(rules, seats)
    _check_seats(board)
    return board


def load_rules(text: str) -> BoardRules:
    """Read the rules of a rule file or of a board file; raise ``BoardFileError``."""
    return _guarded(_toml(text))


def has_seats(text: str) -> bool:
    """Say whether a file names seats, so that it is a board file."""
    return "seat" in _toml(text)


def _toml(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise BoardFileError(
            N_("The board file is not valid TOML ({fault}). Correct it and try again."),
            fault=str(fault),
        ) from fault


def _guarded(raw: Mapping[str, object]) -> BoardRules:
    try:
        rules = _rules(raw)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as fault:
        raise _misspelled(fault) from fault
    _check_rules(rules)
    return rules


def _misspelled(fault: Exception) -> BoardFileError:
    return BoardFileError(
        N_(
            "The board file lacks or misspells {fault}. Compare it with the template of a board "
            "file."
        ),
        fault=str(fault),
    )


def _rules(raw: Mapping[str, object]) -> BoardRules:
    rules = raw["rules"]
    if not isinstance(rules, dict):
        raise TypeError("[rules]")
    unknown = sorted(set(rules) - {*NEEDED, *OPTIONAL})
    if unknown:
        raise BoardFileError(
            N_("[rules] has {name}, which is no rule. Take it out; the rules are {names}."),
            name=unknown[0],
            names=(*NEEDED, *OPTIONAL),
        )
    return BoardRules(
        id=str(raw["id"]),
        version=int(str(raw["version"])),
        title=bilingual(_table(raw, "title")),
        institution=bilingual(_table(raw, "institution")),
        in_force_from=_day(raw["in_force_from"]),
        notice_days=_count(rules, "notice_days"),
        urgent_notice_days=_count(rules, "urgent_notice_days"),
        quorum_share=_share(rules, "quorum_share"),
        quorum_counts=_several(Attendance, rules, "quorum_counts"),
        second_call_notice_days=_count(rules, "second_call_notice_days"),
        second_call_quorum_share=_share(rules, "second_call_quorum_share"),
        proxies_per_person=_count(rules, "proxies_per_person"),
        majority_share=_share(rules, "majority_share"),
        majority_basis=_one(MajorityBasis, rules, "majority_basis"),
        casting_vote=_yes(rules, "casting_vote"),
        colleges=tuple(
            College(id=str(item["id"]), title=bilingual(item["title"]), seats=int(item["seats"]))
            for item in _tables(raw, "college")
        ),
        citations=tuple(
            Citation(str(item["field"]), bilingual(item["source"]), str(item["status"]))
            for item in _tables(raw, "citation")
        ),
        quorum_reached=_one(Reached, rules, "quorum_reached", Reached.AT_LEAST),
        majority_reached=_one(Reached, rules, "majority_reached", Reached.MORE_THAN),
        vacant_seats_count=_yes(rules, "vacant_seats_count", False),
        papers_days=_count(rules, "papers_days", 0),
        proxy_scope=_one(ProxyScope, rules, "proxy_scope", ProxyScope.BOARD),
        no_proxy_colleges=tuple(map(str, _list(rules, "no_proxy_colleges", []))),
        presiding=_one(Presiding, rules, "presiding", Presiding.ELECTED),
        substitute_casting_vote=_yes(rules, "substitute_casting_vote", False),
        secret_ballot=_one(SecretBallot, rules, "secret_ballot", SecretBallot.ALLOWED),
        modes=_several(Mode, rules, "modes", [Mode.SESSION]),
        written_days=_count(rules, "written_days", 0),
        written_quorum_share=_share(rules, "written_quorum_share", "1/2"),
        written_objections=_count(rules, "written_objections", 0),
    )


def _table(raw: Mapping[str, object], name: str) -> dict[str, str]:
    table = raw[name]
    if not isinstance(table, dict):
        raise TypeError(name)
    return table


def _tables(raw: Mapping[str, object], name: str) -> list[dict[str, Any]]:
    tables = raw.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise TypeError(f"[[{name}]]")
    return tables


def _list(table: Mapping[str, object], name: str, default: list[Any] | None = None) -> list[Any]:
    value = table[name] if default is None else table.get(name, default)
    if not isinstance(value, list):
        raise TypeError(f"{name} = {value!r}")
    return value


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError(f"a date instead of {value!r}")
    return value


def _count(table: Mapping[str, object], name: str, default: int | None = None) -> int:
    value = table[name] if default is None else table.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} = {value!r}")
    return value


def _share(table: Mapping[str, object], name: str, default: str | None = None) -> str:
    text = table[name] if default is None else table.get(name, default)
    try:
        share = Fraction(str(text))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{name} = {text!r}") from None
    if not 0 <= share <= 1:
        raise ValueError(f"{name} = {text}")
    return str(text)


def _yes(table: Mapping[str, object], name: str, default: bool | None = None) -> bool:
    value = table[name] if default is None else table.get(name, default)
    if not isinstance(value, bool):
        raise TypeError(f"{name} = {value!r}")
    return value


def _one(
    kind: type[Kind], table: Mapping[str, object], name: str, default: Kind | None = None
) -> Kind:
    value = table[name] if default is None else table.get(name, default)
    return _member(kind, value, name)


def _several(
    kind: type[Kind], table: Mapping[str, object], name: str, default: list[Kind] | None = None
) -> tuple[Kind, ...]:
    found = tuple(_member(kind, value, name) for value in _list(table, name, default))
    if not found:
        raise ValueError(f"{name} = []")
    return tuple(dict.fromkeys(found))


def _member(kind: type[Kind], value: object, name: str) -> Kind:
    try:
        return kind(str(value))
    except ValueError:
        raise BoardFileError(
            N_("{name} is “{value}”. Write one of {values}."),
            name=name,
            value=str(value),
            values=tuple(member.value for member in kind),
        ) from None


def _seats(raw: object) -> Iterator[Seat]:
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise TypeError("[[seat]]")
    for table in raw:
        vacant = _yes(table, "vacant", False)
        yield Seat(
            id=str(table["id"]),
            college=str(table["college"]),
            holder="" if vacant else str(table["holder"]),
            term_start=date.min if vacant else _day(table["term_start"]),
            term_end=date.max if vacant else _day(table["term_end"]),
            chair=_yes(table, "chair", False),
            deputy=_yes(table, "deputy", False),
        )


def _check_rules(rules: BoardRules) -> None:
    if Fraction(rules.majority_share) == 1 and rules.majority_reached is Reached.MORE_THAN:
        raise BoardFileError(
            N_(
                "majority_share is {share} and more than all can never be. Write a smaller share, "
                'or majority_reached = "at-least" for unanimity.'
            ),
            share=rules.majority_share,
        )
    colleges = [college.id for college in rules.colleges]
    for college in rules.no_proxy_colleges:
        if college not in colleges:
            raise BoardFileError(
                N_(
                    "no_proxy_colleges names {college}, which the file does not list. "
                    "Its colleges are {colleges}."
                ),
                college=college,
                colleges=tuple(colleges),
            )
    for one in rules.citations:
        if one.field not in (*NEEDED, *OPTIONAL, *FIXED):
            raise BoardFileError(
                N_("A citation is about {field}, which is no rule. The rules are {names}."),
                field=one.field,
                names=(*NEEDED, *OPTIONAL, *FIXED),
            )
        if one.status not in STATUSES:
            raise BoardFileError(
                N_("The citation of {field} has the status “{status}”. Write one of {statuses}."),
                field=one.field,
                status=one.status,
                statuses=STATUSES,
            )


def _check_seats(board: Board) -> None:
    ids = [seat.id for seat in board.seats]
    holders = [seat.holder for seat in board.seats if not seat.vacant]
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
    if board.rules.presiding is Presiding.DEPUTY and not any(seat.deputy for seat in board.seats):
        raise BoardFileError(
            N_(
                "A deputy presides where the chair is absent, and no seat is marked. "
                "Write “deputy = true” at a seat of the file."
            )
        )
