"""Papers are valid, accessible, styled by styles alone, and the same bytes every time."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import zipfile
import zlib
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from documents.intake import Report, inspect
from documents.package import Package
from documents.writer import (
    Block,
    Column,
    Heading,
    Mark,
    Paper,
    Picture,
    Role,
    Span,
    Table,
    Text,
    paper,
    published_edition,
    resolution,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SCHEMAS = {
    "/docProps/core.xml": "opc-coreProperties.xsd",
    "/[Content_Types].xml": "opc-contentTypes.xsd",
    ".rels": "opc-relationships.xsd",
    "/word/": "wml.xsd",
}


def a_paper(*blocks: Block, language: str = "fr") -> bytes:
    return paper(
        Paper(
            language=language,
            title="Procès-verbal",
            institution="Institut Mines-Télécom",
            body="Conseil d’administration",
            reference="PV-2026-03",
            page_of="Page {page} sur {pages}",
            blocks=blocks,
        )
    )


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" + b"\x20\x40\x60" * 2)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


BLOCKS: tuple[Block, ...] = (
    Heading("Ordre du jour"),
    Text("Le conseil examine :"),
    Text("l’énoncé ;", Role.BULLET),
    Text(("en anglais : ", Span("the statement", Mark.EMPHASIS, "en")), Role.BULLET),
    Heading("Détail", 2),
    Table("Voix", (Column("Qui"), Column("Combien", True)), (("Pour", "18"),) * 40, "Qui a voté."),
    Picture(png(), "Barres : 18 voix pour, 2 contre"),
)


@pytest.fixture(params=["the resolution in French", "the resolution in English", "minutes"])
def written(request: pytest.FixtureRequest, resolutions: ModuleType) -> bytes:
    made = {
        "the resolution in French": lambda: resolution(resolutions.french()),
        "the resolution in English": lambda: resolution(resolutions.english()),
        "minutes": lambda: a_paper(*BLOCKS),
    }
    return made[request.param]()


def stories(data: bytes) -> dict[str, etree._Element]:
    package = Package.read(data)
    return {
        name: package.xml(name)
        for name in package.parts
        if re.fullmatch(r"/word/(document|header\d+|footer\d+)\.xml", name)
    }


def style_ids(root: etree._Element, tag: str) -> list[str]:
    return [str(item.get(f"{W}val")) for item in root.iter(f"{W}{tag}")]


def text_of(element: etree._Element) -> str:
    return "".join(element.itertext(f"{W}t"))


def test_a_paper_passes_intake_without_a_word(written: bytes) -> None:
    assert inspect(written, name="x.docx") == Report("x.docx")


def test_every_part_is_valid_against_the_transitional_schemas(written: bytes, corpus: Path) -> None:
    package = Package.read(written)
    for name in package.parts:
        if not name.endswith((".xml", ".rels")):
            continue
        schema = SCHEMAS.get(name) or SCHEMAS[".rels" if name.endswith(".rels") else "/word/"]
        judge = etree.XMLSchema(etree.parse(corpus / "xsd" / schema))
        assert judge.validate(package.xml(name)), (name, judge.error_log)


def test_the_same_paper_is_the_same_bytes(written: bytes, resolutions: ModuleType) -> None:
    again = [
        resolution(resolutions.french()),
        resolution(resolutions.english()),
        a_paper(*BLOCKS),
    ]
    assert written in again


def test_every_look_comes_from_a_style(written: bytes) -> None:
    for root in stories(written).values():
        for properties in root.iter(f"{W}pPr"):
            assert {child.tag for child in properties} <= {f"{W}pStyle"}
        for properties in root.iter(f"{W}rPr"):
            assert {child.tag for child in properties} <= {f"{W}rStyle", f"{W}lang"}


def test_every_style_that_is_used_is_there(written: bytes) -> None:
    styles = Package.read(written).xml("/word/styles.xml")
    known = {style.get(f"{W}styleId") for style in styles.iter(f"{W}style")}
    for root in stories(written).values():
        used = {name for tag in ("pStyle", "rStyle", "tblStyle") for name in style_ids(root, tag)}
        assert used <= known
    for tag in ("basedOn", "next", "link"):
        assert set(style_ids(styles, tag)) <= known


def test_every_run_with_text_says_its_language(written: bytes) -> None:
    for root in stories(written).values():
        for run in root.iter(f"{W}r"):
            if text_of(run):
                assert run.find(f"{W}rPr/{W}lang").get(f"{W}val") in ("fr-FR", "en-GB")


def test_words_in_the_other_language_say_so(resolutions: ModuleType) -> None:
    body = stories(resolution(resolutions.french()))["/word/document.xml"]
    english = [
        text_of(run)
        for run in body.iter(f"{W}r")
        if run.find(f"{W}rPr/{W}lang").get(f"{W}val") == "en-GB"
    ]
    assert english == [
        "All together to imagine and build a sustainable future and to train its key stakeholders"
    ]


def test_a_column_in_the_other_language_says_so_in_every_cell() -> None:
    sides = (Column("Français"), Column("English", language="en"))
    data = a_paper(Table("Les deux textes", sides, (("Bonjour", "Hello"), ("Merci", "Thanks"))))
    body = stories(data)["/word/document.xml"]
    said = [
        run.find(f"{W}rPr/{W}lang").get(f"{W}val")
        for cell in body.iter(f"{W}tc")
        for run in cell.iter(f"{W}r")
    ]
    assert said == ["fr-FR", "en-GB"] * 3


def test_headings_go_down_one_level_at_a_time(written: bytes) -> None:
    package = Package.read(written)
    levels: dict[str, int] = {}
    for style in package.xml("/word/styles.xml").iter(f"{W}style"):
        own, base = style.find(f"{W}pPr/{W}outlineLvl"), style.find(f"{W}basedOn")
        if own is not None:
            levels[str(style.get(f"{W}styleId"))] = int(str(own.get(f"{W}val"))) + 1
        elif base is not None and base.get(f"{W}val") in levels:
            levels[str(style.get(f"{W}styleId"))] = levels[str(base.get(f"{W}val"))]
    used = style_ids(package.xml("/word/document.xml"), "pStyle")
    found = [levels[style] for style in used if style in levels]
    assert found[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(found))


def test_the_adopted_text_stands_in_the_resolution_as_headings_and_quotes(
    resolutions: ModuleType,
) -> None:
    body = stories(resolution(resolutions.french()))["/word/document.xml"]
    quoted = [
        (style_ids(line, "pStyle")[0], text_of(line))
        for line in body.iter(f"{W}p")
        if "Quote" in style_ids(line, "pStyle")[0] or "Motto" in style_ids(line, "pStyle")[0]
    ]
    assert [style for style, _ in quoted[:3]] == [
        "HouseQuoteHeading1",
        "HouseMotto",
        "HouseQuoteHeading2",
    ]
    assert quoted[1][1].startswith("Ensemble pour imaginer et construire un avenir durable")


def test_tables_repeat_their_heading_row_keep_rows_whole_and_say_what_they_show(
    written: bytes,
) -> None:
    tables = [
        table
        for table in stories(written)["/word/document.xml"].iter(f"{W}tbl")
        if "HouseRules" in style_ids(table, "tblStyle")
    ]
    assert tables
    for table in tables:
        rows = table.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [
            at == 0 for at in range(len(rows))
        ]
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        for name in ("tblCaption", "tblDescription"):
            assert table.find(f"{W}tblPr/{W}{name}").get(f"{W}val")


def test_figures_stand_to_the_right_and_words_do_not(resolutions: ModuleType) -> None:
    body = stories(resolution(resolutions.french()))["/word/document.xml"]
    vote = next(body.iter(f"{W}tbl"))
    for row in vote.findall(f"{W}tr"):
        first, *others = (style_ids(cell, "pStyle")[0] for cell in row.findall(f"{W}tc"))
        assert first.startswith("HouseTable")
        assert all(style.startswith("HouseFigure") for style in others)


@pytest.mark.parametrize(("rows", "kept"), [(6, True), (60, False)])
def test_a_short_table_stays_on_one_page_and_a_long_one_may_break(rows: int, kept: bool) -> None:
    body = stories(a_paper(Table("T", (Column("A"),), (("un",),) * rows)))["/word/document.xml"]
    used = [style_ids(row, "pStyle")[0] for row in body.iter(f"{W}tr")]
    assert used[0] == "HouseTableHead"
    assert set(used[1:-1]) == {"HouseTableKept" if kept else "HouseTable"}
    assert used[-1] == "HouseTable"


def test_no_column_is_narrower_than_its_longest_word() -> None:
    long = "Représentativement"
    narrow = Column(long, True, 1)
    body = stories(a_paper(Table("T", (Column("A", weight=90), narrow), (("a", "1"),))))
    widths = [
        int(str(grid.get(f"{W}w"))) for grid in body["/word/document.xml"].iter(f"{W}gridCol")
    ]
    assert widths[1] >= len(long) * 110


def test_the_properties_hold_title_language_and_institution_and_nothing_of_the_tool(
    resolutions: ModuleType,
) -> None:
    data = resolution(resolutions.french())
    package = Package.read(data)
    core = {etree.QName(item).localname: item.text for item in package.xml("/docProps/core.xml")}
    assert core == {
        "title": "Délibération n°\u00a0CA-2026-14 – Adoption de l’énoncé de mission",
        "creator": "Institut Mines-Télécom",
        "subject": "Séance du 12\u00a0mars 2026",
        "language": "fr-FR",
    }
    assert not any("thumbnail" in name or "customXml" in name for name in package.parts)
    assert not any(b"python-docx" in part for part in package.parts.values())


def test_a_moment_is_written_only_when_given() -> None:
    moment = datetime(2026, 3, 12, 16, 30, tzinfo=UTC)
    content = Paper("en", "T", "I", "B", "R", "{page}", (), created=moment)
    core = Package.read(paper(content)).xml("/docProps/core.xml")
    dates = {etree.QName(item).localname: item.text for item in core}
    assert dates["created"] == dates["modified"] == "2026-03-12T16:30:00Z"


def test_every_footer_counts_its_pages_and_the_sheet_is_a4(written: bytes) -> None:
    parts = stories(written)
    footers = [root for name, root in parts.items() if "footer" in name]
    assert len(footers) == 2
    for footer in footers:
        codes = [str(field.get(f"{W}instr")).strip() for field in footer.iter(f"{W}fldSimple")]
        assert codes == ["PAGE", "NUMPAGES"]
        assert text_of(footer).startswith("Page 1 ")
    size = parts["/word/document.xml"].find(f".//{W}pgSz")
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")


def test_a_picture_says_what_it_shows() -> None:
    body = stories(a_paper(*BLOCKS))["/word/document.xml"]
    (described,) = body.iter(
        "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    )
    assert described.get("descr") == "Barres : 18 voix pour, 2 contre"


def test_the_words_before_a_list_stay_with_it() -> None:
    body = stories(a_paper(*BLOCKS))["/word/document.xml"]
    assert style_ids(body, "pStyle")[:3] == ["Heading1", "HouseLead", "ListBullet"]


def test_a_table_of_thousands_of_equal_rows_is_written() -> None:
    data = a_paper(Table("T", (Column("A"),), (("un",),) * 4_000))
    assert len(list(stories(data)["/word/document.xml"].iter(f"{W}tr"))) == 4_001


def test_a_paragraph_under_a_table_keeps_its_distance() -> None:
    table = Table("T", (Column("A"),), (("un",),))
    body = stories(a_paper(table, Text("Suite"), Text("Fin")))["/word/document.xml"]
    assert style_ids(body, "pStyle")[-2:] == ["HouseAfterTable", "BodyText"]


def test_digests_stand_whole_and_in_monospace(resolutions: ModuleType) -> None:
    body = stories(resolution(resolutions.english()))["/word/document.xml"]
    digests = [text_of(p) for p in body.iter(f"{W}p") if style_ids(p, "pStyle") == ["HouseDigest"]]
    assert tuple(digests) == resolutions.DIGESTS


def test_the_zip_is_the_houses_own(written: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        names = archive.namelist()
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names[:2] == ["[Content_Types].xml", "_rels/.rels"]


@settings(max_examples=40, deadline=None)
@given(words=st.text(max_size=40))
def test_any_words_make_a_file_that_reads_back(words: str) -> None:
    data = a_paper(Text(words), Table(words, (Column(words),), ((words,),)))
    body = stories(data)["/word/document.xml"]
    line = next(body.iter(f"{W}p"))
    shown = "".join(
        {f"{W}t": item.text or "", f"{W}tab": "\t", f"{W}br": "\n", f"{W}noBreakHyphen": "-"}.get(
            str(item.tag), ""
        )
        for item in line.iter()
    )
    allowed = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", words)
    assert shown == re.sub("\r\n?", "\n", allowed)


def test_the_published_edition_says_its_title_and_language(resolutions: ModuleType) -> None:
    data = published_edition(
        resolution(resolutions.french()), title="Mission statement", language="en"
    )
    package = Package.read(data)
    core = {etree.QName(item).localname: item.text for item in package.xml("/docProps/core.xml")}
    assert (core["title"], core["language"]) == ("Mission statement", "en-GB")
    defaults = package.xml("/word/styles.xml").find(f"{W}docDefaults")
    assert defaults.find(f".//{W}lang").get(f"{W}val") == "en-GB"
    original = Package.read(resolution(resolutions.french()))
    assert package.parts["/word/document.xml"] == original.parts["/word/document.xml"]


@pytest.mark.needs_libreoffice
def test_libreoffice_lays_the_resolution_out_on_four_pages(
    resolutions: ModuleType, soffice: str, tmp_path: Path
) -> None:
    (tmp_path / "resolution.docx").write_bytes(resolution(resolutions.french()))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    source = str(tmp_path / "resolution.docx")
    subprocess.run(
        [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), source],
        check=True,
        capture_output=True,
        timeout=120,
    )
    pdf = (tmp_path / "resolution.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == 4
