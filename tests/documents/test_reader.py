"""What the reader gives for the shapes that Word files come in."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents.digest import text_digest
from documents.errors import DocumentError
from documents.package import Package
from documents.reader import on_one_line, read
from documents.wml import Kind, Story
from tests.documents.docx_make import docx, field, note_reference, para, run, table

BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>"
    "{0}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
    "<w:txbxContent>{0}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
READ = {
    "a word that Word split between runs is one word": (
        para(run("l’innov"), run("ation", attributes='w:rsidR="00AB12CD"')),
        ["l’innovation"],
    ),
    "inserted text is read and deleted text is not": (
        para(
            "Nous ",
            f'<w:ins w:id="1" w:author="A">{run("formons")}</w:ins>',
            '<w:del w:id="2" w:author="A"><w:r><w:delText>informons</w:delText></w:r></w:del>',
        ),
        ["Nous formons"],
    ),
    "a field is read as its result and never as its code": (
        para("Voir ", field(" REF _Ref12 \\h ", "l’article 3"), "."),
        ["Voir l’article 3."],
    ),
    "a simple field is read as its result": (
        para("Le ", f'<w:fldSimple w:instr=" DATE ">{run("12 mars")}</w:fldSimple>'),
        ["Le 12 mars"],
    ),
    "a content control in a line is read": (
        para("Ici ", f"<w:sdt><w:sdtPr/><w:sdtContent>{run('dedans')}</w:sdtContent></w:sdt>"),
        ["Ici dedans"],
    ),
    "a content control around paragraphs is read": (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{para('Un')}{para('Deux')}</w:sdtContent></w:sdt>",
        ["Un", "Deux"],
    ),
    "tables are read cell by cell": (table(("a", "b"), ("c", "d")), ["a", "b", "c", "d"]),
    "a text box is read once, after its paragraph": (
        para("Avant", BOX.format(para("Dans la boîte"))),
        ["Avant", "Dans la boîte"],
    ),
    "soft and non-breaking hyphens are characters": (
        para("<w:r><w:t>aujourd</w:t><w:noBreakHyphen/><w:t>hui</w:t><w:softHyphen/></w:r>"),
        ["aujourd\u2011hui\u00ad"],
    ),
    "tabs and breaks are characters": (
        para("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>"),
        ["a\tb\nc"],
    ),
    "white space that the file does not preserve is not there": (
        para("<w:r><w:t> a </w:t></w:r>"),
        ["a"],
    ),
}


@pytest.mark.parametrize(("body", "texts"), READ.values(), ids=READ.keys())
def test_the_reader_sees_what_a_person_sees(body: str, texts: list[str]) -> None:
    assert [block.text for block in read(docx(body)).blocks] == texts


KINDS = {
    "a heading by its style's outline level": ("Titre1", "", Kind.HEADING, 1),
    "a heading by a style that is based on one": ("Sous", "", Kind.HEADING, 1),
    "a heading by its own outline level": ("", '<w:outlineLvl w:val="2"/>', Kind.HEADING, 3),
    "the title": ("Titre", "", Kind.HEADING, 0),
    "a list by its style": ("Puce", "", Kind.LIST, 1),
    "a list by its numbering": (
        "",
        '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr>',
        Kind.LIST,
        2,
    ),
    "no list, when its numbering is taken off": (
        "Puce",
        '<w:numPr><w:numId w:val="0"/></w:numPr>',
        Kind.BODY,
        0,
    ),
    "no list, when its number is not defined": (
        "",
        '<w:numPr><w:numId w:val="77"/></w:numPr>',
        Kind.BODY,
        0,
    ),
    "a quote": ("Citation", "", Kind.QUOTE, 0),
    "plain text": ("", "", Kind.BODY, 0),
    "plain text in an unknown style": ("Absent", "", Kind.BODY, 0),
}


@pytest.mark.parametrize(("style", "properties", "kind", "level"), KINDS.values(), ids=KINDS.keys())
def test_a_paragraph_is_recognised_as(style: str, properties: str, kind: Kind, level: int) -> None:
    (block,) = read(docx(para("x", style=style, properties=properties))).blocks
    assert (block.kind, block.level, block.style) == (kind, level, style)


def test_stories_come_in_order_and_separators_do_not_come() -> None:
    data = docx(
        para("Corps", note_reference(2), note_reference(1)),
        table(("Case",)),
        header="En-tête",
        footnotes={1: "Note une", 2: "Note deux", 3: "Note de personne"},
        title="Raison d’être",
    )
    document = read(data)
    assert document.title == "Raison d’être"
    assert [(block.story, block.text) for block in document.blocks] == [
        (Story.BODY, "Corps"),
        (Story.BODY, "Case"),
        (Story.HEADER, "En-tête"),
        (Story.FOOTNOTE, "Note deux"),
        (Story.FOOTNOTE, "Note une"),
    ]
    assert [block.in_table for block in document.blocks] == [False, True, False, False, False]


def test_a_strict_file_reads_as_its_transitional_twin() -> None:
    body = (para("Titre", style="Titre1"), para("Corps", note_reference(1)))
    same = [read(docx(*body, footnotes={1: "Note"}, strict=strict)) for strict in (False, True)]
    assert same[0] == same[1]
    assert len(same[0].blocks) == 3


def test_a_section_whose_header_is_no_header_is_read_without_it() -> None:
    data = docx(para("Corps"), header="En-tête", footnotes={1: "Note"})
    parts = Package.read(data).parts
    rels = "/word/_rels/document.xml.rels"
    # The reference leads to the styles, to the body itself, to the notes.
    for target in ("styles.xml", "document.xml", "footnotes.xml"):
        wrong = (
            parts[rels]
            .replace(b'Id="hdr"', b'Id="was"')
            .replace(
                b"</Relationships>",
                b'<Relationship Id="hdr" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
                b'relationships/styles" Target="' + target.encode() + b'"/></Relationships>',
            )
        )
        turned = Package(dict(parts)).with_parts({rels: wrong}).write()
        assert [block.text for block in read(turned).blocks] == ["Corps"]
        assert [one.text for one in text_digest(turned).paragraphs] == ["Corps"]


def test_what_is_no_word_file_is_refused_with_a_sentence() -> None:
    with pytest.raises(DocumentError) as refusal:
        read(b"%PDF-1.7")
    assert str(refusal.value).endswith(".")


def test_real_files_are_read_or_refused_in_a_sentence(corpus_docx: tuple[Path, ...]) -> None:
    read_ones, refusals = 0, []
    for path in corpus_docx:
        try:
            read_ones += bool(read(path.read_bytes()).blocks)
        except DocumentError as refusal:
            refusals.append(str(refusal))
    assert read_ones > 200
    assert all(one.endswith(".") for one in refusals)


def test_spaces_that_hold_words_together_stay_on_one_line() -> None:
    assert on_one_line(" Il\ta dit\n :\u00a0«\u00a0oui\u202f! » ") == (
        "Il a dit :\u00a0«\u00a0oui\u202f! »"
    )
