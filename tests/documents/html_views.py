"""How the tests read a preview: what it shows, and whether it holds to the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as parser

from documents import html
from documents.preview import Preview, preview
from documents.reader import read

ADDRESS = re.compile(r"(https?://|mailto:)\S+|#[A-Za-z][\w-]*", re.I)
INSERTED = '<w:ins w:id="{0}" w:author="{1}" w:date="2026-03-12T10:00:00Z">{2}</w:ins>'
DELETED = (
    '<w:del w:id="{0}" w:author="{1}" w:date="2026-03-12T10:00:00Z">'
    '<w:r><w:delText xml:space="preserve">{2}</w:delText></w:r></w:del>'
)


def tree(seen: Preview) -> etree._Element:
    return parser.fragment_fromstring(str(seen.html))


def text_of(element: etree._Element) -> str:
    """What the document says in an element: not what was deleted, not what we say ourselves."""
    parts = [element.text or ""]
    for child in element:
        ours = "said" in (child.get("class") or "").split()
        if child.tag == "br":
            parts.append("\n")
        elif child.tag != "del" and not ours:
            parts.append(text_of(child))
        parts.append(child.tail or "")
    return "".join(parts)


def shown(root: etree._Element) -> list[tuple[str, str]]:
    return [
        (str(one.get("data-paragraph")), text_of(one))
        for one in root.iterfind(".//*[@data-paragraph]")
    ]


def told(data: bytes) -> list[tuple[str, str]]:
    return [(block.id, block.text) for block in read(data).blocks if block.text.strip()]


def assert_safe(root: etree._Element) -> None:
    for one in root.iter():
        assert one.tag in html.ELEMENTS
        assert set(one.keys()) <= html.ATTRIBUTES
        address = one.get("href")
        assert address is None or ADDRESS.fullmatch(address)
    ids = [one.get("id") for one in root.iterfind(".//*[@id]")]
    assert len(ids) == len(set(ids))
    for one in root.iterfind(".//a[@href]"):
        if str(one.get("href")).startswith("#") and not str(one.get("href")).startswith("#comment"):
            assert str(one.get("href"))[1:] in ids


def assert_whole(data: bytes, seen: Preview | None = None) -> etree._Element:
    root = tree(seen or preview(data))
    assert_safe(root)
    assert [one for one in shown(root) if one[1].strip()] == told(data)
    return root


def classes(root: etree._Element, name: str) -> Iterator[etree._Element]:
    for one in root.iter():
        if name in (one.get("class") or "").split():
            yield one


def outline(root: etree._Element) -> list[tuple[str, str, str]]:
    return [(str(one.tag), one.text or "", one.tail or "") for one in root.iter()]


def written(markup: str) -> etree._Element:
    """The tree that the markup says when it is read as XML, which repairs nothing."""
    return etree.fromstring(markup.replace("<br>", "<br/>"))
