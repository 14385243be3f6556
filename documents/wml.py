"""WordprocessingML as this package sees it: stories, paragraphs in order, styles, links.

One ``WordFile`` wraps one package: it parses a part once, says which stories it has (body, headers,
footers, footnotes, endnotes) and walks their paragraphs, each text box once. Callers of the package
never see an lxml element: they use ``reader``, ``segments``, ``digest``, ``identity``, ``redline``.
The zip itself, its limits and the hardened parser are in ``package``.

Source: ECMA-376 part 1, clauses 17.2 (body), 17.4 (tables), 17.7 (styles), 17.10 (headers), 17.11
(notes); part 3 (markup compatibility).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from lxml import etree

Element = etree._Element

ParagraphId = NewType("ParagraphId", str)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
DC = "http://purl.org/dc/elements/1.1/"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def w(name: str) -> str:
    """The Clark name of a WordprocessingML element or attribute."""
    return f"{{{W}}}{name}"


P, R_, T, TBL, TR, TC = w("p"), w("r"), w("t"), w("tbl"), w("tr"), w("tc")
PPR, RPR, VAL, ID = w("pPr"), w("rPr"), w("val"), w("id")
SDT, SDT_CONTENT, TEXT_BOX = w("sdt"), w("sdtContent"), w("txbxContent")
ALTERNATE, CHOICE, FALLBACK = f"{{{MC}}}AlternateContent", f"{{{MC}}}Choice", f"{{{MC}}}Fallback"
PARA_ID, R_ID = f"{{{W14}}}paraId", f"{{{R}}}id"
_STYLE, _OUTLINE, _NUMBERING = w("pStyle"), w("outlineLvl"), w("numPr")
UNREAD = frozenset({w("del"), w("moveFrom"), PPR, RPR, w("sectPr")})


class Story(StrEnum):
    """Where a paragraph lives."""

    BODY = "body"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"
    TEXT_BOX = "text box"
    TITLE = "title"


class Kind(StrEnum):
    """What a paragraph is to its reader."""

    HEADING = "heading"
    LIST = "list"
    QUOTE = "quote"
    CELL = "cell"
    BODY = "body"


@dataclass(frozen=True, slots=True, eq=False)
class StoryPart:
    """One story: ``root`` holds its blocks.

    ``shown`` is false for a first-page or even-page header that the settings keep from being shown.
    """

    story: Story
    part: str
    root: Element
    shown: bool = True
    place: str = ""
    """Of a header or footer: the number of its section and the pages it is for."""


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """A paragraph where it stands. ``mirrors`` are its copies in the fallback of a text box."""

    element: Element
    story: Story
    part: str
    in_cell: bool
    shown: bool
    mirrors: tuple[Element, ...] = ()


def on(element: Element | None) -> bool | None:
    """The value of an on/off property (clause 17.17.4); None where the element is absent."""
    if element is None:
        return None
    return element.get(VAL, "true") not in ("0", "false", "off", "none")


def walk(root: Element, story: Story, part: str, shown: bool = True) -> Iterator[Located]:
    """The paragraphs under ``root`` in reading order, a text box after the paragraph that holds it.

    Of an ``mc:AlternateContent`` only the first choice is read; when the fallback holds as many
    paragraphs, each is the mirror of its twin. Deleted and moved-away content is passed over.
    """
    yield from _walk(root, story, part, shown, False)


def _walk(root: Element, story: Story, part: str, shown: bool, in_cell: bool) -> Iterator[Located]:
    for child in root:
        tag = child.tag
        if tag == P:
            yield Located(child, story, part, in_cell, shown)
            if next(child.iter(TEXT_BOX), None) is not None:
                yield from _walk(child, Story.TEXT_BOX, part, shown, False)
        elif tag == ALTERNATE:
            yield from _alternate(child, story, part, shown, in_cell)
        elif isinstance(tag, str) and tag not in UNREAD and len(child):
            yield from _walk(child, story, part, shown, in_cell or tag == TC)


def _alternate(
    node: Element, story: Story, part: str, shown: bool, in_cell: bool
) -> Iterator[Located]:
    choice, fallback = node.find(CHOICE), node.find(FALLBACK)
    first = choice if choice is not None else fallback
    if first is None:
        return
    found = list(_walk(first, story, part, shown, in_cell))
    spare = (
        list(_walk(fallback, story, part, shown, in_cell))
        if fallback is not None and first is not fallback
        else []
    )
    if not found:
        yield from spare
    elif len(found) != len(spare):
        yield from found
    else:
        for one, twin in zip(found, spare, strict=True):
            mirrors = (*one.mirrors, twin.element, *twin.mirrors)
            yield Located(one.element, one.story, part, one.in_cell, shown, mirrors)


@dataclass(frozen=True, slots=True)
class Style:
    """What this package reads of a style, its ``basedOn`` chain resolved."""

    name: str
    outline: int | None
    number: str | None
    list_level: int | None
    bold: bool | None
    italic: bool | None


_PLAIN = Style("", None, None, None, None, None)
_HEADING = re.compile(r"(?:heading|titre|überschrift|rubrik)\s*([1-9])$", re.IGNORECASE)
_QUOTES = frozenset({"quote", "intense quote", "block text", "quotations", "citation"})


class StyleSheet:
    """The styles of a document by id, and the numbers of its lists."""

    def __init__(self, root: Element | None, numbering: Element | None) -> None:
        self._lists = {
            one.get(w("numId"))
            for one in (numbering.findall(w("num")) if numbering is not None else ())
        }
        self._elements: dict[str, Element] = {}
        self._known: dict[str, Style] = {}
        self._roles: dict[tuple[str, bool], tuple[Kind, int]] = {}
        """The roles that a style alone gives, in and out of a table cell."""
        self.default = ""
        for element in root.findall(w("style")) if root is not None else ():
            style_id = element.get(w("styleId"), "")
            self._elements.setdefault(style_id, element)
            if element.get(w("type")) == "paragraph" and element.get(w("default")) in ("1", "true"):
                self.default = style_id

    def get(self, style_id: str | None) -> Style:
        """The style of that id with what it inherits; a plain one for an unknown id."""
        return self._resolve(style_id or "", frozenset())

    def _resolve(self, style_id: str, seen: frozenset[str]) -> Style:
        known = self._known.get(style_id)
        if known is not None:
            return known
        element = self._elements.get(style_id)
        if element is None or style_id in seen:
            return _PLAIN
        based = element.find(w("basedOn"))
        parent_id = based.get(VAL, "") if based is not None else ""
        parent = self._resolve(parent_id, seen | {style_id})
        name = element.find(w("name"))
        ppr, rpr = element.find(PPR), element.find(RPR)
        number, level = _numbering(ppr)
        bold = on(rpr.find(w("b"))) if rpr is not None else None
        italic = on(rpr.find(w("i"))) if rpr is not None else None
        outline = _outline(ppr)
        style = Style(
            name=name.get(VAL, "") if name is not None else "",
            outline=parent.outline if outline is None else outline,
            number=parent.number if number is None else number,
            list_level=parent.list_level if level is None else level,
            bold=parent.bold if bold is None else bold,
            italic=parent.italic if italic is None else italic,
        )
        self._known[style_id] = style
        return style

    def of(self, paragraph: Element) -> Style:
        """The style of a paragraph: the named one, else the default."""
        return self.get(style_id(paragraph) or self.default)

    def role(self, paragraph: Element, in_cell: bool) -> tuple[Kind, int]:
        """Kind and level: heading 0 (the title) to 9, list 1 to 9, otherwise level 0.

        A number that the document does not define makes no list.
        """
        ppr = next(paragraph.iterchildren(PPR), None)
        style_id = self.default
        if ppr is not None:
            named = ppr.find(_STYLE)
            style_id = (named.get(VAL) if named is not None else None) or style_id
            outline = _outline(ppr)
            number, level = _numbering(ppr)
            if outline is not None or number is not None or level is not None:
                return self._role(self.get(style_id), outline, number, level, in_cell)
        known = self._roles.get((style_id, in_cell))
        if known is None:
            known = self._role(self.get(style_id), None, None, None, in_cell)
            self._roles[style_id, in_cell] = known
        return known

    def _role(
        self,
        style: Style,
        outline: int | None,
        number: str | None,
        level: int | None,
        in_cell: bool,
    ) -> tuple[Kind, int]:
        if outline is None:
            outline = style.outline
        if outline is not None and 0 <= outline < 9:
            return Kind.HEADING, outline + 1
        name = style.name.casefold()
        if name == "title":
            return Kind.HEADING, 0
        heading = _HEADING.match(name)
        if heading is not None and outline is None:
            return Kind.HEADING, int(heading.group(1))
        if number is None:
            number = style.number
        if level is None:
            level = style.list_level or 0
        if number in self._lists and number != "0":
            return Kind.LIST, level + 1
        if name in _QUOTES:
            return Kind.QUOTE, 0
        return (Kind.CELL if in_cell else Kind.BODY), 0


def style_id(paragraph: Element) -> str | None:
    """The id of the paragraph's named style."""
    ppr = paragraph.find(PPR)
    named = ppr.find(_STYLE) if ppr is not None else None
    return named.get(VAL) if named is not None else None


def _integer(element: Element | None) -> int | None:
    text = element.get(VAL, "") if element is not None else ""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None


def _outline(ppr: Element | None) -> int | None:
    return _integer(ppr.find(_OUTLINE)) if ppr is not None else None


def _numbering(ppr: Element | None) -> tuple[str | None, int | None]:
    numpr = ppr.find(_NUMBERING) if ppr is not None else None
    if numpr is None:
        return None, None
    number = numpr.find(w("numId"))
    return (number.get(VAL) if number is not None else None), _integer(numpr.find(w("ilvl")))
