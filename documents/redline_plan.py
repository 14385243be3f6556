"""What stays, goes, comes and moves between two rows of blocks, for ``redline``.

Blocks are the paragraphs and tables of one container. Equal and similar ones are paired
(``align``); what is the same on both sides but has no pair moved. The plan is cut into stretches at
tables, because the mark before a table, like the last mark of a container, can neither come nor go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from documents import align
from documents.align import Item
from documents.wml import TBL, TC, TR, Element, P, w

_ELSEWHERE = ("\ue000", "\ue001")


@dataclass(frozen=True, eq=False)
class Block:
    """A paragraph or a table; its key is what it says and how it looks.

    ``section`` says that it is the last paragraph of a section. Its text is read when asked for.
    """

    element: Element
    key: Hashable
    read: Callable[[], str]
    table: bool
    section: bool = False

    @cached_property
    def text(self) -> str:
        """What it says, for similarity."""
        return self.read()


@dataclass(slots=True, eq=False)
class Travel:
    """Paragraphs that follow one another on both sides and moved together.

    ``ends`` are the numbers of their range where they left and where they arrived, while it is
    open.
    """

    size: int = 0
    name: str = ""
    left: int = 0
    arrived: int = 0
    ends: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Move:
    """One line of the plan: a pair, a deletion (no ``new``) or an insertion (no ``old``).

    ``travel`` says that what goes here comes elsewhere, or the other way round.
    """

    old: Block | None
    new: Block | None
    whole: bool = False
    travel: Travel | None = None

    @property
    def table(self) -> bool:
        """Whether it is about a table."""
        block = self.new or self.old
        return block is not None and block.table

    @property
    def section(self) -> bool:
        """Whether it is about the end of a section."""
        block = self.new or self.old
        return block is not None and block.section


@dataclass(frozen=True, slots=True)
class Stretch:
    """Moves up to a table or the end; ``spill`` are a kept pair and what came or went after it."""

    moves: Sequence[Move]
    spill: Sequence[Move] = ()


def plan_blocks(olds: list[Block], news: list[Block]) -> list[Stretch]:
    """What to do, in order, stretch by stretch: tables cut a container into stretches."""
    found = list(_stretches(olds, news))
    _find_travels(found)
    return found


def _paired(olds: list[Block], news: list[Block]) -> list[tuple[int, int]]:
    """Equal blocks, then similar ones in the gaps; what is whole on the other side waits there."""
    anchors = [
        (i, j)
        for i, j in align.equal_pairs([one.key for one in olds], [one.key for one in news])
        if _sort(olds[i]) == _sort(news[j])
    ]
    free_olds = set(range(len(olds))) - {i for i, _ in anchors}
    free_news = set(range(len(news))) - {j for _, j in anchors}
    elsewhere = {olds[i].key for i in free_olds} & {news[j].key for j in free_news}

    def items(blocks: list[Block], free: set[int], other: str) -> list[Item]:
        return [
            Item(n, other)
            if n not in free or (one.key in elsewhere and not one.table)
            else Item(n, one.text)
            for n, one in enumerate(blocks)
        ]

    return [
        (i, j)
        for i, j in align.fill(
            items(olds, free_olds, _ELSEWHERE[0]), items(news, free_news, _ELSEWHERE[1]), anchors
        )
        if _sort(olds[i]) == _sort(news[j])
    ]


def _sort(block: Block) -> tuple[bool, bool]:
    return block.table, block.section


def _stretches(olds: list[Block], news: list[Block]) -> Iterator[Stretch]:
    pairs = _paired(olds, news)
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
    if gone and come and not gone[-1].section and not come[-1].section:
        replaced = Move(gone[-1].old, come[-1].new, whole=True)
        return Stretch([*moves[: last + 1], *gone[:-1], *come[:-1], replaced])
    if tail and last >= 0 and not (gone and come) and not _parted(moves[last], tail[-1]):
        return Stretch(moves[: last + 1], moves[last:])
    return Stretch(moves)


def _parted(*moves: Move) -> bool:
    """Whether the end of a section is among them, whose mark stands for the section too."""
    return any(move.section for move in moves)


def _find_travels(stretches: Sequence[Stretch]) -> None:
    """Join each paragraph that goes with the same one that comes elsewhere."""
    rows = [move for stretch in stretches for move in (*stretch.moves, *stretch.spill[1:])]
    spilt = {id(move) for stretch in stretches for move in stretch.spill}
    place = {id(move): n for n, move in enumerate(rows)}
    gone: dict[Hashable, list[Move]] = defaultdict(list)
    free = [move for move in rows if id(move) not in spilt and not move.table and not move.section]
    for move in free:
        if move.old is not None and move.new is None and move.old.text.strip():
            gone[move.old.key].append(move)
    found = [
        (gone[move.new.key].pop(0), move)
        for move in free
        if move.new is not None and move.old is None and gone.get(move.new.key)
    ]
    before: tuple[int, int] | None = None
    for left, arrived in found:
        at = place[id(left)], place[id(arrived)]
        travel = left.travel
        if before is not None and at == (before[0] + 1, before[1] + 1):
            travel = rows[before[0]].travel
        if travel is None:
            travel = Travel()
        travel.size += 1
        left.travel = arrived.travel = travel
        before = at


def _ended(moves: list[Move]) -> list[Move]:
    """The moves, with the last paragraphs of both versions paired where a table parts them.

    Both share the last paragraph mark of a container: when one version ends with a table and a
    paragraph more, that paragraph is the pair of the other's last.
    """
    last = max((n for n, move in enumerate(moves) if move.old and move.new), default=-1)
    tail = moves[last + 1 :]
    gone = [move for move in tail if move.old is not None]
    come = [move for move in tail if move.new is not None]
    if gone and come and not any(one.table or one.section for one in (gone[-1], come[-1])):
        replaced = Move(gone[-1].old, come[-1].new, whole=True)
        return [*moves[: last + 1], *gone[:-1], *come[:-1], replaced]
    if last < 0 or not any(move.table for move in tail) or tail[-1].table or moves[last].table:
        return moves
    kept, end = moves[last], tail[-1]
    if _parted(kept, end):
        return moves
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
