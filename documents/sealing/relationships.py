"""Relationship parts: read strictly, written one way only, and transformed for signing.

The transform is that of ECMA-376 Part 2, 10.4.9 (Relationships Digital Signature Transform
Algorithm) as the Office programs run it. Where a part's relationships lie is ``package``'s.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from lxml import etree

from documents.errors import N_
from documents.sealing.c14n import canonical_root, parse, tag
from documents.sealing.errors import PackageError
from documents.sealing.names import RELATIONSHIPS

XML_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPECIAL = re.compile('[&<>"\t\n\r]')
_ATTRIBUTES = frozenset({"Id", "Type", "Target", "TargetMode"})


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship; ``mode`` is what the file says, None where it says nothing."""

    id: str
    type: str
    target: str
    mode: str | None

    @property
    def external(self) -> bool:
        """Whether the target lies outside the package."""
        return self.mode == "External"


def read(data: bytes, part: str) -> tuple[Relationship, ...]:
    """Read a relationships part; raise ``PackageError`` or ``XmlError`` where it is not plain."""
    root = parse(data, part)
    if root.tag != tag(RELATIONSHIPS, "Relationships") or root.attrib:
        raise _odd(part)
    found: dict[str, Relationship] = {}
    for node in root:
        if (
            node.tag != tag(RELATIONSHIPS, "Relationship")
            or len(node)
            or (node.text or "").strip()
            or not set(node.attrib) <= _ATTRIBUTES
            or not {"Id", "Type", "Target"} <= set(node.attrib)
            or node.get("TargetMode") not in (None, "Internal", "External")
        ):
            raise _odd(part)
        relationship = Relationship(
            node.attrib["Id"], node.attrib["Type"], node.attrib["Target"], node.get("TargetMode")
        )
        if relationship.id in found:
            raise PackageError(
                N_(
                    "The part {part} names the relationship {id} twice. "
                    "Ask the sender for the file as Word saved it."
                ),
                part=part,
                id=relationship.id,
            )
        found[relationship.id] = relationship
    return tuple(found.values())


def write(relationships: Iterable[Relationship]) -> bytes:
    """Write a relationships part in its one form: sorted by Id as strings, no white space.

    LibreOffice and xmlsec digest the white space between relationships although the transform
    drops it, so there must be none.
    """
    return XML_DECLARATION + _text(relationships, implied=False).encode()


def transform(relationships: Iterable[Relationship], ids: Collection[str]) -> bytes:
    """Give the bytes that a signature digests for the relationships with these ``ids``.

    Keeps the listed relationships, sorts them by Id as strings (rId10 before rId2), says
    ``TargetMode="Internal"`` where nothing is said, and drops everything else.
    """
    kept = (relationship for relationship in relationships if relationship.id in ids)
    return canonical_root(etree.fromstring(_text(kept, implied=True)))


def _text(relationships: Iterable[Relationship], *, implied: bool) -> str:
    lines = [f'<Relationships xmlns="{RELATIONSHIPS}">']
    for one in sorted(relationships, key=lambda relationship: relationship.id):
        # Saying "Internal" and saying nothing are the same to a signature: one form says nothing.
        mode = "External" if one.external else ("Internal" if implied else None)
        lines.append(
            f"<Relationship Id={_quote(one.id)} Type={_quote(one.type)} Target={_quote(one.target)}"
            + (f" TargetMode={_quote(mode)}" if mode else "")
            + "/>"
        )
    return "".join([*lines, "</Relationships>"])


def _quote(value: str) -> str:
    if not _SPECIAL.search(value):
        return f'"{value}"'
    return quoteattr(value, {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})


def _odd(part: str) -> PackageError:
    return PackageError(
        N_(
            "The part {part} holds something else than relationships. "
            "Ask the sender for the file as Word saved it."
        ),
        part=part,
    )
