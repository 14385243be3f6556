"""Pair the items of two sequences: equal ones first, then similar ones in the gaps between them.

Pairs never cross. Two texts are similar when at least half of their words are the same in the same
order (rapidfuzz ``Indel``); words, not characters, because any two French sentences share half of
their characters. What moved is ``identity``'s and ``redline``'s matter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel

SIMILAR = 0.5
_CELLS = 40_000
_WORD = re.compile(r"\w+")


class Item(NamedTuple):
    """Something to pair: equal keys are equal items, texts are compared for similarity."""

    key: Hashable
    text: str


def numbered(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    """Both sequences with each distinct value replaced by one small number."""
    numbers: dict[Hashable, int] = {}
    return (
        [numbers.setdefault(one, len(numbers)) for one in old],
        [numbers.setdefault(one, len(numbers)) for one in new],
    )


def equal_pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Indices of equal items along one shortest edit script, in order."""
    first, second = numbered(old, new)
    for code in Indel.opcodes(first, second):
        if code.tag == "equal":
            yield from zip(
                range(code.src_start, code.src_end),
                range(code.dest_start, code.dest_end),
                strict=True,
            )


def align(old: Sequence[Item], new: Sequence[Item]) -> list[tuple[int, int]]:
    """Indices of items that belong together, rising on both sides."""
    anchors = list(equal_pairs([one.key for one in old], [one.key for one in new]))
    return fill(old, new, anchors)


def fill(
    old: Sequence[Item], new: Sequence[Item], anchors: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The anchors with the similar pairs of the gaps between them."""
    pairs: list[tuple[int, int]] = []
    i = j = 0
    for next_i, next_j in [*anchors, (len(old), len(new))]:
        if next_i > i and next_j > j:
            found = _similar(
                [one.text for one in old[i:next_i]], [one.text for one in new[j:next_j]]
            )
            pairs.extend((i + a, j + b) for a, b in found)
        if next_i < len(old) and next_j < len(new):
            pairs.append((next_i, next_j))
        i, j = next_i + 1, next_j + 1
    return pairs


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of the pairs (sorted by their first index) whose second index rises too."""
    best: list[int] = []
    before = [-1] * len(pairs)
    for index, (_, second) in enumerate(pairs):
        low, high = 0, len(best)
        while low < high:
            middle = (low + high) // 2
            if pairs[best[middle]][1] < second:
                low = middle + 1
            else:
                high = middle
        before[index] = best[low - 1] if low else -1
        best[low : low + 1] = [index]
    chain = []
    index = best[-1] if best else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def similarity(old: str, new: str) -> float:
    """0 to 1: the share of words that both texts have in the same order; 1 for two empty texts."""
    return _similarity(_words(old), _words(new))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold()) or text.split()


def _similarity(old: list[str], new: list[str]) -> float:
    total = len(old) + len(new)
    if not total:
        return 1.0
    if 2 * min(len(old), len(new)) < SIMILAR * total:
        return 0.0
    return float(Indel.normalized_similarity(old, new, score_cutoff=SIMILAR))


def _similar(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs, none crossing another, whose similarities add up to the most.

    A very large gap is cut into as many parts on both sides, and each part is looked at alone.
    """
    left, right = [_words(one) for one in old], [_words(one) for one in new]
    parts = max(1, math.isqrt(len(left) * len(right) // _CELLS))
    pairs: list[tuple[int, int]] = []
    for part in range(parts):
        i, end_i = len(left) * part // parts, len(left) * (part + 1) // parts
        j, end_j = len(right) * part // parts, len(right) * (part + 1) // parts
        pairs.extend((i + a, j + b) for a, b in _best(left[i:end_i], right[j:end_j]))
    return pairs


def _best(left: list[list[str]], right: list[list[str]]) -> list[tuple[int, int]]:
    rows, columns = len(left), len(right)
    scores: dict[tuple[int, int], float] = {}
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(columns - 1, -1, -1):
            value = max(below[j], row[j + 1])
            score = _similarity(left[i], right[j])
            if score >= SIMILAR:
                scores[i, j] = score
                value = max(value, below[j + 1] + score)
            row[j] = value
    pairs, i, j = [], 0, 0
    while i < rows and j < columns:
        score = scores.get((i, j), 0.0)
        if score and best[i][j] == best[i + 1][j + 1] + score:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
