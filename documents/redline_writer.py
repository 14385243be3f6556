"""Write the runs of a paragraph with what came and went in ``w:ins``, ``w:del`` or a move.

``redline_paragraph`` decides what changed; marks and property changes are ``redline_changes``'s.

Source: ECMA-376 part 1, clauses 17.13.5.14 and .18 (runs), .22 and .25 (moved runs), .31 (run
properties).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from documents.inline import Key, Mark, Piece, text_pieces
from documents.redline_atoms import Span, as_runs, copied
from documents.redline_changes import Revisions
from documents.wml import ID, PPR, R_, RPR, SDT, SDT_CONTENT, Element, T, w
from documents.worddiff import Op

_KEPT = frozenset({PPR, RPR, w("sdtPr"), w("sdtEndPr"), w("smartTagPr"), w("customXmlPr")})
_LINK = w("hyperlink")
CHANGED: Mapping[Op, str] = {Op.INSERT: "ins", Op.DELETE: "del"}
MOVED: Mapping[Op, str] = {Op.INSERT: "moveTo", Op.DELETE: "moveFrom"}
_DELETED_NAMES = {T: w("delText"), w("instrText"): w("delInstrText")}

Change = tuple[Key, Element | None]
"""The look that a run had, where that is another."""


class Row(NamedTuple):
    """A piece of a span and what happened to it.

    ``text`` is the piece (empty for an object); ``note`` is the id of a deleted note in the new
    package, where the span is its reference.
    """

    span: Span
    op: Op
    text: str
    change: Change | None = None
    note: str | None = None


def write_rows(
    paragraph: Element,
    rows: Sequence[Row],
    revisions: Revisions,
    names: Mapping[Op, str] = CHANGED,
) -> None:
    """Put the rows in the place of a paragraph's content, its properties left as they are."""
    _empty(paragraph)
    _Writer(paragraph, revisions, names).write(rows)


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
    def __init__(self, paragraph: Element, revisions: Revisions, names: Mapping[Op, str]) -> None:
        self._paragraph = paragraph
        self._revisions = revisions
        self._names = names
        self._open: list[tuple[Element, Element]] = []
        """The containers that are open, each with the element that stands for it."""
        self._used: set[Element] = set()
        self._link = ""
        self._wrapper: tuple[Op, Element] | None = None
        self._run: Element | None = None
        self._look: tuple[Key, Key | None] | None = None

    def write(self, rows: Sequence[Row]) -> None:
        ahead: tuple[Element, ...] = ()
        following: list[tuple[Element, ...]] = []
        for row in reversed(rows):
            if row.op is not Op.DELETE:
                ahead = row.span.path
            following.append(ahead)
        following.reverse()
        at = 0
        while at < len(rows):
            row = rows[at]
            self._enter(self._target(row, following[at]), row.span.link)
            mark = row.span.mark
            if mark is not None:
                self._object(row, mark)
                at += 1
                continue
            text = row.text
            at += 1
            while at < len(rows) and _alike(row, rows[at]) and following[at] == following[at - 1]:
                text += rows[at].text
                at += 1
            self._text(row, text)

    def _target(self, row: Row, following: tuple[Element, ...]) -> tuple[Element, ...]:
        """Where the row belongs: what came in its own containers, what went in those around it."""
        if row.op is not Op.DELETE:
            return row.span.path
        around: list[Element] = []
        for (container, _), ahead in zip(self._open, following, strict=False):
            if container is not ahead:
                break
            around.append(container)
        links = [index for index, one in enumerate(around) if one.tag == _LINK]
        if row.span.link and self._link == row.span.link:
            still = [one for one, _ in self._open]
            inner = [index for index, one in enumerate(still) if one.tag == _LINK]
            if inner:
                return tuple(still[: inner[-1] + 1])
        if links:
            around = around[: links[0]]
        return (*around, *row.span.path)

    def _enter(self, path: tuple[Element, ...], link: str) -> None:
        same = 0
        for (container, _), wanted in zip(self._open, path, strict=False):
            if container is not wanted:
                break
            same += 1
        if same == len(self._open) == len(path):
            return
        self._close()
        del self._open[same:]
        self._link = link
        for container in path[same:]:
            shell = container
            if container in self._used:
                shell = _shell(container)
            self._used.add(container)
            self._parent().append(shell)
            _empty(_content(shell))
            self._open.append((container, shell))

    def _parent(self) -> Element:
        return _content(self._open[-1][1]) if self._open else self._paragraph

    def _close(self) -> None:
        self._wrapper, self._run, self._look = None, None, None

    def _place(self, op: Op) -> Element:
        """Where runs of that kind go now."""
        if self._wrapper is not None and self._wrapper[0] is op:
            return self._wrapper[1]
        self._close()
        name = self._names.get(op)
        if name is None:
            place = self._parent()
        else:
            place = self._revisions.make(name)
            self._parent().append(place)
        self._wrapper = (op, place)
        return place

    def _run_for(self, op: Op, piece: Piece, change: Change | None) -> Element:
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

    def _deleted_name(self, op: Op, tag: str) -> str:
        """Deleted text has names of its own; what moved away keeps its names."""
        return _DELETED_NAMES.get(tag, tag) if self._names.get(op) == "del" else tag

    def _text(self, row: Row, text: str) -> None:
        for piece in text_pieces(text, row.span.rpr, row.span.key):
            piece.element.tag = self._deleted_name(row.op, str(piece.element.tag))
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
            element.tag = self._deleted_name(row.op, str(element.tag))
            if row.note is not None:
                element.set(ID, row.note)
            self._run_for(row.op, piece, row.change).append(element)


def _shell(container: Element) -> Element:
    """A second element for a container that is cut in two by what went from its middle."""
    copied_one = etree.Element(container.tag, dict(container.items()), dict(container.nsmap))
    copied_one.extend([copy.deepcopy(one) for one in container if one.tag in _KEPT])
    return copied_one


def _alike(one: Row, other: Row) -> bool:
    """Whether two pieces go into one run."""
    return (
        other.span.mark is None
        and one.op is other.op
        and (one.span is other.span or one.span.key == other.span.key)
        and one.span.link == other.span.link
        and (one.span.path is other.span.path or one.span.path == other.span.path)
        and (one.change and one.change[0]) == (other.change and other.change[0])
    )
