"""Who sits where: seats that want somebody, and a board file with somebody else on a seat.

What the file says afterwards is ``approvals.board.files``' to judge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from approvals.board.files import load
from approvals.board.rules import Board, BoardFileError, Seat
from approvals.errors import N_

_TABLE = re.compile(r"^\s*\[")
_SEAT = re.compile(r"^\s*\[\[\s*seat\s*\]\]")
_KNOWN = ("college", "holder", "term_start", "term_end", "chair", "deputy", "vacant")
_ID = re.compile(r'\s*id\s*=\s*"([^"]*)"')
_LINE = re.compile(rf"^\s*({'|'.join(_KNOWN)})\s*=")


def with_seat(text: str, seat: Seat) -> str:
    """Give the file with this seat in the place of the one of its id.

    A seat that becomes the chair's takes the chair from the other. Raises ``BoardFileError`` where
    there is no such seat, or the file is laid out so that nothing but a person can change it.
    """
    before = load(text)
    if seat.id not in {one.id for one in before.seats}:
        raise BoardFileError(
            N_("The board file has no seat {seat}. Add it to the file itself."), seat=seat.id
        )
    wanted = _seated(before, seat)
    written = "".join(_written(text, wanted))
    if load(written) != wanted:
        raise BoardFileError(
            N_("The seat {seat} is written in a way that only a person can change: edit the file."),
            seat=seat.id,
        )
    return written


def _seated(before: Board, seat: Seat) -> Board:
    return replace(
        before,
        seats=tuple(
            seat
            if one.id == seat.id
            else replace(one, chair=False)
            if seat.chair and one.chair
            else one
            for one in before.seats
        ),
    )


def _written(text: str, wanted: Board) -> Iterator[str]:
    """Give the file's lines, those of each seat that changes written anew."""
    present = {one.id: one for one in load(text).seats}
    new = {one.id: one for one in wanted.seats if present.get(one.id) != one}
    block: list[str] = []
    inside = False
    for line in (*text.splitlines(keepends=True), ""):
        if inside and (not line or _TABLE.match(line)):
            yield from _block(block, new)
            block, inside = [], False
        if _SEAT.match(line):
            inside = True
        if inside:
            block.append(line)
        else:
            yield line


def _block(lines: list[str], new: dict[str, Seat]) -> Iterator[str]:
    id = next(
        (found[1] for line in lines if (found := re.match(r'\s*id\s*=\s*"([^"]*)"', line))), ""
    )
    seat = new.get(id)
    if seat is None:
        yield from lines
        return
    for line in lines:
        if _ID.match(line):
            yield line if line.endswith("\n") else f"{line}\n"
            yield from _fields(seat)
        elif not _LINE.match(line):
            yield line


def _fields(seat: Seat) -> Iterator[str]:
    yield f"college = {json.dumps(seat.college, ensure_ascii=False)}\n"
    if seat.vacant:
        yield "vacant = true\n"
    else:
        yield f"holder = {json.dumps(seat.holder, ensure_ascii=False)}\n"
        yield f"term_start = {seat.term_start.isoformat()}\n"
        yield f"term_end = {seat.term_end.isoformat()}\n"
    if seat.chair:
        yield "chair = true\n"
    if seat.deputy:
        yield "deputy = true\n"


def wanting(board: Board, day: date) -> tuple[Seat, ...]:
    """Give the seats that are vacant, or whose term does not cover a day."""
    return tuple(one for one in board.seats if one.vacant or not one.valid_on(day))
