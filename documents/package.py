"""A Word file as an OPC package: its parts, their content types and relationships, in and out.

``Package`` is a value: reading proves the container (``container``), changing makes a new one,
writing gives the same bytes for the same parts. It does not judge what the parts say, that is
``intake``'s matter, and does not read text, that is ``reader``'s.

Source: ECMA-376 Part 2 (Open Packaging Conventions), 6.2, 6.5 and 7.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import unquote

from lxml import etree

from documents.container import (
    Inflater,
    Limits,
    NotADocxError,
    PackageDamagedError,
    PackageError,
    PackageLimitError,
    PackageNameError,
    PackageXmlError,
    check_name,
    entries,
)
from documents.errors import N_

__all__ = [
    "Limits",
    "NotADocxError",
    "Package",
    "PackageDamagedError",
    "PackageError",
    "PackageLimitError",
    "PackageNameError",
    "PackageXmlError",
    "Relationship",
    "has_doctype",
    "parse_xml",
    "relationships_part",
]

CONTENT_TYPES = "/[Content_Types].xml"
_TYPES_NS = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
_EPOCH = (1980, 1, 1, 0, 0, 0)
# Half the time of zlib’s own level 6, for a tenth more bytes.
_EFFORT = 5
# Already compressed: deflating them again costs time and gains nothing.
_COMPRESSED = (".png", ".jpg", ".jpeg", ".gif")
_ENCODINGS = frozenset({"utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})
_DECLARATION = re.compile(r"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


@dataclass(frozen=True, slots=True)
class Relationship:
    """One arrow from a part (or the package) to a part or an address outside."""

    id: str
    type: str
    """The type as the file has it, Strict or transitional."""
    target: str
    """The target as the file has it."""
    mode: str
    """``Internal`` or ``External``."""
    part: str | None
    """The part it leads to; ``None`` when it leads outside or nowhere."""

    @property
    def kind(self) -> str:
        """The last word of the type (``styles``, ``hyperlink``), alike in both conformances."""
        return self.type.rstrip("/").rpartition("/")[2]


class Package:
    """The parts of one Word file. Never changes; ``with_parts`` gives another."""

    __slots__ = ("_defaults", "_overrides", "_parts", "_rels")

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = MappingProxyType(dict(parts))
        self._defaults, self._overrides = _content_types(self._parts)
        self._rels: dict[str, tuple[Relationship, ...]] = {}

    @classmethod
    def read(cls, data: bytes, limits: Limits = Limits()) -> Package:  # noqa: B008 (frozen)
        """Unpack a .docx.

        Raises NotADocxError (another kind of file), PackageDamagedError (cut, encrypted,
        ambiguous), PackageLimitError (size, number, ratio) or PackageNameError.
        """
        inflater = Inflater(data, limits)
        parts = {
            entry.name: inflater.read(entry, limits.xml_part if is_xml(entry.name) else None)
            for entry in entries(data, limits)
        }
        if CONTENT_TYPES not in parts:
            raise NotADocxError(
                "not-word", N_("This is not a Word file. Open it in Word and save it as .docx.")
            )
        return cls(parts)

    @property
    def parts(self) -> Mapping[str, bytes]:
        """Every part by name (with leading ``/``), in file order; the content types are one."""
        return self._parts

    def xml(self, name: str) -> etree._Element:
        """The root of an XML part, freshly parsed. KeyError if there is no such part.

        Raises PackageXmlError: not well formed, a DTD, an encoding that Word does not write.
        """
        return parse_xml(self._parts[name], name)

    def with_parts(self, changes: Mapping[str, bytes | None]) -> Package:
        """The package with parts replaced, added at the end, or (``None``) taken out.

        Content types and relationships are parts like others: the caller changes them.
        """
        parts = dict(self._parts)
        for name, data in changes.items():
            if data is None:
                parts.pop(name, None)
            else:
                check_name(name)
                parts[name] = data
        return Package(parts)

    def content_type(self, name: str) -> str | None:
        """The declared content type of a part (ECMA-376 Part 2, 7.2.3), or ``None``."""
        found = self._overrides.get(name.casefold())
        if found is not None:
            return found
        return self._defaults.get(posixpath.splitext(name)[1].lstrip(".").casefold())

    def relationships(self, source: str = "/") -> tuple[Relationship, ...]:
        """The relationships of a part, in file order; ``"/"`` gives the package's own.

        A relationship that leads to no part is kept, with ``part=None``.
        """
        if source not in self._rels:
            self._rels[source] = self._read_relationships(source)
        return self._rels[source]

    def _read_relationships(self, source: str) -> tuple[Relationship, ...]:
        name = relationships_part(source)
        if name not in self._parts:
            return ()
        found: list[Relationship] = []
        for item in self.xml(name).iter(f"{{{_RELS_NS}}}Relationship"):
            target, mode = item.get("Target", ""), item.get("TargetMode", "Internal")
            part = None
            if mode != "External":
                part = self._find(resolve(source, target))
            found.append(Relationship(item.get("Id", ""), item.get("Type", ""), target, mode, part))
        return tuple(found)

    def _find(self, name: str) -> str | None:
        if name in self._parts:
            return name
        # Part names are equal without regard to case (ECMA-376 Part 2, 6.2.2.3).
        folded = name.casefold()
        return next((part for part in self._parts if part.casefold() == folded), None)

    @property
    def main_part(self) -> str:
        """The part that holds the body. Raises NotADocxError when there is none."""
        for relationship in self.relationships("/"):
            if relationship.kind == "officeDocument" and relationship.part is not None:
                return relationship.part
        raise NotADocxError(
            "not-word", N_("This is not a Word file. Open it in Word and save it as .docx.")
        )

    def write(self) -> bytes:
        """The package as bytes: the same parts always give the same bytes.

        Content types first, the package's relationships second, the rest in order; every time
        stamp is 1980-01-01, the zero of zip.
        """
        first = [name for name in (CONTENT_TYPES, "/_rels/.rels") if name in self._parts]
        rest = [name for name in self._parts if name not in first]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in first + rest:
                info = zipfile.ZipInfo(name[1:], _EPOCH)
                info.create_system = 0
                info.external_attr = 0
                stored = name.lower().endswith(_COMPRESSED)
                info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                archive.writestr(info, self._parts[name], compresslevel=_EFFORT)
        return out.getvalue()


def relationships_part(source: str) -> str:
    """The part that holds the relationships of ``source`` (``"/"`` is the package)."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def resolve(source: str, target: str) -> str:
    """The part name that ``target`` means when ``source`` says it."""
    path = unquote(target.partition("#")[0]).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(source), path))


def is_xml(name: str) -> bool:
    """Whether a part of this name is XML by its extension."""
    return name.lower().endswith((".xml", ".rels", ".vml"))


def parse_xml(data: bytes, name: str = "") -> etree._Element:
    """Parse one part: no network, no entities, no DTD, depth and text limits of libxml2.

    Raises PackageXmlError naming the part.
    """
    encoding_fault = _encoding_fault(data)
    if encoding_fault:
        raise _bad_xml(name, encoding_fault)
    if has_doctype(data):
        raise _doctype(name)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _bad_xml(name, str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(name)
    return root


def _bad_xml(name: str, detail: str) -> PackageXmlError:
    return PackageXmlError(
        "bad-xml",
        N_(
            "Part {part} of the file cannot be read. Open the file in Word, let Word repair it, "
            "and save it again as .docx."
        ),
        part=name,
        detail=detail,
    )


def _doctype(name: str) -> PackageXmlError:
    return PackageXmlError(
        "dtd",
        N_(
            "Part {part} declares a document type, which Word never does. Open the file in Word "
            "and save it under a new name as .docx."
        ),
        part=name,
    )


def _decoded(data: bytes) -> str:
    """The text for looking at its prolog; UTF-16 with or without a mark, else byte by byte."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if data[1:2] == b"\0":
        return data.decode("utf-16-le", "replace")
    if data[:1] == b"\0":
        return data.decode("utf-16-be", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _encoding_fault(data: bytes) -> str:
    head = _decoded(data[:1024]).lstrip()
    if not head.startswith("<"):
        return "not XML"
    declared = _DECLARATION.match(head)
    if declared and declared[1].lower() not in _ENCODINGS:
        return f"encoding {declared[1]}"
    return ""


def has_doctype(data: bytes) -> bool:
    """Whether the prolog of an XML part has a DOCTYPE, in UTF-8 or UTF-16.

    Looked for before parsing: lxml expands entities in attributes whatever it is told.
    """
    text = _decoded(data)
    at = 0
    while True:
        at = text.find("<", at)
        if at < 0:
            return False
        if text.startswith("<!--", at):
            at = text.find("-->", at)
        elif text.startswith("<?", at):
            at = text.find("?>", at)
        else:
            return text.startswith("<!", at)
        if at < 0:
            return False


def _content_types(parts: Mapping[str, bytes]) -> tuple[dict[str, str], dict[str, str]]:
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    if CONTENT_TYPES in parts:
        for item in parse_xml(parts[CONTENT_TYPES], CONTENT_TYPES):
            value = item.get("ContentType", "")
            if item.tag == f"{{{_TYPES_NS}}}Default":
                defaults.setdefault(item.get("Extension", "").casefold(), value)
            elif item.tag == f"{{{_TYPES_NS}}}Override":
                overrides.setdefault(item.get("PartName", "").casefold(), value)
    return defaults, overrides
