"""The blocks of a story for its preview: paragraphs with their text boxes, tables with their cells.

Finds the paragraphs that ``wml.walk`` finds, in the same order, with the tables around them. How
they are written is ``preview``'s matter.

Source: ECMA-376 part 1, clauses 17.2 (body) and 17.4 (tables).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from documents.preview_lists import Marker, Numbering
from documents.wml import RPR, TBL, TC, TR, UNREAD, VAL, Element, Kind, Located, P, T, on, w
from documents.wordfile import WordFile

WIDEST = 63
"""Word's greatest number of columns."""


@dataclass(slots=True)
class Para:
    """A paragraph, the text boxes that hang on it, and its mark in a list."""

    located: Located
    boxes: list[Block] = field(default_factory=list)
    marker: Marker | None = None
    kind: Kind = Kind.BODY
    level: int = 0


@dataclass(slots=True)
class Cell:
    """``merged`` is Word's word on merging downwards; ``rows`` is 0 where a cell above goes on."""

    blocks: list[Block]
    column: int
    span: int
    merged: str
    rows: int = 1


@dataclass(slots=True)
class Row:
    """A row; ``before`` is how many columns of the grid it leaves out."""

    cells: list[Cell]
    head: bool
    change: str
    before: int


@dataclass(slots=True)
class Table:
    """A table."""

    rows: list[Row]


Block = Para | Table


class Blocks:
    """Reads the blocks of one file; stories are asked for in reading order."""

    def __init__(self, word: WordFile) -> None:
        self._numbering = Numbering(word)
        self._located = {one.element: one for one in word.paragraphs()}
        self._roles = {
            element: word.styles.role(element, one.in_cell)
            for element, one in self._located.items()
        }

    @property
    def heading_levels(self) -> frozenset[int]:
        """The levels of the headings that the file has."""
        return frozenset(level for kind, level in self._roles.values() if kind is Kind.HEADING)

    def under(self, root: Element) -> list[Block]:
        """The blocks under an element, as ``wml.walk`` finds its paragraphs."""
        blocks: list[Block] = []
        for child in root:
            if not isinstance(child.tag, str):
                continue
            if child.tag == P:
                located = self._located.get(child)
                if located is not None:
                    kind, level = self._roles[child]
                    marker = self._numbering.marker(child)
                    boxes = self.under(child)
                    blocks.append(Para(located, boxes, marker, kind, level))
            elif child.tag == TBL:
                blocks.append(self._table(child))
            elif child.tag not in UNREAD and len(child):
                blocks.extend(self.under(child))
        return blocks

    def _table(self, table: Element) -> Table:
        rows: list[Row] = []
        for row in _inside(table, TR, TBL):
            properties = row.find(w("trPr"))
            before = _number(properties, "gridBefore", 0)
            column = before
            cells = []
            for cell in _inside(row, TC, TR):
                own = cell.find(w("tcPr"))
                span = max(1, _number(own, "gridSpan", 1))
                merge = own.find(w("vMerge")) if own is not None else None
                merged = merge.get(VAL, "continue") if merge is not None else ""
                cells.append(Cell(self.under(cell), column, span, merged))
                column += span
            head = properties is not None and bool(on(properties.find(w("tblHeader"))))
            rows.append(Row(cells, head, _row_change(properties), before))
        _merge(rows)
        return Table(rows)


def _says(blocks: Sequence[Block]) -> bool:
    """Whether anything in these blocks would be written."""
    for block in blocks:
        if isinstance(block, Table):
            if any(_says(cell.blocks) for row in block.rows for cell in row.cells):
                return True
        elif block.boxes or any(map(_full, block.located.element.iter(w("r")))):
            return True
    return False


def _inside(root: Element, tag: str, stop: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, through content controls, not those of others."""
    for child in root:
        if child.tag == tag:
            yield child
        elif isinstance(child.tag, str) and child.tag != stop and child.tag not in UNREAD:
            yield from _inside(child, tag, stop)


def _number(properties: Element | None, name: str, default: int) -> int:
    found = properties.find(w(name)) if properties is not None else None
    text = found.get(VAL, "") if found is not None else ""
    return min(int(text), WIDEST) if text.isdecimal() and len(text) < 9 else default


def _row_change(properties: Element | None) -> str:
    if properties is None:
        return ""
    if properties.find(w("ins")) is not None:
        return "row-inserted"
    return "row-deleted" if properties.find(w("del")) is not None else ""


def _full(run: Element) -> bool:
    return any(one.tag != RPR and (one.tag != T or (one.text or "").strip()) for one in run)


def _merge(rows: Sequence[Row]) -> None:
    """Join cells that continue one above; a continued cell that says something stays a cell."""
    above: dict[int, Cell] = {}
    for row in rows:
        here: dict[int, Cell] = {}
        for cell in row.cells:
            start = above.get(cell.column)
            if (
                cell.merged == "continue"
                and start is not None
                and start.span == cell.span
                and not _says(cell.blocks)
            ):
                start.rows += 1
                cell.rows = 0
                here[cell.column] = start
            elif cell.merged:
                here[cell.column] = cell
        above = here
