"""Paragraphs keep their identity through Word, LibreOffice and the drafter's hands."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from documents.digest import text_digest
from documents.identity import TITLE_ID, Change, changes, stamp
from documents.reader import read
from tests.documents.docx_make import docx, note_reference, para, table
from tests.documents.docx_office import save
from tests.documents.docx_views import part

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
SENTENCES = [
    "Nous formons des ingénieurs responsables.",
    "La recherche éclaire les transitions numérique et écologique.",
    "Nos écoles vivent dans leurs territoires.",
    "Les entreprises sont nos partenaires depuis toujours.",
    "Cette raison d’être nous engage tous.",
]


def ids(data: bytes) -> dict[str, str]:
    return {block.text: block.id for block in read(data).blocks}


def test_every_paragraph_of_every_story_gets_an_id_of_its_own() -> None:
    data = docx(
        para("Corps", note_reference(1)),
        table(("a", "a"), ("", "b")),
        header="En-tête",
        footnotes={1: "Note"},
    )
    stamped = stamp(data)
    found = [
        one.get(f"{W14}paraId")
        for name in ("word/document.xml", "word/header1.xml", "word/footnotes.xml")
        for one in part(stamped, name).iter("{*}p")
    ]
    assert len(found) == len(set(found)) == 8
    assert all(re.fullmatch("[0-7][0-9A-F]{7}", str(one)) and int(str(one), 16) for one in found)
    assert TITLE_ID not in found


def test_the_root_says_that_older_readers_may_ignore_the_ids() -> None:
    root = part(stamp(docx(para("Corps"))))
    assert (
        "w14"
        in root.get(
            "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable", ""
        ).split()
    )
    assert root.nsmap["w14"] == W14.strip("{}")


def test_a_root_without_the_namespace_gets_it() -> None:
    with zipfile.ZipFile(io.BytesIO(docx(para("Corps")))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    parts["word/document.xml"] = (
        f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>Corps</w:t></w:r></w:p></w:body></w:document>'
    ).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    root = part(stamp(out.getvalue()))
    mark = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable"
    assert root.get(mark) == "w14"
    assert etree.tostring(root).count(b"w14:paraId=") == 1


def test_good_ids_are_kept_and_bad_ones_are_replaced() -> None:
    data = docx(
        para("un", id="0000000A"),
        para("deux", id="0000000A"),
        para("trois", id="FFFFFFFF"),
        para("quatre", id="00000000"),
        para("cinq", id="7FFFFFFF"),
        para("six", id="0000000B"),
    )
    found = ids(stamp(data))
    assert (found["un"], found["six"]) == ("0000000A", "0000000B")
    assert len(set(found.values())) == 6
    assert not {"FFFFFFFF", "00000000", "7FFFFFFF"} & set(found.values())


def test_two_people_who_stamp_one_file_get_the_same_ids() -> None:
    data = docx(*(para(one) for one in SENTENCES))
    assert stamp(data) == stamp(bytes(data))


def test_a_stamped_file_is_not_written_anew() -> None:
    stamped = stamp(docx(*(para(one) for one in SENTENCES)))
    assert stamp(stamped) is stamped


KEPT = {
    "nothing changed": (SENTENCES, {0: 0, 1: 1, 2: 2, 3: 3, 4: 4}),
    "a paragraph came in": (["Préambule nouveau.", *SENTENCES], {0: 1, 1: 2, 4: 5}),
    "a paragraph went": ([SENTENCES[0], *SENTENCES[2:]], {0: 0, 2: 1, 4: 3}),
    "a paragraph was reworded": (
        [
            SENTENCES[0],
            "La recherche éclaire les grandes transitions écologique et numérique.",
            *SENTENCES[2:],
        ],
        {0: 0, 1: 1, 2: 2},
    ),
    "a paragraph moved": ([SENTENCES[4], *SENTENCES[:4]], {4: 0, 0: 1, 3: 4}),
    "a paragraph was cut in two": (
        [
            SENTENCES[0],
            "La recherche éclaire les transitions numérique",
            "et écologique.",
            *SENTENCES[2:],
        ],
        {0: 0, 1: 1, 2: 3, 3: 4, 4: 5},
    ),
    "two paragraphs became one": (
        [SENTENCES[0], f"{SENTENCES[1]} {SENTENCES[2]}", *SENTENCES[3:]],
        {0: 0, 1: 1, 3: 2, 4: 3},
    ),
    "a paragraph moved and another was cut in two": (
        [
            SENTENCES[4],
            SENTENCES[0],
            "La recherche éclaire les transitions numérique",
            "et écologique.",
            *SENTENCES[2:4],
        ],
        {4: 0, 0: 1, 1: 2, 2: 4, 3: 5},
    ),
    "a paragraph moved and another was reworded": (
        [
            SENTENCES[4],
            SENTENCES[0],
            SENTENCES[1],
            "Nos écoles vivent dans leurs beaux territoires.",
            SENTENCES[3],
        ],
        {4: 0, 2: 3, 3: 4},
    ),
}


@pytest.mark.parametrize(("after", "kept"), KEPT.values(), ids=KEPT.keys())
def test_ids_that_were_lost_come_back_when(after: list[str], kept: dict[int, int]) -> None:
    before = stamp(docx(*(para(one) for one in SENTENCES)))
    again = stamp(docx(*(para(one) for one in after)), before)
    old, new = ([block.id for block in read(one).blocks] for one in (before, again))
    assert all(old[i] == new[j] for i, j in kept.items())
    assert len(set(new)) == len(after)
    assert stamp(again, before) == again


def test_a_new_paragraph_gets_no_old_id() -> None:
    before = stamp(docx(*(para(one) for one in SENTENCES)))
    after = stamp(
        docx(*(para(one) for one in SENTENCES[:4]), para("Rien de commun avec elle")), before
    )
    assert read(after).blocks[4].id not in ids(before).values()


def test_of_two_copies_the_one_that_is_as_it_was_keeps_the_id() -> None:
    before = docx(para("Nous formons.", id="0000000A"))
    after = docx(para("Nous informons.", id="0000000A"), para("Nous formons.", id="0000000A"))
    assert ids(stamp(after, before))["Nous formons."] == "0000000A"


def test_ids_that_another_program_invented_give_way_to_the_known_ones() -> None:
    before = stamp(docx(*(para(one) for one in SENTENCES)))
    after = docx(*(para(one, id=f"0000001{n}") for n, one in enumerate(SENTENCES)))
    assert ids(stamp(after, before)) == ids(before)


@pytest.mark.needs_libreoffice
def test_a_save_by_libreoffice_loses_the_ids_and_stamping_brings_them_back(tmp_path: Path) -> None:
    before = stamp(docx(*(para(one) for one in SENTENCES), table(("Voix", "12")), para("Fin.")))
    (tmp_path / "draft.docx").write_bytes(before)
    save([tmp_path / "draft.docx"], tmp_path / "saved")
    after = stamp((tmp_path / "saved" / "draft.docx").read_bytes(), before)
    assert ids(after) == ids(before)
    assert changes(before, after) == ()


@pytest.mark.needs_libreoffice
def test_identities_survive_a_save_by_libreoffice_after_a_move_a_cut_and_a_join(
    tmp_path: Path,
) -> None:
    before = stamp(docx(*(para(one) for one in SENTENCES)))
    names = {f"{number}.docx": what for number, what in enumerate(KEPT)}
    for name, what in names.items():
        (tmp_path / name).write_bytes(stamp(docx(*(para(one) for one in KEPT[what][0])), before))
    save([tmp_path / name for name in names], tmp_path / "saved")
    for name in names:
        edited = (tmp_path / name).read_bytes()
        saved = (tmp_path / "saved" / name).read_bytes()
        assert text_digest(saved).document == text_digest(edited).document
        # Against the version that was edited, and against the one before the edits.
        assert ids(stamp(saved, edited)) == ids(edited), names[name]
        assert (
            ids(stamp(saved, before)).items()
            >= {
                text: known for text, known in ids(edited).items() if known in ids(before).values()
            }.items()
        ), names[name]


def test_changes_name_what_was_added_removed_changed_and_moved() -> None:
    before = stamp(docx(*(para(one) for one in SENTENCES)))
    known = ids(before)
    reworded = "Nos écoles vivent dans leurs beaux territoires."
    after = stamp(
        docx(
            *(
                para(one)
                for one in [
                    SENTENCES[4],
                    SENTENCES[0],
                    reworded,
                    SENTENCES[3],
                    "Un ajout sans pareil",
                ]
            )
        ),
        before,
    )
    found = {(one.kind, one.old_text, one.new_text) for one in changes(before, after)}
    assert found == {
        (Change.MOVED, SENTENCES[4], SENTENCES[4]),
        (Change.REMOVED, SENTENCES[1], ""),
        (Change.CHANGED, SENTENCES[2], reworded),
        (Change.ADDED, "", "Un ajout sans pareil"),
    }
    assert {one.id for one in changes(before, after) if one.kind is not Change.ADDED} == {
        known[SENTENCES[n]] for n in (4, 1, 2)
    }


TEXTS = st.lists(st.text(st.sampled_from("ab c"), max_size=6), min_size=1, max_size=8)
OWN = st.lists(
    st.sampled_from(["", "0000000A", "0000000B", "80000000", "00000000"]), min_size=8, max_size=8
)


@settings(max_examples=80, deadline=None)
@given(TEXTS, OWN, TEXTS)
def test_stamping_twice_is_stamping_once(
    texts: list[str], own: list[str], earlier: list[str]
) -> None:
    data = docx(*(para(one, id=two) for one, two in zip(texts, own, strict=False)))
    once = stamp(data)
    found = [block.id for block in read(once).blocks]
    assert len(set(found)) == len(texts)
    assert stamp(once) == once
    previous = stamp(docx(*(para(one) for one in earlier)))
    after = stamp(data, previous)
    assert len({block.id for block in read(after).blocks}) == len(texts)
    assert text_digest(after).document == text_digest(data).document
    assert changes(once, once) == ()
