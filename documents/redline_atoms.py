"""A paragraph as a row of atoms, for ``redline``: characters and objects, each with its look.

Atoms of one word make one token; equal tokens stay, whatever their look, and the look is compared
character by character afterwards. A field is one object with its result, a link is part of its
words: another address is another word. Bookmarks and other anchors stand outside the comparison.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from typing import NamedTuple

from lxml import etree

from documents import inline
from documents.inline import Group, Key, Mark, Node, Piece, Role, Text, Wrap
from documents.wml import ID, TEXT_BOX, Element, R, w
from documents.worddiff import TOKEN
from documents.wordfile import WordFile, target_of

NoteKey = Callable[[str, str], Hashable]
"""What a note is called in the comparison, by the kind of its reference and its id."""


class Atom(NamedTuple):
    """One character, or one object (``mark``). ``path`` are the containers around it."""

    char: str
    mark: Mark | None
    rpr: Element | None
    key: Key
    path: tuple[Element, ...]

    @property
    def anchored(self) -> bool:
        """Whether it stays where it is and is never compared."""
        return self.mark is not None and self.mark.role is Role.ANCHOR


class Token(NamedTuple):
    """What is compared: a word, white space, a character or an object; its atoms by index."""

    key: Hashable
    start: int
    end: int
    space: bool


class Atomizer:
    """Takes the paragraphs of one file apart."""

    def __init__(self, word: WordFile, note_key: NoteKey) -> None:
        self._word = word
        self._note_key = note_key
        self._pictures: dict[str, str] = {}

    def atoms(self, paragraph: Element) -> list[Atom]:
        """The atoms of a paragraph, in order."""
        found: list[Atom] = []
        self._add(inline.parse(paragraph), (), found)
        return found

    def _add(self, nodes: list[Node], path: tuple[Element, ...], found: list[Atom]) -> None:
        for node in nodes:
            if isinstance(node, Text):
                found.extend(Atom(char, None, node.rpr, node.key, path) for char in node.text)
            elif isinstance(node, Mark):
                found.append(_object(node, path))
            elif node.wrap is Wrap.FIELD:
                whole = Mark(Role.FIELD, inline.pieces(node), inline.plain_text([node]), node.code)
                found.append(_object(whole, path))
            elif node.element is not None and not node.nodes:
                empty = Mark(Role.ANCHOR, [Piece(node.element, None, (), False)])
                found.append(_object(empty, path))
            elif node.element is not None:
                self._add(node.nodes, (*path, node.element), found)

    def said(self, paragraph: Element, part: str) -> tuple[Hashable, str]:
        """What a paragraph says and how it looks, as one value; and its plain text."""
        nodes = inline.parse(paragraph)
        return tuple(self._said(nodes, part)), inline.plain_text(nodes)

    def _said(self, nodes: list[Node], part: str) -> Iterator[Hashable]:
        for node in nodes:
            if isinstance(node, Text):
                yield node.text, node.key
            elif isinstance(node, Group):
                target = target_of(self._word.links(part), node.element)
                yield target or node.code, tuple(self._said(node.nodes, part))
            elif node.role is not Role.ANCHOR:
                yield self._name(node, part)

    def tokens(self, atoms: list[Atom], part: str) -> list[Token]:
        """The tokens of a row of atoms, anchors left out."""
        links = self._word.links(part)
        found: list[Token] = []
        at = 0
        while at < len(atoms):
            atom = atoms[at]
            target = "".join(target_of(links, one) for one in atom.path)
            if atom.mark is not None:
                if not atom.anchored:
                    found.append(Token((self._name(atom.mark, part), target), at, at + 1, False))
                at += 1
                continue
            end = at
            while end < len(atoms) and atoms[end].mark is None and atoms[end].path == atom.path:
                end += 1
            text = "".join(one.char for one in atoms[at:end])
            for match in TOKEN.finditer(text):
                word = match.group()
                start = at + match.start()
                found.append(Token((word, target), start, at + match.end(), word.isspace()))
            at = end
        return found

    def _name(self, mark: Mark, part: str) -> Hashable:
        element = mark.pieces[0].element
        if mark.role is Role.NOTE:
            return mark.role, self._note_key(str(element.tag), element.get(ID, ""))
        if mark.role is Role.BREAK:
            return mark.role, element.get(w("type"), "textWrapping")
        if mark.role is Role.FIELD:
            return mark.role, " ".join(mark.code.split()), mark.plain
        if mark.role is Role.DRAWING:
            boxes = sum(1 for _ in element.iter(TEXT_BOX))
            return mark.role, boxes, tuple(sorted(self._parts_of(element, part)))
        return mark.role, mark.plain, element.tag

    def _parts_of(self, element: Element, part: str) -> set[str]:
        """The digests of what a drawing shows."""
        links = self._word.links(part)
        found = set()
        for one in element.iter():
            for name, value in one.items():
                link = links.get(value) if str(name).startswith(f"{{{R}}}") else None
                if link is None:
                    continue
                if link.target not in self._pictures:
                    data = self._word.package.parts.get(link.target, link.target.encode())
                    self._pictures[link.target] = hashlib.sha256(data).hexdigest()
                found.add(self._pictures[link.target])
        return found


def _object(mark: Mark, path: tuple[Element, ...]) -> Atom:
    first = next((piece for piece in mark.pieces if piece.in_run), None)
    return Atom("", mark, first.rpr if first else None, first.key if first else (), path)


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


def depends_on_parts(mark: Mark) -> bool:
    """Whether the object needs another part of its package (a picture, an embedded object)."""
    return any(
        str(name).startswith(f"{{{R}}}")
        for piece in mark.pieces
        for one in piece.element.iter()
        for name in one.attrib
    )
