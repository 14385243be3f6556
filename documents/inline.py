"""The inside of a paragraph as a small tree: text, standalone objects, groups.

``parse`` reads a paragraph's children into nodes, ``emit`` writes nodes back as runs; ``formatted``
puts text that has its own formatting into groups. Tagged text (``<g id>``, ``<x id/>``) is made and
read in ``tags``; sentences are cut in ``segments``.

Neighbouring runs whose properties say the same are one text, whatever Word's noise (``rsid``,
``proofErr``, ``lang``, ``noProof``) says. Deleted text is an object that cannot be read.

Source: ECMA-376 part 1, clauses 17.3.2 (run), 17.3.3 (run content), 17.16 (fields, hyperlinks).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lxml import etree

from documents.wml import (
    ALTERNATE,
    CHOICE,
    PPR,
    R_,
    RPR,
    SDT,
    SDT_CONTENT,
    TEXT_BOX,
    XML_SPACE,
    Element,
    M,
    P,
    T,
    w,
)

Key = tuple[object, ...]
"""What a run's properties say, without noise: equal keys, equal look."""


class Role(StrEnum):
    """What a standalone object is."""

    TAB = "tab"
    BREAK = "break"
    NOTE = "note"
    FIELD = "field"
    FIELD_PART = "field part"
    DRAWING = "drawing"
    SYMBOL = "symbol"
    MATH = "math"
    ANCHOR = "anchor"
    DELETED = "deleted"


class Wrap(StrEnum):
    """What a group is made of."""

    FORMAT = "format"
    LINK = "link"
    CONTROL = "control"
    INSERTION = "insertion"
    FIELD = "field"
    OTHER = "other"


@dataclass(slots=True)
class Text:
    """Characters of one formatting; ``sources`` are the elements that hold them, where read."""

    text: str
    rpr: Element | None
    key: Key
    language: str | None = None
    sources: tuple[Element, ...] = ()

    def saying(self, text: str) -> Text:
        """Other characters in the same look."""
        return Text(text, self.rpr, self.key, self.language, self.sources)


@dataclass(slots=True)
class Piece:
    """One element of a standalone object, ``in_run`` of properties ``rpr`` or outside a run."""

    element: Element
    rpr: Element | None
    key: Key
    in_run: bool


@dataclass(slots=True)
class Mark:
    """A standalone object; ``plain`` is how it reads, ``code`` the instruction of a field."""

    role: Role
    pieces: list[Piece]
    plain: str = ""
    code: str = ""


@dataclass(slots=True)
class Group:
    """Nodes that belong together: a container element, a field with text, or own formatting."""

    wrap: Wrap
    element: Element | None
    nodes: list[Node]
    prefix: list[Mark] = field(default_factory=list)
    suffix: list[Mark] = field(default_factory=list)
    rpr: Element | None = None
    key: Key = ()
    code: str = ""
    origin: int = 0

    def holding(self, nodes: list[Node]) -> Group:
        """The same group around other nodes."""
        return Group(
            self.wrap,
            self.element,
            nodes,
            self.prefix,
            self.suffix,
            self.rpr,
            self.key,
            self.code,
            self.origin,
        )

    def half(self, nodes: list[Node]) -> Group:
        """A part of the group, which remembers whose part it is."""
        part = self.holding(nodes)
        part.origin = self.origin or id(self)
        return part


Node = Text | Mark | Group

_SIMPLE_FIELD = w("fldSimple")
_NOISE = frozenset({w("lang"), w("noProof")})
_DROPPED = frozenset({w("proofErr"), w("lastRenderedPageBreak")})
_WRAPS = {
    w("hyperlink"): Wrap.LINK,
    w("ins"): Wrap.INSERTION,
    w("moveTo"): Wrap.INSERTION,
    w("smartTag"): Wrap.OTHER,
    w("customXml"): Wrap.OTHER,
    w("dir"): Wrap.OTHER,
    w("bdo"): Wrap.OTHER,
}
PROPERTIES = frozenset(
    {PPR, RPR, w("sdtPr"), w("sdtEndPr"), w("smartTagPr"), w("customXmlPr"), w("fldData")}
)
_OWN = {
    P: frozenset({PPR}),
    w("smartTag"): frozenset({w("smartTagPr")}),
    w("customXml"): frozenset({w("customXmlPr")}),
    w("fldSimple"): frozenset({w("fldData")}),
}
"""The properties that a container may have; strays elsewhere are objects, so that none is lost."""
_CHARACTERS = {w("noBreakHyphen"): "\u2011", w("softHyphen"): "\u00ad"}
CHARACTER_ELEMENTS = {
    "\u2011": w("noBreakHyphen"),
    "\u00ad": w("softHyphen"),
    "\t": w("tab"),
    "\n": w("br"),
}
"""The elements that Word has for single characters."""
SPECIAL = re.compile("([\u2011\u00ad\t\n])")
_SPACE = " \t\r\n"
_TABS = frozenset({w("tab"), w("ptab")})
_BREAKS = frozenset({w("br"), w("cr")})
_NOTES = frozenset({w("footnoteReference"), w("endnoteReference")})
_DELETED = frozenset({w("del"), w("moveFrom"), w("delText"), w("delInstrText")})
_DRAWINGS = frozenset({w("drawing"), w("pict"), w("object"), ALTERNATE})
_MATH = frozenset({f"{{{M}}}oMath", f"{{{M}}}oMathPara"})
_SYM, _FIELD_CHARACTER = w("sym"), w("fldChar")
_FIELD_PARTS = frozenset({_FIELD_CHARACTER, w("instrText")})
_TEXTUAL = re.compile(r"\s*(HYPERLINK|FORMTEXT)\b", re.IGNORECASE)


def key_of(rpr: Element | None) -> Key:
    """What the run properties say, noise left out."""
    if rpr is None:
        return ()
    return tuple([_said(child, tag) for child in rpr if (tag := child.tag) not in _NOISE])


def _said(element: Element, tag: object) -> object:
    attributes = tuple(element.items())
    if len(attributes) > 1:
        attributes = tuple(sorted(attributes))
    if len(element):
        return tag, attributes, tuple(_said(child, child.tag) for child in element)
    return tag, attributes


def field_name(code: str) -> str:
    """The name of a field instruction, in capitals: ``PAGE`` for `` page \\* MERGEFORMAT``."""
    words = code.split(None, 1)
    return words[0].upper() if words else ""


def parse(container: Element) -> list[Node]:
    """The children of a paragraph, or of a container inside it, as nodes."""
    nodes: list[Node] = []
    own = _OWN.get(str(container.tag), frozenset())
    for child in container:
        tag = child.tag
        if tag == R_:
            _parse_run(child, nodes)
        elif tag in _WRAPS:
            nodes.append(Group(_WRAPS[tag], child, parse(child)))
        elif tag == SDT:
            content = child.find(SDT_CONTENT)
            nodes.append(Group(Wrap.CONTROL, child, parse(content) if content is not None else []))
        elif tag == _SIMPLE_FIELD:
            nodes.append(_simple_field(child))
        elif tag in own or tag in _DROPPED or not isinstance(tag, str):
            continue
        else:
            role = _role(tag)
            plain = _math(child) if role is Role.MATH else ""
            nodes.append(Mark(role, [Piece(child, None, (), False)], plain))
    return _fields(nodes)


def _simple_field(element: Element) -> Node:
    code = element.get(w("instr"), "")
    nodes = parse(element)
    if _TEXTUAL.match(code):
        return Group(Wrap.FIELD, element, nodes, code=code)
    return Mark(Role.FIELD, [Piece(element, None, (), False)], plain_text(nodes), code)


def _math(element: Element) -> str:
    return "".join(element.itertext(f"{{{M}}}t", w("t")))


def _role(tag: str) -> Role:
    if tag in _DELETED:
        return Role.DELETED
    if tag in _MATH:
        return Role.MATH
    if tag in _DRAWINGS:
        return Role.DRAWING
    return Role.ANCHOR


def _parse_run(run: Element, nodes: list[Node]) -> None:
    rpr: Element | None = None
    key: Key | None = None
    for child in run:
        tag = child.tag
        if key is None:
            rpr = child if tag == RPR else next(run.iterchildren(RPR), None)
            key = key_of(rpr)
        if child is rpr:
            continue
        if tag == T and not len(child):
            text = _characters(child)
        elif tag in _CHARACTERS:
            text = _CHARACTERS[tag]
        else:
            if tag not in _DROPPED and isinstance(tag, str):
                nodes.append(_run_mark(child, Piece(child, rpr, key, True)))
            continue
        if text:
            _add(nodes, text, rpr, key, child)


def _add(nodes: list[Node], text: str, rpr: Element | None, key: Key, source: Element) -> None:
    """Append characters, to the text before them where that looks the same."""
    last = nodes[-1] if nodes else None
    if isinstance(last, Text) and last.key == key:
        last.text += text
        last.sources += (source,)
    else:
        nodes.append(Text(text, rpr, key, None, (source,)))


def _characters(element: Element) -> str:
    """The text of a ``w:t``: white space at its edges only where the file preserves it."""
    text = element.text
    if not text:
        return ""
    if (text[0] in _SPACE or text[-1] in _SPACE) and element.get(XML_SPACE) != "preserve":
        return text.strip(_SPACE)
    return text


def read_text(element: Element) -> str:
    """The characters that an element of a run stands for, as a text node has them."""
    if element.tag != T:
        return _CHARACTERS.get(str(element.tag), "")
    return _characters(element)


def _run_mark(child: Element, piece: Piece) -> Mark:
    tag = child.tag
    if tag in _TABS:
        return Mark(Role.TAB, [piece], "\t")
    if tag in _BREAKS:
        return Mark(Role.BREAK, [piece], "\n")
    if tag in _NOTES:
        return Mark(Role.NOTE, [piece])
    if tag in _FIELD_PARTS:
        return Mark(Role.FIELD_PART, [piece])
    if tag == _SYM:
        return Mark(Role.SYMBOL, [piece], _symbol(child))
    if tag == ALTERNATE:
        return _alternate_mark(child, piece)
    return Mark(_role(str(tag)), [piece])


def _alternate_mark(child: Element, piece: Piece) -> Mark:
    choice = child.find(CHOICE)
    first = choice if choice is not None and len(choice) else None
    if first is not None and next(first.iter(TEXT_BOX), None) is None:
        plain = "".join(_symbol(symbol) for symbol in first.iter(w("sym")))
        plain += "".join(node.text or "" for node in first.iter(T))
        if plain:
            return Mark(Role.SYMBOL, [piece], plain)
    return Mark(Role.DRAWING, [piece])


def _symbol(element: Element) -> str:
    code = element.get(w("char"), "")
    return chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else ""


def _part_of(node: Node) -> str:
    if isinstance(node, Mark) and node.role is Role.FIELD_PART:
        element = node.pieces[0].element
        if element.tag == _FIELD_CHARACTER:
            return element.get(w("fldCharType"), "")
        return "code"
    return ""


def _fields(nodes: list[Node]) -> list[Node]:
    """Each complex field that begins and ends in this list becomes one node."""
    if not any(isinstance(node, Mark) and node.role is Role.FIELD_PART for node in nodes):
        return nodes
    done: list[Node] = []
    open_at: list[int] = []
    for node in nodes:
        done.append(node)
        part = _part_of(node)
        if part == "begin":
            open_at.append(len(done) - 1)
        elif part == "end" and open_at:
            start = open_at.pop()
            whole = done[start:]
            del done[start:]
            done.append(_field(whole))
    return done


def _field(nodes: list[Node]) -> Node:
    split = next((i for i, node in enumerate(nodes) if _part_of(node) == "separate"), len(nodes))
    code = "".join(
        node.pieces[0].element.text or ""
        for node in nodes[:split]
        if isinstance(node, Mark) and _part_of(node) == "code"
    )
    result = nodes[split + 1 : -1]
    before = [node for node in nodes[: split + 1] if isinstance(node, Mark)]
    last = nodes[-1]
    if _TEXTUAL.match(code) and result and len(before) == split + 1 and isinstance(last, Mark):
        return Group(Wrap.FIELD, None, result, before, [last], code=code)
    whole = [piece for node in nodes for piece in pieces(node)]
    return Mark(Role.FIELD, whole, plain_text(result), code)


def pieces(node: Node) -> list[Piece]:
    """The elements of a node, in order; text as a fresh ``w:t``."""
    if isinstance(node, Mark):
        return node.pieces
    if isinstance(node, Text):
        return [Piece(text_element(node.text), node.rpr, node.key, True)]
    if node.element is not None:
        return [Piece(node.element, None, (), False)]
    inside = [piece for child in node.nodes for piece in pieces(child)]
    before = [piece for mark in node.prefix for piece in mark.pieces]
    return before + inside + [piece for mark in node.suffix for piece in mark.pieces]


def plain_text(nodes: Iterable[Node]) -> str:
    """How the nodes read: tabs and breaks as characters, fields as their last result."""
    parts = []
    for node in nodes:
        if isinstance(node, Text):
            parts.append(node.text)
        elif isinstance(node, Mark):
            parts.append(node.plain)
        else:
            parts.append(plain_text(node.nodes))
    return "".join(parts)


def base_of(nodes: Sequence[Node]) -> tuple[Element | None, Key] | None:
    """The formatting that most characters of these nodes have; None where there is no text."""
    if len(nodes) == 1:
        only = nodes[0]
        return (only.rpr, only.key) if isinstance(only, Text) else None
    weights: dict[Key, int] = {}
    properties: dict[Key, Element | None] = {}
    for node in nodes:
        if isinstance(node, Text):
            weights[node.key] = weights.get(node.key, 0) + len(node.text.strip()) * 4096 + 1
            properties.setdefault(node.key, node.rpr)
    if not weights:
        return None
    key = max(weights, key=lambda one: weights[one])
    return properties[key], key


def formatted(nodes: list[Node], base: tuple[Element | None, Key] | None = None) -> list[Node]:
    """The nodes with every text that differs from its neighbours' common look in a group.

    The look that most characters share, ``base`` where it is known already, needs no tag; it is
    found anew inside each container.
    """
    base = base or base_of(nodes)
    done: list[Node] = []
    current: Group | None = None
    waiting: list[Node] = []
    for node in nodes:
        if isinstance(node, Text) and base is not None and node.key != base[1]:
            if current is not None and current.key == node.key:
                current.nodes.extend(waiting)
                current.nodes.append(node)
            else:
                done.extend(waiting)
                current = Group(Wrap.FORMAT, None, [node], rpr=node.rpr, key=node.key)
                done.append(current)
            waiting = []
        elif isinstance(node, Mark) and current is not None:
            waiting.append(node)
        else:
            done.extend(waiting)
            waiting, current = [], None
            if isinstance(node, Group):
                node.nodes = formatted(node.nodes)
            done.append(node)
    done.extend(waiting)
    return done


def text_element(text: str) -> Element:
    """Text as ``w:t``, its white space kept."""
    element = etree.Element(T)
    say(element, text)
    return element


def say(element: Element, text: str) -> None:
    """Put text into a ``w:t``, its white space kept."""
    element.text = text
    if (
        text
        and (text[0].isspace() or text[-1].isspace() or "  " in text)
        and element.get(XML_SPACE) != "preserve"
    ):
        element.set(XML_SPACE, "preserve")


def text_pieces(text: str, rpr: Element | None, key: Key) -> list[Piece]:
    """Text as the elements of a run: ``w:t``, and the elements that Word has for single characters.

    A tab and a line feed become ``w:tab`` and ``w:br``.
    """
    return [
        Piece(
            etree.Element(CHARACTER_ELEMENTS[part])
            if part in CHARACTER_ELEMENTS
            else text_element(part),
            rpr,
            key,
            True,
        )
        for part in SPECIAL.split(text)
        if part
    ]
