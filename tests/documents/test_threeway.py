"""A merge is right when it takes what one side changed and loses nothing of either."""

from __future__ import annotations

import io
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import docx as python_docx
import pytest
from lxml import etree

from documents import comments, identity, reader, threeway
from documents.comments import Comment
from documents.digest import text_digest
from documents.errors import DocumentError
from documents.threeway import Merged, Side, merge, merge_chosen
from tests.documents.docx_make import docx, field, note_reference, para, run, table

WHEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LINKS = {"l1": "https://imt.fr"}
LINK = '<w:hyperlink r:id="l1">{}</w:hyperlink>'
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "Nous formons ensemble des ingénieurs responsables."
B, C = "La recherche nous éclaire.", "Nos écoles vivent ici."


def texts(data: bytes) -> list[str]:
    return [block.text for block in reader.read(data).blocks]


def merged(
    base: list[str], mine: list[str], theirs: list[str], *, prefer: Side = Side.MINE
) -> Merged:
    files = [docx(*one, links=LINKS) for one in (base, mine, theirs)]
    return merge(*files, when=WHEN, prefer=prefer)


TAKEN: dict[str, tuple[list[str], list[str], list[str], list[str]]] = {
    "theirs changed a word and mine added a paragraph": (
        [A, B],
        [A, B, C],
        [A.replace("ensemble", "partout"), B],
        [A.replace("ensemble", "partout"), B, C],
    ),
    "both changed words of one paragraph that are apart": (
        [A],
        [A.replace("Nous", "Vous")],
        [A.replace("responsables", "libres")],
        ["Vous formons ensemble des ingénieurs libres."],
    ),
    "both changed the same word in the same way": (
        [A, B],
        [A.replace("ensemble", "partout"), B],
        [A.replace("ensemble", "partout"), B + " Oui."],
        [A.replace("ensemble", "partout"), B + " Oui."],
    ),
    "both made one change and theirs one more": (
        [A],
        [A.replace("ensemble", "partout")],
        ["Nous formons partout des élèves responsables."],
        ["Nous formons partout des élèves responsables."],
    ),
    "both added the same paragraph": ([A, B], [A, C, B], [A, C, B + " Oui."], [A, C, B + " Oui."]),
    "each added a paragraph elsewhere": (
        [A, B],
        ["Zéro.", A, B],
        [A, B, C],
        ["Zéro.", A, B, C],
    ),
    "theirs deleted what mine left alone": (
        [A, B, C],
        [A, B, C + " Oui."],
        [A, C],
        [A, C + " Oui."],
    ),
    "both deleted the same": ([A, B, C], [A, C], [A, C + " Oui."], [A, C + " Oui."]),
    "theirs moved what mine changed": (
        [A, B, C],
        [A, B, "Nos écoles vivent là."],
        [C, A, B],
        ["Nos écoles vivent là.", A, B],
    ),
    "mine moved what theirs changed": (
        [A, B, C],
        [C, A, B],
        [A, B, "Nos écoles vivent là."],
        ["Nos écoles vivent là.", A, B],
    ),
    "each changed another cell and theirs added a row": (
        [A, table(("a b c", "d"), ("e", "f")), B],
        [A, table(("a b c", "d mine"), ("e", "f")), B],
        [A, table(("a b c", "d"), ("neuf", "rang"), ("e theirs", "f")), B],
        [A, "a b c", "d mine", "neuf", "rang", "e theirs", "f", B],
    ),
    "theirs deleted a row and mine changed another": (
        [table(("un deux", "b"), ("trois quatre", "d")), A],
        [table(("un deux cinq", "b"), ("trois quatre", "d")), A],
        [table(("un deux", "b")), A],
        ["un deux cinq", "b", A],
    ),
    "theirs added a column to a table that mine left alone": (
        [table(("a", "b")), A],
        [table(("a", "b")), A + " Oui."],
        [table(("a", "b", "c")), A],
        ["a", "b", "c", A + " Oui."],
    ),
    "theirs deleted a table": (
        [A, table(("a", "b")), B],
        [A + " Oui.", table(("a", "b")), B],
        [A, B],
        [A + " Oui.", B],
    ),
    "theirs added a table": (
        [A, B],
        [A, B + " Oui."],
        [A, table(("a", "b")), B],
        [A, "a", "b", B + " Oui."],
    ),
    "theirs made words a link": (
        [para("Voir le site."), B],
        [para("Voir le site."), B + " Oui."],
        [para("Voir ", LINK.format(run("le site")), "."), B],
        ["Voir le site.", B + " Oui."],
    ),
}


@pytest.mark.parametrize(("base", "mine", "theirs", "expected"), TAKEN.values(), ids=TAKEN.keys())
def test_changes_are_put_together_when(
    base: list[str], mine: list[str], theirs: list[str], expected: list[str]
) -> None:
    for first, second in ((mine, theirs), (theirs, mine)):
        done = merged(base, first, second)
        assert texts(done.data) == expected
        assert not done.conflicts
        assert not comments.read(done.data)


CONFLICTS: dict[str, tuple[list[str], list[str], list[str], list[str], str]] = {
    "both changed one word differently": (
        [A, B],
        [A.replace("ensemble", "ici"), B],
        [A.replace("ensemble", "partout"), B],
        [A.replace("ensemble", "ici"), B],
        "words mine",
    ),
    "both changed neighbouring words": (
        [A],
        [A.replace("formons", "instruisons")],
        [A.replace("ensemble", "partout")],
        [A.replace("formons", "instruisons")],
        "words mine",
    ),
    "mine changed what theirs deleted": (
        [A, B],
        [A, B + " Oui."],
        [A],
        [A, B + " Oui."],
        "deleted mine",
    ),
    "theirs changed what mine deleted": (
        [A, B],
        [A],
        [A, B + " Oui."],
        [A, B + " Oui."],
        "deleted theirs",
    ),
    "both added something else at one place": (
        [A, B],
        [A, "Tout autre chose.", B],
        [A, C, B],
        [A, "Tout autre chose.", C, B],
        "added both",
    ),
    "both moved one paragraph": ([A, B, C], [B, A, C], [A, C, B], [B, A, C], "moved mine"),
    "theirs changed the columns of a table that mine changed": (
        [table(("un deux trois", "b")), A],
        [table(("un deux quatre", "b")), A],
        [table(("un deux trois", "b", "c")), A],
        ["un deux quatre", "b", A],
        "table mine",
    ),
}


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected", "said"), CONFLICTS.values(), ids=CONFLICTS.keys()
)
def test_a_conflict_is_said_and_marked_when(
    base: list[str], mine: list[str], theirs: list[str], expected: list[str], said: str
) -> None:
    done = merged(base, mine, theirs)
    assert texts(done.data) == expected
    assert [f"{one.kind} {one.kept}" for one in done.conflicts][:1] == [said]
    marks = comments.read(done.data)
    assert len(marks) == len(done.conflicts)
    assert {one.author for one in marks} == {"Énoncé"}
    for mark, conflict in zip(marks, done.conflicts, strict=True):
        assert mark.paragraph == conflict.paragraph
        message, data = threeway.describe(conflict)
        assert mark.text == message.format_map(data)


def test_the_other_side_is_kept_where_that_is_wanted() -> None:
    done = merged(
        [A], [A.replace("ensemble", "ici")], [A.replace("ensemble", "partout")], prefer=Side.THEIRS
    )
    assert texts(done.data) == [A.replace("ensemble", "partout")]
    assert done.conflicts[0].mine == A.replace("ensemble", "ici")
    assert comments.read(done.data)[0].text.endswith(A.replace("ensemble", "ici"))


def test_words_of_both_are_told_for_a_second_reading() -> None:
    done = merged([A], [A.replace("Nous", "Vous")], [A.replace("responsables", "libres")])
    (one,) = done.joined
    assert (one.mine, one.theirs) == (
        A.replace("Nous", "Vous"),
        A.replace("responsables", "libres"),
    )
    assert one.text == "Vous formons ensemble des ingénieurs libres."


def test_emphasis_of_both_sides_is_kept() -> None:
    done = merged(
        [A],
        [para("Nous ", run("formons", "<w:b/>"), " ensemble des ingénieurs responsables.")],
        [para("Nous formons ensemble des ", run("ingénieurs", "<w:i/>"), " responsables.")],
    )
    (paragraph,) = part(done.data, "word/document.xml").iter(f"{W}p")
    looks = {
        "".join(run.itertext()): [etree.QName(one).localname for one in run.iterfind(f"{W}rPr/*")]
        for run in paragraph.iter(f"{W}r")
    }
    assert looks["formons"] == ["b"]
    assert looks["ingénieurs"] == ["i"]
    assert not done.conflicts


def test_two_formattings_of_one_word_are_a_conflict() -> None:
    done = merged(
        [A],
        [para(run("Nous", "<w:b/>"), A[4:])],
        [para(run("Nous", "<w:i/>"), A[4:])],
    )
    assert [one.kind for one in done.conflicts] == ["look"]


def part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def test_notes_links_and_headers_of_theirs_come_along() -> None:
    base = docx(para(A), para(B, note_reference(1)), header="En tête", footnotes={1: "La note."})
    mine = docx(
        para("Oui. " + A), para(B, note_reference(4)), header="En tête", footnotes={4: "La note."}
    )
    theirs = docx(
        para(A, note_reference(2)),
        para(B, note_reference(1)),
        para("Voir ", LINK.format(run("ici"))),
        header="En tête neuf",
        footnotes={2: "Une autre note, venue après.", 1: "La note longue."},
        links=LINKS,
    )
    done = merge(base, mine, theirs, when=WHEN)
    assert not done.conflicts
    assert texts(done.data) == [
        "Oui. " + A,
        B,
        "Voir ici",
        "En tête neuf",
        "Une autre note, venue après.",
        "La note longue.",
    ]
    assert text_digest(done.data).paragraphs[2].text == "Voir ici"
    numbers = [
        one.get(f"{W}id")
        for one in part(done.data, "word/document.xml").iter(f"{W}footnoteReference")
    ]
    assert len(set(numbers)) == 2
    assert "4" in numbers


def test_a_note_that_mine_has_no_part_for_comes_along() -> None:
    base, mine = docx(para(A), para(B)), docx(para(A), para(B + " Oui."))
    theirs = docx(para(A, note_reference(1)), para(B), footnotes={1: "La note."})
    assert texts(merge(base, mine, theirs, when=WHEN).data) == [A, B + " Oui.", "La note."]


def test_styles_lists_and_titles_of_theirs_come_along() -> None:
    base = docx(para(A), para(B), title="Un")
    mine = docx(para(A + " Oui."), para(B), title="Un")
    theirs = docx(para(A), para(B, style="Puce"), para(C, style="Titre1"), title="Deux")
    done = merge(base, mine, theirs, when=WHEN)
    blocks = reader.read(done.data).blocks
    assert [block.kind for block in blocks] == ["body", "list", "heading"]
    assert reader.read(done.data).title == "Deux"
    both = merge(base, docx(para(A), para(B), title="Trois"), theirs, when=WHEN)
    assert [one.kind for one in both.conflicts] == ["title"]
    assert reader.read(both.data).title == "Trois"


def test_comments_of_both_sides_are_kept() -> None:
    base = identity.stamp(docx(para(A), para(B), para(C)))
    first, second, _ = (block.id for block in reader.read(base).blocks)
    mine = comments.write(base, [Comment("a", first, "Ici ?", "Max", date=WHEN, span=(5, 12))])
    theirs = comments.write(
        docx(para(A.replace("ensemble", "partout"), id=first), para(B, id=second), para(C)),
        [
            Comment("a", second, "Là ?", "Claire", date=WHEN, span=(3, 12)),
            Comment("b", None, "Oui.", "Max", date=WHEN, parent="a"),
        ],
    )
    done = merge(base, mine, theirs, when=WHEN)
    found = {one.text: one for one in comments.read(done.data)}
    assert {text: one.quoted for text, one in found.items()} == {
        "Ici ?": "formons",
        "Là ?": "recherche",
        "Oui.": "recherche",
    }
    assert found["Oui."].parent == found["Là ?"].id
    assert texts(done.data)[0] == A.replace("ensemble", "partout")
    gone = merge(base, mine, docx(para(B, id=second), para(C)), when=WHEN)
    assert [one.kind for one in gone.conflicts] == ["deleted"], "a comment is a change"


def test_paragraphs_keep_the_ids_of_the_base() -> None:
    base = identity.stamp(docx(para(A), para(B), para(C)))
    mine, theirs = docx(para(A), para("Zéro."), para(B), para(C)), docx(para(A), para(C + " Oui."))
    done = merge(base, mine, theirs, when=WHEN)
    was = {block.text: block.id for block in reader.read(base).blocks}
    now = {block.text: block.id for block in reader.read(done.data).blocks}
    assert now[A] == was[A]
    assert now[C + " Oui."] == was[C]
    assert now["Zéro."] not in was.values()
    assert identity.stamp(done.data) == done.data


def test_page_layout_and_styles_that_both_changed_are_said() -> None:
    def file(size: str, colour: str, text: str) -> bytes:
        made = docx(para(text), f'<w:sectPr><w:pgSz w:w="{size}" w:h="100"/></w:sectPr>')
        return replaced(
            made,
            "word/styles.xml",
            b'<w:name w:val="Title"/>',
            f'<w:name w:val="Title"/><w:rPr><w:color w:val="{colour}"/></w:rPr>'.encode(),
        )

    done = merge(
        file("1", "aa0000", A), file("2", "00aa00", A + " Oui."), file("3", "0000aa", A), when=WHEN
    )
    assert [one.message.split(".")[0] for one in done.left] == [
        "The other version changed the page layout or the section breaks",
        "Both versions changed the style {style}",
    ]
    alone = merge(
        file("1", "aa0000", A), file("1", "aa0000", A + " Oui."), file("3", "0000aa", A), when=WHEN
    )
    assert not alone.left
    assert b"0000aa" in raw(alone.data, "word/styles.xml")
    assert b'w:w="3"' in raw(alone.data, "word/document.xml")


def raw(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def replaced(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as made:
        for one in archive.namelist():
            content = archive.read(one)
            made.writestr(one, content.replace(old, new) if one == name else content)
    return out.getvalue()


def test_what_is_no_word_file_is_refused() -> None:
    good = docx(para(A))
    for files in ((b"x", good, docx(para(B))), (good, b"x", good), (good, good, b"x")):
        with pytest.raises(DocumentError):
            merge(*files, when=WHEN)


def test_only_wanted_paragraphs_are_merged() -> None:
    base = identity.stamp(docx(para(A), para(B), para(C)))
    theirs = docx(para(A + " Un."), para(B + " Deux."), para("Neuf."), para(C))
    ids = [block.id for block in reader.read(base).blocks]
    done = merge_chosen(base, base, theirs, lambda one: one == ids[1])
    assert texts(done.data) == [A, B + " Deux.", C]


@pytest.mark.needs_libreoffice
def test_libreoffice_and_python_docx_read_the_result(soffice: str, tmp_path: Path) -> None:
    sample = Path(__file__).resolve().parents[2] / "samples/imt/statement.en.docx"
    base = sample.read_bytes()
    edited = python_docx.Document(io.BytesIO(base))
    longest = max(edited.paragraphs, key=lambda one: len(one.text))
    longest.add_run(" Mine was here.").bold = True
    edited.save(str(tmp_path / "mine.docx"))
    edited = python_docx.Document(io.BytesIO(base))
    edited.paragraphs[-1].insert_paragraph_before("Theirs came last but one.")
    edited.add_table(1, 2).cell(0, 0).text = "And a table"
    edited.save(str(tmp_path / "theirs.docx"))
    done = merge(
        base,
        (tmp_path / "mine.docx").read_bytes(),
        (tmp_path / "theirs.docx").read_bytes(),
        when=WHEN,
    )
    assert not done.conflicts
    file = tmp_path / "merged.docx"
    file.write_bytes(done.data)
    expected = [
        block.text for block in reader.read(done.data).story(reader.Story.BODY) if block.text
    ]
    assert any(text.endswith("Mine was here.") for text in expected)
    assert {"Theirs came last but one.", "And a table"} <= set(expected)
    assert [
        one.text for one in python_docx.Document(io.BytesIO(done.data)).paragraphs if one.text
    ] == [text for text in expected if text != "And a table"]
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "txt:Text (encoded):UTF8",
            "--outdir",
            str(tmp_path),
            str(file),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    shown = (tmp_path / "merged.txt").read_text(encoding="utf-8-sig")
    shown = " ".join(shown.split())
    # Three words: the numbers of notes stand among them in plain text.
    assert [text for text in expected if " ".join(text.split()[-3:]) not in shown] == []


def test_a_field_and_a_tab_are_merged_as_they_are() -> None:
    base = [para("page ", field(" PAGE ", "1"), " un deux trois quatre")]
    mine = [para("page ", field(" PAGE ", "1"), " un deux trois cinq")]
    theirs = [
        para("La page ", field(" PAGE ", "1"), "<w:r><w:tab/></w:r>", " un deux trois quatre")
    ]
    done = merged(base, mine, theirs)
    assert texts(done.data) == ["La page 1\t un deux trois cinq"]
