"""Parts added to a Word file: content types, relationships and trees, settled when it is saved.

For what is written into a file that somebody else made: ``comments`` and ``threeway``. Nothing that
is there is renamed or dropped; a Strict file gets Strict relationships.

Source: ECMA-376 part 2, clauses 6.5 (relationships) and 7.2 (content types).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from lxml import etree

from documents.package import CONTENT_TYPES, Package, parse_xml, relationships_part
from documents.wml import Element, W
from documents.wordfile import WordFile

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_STRICT_W = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


class Additions:
    """What is added to one file. Its existing parts are changed through the ``WordFile`` itself."""

    def __init__(self, word: WordFile) -> None:
        self._word = word
        self._trees: dict[str, tuple[Element, str]] = {}
        self._relations: dict[str, Element] = {}
        self._strict = any(
            relationship.type.startswith(_STRICT)
            for relationship in word.package.relationships("/")
        )

    @property
    def strict(self) -> bool:
        """Whether the file is a Strict one."""
        return self._strict

    def part(self, type_: str, name: str, content_type: str, empty: Element) -> tuple[str, Element]:
        """The part that the main part reaches by a relationship of that type, made where missing.

        Gives its name and its root, which may be changed; the caller names existing parts to
        ``save``. ``name`` is the wish for a new part's last name.
        """
        kind = type_.rpartition("/")[2]
        found = self._word.related(kind)
        if found is not None:
            root = self._word.tree(found)
            if root is not None:
                return found, root
        for made, (root, said) in self._trees.items():
            if said == content_type:
                return made, root
        made = self._free(posixpath.join(posixpath.dirname(self._word.main), name))
        self._trees[made] = (empty, content_type)
        self.relate(self._word.main, type_, posixpath.basename(made))
        return made, empty

    def _free(self, name: str) -> str:
        stem, extension = posixpath.splitext(name)
        taken = {one.casefold() for one in (*self._word.package.parts, *self._trees)}
        number, found = 1, name
        while found.casefold() in taken:
            number += 1
            found = f"{stem}{number}{extension}"
        return found

    def relate(self, part: str, type_: str, target: str) -> str:
        """A new internal relationship of a part; its id."""
        if self._strict and type_.startswith(OFFICE):
            type_ = _STRICT + type_.removeprefix(OFFICE)
        root = self._relations_of(part)
        taken = {one.get("Id", "") for one in root}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        made = etree.SubElement(root, f"{{{_RELS}}}Relationship")
        for key, value in (("Id", f"rId{number}"), ("Type", type_), ("Target", target)):
            made.set(key, value)
        return f"rId{number}"

    def _relations_of(self, part: str) -> Element:
        if part not in self._relations:
            name = relationships_part(part)
            data = self._word.package.parts.get(name)
            self._relations[part] = (
                parse_xml(data, name)
                if data is not None
                else etree.Element(f"{{{_RELS}}}Relationships", None, {None: _RELS})
            )
        return self._relations[part]

    def save(self, changed: Iterable[str]) -> bytes:
        """The file with those of its parts written anew and with what was added."""
        own = sorted(one for one in set(changed) if one not in self._trees)
        data = self._word.save(own)
        if not self._trees and not self._relations:
            return data
        package = Package.read(data)
        parts = {name: self._written(root) for name, (root, _) in self._trees.items()}
        for part, root in self._relations.items():
            parts[relationships_part(part)] = _bytes(root)
        types = parse_xml(package.parts[CONTENT_TYPES], CONTENT_TYPES)
        for name, (_, kind) in self._trees.items():
            made = etree.SubElement(types, f"{{{_TYPES}}}Override")
            made.set("PartName", name)
            made.set("ContentType", kind)
        defaults = {one.get("Extension", "").casefold() for one in types}
        if "rels" not in defaults:
            made = etree.Element(f"{{{_TYPES}}}Default")
            made.set("Extension", "rels")
            made.set("ContentType", _RELS_TYPE)
            types.insert(0, made)
        parts[CONTENT_TYPES] = _bytes(types)
        return package.with_parts(parts).write()

    def _written(self, root: Element) -> bytes:
        data = _bytes(root)
        return data.replace(W.encode(), _STRICT_W) if self._strict else data


def _bytes(root: Element) -> bytes:
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data
