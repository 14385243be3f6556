"""What changed in a paragraph and in its translation, word by word, under the same numbers.

A change of the source and one of the translation are the same where they come in the same order and
at about the same place of the paragraph; what has no counterpart has a number of its own. For the
same in Word files see ``documents.redline_mirror``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Final

from documents.worddiff import DiffPiece, Op, word_diff

_APART: Final = 0.3
"""Part of a paragraph by which two changes may be apart and still be the same one."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``number`` stands behind the last one of a change."""

    op: Op
    text: str
    number: int = 0

    @property
    def word(self) -> str:
        """Give the text without the space behind it, which nobody marks."""
        return self.text.rstrip() or self.text

    @property
    def gap(self) -> str:
        """Give the space behind it."""
        return self.text[len(self.word) :]


@dataclass(frozen=True, slots=True)
class Mirror:
    """Both sides with their changes numbered, and the numbers that only one of them has."""

    source: tuple[Piece, ...]
    target: tuple[Piece, ...]
    source_only: tuple[int, ...]
    target_only: tuple[int, ...]
    last: int
    """The highest number given so far."""


@dataclass(frozen=True, slots=True)
class _Side:
    pieces: list[Piece]
    ends: list[int]
    """Of each change, the place of its last piece."""
    places: list[float]
    """Of each change, how far into the text it stands, from 0 to 1."""

    def number(self, change: int, number: int) -> None:
        """Put a number behind a change."""
        end = self.ends[change]
        self.pieces[end] = replace(self.pieces[end], number=number)


def mirrored(source: tuple[str, str], target: tuple[str, str], last: int = 0) -> Mirror:
    """Compare (old, new) of both languages; numbers go on behind ``last``."""
    left, right = _side(*source), _side(*target)
    pairs = dict(_paired(left.places, right.places))
    first_only: list[int] = []
    second_only: list[int] = []
    second = 0
    for first in range(len(left.ends) + 1):
        until = len(right.ends) if first == len(left.ends) else pairs.get(first, second)
        for alone in range(second, until):
            last += 1
            second_only.append(last)
            right.number(alone, last)
            second = alone + 1
        if first < len(left.ends):
            last += 1
            left.number(first, last)
            if first in pairs:
                right.number(pairs[first], last)
                second = pairs[first] + 1
            else:
                first_only.append(last)
    return Mirror(
        tuple(left.pieces), tuple(right.pieces), tuple(first_only), tuple(second_only), last
    )


@lru_cache(maxsize=4096)
def _differing(old: str, new: str) -> tuple[DiffPiece, ...]:
    return word_diff(old, new)


def _side(old: str, new: str) -> _Side:
    if old == new:
        return _Side([Piece(Op.EQUAL, new)] if new else [], [], [])
    side = _Side([], [], [])
    total = max(len(new), 1)
    at = 0
    for same, group in groupby(_differing(old, new), key=lambda piece: piece.op is Op.EQUAL):
        pieces: list[DiffPiece] = list(group)
        if not same:
            side.places.append(at / total)
        side.pieces.extend(Piece(piece.op, piece.text) for piece in pieces)
        if not same:
            side.ends.append(len(side.pieces) - 1)
        at += sum(len(piece.text) for piece in pieces if piece.op is not Op.DELETE)
    return side


def _paired(left: Sequence[float], right: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Pair in order, at the least distance, where two are not further apart than may be."""
    gap = _APART / 2
    cost = [[gap * (i + j) for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            cost[i][j] = min(
                cost[i - 1][j] + gap,
                cost[i][j - 1] + gap,
                cost[i - 1][j - 1] + abs(left[i - 1] - right[j - 1]),
            )
    i, j = len(left), len(right)
    found: list[tuple[int, int]] = []
    while i and j:
        if cost[i][j] == cost[i - 1][j - 1] + abs(left[i - 1] - right[j - 1]):
            i, j = i - 1, j - 1
            found.append((i, j))
        elif cost[i][j] == cost[i - 1][j] + gap:
            i -= 1
        else:
            j -= 1
    yield from reversed(found)
