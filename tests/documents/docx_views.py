"""What a Word file says once every tracked change is accepted, or rejected: our judge of redlines.

Reads the XML as it stands and changes nothing, so that it shares no code with the product.
"""

from __future__ import annotations

import io
import zipfile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "\u2011"}
_SKIPPED = {f"{W}pPr", f"{W}rPr", f"{W}instrText", f"{W}delInstrText", f"{W}txbxContent"}


def part(data: bytes, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def view(root: etree._Element, *, accept: bool) -> list[str]:
    """The paragraphs' texts, those of tables in their place between ``[`` and ``]``."""
    keep, drop = ({"ins", "moveTo"}, {"del", "moveFrom"})
    if not accept:
        keep, drop = drop, keep
    lines: list[str] = []
    open_text = ""

    def blocks(node: etree._Element) -> None:
        nonlocal open_text
        for child in node:
            tag = child.tag
            if tag == f"{W}p":
                open_text += text(child)
                if not _has(child.find(f"{W}pPr/{W}rPr"), drop):
                    lines.append(open_text)
                    open_text = ""
            elif tag == f"{W}tbl":
                rows = [row for row in child.iter(f"{W}tr") if row.getparent() is child]
                if rows and all(_has(row.find(f"{W}trPr"), drop) for row in rows):
                    continue
                lines.append("[")
                blocks(child)
                lines.append("]")
            elif tag == f"{W}tr" and _has(child.find(f"{W}trPr"), drop):
                continue
            elif isinstance(tag, str) and tag not in _SKIPPED:
                blocks(child)

    def text(node: etree._Element) -> str:
        parts = []
        for child in node:
            name = etree.QName(child).localname if isinstance(child.tag, str) else ""
            if name in drop or child.tag in _SKIPPED:
                continue
            if child.tag in (f"{W}t", f"{W}delText"):
                parts.append(child.text or "")
            elif child.tag in _TEXT and child.getparent().tag == f"{W}r":
                parts.append(_TEXT[child.tag])
            else:
                parts.append(text(child))
        return "".join(parts)

    blocks(root)
    if open_text:
        lines.append(open_text)
    return lines


def _has(properties: etree._Element | None, names: set[str]) -> bool:
    return properties is not None and any(
        isinstance(child.tag, str) and etree.QName(child).localname in names for child in properties
    )
