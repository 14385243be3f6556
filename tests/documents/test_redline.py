"""A redline is right when accepting all gives the new version and rejecting all the old one."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from documents.errors import DocumentError
from documents.redline import DiffPiece, Op, redline, word_diff
from documents.revisions import accept_all, reject_all
from tests.documents.docx_edits import edited as edited_file
from tests.documents.docx_looks import Looks, difference
from tests.documents.docx_make import docx, field, note_reference, para, run, table
from tests.documents.docx_office import texts
from tests.documents.docx_views import part, view

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WHEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LINKS = {"l1": "https://imt.fr"}
LINK = '<w:hyperlink r:id="l1">{}</w:hyperlink>'


def compare(old: bytes, new: bytes) -> bytes:
    return redline(old, new, author="Le secrétariat", when=WHEN)


def judge(old: bytes, new: bytes, name: str = "word/document.xml") -> bytes:
    """Accept all is new, reject all is old, by our own reading of the XML."""
    done = compare(old, new)
    assert view(part(done, name), accept=True) == view(part(new, name), accept=True)
    assert view(part(done, name), accept=False) == view(part(old, name), accept=True)
    assert not inexact(done, old, new)
    return done


def inexact(done: bytes, old: bytes, new: bytes) -> str:
    """Where accepting is not the new version, or rejecting not the old, in text or formatting."""
    now, was = Looks(new, accept_all).everything(), Looks(old, accept_all).everything()
    accepted, rejected = Looks(done, accept_all).everything(), Looks(done, reject_all).everything()
    return difference(accepted, now, "accept") or difference(rejected, was, "reject")


SPAN = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>'
HEAD = "<w:trPr><w:tblHeader/></w:trPr>"
LIST = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'


def section(text: str, left: int = 1000) -> str:
    return para(text, properties=f'<w:sectPr><w:pgMar w:left="{left}"/></w:sectPr>')


A, B, C = "Nous formons ensemble.", "La recherche nous éclaire.", "Nos écoles vivent ici."
CHANGES = {
    "a word changes": ([A], ["Nous formons partout."]),
    "a paragraph comes in": ([A, B], [A, C, B]),
    "a paragraph goes": ([A, C, B], [A, B]),
    "a paragraph comes in at the end": ([A], [A, B, C]),
    "a paragraph goes at the end": ([A, B, C], [A]),
    "the first paragraph goes": ([A, B], [B]),
    "everything is replaced": ([A], [C]),
    "everything is replaced by more": ([A], ["Un tout autre texte", C]),
    "a paragraph moves": ([A, B, C], [C, A, B]),
    "a table comes in": ([A, B], [A, table(("a", "b")), B]),
    "a table goes": ([A, table(("a", "b")), B], [A, B]),
    "a table goes at the end": ([A, table(("a", "b")), B], [A]),
    "a table comes in at the end": ([A], [A, table(("a", "b")), B]),
    "a row comes in": ([table(("a", "b")), A], [table(("a", "b"), ("c", "d")), A]),
    "a row goes": ([table(("a", "b"), ("c", "d")), A], [table(("c", "d")), A]),
    "a cell changes": (
        [table(("un deux trois", "b")), A],
        [table(("un deux quatre", "b")), A],
    ),
    "a column comes in": ([table(("a", "b")), A], [table(("a", "b", "c")), A]),
    "a paragraph goes before a table": ([A, B, table(("a",)), C], [A, table(("a",)), C]),
    "a column goes from a table with more in it": (
        [table(("a", "b"), (f"{A} x", "d")), A],
        [table(("a",), (f"{A} x",)), A],
    ),
    "cells merge": (
        [table(("a", "b"), ("c", "d")), A],
        [table(("a", "b"), ("c", "d")).replace("<w:tc>", f"<w:tc>{SPAN}", 1), A],
    ),
    "a table's look changes": (
        [table(("a", "b")), A],
        [table(("a", "b")).replace("<w:tblPr>", '<w:tblPr><w:tblStyle w:val="T"/>'), A],
    ),
    "a row becomes a heading": (
        [table(("a", "b"), ("c", "d")), A],
        [table(("a", "b"), ("c", "d")).replace("<w:tr>", f"<w:tr>{HEAD}", 1), A],
    ),
    "paragraphs move together": ([A, B, "1", "2", C, "3"], [C, A, B, "1", "2", "3"]),
    "a paragraph moves over a table": ([A, table(("a",)), B, C], [A, B, table(("a",)), C]),
    "a paragraph moves and its neighbour changes": (
        [A, B, C, "Fin."],
        [C, "Nous formons partout.", B, "Fin."],
    ),
    "a section break comes in": ([A, B, C], [A, section(B), C]),
    "a section break goes": ([A, section(B), C], [A, B, C]),
    "a section goes with its paragraphs": ([section(A), B, C], [B, C]),
    "the end goes, and a section with it": ([A, section(B), C], [A]),
    "a section comes in at the end": ([A], [A, section(B), C]),
    "a section's margins change": ([section(A, 800), B], [section(A, 900), B]),
    "a list begins": ([A, B], [A, para(B, properties=LIST)]),
    "words and a link between the same words go": (
        [para(run("nous nous "), LINK.format(run("nous ")), run("nous "))],
        ["nous nous "],
    ),
    "words and a link between the same words come": (
        ["nous nous "],
        [para(run("nous nous "), LINK.format(run("nous ")), run("nous "))],
    ),
    "a link goes": ([para("Voir ", LINK.format(run("le site")), ".")], ["Voir."]),
    "a link becomes plain words": (
        [para("Voir ", LINK.format(run("le site")), " ici.")],
        ["Voir le site ici."],
    ),
    "words between links go": (
        [para(LINK.format(run("un deux")), " et ", LINK.format(run("trois quatre")))],
        [para(LINK.format(run("un deux trois quatre")))],
    ),
    "the mark of a paragraph changes its look": (
        [para(A, properties="<w:rPr><w:b/></w:rPr>"), B],
        [para(A, properties="<w:rPr><w:i/></w:rPr>"), B],
    ),
    "formatting changes inside a word": (
        [para("innovation")],
        [para(run("innov", "<w:b/>"), run("ation"))],
    ),
    "the last paragraph is another one and looks another way": (
        [A, para(B, style="Citation")],
        [A, para(B, style="Titre1"), para(C, properties='<w:jc w:val="center"/>')],
    ),
    "a field changes": (
        [para("p. ", field(" PAGE ", "1"))],
        [para("p. ", field(" NUMPAGES ", "9"))],
    ),
    "a simple field goes": (
        [para("Le ", f'<w:fldSimple w:instr=" DATE ">{run("12 mars")}</w:fldSimple>', " ici")],
        [para("Le  ici")],
    ),
    "a tab and a break come in": (
        [para("a b c")],
        [para("a", "<w:r><w:tab/></w:r>", "b", "<w:r><w:br/></w:r>", "c")],
    ),
    "a link changes its words": (
        [para("Voir ", LINK.format(run("le site")), ".")],
        [para("Voir ", LINK.format(run("notre site")), ".")],
    ),
    "words become a link": (
        [para("Voir le site.")],
        [para("Voir ", LINK.format(run("le site")), ".")],
    ),
    "a content control changes": (
        [f"<w:sdt><w:sdtPr/><w:sdtContent>{para(A)}</w:sdtContent></w:sdt>", B],
        [f"<w:sdt><w:sdtPr/><w:sdtContent>{para(A + ' Oui.')}</w:sdtContent></w:sdt>", B],
    ),
    "the inputs have tracked changes of their own": (
        [para("Nous ", f'<w:ins w:id="1" w:author="A">{run("formons")}</w:ins>')],
        [
            para(
                "Nous ",
                '<w:del w:id="1" w:author="A"><w:r><w:delText>in</w:delText></w:r></w:del>',
                "formions",
            )
        ],
    ),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES.keys())
def test_a_redline_is_right_when(old: list[str], new: list[str]) -> None:
    done = judge(docx(*old, links=LINKS), docx(*new, links=LINKS))
    judge(docx(*new, links=LINKS), docx(*old, links=LINKS))
    changes = [one for one in part(done).iter() if one.get(f"{W}author") and one.get(f"{W}date")]
    assert changes
    mine = [one for one in changes if one.get(f"{W}author") != "A"]
    assert {one.get(f"{W}author") for one in mine} == {"Le secrétariat"}
    assert {one.get(f"{W}date") for one in mine} == {"2026-11-23T09:30:00Z"}
    numbers = [one.get(f"{W}id") for one in mine]
    assert len(numbers) == len(set(numbers))


def test_equal_versions_give_the_new_one_back() -> None:
    data = docx(A, table(("a",)), para("n", note_reference(1)), footnotes={1: "Note"}, header="H")
    assert compare(data, data) == data


def test_equal_versions_lose_the_tracked_changes_that_they_had() -> None:
    data = docx(para("Nous ", f'<w:ins w:id="1" w:author="A">{run("formons")}</w:ins>'))
    root = part(compare(data, data))
    assert view(root, accept=False) == ["Nous formons"]


def test_notes_and_headers_are_compared_too() -> None:
    old = docx(
        para("Un", note_reference(1)), A, header="Institut", footnotes={1: "La note d’hier."}
    )
    new = docx(
        para("Un", note_reference(1)), A, header="Institut Mines", footnotes={1: "La note d’ici."}
    )
    judge(old, new, "word/footnotes.xml")
    judge(old, new, "word/header1.xml")


def test_a_note_that_went_is_there_deleted_and_a_new_one_inserted() -> None:
    old = docx(para("Un", note_reference(1), " deux"), footnotes={1: "Ancienne note"})
    new = docx(para("Un deux", note_reference(1)), footnotes={1: "Toute autre chose"})
    done = compare(old, new)
    gone = part(done).find(f".//{W}del//{W}footnoteReference")
    come = part(done).find(f".//{W}ins//{W}footnoteReference")
    assert gone is not None
    assert come is not None
    notes = {one.get(f"{W}id"): one for one in part(done, "word/footnotes.xml")}
    assert view(notes[gone.get(f"{W}id")], accept=False) == ["Ancienne note"]
    assert view(notes[gone.get(f"{W}id")], accept=True) == [""]
    assert view(notes[come.get(f"{W}id")], accept=True) == ["Toute autre chose"]
    assert view(notes[come.get(f"{W}id")], accept=False) == [""]


def test_formatting_and_properties_are_tracked() -> None:
    old = docx(para("un ", run("deux", "<w:b/>"), style="Citation"))
    new = docx(para("un ", run("deux", "<w:i/>")))
    root = part(judge(old, new))
    change = root.find(f".//{W}rPrChange")
    assert change is not None
    assert change.find(f"{W}rPr/{W}b") is not None
    assert change.getparent().find(f"{W}i") is not None
    before = root.find(f".//{W}pPrChange/{W}pPr/{W}pStyle")
    assert before is not None
    assert before.get(f"{W}val") == "Citation"
    assert root.find(f".//{W}ins") is None


def test_the_paragraph_mark_s_change_stands_first_in_its_properties() -> None:
    mark = "<w:rPr><w:b/></w:rPr>"
    root = part(judge(docx(A, B), docx(A, para(C, properties=mark), B)))
    rpr = next(one for one in root.iter(f"{W}rPr") if one.find(f"{W}ins") is not None)
    assert [etree.QName(one).localname for one in rpr] == ["ins", "b"]


def test_a_changed_word_between_changed_words_makes_one_change() -> None:
    root = part(
        judge(docx(para("avant un deux trois après")), docx(para("avant six sept huit après")))
    )
    assert [len(list(root.iter(f"{W}{name}"))) for name in ("ins", "del")] == [1, 1]


def test_what_moves_is_named_and_paired() -> None:
    root = part(judge(docx(A, B, "Un.", "Deux.", C, "Fin."), docx(C, A, B, "Un.", "Deux.", "Fin.")))
    starts = {
        kind: [one.get(f"{W}name") for one in root.iter(f"{W}{kind}RangeStart")]
        for kind in ("moveFrom", "moveTo")
    }
    assert starts == {"moveFrom": ["move1"], "moveTo": ["move1"]}
    for kind in starts:
        opened = [one.get(f"{W}id") for one in root.iter(f"{W}{kind}RangeStart")]
        assert opened == [one.get(f"{W}id") for one in root.iter(f"{W}{kind}RangeEnd")]
        moved = [one for one in root.iter(f"{W}{kind}") if one.getparent().tag == f"{W}p"]
        assert ["".join(one.itertext()) for one in moved] == [C]
    assert not list(root.iter(f"{W}ins", f"{W}del", f"{W}delText"))


def test_paragraphs_that_move_together_are_one_move() -> None:
    root = part(judge(docx(A, B, "1.", "2.", "3.", "Fin."), docx("1.", "2.", "3.", A, B, "Fin.")))
    names = [one.get(f"{W}name") for one in root.iter(f"{W}moveToRangeStart")]
    assert names == ["move1"]
    assert len(list(root.iter(f"{W}moveToRangeEnd"))) == 1
    assert len([one for one in root.iter(f"{W}moveTo") if one.getparent().tag == f"{W}p"]) == 2


def test_headers_that_only_one_version_has_are_tracked() -> None:
    with_header, without = docx(A, header="Institut"), docx(A)
    for old, new in ((with_header, without), (without, with_header)):
        done = compare(old, new)
        assert not inexact(done, old, new)
    gone = compare(with_header, without)
    assert "".join(part(gone, "word/header1.xml").itertext(f"{W}delText")) == "Institut"


def test_notes_that_only_the_old_version_has_are_brought() -> None:
    old = docx(para("Un", note_reference(1), " deux"), footnotes={1: "La note"})
    new = docx(para("Un deux"))
    done = compare(old, new)
    assert not inexact(done, old, new)
    assert "La note" in "".join(part(done, "word/footnotes.xml").itertext(f"{W}delText"))


def test_a_list_that_only_the_old_version_defines_is_brought() -> None:
    old = docx(A, para(B, properties=LIST))
    new = replaced(docx(A, B), "word/numbering.xml", 'w:numId="3"', 'w:numId="8"')
    new = replaced(new, "word/numbering.xml", "bullet", "decimal")
    done = compare(old, new)
    assert not inexact(done, old, new)


def replaced(data: bytes, name: str, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for one in source.namelist():
            held = source.read(one)
            target.writestr(one, held.replace(old.encode(), new.encode()) if one == name else held)
    return out.getvalue()


def test_the_text_of_a_text_box_is_compared() -> None:
    def boxed(text: str) -> str:
        return para(
            "Avec ",
            f"<w:r><w:pict><v:textbox><w:txbxContent>{para(text)}</w:txbxContent></v:textbox></w:pict></w:r>",
        )

    done = compare(docx(boxed(A)), docx(boxed("Nous formons partout.")))
    box = part(done).find(f".//{W}txbxContent")
    assert view(box, accept=True) == ["Nous formons partout."]
    assert view(box, accept=False) == [A]


WORDS = st.sampled_from(["nous", "formons", "les", "écoles", "et", "l’avenir", "2030", "ici,"])
LOOKS = st.sampled_from(["", "", "<w:b/>", "<w:i/>"])
RUNS = st.builds(
    run, st.lists(WORDS, min_size=1, max_size=5).map(lambda one: " ".join(one) + " "), LOOKS
)
LINKED = RUNS.map(LINK.format)
STYLED = st.sampled_from(["", "", "", "Titre1", "Puce"])
PROPERTIES = st.sampled_from(["", "", "", LIST, '<w:jc w:val="center"/>'])
PARAGRAPHS = st.builds(
    lambda runs, style, properties: para(*runs, style=style, properties=properties),
    st.lists(st.one_of(RUNS, RUNS, RUNS, LINKED), max_size=3),
    STYLED,
    PROPERTIES,
)
SECTIONS = st.builds(section, WORDS, st.sampled_from([800, 900]))
TABLES = st.lists(st.tuples(PARAGRAPHS, PARAGRAPHS), min_size=1, max_size=3).map(
    lambda rows: table(*rows)
)
BODIES = st.tuples(
    st.lists(st.one_of(PARAGRAPHS, PARAGRAPHS, PARAGRAPHS, TABLES, SECTIONS), max_size=6),
    PARAGRAPHS,
)
EDITS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(["drop", "double", "swap"])), max_size=3
)


def edited(blocks: list[str], edits: list[tuple[int, str]]) -> list[str]:
    done = list(blocks)
    for place, what in edits:
        if place >= len(done):
            continue
        if what == "drop":
            del done[place]
        elif what == "double":
            done.insert(place, done[place].replace("les", "nos"))
        else:
            done[place], done[0] = done[0], done[place]
    return done


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BODIES, EDITS, BODIES)
def test_accept_is_new_and_reject_is_old(
    body: tuple[list[str], str], edits: list[tuple[int, str]], other: tuple[list[str], str]
) -> None:
    old = docx(*body[0], body[1], links=LINKS)
    for blocks in ([*edited(body[0], edits), body[1]], [*other[0], other[1]]):
        new = docx(*blocks, links=LINKS)
        done = judge(old, new)
        for settle, wanted in ((accept_all, new), (reject_all, old)):
            root = part(done)
            settle(root)
            assert view(root, accept=True) == view(part(wanted), accept=True)
            assert not list(root.iter(f"{W}ins", f"{W}del", f"{W}rPrChange", f"{W}pPrChange"))


PAIR = st.tuples(*[st.lists(WORDS, max_size=12).map(" ".join)] * 2)


@given(PAIR)
def test_a_word_diff_holds_both_texts(pair: tuple[str, str]) -> None:
    pieces = word_diff(*pair)
    assert "".join(one.text for one in pieces if one.op is not Op.INSERT) == pair[0]
    assert "".join(one.text for one in pieces if one.op is not Op.DELETE) == pair[1]
    assert all(one.text for one in pieces)


def test_a_word_diff_is_read_as_a_person_would_say_it() -> None:
    assert word_diff("Nous formons ensemble.", "Nous accueillons et formons ensemble.") == (
        DiffPiece(Op.EQUAL, "Nous "),
        DiffPiece(Op.INSERT, "accueillons et "),
        DiffPiece(Op.EQUAL, "formons ensemble."),
    )


def readable(corpus_docx: tuple[Path, ...]) -> list[tuple[str, bytes]]:
    """Real files that are Word files with a body, small ones."""
    known: list[tuple[str, bytes]] = []
    for path in corpus_docx:
        data = path.read_bytes()
        if len(data) > 40_000:
            continue
        try:
            compare(data, data)
        except DocumentError:
            continue
        if "stress025" not in path.name:  # It has no body.
            known.append((path.name, data))
    assert len(known) > 100
    return known


def test_edited_real_files_come_out_exactly(corpus_docx: tuple[Path, ...]) -> None:
    wrong = {}
    for name, old in readable(corpus_docx)[::2]:
        new = edited_file(old, 1)
        found = inexact(compare(old, new), old, new)
        if found:
            wrong[name] = found
    assert not wrong


def test_neighbouring_real_files_redline_into_each_other(corpus_docx: tuple[Path, ...]) -> None:
    """Two unrelated files are the hardest pair."""
    known = readable(corpus_docx)
    wrong = {}
    for (name, old), (_, new) in zip(known[::4], known[1::4], strict=False):
        found = inexact(compare(old, new), old, new)
        if found:
            wrong[name] = found
    assert not wrong


def test_redlines_are_valid_against_the_schema(corpus: Path) -> None:
    schema = etree.XMLSchema(etree.parse(str(corpus / "xsd/wml.xsd")))

    def faults(data: bytes) -> set[str]:
        root = part(data)
        for one in root.iter():
            for name in [n for n in one.attrib if "word/2010" in n or n.endswith("}Ignorable")]:
                del one.attrib[name]
        schema.validate(root)
        return {str(one.message) for one in schema.error_log}

    for name, (before, after) in CHANGES.items():
        old, new = docx(*before, links=LINKS), docx(*after, links=LINKS)
        assert not faults(compare(old, new)) - faults(old) - faults(new), name


def quiet(lines: list[str]) -> list[str]:
    """Without the joiner that LibreOffice 7.4 puts into tracked rows that have no text."""
    return [line.replace("\u200d", "") for line in lines]


# LibreOffice 7.4 cannot join a paragraph with a table: it leaves an empty paragraph there.
BEFORE_A_TABLE = {"a table goes at the end", "a table comes in at the end"}
# It makes one paragraph of a content control and the paragraph after it, tracked or not.
NOT_READ_BY_LIBREOFFICE = {"a content control changes"}


@pytest.mark.needs_libreoffice
@pytest.mark.parametrize("looks", [False, True], ids=["in text", "in formatting"])
def test_libreoffice_agrees(tmp_path: Path, looks: bool) -> None:
    names, jobs = [], []
    left_out = NOT_READ_BY_LIBREOFFICE | (BEFORE_A_TABLE if looks else set())
    cases = {k: v for k, v in CHANGES.items() if k not in left_out}
    for number, (name, (before, after)) in enumerate(cases.items()):
        old, new = docx(*before, links=LINKS), docx(*after, links=LINKS)
        files = {"old": old, "new": new, "redline": compare(old, new)}
        for kind, data in files.items():
            (tmp_path / f"{number}.{kind}.docx").write_bytes(data)
        names.append(name)
        jobs += [
            (tmp_path / f"{number}.new.docx", "accept"),
            (tmp_path / f"{number}.old.docx", "accept"),
            (tmp_path / f"{number}.redline.docx", "accept"),
            (tmp_path / f"{number}.redline.docx", "reject"),
        ]
    answers = texts(jobs, tmp_path, looks=looks)
    wrong = {}
    for number, name in enumerate(names):
        new_text, old_text, accepted, rejected = map(quiet, answers[4 * number : 4 * number + 4])
        if name in BEFORE_A_TABLE:
            accepted, new_text, rejected, old_text = (
                [line for line in one if line] for one in (accepted, new_text, rejected, old_text)
            )
        if (accepted, rejected) != (new_text, old_text):
            wrong[name] = difference((accepted, rejected), (new_text, old_text))
    assert not wrong
