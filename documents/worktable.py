"""A working table for those who only have Word: sentences on the left, translations on the right.

One table in the house style: number, source, translation, note. Tags of a sentence stand in it as
marks, ``⟦1⟧…⟦/1⟧`` around words and ``⟦2/⟧`` alone, each in a locked content control so that Word
lets it be copied and deleted but not mistyped. Under its number each row shows its key in small
grey, and the heading row shows what the whole table belongs to, because what is hidden does not
survive every program. The source is not locked (LibreOffice makes a field of such a cell). Keys and
reference are the caller's; who says what is taken of a table is ``locales``.

Source: ECMA-376 Part 1, 17.4 (tables), 17.5.2 (content controls), 17.5.2.23 (lock).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from documents import inline, tags
from documents.errors import N_, DocumentError
from documents.house_style import LANGUAGE_TAGS, PAGE_HEIGHT, PAGE_WIDTH, empty_document
from documents.tags import TaggedText
from documents.wml import (
    DC,
    SDT,
    SDT_CONTENT,
    TBL,
    TC,
    TR,
    XML_SPACE,
    Element,
    P,
    w,
)
from documents.wordfile import WordFile

_MARGIN = 1134
_WIDTHS = (1700, 4900, 4900, PAGE_HEIGHT - 2 * _MARGIN - 11500)
"""Number, source, translation, note in twentieths of a point, on a page turned on its side."""

_MARK = re.compile(r"⟦(?:(⟦)|(\d{1,6})⟧|/(\d{1,6})⟧|(\d{1,6})/⟧)?")
_KEY = re.compile(r"#(#?)([^\s#]\S*)")
"""A row's key, or with two signs the reference in the heading."""
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PIECES = re.compile("([\t\n])")
_STRANGE = "<?>"
"""Makes a text malformed where its marks are: whoever checks tags finds it."""


class NoWorktableError(DocumentError):
    """A Word file has no working table in it."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "There is no table of sentences in this file. Bring back the table that was "
                "exported, with its heading row and its first column."
            )
        )


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One sentence. ``key`` has no white space and comes back as it was given."""

    key: str
    number: str
    source: TaggedText
    target: TaggedText | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Worktable:
    """The table and what stands above it.

    ``labels`` head the columns; ``language`` is that of title, lines above and labels, ``source``
    and ``target`` those of the columns. ``reference`` has no white space.
    """

    reference: str
    title: str
    lines: tuple[str, ...]
    labels: tuple[str, str, str, str]
    language: str
    source: str
    target: str
    rows: tuple[WorkRow, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back: the rows with a key in their order, and the words of those without one.

    A text whose marks do not pair is malformed on purpose. An empty translation is None.
    """

    reference: str
    rows: tuple[WorkRow, ...]
    strange: tuple[str, ...]


def write(table: Worktable) -> bytes:
    """The table as a Word file; the same table always gives the same bytes.

    Raises ``TaggedTextError`` for a source that is no tagged text.
    """
    word = WordFile(empty_document(table.language))
    root = word.tree(word.main)
    body = root.find(w("body")) if root is not None else None
    section = body.find(w("sectPr")) if body is not None else None
    if body is None or section is None:
        raise NoWorktableError
    _turn(section)
    blocks = [
        _paragraph("Title", table.language, table.title),
        *(_paragraph("BodyText", table.language, line) for line in table.lines),
        _table(table),
        _paragraph("BodyText", table.language, ""),
    ]
    for block in blocks:
        section.addprevious(block)
    core = next(link.target for link in word.links("/").values() if link.kind == "core-properties")
    properties = word.tree(core)
    if properties is not None:
        etree.SubElement(properties, f"{{{DC}}}title").text = _clean(table.title)
    return word.save((word.main, core))


def _turn(section: Element) -> None:
    size, margins = section.find(w("pgSz")), section.find(w("pgMar"))
    if size is not None and margins is not None:
        size.set(w("w"), str(PAGE_HEIGHT))
        size.set(w("h"), str(PAGE_WIDTH))
        size.set(w("orient"), "landscape")
        for side in ("top", "right", "bottom", "left"):
            margins.set(w(side), str(_MARGIN))


def _element(name: str, *children: Element, **attributes: str) -> Element:
    made = etree.Element(w(name))
    for attribute, value in attributes.items():
        made.set(w(attribute), value)
    made.extend(children)
    return made


def _table(table: Worktable) -> Element:
    head = [_paragraph("HouseTableHead", table.language, label) for label in table.labels]
    head[0].append(_key(f"#{table.reference}"))
    made = _element(
        "tbl",
        _element(
            "tblPr",
            _element("tblStyle", val="HouseRules"),
            _element("tblW", w=str(sum(_WIDTHS)), type="dxa"),
            _element("tblLayout", type="fixed"),
            _element("tblLook", val="0620", firstRow="1", noHBand="1", noVBand="1"),
            _element("tblCaption", val=_clean(table.title)),
        ),
        _element("tblGrid", *(_element("gridCol", w=str(width)) for width in _WIDTHS)),
        _row([[one] for one in head], head=True),
    )
    for row in table.rows:
        number = _paragraph("HouseTable", table.language, row.number)
        number.append(_key(row.key))
        source = _paragraph("HouseTable", table.source)
        target = _paragraph("HouseTable", table.target)
        _fill(source, row.source, table.source)
        _fill(target, row.target or TaggedText(""), table.target)
        note = _paragraph("HouseTable", table.language, row.note)
        made.append(_row([[number], [source], [target], [note]]))
    return made


def _row(cells: Sequence[Sequence[Element]], *, head: bool = False) -> Element:
    properties = _element("trPr", _element("cantSplit"))
    if head:
        properties.append(_element("tblHeader"))
    return _element(
        "tr",
        properties,
        *(
            _element("tc", _element("tcPr", _element("tcW", w=str(width), type="dxa")), *content)
            for width, content in zip(_WIDTHS, cells, strict=True)
        ),
    )


def _paragraph(style: str, language: str, text: str = "") -> Element:
    spoken = _element("rPr", _language(language))
    made = _element("p", _element("pPr", _element("pStyle", val=style), spoken))
    if text:
        made.append(_run(text, _language(language)))
    return made


def _language(language: str) -> Element:
    return _element("lang", val=LANGUAGE_TAGS.get(language, language))


def _run(text: str, *properties: Element) -> Element:
    made = _element("r", _element("rPr", *properties))
    for piece in _PIECES.split(_clean(text).replace("\r\n", "\n").replace("\r", "\n")):
        if piece in ("\t", "\n"):
            made.append(_element("tab" if piece == "\t" else "br"))
        elif piece:
            said = _element("t")
            said.set(XML_SPACE, "preserve")
            said.text = piece
            made.append(said)
    return made


def _key(key: str) -> Element:
    grey = (
        _element("rStyle", val="HouseCode"),
        _element("color", val="8C8C8C"),
        _element("sz", val="12"),
    )
    return _run(f"\n#{key}", *grey)


def _mark(text: str) -> Element:
    grey = (
        _element("rStyle", val="HouseCode"),
        _element("color", val="595959"),
        _element("shd", val="clear", color="auto", fill="E6E6E6"),
    )
    lock = _element("sdtPr", _element("lock", val="contentLocked"))
    return _element("sdt", lock, _element("sdtContent", _run(text, *grey)))


def _fill(paragraph: Element, text: TaggedText, language: str) -> None:
    for part in _parts(tags.read(text)):
        if isinstance(part, str):
            paragraph.append(_run(part.replace("⟦", "⟦⟦"), _language(language)))
        else:
            paragraph.append(_mark(part.text))


@dataclass(frozen=True, slots=True)
class _Shown:
    text: str


def _parts(content: list[str | tags.Tag]) -> Iterator[str | _Shown]:
    for node in content:
        if isinstance(node, str):
            yield node
        elif node.paired:
            yield _Shown(f"⟦{node.id}⟧")
            yield from _parts(node.content)
            yield _Shown(f"⟦/{node.id}⟧")
        else:
            yield _Shown(f"⟦{node.id}/⟧")


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def read(data: bytes) -> Returned:
    """Read a table that came back, tracked changes accepted.

    Raises ``NoWorktableError``, and ``DocumentError`` for what is no Word file.
    """
    word = WordFile(data)
    root = word.tree(word.main)
    reference = ""
    rows: list[WorkRow] = []
    strange: list[str] = []
    for table in root.iter(TBL) if root is not None else ():
        ours: list[WorkRow] = []
        others: list[str] = []
        for tr in _children(table, TR):
            if tr.find(f"{w('trPr')}/{w('del')}") is not None:
                continue
            cells = [_text(cell) for cell in _children(tr, TC)]
            key = _KEY.search(cells[0]) if cells else None
            if key is None or len(cells) < 3:
                others.append(" ".join(" ".join(cells).split()))
            elif key[1]:
                reference = reference or key[2]
            else:
                ours.append(_returned(key, cells))
        if ours:
            strange += [one for one in others if one]
        rows += ours
    if not reference or not rows:
        raise NoWorktableError
    return Returned(reference, tuple(rows), tuple(strange))


def _returned(key: re.Match[str], cells: Sequence[str]) -> WorkRow:
    target = _tagged(cells[2])
    return WorkRow(
        key[2],
        key.string[: key.start()].strip(),
        _tagged(cells[1]),
        target if cells[2].strip() else None,
        cells[3] if len(cells) > 3 else "",
    )


def _children(element: Element, tag: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, those in content controls too."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag == SDT:
            content = child.find(SDT_CONTENT)
            if content is not None:
                yield from _children(content, tag)


def _text(cell: Element) -> str:
    """What a cell says; a new paragraph in a sentence is a space."""
    texts = [inline.plain_text(inline.parse(one)) for one in cell.iter(P)]
    while len(texts) > 1 and not texts[-1]:
        texts.pop()
    return " ".join(texts)


def _tagged(text: str) -> TaggedText:
    """Marks as tags; malformed where they do not pair."""
    parts: list[str] = []
    open_: list[str] = []
    done = 0
    for match in _MARK.finditer(text):
        parts.append(tags.escape(text[done : match.start()]))
        done = match.end()
        literal, opened, closed, alone = match.groups()
        if literal:
            parts.append("⟦")
        elif opened:
            open_.append(opened)
            parts.append(f'<g id="{opened}">')
        elif alone:
            parts.append(f'<x id="{alone}"/>')
        elif closed and open_ and open_[-1] == closed:
            open_.pop()
            parts.append("</g>")
        else:
            parts.append(_STRANGE)
    parts.append(tags.escape(text[done:]))
    return TaggedText("".join(parts) + _STRANGE * bool(open_))
