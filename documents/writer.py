"""Generated papers: the resolution, and any paper made of the same blocks, as accessible DOCX.

Callers bring sentences already in the paper's language, with dates and numbers written out; this
module knows layout only. Every look comes from a style of ``house_style``, every run says its
language, every table repeats its header row and has a description. The same paper always gives the
same bytes. What the words are is decided by ``flows``; sealing comes after.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from functools import singledispatchmethod
from itertools import pairwise
from typing import cast

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Twips
from docx.table import Table as DocxTable
from docx.table import _Cell as DocxCell
from docx.table import _Row as DocxRow
from docx.text.paragraph import Paragraph as DocxParagraph
from lxml import etree

from documents.house_style import LANGUAGE_TAGS, TEXT_WIDTH, WIDE_WIDTH, W, empty_document
from documents.package import Limits, Package
from documents.papers import (
    Article,
    Bar,
    BarChart,
    Block,
    Column,
    Digest,
    Facing,
    Heading,
    Mark,
    Paper,
    Picture,
    ResolutionPaper,
    Role,
    SignaturePlace,
    Signatures,
    Span,
    Table,
    Text,
    Words,
)
from documents.table_layout import (
    bar_rests,
    bar_widths,
    cell_style,
    facing_lines,
    line_count,
    plain,
    widths,
)

__all__ = [
    "Article",
    "Bar",
    "BarChart",
    "Block",
    "Column",
    "Digest",
    "Facing",
    "Heading",
    "Mark",
    "Paper",
    "Picture",
    "ResolutionPaper",
    "Role",
    "SignaturePlace",
    "Signatures",
    "Span",
    "Table",
    "Text",
    "Words",
    "paper",
    "published_edition",
    "resolution",
]

_PLACE = re.compile(r"(\{pages?\})")
_MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
# What we wrote ourselves is no upload: a long table may well repeat itself.
_OWN = Limits(size=1 << 30, inflated=1 << 30, xml_part=1 << 30, ratio=1 << 20)
# A paragraph before one of these, or before a table, stays on its page.
_LED = frozenset({Role.BULLET, Role.QUOTE_BULLET, Role.NUMBERED, Role.DIGEST_LABEL, Role.SOURCE})
# Entries that stay on the page of the next one.
_TOGETHER = frozenset({Role.NUMBERED, Role.ENTRY})
_LEAD = 400
"""Characters up to which a paragraph is kept with the list that it leads to: a longer one would be
pushed to the next page as a whole and leave half a page white."""
_LEADS = {Role.BODY: "House Lead", Role.QUOTE: "House Quote Lead"}
# Up to about this many lines a table stays on one page.
_KEPT_LINES = 20
# Up to about this many lines a row of facing texts stays on one page.
_WHOLE_LINES = 8
# XML 1.0, 2.2: characters that no document can hold.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def resolution(paper_of: ResolutionPaper) -> bytes:
    """The resolution as a DOCX."""
    return paper(
        Paper(
            language=paper_of.language,
            title=f"{paper_of.number} – {paper_of.title}",
            institution=paper_of.institution,
            body=paper_of.body,
            reference=paper_of.number,
            page_of=paper_of.page_of,
            subject=paper_of.date,
            created=paper_of.created,
            blocks=tuple(_resolution_blocks(paper_of)),
        )
    )


def _resolution_blocks(own: ResolutionPaper) -> Iterator[Block]:
    yield Text(own.number, Role.NUMBER)
    yield Text(own.title, Role.TITLE)
    yield Text(own.date, Role.SUBTITLE)
    yield Text(own.opening, Role.OPENING)
    yield from (Text(visa, Role.VISA) for visa in own.visas)
    yield from (Text(recital, Role.RECITAL) for recital in own.recitals)
    yield Text(own.decision, Role.DECISION)
    for article in own.articles:
        yield Heading(article.heading)
        yield from (Text(words) for words in article.paragraphs)
        yield from article.adopted
    yield Heading(own.vote_heading)
    yield from (Text(words) for words in own.vote_intro)
    yield own.vote
    yield Text(own.result, Role.AFTER_TABLE)
    yield Text(own.rule)
    yield Text(own.rule_source, Role.SOURCE)
    yield Heading(own.presence_heading)
    yield from own.presence
    yield Heading(own.certification_heading)
    yield from (Text(words, Role.CERTIFICATION) for words in own.certification)
    yield Text(own.done, Role.DONE)
    yield own.signatures
    yield Heading(own.annex_heading, annex=True)
    yield from (Text(words) for words in own.annex_intro)
    for digest in own.digests:
        yield Text(digest.label, Role.DIGEST_LABEL)
        yield Text(digest.value, Role.DIGEST)
    yield from (Text(words, Role.NOTE) for words in own.annex_notes)
    if own.origins is not None:
        yield from own.origins.blocks()


def paper(content: Paper) -> bytes:
    """Any paper as a DOCX: A4, house style, header, numbered pages, properties."""
    writer = _Writer(content)
    for block, following in pairwise((*content.blocks, None)):
        writer.add(block, following)
        writer.below_table(isinstance(block, Table | BarChart | Facing | Signatures))
    return writer.save()


def published_edition(data: bytes, *, title: str, language: str) -> bytes:
    """A statement made ready for sealing: its title and language said where readers look.

    Sets the title and language of the core properties, and the default language of the styles;
    runs that name a language of their own keep it.
    """
    document = Document(io.BytesIO(data))
    tag = LANGUAGE_TAGS.get(language, language)
    document.core_properties.title = title
    document.core_properties.language = tag
    styles = document.styles.element
    for defaults in styles.iter(qn("w:rPrDefault")):
        properties = defaults.find(qn("w:rPr"))
        if properties is not None:
            _set_language(properties, tag)
    return _saved(document)


class _Writer:
    """Puts blocks, in order, into an empty document of the house."""

    def __init__(self, content: Paper) -> None:
        self._content = content
        self._document: DocxDocument = Document(
            io.BytesIO(empty_document(content.language, landscape=content.landscape))
        )
        self._width = WIDE_WIDTH if content.landscape else TEXT_WIDTH
        self._styles: dict[str, str] = {}
        self._pictures = 0
        self._below_table = False
        self._head()

    def save(self) -> bytes:
        core = self._document.core_properties
        core.title = _clean(self._content.title)
        core.author = _clean(self._content.institution)
        core.subject = _clean(self._content.subject)
        core.language = LANGUAGE_TAGS.get(self._content.language, self._content.language)
        if self._content.created is not None:
            core.created = core.modified = self._content.created
        return _saved(self._document)

    def _head(self) -> None:
        section = self._document.sections[0]
        section.different_first_page_header_footer = True
        first, running = section.first_page_header, section.header
        top = first.paragraphs[0]
        self._fill(top, self._content.institution, "House Letterhead")
        self._fill(first.add_paragraph(), self._content.body, "House Letterhead Body")
        head: Words = (
            Span(self._content.institution, Mark.CAPITALS),
            f"\t{self._content.reference}",
        )
        self._fill(running.paragraphs[0], head, "header")
        for footer in (section.first_page_footer, section.footer):
            self._page_line(footer.paragraphs[0])
        for story in (first, running, section.first_page_footer, section.footer):
            _tidy(story._element)

    def _page_line(self, line: DocxParagraph) -> None:
        line._p.style = self._style_id("footer")
        for piece in _PLACE.split(self._content.page_of):
            if piece in ("{page}", "{pages}"):
                code = "PAGE" if piece == "{page}" else "NUMPAGES"
                simple = OxmlElement("w:fldSimple")
                simple.set(qn("w:instr"), f" {code} ")
                self._run(line, "1", None, None)
                _append(simple, line.runs[-1]._r)
                _append(line._p, simple)
            elif piece:
                self._run(line, piece, None, None)

    def below_table(self, below: bool) -> None:
        """Say whether what comes next stands right under a table, which has no space of its own."""
        self._below_table = below

    @singledispatchmethod
    def add(self, block: Block | None, following: Block | None) -> None:
        """Put one block at the end; ``following`` is the one after it."""
        raise TypeError(block)

    @add.register
    def _(self, block: Heading, following: Block | None) -> None:
        if block.annex:
            style = "House Annex"
        elif block.quoted:
            style = f"House Quote Heading {min(block.level, 2)}"
        else:
            style = f"heading {min(block.level, 3)}"
        self._paragraph(block.text, style, block.language)

    @add.register
    def _(self, block: Text, following: Block | None) -> None:
        style = block.role.value
        leads = isinstance(following, Table | BarChart) or (
            isinstance(following, Text) and following.role in _LED
        )
        if leads and len(plain(block.text)) <= _LEAD:
            style = _LEADS.get(block.role, style)
        elif self._below_table and block.role is Role.BODY:
            style = Role.AFTER_TABLE.value
        if block.role in _TOGETHER and isinstance(following, Text) and following.role is block.role:
            style = f"{style} Kept"
        self._paragraph(block.text, style, block.language)

    @add.register
    def _(self, block: Table, following: Block | None) -> None:
        self._paragraph(block.caption, "caption")
        shares = widths(block, self._width)
        short = line_count(block, shares) <= _KEPT_LINES
        table = self._table(
            1 + len(block.rows),
            shares,
            "House Rules",
            plain(block.caption),
            block.description,
        )
        _look(table, last_row=block.total, first_column=block.row_heads)
        _mark_header(table)
        lines = (tuple(column.label for column in block.columns), *block.rows)
        for at, (row, words) in enumerate(zip(table.rows, lines, strict=True)):
            kept = short and at < len(block.rows)
            for cell, column, text in zip(row.cells, block.columns, words, strict=True):
                style = cell_style(block, column, at == 0, kept)
                self._fill(cell.paragraphs[0], text, style, column.language)

    @add.register
    def _(self, block: BarChart, following: Block | None) -> None:
        self._paragraph(block.caption, "caption")
        shares = bar_widths(block, self._width)
        table = self._table(
            len(block.bars), shares, "House Bars", plain(block.caption), block.description
        )
        _look(table, last_row=False, first_column=True)
        rests = bar_rests(block, shares[1])
        for at, (row, bar, rest) in enumerate(zip(table.rows, block.bars, rests, strict=True), 1):
            label, drawn, figure = row.cells
            kept = " Kept" if at < len(block.bars) else ""
            self._fill(label.paragraphs[0], bar.label, f"House Table{kept}")
            self._fill(figure.paragraphs[0], bar.shown, f"House Figure{kept}")
            line = drawn.paragraphs[0]
            line._p.style = self._style_id("House Bar None" if rest is None else "House Bar")
            line.paragraph_format.right_indent = None if rest is None else Twips(rest)
            for cell in row.cells:
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER

    @add.register
    def _(self, block: Facing, following: Block | None) -> None:
        count = len(block.columns)
        shares = [self._width // count] * count
        rows = 1 + len(block.rows)
        table = self._table(
            rows, shares, "House Facing", block.title, block.description, whole_rows=False
        )
        _look(table, last_row=False, first_column=False)
        _mark_header(table)
        first, *others = table.rows
        _keep_whole(first)
        for cell, column in zip(first.cells, block.columns, strict=True):
            self._fill(cell.paragraphs[0], column.label, "House Side Head", column.language)
        for row, texts in zip(others, block.rows, strict=True):
            if facing_lines(texts, shares) <= _WHOLE_LINES:
                _keep_whole(row)
            for cell, column, text in zip(row.cells, block.columns, texts, strict=True):
                language = text.language or column.language
                self._fill(cell.paragraphs[0], text.text, text.role.value, language)

    @add.register
    def _(self, block: Signatures, following: Block | None) -> None:
        places = block.places
        table = self._table(
            1,
            [self._width // len(places)] * len(places),
            "House Places",
            block.description,
            block.description,
        )
        for cell, place in zip(table.rows[0].cells, places, strict=True):
            self._fill(cell.paragraphs[0], place.capacity, "House Signature")
            self._fill(cell.add_paragraph(), place.name, "House Signatory")
            self._fill(cell.add_paragraph(), place.line, "House Signature Line")

    @add.register
    def _(self, block: Picture, following: Block | None) -> None:
        if block.caption:
            self._paragraph(block.caption, "caption")
        line = self._paragraph("", "House Picture")
        line.add_run().add_picture(io.BytesIO(block.data), width=Mm(block.width_mm))
        self._pictures += 1
        for properties in line._p.iter(qn("wp:docPr")):
            properties.set("id", str(self._pictures))
            properties.set("name", f"Picture {self._pictures}")
            properties.set("descr", _clean(block.alternative))

    def _table(
        self,
        rows: int,
        widths: Sequence[int],
        style: str,
        title: str,
        description: str,
        *,
        whole_rows: bool = True,
    ) -> DocxTable:
        table: DocxTable = self._document.add_table(rows, len(widths))
        table.style = self._document.styles[style]
        table.autofit = False
        for grid, share in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
            grid.set(qn("w:w"), str(share))
        properties = table._tbl.tblPr
        whole = _child(properties, "w:tblW")
        whole.set(qn("w:w"), str(sum(widths)))
        whole.set(qn("w:type"), "dxa")
        for row in table.rows:
            if whole_rows:
                _keep_whole(row)
            for cell, share in zip(row.cells, widths, strict=True):
                _set_cell_width(cell, share)
        for name, text in (("w:tblCaption", title), ("w:tblDescription", description or title)):
            said = OxmlElement(name)
            said.set(qn("w:val"), _clean(text))
            _append(properties, said)
        return table

    def _style_id(self, name: str) -> str:
        """A style's id, looked up once: python-docx searches all styles at every asking."""
        if name not in self._styles:
            self._styles[name] = str(self._document.styles[name].style_id)
        return self._styles[name]

    def _paragraph(self, words: Words, style: str, language: str | None = None) -> DocxParagraph:
        line = self._document.add_paragraph()
        self._fill(line, words, style, language)
        return line

    def _fill(
        self, line: DocxParagraph, words: Words, style: str, language: str | None = None
    ) -> None:
        line._p.style = self._style_id(style)
        for span in (words,) if isinstance(words, str) else words:
            if isinstance(span, str):
                self._run(line, span, None, language)
            else:
                self._run(line, span.text, span.mark, span.language or language)

    def _run(self, line: DocxParagraph, text: str, mark: Mark | None, language: str | None) -> None:
        if not text:
            return
        run = line.add_run(_clean(text))
        if mark is not None:
            run._r.style = self._style_id(mark.value)
        spoken = language or self._content.language
        _set_language(run._r.get_or_add_rPr(), LANGUAGE_TAGS.get(spoken, spoken))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _set_language(properties: etree._Element, tag: str) -> None:
    """Say the language in run properties; ``w:lang`` is the last but what we never write."""
    said = properties.find(f"{{{W}}}lang")
    if said is None:
        said = OxmlElement("w:lang")
        properties.append(said)
    said.set(qn("w:val"), tag)


def _tidy(story: object) -> None:
    """Take out the namespaces of python-docx's empty header, which nothing here uses."""
    root = cast(etree._Element, story)
    root.attrib.pop(f"{{{_MARKUP}}}Ignorable", None)
    etree.cleanup_namespaces(root)


def _child(parent: object, name: str) -> etree._Element:
    """A child that python-docx has put there; its own types know only some of its elements."""
    found = cast(etree._Element, parent).find(qn(name))
    if found is None:
        raise LookupError(name)
    return found


def _append(parent: object, child: object) -> None:
    cast(etree._Element, parent).append(cast(etree._Element, child))


def _set_cell_width(cell: DocxCell, width: int) -> None:
    size = _child(cell._tc.get_or_add_tcPr(), "w:tcW")
    size.set(qn("w:w"), str(width))
    size.set(qn("w:type"), "dxa")


def _mark_header(table: DocxTable) -> None:
    """The heading row comes again on every page, and screen readers read it with each cell."""
    _append(table.rows[0]._tr.get_or_add_trPr(), OxmlElement("w:tblHeader"))


def _keep_whole(row: DocxRow) -> None:
    _append(row._tr.get_or_add_trPr(), OxmlElement("w:cantSplit"))


def _look(table: DocxTable, *, last_row: bool, first_column: bool) -> None:
    look = _child(table._tbl.tblPr, "w:tblLook")
    for name in list(look.keys()):
        del look.attrib[name]
    bits = 0x0620 | (0x0040 if last_row else 0) | (0x0080 if first_column else 0)
    look.set(qn("w:val"), f"{bits:04X}")
    for name, on in (
        ("firstRow", True),
        ("lastRow", last_row),
        ("firstColumn", first_column),
        ("lastColumn", False),
        ("noHBand", True),
        ("noVBand", True),
    ):
        look.set(qn(f"w:{name}"), "1" if on else "0")


def _saved(document: DocxDocument) -> bytes:
    """The document's bytes, packed by us: python-docx stamps the hour into the zip."""
    out = io.BytesIO()
    document.save(out)
    return Package.read(out.getvalue(), _OWN).write()
