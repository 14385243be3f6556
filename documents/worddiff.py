"""Compare two sequences of words: the smallest edit, tidied for reading.

A token is a word, white space, or one other character. White space alone between two changed words
is no island: the change goes through it, because ``~~one two~~ three four`` reads better than four
changes. Redlines in Word are ``redline``'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import Indel

from documents.align import numbered

TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


class Op(StrEnum):
    """What happens to a piece on the way from old to new."""

    EQUAL = "equal"
    INSERT = "insert"
    DELETE = "delete"


class Step(NamedTuple):
    """One step: ``old[i:j]`` stays as or gives way to ``new[k:m]``; a change has both slices."""

    equal: bool
    i: int
    j: int
    k: int
    m: int


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """Text that is in both versions, only in the new one, or only in the old one."""

    op: Op
    text: str


def word_diff(old: str, new: str) -> tuple[DiffPiece, ...]:
    """Both texts as one sequence: without the insertions the old, without the deletions the new."""
    first, second = TOKEN.findall(old), TOKEN.findall(new)
    pieces: list[DiffPiece] = []
    for step in steps(first, second, lambda index: first[index].isspace()):
        if step.equal:
            pieces.append(DiffPiece(Op.EQUAL, "".join(first[step.i : step.j])))
            continue
        if step.i < step.j:
            pieces.append(DiffPiece(Op.DELETE, "".join(first[step.i : step.j])))
        if step.k < step.m:
            pieces.append(DiffPiece(Op.INSERT, "".join(second[step.k : step.m])))
    return tuple(pieces)


def steps(
    old: Sequence[Hashable], new: Sequence[Hashable], space: Callable[[int], bool]
) -> list[Step]:
    """The edit from old to new; ``space`` says which old tokens are white space."""
    found: list[Step] = []
    i = k = 0
    first, second = numbered(old, new)
    codes = [code for code in Indel.opcodes(first, second) if code.tag == "equal"]
    for number, code in enumerate(codes):
        inner = 0 < number < len(codes) - 1 or (
            (number > 0 or code.src_start > 0 or code.dest_start > 0)
            and (number < len(codes) - 1 or code.src_end < len(old) or code.dest_end < len(new))
        )
        if inner and all(space(index) for index in range(code.src_start, code.src_end)):
            continue
        if i < code.src_start or k < code.dest_start:
            found.append(Step(False, i, code.src_start, k, code.dest_start))
        found.append(Step(True, code.src_start, code.src_end, code.dest_start, code.dest_end))
        i, k = code.src_end, code.dest_end
    if i < len(old) or k < len(new):
        found.append(Step(False, i, len(old), k, len(new)))
    return found
