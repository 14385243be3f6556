"""Merge the words of one paragraph that both sides changed.

Changes of the two sides go together when at least one word that neither changed stands between
them; the same change made by both is one change. Anything closer is a conflict and the paragraph
stays as one side has it, because two edits that touch say together what nobody wrote. How a word
looks is merged apart from what it is.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from lxml import etree

from documents.inline import Mark, key_of
from documents.redline_atoms import Span, Token
from documents.redline_changes import Revisions
from documents.redline_writer import Row, write_rows
from documents.threeway_bring import Bring
from documents.threeway_version import Version
from documents.wml import RPR, VAL, Element, w
from documents.worddiff import Op, Step, steps

_WORD = re.compile(r"\w")
_ORDER = (
    *("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike"),
    *("outline", "shadow", "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden"),
    *("color", "spacing", "w", "kern", "position", "sz", "szCs", "highlight", "u", "effect"),
    *("bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout"),
    *("specVanish", "oMath", "rPrChange"),
)
_PLACES = {w(name): place for place, name in enumerate(_ORDER)}
_RAISED = ("superscript", "subscript")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a paragraph: ``both`` when words of both sides were put together."""

    conflict: bool = False
    look_conflict: bool = False
    both: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A paragraph of one side in spans, tokens and keys."""

    version: Version
    element: Element
    part: str
    spans: list[Span]
    tokens: list[Token]
    keys: list[Hashable]

    @classmethod
    def of(cls, version: Version, element: Element, part: str) -> _Read:
        spans = version.atomizer.spans(element, part)
        tokens = version.atomizer.tokens(spans, part, 0, 0)
        return cls(version, element, part, spans, tokens, version.keys(spans, tokens))

    def pieces(self, token: Token) -> list[tuple[Span, str]]:
        """The spans of a token, each with its share of the text."""
        found: list[tuple[Span, str]] = []
        index, end, start = token.span, token.end, token.start
        if self.spans[index].mark is not None:
            return [(self.spans[index], "")]
        while end > start:
            span = self.spans[index]
            text = span.text[start : min(end, len(span.text))]
            if text:
                found.append((span, text))
            end -= len(span.text)
            index, start = index + 1, 0
        return found

    def looks(self, token: Token) -> tuple[Hashable, ...]:
        """How the characters of a token look."""
        style = self.version.word.styles.of(self.element)
        found: list[tuple[Hashable, int]] = []
        for span, text in self.pieces(token):
            look = self.version.look(span, style)
            if found and found[-1][0] == look:
                found[-1] = (look, found[-1][1] + len(text))
            else:
                found.append((look, len(text)))
        return tuple(found)

    def looked(self, step: Step) -> list[tuple[Hashable, ...]]:
        """How the tokens that a step brings look."""
        return [self.looks(token) for token in self.tokens[step.k : step.m]]

    def is_word(self, number: int) -> bool:
        """Whether a token is a word or an object, and not white space or a stop."""
        token = self.tokens[number]
        if self.spans[token.span].mark is not None:
            return True
        return any(_WORD.search(text) for _, text in self.pieces(token))


def merge(
    versions: tuple[Version, Version, Version],
    elements: tuple[Element, Element, Element],
    parts: tuple[str, str, str],
    bring: Bring,
) -> Outcome:
    """Bring the changes of theirs into the paragraph of mine, unless they meet mine's.

    Each tuple is base, mine, theirs. Nothing is written where there is a conflict of words.
    """
    base, mine, theirs = (
        _Read.of(version, element, part)
        for version, element, part in zip(versions, elements, parts, strict=True)
    )
    own = _steps(base, mine)
    other = _steps(base, theirs)
    taken = [step for step in other if not step.equal and not _shared(step, own, mine, theirs)]
    ours = [step for step in own if not step.equal]
    alone = [step for step in ours if not _shared(step, other, theirs, mine)]
    if any(_meet(base, step, one) for step in taken for one in alone):
        return Outcome(conflict=True)
    joined = _Joined(base, mine, theirs, bring)
    joined.look_conflict = any(
        _shared(step, own, mine, theirs) and not _shared(step, own, mine, theirs, looks=True)
        for step in other
        if not step.equal
    )
    rows, changed = joined.rows(own, other, taken)
    if changed:
        write_rows(mine.element, rows, Revisions("", datetime(1980, 1, 1, tzinfo=UTC)))
    return Outcome(False, joined.look_conflict, bool(taken and alone))


def take(
    versions: tuple[Version, Version, Version],
    elements: tuple[Element, Element, Element],
    parts: tuple[str, str, str],
    bring: Bring,
) -> None:
    """Put all the words of theirs in the place of those of mine; mine's anchors stand first."""
    base, mine, theirs = (
        _Read.of(version, element, part)
        for version, element, part in zip(versions, elements, parts, strict=True)
    )
    rows = list(_anchors(mine.spans, 0, len(mine.spans)))
    whole = Step(False, 0, len(base.tokens), 0, len(theirs.tokens))
    rows.extend(_Joined(base, mine, theirs, bring).brought(whole, None))
    write_rows(mine.element, rows, Revisions("", datetime(1980, 1, 1, tzinfo=UTC)))


def _steps(base: _Read, side: _Read) -> list[Step]:
    return steps(base.keys, side.keys, lambda number: base.tokens[number].space)


def _shared(
    step: Step, steps_: Sequence[Step], other: _Read, own: _Read, *, looks: bool = False
) -> bool:
    """Whether the other side made the very same change; ``step`` is of ``own``."""
    return any(
        not one.equal
        and (one.i, one.j) == (step.i, step.j)
        and other.keys[one.k : one.m] == own.keys[step.k : step.m]
        and (not looks or other.looked(one) == own.looked(step))
        for one in steps_
    )


def _meet(base: _Read, one: Step, other: Step) -> bool:
    """Whether no word that both sides kept stands between two changes."""
    first, second = sorted((one, other), key=lambda step: (step.i, step.j))
    return not any(base.is_word(number) for number in range(first.j, second.i))


class _Joined:
    """Writes the merged paragraph as rows, in the order of mine."""

    def __init__(self, base: _Read, mine: _Read, theirs: _Read, bring: Bring) -> None:
        self._base, self._mine, self._theirs = base, mine, theirs
        self._bring = bring
        self._links: dict[Element, Element] = {}
        self.look_conflict = False

    def rows(
        self, own: Sequence[Step], other: Sequence[Step], taken: Sequence[Step]
    ) -> tuple[list[Row], bool]:
        twins = _twins(own)
        their_twins = _twins(other)
        places = _places(own, len(self._base.tokens), len(self._mine.tokens))
        gone = {number for step in taken for number in range(step.i, step.j)}
        come: dict[int, list[Step]] = {}
        for step in taken:
            come.setdefault(places[step.i], []).append(step)
        back = {mine: base for base, mine in twins.items()}
        rows: list[Row] = []
        changed = bool(taken)
        done = 0
        for number in range(len(self._mine.tokens) + 1):
            for step in come.get(number, ()):
                rows.extend(self.brought(step, rows[-1] if rows else None))
            if number == len(self._mine.tokens):
                break
            token = self._mine.tokens[number]
            rows.extend(_anchors(self._mine.spans, done, token.span))
            done = max(done, token.span + 1)
            twin = back.get(number)
            if twin in gone:
                continue
            pieces = self._mine.pieces(token)
            if twin is not None and twin in their_twins:
                pieces, altered = self._look(pieces, number, twin, their_twins[twin])
                changed |= altered
            rows.extend(Row(span, Op.EQUAL, text) for span, text in pieces)
        rows.extend(_anchors(self._mine.spans, done, len(self._mine.spans)))
        return rows, changed

    def brought(self, step: Step, before: Row | None) -> Iterator[Row]:
        """The tokens of theirs that a step brings, behind that row."""
        style = self._theirs.version.word.styles.of(self._theirs.element)
        for token in self._theirs.tokens[step.k : step.m]:
            for span, text in self._theirs.pieces(token):
                path = tuple(self._link(one) for one in span.path if one.tag == w("hyperlink"))
                if before is not None and span.link and before.span.link == span.link:
                    path = before.span.path
                mark = self._object(span.mark) if span.mark is not None else None
                if self._theirs.version.exact:
                    rpr = self._bring.look(span.rpr)
                else:
                    marks = self._theirs.version.look(span, style)
                    rpr = self._marked(before.span.rpr if before is not None else None, marks)
                yield Row(
                    span._replace(path=path, mark=mark, rpr=rpr, key=key_of(rpr)), Op.EQUAL, text
                )

    def _object(self, mark: Mark) -> Mark:
        there, here = self._theirs.part, self._mine.part
        return replace(
            mark,
            pieces=[
                replace(
                    piece,
                    element=self._bring.piece(piece.element, there, here),
                    rpr=self._bring.look(piece.rpr),
                )
                for piece in mark.pieces
            ],
        )

    def _link(self, link: Element) -> Element:
        if link not in self._links:
            shell = etree.Element(link.tag, dict(link.items()))
            self._links[link] = self._bring.piece(shell, self._theirs.part, self._mine.part)
        return self._links[link]

    def _look(
        self, pieces: list[tuple[Span, str]], number: int, base: int, theirs: int
    ) -> tuple[list[tuple[Span, str]], bool]:
        """The pieces of a word that all have, in the look that theirs gave it; if it did."""
        was = self._base.looks(self._base.tokens[base])
        own = self._mine.looks(self._mine.tokens[number])
        other = self._theirs.looks(self._theirs.tokens[theirs])
        if other in (was, own):
            return pieces, False
        if own != was:
            self.look_conflict = True
            return pieces, False
        style = self._theirs.version.word.styles.of(self._theirs.element)
        come = self._theirs.pieces(self._theirs.tokens[theirs])
        done: list[tuple[Span, str]] = []
        for span, text in pieces:
            while text or (span.mark is not None and come):
                look, given = come[0]
                size = min(len(text), len(given)) if span.mark is None else 0
                rpr = (
                    self._bring.look(look.rpr)
                    if self._theirs.version.exact
                    else self._marked(span.rpr, self._theirs.version.look(look, style))
                )
                done.append((_in_look(span, rpr), text[:size]))
                text = text[size:]
                come[:1] = [(look, given[size:])] if len(given) > size else []
                if span.mark is not None:
                    break
        return done, True

    def _marked(self, rpr: Element | None, marks: Hashable) -> Element | None:
        """Mine's properties with the stress that theirs gave, everything else left as it is."""
        wanted = set(marks) if isinstance(marks, tuple) else set()
        style = self._mine.version.word.styles.of(self._mine.element)
        made = copy.deepcopy(rpr) if rpr is not None else etree.Element(RPR)
        bare = Span("", None, made, ())
        have = self._mine.version.look(bare, style)
        for mark in wanted.symmetric_difference(have if isinstance(have, tuple) else ()):
            there = mark in wanted
            if mark in _RAISED:
                if there or not wanted.intersection(_RAISED):
                    _set(made, "vertAlign", mark if there else None)
            elif mark == "bold":
                _set(made, "b", _switch(there, bool(style.bold)))
            elif mark == "italic":
                _set(made, "i", _switch(there, bool(style.italic)))
            elif mark == "struck":
                _set(made, "dstrike", None)
                _set(made, "strike", "" if there else None)
            elif mark == "hidden":
                _set(made, "vanish", "" if there else None)
        return made if len(made) else None


def _switch(differs: bool, style: bool) -> str:
    return "1" if differs != style else "0"


def _set(rpr: Element, name: str, value: str | None) -> None:
    """Set a property in its place (clause 17.3.2.28), or take it out."""
    for known in rpr.findall(w(name)):
        rpr.remove(known)
    if value is None:
        return
    made = etree.Element(w(name))
    if value:
        made.set(VAL, str(value))
    place = len(rpr)
    for index, child in enumerate(rpr):
        if _PLACES.get(str(child.tag), len(_ORDER)) > _PLACES[w(name)]:
            place = index
            break
    rpr.insert(place, made)


def _in_look(span: Span, rpr: Element | None) -> Span:
    mark = span.mark
    if mark is not None:
        mark = replace(
            mark,
            pieces=[
                replace(piece, rpr=rpr, key=key_of(rpr)) if piece.in_run else piece
                for piece in mark.pieces
            ],
        )
    return span._replace(rpr=rpr, key=key_of(rpr), mark=mark)


def _twins(own: Sequence[Step]) -> dict[int, int]:
    """The tokens of base that a side kept, with their places there."""
    return {
        number: step.k + number - step.i
        for step in own
        if step.equal
        for number in range(step.i, step.j)
    }


def _places(own: Sequence[Step], base: int, mine: int) -> list[int]:
    """Where each place of base is in mine."""
    places = [mine] * (base + 1)
    for step in own:
        for number in range(step.i, step.j):
            places[number] = step.k + (number - step.i if step.equal else 0)
    return places


def _anchors(spans: Sequence[Span], start: int, end: int) -> Iterator[Row]:
    for span in spans[start:end]:
        if span.anchored:
            yield Row(span, Op.EQUAL, "")
