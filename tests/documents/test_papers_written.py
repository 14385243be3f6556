"""Minutes, the sign-off matrix and the bilingual edition: valid, accessible, styled by styles alone."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from documents.bilingual import BilingualPaper, Edition, bilingual
from documents.errors import DocumentError
from documents.house_style import TEXT_WIDTH
from documents.house_tables import BAR_MARGIN
from documents.identity import stamp
from documents.intake import Report, inspect
from documents.minutes import minutes
from documents.package import Package
from documents.reader import read
from documents.segments import extract, merge
from documents.signoff import WIDEST, Decider, MatrixRow, SignoffPaper, signoff
from documents.tags import TaggedText
from flows.minutes_paper import minutes_paper
from flows.signoff_paper import signoff_paper
from flows.synthesis_paper import synthesis_paper
from tests.documents.docx_make import docx, note_reference, para, run, table
from tests.documents.test_writer import SCHEMAS, W, stories, style_ids, text_of
from tests.flows.consulted import summed_up
from tests.flows.minutes_and_matrix import meeting, review

TEXT = (
    para("Énoncé de mission", style="Titre"),
    para("Ensemble pour ", run("imaginer", "<w:b/>"), " un avenir durable.", style="Citation"),
    para("Une consultation", style="Titre1"),
    para("Plus de 5 000 réponses", note_reference(1), " ont été reçues :"),
    para("personnels ;", style="Puce"),
    para("étudiants.", style="Puce"),
    table(("un", "deux")),
)


def editions(*more: str) -> tuple[bytes, bytes]:
    source = stamp(docx(*TEXT, *more, header="En-tête", footnotes={1: "Le décret."}))
    targets = {
        (one.id, index): TaggedText(f"EN {text}")
        for one in extract(source)
        for index, text in enumerate(one.segments)
    }
    return source, merge(source, targets, "en")


def two_columns(first: bytes, second: bytes) -> bytes:
    return bilingual(
        BilingualPaper(
            institution="Institut Mines-Télécom",
            body="Conseil d’administration",
            number="Édition bilingue",
            title="Énoncé de mission",
            reference="Énoncé de mission",
            page_of="Page {page} sur {pages}",
            first=Edition(first, "fr", "Français"),
            second=Edition(second, "en", "English"),
            table_title="Les deux textes",
            description="À gauche le français, à droite l’anglais.",
            notes_heading=("Notes", "Notes"),
            missing=("Sans équivalent.", "No counterpart."),
            remarks=("Le texte français fait foi.",),
        )
    )


MAKERS = {
    "minutes in French": lambda: minutes(minutes_paper(meeting("fr"), "fr")),
    "minutes in English": lambda: minutes(minutes_paper(meeting("en"), "en")),
    "the matrix in French": lambda: signoff(signoff_paper(review("fr"), "fr")),
    "the matrix in English": lambda: signoff(signoff_paper(review("en"), "en")),
    "the summary of a consultation in French": lambda: synthesis_paper(summed_up(), "fr"),
    "the summary of a consultation in English": lambda: synthesis_paper(
        summed_up(by_link=True), "en"
    ),
    "a bilingual edition": lambda: two_columns(*editions()),
}


@pytest.fixture(params=MAKERS)
def written(request: pytest.FixtureRequest) -> bytes:
    return MAKERS[request.param]()


def body_of(data: bytes) -> etree._Element:
    return stories(data)["/word/document.xml"]


def test_a_paper_passes_intake_without_a_word(written: bytes) -> None:
    assert inspect(written, name="x.docx") == Report("x.docx")


def test_every_part_is_valid_against_the_transitional_schemas(written: bytes, corpus: Path) -> None:
    package = Package.read(written)
    for name in package.parts:
        schema = SCHEMAS.get(name) or SCHEMAS[".rels" if name.endswith(".rels") else "/word/"]
        judge = etree.XMLSchema(etree.parse(corpus / "xsd" / schema))
        assert judge.validate(package.xml(name)), (name, judge.error_log)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_the_same_paper_is_the_same_bytes(make) -> None:
    assert make() == make()


def test_every_look_comes_from_a_style_that_is_there(written: bytes) -> None:
    styles = Package.read(written).xml("/word/styles.xml")
    known = {style.get(f"{W}styleId") for style in styles.iter(f"{W}style")}
    for root in stories(written).values():
        for properties in root.iter(f"{W}pPr"):
            bar = properties.find(f"{W}pStyle[@{W}val='HouseBar']") is not None
            own = {f"{W}ind"} if bar else set()  # how long a bar is, is no look
            assert {child.tag for child in properties} <= {f"{W}pStyle", *own}
        for properties in root.iter(f"{W}rPr"):
            assert {child.tag for child in properties} <= {f"{W}rStyle", f"{W}lang"}
        used = {name for tag in ("pStyle", "rStyle", "tblStyle") for name in style_ids(root, tag)}
        assert used <= known


def test_every_run_with_text_says_its_language(written: bytes) -> None:
    for root in stories(written).values():
        for one in root.iter(f"{W}r"):
            if text_of(one):
                assert one.find(f"{W}rPr/{W}lang").get(f"{W}val") in ("fr-FR", "en-GB")


def test_headings_go_down_one_level_at_a_time(written: bytes) -> None:
    levels = [
        int(style.removeprefix("Heading"))
        for style in style_ids(body_of(written), "pStyle")
        if style.startswith("Heading")
    ]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_repeat_a_heading_row_and_say_what_they_show(written: bytes) -> None:
    tables = [
        one
        for one in body_of(written).iter(f"{W}tbl")
        if set(style_ids(one, "tblStyle")) & {"HouseRules", "HouseFacing"}
    ]
    assert tables
    for one in tables:
        rows = one.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [
            at == 0 for at in range(len(rows))
        ]
        for name in ("tblCaption", "tblDescription"):
            assert one.find(f"{W}tblPr/{W}{name}").get(f"{W}val")


def test_the_properties_say_title_and_language(written: bytes) -> None:
    core = {
        etree.QName(item).localname: item.text
        for item in Package.read(written).xml("/docProps/core.xml")
    }
    assert core["title"]
    assert core["language"] in ("fr-FR", "en-GB")
    assert core["creator"] == "Institut Mines-Télécom"


def facing(data: bytes) -> list[tuple[str, ...]]:
    return [
        tuple(text_of(cell) for cell in row.findall(f"{W}tc"))
        for one in body_of(data).iter(f"{W}tbl")
        for row in one.findall(f"{W}tr")[1:]
    ]


def test_a_paragraph_stands_beside_the_one_with_its_identity() -> None:
    assert facing(two_columns(*editions())) == [
        (
            "Ensemble pour imaginer un avenir durable.",
            "EN Ensemble pour imaginer un avenir durable.",
        ),
        ("Plus de 5 000 réponses1 ont été reçues :", "EN Plus de 5 000 réponses1 ont été reçues :"),
        ("personnels ;", "EN personnels ;"),
        ("étudiants.", "EN étudiants."),
        ("un", "EN un"),
        ("deux", "EN deux"),
        ("1\u00a0Le décret.", "1\u00a0EN Le décret."),
    ]


def test_every_word_of_both_editions_is_in_the_bilingual_one_and_margins_are_not() -> None:
    first, second = editions()
    said = "".join(body_of(two_columns(first, second)).itertext(f"{W}t"))
    for edition in (first, second):
        for block in read(edition).blocks:
            words = [part for part in re.split(r"\s+", block.text) if part]
            if block.story.value == "header":
                assert block.text not in said
            else:
                assert all(word in said for word in words)


def test_the_columns_have_their_languages() -> None:
    for one in body_of(two_columns(*editions())).iter(f"{W}tbl"):
        for row in one.findall(f"{W}tr"):
            cells = [
                {str(lang.get(f"{W}val")) for lang in cell.iter(f"{W}lang")}
                for cell in row.iter(f"{W}tc")
            ]
            assert cells == [{"fr-FR"}, {"en-GB"}]


def test_a_heading_is_one_heading_in_both_languages_outside_every_table() -> None:
    body = body_of(two_columns(*editions())).find(f"{W}body")
    headings = [one for one in body.findall(f"{W}p") if style_ids(one, "pStyle") == ["Heading1"]]
    assert [text_of(one) for one in headings] == ["Une consultationEN Une consultation", "Notes"]
    assert [lang.get(f"{W}val") for lang in headings[0].iter(f"{W}lang")][-1] == "en-GB"
    titles = {
        style_ids(one, "pStyle")[0]: text_of(one)
        for one in body.findall(f"{W}p")
        if style_ids(one, "pStyle")[0] in ("Title", "Subtitle")
    }
    assert titles == {"Title": "Énoncé de mission", "Subtitle": "EN Énoncé de mission"}


def test_what_one_edition_lacks_is_said_to_be_lacking() -> None:
    longer, _ = editions(para("Ajouté."))
    _, shorter = editions()
    assert ("Ajouté.", "No counterpart.") in facing(two_columns(longer, shorter))


def test_a_bilingual_edition_of_no_word_file_is_refused() -> None:
    with pytest.raises(DocumentError):
        two_columns(b"PK", b"PK")


def a_matrix(people: int) -> SignoffPaper:
    return SignoffPaper(
        language="en",
        institution="I",
        body="B",
        number="N",
        title="T",
        subtitle="S",
        page_of="{page}",
        summary=(),
        matrix_heading="H",
        matrix_caption="{part} of {parts}",
        matrix_description="D",
        paragraph_label="Paragraph",
        deciders=tuple(Decider("Step", f"P{at}") for at in range(people)),
        rows=(MatrixRow("§ 1", "Text", tuple(f"c{at}" for at in range(people))),),
        key_heading="K",
        key=(),
        voided_heading="V",
        voided_intro=(),
        voided=None,
        annex_heading="A",
    )


@pytest.mark.parametrize("people", [1, WIDEST, WIDEST + 1, 3 * WIDEST, 3 * WIDEST + 1])
def test_every_decision_is_in_the_matrix_once_however_many_people_decide(people: int) -> None:
    body = body_of(signoff(a_matrix(people)))
    tables = list(body.iter(f"{W}tbl"))
    found = [
        text_of(cell) for one in tables for cell in one.findall(f"{W}tr")[1].findall(f"{W}tc")[1:]
    ]
    assert found == [f"c{at}" for at in range(people)]
    assert len(tables) == -(-people // WIDEST)
    for one in tables:
        assert sum(int(str(grid.get(f"{W}w"))) for grid in one.iter(f"{W}gridCol")) <= 14_600
        assert text_of(one.findall(f"{W}tr")[1].find(f"{W}tc")).startswith("§ 1")


def test_a_row_with_a_decision_too_few_is_refused() -> None:
    content = a_matrix(2)
    rows = (MatrixRow("§ 1", "Text", ("c0",)),)
    wrong = SignoffPaper(
        **{name: getattr(content, name) for name in content.__slots__} | {"rows": rows}
    )
    with pytest.raises(ValueError, match="§ 1"):
        signoff(wrong)


def test_the_matrix_lies_on_its_side_and_its_header_reaches_the_edge() -> None:
    data = signoff(a_matrix(3))
    size = body_of(data).find(f".//{W}pgSz")
    assert (size.get(f"{W}w"), size.get(f"{W}orient")) == ("16838", "landscape")
    tab = (
        Package.read(data)
        .xml("/word/styles.xml")
        .find(f".//{W}style[@{W}styleId='Header']//{W}tab")
    )
    assert tab.get(f"{W}pos") == "14570"


@pytest.mark.needs_libreoffice
def test_libreoffice_opens_every_paper_and_exports_its_structure(
    soffice: str, tmp_path: Path
) -> None:
    names = []
    for at, make in enumerate(MAKERS.values()):
        names.append(f"paper{at}")
        (tmp_path / f"paper{at}.docx").write_bytes(make())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    export = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
    sources = [str(tmp_path / f"{name}.docx") for name in names]
    subprocess.run(
        [
            soffice,
            profile,
            "--headless",
            "--convert-to",
            export,
            "--outdir",
            str(tmp_path),
            *sources,
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    for name in names:
        pdf = (tmp_path / f"{name}.pdf").read_bytes()
        assert b"/StructTreeRoot" in pdf
        assert b"/S/TH" in pdf
        assert b"/S/H1" in pdf


def test_the_bars_of_a_chart_are_as_long_as_their_shares() -> None:
    own = summed_up()
    shares = [float(line.share or 0) for line in own.participation.lines]
    root = body_of(synthesis_paper(own, "fr"))
    chart = root.find(f".//{W}tbl")
    width = int(chart.findall(f"{W}tblGrid/{W}gridCol")[1].get(f"{W}w")) - BAR_MARGIN
    lengths = [
        width - int(bar.find(f"{W}ind").get(f"{W}right"))
        for bar in chart.iter(f"{W}pPr")
        if bar.find(f"{W}pStyle").get(f"{W}val") == "HouseBar"
    ]
    assert len(lengths) == len(shares)
    for length, share in zip(lengths, shares, strict=True):
        assert length / width == pytest.approx(share / max(shares), abs=0.02)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_table_of_a_summary_is_wider_than_the_line(language: str) -> None:
    for table_ in body_of(synthesis_paper(summed_up(), language)).iter(f"{W}tbl"):
        columns = [int(one.get(f"{W}w")) for one in table_.iter(f"{W}gridCol")]
        assert sum(columns) <= TEXT_WIDTH
