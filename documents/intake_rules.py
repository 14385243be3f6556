"""What the sentences of intake are, and what in a package calls for which.

The whole of intake's law in one process: ``inspect_here`` reads a file and gives its report. Only
the standard library and no tree: parts are inflated and parsed as a stream, so that memory stays
flat whatever the file holds. ``intake`` runs this in a child process; ``intake_story`` reads the
text of the parts.

Sources: ECMA-376 Part 1 (17, WordprocessingML; 17.16, fields), Part 2 (packages), Part 4 (VML).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from urllib.parse import unquote
from xml.parsers import expat

from documents.container import (
    Entry,
    Inflater,
    Limits,
    NotADocxError,
    PackageError,
    PackageLimitError,
    entries,
)
from documents.errors import N_
from documents.findings import Finding, Report
from documents.intake_story import Start, Story, StyleNames
from documents.intake_words import SENTENCES, Notes, file_name, is_allowed_link

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types "
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships "
_SVG = "image/svg+xml"
_ENCODINGS = frozenset({"utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TEMPLATE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_MACRO_TYPE = re.compile(r"macroenabled|vbaproject|vbadata|attachedtoolbars", re.IGNORECASE)
_ACTIVE_TYPE = re.compile(r"activex|ms-office\.webextension", re.IGNORECASE)
_OLE_TYPE = re.compile(r"oleobject|application/x-ole|msword|ms-excel$|ms-powerpoint$", re.I)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|\\\\|//")

# Relationship kinds (the type's last word, in small letters) that are refused wherever they lead.
_REFUSED_KINDS: Mapping[str, str] = {
    "vbaproject": "macros",
    "wordvbadata": "macros",
    "attachedtoolbars": "macros",
    "extensibility": "active-content",
    "control": "active-content",
    "activexcontrolbinary": "active-content",
    "webextensiontaskpanes": "active-content",
    "webextension": "active-content",
    "afchunk": "alt-chunk",
    "subdocument": "sub-document",
    "oleobject": "embedded-object",
    "frame": "frame",
}
# What an arrow to the outside is called, by its kind.
_OUTSIDE_KINDS: Mapping[str, str] = {
    "hyperlink": "external-link",
    "image": "external-image",
    "attachedtemplate": "external-template",
}

# What a person knows by the name of the file, not by its address.
_NAMED_BY_FILE = frozenset({"image", "attachedtemplate"})


class _StopError(Exception):
    """Leaves a part whose reading is of no more use."""


def inspect_here(data: bytes, *, name: str, limits: Limits = Limits()) -> Report:  # noqa: B008
    """Judge a file in this process, without its limits of time and memory.

    Never raises for what a file holds: everything wrong is in the report.
    """
    notes = Notes()
    try:
        listed = entries(data, limits)
        _Inspection(data, listed, limits, notes).run()
    except PackageError as error:
        plain = {key: v for key, v in error.data.items() if isinstance(v, str | int)}
        notes.refuse_with(Finding(error.code, error.message, plain, str(plain.get("part", ""))))
    return Report(name, notes.refusals(), notes.warnings())


class _Inspection:
    """One file: its content types first, then every part once, in an order that knows styles."""

    def __init__(self, data: bytes, listed: Sequence[Entry], limits: Limits, notes: Notes) -> None:
        self._inflater = Inflater(data, limits)
        self._limits = limits
        self._notes = notes
        self._entries = {entry.name: entry for entry in listed}
        self._defaults: dict[str, str] = {}
        self._overrides: dict[str, str] = {}
        self._main: list[str] = []

    def run(self) -> None:
        types = self._entries.get("/[Content_Types].xml")
        if types is None:
            raise _not_word(self._entries)
        self._xml(types, self._content_type_items().get)
        self._check_types()
        styles = [name for name in self._entries if self._type(name).endswith(".styles+xml")]
        hidden = frozenset[str]()
        for name in styles:
            collect = StyleNames()
            self._xml(self._entries[name], collect.starts.get)
            hidden |= collect.result()
        for name, entry in self._entries.items():
            if name == types.name or name in styles:
                continue
            if name.lower().endswith(".rels"):
                self._relationships(entry)
            else:
                self._part(entry, hidden)
        self._check_main()

    def _type(self, name: str) -> str:
        found = self._overrides.get(name.casefold())
        if found is None:
            extension = posixpath.splitext(name)[1].lstrip(".").casefold()
            found = self._defaults.get(extension, "")
        return found.strip().lower()

    def _content_type_items(self) -> Mapping[str, Start]:
        def declare(table: dict[str, str], key: str, attributes: Sequence[str]) -> None:
            values = _pairs(attributes)
            name, kind = values.get(key, "").casefold(), values.get("ContentType", "")
            if table.setdefault(name, kind) != kind:
                self._notes.refuse("two-types", {"part": name[:200]}, "/[Content_Types].xml")

        return {
            _TYPES + "Default": partial(declare, self._defaults, "Extension"),
            _TYPES + "Override": partial(declare, self._overrides, "PartName"),
        }

    def _check_types(self) -> None:
        for kind in {*self._defaults.values(), *self._overrides.values()}:
            if _MACRO_TYPE.search(kind):
                self._notes.refuse("macros")
        for name in self._entries:
            kind = self._type(name)
            if _ACTIVE_TYPE.search(kind):
                self._notes.refuse("active-content", {}, name)
            elif _OLE_TYPE.search(kind):
                self._notes.refuse("embedded-object", {}, name)
            elif posixpath.basename(name).lower() in ("vbaproject.bin", "vbadata.xml"):
                self._notes.refuse("macros", {}, name)

    def _check_main(self) -> None:
        if not self._main:
            raise _not_word(self._entries)
        if len(set(self._main)) > 1:
            self._notes.refuse("two-bodies")
        kind = self._type(self._main[0])
        if kind == _TEMPLATE:
            self._notes.refuse("template-file")
        elif kind != _MAIN and not self._notes.has("macros"):
            raise _not_word(self._entries)

    def _relationships(self, entry: Entry) -> None:
        folder, name = posixpath.split(entry.name)
        source = posixpath.join(posixpath.dirname(folder), name[: -len(".rels")])
        ids: set[str] = set()

        def item(attributes: Sequence[str]) -> None:
            values = _pairs(attributes)
            if values.get("Id", "") in ids:
                self._notes.refuse("two-relationships", {"part": source}, source)
            ids.add(values.get("Id", ""))
            self._relationship(source, values)

        self._xml(entry, {_RELS + "Relationship": item}.get)

    def _relationship(self, source: str, values: Mapping[str, str]) -> None:
        kind = values.get("Type", "").strip().rstrip("/").rpartition("/")[2].lower()
        target = values.get("Target", "")
        shown = {"target": target[:200]}
        if kind in _REFUSED_KINDS:
            self._notes.refuse(_REFUSED_KINDS[kind], {}, source)
        elif values.get("TargetMode", "Internal") != "Internal":
            if kind != "hyperlink" or not is_allowed_link(target):
                if kind in _NAMED_BY_FILE:
                    shown = {"target": file_name(target)}
                self._notes.refuse(_OUTSIDE_KINDS.get(kind, "external-part"), shown, source)
        elif _SCHEME.match(target):
            self._notes.refuse("external-part", shown, source)
        elif kind == "package":
            # A chart keeps its figures in a workbook of its own; anything else is an object.
            if self._type(source).endswith(
                ("chart+xml", "chartex+xml")
            ) and target.lower().endswith(".xlsx"):
                self._notes.caution("chart-workbook", {}, source)
            else:
                self._notes.refuse("embedded-object", {}, source)
        elif kind == "officedocument" and source == "/":
            path = unquote(target.partition("#")[0])
            self._main.append(posixpath.normpath(posixpath.join("/", path)))
        elif kind == "origin":
            self._notes.caution("signed", {}, "")

    def _part(self, entry: Entry, hidden: frozenset[str]) -> None:
        kind = self._type(entry.name)
        if kind == _SVG:
            drawing = _svg(self._notes, entry.name)
            self._xml(entry, lambda _: drawing)
            return
        story = Story(entry.name, self._limits, self._notes, hidden)
        told_xml = kind.endswith(("+xml", "/xml")) or entry.name.lower().endswith((".xml", ".vml"))
        self._xml(entry, story.starts.get, story.ends.get, story.text, only_if_xml=not told_xml)
        story.close()

    def _xml(
        self,
        entry: Entry,
        starts: Callable[[str], Start | None],
        ends: Callable[[str], Callable[[], None] | None] = lambda _: None,
        text: Callable[[str], None] | None = None,
        *,
        only_if_xml: bool = False,
    ) -> None:
        """Stream one part through a parser; what is not XML is only inflated and counted."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.ordered_attributes = True
        parser.buffer_text = True
        depth = 0
        limit = self._limits.depth

        def open_element(name: str, attributes: list[str]) -> None:
            nonlocal depth
            depth += 1
            if depth > limit:
                self._notes.refuse("depth", {"part": entry.name, "limit": limit}, entry.name)
                raise _StopError
            handler = starts(name)
            if handler is not None:
                handler(attributes)

        def close_element(name: str) -> None:
            nonlocal depth
            depth -= 1
            handler = ends(name)
            if handler is not None:
                handler()

        def doctype(*_: object) -> None:
            self._notes.refuse("dtd", {"part": entry.name}, entry.name)
            raise _StopError

        def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
            if encoding is not None and encoding.lower() not in _ENCODINGS:
                self._notes.refuse("bad-xml", {"part": entry.name}, entry.name)
                raise _StopError

        parser.StartElementHandler = open_element
        parser.EndElementHandler = close_element
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = doctype
        parser.XmlDeclHandler = declaration
        feeding: bool | None = None
        xml_limit = self._limits.xml_part
        for block in self._inflater.blocks(entry):
            if feeding is None:
                feeding = not only_if_xml or _looks_like_xml(block)
            if not feeding:
                continue
            xml_limit -= len(block)
            if xml_limit < 0:
                raise PackageLimitError(
                    "part-too-large",
                    SENTENCES["part-too-large"],
                    part=entry.name,
                    limit=self._limits.xml_part // (1024 * 1024),
                )
            feeding = self._feed(parser, block, False, entry)
        if feeding or (feeding is None and not only_if_xml):
            self._feed(parser, b"", True, entry)

    def _feed(self, parser: expat.XMLParserType, data: bytes, last: bool, entry: Entry) -> bool:
        try:
            parser.Parse(data, last)
        except _StopError:
            return False
        except expat.ExpatError as error:
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]:
                raise MemoryError from None
            self._notes.refuse("bad-xml", {"part": entry.name}, entry.name)
            return False
        return True


def _pairs(attributes: Sequence[str]) -> dict[str, str]:
    return dict(zip(attributes[::2], attributes[1::2], strict=True))


def _looks_like_xml(head: bytes) -> bool:
    """Whether a reader that does not ask for the type would find XML here."""
    start = head[:256].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    return start.startswith((b"<", b"\xff\xfe<\0", b"\xfe\xff\0<", b"\0<"))


def _svg(notes: Notes, part: str) -> Start:
    """A drawing that fetches from elsewhere would tell who opens the document."""

    def start(attributes: Sequence[str]) -> None:
        for name, value in zip(attributes[::2], attributes[1::2], strict=True):
            if name.rpartition(" ")[2] == "href" and not value.lstrip().startswith(("#", "data:")):
                notes.refuse("external-image", {"target": file_name(value)}, part)

    return start


def _not_word(found: Mapping[str, Entry]) -> NotADocxError:
    if "/mimetype" in found:
        return NotADocxError(
            "opendocument",
            N_(
                "This is an OpenDocument file. Open it in Word or LibreOffice and save it as .docx."
            ),
        )
    return NotADocxError("not-word", SENTENCES["not-word"])
