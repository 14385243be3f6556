"""Paragraphs of a redline: a pair compared word by word, one that came, one that went.

Works on single paragraphs; which of them belong together is ``redline_compare``'s matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from documents.redline_atoms import Atomizer, Span, Token, common_ends, copied
from documents.redline_changes import Revisions
from documents.redline_notes import NOTES, Notes
from documents.redline_parts import Parts
from documents.redline_writer import CHANGED, MOVED, Change, Row, write_rows
from documents.wml import ID, PARA_ID, TEXT_BOX, Element, P, w
from documents.worddiff import Op, Step, steps


@dataclass(slots=True)
class Place:
    """The parts of both packages that are compared now."""

    old: str
    new: str


class Paragraphs:
    """Writes what happened inside paragraphs."""

    def __init__(
        self,
        was: Atomizer,
        now: Atomizer,
        notes: Notes,
        parts: Parts,
        revisions: Revisions,
        place: Place,
    ) -> None:
        self._was, self._now = was, now
        self._notes = notes
        self._parts = parts
        self._revisions = revisions
        self._place = place
        self._links: dict[tuple[Element, str], Element] = {}

    def pair(self, old: Element, new: Element, *, whole: bool) -> list[tuple[Element, Element]]:
        """Write the changes inside a pair, all of it with ``whole``; matched text box holders."""
        was = self._was.spans(old, self._place.old)
        now = self._now.spans(new, self._place.new)
        lead, tail = (0, 0) if whole else common_ends(was, now)
        first = self._was.tokens(was, self._place.old, lead, tail)
        second = self._now.tokens(now, self._place.new, lead, tail)
        if whole:
            plan = [Step(False, 0, len(first), 0, len(second))]
        else:
            plan = steps(
                [one.key for one in first],
                [one.key for one in second],
                lambda index: first[index].space,
            )
        rows: list[Row] = []
        boxes: list[tuple[Element, Element]] = []
        done = 0
        changed = False
        for step in plan:
            if step.equal:
                for before, after in zip(
                    first[step.i : step.j], second[step.k : step.m], strict=True
                ):
                    rows.extend(_anchors(now, done, after.span))
                    done = max(done, after.span + 1)
                    changed |= _same(was, now, before, after, rows)
                    if now[after.span].mark is not None:
                        boxes.extend(self._matched(was[before.span], now[after.span]))
                continue
            changed = changed or bool(first[step.i : step.j] or second[step.k : step.m])
            if step.i < step.j:
                rows.extend(self._gone(_between(was, first[step.i], first[step.j - 1])))
            for after in second[step.k : step.m]:
                rows.extend(_anchors(now, done, after.span))
                done = max(done, after.span + 1)
                rows.extend(
                    Row(span, Op.INSERT, text) for span, text in _between(now, after, after)
                )
        rows.extend(_anchors(now, done, len(now)))
        if changed:
            write_rows(new, rows, self._revisions)
        return boxes

    def _matched(self, old: Span, new: Span) -> Iterator[tuple[Element, Element]]:
        if old.mark is None or new.mark is None:
            return
        first, second = old.mark.pieces[0].element, new.mark.pieces[0].element
        if second.tag in NOTES:
            self._notes.match(NOTES[str(second.tag)], first.get(ID, ""), second.get(ID, ""))
        if next(second.iter(TEXT_BOX), None) is not None:
            yield first, second

    def insert(self, paragraph: Element, *, mark: bool, moved: bool = False) -> None:
        """Say that the paragraph came, or moved here, with its mark or without."""
        rows = [
            Row(span, Op.EQUAL if span.anchored else Op.INSERT, span.text)
            for span in self._now.spans(paragraph, self._place.new)
        ]
        if rows:
            write_rows(paragraph, rows, self._revisions, MOVED if moved else CHANGED)
        if mark:
            self._revisions.mark_paragraph(paragraph, "moveTo" if moved else "ins")

    def deleted(self, paragraph: Element, *, mark: bool, moved: bool = False) -> Element:
        """A paragraph of the old version as one that went, or moved away."""
        made = etree.Element(P)
        one = paragraph.get(PARA_ID)
        if one is not None and self._parts.free_id(self._place.new, one):
            made.set(PARA_ID, one)
        self._revisions.take_properties(made, paragraph)
        spans = self._was.spans(paragraph, self._place.old)
        rows = list(self._gone((span, span.text) for span in spans))
        write_rows(made, rows, self._revisions, MOVED if moved else CHANGED)
        if mark:
            self._revisions.mark_paragraph(made, "moveFrom" if moved else "del")
        return made

    def _gone(self, pieces: Iterator[tuple[Span, str]]) -> Iterator[Row]:
        """Old pieces as deleted ones, made to stand in the new package."""
        for span, text in pieces:
            if span.anchored:
                continue
            shells = tuple(self._link(one) for one in span.path if one.tag == w("hyperlink"))
            if span.mark is None:
                yield Row(span._replace(path=shells), Op.DELETE, text)
                continue
            element = span.mark.pieces[0].element
            note = None
            if element.tag in NOTES:
                note = self._deleted_note(NOTES[str(element.tag)], element.get(ID, ""))
                if note is None:
                    continue
            mark = copied(span.mark)
            for piece in mark.pieces:
                self._parts.localise(piece.element, self._place.old, self._place.new)
            yield Row(span._replace(path=shells, mark=mark), Op.DELETE, "", None, note)

    def _link(self, link: Element) -> Element:
        """A link of the old version, without its words, as one of the new package."""
        key = (link, self._place.new)
        if key not in self._links:
            shell = etree.Element(link.tag, dict(link.items()))
            self._links[key] = self._parts.localise(shell, self._place.old, self._place.new)
        return self._links[key]

    def _deleted_note(self, kind: str, one: str) -> str | None:
        """Bring an old note, all deleted, into the new notes; its id there."""
        found = self._notes.bring(kind, one)
        if found is None:
            return None
        before = Place(self._place.old, self._place.new)
        self._place.old, self._place.new = found.old_part, found.new_part
        last = found.paragraphs[-1] if found.paragraphs else None
        for paragraph in found.paragraphs:
            found.note.append(self.deleted(paragraph, mark=paragraph is not last))
        self._place.old, self._place.new = before.old, before.new
        return found.id


def _anchors(spans: Sequence[Span], start: int, end: int) -> Iterator[Row]:
    """The anchors between two tokens, which stay where they are."""
    for span in spans[start:end]:
        if span.anchored:
            yield Row(span, Op.EQUAL, "")


def _between(spans: Sequence[Span], first: Token, last: Token) -> Iterator[tuple[Span, str]]:
    """The pieces of the spans from the beginning of one token to the end of another."""
    stop, end = last.span, last.end
    while spans[stop].mark is None and end > len(spans[stop].text):
        end -= len(spans[stop].text)
        stop += 1
    for index in range(first.span, stop + 1):
        span = spans[index]
        if span.mark is not None:
            yield span, ""
            continue
        start = first.start if index == first.span else 0
        text = span.text[start:end] if index == stop else span.text[start:]
        if text:
            yield span, text


def _same(
    was: Sequence[Span], now: Sequence[Span], before: Token, after: Token, rows: list[Row]
) -> bool:
    """The rows of a token that stays; whether its look changed."""
    old, new = was[before.span], now[after.span]
    if new.mark is not None or (before.end <= len(old.text) and after.end <= len(new.text)):
        change = _change(old, new)
        rows.append(Row(new, Op.EQUAL, new.text[after.start : after.end], change))
        return change is not None
    olds, news = list(_between(was, before, before)), list(_between(now, after, after))
    changed = False
    while olds and news:
        (old, gone), (new, come) = olds[0], news[0]
        size = min(len(gone), len(come))
        change = _change(old, new)
        changed |= change is not None
        rows.append(Row(new, Op.EQUAL, come[:size], change))
        olds[:1] = [(old, gone[size:])] if len(gone) > size else []
        news[:1] = [(new, come[size:])] if len(come) > size else []
    return changed


def _change(old: Span, new: Span) -> Change | None:
    return (old.key, old.rpr) if old.key != new.key else None
