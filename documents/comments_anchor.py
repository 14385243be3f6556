"""Where comments hang in a story: read the anchors of a file, and set new ones at characters.

A place is an offset in a paragraph's text as ``reader`` gives it. An anchor never cuts an object:
a field, a formula or a picture is commented whole. What a comment says, who says it and the parts
that hold it are ``comments`` and ``comments_parts``.

Source: ECMA-376 part 1, clauses 17.13.4.3 to 17.13.4.5 (commentRangeEnd, commentRangeStart,
commentReference).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from documents import inline
from documents.inline import Mark, Node, Role, Text
from documents.wml import ID, PPR, R_, RPR, SDT_CONTENT, TEXT_BOX, Element, Located, P, T, w
from documents.wordfile import WordFile

START, END, REFERENCE = w("commentRangeStart"), w("commentRangeEnd"), w("commentReference")
_ANCHORS = (START, END, REFERENCE)
_NOTES = {w(kind): w(f"{kind}Reference") for kind in ("footnote", "endnote")}


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A stretch of a paragraph's text and the elements that hold it, from ``first`` to ``last``."""

    first: Element
    last: Element
    start: int
    length: int
    text: bool
    """Whether the stretch can be cut between any two characters."""


def slots(paragraph: Element) -> list[Slot]:
    """The slots of a paragraph in order; together they are as long as its text."""
    found: list[Slot] = []
    _add(inline.parse(paragraph), 0, found)
    return found


def _add(nodes: Sequence[Node], at: int, found: list[Slot]) -> int:
    for node in nodes:
        if isinstance(node, Text):
            for source in node.sources:
                size = len(inline.read_text(source))
                found.append(Slot(source, source, at, size, source.tag == T))
                at += size
        elif isinstance(node, Mark):
            first, last = node.pieces[0].element, node.pieces[-1].element
            found.append(Slot(first, last, at, len(node.plain), False))
            at += len(node.plain)
        else:
            at = _add(node.suffix, _add(node.nodes, _add(node.prefix, at, found), found), found)
    return at


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A character of a paragraph: the number of the paragraph in reading order, and the offset."""

    paragraph: int
    offset: int


@dataclass(slots=True, eq=False)
class Anchor:
    """Where one comment hangs, as far as the file says."""

    start: Place | None = None
    end: Place | None = None
    reference: Place | None = None


def anchors(word: WordFile, texts: Sequence[str]) -> dict[str, Anchor]:
    """The anchors of a file by comment id; ``texts`` are the texts of its paragraphs."""
    found: dict[str, Anchor] = {}
    inside: set[Element] = set()
    known: dict[Element, int] = {}
    for number, located in enumerate(word.paragraphs()):
        known[located.element] = number
        for mark, offset in _marks(inline.parse(located.element)):
            inside.add(mark)
            _note(found, mark, Place(number, offset))
    for _, root in word.story_roots():
        _between(root, known, inside, texts, found)
    return found


def _note(found: dict[str, Anchor], mark: Element, place: Place) -> None:
    anchor = found.setdefault(mark.get(ID, ""), Anchor())
    if mark.tag == START:
        anchor.start = anchor.start or place
    elif mark.tag == END:
        anchor.end = anchor.end or place
    else:
        anchor.reference = anchor.reference or place


def _marks(nodes: Sequence[Node]) -> Iterator[tuple[Element, int]]:
    """The anchors among the nodes with their offsets; those in deleted text and fields too."""
    at = 0
    for node, size in _flat(nodes):
        if isinstance(node, Mark):
            for piece in node.pieces:
                for one in piece.element.iter(*_ANCHORS):
                    if not _in_box(one, piece.element):
                        yield one, at + (size if one.tag != START else 0)
        at += size


def _flat(nodes: Sequence[Node]) -> Iterator[tuple[Node, int]]:
    for node in nodes:
        if isinstance(node, Text):
            yield node, len(node.text)
        elif isinstance(node, Mark):
            yield node, len(node.plain)
        else:
            yield from _flat([*node.prefix, *node.nodes, *node.suffix])


def _in_box(element: Element, top: Element) -> bool:
    if element is top:
        return False
    for holder in element.iterancestors():
        if holder.tag == TEXT_BOX:
            return True
        if holder is top:
            return False
    return False


def _between(
    root: Element,
    known: Mapping[Element, int],
    inside: set[Element],
    texts: Sequence[str],
    found: dict[str, Anchor],
) -> None:
    """The anchors that stand between paragraphs: a start is the next one's, an end the last's."""
    waiting: list[Element] = []
    last: int | None = None
    for element in root.iter(P, *_ANCHORS):
        if element.tag == P:
            number = known.get(element)
            if number is not None:
                for mark in waiting:
                    _note(found, mark, Place(number, 0))
                waiting, last = [], number
        elif element in inside or next(element.iterancestors(P), None) is not None:
            continue
        elif element.tag == START or last is None:
            waiting.append(element)
        else:
            _note(found, element, Place(last, len(texts[last])))


def hang(paragraph: Element, span: tuple[int, int] | None, comment: str) -> None:
    """Anchor the comment of that id at the characters of a paragraph; at all of it for None."""
    start, end = (etree.Element(tag, {ID: comment}) for tag in (START, END))
    if span is None:
        place = 1 if len(paragraph) and paragraph[0].tag == PPR else 0
        paragraph.insert(place, start)
        paragraph.append(end)
    elif span[0] == span[1]:
        if any(slot.start + slot.length > span[0] for slot in slots(paragraph)):
            _before(paragraph, span[0]).addprevious(start)
        else:
            paragraph.append(start)
        start.addnext(end)
    else:
        _after(paragraph, span[1]).addnext(end)
        _before(paragraph, span[0]).addprevious(start)
    _refer(paragraph, end, comment)


def join(start: Element | None, end: Element | None, reference: Element, comment: str) -> None:
    """Anchor a reply where the comment that it answers hangs."""
    holder = next(reference.iterancestors(P), None)
    if start is not None:
        start.addnext(etree.Element(START, {ID: comment}))
    if end is not None:
        end.addnext(etree.Element(END, {ID: comment}))
    run = reference.getparent()
    if holder is not None and run is not None:
        _refer(holder, run, comment)


def _refer(paragraph: Element, after: Element, comment: str) -> None:
    """Put the run that shows the comment behind an element, at the paragraph's own level."""
    parent = after.getparent()
    while parent is not None and parent is not paragraph:
        after, parent = parent, parent.getparent()
    run = etree.Element(R_)
    etree.SubElement(run, REFERENCE, {ID: comment})
    after.addnext(run)


def _before(paragraph: Element, offset: int) -> Element:
    """An element at whose beginning the character at that offset stands, runs cut as needed."""
    slot = next(one for one in slots(paragraph) if one.start <= offset < one.start + one.length)
    first = slot.first
    if slot.text and offset > slot.start:
        first = _cut(first, offset - slot.start)
    return _climb(_run_from(first), paragraph, forward=False)


def _after(paragraph: Element, offset: int) -> Element:
    """An element at whose end the character before that offset stands, runs cut as needed."""
    slot = next(one for one in slots(paragraph) if one.start < offset <= one.start + one.length)
    last = slot.last
    if slot.text and offset < slot.start + slot.length:
        _run_from(_cut(last, offset - slot.start))
    else:
        following = last.getnext()
        if last.getparent() is not None and following is not None and _in_run(last):
            _run_from(following)
    holder = last.getparent()
    end = holder if holder is not None and holder.tag == R_ else last
    return _climb(end, paragraph, forward=True)


def _in_run(element: Element) -> bool:
    holder = element.getparent()
    return holder is not None and holder.tag == R_


def _cut(text: Element, offset: int) -> Element:
    """Cut a ``w:t`` in two; the second half."""
    whole = inline.read_text(text)
    rest = inline.text_element(whole[offset:])
    text.addnext(rest)
    kept = inline.text_element(whole[:offset])
    text.text = kept.text
    for name, value in kept.items():
        text.set(name, value)
    return rest


def _run_from(element: Element) -> Element:
    """The run that begins with that element, cut from its run where needed; else the element."""
    run = element.getparent()
    if run is None or run.tag != R_:
        return element
    rpr = run.find(RPR)
    before = [one for one in element.itersiblings(preceding=True) if one is not rpr]
    if not before:
        return run
    made = etree.Element(R_, dict(run.items()))
    if rpr is not None:
        made.append(_copied(rpr))
    rest = [element, *element.itersiblings()]
    made.extend(rest)
    run.addnext(made)
    return made


def _copied(rpr: Element) -> Element:
    copied: Element = etree.fromstring(etree.tostring(rpr, with_tail=False))
    return copied


def _climb(element: Element, paragraph: Element, *, forward: bool) -> Element:
    """The outermost container that begins (or ends) with that element."""
    while True:
        parent = element.getparent()
        beside = element.getnext() if forward else element.getprevious()
        while beside is not None and beside.tag in inline.PROPERTIES:
            beside = beside.getnext() if forward else beside.getprevious()
        if parent is None or parent is paragraph or beside is not None:
            return element
        element = parent
        if element.tag == SDT_CONTENT and element.getparent() is not None:
            element = element.getparent()  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, eq=False)
class Hook:
    """Where a comment on a paragraph can hang; ``own`` when it is that paragraph itself."""

    paragraph: Element
    span: tuple[int, int] | None
    own: bool


def hook(word: WordFile, located: Located) -> Hook | None:
    """Where a comment on that paragraph can hang; None in a file without a paragraph.

    Only the body takes comments everywhere: Word has none in headers and text boxes, and
    LibreOffice cannot open a file that has one in a note. For a text box it is the paragraph that
    holds the box, for a note the place of its number, for a header the first paragraph.
    """
    element = located.element
    while next(element.iterancestors(TEXT_BOX), None) is not None:
        box = next(element.iterancestors(TEXT_BOX))
        element = next(box.iterancestors(P))
    own = element is located.element
    for note in element.iterancestors(*_NOTES):
        for one in word.paragraphs():
            if one.part == word.main:
                offset = _number(one.element, _NOTES[str(note.tag)], note.get(ID, ""))
                if offset is not None:
                    return Hook(one.element, (offset, offset), False)
    if located.part == word.main:
        return Hook(element, None, own)
    return first(word)


def first(word: WordFile) -> Hook | None:
    """The beginning of the file, for what has no place of its own."""
    for one in word.paragraphs():
        return Hook(one.element, (0, 0), False)
    return None


def _number(paragraph: Element, tag: str, note: str) -> int | None:
    at = 0
    for node, size in _flat(inline.parse(paragraph)):
        if isinstance(node, Mark) and node.role is Role.NOTE:
            element = node.pieces[0].element
            if element.tag == tag and element.get(ID) == note:
                return at
        at += size
    return None
