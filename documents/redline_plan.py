"""What stays, goes and comes between two rows of blocks, for ``redline``.

Blocks are the paragraphs and tables of one container. Equal and similar ones are paired
(``align``); the plan is cut into stretches at tables, because the mark before a table, like the
last mark of a container, can neither come nor go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents import align
from documents.align import Item
from documents.wml import TBL, TC, TR, Element, P, w


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A paragraph or a table, with what it says and how it looks as its key."""

    element: Element
    item: Item
    table: bool


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the plan: a pair, a deletion (no ``new``) or an insertion (no ``old``)."""

    old: Block | None
    new: Block | None
    whole: bool = False

    @property
    def table(self) -> bool:
        """Whether it is about a table."""
        block = self.new or self.old
        return block is not None and block.table


@dataclass(frozen=True, slots=True)
class Stretch:
    """Moves up to a table or the end; ``spill`` are a kept pair and what came or went after it."""

    moves: Sequence[Move]
    spill: Sequence[Move] = ()


def plan_blocks(olds: list[Block], news: list[Block]) -> Iterator[Stretch]:
    """What to do, in order, stretch by stretch: tables cut a container into stretches."""
    pairs = [
        (i, j)
        for i, j in align.align([one.item for one in olds], [one.item for one in news])
        if olds[i].table == news[j].table
    ]
    moves: list[Move] = []
    i = j = 0
    for next_i, next_j in [*pairs, (len(olds), len(news))]:
        moves.extend(Move(one, None) for one in olds[i:next_i])
        moves.extend(Move(None, one) for one in news[j:next_j])
        if next_i < len(olds) and next_j < len(news):
            moves.append(Move(olds[next_i], news[next_j]))
        i, j = next_i + 1, next_j + 1
    stretch: list[Move] = []
    for move in _ended(moves):
        if move.table:
            yield _stretch(stretch)
            yield Stretch([move])
            stretch = []
        else:
            stretch.append(move)
    yield _stretch(stretch)


def _stretch(moves: list[Move]) -> Stretch:
    """A stretch of paragraphs, ending with a pair where it can."""
    last = max((n for n, move in enumerate(moves) if move.old and move.new), default=-1)
    tail = moves[last + 1 :]
    gone = [move for move in tail if move.old is not None]
    come = [move for move in tail if move.new is not None]
    if gone and come:
        replaced = Move(gone[-1].old, come[-1].new, whole=True)
        return Stretch([*moves[: last + 1], *gone[:-1], *come[:-1], replaced])
    if tail and last >= 0:
        return Stretch(moves[: last + 1], moves[last:])
    return Stretch(moves)


def _ended(moves: list[Move]) -> list[Move]:
    """The moves, with the last paragraphs of both versions paired where a table parts them.

    Both share the last paragraph mark of a container: when one version ends with a table and a
    paragraph more, that paragraph is the pair of the other's last.
    """
    last = max((n for n, move in enumerate(moves) if move.old and move.new), default=-1)
    tail = moves[last + 1 :]
    gone = [move for move in tail if move.old is not None]
    come = [move for move in tail if move.new is not None]
    if gone and come and not gone[-1].table and not come[-1].table:
        replaced = Move(gone[-1].old, come[-1].new, whole=True)
        return [*moves[: last + 1], *gone[:-1], *come[:-1], replaced]
    if last < 0 or not any(move.table for move in tail) or tail[-1].table or moves[last].table:
        return moves
    kept, end = moves[last], tail[-1]
    if not come:
        replaced = Move(end.old, kept.new, whole=True)
        return [*moves[:last], Move(kept.old, None), *tail[:-1], replaced]
    if not gone:
        replaced = Move(kept.old, end.new, whole=True)
        return [*moves[:last], Move(None, kept.new), *tail[:-1], replaced]
    return moves


def leaves(container: Element) -> Iterator[Element]:
    """The paragraphs and tables of a container, those in content controls too."""
    for child in container:
        if child.tag in (P, TBL):
            yield child
        elif child.tag in (w("sdt"), w("sdtContent"), w("customXml"), w("smartTag")):
            yield from leaves(child)


def table_rows(table: Element) -> Iterator[Element]:
    """The rows of a table itself, not those of tables in its cells."""
    for child in table:
        if child.tag == TR:
            yield child
        elif child.tag in (w("sdt"), w("sdtContent"), w("customXml")):
            yield from table_rows(child)


def row_cells(row: Element) -> list[Element]:
    """The cells of a row itself."""
    found = []
    for child in row:
        if child.tag == TC:
            found.append(child)
        elif child.tag in (w("sdt"), w("sdtContent"), w("customXml")):
            found.extend(row_cells(child))
    return found
