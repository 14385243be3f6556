"""Says what in a Word file may not be sealed, and what to do about it in Word.

A seal fixes bytes, so nothing may stand in them that shows something else tomorrow (fetched
pictures, linked text), that somebody has still to settle (tracked changes, comments), or that
nobody sees (hidden text). ``findings`` lists, ``refuse`` raises; ``sign.seal`` calls ``refuse``.
Intake asks much the same much earlier; this list has to hold without it.

Source: ECMA-376 Part 1, 17.16.5 (fields), 17.13 (annotations), 17.3.2.41 (vanish), 17.17.2.1
(altChunk), 17.15.1.6 (attachedTemplate).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from lxml import etree

from documents.errors import N_
from documents.findings import Finding
from documents.sealing.c14n import parse, refuse_foreign_encoding
from documents.sealing.errors import SealRefusedError
from documents.sealing.package import Package

_W = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_FETCHING = re.compile(
    r"INCLUDE\w*|DDE|DDEAUTO|LINK|EMBED|IMPORT|DATABASE|RD|CONTROL|HTMLACTIVEX", re.IGNORECASE
)
_CHANGES = (
    *("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange"),
    *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange"),
    *("tblPrExChange", "tcPrChange", "trPrChange"),
)
_SOUGHT = (
    rb"(?:vanish|fldChar|fldSimple|altChunk|object|dataBinding|comment|ins|del|moveFrom|moveTo"
    rb"|cellIns|cellDel|cellMerge|numberingChange|[a-zA-Z]+PrChange|tblGridChange)[\s/>]"
)
# Two patterns, because one that begins with either character is eight times slower.
_NEEDLES = (re.compile(b":" + _SOUGHT), re.compile(b"<" + _SOUGHT))
_MAX_STORY = 64 * 1024 * 1024
_EMBEDDED = ("/oleObject", "/package", "/control", "/activeXControlBinary", "/subDocument")
_MACROS = re.compile(
    r"vbaProject|vbaData|macroEnabled|attachedToolbars|keyMapCustom", re.IGNORECASE
)
_PROPERTIES = re.compile(r"core-?properties|extended-?properties|custom-properties|/dc/elements/")

SENTENCES: Mapping[str, str] = {
    "field": N_(
        "The field {field} fetches its text from elsewhere, so it may say something else tomorrow. "
        "In Word, click it, press Ctrl+Shift+F9 to turn it into text, and save."
    ),
    "field-computed": N_(
        "A field has a name that another field computes. In Word, click it, press Ctrl+Shift+F9 "
        "to turn it into text, and save."
    ),
    "external-image": N_(
        "The picture {target} is not in the file but fetched from elsewhere. In Word, insert it as "
        "a picture (Insert, Pictures, This Device) and save."
    ),
    "external-template": N_(
        "The file is attached to the template {target}. In Word, open File, Options, Add-ins, "
        "Manage: Templates, set the document template to Normal, and save."
    ),
    "external-part": N_(
        "The file fetches {target} when it opens. In Word, break that link (File, Info, Edit Links "
        "to Files) and save."
    ),
    "alt-chunk": N_(
        "The file contains another document that Word merges in when it opens. Open it in Word and "
        "save it, so that the text becomes part of it."
    ),
    "macros": N_(
        "The file contains macros or their settings. In Word, save it as a Word Document (.docx)."
    ),
    "embedded-object": N_(
        "The file contains an embedded object ({name}). In Word, replace it with a picture (Paste "
        "Special, Picture) and save."
    ),
    "tracked-changes": N_(
        "Tracked changes are still in the text: {count}. In Word, accept or reject them all "
        "(Review, Accept) and save."
    ),
    "comments": N_(
        "Comments are still in the text: {count}. In Word, delete them all (Review, Delete) and "
        "save."
    ),
    "hidden-text": N_(
        "The file contains hidden text: “{text}”. In Word, show it (Home, ¶), delete it or take "
        "away Font, Hidden, and save."
    ),
    "bound-property": N_(
        "A content control shows a document property, and sealing takes the properties out. In "
        "Word, right-click it, choose Remove Content Control, and save."
    ),
}


def findings(data: bytes) -> tuple[Finding, ...]:
    """List what may not be sealed in a Word file; raises what ``Package.read`` raises."""
    return inspect(Package.read(data))


def refuse(package: Package) -> None:
    """Raise ``SealRefusedError``, with all findings, where there is one."""
    found = inspect(package)
    if found:
        raise SealRefusedError(found[0].message, found, **found[0].data)


def inspect(package: Package) -> tuple[Finding, ...]:
    """List what may not be sealed in a package, each thing once."""
    found: dict[tuple[str, str], Finding] = {}
    for one in (*_from_relationships(package), *_from_types(package), *_from_stories(package)):
        found.setdefault((one.code, str(one)), one)
    return tuple(found.values())


def _finding(code: str, part: str, **data: str | int) -> Finding:
    return Finding(code, SENTENCES[code], data, part)


def _from_relationships(package: Package) -> Iterator[Finding]:
    for part, listed in package.relationships.items():
        for one in listed:
            kind = one.type.rpartition("/")[2]
            if kind == "aFChunk":
                yield _finding("alt-chunk", part)
            elif _MACROS.search(kind):
                yield _finding("macros", part)
            elif one.external and kind != "hyperlink":
                code = {"image": "external-image", "attachedTemplate": "external-template"}
                yield _finding(code.get(kind, "external-part"), part, target=one.target)
            elif one.type.endswith(_EMBEDDED):
                yield _finding("embedded-object", part, name=one.target)


def _from_types(package: Package) -> Iterator[Finding]:
    for part, kind in package.types.items():
        if _MACROS.search(kind):
            yield _finding("macros", part)
        elif "oleObject" in kind or "activeX" in kind:
            yield _finding("embedded-object", part, name=part)


def _from_stories(package: Package) -> Iterator[Finding]:
    roots = {part: parse(data, part, _MAX_STORY) for part, data in _worth_parsing(package).items()}
    hiding = _hiding_styles(roots.values())
    changes = comments = 0
    where = package.document
    for part, root in roots.items():
        changed = sum(1 for _ in root.iter(*_tags(*_CHANGES)))
        where = part if changed and not changes else where
        changes += changed
        comments += sum(1 for _ in root.iter(*_tags("comment")))
        yield from _fields(root, part)
        yield from _hidden(root, part, hiding)
        yield from (_finding("alt-chunk", part) for _ in root.iter(*_tags("altChunk")))
        yield from (
            _finding("embedded-object", part, name=part) for _ in root.iter(*_tags("object"))
        )
        for node in root.iter(*_tags("dataBinding")):
            mapped = " ".join(str(value) for value in node.attrib.values())
            if _PROPERTIES.search(mapped):
                yield _finding("bound-property", part)
    if changes:
        yield _finding("tracked-changes", where, count=changes)
    if comments:
        yield _finding("comments", package.document, count=comments)


def _worth_parsing(package: Package) -> dict[str, bytes]:
    """Give the text and style parts in which an element that is looked for stands.

    Parsing costs a hundred times what looking costs, most parts hold nothing of the sort, and
    element names cannot be escaped. A style that hides text concerns every part.
    """
    contents = {
        part: package.entries[part].content
        for part, kind in package.types.items()
        if kind.endswith("+xml") and "wordprocessingml." in kind
    }
    for part, data in contents.items():
        refuse_foreign_encoding(data, part)
    hides = any(b"vanish" in data for data in contents.values())
    return {
        part: data
        for part, data in contents.items()
        if hides or any(needle.search(data) for needle in _NEEDLES)
    }


def _fields(root: etree._Element, part: str) -> Iterator[Finding]:
    """Read the instruction of every simple and complex field, nested ones each for itself."""
    open_fields: list[list[str]] = []
    found: list[str] = []
    for node in root.iter(*_tags("fldChar", "instrText", "delInstrText", "fldSimple")):
        name = etree.QName(node).localname
        if name == "fldSimple":
            found.append(_value(node, "instr"))
        elif name != "fldChar":
            if open_fields:
                open_fields[-1].append(node.text or "")
        elif _value(node, "fldCharType") == "begin":
            if open_fields:
                # A nested field stands for text that only a reader computes.
                open_fields[-1].append("\0")
            open_fields.append([])
        elif open_fields and _value(node, "fldCharType") == "end":
            found.append("".join(open_fields.pop()))
    found += ["".join(parts) for parts in open_fields]
    for instruction in found:
        field = re.split(r"[\s\\]", instruction.strip(), maxsplit=1)[0].strip("\"'")
        if "\0" in field:
            yield _finding("field-computed", part)
        elif _FETCHING.fullmatch(field):
            yield _finding("field", part, field=field.upper())


def _hidden(root: etree._Element, part: str, hiding: frozenset[str]) -> Iterator[Finding]:
    if not hiding and next(root.iter(*_tags("vanish")), None) is None:
        return
    for run in root.iter(*_tags("r")):
        text = "".join(node.text or "" for node in run.iter(*_tags("t", "sym", "delText")))
        properties = _child(run, "rPr")
        own = None if properties is None else _child(properties, "vanish")
        style = None if properties is None else _child(properties, "rStyle")
        used = {_value(style, "val")} if style is not None else {_paragraph_style(run)}
        hidden = _is_on(own) if own is not None else bool(used & hiding)
        if hidden and text.strip():
            yield _finding("hidden-text", part, text=text.strip()[:60])


def _hiding_styles(roots: Iterable[etree._Element]) -> frozenset[str]:
    """Give the ids of the styles that hide text, by themselves or by what they are based on."""
    own: dict[str, bool] = {}
    based: dict[str, str] = {}
    for root in roots:
        for vanish in root.iter(*_tags("vanish")):
            style = next(vanish.iterancestors(*_tags("style")), None)
            if style is not None and vanish.getparent() is _child(style, "rPr"):
                own[_value(style, "styleId")] = _is_on(vanish)
        for parent in root.iter(*_tags("basedOn")) if any(own.values()) else ():
            style = parent.getparent()
            if style is not None:
                based[_value(style, "styleId")] = _value(parent, "val")
    return frozenset(id for id in {*own, *based} if _hides(id, own, based))


def _hides(id: str, own: Mapping[str, bool], based: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    while id not in own and id in based and id not in seen:
        seen.add(id)
        id = based[id]
    return own.get(id, False)


def _paragraph_style(run: etree._Element) -> str:
    paragraph = next(run.iterancestors(*_tags("p")), None)
    properties = None if paragraph is None else _child(paragraph, "pPr")
    style = None if properties is None else _child(properties, "pStyle")
    return "" if style is None else _value(style, "val")


@cache
def _tags(*local: str) -> tuple[str, ...]:
    return tuple(f"{{{namespace}}}{name}" for name in local for namespace in _W)


def _child(node: etree._Element, local: str) -> etree._Element | None:
    return next(node.iterchildren(*_tags(local)), None)


def _value(node: etree._Element, local: str) -> str:
    return next((node.get(tag, "") for tag in _tags(local) if tag in node.attrib), "")


def _is_on(node: etree._Element) -> bool:
    return _value(node, "val").lower() not in ("0", "false", "off")
