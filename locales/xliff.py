"""Writes and reads XLIFF 2.1 and 1.2, so that a translator can work in any tool and bring it back.

Files that come back are never trusted: any document type is refused, nothing is loaded from
anywhere, and size and number of sentences are limited. What is taken of a file is decided by
``locales.exchange.compare``; the two formats are in ``xliff1`` and ``xliff2``, their inline tags in
``xliff_inline``.
"""

from __future__ import annotations

from enum import StrEnum
from xml.parsers import expat

from lxml import etree

from locales import xliff1, xliff2
from locales.errors import N_
from locales.exchange import ExchangeError, Sheet

LARGEST = 32 * 1024 * 1024
"""Bytes of a file that is read."""
MOST = 50_000
"""Sentences of a file that is read."""
_PIECE = 1 << 16


class Version(StrEnum):
    """The two versions that are written; 2.0 is read as 2.1."""

    V1 = "1.2"
    V2 = "2.1"


class XliffError(ExchangeError):
    """A file is no XLIFF file that can be taken in."""


def write(sheet: Sheet, version: Version = Version.V2, *, copied: bool = False) -> bytes:
    """Write a sheet; the same sheet always gives the same bytes.

    ``copied`` (1.2 only) puts the source into every target, as tools want it that translate what
    stands in the target (OmegaT); a translation that is there becomes a candidate beside it.

    Raises ``XliffError`` where there is no sentence: XLIFF has no empty files.
    """
    if not sheet.rows:
        raise XliffError(N_("There is no sentence to export."))
    root = xliff1.write(sheet, copied=copied) if version is Version.V1 else xliff2.write(sheet)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written + b"\n"


def read(data: bytes, name: str) -> Sheet:
    """Read a file of either version, called ``name`` in messages. Raises ``XliffError``."""
    if len(data) > LARGEST:
        raise XliffError(
            N_("{name} is larger than {limit} MB and is not read."),
            name=name,
            limit=LARGEST // (1024 * 1024),
        )
    _refuse_document_type(data, name)
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise _broken(name, str(fault)) from fault
    if root.tag == f"{{{xliff2.NAMESPACE}}}xliff":
        sheet = xliff2.read(root)
    elif root.tag == f"{{{xliff1.NAMESPACE}}}xliff":
        sheet = xliff1.read(root)
    else:
        raise _broken(name, f"<{etree.QName(root).localname}>")
    if len(sheet.rows) + len(sheet.strange) > MOST:
        raise XliffError(
            N_("{name} has more than {limit} sentences and is not read."), name=name, limit=MOST
        )
    if not sheet.rows:
        raise XliffError(
            N_("{name} has no sentence of ours. Bring back the file that was exported."), name=name
        )
    return sheet


def _broken(name: str, reason: str) -> XliffError:
    return XliffError(
        N_(
            "{name} is no XLIFF 1.2, 2.0 or 2.1 file: {reason}. Bring back the file that was "
            "exported."
        ),
        name=name,
        reason=reason,
    )


def _refuse_document_type(data: bytes, name: str) -> None:
    """Look at the prolog before anything else does: a document type could declare entities."""
    parser = expat.ParserCreate()
    begun: list[str] = []
    declared: list[str] = []
    parser.StartElementHandler = lambda tag, _: begun.append(tag)
    parser.StartDoctypeDeclHandler = lambda *found: declared.append(found[0])
    at = 0
    try:
        while at < len(data) and not begun and not declared:
            parser.Parse(data[at : at + _PIECE], False)
            at += _PIECE
    except expat.ExpatError as fault:
        if not begun and not declared:
            raise _broken(name, str(fault)) from fault
    if declared:
        raise XliffError(
            N_("{name} declares a document type and is refused. Export it again."), name=name
        )
    if not begun:
        raise _broken(name, "–")
