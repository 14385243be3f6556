"""A Word file opened for reading or editing: its parts as trees, its stories, its links.

Strict files (ISO 29500 strict namespaces) are read and written through the transitional names: the
namespaces are exchanged in the bytes on the way in and back on the way out, so that every other
module knows one vocabulary. A relationship that leads nowhere is passed over.

What a file may contain at all is ``intake``'s matter; zip and parser are ``package``'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from documents.container import CEILING
from documents.package import Package, parse_xml
from documents.wml import (
    ID,
    R_ID,
    Element,
    Located,
    R,
    Story,
    StoryPart,
    StyleSheet,
    W,
    on,
    w,
    walk,
)

_STRICT = b"http://purl.oclc.org/ooxml/"
_NAMESPACES: tuple[tuple[bytes, bytes], ...] = (
    (_STRICT + b"wordprocessingml/main", W.encode()),
    (_STRICT + b"officeDocument/relationships", R.encode()),
    (
        _STRICT + b"officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
    (
        _STRICT + b"drawingml/wordprocessingDrawing",
        b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    ),
    (
        _STRICT + b"drawingml/main",
        b"http://schemas.openxmlformats.org/drawingml/2006/main",
    ),
    (
        _STRICT + b"drawingml/picture",
        b"http://schemas.openxmlformats.org/drawingml/2006/picture",
    ),
)


_MARGINS = frozenset({"header", "footer"})


class Link(NamedTuple):
    """One relationship: ``kind`` is the last word of its type; a target is a part or an address."""

    kind: str
    target: str
    external: bool


class WordFile:
    """A package with its parts parsed on demand.

    Raises ``DocumentError`` (a ``PackageError``) when the bytes are no Word file.
    """

    def __init__(self, data: bytes) -> None:
        self.package = Package.read(data, CEILING)
        self._trees: dict[str, Element | None] = {}
        self._strict: set[str] = set()
        self._links: dict[str, dict[str, Link]] = {}
        self._styles: StyleSheet | None = None
        self._stories: Sequence[StoryPart] | None = None
        self._paragraphs: Sequence[Located] | None = None
        self.data = data
        self.main = self.package.main_part

    def has(self, part: str) -> bool:
        """Whether the package holds that part."""
        return part in self.package.parts

    def tree(self, part: str) -> Element | None:
        """The root element of a part in transitional names; None for a part that is not there."""
        if part not in self._trees:
            data = self.package.parts.get(part)
            if data is not None and _STRICT in data:
                self._strict.add(part)
                data = _exchanged(data, to_strict=False)
            self._trees[part] = parse_xml(data, part) if data is not None else None
        return self._trees[part]

    def replace(self, part: str, root: Element) -> None:
        """Put another root in the place of a part's root."""
        self._trees[part] = root
        self._stories = self._paragraphs = None

    def links(self, part: str) -> dict[str, Link]:
        """The relationships of a part (of the package for ``/``) by id, without dangling ones."""
        known = self._links.get(part)
        if known is None:
            known = self._links[part] = {}
            for found in self.package.relationships(part):
                target = found.target if found.mode == "External" else found.part
                if target is not None:
                    known[found.id] = Link(found.kind, target, found.mode == "External")
        return known

    def related(self, kind: str) -> str | None:
        """The part that the main part reaches by a relationship of that kind, if it is there."""
        for relationship in self.links(self.main).values():
            if relationship.kind == kind and not relationship.external:
                return relationship.target
        return None

    @property
    def styles(self) -> StyleSheet:
        """The document's styles; an empty sheet when there are none."""
        if self._styles is None:
            styles, numbering = self.related("styles"), self.related("numbering")
            self._styles = StyleSheet(
                self.tree(styles) if styles is not None else None,
                self.tree(numbering) if numbering is not None else None,
            )
        return self._styles

    def title_element(self) -> tuple[str, Element] | None:
        """The part and the element that hold the document's title (Dublin Core)."""
        for relationship in self.links("/").values():
            if relationship.kind == "core-properties":
                root = self.tree(relationship.target)
                if root is not None:
                    found = root.find("{http://purl.org/dc/elements/1.1/}title")
                    if found is not None:
                        return relationship.target, found
        return None

    def stories(self) -> Sequence[StoryPart]:
        """Body, headers, footers, footnotes, endnotes; headers in the order of their sections.

        Notes come in the order of their references; notes without one are nobody's text and do not
        come. The separators between notes are no stories.
        """
        if self._stories is None:
            self._stories = tuple(self._find_stories())
        return self._stories

    def _find_stories(self) -> Iterator[StoryPart]:
        root = self.tree(self.main)
        body = root.find(w("body")) if root is not None else None
        if body is None:
            return
        yield StoryPart(Story.BODY, self.main, body)
        for story, name in ((Story.HEADER, "headerReference"), (Story.FOOTER, "footerReference")):
            yield from self._margins(body, story, name)
        for story, name in ((Story.FOOTNOTE, "footnote"), (Story.ENDNOTE, "endnote")):
            yield from self._notes(body, story, name)

    def _margins(self, body: Element, story: Story, name: str) -> Iterator[StoryPart]:
        links = self.links(self.main)
        seen: set[str] = set()
        settings_part = self.related("settings")
        settings = self.tree(settings_part) if settings_part is not None else None
        even = settings is not None and bool(on(settings.find(w("evenAndOddHeaders"))))
        sections = {section: number for number, section in enumerate(body.iter(w("sectPr")))}
        for reference in body.iter(w(name)):
            link = links.get(reference.get(R_ID, ""))
            if link is None or link.external or link.target in {*seen, self.main}:
                continue
            if link.kind not in _MARGINS:
                continue
            root = self.tree(link.target)
            section = reference.getparent()
            if root is None or section is None:
                continue
            seen.add(link.target)
            pages = reference.get(w("type"), "default")
            shown = pages == "default" or (
                even if pages == "even" else bool(on(section.find(w("titlePg"))))
            )
            place = f"{sections.get(section, 0)} {pages}"
            yield StoryPart(story, link.target, root, shown, place)

    def _notes(self, body: Element, story: Story, name: str) -> Iterator[StoryPart]:
        part = self.related(f"{name}s")
        root = self.tree(part) if part is not None else None
        if part is None or root is None:
            return
        notes = {note.get(ID, ""): note for note in root.findall(w(name))}
        for reference in body.iter(w(f"{name}Reference")):
            note = notes.pop(reference.get(ID, ""), None)
            if note is not None and note.get(w("type"), "normal") == "normal":
                yield StoryPart(story, part, note)

    def paragraphs(self) -> Sequence[Located]:
        """Every paragraph of every story, in reading order."""
        if self._paragraphs is None:
            self._paragraphs = tuple(
                located
                for story in self.stories()
                for located in walk(story.root, story.story, story.part, story.shown)
            )
        return self._paragraphs

    def story_roots(self) -> Iterator[tuple[str, Element]]:
        """Every part that holds story paragraphs, also those that no section refers to."""
        kinds = _MARGINS | {"footnotes", "endnotes"}
        parts = {self.main: None}
        for relationship in self.links(self.main).values():
            if relationship.kind in kinds and not relationship.external:
                parts[relationship.target] = None
        for part in parts:
            root = self.tree(part)
            if root is not None:
                yield part, root

    def save(self, changed: Iterable[str]) -> bytes:
        """The package with those parts written anew and every other part byte for byte."""
        written: dict[str, bytes] = {}
        for part in changed:
            root = self.tree(part)
            if root is None:
                continue
            data: bytes = etree.tostring(
                root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True
            )
            written[part] = _exchanged(data, to_strict=True) if part in self._strict else data
        return self.package.with_parts(written).write() if written else self.data


def _exchanged(data: bytes, *, to_strict: bool) -> bytes:
    for strict, transitional in _NAMESPACES:
        old, new = (transitional, strict) if to_strict else (strict, transitional)
        for quote in (b'"', b"'"):
            data = data.replace(quote + old + quote, quote + new + quote)
    return data


def target_of(links: Mapping[str, Link], element: Element | None) -> str:
    """Where a ``w:hyperlink`` leads: an address, ``#bookmark``, both; else nothing."""
    if element is None or element.tag != w("hyperlink"):
        return ""
    link = links.get(element.get(R_ID, ""))
    address = link.target if link is not None else ""
    anchor = element.get(w("anchor"), "")
    return f"{address}#{anchor}" if anchor else address
