"""How wide the columns of a generated table are, about how many lines it takes, its styles.

Pure reckoning over ``papers``; ``writer`` sets the table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from documents.house_tables import BAR_MARGIN
from documents.papers import BarChart, Column, Table, Text, Words

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

    ``line`` is the width of a line of text; where the words need more, all columns give way.
    """
    lines = [tuple(column.label for column in table.columns), *table.rows]
    letter = _SMALL_LETTER if table.dense else _LETTER
    least = [
        max(len(word) for words in lines for word in _BETWEEN_WORDS.split(plain(words[at])))
        * letter
        + _CELL_SIDES
        for at in range(len(table.columns))
    ]
    if sum(least) > line:
        return [room * line // sum(least) for room in least]
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
        figure = " Figure" if column.figures else ""
        return f"House Matrix{figure}{' Head' if head else ' Kept' if kept else ''}"
    kind = "House Figure" if column.figures else "House Table"
    if head:
        return f"{kind} Head"
    return f"{kind} Kept" if kept else kind


# How much of the line a chart's labels take, and its figures at least, in letters: the same in
# every chart of a paper, so that their bars begin and end below one another.
_LABEL_SHARE = 0.36
_FIGURE = 15


def bar_widths(chart: BarChart, line: int) -> list[int]:
    """How wide label, bar and figure of a chart are; ``line`` is the width of a line of text."""
    longest = max((len(plain(bar.shown)) for bar in chart.bars), default=0)
    figure = max(longest, _FIGURE) * _LETTER + _CELL_SIDES
    label = round(line * _LABEL_SHARE)
    return [label, line - figure - label, figure]


def bar_rests(chart: BarChart, width: int) -> list[int | None]:
    """How much each bar leaves free of its cell; None where there is nothing to draw.

    ``width`` is the cell's. The widest bar fills the cell; one that is not empty stays visible.
    """
    inner = width - BAR_MARGIN
    widest = max((bar.share or 0.0 for bar in chart.bars), default=0.0)
    return [
        None if not bar.share else max(0, inner - max(20, round(inner * bar.share / widest)))
        for bar in chart.bars
    ]
