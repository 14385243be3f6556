"""One number for one change in the redlines of both languages."""

from __future__ import annotations

from datetime import UTC, datetime

from documents import comments
from documents.identity import Change
from documents.redline_mirror import Mirrored, mirrored
from documents.revisions import accept_all, reject_all
from tests.documents.docx_looks import Looks, difference
from tests.documents.docx_make import docx, para, table

WHEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FR = {
    1: "Notre mission",
    2: "Nous formons des ingénieurs et des managers.",
    3: "La recherche nous éclaire et nous guide chaque jour.",
    4: "Nos écoles vivent dans leurs territoires.",
    5: "Nous coopérons avec le monde.",
    6: "Fin du texte.",
}
EN = {
    1: "Our mission",
    2: "We train engineers and managers.",
    3: "Research enlightens and guides us every day.",
    4: "Our schools live in their regions.",
    5: "We cooperate with the world.",
    6: "End of the text.",
}


def version(texts: dict[int, str], *, ids: bool = True) -> bytes:
    return docx(
        *(
            para(text, id=f"{number:08X}" if ids else "", style="Titre1" if number == 1 else "")
            for number, text in texts.items()
        )
    )


def changed(texts: dict[int, str], two: str, three: str, seven: str) -> dict[int, str]:
    """The fourth paragraph comes first, the fifth goes, a seventh comes."""
    return {1: texts[1], 4: texts[4], 2: two, 3: three, 7: seven, 6: texts[6]}


NEW_FR = changed(FR, "Nous formons des ingénieures et des managers.", FR[3], "Nous rendons compte.")
NEW_EN = changed(EN, EN[2], "Research enlightens and leads us every day.", "We give account.")


def made() -> Mirrored:
    return mirrored(
        *(version(one) for one in (FR, NEW_FR, EN, NEW_EN)), author="Le siège", when=WHEN
    )


def test_a_change_has_one_number_in_both_languages_in_reading_order() -> None:
    table = [
        (one.number, one.french and one.french.kind, one.english and one.english.kind)
        for one in made().changes
    ]
    assert table == [
        (1, Change.MOVED, Change.MOVED),
        (2, Change.CHANGED, None),
        (3, None, Change.CHANGED),
        (4, Change.REMOVED, Change.REMOVED),
        (5, Change.ADDED, Change.ADDED),
    ]


def said(data: bytes) -> list[str]:
    return [one.text for one in comments.read(data)]


def test_the_numbers_stand_as_comments_on_both_sides() -> None:
    done = made()
    assert said(done.french) == [
        "Modification 1",
        "Modification 2",
        "Modification 3\u00a0: version anglaise seulement. Ce paragraphe ne change pas.",
        "Modification 4",
        "Modification 5",
    ]
    assert said(done.english) == [
        "Change 1",
        "Change 2: French version only. This paragraph does not change.",
        "Change 3",
        "Change 4",
        "Change 5",
    ]


def test_numbers_leave_the_redline_exact() -> None:
    done = made()
    for data, old, new in ((done.french, FR, NEW_FR), (done.english, EN, NEW_EN)):
        for settle, wanted in ((accept_all, new), (reject_all, old)):
            settled = Looks(data, settle).everything()
            assert not difference(settled, Looks(version(wanted), settle).everything())


def test_a_comment_on_what_went_or_came_goes_with_it() -> None:
    for settle, count in ((accept_all, 4), (reject_all, 3)):
        looks = Looks(made().french, settle)
        root = looks._tree(looks.main)
        assert root is not None
        found = list(root.iter("{*}commentReference"))
        assert len(found) == count


def test_files_without_common_ids_are_matched_by_their_shape() -> None:
    new_fr, new_en = {**FR, 2: NEW_FR[2]}, {**EN, 2: EN[2] + " Always.", 3: NEW_EN[3]}
    files = (version(one, ids=False) for one in (FR, new_fr, EN, new_en))
    done = mirrored(*files, author="Le siège", when=WHEN)
    table = [(one.number, one.french is None, one.english is None) for one in done.changes]
    assert table == [(1, False, False), (2, True, False)]


def test_equal_versions_have_no_numbers() -> None:
    fr, en = version(FR), version(EN)
    done = mirrored(fr, fr, en, en, author="A", when=WHEN)
    assert done == Mirrored(fr, en, ())


def test_a_change_in_a_table_has_its_number_too() -> None:
    def rows(word: str) -> bytes:
        return docx(table((para("A", id="00000011"), para(f"un {word} trois", id="00000012"))), "z")

    done = mirrored(rows("deux"), rows("2"), rows("two"), rows("2"), author="A", when=WHEN)
    assert [(one.number, one.paragraph) for one in done.changes] == [(1, "00000012")]
    assert said(done.french) == ["Modification 1"]
    assert said(done.english) == ["Change 1"]
