"""The elements that say who changed what and when: marks, rows, properties, moved ranges.

``redline`` decides what changed; this module knows where Word wants it said. The runs inside a
paragraph are ``redline_writer``'s.

Source: ECMA-376 part 1, clauses 17.13.5.14 to .20 (inserted and deleted content and marks), .21 to
.28 (moves), .29 to .37 (property changes).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from lxml import etree

from documents.wml import ID, PPR, RPR, TBL, TC, TR, Element, w

_NUMBERED = (
    *("bookmarkStart", "commentRangeStart", "permStart", "ins", "del", "moveFrom", "moveTo"),
    *("moveFromRangeStart", "moveToRangeStart", "cellIns", "cellDel", "cellMerge"),
    *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "trPrChange"),
    *("tcPrChange", "tblPrExChange", "numberingChange"),
)
_MARKS = frozenset(w(name) for name in ("ins", "del", "moveFrom", "moveTo"))
_CELL_MARKS = frozenset(w(name) for name in ("cellIns", "cellDel", "cellMerge"))
_MARGINS = frozenset({w("headerReference"), w("footerReference"), w("printerSettings")})
_NO_LOOK = frozenset({w("lang"), w("noProof"), w("rPrChange"), *_MARKS})
NOT_TRACKED = frozenset({RPR, w("sectPr"), w("pPrChange")})
"""What ``w:pPrChange`` does not cover."""

# What does not belong to the properties that a change of this kind remembers.
_APART: dict[str, frozenset[str]] = {
    "pPr": NOT_TRACKED,
    "rPr": _NO_LOOK - {w("lang"), w("noProof")},
    "sectPr": _MARGINS | {w("sectPrChange")},
    "tblPr": frozenset({w("tblPrChange")}),
    "tblGrid": frozenset({w("tblGridChange")}),
    "trPr": frozenset({w("trPrChange"), *_MARKS}),
    "tblPrEx": frozenset({w("tblPrExChange")}),
    "tcPr": frozenset({w("tcPrChange"), *_CELL_MARKS}),
}
# The properties of a holder, and what stands before them in it.
_BEFORE = {"tblPrEx": 0, "trPr": 1, "tcPr": 0, "tblPr": 0, "pPr": 0}


class Revisions:
    """Makes revision elements, each with a number of its own."""

    def __init__(self, author: str, when: datetime) -> None:
        aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
        self._author = author
        self.when = aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._last = 0
        self._moves = 0

    def start_above(self, roots: Iterable[Element]) -> None:
        """Give out numbers that no annotation of these parts has."""
        for root in roots:
            for element in root.iter(*(w(name) for name in _NUMBERED)):
                value = element.get(ID, "")
                if value.isdecimal():
                    self._last = max(self._last, int(value))

    def number(self) -> str:
        """A number that no annotation has."""
        self._last += 1
        return str(self._last)

    def make(self, name: str) -> Element:
        """A revision element of that name."""
        element = etree.Element(w(name))
        element.set(ID, self.number())
        element.set(w("author"), self._author)
        element.set(w("date"), self.when)
        return element

    def mark_paragraph(self, paragraph: Element, name: str) -> None:
        """Track the paragraph's mark as come, gone or moved (first in the mark's properties)."""
        _mark_look(paragraph).insert(0, self.make(name))

    def mark_row(self, row: Element, name: str) -> None:
        """Track a table row as inserted or deleted."""
        properties = row.find(w("trPr"))
        if properties is None:
            properties = etree.Element(w("trPr"))
            row.insert(1 if len(row) and row[0].tag == w("tblPrEx") else 0, properties)
        change = properties.find(w("trPrChange"))
        place = len(properties) if change is None else properties.index(change)
        properties.insert(place, self.make(name))

    def move_name(self) -> str:
        """A name for what moves, the same where it left and where it arrived."""
        self._moves += 1
        return f"move{self._moves}"

    def begin_move(self, paragraph: Element, kind: str, name: str) -> str:
        """Open the named range of a move (``moveFrom`` or ``moveTo``) in its first paragraph.

        The number that ``end_move`` needs.
        """
        start = self.make(f"{kind}RangeStart")
        start.set(w("name"), name)
        paragraph.insert(1 if len(paragraph) and paragraph[0].tag == PPR else 0, start)
        return start.get(ID, "")

    def end_move(self, paragraph: Element, kind: str, number: str) -> Element:
        """Close the range after its last paragraph, the mark of which moves too."""
        end = etree.Element(w(f"{kind}RangeEnd"))
        end.set(ID, number)
        paragraph.addnext(end)
        return end

    def take_properties(self, paragraph: Element, source: Element) -> None:
        """Give the paragraph the properties of another one, without its section."""
        ppr = source.find(PPR)
        if ppr is None:
            return
        fresh = copy.deepcopy(ppr)
        for child in list(fresh):
            if child.tag in (w("sectPr"), w("pPrChange")):
                fresh.remove(child)
        paragraph.insert(0, fresh)

    def track_paragraph(self, paragraph: Element, old: Element) -> None:
        """Say what the paragraph's properties and its mark's look were."""
        self._track(paragraph, PPR, paragraph.find(PPR), old.find(PPR))
        own, before = _look_of(paragraph), _look_of(old)
        if _looks(own) != _looks(before):
            self.track_look(_mark_look(paragraph), before)

    def track_look(self, rpr: Element, old: Element | None) -> None:
        """Say what a run's properties were."""
        change = self.make("rPrChange")
        held = etree.SubElement(change, RPR)
        for child in old if old is not None else ():
            if child.tag not in _MARKS and child.tag != w("rPrChange"):
                held.append(copy.deepcopy(child))
        rpr.append(change)

    def track_section(self, section: Element, old: Element | None) -> None:
        """Say what the properties of a section were: page, margins, columns."""
        self._track_into(section, section, old, "sectPr")

    def track_table(self, table: Element, old: Element) -> None:
        """Say what the properties and the grid of a table were."""
        self._track(table, w("tblPr"), table.find(w("tblPr")), old.find(w("tblPr")))
        grid, before = table.find(w("tblGrid")), old.find(w("tblGrid"))
        if grid is None or before is None or _said(grid, "tblGrid") == _said(before, "tblGrid"):
            return
        change = etree.SubElement(grid, w("tblGridChange"))
        change.set(ID, self.number())
        held = etree.SubElement(change, w("tblGrid"))
        held.extend([copy.deepcopy(one) for one in before if one.tag != change.tag])

    def track_row(self, row: Element, old: Element) -> None:
        """Say what the properties of a row were."""
        for name in ("tblPrEx", "trPr"):
            self._track(row, w(name), row.find(w(name)), old.find(w(name)))

    def track_cell(self, cell: Element, old: Element) -> None:
        """Say what the properties of a cell were."""
        self._track(cell, w("tcPr"), cell.find(w("tcPr")), old.find(w("tcPr")))

    def _track(self, holder: Element, tag: str, own: Element | None, old: Element | None) -> None:
        name = tag.rpartition("}")[2]
        if _said(own, name) == _said(old, name):
            return
        if own is None:
            own = etree.Element(tag)
            place = _BEFORE[name]
            if place and not (len(holder) and holder[0].tag == w("tblPrEx")):
                place = 0
            holder.insert(place, own)
        self._track_into(own, own, old, name)

    def _track_into(self, own: Element, place: Element, old: Element | None, name: str) -> None:
        if _said(own, name) == _said(old, name):
            return
        change = self.make(f"{name}Change")
        held = etree.SubElement(change, w(name))
        held.extend([copy.deepcopy(one) for one in _tracked(old, name)])
        place.append(change)


def properties(element: Element | None, name: str) -> tuple[bytes, ...]:
    """What the properties of that kind say, as a value to compare."""
    return _said(element, name)


def mark_look(paragraph: Element) -> tuple[bytes, ...]:
    """How the paragraph's mark looks, as a value to compare."""
    return _looks(_look_of(paragraph))


def geometry(row: Element) -> tuple[tuple[str, ...], ...]:
    """How the cells of a row lie in the grid: spans and vertical merges, cell by cell."""
    found = []
    for cell in row.iter(TC):
        if next(cell.iterancestors(TR)) is not row:
            continue
        held = cell.find(w("tcPr"))
        found.append(
            tuple(
                f"{etree.QName(one).localname}={one.get(w('val'), '')}"
                for one in (held if held is not None else ())
                if one.tag in (w("gridSpan"), w("vMerge"), w("hMerge"))
            )
        )
    lead = row.find(w("trPr"))
    edges = tuple(
        f"{etree.QName(one).localname}={one.get(w('val'), '')}"
        for one in (lead if lead is not None else ())
        if one.tag in (w("gridBefore"), w("gridAfter"))
    )
    return (*found, edges)


def table_shape(table: Element) -> tuple[object, ...]:
    """Everything about a table and the tables in it that is not in its paragraphs."""
    found: list[object] = []
    for one in table.iter(TBL, TR, TC):
        name = str(one.tag).rpartition("}")[2]
        held = {"tbl": ("tblPr", "tblGrid"), "tr": ("tblPrEx", "trPr"), "tc": ("tcPr",)}[name]
        found.append((name, *(_said(one.find(w(kind)), kind) for kind in held)))
    return tuple(found)


def _tracked(element: Element | None, name: str) -> Sequence[Element]:
    apart = _APART[name]
    return [one for one in element if one.tag not in apart] if element is not None else []


def _said(element: Element | None, name: str) -> tuple[bytes, ...]:
    return tuple(
        etree.tostring(one, method="c14n", exclusive=True) for one in _tracked(element, name)
    )


def _looks(rpr: Element | None) -> tuple[bytes, ...]:
    return tuple(
        etree.tostring(one, method="c14n", exclusive=True)
        for one in (rpr if rpr is not None else ())
        if one.tag not in _NO_LOOK
    )


def _look_of(paragraph: Element) -> Element | None:
    ppr = paragraph.find(PPR)
    return ppr.find(RPR) if ppr is not None else None


def _mark_look(paragraph: Element) -> Element:
    """The properties of the paragraph's mark, made where it has none."""
    ppr = paragraph.find(PPR)
    if ppr is None:
        ppr = etree.Element(PPR)
        paragraph.insert(0, ppr)
    rpr = ppr.find(RPR)
    if rpr is None:
        rpr = etree.Element(RPR)
        end = len(ppr)
        for index, child in enumerate(ppr):
            if child.tag in NOT_TRACKED:
                end = index
                break
        ppr.insert(end, rpr)
    return rpr
