"""Pseudo-translation, judged by foreign programs: nothing is lost, and what comes out is a Word file.

What each engine writes and what the command says is in ``tests/flows/test_rehearsal``; whole real
files are in ``test_corpus``.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from documents.errors import DocumentError
from documents.reader import read
from documents.segments import extract
from flows import pseudo
from tests.documents.corpus_job import inventory, parts
from tests.documents.docx_make import docx, field, note_reference, para, run, table
from tests.documents.docx_office import save

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LINK = '<w:hyperlink r:id="l1">{}</w:hyperlink>'
SHAPES = {
    "a link": para("Voir ", LINK.format(run("le site")), "."),
    "a note": para("Nous formons", note_reference(1), " ici."),
    "tabs and breaks": para("<w:r><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/></w:r>"),
    "a page break": para("un", '<w:r><w:br w:type="page"/></w:r>', "deux"),
    "hyphens that Word has elements for": para(
        "<w:r><w:t>aujourd</w:t><w:noBreakHyphen/><w:t>hui en</w:t><w:softHyphen/><w:t>fin</w:t></w:r>"
    ),
    "hyphens as characters": para("aujourd\u2011hui en\u00adfin"),
    "a field": para("Page ", field(" PAGE \\* MERGEFORMAT ", "3"), " sur dix"),
    "a field over two paragraphs": para(
        "a", '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> TOC </w:instrText></w:r>'
    )
    + para('<w:r><w:fldChar w:fldCharType="end"/></w:r>', "b"),
    "a link field": para(field(' HYPERLINK "https://imt.fr" ', "lien"), " ici"),
    "inserted and deleted text": para(
        f'<w:ins w:id="1" w:author="A">{run("neuf")}</w:ins>',
        '<w:del w:id="2" w:author="A"><w:r><w:delText>vieux mot</w:delText></w:r></w:del>',
    ),
    "a content control": para(
        f'<w:sdt><w:sdtPr><w:tag w:val="x"/></w:sdtPr><w:sdtContent>{run("dedans")}</w:sdtContent></w:sdt>'
    ),
    "bookmarks and comment marks": para(
        '<w:bookmarkStart w:id="1" w:name="a"/><w:commentRangeStart w:id="0"/>',
        run("mot"),
        '<w:commentRangeEnd w:id="0"/><w:bookmarkEnd w:id="1"/>',
    ),
    "a table": table(("Voix", "12"), ("a", "b")),
}


@pytest.mark.parametrize("engine", pseudo.ENGINES)
@pytest.mark.parametrize("what", SHAPES)
def test_nothing_outside_the_text_is_lost_of(what: str, engine: str) -> None:
    notes = {1: "Une note"} if "footnoteReference" in SHAPES[what] else None
    data = docx(SHAPES[what], links={"l1": "https://imt.fr"}, footnotes=notes, header="H")
    done = pseudo.translate(data, engine, "en").data
    before, after = parts(data), parts(done)
    assert before.keys() == after.keys()
    for name, part in before.items():
        old, new = (etree.fromstring(one) for one in (part, after[name]))
        assert inventory(old) == inventory(new), name
        for one in new.iter(f"{W}t"):
            language = one.find(f"../{W}rPr/{W}lang")
            # A run of a field's result, and one of white space or digits alone, are nobody's text.
            if re.search(r"[^\W\d_]", one.text or ""):
                assert language is not None, etree.tostring(one.getparent())
                assert language.get(f"{W}val") == "en-GB"


def test_text_and_title_are_changed_and_codes_are_not() -> None:
    data = docx(
        para("Page ", field(' REF "a" ', "un"), "."), header="En-tête", title="Raison d’être"
    )
    done = pseudo.translate(data, "upper", "fr").data
    assert [one.text for one in extract(done)] == ["PAGE un.", "EN-TÊTE", "RAISON D’ÊTRE"]
    assert b' REF "a" ' in parts(done)["word/document.xml"]


@pytest.fixture(scope="module")
def small_files(corpus_docx: tuple[Path, ...]) -> tuple[tuple[str, bytes], ...]:
    """Thirty small real files, chosen by their names."""
    found = []
    for path in sorted(corpus_docx, key=lambda one: hashlib.sha256(one.name.encode()).digest()):
        data = path.read_bytes()
        if path.suffix == ".docx" and len(data) < 30_000:
            try:
                spoken = any(block.text.strip() for block in read(data).blocks)
            except DocumentError:
                continue
            if spoken:
                found.append((f"{len(found)}.docx", data))
        if len(found) == 30:
            break
    return tuple(found)


def _faults(path: Path) -> Counter[str]:
    """What openxml-audit finds, by part and sentence, numbers left out."""
    from openxml_audit import OpenXmlValidator

    found = OpenXmlValidator(max_errors=0).validate(path)
    return Counter(
        re.sub(r"\d+", "#", f"{one.part_uri} {one.node} {one.description}") for one in found.errors
    )


@pytest.fixture(scope="module")
def audit() -> None:
    """Skips where openxml-audit is not installed, and proves that it finds what is wrong."""
    try:
        import openxml_audit  # noqa: F401
    except ImportError:
        if os.environ.get("ENONCE_REQUIRE_ALL") == "1":
            pytest.fail("openxml-audit is not installed")
        pytest.skip("openxml-audit is not installed")


@pytest.mark.usefixtures("audit")
def test_the_auditor_finds_an_element_that_stands_where_it_may_not(tmp_path: Path) -> None:
    sound, wrong = tmp_path / "sound.docx", tmp_path / "wrong.docx"
    sound.write_bytes(docx(para("un")))
    wrong.write_bytes(docx(para("un", "<w:r><w:tbl/></w:r>")))
    assert _faults(wrong) - _faults(sound)


@pytest.mark.usefixtures("audit")
def test_the_auditor_finds_no_fault_that_the_file_had_not(
    small_files: tuple[tuple[str, bytes], ...], tmp_path: Path
) -> None:
    before, after = tmp_path / "before.docx", tmp_path / "after.docx"
    new = {}
    for name, data in small_files:
        before.write_bytes(data)
        after.write_bytes(pseudo.translate(data, "reverse", "en").data)
        if faults := _faults(after) - _faults(before):
            new[name] = faults
    assert len(small_files) == 30
    assert new == {}


@pytest.mark.needs_libreoffice
def test_libreoffice_opens_what_was_pseudo_translated_and_reads_the_same_words_in_capitals(
    small_files: tuple[tuple[str, bytes], ...], tmp_path: Path
) -> None:
    """Against what it reads of the file itself, because it works some fields out anew."""
    plain, put = tmp_path / "plain", tmp_path / "pseudo"
    for folder in (plain, put):
        folder.mkdir()
    names = [name for name, _ in small_files[:12]]
    for name, data in small_files[:12]:
        (plain / name).write_bytes(data)
        (put / name).write_bytes(pseudo.translate(data, "upper", "en").data)
    for folder in (plain, put):
        save([folder / name for name in names], folder / "saved")
    changed = 0
    for name in names:
        before, after = (
            [block.text for block in read((folder / "saved" / name).read_bytes()).blocks]
            for folder in (plain, put)
        )
        assert [one.casefold() for one in before] == [one.casefold() for one in after], name
        changed += before != after
    # A file may hold nothing but its own name, in a field that is nobody's text.
    assert changed >= 10
