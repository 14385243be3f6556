"""Write nodes (``inline``) back into a paragraph, and say in which language new text is.

Neighbouring texts and objects of one look and language become one run. Containers are the elements
that were read, filled anew; one that is needed twice is copied without its content.

Source: ECMA-376 part 1, clauses 17.3.2.20 (lang), 17.3.2.28 (rPr), 17.5.2 (content controls).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import cache

from lxml import etree

from documents.inline import (
    CHARACTER_ELEMENTS,
    PROPERTIES,
    SPECIAL,
    Group,
    Key,
    Mark,
    Node,
    Piece,
    Text,
    say,
)
from documents.wml import PPR, R_, RPR, SDT, SDT_CONTENT, VAL, Element, T, W, w

_LANG, _NO_PROOF, _WORD = w("lang"), w("noProof"), f"{{{W}}}"
_AFTER_LANG = frozenset({w("eastAsianLayout"), w("specVanish"), w("oMath"), w("rPrChange")})


def with_language(rpr: Element | None, language: str) -> Element:
    """A copy of the run properties that says the language (``w:lang``, clause 17.3.2.20)."""
    if rpr is None:
        return spoken(language)
    changed = copy.copy(rpr)
    speak(changed, language)
    return changed


@cache
def _said(language: str) -> Element:
    properties = etree.Element(RPR, nsmap={"w": W})
    etree.SubElement(properties, _LANG).set(VAL, language)
    return properties


def spoken(language: str) -> Element:
    """Run properties that say the language and nothing else.

    A copy, because lxml copies an element in a quarter of the time that it makes one in.
    """
    return copy.copy(_said(language))


def speak(properties: Element, language: str) -> None:
    """Let run properties say the language, in the place that the schema gives it."""
    if not len(properties):
        properties.append(copy.copy(_said(language)[0]))
        return
    lang, place, proofs = None, None, []
    for index, child in enumerate(properties):
        tag = child.tag
        if tag == _LANG:
            lang = child
        elif tag == _NO_PROOF:
            proofs.append(child)
        elif place is None and (tag in _AFTER_LANG or not str(tag).startswith(_WORD)):
            place = index
    if lang is not None:
        lang.set(VAL, language)
    elif place is None:
        properties.append(copy.copy(_said(language)[0]))
    else:
        properties.insert(place, copy.copy(_said(language)[0]))
    for proof in proofs:
        properties.remove(proof)


class Writer:
    """Writes nodes as children of one container, neighbouring runs of one look as one run."""

    def __init__(self, parent: Element) -> None:
        self._parent = parent
        self._run: Element | None = None
        self._look: tuple[Key, str | None] | None = None
        self._words: Element | None = None
        """The text that the run ends with, which goes on in what follows."""

    def write(self, nodes: Sequence[Node]) -> None:
        """Append the nodes; their objects are moved here from where they stood."""
        for node in nodes:
            if isinstance(node, Text):
                self._text(node)
            elif isinstance(node, Mark):
                self._mark(node)
            elif node.element is None:
                self.write(node.prefix)
                self.write(node.nodes)
                self.write(node.suffix)
            else:
                self._close()
                self._parent.append(_filled(node))

    def _close(self) -> None:
        self._run, self._look = None, None

    def _open(self, rpr: Element | None, key: Key, language: str | None) -> Element:
        if self._run is None or self._look != (key, language):
            self._run = etree.SubElement(self._parent, R_)
            self._look, self._words = (key, language), None
            if rpr is not None:
                properties = copy.copy(rpr)
                self._run.append(properties)
                if language is not None:
                    speak(properties, language)
            elif language is not None:
                self._run.append(spoken(language))
        return self._run

    def _text(self, node: Text) -> None:
        if not node.text:
            return
        run = self._open(node.rpr, node.key, node.language)
        for part in SPECIAL.split(node.text):
            if part in CHARACTER_ELEMENTS:
                etree.SubElement(run, CHARACTER_ELEMENTS[part])
                self._words = None
            elif self._words is not None:
                say(self._words, (self._words.text or "") + part)
            elif part:
                self._words = etree.SubElement(run, T)
                say(self._words, part)

    def _mark(self, mark: Mark) -> None:
        for piece in mark.pieces:
            if piece.in_run:
                run = self._open(piece.rpr, piece.key, self._mark_language(piece))
                run.append(piece.element)
                self._words = None
            else:
                self._close()
                self._parent.append(piece.element)

    def _mark_language(self, piece: Piece) -> str | None:
        """An object in the look of the text before it stays in that text's run."""
        if self._look is not None and self._look[0] == piece.key:
            return self._look[1]
        return None


def _filled(group: Group) -> Element:
    """The container of a group with the group's nodes as content; a copy where it is used twice."""
    assert group.element is not None
    element = group.element
    content: Element | None = element
    if element.tag == SDT:
        content = element.find(SDT_CONTENT)
        if content is None:
            content = etree.SubElement(element, SDT_CONTENT)
    assert content is not None
    for child in list(content):
        if child.tag not in PROPERTIES:
            content.remove(child)
    Writer(content).write(group.nodes)
    return element


def rewrite(container: Element, nodes: Sequence[Node]) -> None:
    """Put the nodes in the place of everything but the properties of a paragraph."""
    properties = [child for child in container if child.tag == PPR]
    container[:] = properties
    Writer(container).write(nodes)


def reunited(nodes: Sequence[Node]) -> list[Node]:
    """Halves of one container that stand side by side become one; others get their own shell."""
    return _reunited(nodes, set())


def _reunited(nodes: Sequence[Node], used: set[int]) -> list[Node]:
    if not any(isinstance(node, Group) for node in nodes):
        return list(nodes)
    done: list[Node] = []
    for node in nodes:
        last = done[-1] if done else None
        if not isinstance(node, Group) or node.element is None:
            done.append(node)
        elif isinstance(last, Group) and last.element is node.element:
            done[-1] = last.holding([*last.nodes, *node.nodes])
        else:
            done.append(node)
    for index, node in enumerate(done):
        if isinstance(node, Group):
            element = node.element
            if element is not None and id(element) in used:
                element = etree.Element(element.tag, dict(element.items()), element.nsmap)
            elif element is not None:
                used.add(id(element))
            done[index] = whole = node.holding(_reunited(node.nodes, used))
            whole.element = element
    return done
