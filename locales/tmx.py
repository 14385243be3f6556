"""Reads and writes translation memories as TMX 1.4b (LISA OSCAR, 2005), inline tags included.

``<g id="1">`` of tagged text is ``<bpt i="1" x="1"/>…<ept i="1"/>``, ``<x id="2"/>`` is
``<ph x="2"/>``. Files are read as a stream and never trusted: an external document type is not
loaded, an internal one is refused. ``locales.memory`` keeps what is read.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast
from xml.parsers import expat

from lxml import etree

from locales import markup
from locales.errors import N_, LocaleError
from locales.markup import TaggedText

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_STAMP = "%Y%m%dT%H%M%SZ"
_HEAD = 1 << 16
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class TmxError(LocaleError):
    """A file is no TMX file that can be taken in."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence in two languages: a TMX ``tu`` with two ``tuv``.

    ``context`` and ``target_context`` are the keys (``locales.normal.key``) of the sentences
    before and behind, in either language; None where nobody knows them.
    """

    source: TaggedText
    target: TaggedText
    source_language: str
    target_language: str
    origin: str = ""
    author: str = ""
    at: datetime | None = None
    dossier: str = ""
    context: tuple[int, int] | None = None
    target_context: tuple[int, int] | None = None


def read(path: Path) -> Iterator[Entry]:
    """Read the French and English units of a ``.tmx`` or ``.tmx.gz`` file, one after the other.

    A unit that lacks a language is passed over. Raises ``TmxError``.
    """
    try:
        with _open(path) as file:
            _refuse_entities(file, path.name)
        with _open(path) as file:
            yield from _entries(file, path.name)
    except (gzip.BadGzipFile, EOFError) as fault:
        raise _broken(path.name, str(fault)) from fault


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _broken(name: str, reason: str) -> TmxError:
    return TmxError(
        N_("{name} is no TMX file: {reason}. Export the memory again as TMX 1.4."),
        name=name,
        reason=reason,
    )


def _refuse_entities(file: IO[bytes], name: str) -> None:
    """Look at the prolog alone: an internal document type could declare entities."""
    parser = expat.ParserCreate()
    begun: list[str] = []
    internal: list[bool] = []
    parser.StartElementHandler = lambda tag, _: begun.append(tag)
    parser.StartDoctypeDeclHandler = lambda *found: internal.append(bool(found[3]))
    try:
        while not begun and not any(internal) and (piece := file.read(_HEAD)):
            parser.Parse(piece, False)
    except expat.ExpatError as fault:
        if not begun and not any(internal):
            raise _broken(name, str(fault)) from fault
    if any(internal):
        raise TmxError(
            N_("{name} declares entities of its own and is refused. Export the memory again."),
            name=name,
        )
    if not begun or begun[0] != "tmx":
        raise _broken(name, f"<{begun[0]}>" if begun else "empty")


def _entries(file: IO[bytes], name: str) -> Iterator[Entry]:
    try:
        for _, element in etree.iterparse(
            file, events=("end",), tag="tu", load_dtd=False, no_network=True, resolve_entities=False
        ):
            entry = _entry(element)
            if entry is not None:
                yield entry
            element.clear()
            while element.getprevious() is not None:
                parent = element.getparent()
                if parent is None:
                    break
                del parent[0]
    except etree.XMLSyntaxError as fault:
        raise _broken(name, fault.msg or str(fault)) from fault


def _entry(element: etree._Element) -> Entry | None:
    sides: dict[str, etree._Element] = {}
    for tuv in element.iterchildren("tuv"):
        language = _language(tuv.get(_LANG) or tuv.get("lang") or "")
        if tuv.find("seg") is not None:
            sides.setdefault(language, tuv)
    if not {"fr", "en"} <= sides.keys():
        return None
    source_language = _language(element.get("srclang") or "")
    if source_language not in ("fr", "en"):
        source_language = next(language for language in sides if language in ("fr", "en"))
    target_language = "en" if source_language == "fr" else "fr"
    source, target = sides[source_language], sides[target_language]
    texts = _text(source), _text(target)
    if not all(markup.plain(text).strip() for text in texts):
        return None
    properties = {prop.get("type"): prop.text or "" for prop in element.iterchildren("prop")}
    return Entry(
        *texts,
        source_language,
        target_language,
        origin=properties.get("x-origin", ""),
        author=_attribute(element, target, "changeid", "creationid"),
        at=_stamp(_attribute(element, target, "changedate", "creationdate")),
        dossier=properties.get("x-dossier", ""),
        context=_context(source),
        target_context=_context(target),
    )


def _attribute(unit: etree._Element, variant: etree._Element, *names: str) -> str:
    found = (element.get(name) for element in (variant, unit) for name in names)
    return next((value for value in found if value), "")


def _language(code: str) -> str:
    return code.replace("_", "-").split("-")[0].lower()


def _stamp(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _context(variant: etree._Element) -> tuple[int, int] | None:
    for prop in variant.iterchildren("prop"):
        if prop.get("type") == "x-context":
            try:
                before, after = (prop.text or "").split()
                keys = int(before, 16), int(after, 16)
            except ValueError:
                return None
            return keys if all(abs(key) < 1 << 63 for key in keys) else None
    return None


def _text(variant: etree._Element) -> TaggedText:
    """The segment as tagged text; tags that do not nest are left out, their text is kept."""
    seg = variant.find("seg")
    if seg is None:
        return ""
    parts = list(_parts(seg, {}))
    text = "".join(parts).strip()
    return text if markup.well_formed(text) else "".join(markup.TAG.sub("", text))


def _parts(element: etree._Element, pairs: dict[str, str]) -> Iterator[str]:
    yield markup.escape(element.text or "")
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        number = child.get("x") or child.get("i") or ""
        if tag == "bpt" and number.isdigit():
            pairs[child.get("i") or number] = number
            yield f'<g id="{int(number)}">'
        elif tag == "ept" and (child.get("i") or "") in pairs:
            yield "</g>"
        elif tag in ("ph", "it", "ut") and number.isdigit():
            yield f'<x id="{int(number)}"/>'
        elif tag == "hi":
            yield from _parts(child, pairs)
        yield markup.escape(child.tail or "")


def write(path: Path, entries: Iterable[Entry], source_language: str = "fr") -> int:
    """Write entries as a TMX 1.4b file and give their number."""
    count = 0
    with path.open("wb") as file, etree.xmlfile(file, encoding="UTF-8") as out:
        out.write_declaration(doctype='<!DOCTYPE tmx SYSTEM "tmx14.dtd">')
        with out.element("tmx", version="1.4"):
            out.write(
                etree.Element(
                    "header",
                    {
                        "creationtool": "Énoncé",
                        "creationtoolversion": "1",
                        "segtype": "sentence",
                        "o-tmf": "enonce",
                        "adminlang": "en",
                        "srclang": source_language,
                        "datatype": "xml",
                    },
                ),
                pretty_print=True,
            )
            with out.element("body"):
                for entry in entries:
                    out.write(_unit(entry), pretty_print=False)
                    out.write("\n")
                    count += 1
    return count


def _unit(entry: Entry) -> etree._Element:
    unit = etree.Element("tu", srclang=entry.source_language)
    if entry.author:
        unit.set("creationid", _UNWRITABLE.sub("", entry.author))
    if entry.at is not None:
        unit.set("creationdate", entry.at.astimezone(UTC).strftime(_STAMP))
    for name, value in (("x-origin", entry.origin), ("x-dossier", entry.dossier)):
        if value:
            etree.SubElement(unit, "prop", type=name).text = _UNWRITABLE.sub("", value)
    for language, text, context in (
        (entry.source_language, entry.source, entry.context),
        (entry.target_language, entry.target, entry.target_context),
    ):
        variant = etree.SubElement(unit, "tuv", {_LANG: language})
        if context is not None:
            prop = etree.SubElement(variant, "prop", type="x-context")
            prop.text = f"{context[0]:x} {context[1]:x}"
        _fill(etree.SubElement(variant, "seg"), text)
    return unit


def _fill(seg: etree._Element, text: TaggedText) -> None:
    last: etree._Element | None = None
    done = 0
    opened: list[str] = []
    split = markup.split(text)
    for at, tag in (*split.tags, (len(split.text), "")):
        piece = _UNWRITABLE.sub("", split.text[done:at])
        if last is None:
            seg.text = (seg.text or "") + piece
        else:
            last.tail = (last.tail or "") + piece
        done = at
        if not tag:
            break
        match = markup.TAG.fullmatch(tag)
        if match is None:
            continue
        pair, closed, alone = match.groups()
        if closed:
            last = etree.SubElement(seg, "ept", i=opened.pop())
        elif pair:
            opened.append(pair)
            last = etree.SubElement(seg, "bpt", i=pair, x=pair)
        else:
            last = etree.SubElement(seg, "ph", x=alone)
