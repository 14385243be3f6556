"""Write tracked changes: runs in ``w:ins`` and ``w:del``, property changes, marks, rows.

``redline`` decides what changed; this module knows how Word wants it written.

Source: ECMA-376 part 1, clauses 17.13.5.14 to .20 (inserted and deleted content and marks), .29
and .31 (property changes).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from lxml import etree

from documents.inline import Key, Mark, Piece, text_pieces
from documents.redline_atoms import Atom, as_runs, copied
from documents.wml import ID, PPR, R_, RPR, SDT, SDT_CONTENT, Element, T, w
from documents.worddiff import Op

_KEPT = frozenset({PPR, RPR, w("sdtPr"), w("sdtEndPr"), w("smartTagPr"), w("customXmlPr")})
_NUMBERED = ("bookmarkStart", "commentRangeStart", "permStart", "ins", "del", "moveFrom", "moveTo")
_TRACKED = {Op.INSERT: "ins", Op.DELETE: "del"}
_DELETED_NAMES = {T: w("delText"), w("instrText"): w("delInstrText")}
_NOT_TRACKED = frozenset({RPR, w("sectPr"), w("pPrChange")})


class Row(NamedTuple):
    """An atom and what happened to it.

    ``change`` is the look it had, where that is another; ``note`` the id of its note in the new
    package, where the atom is the reference of a deleted one.
    """

    atom: Atom
    op: Op
    change: tuple[Key, Element | None] | None = None
    note: str | None = None


class Revisions:
    """Makes the elements that say who changed what and when, each with a number of its own."""

    def __init__(self, author: str, when: datetime) -> None:
        aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
        self._author = author
        self._when = aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._last = 0

    def start_above(self, roots: Iterable[Element]) -> None:
        """Give out numbers that no annotation of these parts has."""
        for root in roots:
            for element in root.iter(*(w(name) for name in _NUMBERED)):
                value = element.get(ID, "")
                if value.isdecimal():
                    self._last = max(self._last, int(value))

    def make(self, name: str) -> Element:
        """A revision element of that name."""
        self._last += 1
        element = etree.Element(w(name))
        element.set(ID, str(self._last))
        element.set(w("author"), self._author)
        element.set(w("date"), self._when)
        return element

    def mark_paragraph(self, paragraph: Element, name: str) -> None:
        """Track the paragraph's mark as inserted or deleted (first in the mark's properties)."""
        ppr = _first(paragraph, PPR)
        rpr = ppr.find(RPR)
        if rpr is None:
            rpr = etree.Element(RPR)
            end = len(ppr)
            for index, child in enumerate(ppr):
                if child.tag in _NOT_TRACKED:
                    end = index
                    break
            ppr.insert(end, rpr)
        rpr.insert(0, self.make(name))

    def mark_row(self, row: Element, name: str) -> None:
        """Track a table row as inserted or deleted."""
        properties = row.find(w("trPr"))
        if properties is None:
            properties = etree.Element(w("trPr"))
            row.insert(1 if len(row) and row[0].tag == w("tblPrEx") else 0, properties)
        properties.append(self.make(name))

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

    def track_properties(self, paragraph: Element, old: Element) -> None:
        """Say what the paragraph's properties were, where they were others."""
        own, before = _tracked(paragraph.find(PPR)), _tracked(old.find(PPR))
        if [etree.tostring(one, method="c14n") for one in own] == [
            etree.tostring(one, method="c14n") for one in before
        ]:
            return
        change = self.make("pPrChange")
        held = etree.SubElement(change, PPR)
        held.extend([copy.deepcopy(one) for one in before])
        _first(paragraph, PPR).append(change)

    def track_look(self, rpr: Element, old: Element | None) -> None:
        """Say what a run's properties were."""
        change = self.make("rPrChange")
        held = etree.SubElement(change, RPR)
        for child in old if old is not None else ():
            if child.tag != w("rPrChange"):
                held.append(copy.deepcopy(child))
        rpr.append(change)


def _tracked(ppr: Element | None) -> list[Element]:
    return [child for child in ppr if child.tag not in _NOT_TRACKED] if ppr is not None else []


def _first(element: Element, tag: str) -> Element:
    found = element.find(tag)
    if found is None:
        found = etree.Element(tag)
        element.insert(0, found)
    return found


def write_rows(paragraph: Element, rows: Sequence[Row], revisions: Revisions) -> None:
    """Put the rows in the place of a paragraph's content, its properties left as they are."""
    _empty(paragraph)
    _Writer(paragraph, revisions).write(rows)


def _empty(container: Element) -> None:
    for child in list(container):
        if child.tag not in _KEPT:
            container.remove(child)


def _content(container: Element) -> Element:
    if container.tag != SDT:
        return container
    found = container.find(SDT_CONTENT)
    return found if found is not None else etree.SubElement(container, SDT_CONTENT)


class _Writer:
    def __init__(self, paragraph: Element, revisions: Revisions) -> None:
        self._paragraph = paragraph
        self._revisions = revisions
        self._open: list[Element] = []
        self._wrapper: tuple[Op, Element] | None = None
        self._run: Element | None = None
        self._look: tuple[Key, Key | None] | None = None

    def write(self, rows: Sequence[Row]) -> None:
        following = [row.atom.path if row.op is not Op.DELETE else None for row in rows]
        ahead: tuple[Element, ...] = ()
        for index in range(len(rows) - 1, -1, -1):
            path = following[index]
            if path is None:
                following[index] = ahead
            else:
                ahead = path
        at = 0
        while at < len(rows):
            row, target = rows[at], following[at] or ()
            if row.op is Op.DELETE:
                target = tuple(self._open[: _common(self._open, target)])
            self._enter(target)
            if row.atom.mark is not None:
                self._object(row, row.atom.mark)
                at += 1
                continue
            end = at + 1
            while end < len(rows) and following[end] == following[at] and _alike(row, rows[end]):
                end += 1
            self._text(row, "".join(one.atom.char for one in rows[at:end]))
            at = end

    def _enter(self, path: tuple[Element, ...]) -> None:
        same = _common(self._open, path)
        if same == len(self._open) == len(path):
            return
        self._close()
        del self._open[same:]
        for container in path[same:]:
            parent = self._parent()
            parent.append(container)
            _empty(_content(container))
            self._open.append(container)

    def _parent(self) -> Element:
        return _content(self._open[-1]) if self._open else self._paragraph

    def _close(self) -> None:
        self._wrapper, self._run, self._look = None, None, None

    def _place(self, op: Op) -> Element:
        """Where runs of that kind go now."""
        if self._wrapper is not None and self._wrapper[0] is op:
            return self._wrapper[1]
        self._close()
        name = _TRACKED.get(op)
        if name is None:
            place = self._parent()
        else:
            place = self._revisions.make(name)
            self._parent().append(place)
        self._wrapper = (op, place)
        return place

    def _run_for(self, op: Op, piece: Piece, change: tuple[Key, Element | None] | None) -> Element:
        place = self._place(op)
        look = (piece.key, change[0] if change is not None else None)
        if self._run is None or self._look != look:
            self._run = etree.SubElement(place, R_)
            self._look = look
            if piece.rpr is not None or change is not None:
                rpr = copy.deepcopy(piece.rpr) if piece.rpr is not None else etree.Element(RPR)
                self._run.append(rpr)
                if change is not None:
                    for earlier in rpr.findall(w("rPrChange")):
                        rpr.remove(earlier)
                    self._revisions.track_look(rpr, change[1])
        return self._run

    def _text(self, row: Row, text: str) -> None:
        for piece in text_pieces(text, row.atom.rpr, row.atom.key):
            if row.op is Op.DELETE:
                tag = str(piece.element.tag)
                piece.element.tag = _DELETED_NAMES.get(tag, tag)
            self._run_for(row.op, piece, row.change).append(piece.element)

    def _object(self, row: Row, mark: Mark) -> None:
        pieces = mark.pieces
        if row.op is not Op.EQUAL:
            pieces = as_runs(copied(mark) if row.op is Op.DELETE else mark)
        for piece in pieces:
            element = piece.element
            if not piece.in_run:
                place = self._place(row.op)
                self._run, self._look = None, None
                place.append(element)
                continue
            if row.op is Op.DELETE:
                element.tag = _DELETED_NAMES.get(str(element.tag), element.tag)
            if row.note is not None:
                element.set(ID, row.note)
            self._run_for(row.op, piece, row.change).append(element)


def _alike(one: Row, other: Row) -> bool:
    """Whether two characters go into one run."""
    return (
        other.atom.mark is None
        and one.op is other.op
        and one.atom.key == other.atom.key
        and (one.change and one.change[0]) == (other.change and other.change[0])
    )


def _common(first: Sequence[Element], second: Sequence[Element]) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one is not other:
            break
        count += 1
    return count
