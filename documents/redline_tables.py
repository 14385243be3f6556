"""Tables of a redline: rows that came, went or stayed, cells compared, properties tracked.

Rows belong together when they say similar things and their cells lie alike in the grid. A change of
columns, or of merged cells, is therefore rows deleted and rows inserted: Word can track a cell that
came (``cellIns``), but LibreOffice and most readers cannot, and rejecting would leave the grid.

Source: ECMA-376 part 1, clauses 17.13.5.12, .17 (rows), .33 to .37 (table properties).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence

from documents import align
from documents.align import Item
from documents.redline_changes import Revisions, geometry
from documents.redline_paragraph import Paragraphs, Place
from documents.redline_parts import Parts
from documents.redline_plan import Block, leaves, row_cells, table_rows
from documents.wml import TBL, TR, Element, P, W

Compare = Callable[[Element, Element], None]
Read = Callable[[Sequence[Element], Sequence[Element]], tuple[list[list[Block]], list[list[Block]]]]


class Tables:
    """Writes what happened to tables. ``compare`` is what compares two cells."""

    def __init__(
        self,
        paragraphs: Paragraphs,
        parts: Parts,
        revisions: Revisions,
        place: Place,
        compare: Compare,
        read: Read,
    ) -> None:
        self._paragraphs = paragraphs
        self._parts = parts
        self._revisions = revisions
        self._place = place
        self._compare = compare
        self._read = read

    def pair(self, old: Element, new: Element) -> None:
        """Write the changes from one table to another into the new one."""
        olds, news = list(table_rows(old)), list(table_rows(new))
        self._revisions.track_table(new, old)
        pairs = dict(self._pairs(olds, news))
        done, cursor = 0, None
        for index, row in enumerate(olds):
            if index in pairs:
                for added in news[done : pairs[index]]:
                    self.insert_row(added)
                twin = news[pairs[index]]
                self._revisions.track_row(twin, row)
                for first, second in zip(row_cells(row), row_cells(twin), strict=True):
                    self._revisions.track_cell(second, first)
                    self._compare(first, second)
                done, cursor = pairs[index] + 1, twin
                continue
            gone = self._deleted_row(row)
            if cursor is not None:
                cursor.addnext(gone)
            elif news:
                news[0].addprevious(gone)
            else:
                new.append(gone)
            cursor = gone
        for added in news[done:]:
            self.insert_row(added)

    def _pairs(self, olds: Sequence[Element], news: Sequence[Element]) -> Iterator[tuple[int, int]]:
        first, second = self._read(olds, news)
        was = [_item(blocks) for blocks in first]
        now = [_item(blocks) for blocks in second]
        shapes = [geometry(row) for row in olds], [geometry(row) for row in news]
        keyed = [
            [Item((one.key, shape), one.text) for one, shape in zip(items, found, strict=True)]
            for items, found in zip((was, now), shapes, strict=True)
        ]
        for i, j in align.align(*keyed):
            if shapes[0][i] == shapes[1][j]:
                yield i, j

    def insert(self, table: Element) -> None:
        """Say that the table came."""
        for row in list(table_rows(table)):
            self.insert_row(row)

    def insert_row(self, row: Element) -> None:
        """Say that the row came."""
        for paragraph in list(_paragraphs(row)):
            self._paragraphs.insert(paragraph, mark=True)
        for inner in _rows(row):
            self._revisions.mark_row(inner, "ins")

    def deleted(self, table: Element) -> Element:
        """A table of the old version as one that went."""
        copied = copy.deepcopy(table)
        self._delete(copied, table)
        return copied

    def _deleted_row(self, row: Element) -> Element:
        copied = copy.deepcopy(row)
        self._delete(copied, row)
        return copied

    def _delete(self, copied: Element, original: Element) -> None:
        """Turn the copy of a table or row into a deleted one."""
        twins = list(zip(_paragraphs(copied), _paragraphs(original), strict=True))
        for twin, paragraph in twins:
            parent = twin.getparent()
            if parent is not None:
                parent.replace(twin, self._paragraphs.deleted(paragraph, mark=True))
        for row in _rows(copied):
            self._revisions.mark_row(row, "del")
            for name in [name for name in row.attrib if not str(name).startswith(f"{{{W}}}")]:
                del row.attrib[name]


def _item(blocks: Sequence[Block]) -> Item:
    return Item(tuple(one.key for one in blocks), "\n".join(one.text for one in blocks))


def _paragraphs(element: Element) -> Iterator[Element]:
    """The paragraphs of a row or table, those of tables in its cells too, no text boxes."""
    if element.tag == P:
        yield element
    elif element.tag == TBL:
        for row in table_rows(element):
            yield from _paragraphs(row)
    elif element.tag == TR:
        for cell in row_cells(element):
            for leaf in leaves(cell):
                yield from _paragraphs(leaf)


def _rows(element: Element) -> list[Element]:
    """The rows of a row or table, with those of tables in its cells."""
    own = [element] if element.tag == TR else list(table_rows(element))
    inside = [
        inner
        for row in own
        for cell in row_cells(row)
        for leaf in leaves(cell)
        if leaf.tag == TBL
        for inner in _rows(leaf)
    ]
    return own + inside
