"""Reads XML that nobody vouches for, and canonicalises one element the way verifiers do.

Canonical XML 1.0 without comments (https://www.w3.org/TR/2001/REC-xml-c14n-20010315), on a whole
element and never on a hand-picked node set. Which elements are digested is ``sign``'s and
``envelope``'s.
"""

from __future__ import annotations

import re

from lxml import etree

from documents.errors import N_
from documents.sealing.errors import XmlError
from documents.sealing.names import XML

# Word's parts are UTF-8; a part that steers the file in another encoding has no honest reason.
_DECLARED = re.compile(
    rb"\A(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']"
)
MAX_STEERING = 2 * 1024 * 1024
"""Bytes of a part that steers the file: content types, relationships, a signature."""

# An entity is declared inside a document type, so one mark finds both.
_MARK = "<!DOCTYPE"
_PLAIN_MARK = _MARK.encode()
_WIDE_MARKS = (_MARK.encode("utf-16-le"), _MARK.encode("utf-16-be"))


_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    attribute_defaults=False,
    huge_tree=False,
    remove_comments=False,
    remove_pis=False,
    strip_cdata=False,
)


def refuse_declarations(data: bytes, part: str) -> None:
    """Raise ``XmlError`` where a part declares a document type or entities, in any encoding."""
    wide = b"\0" in data and any(mark in data for mark in _WIDE_MARKS)
    if wide or _PLAIN_MARK in data:
        raise XmlError(
            N_(
                "The part {part} declares a document type or entities, which no Word file needs. "
                "Ask the sender for the file as Word saved it."
            ),
            part=part,
        )


def parse(data: bytes, part: str, limit: int = MAX_STEERING) -> etree._Element:
    """Parse one XML part that nobody vouches for and give its root.

    Raises ``XmlError`` on more than ``limit`` bytes, on anything but UTF-8, on a document type, an
    entity, or bad XML.
    """
    if len(data) > limit:
        raise XmlError(
            N_("The part {part} is {size} bytes when unpacked, more than is allowed."),
            part=part,
            size=len(data),
        )
    refuse_declarations(data, part)
    refuse_foreign_encoding(data, part)
    try:
        data.decode("utf-8")
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _malformed(part) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _malformed(part)
    return root


def refuse_foreign_encoding(data: bytes, part: str) -> None:
    """Raise ``XmlError`` where the bytes of a part cannot be read as UTF-8 markup."""
    declared = _DECLARED.match(data)
    foreign = declared and declared.group(1).lower() not in (b"utf-8", b"us-ascii")
    if foreign or b"\0" in data:
        raise _malformed(part)


def canonical(element: etree._Element) -> bytes:
    """Give the canonical form of ``element`` as a document subset that is this element.

    The element is reparsed alone first: lxml canonicalises an element in its tree with a false
    ``xmlns=""`` on grandchildren, and a signer and a verifier that share the fault agree with
    each other and with nobody else. Serialising copies the namespaces in scope, as inclusive
    canonicalisation demands. Attributes ``xml:*`` of ancestors would have to come along too and
    are refused before (``envelope``).
    """
    alone = etree.fromstring(etree.tostring(element, with_tail=False), _PARSER)
    return canonical_root(alone)


def canonical_root(root: etree._Element) -> bytes:
    """Give the canonical form of an element that is the root of its own document."""
    return etree.tostring(root, method="c14n", exclusive=False, with_comments=False)


def tag(namespace: str, name: str) -> str:
    """Give a qualified name in lxml's notation."""
    return f"{{{namespace}}}{name}"


def has_xml_attributes(element: etree._Element) -> bool:
    """Say whether an element or anything in it carries an attribute of the namespace xml."""
    prefix = f"{{{XML}}}"
    return any(
        isinstance(name, str) and name.startswith(prefix)
        for node in element.iter(etree.Element)
        for name in node.attrib
    )


def _malformed(part: str) -> XmlError:
    return XmlError(
        N_("The part {part} is not well-formed XML in UTF-8. The file is damaged."), part=part
    )
