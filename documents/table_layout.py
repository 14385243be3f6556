"""How wide the columns of a generated table are, about how many lines it takes, its styles.

Pure reckoning over ``papers``; ``writer`` sets the table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from documents.papers import Column, Table, Text, Words

# A bold letter of table text at its widest average, set as usual and set small.
_LETTER, _SMALL_LETTER = 122, 105
# A letter of running text.
_TEXT_LETTER = 100
# The two sides of a cell.
_CELL_SIDES = 190
# No-break spaces hold words together.
_BETWEEN_WORDS = re.compile("[ \n]")


def plain(words: Words) -> str:
    """The words without their marks."""
    if isinstance(words, str):
        return words
    return "".join(span if isinstance(span, str) else span.text for span in words)


def widths(table: Table, line: int) -> list[int]:
    """Column widths in twentieths of a point: room for the longest word, the rest by weight.

    ``line`` is the width of a line of text.
    """
    lines = [tuple(column.label for column in table.columns), *table.rows]
    letter = _SMALL_LETTER if table.dense else _LETTER
    least = [
        max(len(word) for words in lines for word in _BETWEEN_WORDS.split(plain(words[at])))
        * letter
        + _CELL_SIDES
        for at in range(len(table.columns))
    ]
    weights = [column.weight for column in table.columns]
    spare = max(0, line * table.width // 100 - sum(least))
    return [
        room + spare * weight // sum(weights) for room, weight in zip(least, weights, strict=True)
    ]


def line_count(table: Table, shares: Sequence[int]) -> int:
    """About how many lines the rows take, by their longest cells."""
    return sum(
        max(
            -(-len(plain(words)) * _LETTER // share)
            for words, share in zip(row, shares, strict=True)
        )
        for row in table.rows
    )


def facing_lines(texts: Sequence[Text], shares: Sequence[int]) -> int:
    """About how many lines a row of facing texts takes, by its longest one."""
    return max(
        -(-len(plain(text.text)) * _TEXT_LETTER // share)
        for text, share in zip(texts, shares, strict=True)
    )


def cell_style(table: Table, column: Column, head: bool, kept: bool) -> str:
    """The paragraph style of a cell; ``kept`` holds on to the row below."""
    if table.dense:
        return f"House Matrix{' Head' if head else ' Kept' if kept else ''}"
    kind = "House Figure" if column.figures else "House Table"
    if head:
        return f"{kind} Head"
    return f"{kind} Kept" if kept else kind
