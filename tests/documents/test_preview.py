"""The preview shows every paragraph once, in order, and nothing of it can run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.digest import text_digest
from documents.errors import DocumentError
from documents.package import Package
from documents.preview import Anchor, preview
from documents.reader import read
from documents.wml import ParagraphId
from tests.documents.docx_make import docx, note_reference, para, run, table
from tests.documents.html_views import (
    DELETED,
    INSERTED,
    assert_safe,
    assert_whole,
    classes,
    outline,
    shown,
    text_of,
    told,
    tree,
    written,
)

OUTLINE = '<w:outlineLvl w:val="2"/>'
DEEPER = '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'
NUMBERED = (
    '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="3"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1">'
    '<w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="7"/></w:num>'
)


def with_numbering(data: bytes, more: str) -> bytes:
    package = Package.read(data)
    part = package.parts["/word/numbering.xml"].replace(
        b"</w:numbering>", f"{more}</w:numbering>".encode()
    )
    return package.with_parts({"/word/numbering.xml": part}).write()


SHOWN = {
    "a title and headings go down from the level asked for": (
        (para("T", style="Titre"), para("A", style="Titre1"), para("B", properties=OUTLINE)),
        ["h1 T", "h2 A", "h4 B"],
    ),
    "without a title the highest heading is the first": (
        (para("A", style="Titre1"), para("B", properties=OUTLINE)),
        ["h1 A", "h3 B"],
    ),
    "a quotation is one": (
        (para("A", style="Citation"), para("B", style="Citation")),
        ["blockquote AB"],
    ),
    "list items of one list stand in one list": (
        (para("A", style="Puce"), para("B", style="Puce"), "C"),
        ["ul AB"],
    ),
    "deeper items stand in the item above": (
        (
            para("A", style="Puce"),
            para("B", style="Puce", properties=DEEPER),
            para("C", style="Puce"),
        ),
        ["ul ABC", "ul B"],
    ),
    "cells stand in rows": ((table(("A", "B"), ("C", "D")),), ["tr AB", "tr CD"]),
}
SHAPES = ("h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "tr")


@pytest.mark.parametrize(("body", "found"), SHOWN.values(), ids=SHOWN.keys())
def test_blocks_are_what_they_are_to_a_screen_reader(
    body: tuple[str, ...], found: list[str]
) -> None:
    root = assert_whole(docx(*body))
    assert [f"{one.tag} {text_of(one)}" for one in root.iter(*SHAPES)] == found


def test_paragraphs_carry_the_numbers_that_the_text_digest_counts() -> None:
    data = docx("Un", para(""), "Deux", para("<w:r><w:tab/></w:r>"), "Trois", header="En-tête")
    root = tree(preview(data))
    cited = {one.getnext().get("data-paragraph"): one.text for one in classes(root, "no")}
    counted = enumerate(text_digest(data).paragraphs, 1)
    assert cited == {one.id: f"§\u00a0{number}" for number, one in counted}
    assert len(cited) == 4


def test_an_edition_takes_the_numbers_that_it_is_given() -> None:
    data = docx(para("Un", id="00000001"), para("Deux", id="00000002"))
    seen = preview(data, numbers={ParagraphId("00000002"): 7})
    assert [(one.id, one.number) for one in seen.entries] == [("00000001", None), ("00000002", 7)]


def test_a_table_repeats_its_heading_row_as_header_cells() -> None:
    rows = table(("A", "B"), ("c", "d")).replace(
        "<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1
    )
    root = assert_whole(docx(rows))
    assert [(one.get("scope"), text_of(one)) for one in root.iter("th")] == [
        ("col", "A"),
        ("col", "B"),
    ]
    assert [text_of(one) for one in root.iter("td")] == ["c", "d"]


def test_every_table_has_a_name_of_its_own() -> None:
    root = assert_whole(docx(table(("a",)), "entre", table((table(("b",)),))))
    names = [one.get("aria-label") for one in root.iter("div") if one.get("role") == "region"]
    assert sorted(names) == ["Table 1", "Table 2", "Table 3"]


def test_cells_that_go_on_downwards_and_across_are_one_cell() -> None:
    def cell(text: str, look: str) -> str:
        return f"<w:tc><w:tcPr>{look}</w:tcPr>{para(text)}</w:tc>"

    start, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    wide = '<w:gridSpan w:val="2"/>'
    rows = (
        f"<w:tr>{cell('a', wide)}</w:tr><w:tr>{cell('b', start)}{cell('c', '')}</w:tr>"
        f"<w:tr>{cell('', more)}{cell('d', '')}</w:tr><w:tr>{cell('kept', more)}{cell('e', '')}</w:tr>"
    )
    root = assert_whole(docx(f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl>"))
    found = [(text_of(one), one.get("colspan"), one.get("rowspan")) for one in root.iter("td")]
    assert found == [
        ("a", "2", None),
        ("b", None, "2"),
        ("c", None, None),
        ("d", None, None),
        ("kept", None, None),
        ("e", None, None),
    ]


def test_notes_and_their_places_lead_to_each_other() -> None:
    body = para("Ici", note_reference(2), " et là", note_reference(1))
    root = assert_whole(docx(body, footnotes={1: "La seconde.", 2: "La première."}))
    section = root.find(".//section")
    assert [text_of(one) for one in section.iter("li")] == ["La première.", "La seconde."]
    references = [one for one in root.iter("a") if one.get("role") == "doc-noteref"]
    backs = list(classes(root, "back"))
    assert [one.get("href") for one in references] == ["#fn-1", "#fn-2"]
    assert [one.get("href") for one in backs] == [f"#{one.get('id')}" for one in references]


def test_a_link_within_the_document_leads_to_the_paragraph() -> None:
    goal = '<w:bookmarkStart w:id="1" w:name="but"/><w:bookmarkEnd w:id="1"/>'
    link = f'<w:hyperlink w:anchor="{{}}">{run("voir")}</w:hyperlink>'
    root = assert_whole(
        docx(
            para(link.format("but")),
            para(link.format("nulle part")),
            para("Le but", goal, id="0000000A"),
        )
    )
    assert [one.get("href") for one in root.iter("a") if not one.get("class")] == ["#p-0000000A"]


def test_tracked_changes_say_who_and_when_and_are_numbered() -> None:
    body = para(
        "Il agit comme ",
        DELETED.format(1, "Anne", "un moteur"),
        INSERTED.format(2, "Anne", run("une force")),
        " et ",
        INSERTED.format(3, "Karim", run("vite")),
        ".",
    )
    seen = preview(docx(body))
    root = tree(seen)
    marks = [
        (one.tag, one.text, one.get("data-author"), one.get("title"))
        for one in root.iter("ins", "del")
    ]
    assert marks == [
        ("del", "un moteur", "Anne", "Deleted by Anne on 2026-03-12"),
        ("ins", "une force", "Anne", "Inserted by Anne on 2026-03-12"),
        ("ins", "vite", "Karim", "Inserted by Karim on 2026-03-12"),
    ]
    assert [one.text for one in classes(root, "chg")] == ["1", "2"]
    assert [(one.number, one.removed, one.added, one.author) for one in seen.changes] == [
        (1, "un moteur", "une force", "Anne"),
        (2, "", "vite", "Karim"),
    ]


def test_a_move_has_one_number_at_both_ends() -> None:
    def moved(way: str, inside: str) -> str:
        return (
            f'<w:move{way}RangeStart w:id="1" w:name="m1" w:author="A"/>'
            f'<w:move{way} w:id="2" w:author="A">{inside}</w:move{way}>'
            f'<w:move{way}RangeEnd w:id="1"/>'
        )

    gone = '<w:r><w:t xml:space="preserve">déplacé</w:t></w:r>'
    root = assert_whole(docx(para(moved("From", gone)), para(moved("To", gone))))
    ends = [(one.tag, one.get("class"), one.get("data-move")) for one in root.iter("ins", "del")]
    assert ends == [("del", "moved", "1"), ("ins", "moved", "1")]


def test_comments_stand_on_their_words_whatever_lies_between() -> None:
    data = docx(para("Nous ", run("formons", "<w:b/>"), " des ingénieurs", id="0000000B"))
    name = ParagraphId("0000000B")
    anchors = [Anchor(name, 2, 12, 1), Anchor(name, 8, 16, 2), Anchor(name, 27, 27, 3)]
    root = tree(preview(data, anchors=anchors))
    held = [(one.get("data-comment"), text_of(one)) for one in root.iter("mark")]
    assert held == [("1", "us for"), ("1 2", "mons"), ("2", " des")]
    assert [text_of(one) for one in classes(root, "remark")] == ["1", "2", "3"]
    assert shown(root) == told(data)


PIECES = st.lists(
    st.tuples(
        st.sampled_from(["plain", "bold", "link", "inserted", "deleted", "break"]),
        st.text("aé ", min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=6,
)
SPANS = st.lists(st.tuples(st.integers(-2, 40), st.integers(-2, 40)), min_size=1, max_size=4)


def pieced(pieces: list[tuple[str, str]]) -> bytes:
    ways = {
        "plain": run,
        "bold": lambda text: run(text, "<w:b/>"),
        "link": lambda text: f'<w:hyperlink r:id="l">{run(text)}</w:hyperlink>',
        "inserted": lambda text: INSERTED.format(1, "A", run(text)),
        "deleted": lambda text: DELETED.format(2, "A", text),
        "break": lambda text: "<w:r><w:br/></w:r>",
    }
    body = para(*(ways[way](text) for way, text in pieces), id="0000000B")
    return docx(body, links={"l": "https://enonce.example"})


@settings(max_examples=200, deadline=None)
@given(pieces=PIECES, spans=SPANS)
def test_the_words_that_a_comment_marks_are_those_of_its_anchor(
    pieces: list[tuple[str, str]], spans: list[tuple[int, int]]
) -> None:
    data = pieced(pieces)
    (block,) = read(data).blocks
    numbered = list(enumerate(spans, 1))
    anchors = [Anchor(ParagraphId("0000000B"), *span, number) for number, span in numbered]
    root = tree(preview(data, anchors=anchors))
    assert_safe(root)
    if not block.text.strip():
        return
    assert shown(root) == told(data)
    for number, (start, end) in numbered:
        marked = [
            text_of(one)
            for one in root.iter("mark")
            if str(number) in str(one.get("data-comment")).split()
        ]
        assert "".join(marked) == block.text[max(start, 0) : max(end, start, 0)]
    assert sorted(text_of(one) for one in classes(root, "remark")) == [str(n) for n, _ in numbered]


def test_deep_nesting_is_shown_to_the_bottom() -> None:
    inside = run("au fond")
    for depth in range(60):
        inside = INSERTED.format(depth, f"A{depth}", inside)
    nested = "dedans"
    for _ in range(25):
        nested = table((nested,))
    root = assert_whole(docx(para(inside), nested))
    assert len(list(root.iter("ins"))) == 60
    assert len(list(root.iter("table"))) == 25


def test_words_in_another_language_say_so_and_the_documents_own_do_not() -> None:
    french, english = '<w:lang w:val="fr-FR"/>', '<w:lang w:val="en-GB"/>'
    root = assert_whole(
        docx(para(run("Le mot ", french), run("statement", english), run(" en anglais", french)))
    )
    assert root.get("lang") == "fr"
    assert [(one.get("lang"), one.text) for one in root.iter("span") if one.get("lang")] == [
        ("en", "statement")
    ]


def test_a_picture_is_its_description_and_nothing_is_fetched() -> None:
    picture = (
        '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
        'wordprocessingDrawing"><wp:docPr id="1" name="x" descr="Le &quot;logo&quot; &lt;b&gt;"/>'
        "</wp:inline></w:drawing></w:r>"
    )
    root = assert_whole(docx(para("Voici ", picture)))
    assert [one.text for one in classes(root, "picture")] == ['Picture: Le "logo" <b>']


def test_ordered_lists_count_as_word_does() -> None:
    first = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr>'
    second = '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="5"/></w:numPr>'
    body = (
        para("a", properties=first),
        para("b", properties=second),
        para("c", properties=second),
        "entre",
        para("d", properties=first),
    )
    root = assert_whole(with_numbering(docx(*body), NUMBERED))
    assert [(one.get("type"), one.get("class")) for one in root.iter("ol")] == [
        ("1", None),
        ("a", "labelled"),
        ("1", None),
    ]
    assert [one.get("value") for one in root.iter("li")] == ["3", "1", "2", "4"]
    assert [text.strip("\u00a0") for text in (one.text for one in classes(root, "label"))] == [
        "3.a",
        "3.b",
    ]


@pytest.mark.slow
def test_every_real_file_is_shown_whole(corpus_docx: tuple[Path, ...]) -> None:
    count = 0
    for path in corpus_docx:
        data = path.read_bytes()
        try:
            read(data)
        except DocumentError:
            continue
        seen = preview(data)
        root = assert_whole(data, seen)
        assert outline(root) == outline(written(str(seen.html))), path.name
        count += 1
    assert count > 200
