"""A paragraph as spans and tokens, for ``redline``.

A span is a stretch of text of one look, or one object; it is as long as its text, an object as long
as one character. A token is what is compared: a word, white space, one other character, an object.
Equal tokens stay, whatever their look, and the look is compared afterwards. A field is one object
with its result, a link is part of its words: another address is another word. Bookmarks and other
anchors stand outside the comparison.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from lxml import etree

from documents import inline
from documents.inline import Group, Key, Mark, Node, Piece, Role, Text, Wrap
from documents.wml import ID, PARA_ID, TEXT_BOX, W14, Element, R, T, W, w
from documents.worddiff import TOKEN
from documents.wordfile import WordFile, target_of

NoteKey = Callable[[str, str], Hashable]
"""What a note is called in the comparison, by the kind of its reference and its id."""

# In a run, these are no words: where a comment hangs, and marks that only the screen shows.
_HOOKS = frozenset({w("commentReference"), w("annotationRef")})
_NOISE = frozenset(
    {PARA_ID, f"{{{W14}}}textId", w("dirty"), w("fldLock")}
    | {f"{{{W}}}rsid{kind}" for kind in ("", "R", "RPr", "P", "RDefault", "Tr", "Del", "Sect")}
)
_NAMES = frozenset({"id", "name", "spid", "anchorId", "editId"})
_NAMED = frozenset(
    {"docPr", "cNvPr", "shape", "shapetype", "rect", "inline", "anchor", "OLEObject"}
)
_RELATED = f"{{{R}}}"
_WORDS = re.compile(r"\w\w|\s\s")
_SPACED = re.compile(r"\s+")


class Span(NamedTuple):
    """Text of one look, or one object. ``path`` are the containers around it, ``link`` where it
    leads."""

    text: str
    mark: Mark | None
    rpr: Element | None
    key: Key
    path: tuple[Element, ...] = ()
    link: str = ""

    @property
    def anchored(self) -> bool:
        """Whether it stays where it is and is never compared."""
        return self.mark is not None and is_anchor(self.mark)

    @property
    def length(self) -> int:
        """In characters; an object counts as one."""
        return 1 if self.mark is not None else len(self.text)


class Token(NamedTuple):
    """What is compared: its key, the span where it begins, and where it begins and ends there.

    An ``end`` beyond the span's length goes on in the spans that follow.
    """

    key: Hashable
    span: int
    start: int
    end: int
    space: bool


def is_anchor(mark: Mark) -> bool:
    """Whether the object is only a place: a bookmark, the end of a comment's words."""
    if mark.role is not Role.ANCHOR:
        return False
    piece = mark.pieces[0]
    return not piece.in_run or piece.element.tag in _HOOKS


class Atomizer:
    """Takes the paragraphs of one file apart."""

    def __init__(self, word: WordFile, note_key: NoteKey) -> None:
        self._word = word
        self._note_key = note_key
        self._pictures: dict[str, str] = {}
        self._parsed: dict[Element, list[Node]] = {}

    def spans(self, paragraph: Element, part: str) -> list[Span]:
        """The spans of a paragraph, in order."""
        found: list[Span] = []
        nodes = self._parsed.pop(paragraph, None)
        self._add(inline.parse(paragraph) if nodes is None else nodes, (), "", part, found)
        return found

    def _add(
        self,
        nodes: list[Node],
        path: tuple[Element, ...],
        link: str,
        part: str,
        found: list[Span],
    ) -> None:
        for node in nodes:
            if isinstance(node, Text):
                found.append(Span(node.text, None, node.rpr, node.key, path, link))
            elif isinstance(node, Mark):
                found.append(_object(node, path, link))
            elif node.wrap is Wrap.FIELD:
                whole = Mark(Role.FIELD, inline.pieces(node), inline.plain_text([node]), node.code)
                found.append(_object(whole, path, link))
            elif node.element is not None and not node.nodes:
                empty = Mark(Role.ANCHOR, [Piece(node.element, None, (), False)])
                found.append(_object(empty, path, link))
            elif node.element is not None:
                target = link
                if node.element.tag == w("hyperlink"):
                    target = target_of(self._word.links(part), node.element)
                self._add(node.nodes, (*path, node.element), target, part, found)

    def said(self, paragraph: Element, part: str) -> tuple[Hashable, str]:
        """What a paragraph says and how it looks, as one value; and its plain text."""
        nodes = self._parsed[paragraph] = inline.parse(paragraph)
        return tuple(self._said(nodes, "", part)), inline.plain_text(nodes)

    def _said(self, nodes: list[Node], link: str, part: str) -> Iterator[Hashable]:
        for node in nodes:
            if isinstance(node, Text):
                yield node.text, node.key, link
            elif isinstance(node, Group):
                if node.wrap is Wrap.FIELD:
                    yield " ".join(node.code.split()), tuple(self._said(node.nodes, link, part))
                    continue
                target = link
                if node.element is not None and node.element.tag == w("hyperlink"):
                    target = target_of(self._word.links(part), node.element)
                yield from self._said(node.nodes, target, part)
            elif not is_anchor(node):
                piece = node.pieces[0]
                yield self._name(node, part), piece.key if piece.in_run else (), link

    def tokens(self, spans: Sequence[Span], part: str, lead: int, tail: int) -> list[Token]:
        """The tokens of a row of spans, anchors left out.

        ``lead`` and ``tail`` are the characters at both ends that the other version has too: one
        token each, of the same key in both.
        """
        found: list[Token] = []
        at = 0
        while at < len(spans):
            span = spans[at]
            if span.mark is not None:
                if not is_anchor(span.mark):
                    key = (self._name(span.mark, part), span.link)
                    found.append(Token(key, at, 0, 1, False))
                at += 1
                continue
            end = at + 1
            while end < len(spans) and spans[end].mark is None and spans[end].link == span.link:
                end += 1
            _cut(spans, at, end, lead if at == 0 else 0, tail if end == len(spans) else 0, found)
            at = end
        return found

    def _name(self, mark: Mark, part: str) -> Hashable:
        element = mark.pieces[0].element
        if mark.role is Role.NOTE:
            return mark.role, self._note_key(str(element.tag), element.get(ID, ""))
        if mark.role is Role.FIELD:
            return mark.role, _SPACED.sub(" ", mark.code).strip(), self._result(mark, part)
        return mark.role, *(self.shape(piece.element, part) for piece in mark.pieces)

    def _result(self, mark: Mark, part: str) -> Hashable:
        """What a field shows, and how: text of one look as one, other things as they are."""
        if mark.pieces[0].element.tag == w("fldSimple"):
            return tuple(self._said(inline.parse(mark.pieces[0].element), "", part))
        done: list[tuple[str, Hashable]] = []
        skipping = True
        for piece in mark.pieces:
            tag = piece.element.tag
            if tag == w("fldChar"):
                skipping = piece.element.get(w("fldCharType")) == "begin"
            elif skipping or tag == w("instrText"):
                continue
            elif tag == T and done and done[-1][1] == piece.key:
                done[-1] = (done[-1][0] + (piece.element.text or ""), piece.key)
            elif tag == T:
                done.append((piece.element.text or "", piece.key))
            else:
                done.append(("", (self.shape(piece.element, part), piece.key)))
        return tuple(done)

    def shape(self, element: Element, part: str) -> Hashable:
        """An element without noise and ids, parts by their content, text boxes as empty ones."""
        tag = element.tag
        if not isinstance(tag, str):
            return None
        named = tag.rpartition("}")[2] in _NAMED
        attributes = []
        for name, value in sorted(element.items()):
            if name in _NOISE or (named and str(name).rpartition("}")[2] in _NAMES):
                continue
            if str(name).startswith(_RELATED):
                value = self._content(value, part)
            attributes.append((name, value))
        if tag == TEXT_BOX:
            return tag
        text = element.text or "" if not len(element) else ""
        return tag, tuple(attributes), text, tuple(self.shape(one, part) for one in element)

    def _content(self, relationship: str, part: str) -> str:
        """The digest of the part, or the address, that a relationship leads to."""
        link = self._word.links(part).get(relationship)
        if link is None:
            return ""
        if link.target not in self._pictures:
            data = self._word.package.parts.get(link.target, link.target.encode())
            self._pictures[link.target] = hashlib.sha256(data).hexdigest()
        return self._pictures[link.target]


def _cut(
    spans: Sequence[Span], at: int, end: int, lead: int, tail: int, found: list[Token]
) -> None:
    """The words of the spans from ``at`` to ``end``, which follow one another in one link."""
    link = spans[at].link
    first = spans[at].text
    text = first if end == at + 1 else "".join(span.text for span in spans[at:end])
    stop = len(text) - tail
    index, begins, ends = at, 0, len(first)
    if lead:
        found.append(Token("lead", at, 0, lead, False))
    for match in TOKEN.finditer(text, lead, stop):
        start = match.start()
        while start >= ends:
            index += 1
            begins, ends = ends, ends + len(spans[index].text)
        word = match.group()
        key: Hashable = (word, link)
        found.append(Token(key, index, start - begins, match.end() - begins, word.isspace()))
    if tail:
        while stop >= ends:
            index += 1
            begins, ends = ends, ends + len(spans[index].text)
        found.append(Token("tail", index, stop - begins, len(text) - begins, False))


def common_ends(old: Sequence[Span], new: Sequence[Span]) -> tuple[int, int]:
    """How many characters both rows begin and end with: plain text, whole words."""
    first, second = _plain_end(old, 1), _plain_end(new, 1)
    lead = _common(first, second, str.startswith)
    while lead and (_inside(first, lead) or _inside(second, lead)):
        lead -= 1
    first, second = _plain_end(old, -1), _plain_end(new, -1)
    # A side that is plain from end to end has its beginning in its end too.
    if all(one.mark is None and not one.link for one in old):
        first = first[lead:]
    if all(one.mark is None and not one.link for one in new):
        second = second[lead:]
    tail = _common(first, second, str.endswith)
    while tail and (_inside(first, len(first) - tail) or _inside(second, len(second) - tail)):
        tail -= 1
    return lead, tail


def _plain_end(spans: Sequence[Span], step: int) -> str:
    """The text at the beginning (at the end for -1) that holds no object and no link."""
    found: list[str] = []
    for span in spans[::step]:
        if span.mark is not None or span.link:
            break
        found.append(span.text)
    return "".join(found[::step])


def _common(first: str, second: str, holds: Callable[[str, str], bool]) -> int:
    """The length of the longest beginning (or end) of the first that the second has too."""
    low, high = 0, min(len(first), len(second))
    begins = holds is str.startswith
    while low < high:
        middle = (low + high + 1) // 2
        piece = first[:middle] if begins else first[len(first) - middle :]
        if holds(second, piece):
            low = middle
        else:
            high = middle - 1
    return low


def _inside(text: str, at: int) -> bool:
    """Whether a word goes on at that place."""
    return 0 < at < len(text) and _WORDS.match(text[at - 1 : at + 1]) is not None


def _object(mark: Mark, path: tuple[Element, ...], link: str) -> Span:
    first = next((piece for piece in mark.pieces if piece.in_run), None)
    return Span("", mark, first.rpr if first else None, first.key if first else (), path, link)


def as_runs(mark: Mark) -> list[Piece]:
    """The pieces of an object in a form that a tracked change may hold.

    A simple field cannot stand in one, so it becomes a complex field.
    """
    done: list[Piece] = []
    for piece in mark.pieces:
        if piece.element.tag != w("fldSimple"):
            done.append(piece)
            continue
        done.append(_char("begin"))
        code = etree.Element(w("instrText"))
        code.text = piece.element.get(w("instr"), "")
        done.append(Piece(code, None, (), True))
        done.append(_char("separate"))
        done.extend(one for node in inline.parse(piece.element) for one in inline.pieces(node))
        done.append(_char("end"))
    return done


def _char(kind: str) -> Piece:
    element = etree.Element(w("fldChar"))
    element.set(w("fldCharType"), kind)
    return Piece(element, None, (), True)


def copied(mark: Mark) -> Mark:
    """The object with copies of its elements, to stand in another tree."""
    return replace(
        mark, pieces=[replace(piece, element=copy.deepcopy(piece.element)) for piece in mark.pieces]
    )
