"""Everything that a redline promises to bring back, of a whole file, as plain values to compare.

Text and formatting of body, tables, sections, headers, footers, notes and text boxes; links by their
addresses, pictures by their bytes, lists by their definitions. Left out: how runs are split, noise
(``rsid``, ids, proofing, languages), bookmarks and comments, content controls around what they hold.
It shares no code with the product but what ``settle`` is.
"""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode()),
)
_HELD = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag")}
_AROUND = _HELD | {f"{W}dir", f"{W}bdo"}
_NO_BLOCK = {f"{W}sdtPr", f"{W}sdtEndPr"}
_QUIET = {f"{W}{name}" for name in ("lang", "noProof", "rPrChange")}
_UNSEEN = {
    f"{W}{name}"
    for name in (
        *("rPr", "lastRenderedPageBreak", "proofErr", "commentReference", "annotationRef"),
        *("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "pPr"),
        *("permStart", "permEnd", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr"),
    )
}
_NAMES = {
    "numPicBulletId",
    "id",
    "name",
    "spid",
    "anchorId",
    "editId",
    "paraId",
    "textId",
    "dirty",
    "fldLock",
    "space",
}
_REFERENCES = {f"{W}headerReference": "header", f"{W}footerReference": "footer"}
_NOT_SECTION = {*_REFERENCES, f"{W}printerSettings"}


class Looks:
    """One file, every story settled by ``settle``."""

    def __init__(self, data: bytes, settle: Callable[[etree._Element], None]) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self._parts = {f"/{one.filename}": archive.read(one) for one in archive.infolist()}
        self._settle = settle
        self._trees: dict[str, etree._Element | None] = {}
        self.main = next(
            target for kind, target, _ in self._links("/").values() if kind == "officeDocument"
        )
        self._lists = dict(self._read_lists())

    def _tree(self, part: str) -> etree._Element | None:
        if part not in self._trees:
            data = self._parts.get(part)
            root = None
            if data is not None:
                for strict, plain in _STRICT:
                    data = data.replace(strict, plain)
                root = etree.fromstring(data)
                self._settle(root)
            self._trees[part] = root
        return self._trees[part]

    def _links(self, part: str) -> dict[str, tuple[str, str, bool]]:
        folder, name = posixpath.split(part)
        data = self._parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for one in etree.fromstring(data) if data is not None else ():
            external = one.get("TargetMode") == "External"
            target = one.get("Target", "")
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, target))
                if target not in self._parts:
                    folded = [name for name in self._parts if name.lower() == target.lower()]
                    if not folded:
                        continue
                    target = folded[0]
            found[one.get("Id")] = (one.get("Type").rpartition("/")[2], target, external)
        return found

    def _related(self, kind: str) -> str | None:
        return next((link[1] for link in self._links(self.main).values() if link[0] == kind), None)

    def _read_lists(self) -> Iterator[tuple[str, object]]:
        part = self._related("numbering")
        root = self._tree(part) if part else None
        if root is None:
            return
        own = {f"{W}nsid", f"{W}tmpl"}
        pictures = {
            one.get(f"{W}numPicBulletId"): self._object(one, part)
            for one in root.iter(f"{W}numPicBullet")
        }
        looks = {
            one.get(f"{W}abstractNumId"): (
                tuple(_flat(x) for x in one if x.tag not in own),
                [pictures.get(x.get(f"{W}val")) for x in one.iter(f"{W}lvlPicBulletId")],
            )
            for one in root.iter(f"{W}abstractNum")
        }
        for one in root.iter(f"{W}num"):
            link = one.find(f"{W}abstractNumId")
            overrides = tuple(_flat(x) for x in one.iter(f"{W}lvlOverride"))
            yield one.get(f"{W}numId"), (looks.get(link.get(f"{W}val")), overrides)

    def everything(self) -> dict[str, object]:
        """The blocks of the body, and what stands around the pages, section by section."""
        body = self._tree(self.main).find(f"{W}body")
        blocks = self.blocks(body, self.main)
        if blocks and blocks[-1] == ("section", ()):
            blocks.pop()
        return {"body": blocks, "margins": [one for one in self._margins(body) if one]}

    def blocks(self, node: etree._Element, part: str) -> list[object]:
        found: list[object] = []
        for child in node:
            if child.tag == f"{W}p":
                found.append(self._paragraph(child, part))
            elif child.tag == f"{W}tbl":
                found.append(self._table(child, part))
            elif child.tag == f"{W}sectPr":
                found.append(self._section(child))
            elif child.tag in _HELD:
                found.extend(self.blocks(child, part))
        return found

    def _section(self, section: etree._Element) -> object:
        return "section", tuple(_flat(x) for x in section if x.tag not in _NOT_SECTION)

    def _table(self, table: etree._Element, part: str) -> object:
        lead = tuple(self._said(table.find(W + name)) for name in ("tblPr", "tblGrid"))
        return "table", lead, [self._row(row, part) for row in _inner(table, f"{W}tr")]

    def _row(self, row: etree._Element, part: str) -> object:
        lead = tuple(self._said(row.find(W + name)) for name in ("tblPrEx", "trPr"))
        cells = [
            (self._said(cell.find(f"{W}tcPr")), self.blocks(cell, part))
            for cell in _inner(row, f"{W}tc")
        ]
        return lead, cells

    def _said(self, properties: etree._Element | None) -> tuple[object, ...]:
        return tuple(_flat(one) for one in (properties if properties is not None else ()))

    def _paragraph(self, paragraph: etree._Element, part: str) -> object:
        ppr = paragraph.find(f"{W}pPr")
        said, look, section = [], (), None
        for one in ppr if ppr is not None else ():
            if one.tag == f"{W}rPr":
                look = _look(one)
            elif one.tag == f"{W}sectPr":
                section = self._section(one)
            elif one.tag == f"{W}numPr":
                number = one.find(f"{W}numId")
                value = number.get(f"{W}val") if number is not None else None
                level = [_flat(x) for x in one if x.tag != f"{W}numId"]
                said.append(("list", level, self._lists.get(value, value)))
            else:
                said.append(_flat(one))
        pieces: list[tuple[object, ...]] = []
        self._inside(paragraph, part, "", pieces)
        return "p", said, look, section, pieces

    def _inside(
        self, node: etree._Element, part: str, link: str, pieces: list[tuple[object, ...]]
    ) -> None:
        for child in node:
            if child.tag == f"{W}r":
                self._run(child, part, link, pieces)
            elif child.tag == f"{W}hyperlink":
                found = self._links(part).get(child.get(f"{R}id", ""))
                anchor = child.get(f"{W}anchor", "")
                target = (found[1] if found else "") + (f"#{anchor}" if anchor else "")
                self._inside(child, part, target, pieces)
            elif child.tag == f"{W}fldSimple":
                code = " ".join(child.get(f"{W}instr", "").split())
                pieces.extend((("fldChar", "begin"), ("code", code), ("fldChar", "separate")))
                self._inside(child, part, link, pieces)
                pieces.append(("fldChar", "end"))
            elif child.tag in _AROUND:
                self._inside(child, part, link, pieces)
            elif isinstance(child.tag, str) and child.tag not in _UNSEEN:
                pieces.append(("object", self._object(child, part)))

    def _run(
        self, run: etree._Element, part: str, link: str, pieces: list[tuple[object, ...]]
    ) -> None:
        look = _look(run.find(f"{W}rPr"))
        for child in run:
            name = etree.QName(child).localname if isinstance(child.tag, str) else ""
            if not name or child.tag in _UNSEEN:
                continue
            text = {"noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}.get(name)
            if name == "t":
                text = child.text or ""
                if child.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
                    text = text.strip(" \t\r\n")
            if text is not None:
                if text and pieces and pieces[-1][0] == "text" and pieces[-1][2:] == (look, link):
                    pieces[-1] = ("text", f"{pieces[-1][1]}{text}", look, link)
                elif text:
                    pieces.append(("text", text, look, link))
            elif name == "fldChar":
                pieces.append(("fldChar", child.get(f"{W}fldCharType")))
            elif name == "instrText":
                before = pieces.pop()[1] if pieces and pieces[-1][0] == "code" else ""
                pieces.append(("code", " ".join(f"{before}{child.text or ''}".split())))
            elif name in ("footnoteReference", "endnoteReference"):
                pieces.append((name, self._note(name, child.get(f"{W}id")), look, link))
            else:
                pieces.append(("object", self._object(child, part), look, link))

    def _note(self, name: str, one: str | None) -> object:
        kind = name.removesuffix("Reference")
        part = self._related(f"{kind}s")
        root = self._tree(part) if part else None
        found = [x for x in (root if root is not None else ()) if x.get(f"{W}id") == one]
        return self.blocks(found[0], part) if found and part else None

    def _object(self, element: etree._Element, part: str) -> object:
        if not isinstance(element.tag, str):
            return None
        if element.tag == f"{W}txbxContent":
            return self.blocks(element, part)
        attributes = []
        for name, value in sorted(element.items()):
            if re.sub(r"\{.*\}", "", name) in _NAMES and not name.startswith(R):
                continue
            if name.startswith(R):
                link = self._links(part).get(value)
                if link is None:
                    continue
                held = self._parts.get(link[1], link[1].encode())
                value = hashlib.sha256(held).hexdigest()
            if not name.startswith(f"{W}rsid"):
                attributes.append((name, value))
        inside = tuple(self._object(one, part) for one in element)
        return element.tag, tuple(attributes), inside or (element.text or "").strip()

    def _margins(self, body: etree._Element) -> Iterator[object]:
        shown: dict[tuple[str, str], object] = {}
        links = self._links(self.main)
        for section in body.iter(f"{W}sectPr"):
            for one in section.iter(*_REFERENCES):
                link = links.get(one.get(f"{R}id", ""))
                root = self._tree(link[1]) if link else None
                if link is None or root is None:
                    continue
                blocks = self.blocks(root, link[1])
                empty = all(x[0] == "p" and not x[4] for x in blocks)
                kind = _REFERENCES[one.tag], one.get(f"{W}type", "default")
                shown = {**shown, kind: None if empty else blocks}
            yield {kind: blocks for kind, blocks in shown.items() if blocks is not None}


def _inner(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    for child in node:
        if child.tag == tag:
            yield child
        elif child.tag in _HELD:
            yield from _inner(child, tag)


def _flat(element: etree._Element) -> object:
    if not isinstance(element.tag, str):
        return None
    if element.tag == f"{W}lvlPicBulletId":
        return element.tag
    attributes = tuple(x for x in sorted(element.items()) if not x[0].startswith(f"{W}rsid"))
    return element.tag, attributes, tuple(_flat(one) for one in element)


def _look(rpr: etree._Element | None) -> tuple[object, ...]:
    return tuple(_flat(x) for x in (rpr if rpr is not None else ()) if x.tag not in _QUIET)


def difference(one: object, other: object, path: str = "") -> str:
    """Where two answers part, for a person; empty where they do not."""
    if one == other:
        return ""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        parts = (difference(one[key], other[key], f"{path}/{key}") for key in one)
        return next((part for part in parts if part), "")
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        for number, (first, second) in enumerate(zip(one, other, strict=False)):
            found = difference(first, second, f"{path}/{number}")
            if found:
                return found
    return f"{path}: {str(one)[:400]} != {str(other)[:400]}"
