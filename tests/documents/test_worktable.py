"""The working table: what goes out to Word comes back, whatever people and programs did to it."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from documents import tags, worktable
from documents.errors import DocumentError
from documents.house_style import empty_document
from documents.intake import inspect
from documents.worktable import NoWorktableError, WorkRow, Worktable

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

ROWS = (
    WorkRow(
        "0A0B0C0D.1/3f2a9c1b",
        "1.1",
        'Le <g id="1">conseil</g><x id="2"/> &amp; moi <g id="3"><g id="4">ici</g></g>.',
        'The <g id="1">board</g><x id="2"/> &amp; me <g id="3"><g id="4">here</g></g>.',
        "Heading.",
    ),
    WorkRow(
        "0A0B0C0D.2/3f2a9c1c", "1.2", "Il décide\u00a0: «\u00a0oui\u00a0».\nNon\u2011dit.", None
    ),
    WorkRow("0A0B0C0E.1/00000000", "2.1", "Littéral ⟦1⟧ ⟦ ⟧.", "Literal ⟦1⟧ ⟦ ⟧ ⟦⟦."),
)
TABLE = Worktable(
    "raison:fr:en",
    "Énoncé de mission",
    ("Write in the third column.",),
    ("§", "French", "English", "Note"),
    "en",
    "fr",
    "en",
    ROWS,
)


WRITTEN = worktable.write(TABLE)


def edited(change: str, by: str, table: Worktable = TABLE) -> bytes:
    """The file with its body changed where a pattern stands."""
    return rewritten(worktable.write(table), lambda text: _once(change, by, text))


def _once(change: str, by: str, text: str) -> str:
    new, count = re.subn(change, by, text, count=1, flags=re.DOTALL)
    assert count, change
    return new


def rewritten(data: bytes, change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = change(content.decode()).encode()
            new.writestr(name, content)
    return out.getvalue()


def test_what_is_written_is_read_again() -> None:
    came = worktable.read(worktable.write(TABLE))
    assert (came.reference, came.rows, came.strange) == ("raison:fr:en", ROWS, ())


def test_the_same_table_gives_the_same_bytes_and_passes_intake() -> None:
    data = worktable.write(TABLE)
    assert data == worktable.write(TABLE)
    assert inspect(data, name="table.docx").refusals == ()


def test_columns_say_their_language_and_marks_are_locked() -> None:
    with zipfile.ZipFile(io.BytesIO(worktable.write(TABLE))) as file:
        root = etree.fromstring(file.read("word/document.xml"))
        assert b"<dc:title" in file.read("docProps/core.xml")
    rows = root.findall(f".//{W}tr")
    assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
    cells = rows[1].findall(f"{W}tc")
    for cell, language in zip(cells[1:3], ("fr-FR", "en-GB"), strict=True):
        said = {one.get(f"{W}val") for one in cell.iter(f"{W}lang")}
        assert said == {language}
    marks = [
        "".join(sdt.itertext())
        for sdt in cells[1].iter(f"{W}sdt")
        if sdt.find(f"{W}sdtPr/{W}lock").get(f"{W}val") == "contentLocked"
    ]
    assert marks == ["⟦1⟧", "⟦/1⟧", "⟦2/⟧", "⟦3⟧", "⟦4⟧", "⟦/4⟧", "⟦/3⟧"]
    widths = [int(one.get(f"{W}w")) for one in root.iter(f"{W}gridCol")]
    size = root.find(f".//{W}pgSz")
    assert sum(widths) < int(size.get(f"{W}w"))


def tagged_texts() -> st.SearchStrategy[str]:
    words = st.text(
        st.characters(codec="utf-8").filter(
            lambda one: not re.match("[\x00-\x08\x0b-\x1f\ufffe\uffff]", one)
        )
        | st.sampled_from("⟦⟧/1 \t\n"),
        max_size=8,
    )

    def build(parts: list[tuple[str, str]]) -> str:
        out, opened = [], 0
        for number, (word, kind) in enumerate(parts, 1):
            if kind == "g":
                out.append(f'<g id="{number}">')
                opened += 1
            elif kind == "x":
                out.append(f'<x id="{number}"/>')
            elif kind == "/" and opened:
                out.append("</g>")
                opened -= 1
            out.append(tags.escape(word))
        return "".join(out) + "</g>" * opened

    return st.lists(st.tuples(words, st.sampled_from("gx/ ")), max_size=8).map(build)


@given(tagged_texts(), tagged_texts(), st.text("aé <&\n"))
def test_any_tagged_text_goes_out_and_comes_back(source: str, target: str, note: str) -> None:
    row = WorkRow("0A0B0C0D.1", "1.1", source, target, note)
    (came,) = worktable.read(worktable.write(replace(TABLE, rows=(row,)))).rows
    assert came.source == source
    if tags.read(target) and target.strip():
        assert came.target == target
    assert came.note == note


MARKS = {
    "a pair that is not closed": "⟦1⟧a",
    "a closing one alone": "a⟦/1⟧",
    "pairs that cross": "⟦1⟧⟦2⟧a⟦/1⟧⟦/2⟧",
    "half a mark": "⟦1 a",
    "a lone bracket": "a ⟦ b",
}


@pytest.mark.parametrize("typed", MARKS.values(), ids=MARKS.keys())
def test_marks_that_do_not_pair_come_back_malformed(typed: str) -> None:
    data = edited("Literal.*?</w:t>", f"{typed}</w:t>")
    with pytest.raises(DocumentError):
        tags.read(worktable.read(data).rows[2].target)


def test_a_row_that_was_deleted_is_not_there() -> None:
    rows = r"<w:tr>(?:(?!</w:tr>).)*0A0B0C0D\.2.*?</w:tr>"
    assert [row.number for row in worktable.read(edited(rows, "")).rows] == ["1.1", "2.1"]


def test_rows_in_another_order_keep_their_keys() -> None:
    table = replace(TABLE, rows=ROWS[::-1])
    assert worktable.read(worktable.write(table)).rows == ROWS[::-1]


CELL = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"


def test_a_row_that_a_person_added_is_said() -> None:
    added = "<w:tr>" + "".join(CELL.format(word) for word in ("", "Neuf", "New", "")) + "</w:tr>"
    empty = "<w:tr>" + CELL.format("") * 4 + "</w:tr>"
    came = worktable.read(edited("</w:tbl>", f"{added}{empty}</w:tbl>"))
    assert came.rows == ROWS
    assert came.strange == ("Neuf New",)


def test_a_table_that_was_split_in_two_is_read_whole() -> None:
    came = worktable.read(
        edited(
            r"(<w:tr>(?:(?!</w:tr>).)*0A0B0C0E)",
            r"</w:tbl><w:p/><w:tbl><w:tblPr/><w:tblGrid/>\1",
        )
    )
    assert came.rows == ROWS
    assert came.strange == ()


def test_another_table_in_the_file_is_left_alone() -> None:
    other = f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{CELL.format('Other')}</w:tr></w:tbl><w:p/>"
    came = worktable.read(edited("<w:tbl>", f"{other}<w:tbl>"))
    assert (came.rows, came.strange) == (ROWS, ())


def test_tracked_changes_are_read_as_accepted() -> None:
    data = edited(
        "<w:t[^>]*>Literal.*?</w:t></w:r>",
        '<w:t xml:space="preserve">A </w:t></w:r><w:del w:id="1" w:author="a"><w:r><w:delText>old</w:delText></w:r>'
        '</w:del><w:ins w:id="2" w:author="a"><w:r><w:t>new</w:t></w:r></w:ins>',
    )
    assert worktable.read(data).rows[2].target == "A new"


def test_a_row_whose_deletion_is_tracked_is_gone() -> None:
    data = edited(
        r"<w:trPr>(?=(?:(?!</w:tr>).)*0A0B0C0E)(?=<w:cantSplit/></w:trPr>)",
        '<w:trPr><w:del w:id="1" w:author="a"/>',
        replace(TABLE, rows=ROWS[2:] + ROWS[:1]),
    )
    assert [row.number for row in worktable.read(data).rows] == ["1.1"]


def test_a_new_paragraph_in_a_translation_is_a_space() -> None:
    data = edited(
        "Literal.*?</w:t></w:r></w:p>",
        "One</w:t></w:r></w:p><w:p><w:r><w:t>two.</w:t></w:r></w:p><w:p/>",
    )
    assert worktable.read(data).rows[2].target == "One two."


@given(
    st.integers(0, 20000),
    st.integers(0, 60),
    st.sampled_from(["", "#", "⟦1⟧", "</w:t>", "<w:tc/>", "<w:tr/>", "</w:tr><w:tr>", "<w:p/>"]),
)
def test_a_damaged_table_is_read_or_refused_and_nothing_else(at: int, size: int, by: str) -> None:
    def damage(text: str) -> str:
        place = at % len(text)
        return text[:place] + by + text[place + size :]

    with contextlib.suppress(DocumentError):
        worktable.read(rewritten(WRITTEN, damage))


@pytest.mark.parametrize(
    "data",
    [
        empty_document("en"),
        edited("##raison:fr:en", "", TABLE),
        worktable.write(replace(TABLE, rows=())),
    ],
    ids=["no table", "no heading", "no rows"],
)
def test_a_file_without_our_table_is_refused(data: bytes) -> None:
    with pytest.raises(NoWorktableError):
        worktable.read(data)


def test_what_is_no_word_file_is_refused() -> None:
    with pytest.raises(DocumentError):
        worktable.read(b"no")


@pytest.mark.needs_libreoffice
def test_libreoffice_saves_it_and_nothing_is_lost(tmp_path: Path, soffice: str) -> None:
    (tmp_path / "table.docx").write_bytes(worktable.write(TABLE))
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            str(tmp_path / "saved"),
            str(tmp_path / "table.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    came = worktable.read((tmp_path / "saved" / "table.docx").read_bytes())
    shutil.rmtree(tmp_path / "profile", ignore_errors=True)
    assert (came.reference, came.rows, came.strange) == ("raison:fr:en", ROWS, ())
