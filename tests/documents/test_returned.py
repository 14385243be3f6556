"""A returned file is read right when each proposal stands alone and can be taken alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import comments, identity, reader, returned
from documents.comments import Comment
from documents.digest import text_digest
from documents.redline import redline
from documents.returned import Proposal, ProposalConflictError, read, take
from tests.documents import docx_office
from tests.documents.docx_make import docx, para, run, table

WHEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
A, B, C = "Nous formons ensemble.", "La recherche nous éclaire.", "Nos écoles vivent ici."
DATE = 'w:author="Claire" w:date="2026-11-23T09:30:00Z"'


def texts(data: bytes) -> list[str]:
    return [block.text for block in reader.read(data).blocks]


def ins(text: str, number: int = 1) -> str:
    return f'<w:ins w:id="{number}" {DATE}>{run(text)}</w:ins>'


def gone(text: str, number: int = 2) -> str:
    inside = run(text).replace("w:t", "w:delText").replace("w:delTextext", "w:t")
    return f'<w:del w:id="{number}" {DATE}>{inside}</w:del>'


def mark(name: str) -> str:
    return f'<w:rPr><w:{name} w:id="7" {DATE}/></w:rPr>'


def bold(text: str) -> str:
    return run(text, f'<w:b/><w:rPrChange w:id="3" {DATE}><w:rPr/></w:rPrChange>')


def told(one: Proposal) -> tuple[str, str, str, bool]:
    return str(one.kind), one.before, one.after, one.tracked


CHANGES: dict[str, tuple[list[str], list[str], list[tuple[str, str, str, bool]], list[str]]] = {
    "words came": (
        [A],
        [para("Nous formons ", ins("ici "), "ensemble.")],
        [("insertion", "", "ici ", True)],
        ["Nous formons ici ensemble."],
    ),
    "words went": (
        [A],
        [para("Nous formons", gone(" ensemble"), ".")],
        [("deletion", " ensemble", "", True)],
        ["Nous formons."],
    ),
    "words were replaced": (
        [A],
        [para("Nous ", gone("formons"), ins("instruisons"), " ensemble.")],
        [("replacement", "formons", "instruisons", True)],
        ["Nous instruisons ensemble."],
    ),
    "a word was made bold": (
        [A],
        [para("Nous ", bold("formons"), " ensemble.")],
        [("formatting", "formons", "formons", True)],
        [A],
    ),
    "a paragraph came": (
        [A, B],
        [A, para(ins(C), properties=mark("ins")), B],
        [("paragraph inserted", "", C, True)],
        [A, C, B],
    ),
    "a paragraph went": (
        [A, C, B],
        [A, para(gone(C), properties=mark("del")), B],
        [("paragraph deleted", C, "", True)],
        [A, B],
    ),
    "a row came": (
        [table(("a", "b")), A],
        [
            table(("a", "b")).replace(
                "</w:tbl>",
                f'<w:tr><w:trPr><w:ins w:id="8" {DATE}/></w:trPr><w:tc>{para(ins("c"))}</w:tc>'
                f"<w:tc>{para(ins('d'))}</w:tc></w:tr></w:tbl>",
            ),
            A,
        ],
        [("row inserted", "", "c\nd", True)],
        ["a", "b", "c", "d", A],
    ),
    "a paragraph was changed without tracking": (
        [A, B],
        [A, B.replace("nous", "vous")],
        [("replacement", B, B.replace("nous", "vous"), False)],
        [A, B.replace("nous", "vous")],
    ),
    "a paragraph came without tracking": (
        [A, B],
        [A, C, B],
        [("paragraph inserted", "", C, False)],
        [A, C, B],
    ),
    "a paragraph went without tracking": (
        [A, C, B],
        [A, B],
        [("paragraph deleted", C, "", False)],
        [A, B],
    ),
}


@pytest.mark.parametrize(
    ("base", "back", "proposed", "after"), CHANGES.values(), ids=CHANGES.keys()
)
def test_it_is_found_and_taken_when(
    base: list[str],
    back: list[str],
    proposed: list[tuple[str, str, str, bool]],
    after: list[str],
) -> None:
    sent, came = identity.stamp(docx(*base)), docx(*back)
    found = read(sent, came)
    assert [told(one) for one in found] == proposed
    for one in found:
        assert (one.author, one.date) == (("Claire", WHEN) if one.tracked else ("", None))
        assert one.paragraph in {block.id for block in reader.read(sent).blocks}
    done = take(sent, came, [one.id for one in found])
    assert texts(done) == after
    if after == base:
        assert text_digest(done).document != text_digest(sent).document
    assert take(sent, came, []) == sent


def test_each_of_several_changes_is_taken_alone() -> None:
    sent = identity.stamp(docx(A, B, C))
    came = docx(
        para("Nous ", gone("formons"), ins("instruisons"), " ensemble", ins(" ici"), "."),
        para(gone(B), properties=mark("del")),
        para(C.replace("vivent", "sont")),
    )
    first, second, third, fourth = read(sent, came)
    ids = [block.id for block in reader.read(sent).blocks]
    assert [one.paragraph for one in (first, second, third, fourth)] == [ids[0], *ids]
    assert texts(take(sent, came, [first.id])) == ["Nous instruisons ensemble.", B, C]
    assert texts(take(sent, came, [second.id])) == ["Nous formons ensemble ici.", B, C]
    assert texts(take(sent, came, [third.id])) == [A, C]
    assert texts(take(sent, came, [fourth.id])) == [A, B, C.replace("vivent", "sont")]
    assert texts(take(sent, came, [first.id, third.id])) == ["Nous instruisons ensemble.", C]


def test_a_change_that_rests_on_an_untracked_one_is_not_taken_without_it() -> None:
    sent = identity.stamp(docx("Nous formons ensemble des ingénieurs responsables.", B))
    came = docx(
        para("Nous instruisons", ins(" bien"), " ensemble des ingénieurs responsables."), para(B)
    )
    tracked, untracked = read(sent, came)
    with pytest.raises(ProposalConflictError):
        take(sent, came, [tracked.id])
    both = take(sent, came, [tracked.id, untracked.id])
    assert texts(both) == ["Nous instruisons bien ensemble des ingénieurs responsables.", B]


def test_comments_of_the_returned_file_are_proposals_and_can_be_taken() -> None:
    sent = identity.stamp(docx(A, B))
    first, second = (block.id for block in reader.read(sent).blocks)
    sent = comments.write(sent, [Comment("a", first, "Ancien", "Max", date=WHEN)])
    came = comments.write(
        sent,
        [
            Comment("b", second, "Neuf ?", "Claire", date=WHEN, span=(3, 12)),
            Comment("c", None, "Oui.", "Max", date=WHEN, parent="b"),
        ],
    )
    new, reply = read(sent, came)
    assert (new.kind, new.paragraph, new.before, new.after) == (
        "comment",
        second,
        "recherche",
        "Neuf ?",
    )
    assert new.comment is not None
    done = comments.read(take(sent, came, [new.id, reply.id]))
    assert [(one.text, one.quoted) for one in done] == [
        ("Ancien", A),
        ("Neuf ?", "recherche"),
        ("Oui.", "recherche"),
    ]
    assert done[2].parent == done[1].id
    assert take(sent, came, []) == sent


def test_a_move_is_one_proposal() -> None:
    sent = identity.stamp(docx(A, B, C, "Fin ici."))
    came = redline(sent, docx(C, A, B, "Fin ici."), author="Claire", when=WHEN)
    (one,) = read(sent, came)
    assert (one.kind, one.before, one.after) == ("move", C, C)
    assert one.paragraph == reader.read(sent).blocks[2].id
    assert texts(take(sent, came, [one.id])) == [C, A, B, "Fin ici."]


def test_the_last_paragraph_comes_and_goes_as_one() -> None:
    longer, shorter = identity.stamp(docx(A, B, C)), identity.stamp(docx(A, B))
    (one,) = read(longer, redline(longer, shorter, author="Claire", when=WHEN))
    assert told(one) == ("paragraph deleted", C, "", True)
    came = redline(shorter, longer, author="Claire", when=WHEN)
    (one,) = read(shorter, came)
    assert told(one) == ("paragraph inserted", "", C, True)
    assert one.paragraph == reader.read(shorter).blocks[1].id
    assert texts(take(shorter, came, [one.id])) == [A, B, C]


WORDS = st.sampled_from(["nous", "formons", "ensemble", "des", "femmes", "libres", "ici"])
SENTENCE = st.lists(WORDS, min_size=3, max_size=8).map(" ".join)
FILES = st.lists(SENTENCE, min_size=1, max_size=5)


@settings(deadline=None, max_examples=40)
@given(old=FILES, new=FILES)
def test_taking_every_tracked_change_gives_the_new_text(old: list[str], new: list[str]) -> None:
    sent = identity.stamp(docx(*old, "fin"))
    came = redline(sent, docx(*new, "fin"), author="Claire", when=WHEN)
    found = read(sent, came)
    assert all(one.tracked for one in found)
    assert texts(take(sent, came, [one.id for one in found])) == [*new, "fin"]
    assert take(sent, came, []) == sent


@pytest.mark.needs_libreoffice
def test_a_file_that_libreoffice_saved_is_read_as_proposals_on_the_draft(tmp_path: Path) -> None:
    sent = identity.stamp(
        docx(para(A, style="Titre1"), para(B), table(("une case", "b")), para(C), para("Fin ici."))
    )
    ids = {block.text: block.id for block in reader.read(sent).blocks}
    edited = docx(
        para(A, style="Titre1"),
        para(B.replace("nous", "vous")),
        table(("une case", "b")),
        para(C),
        para("Venu après."),
        para("Fin ici."),
    )
    came = redline(sent, edited, author="Claire", when=WHEN)
    came = comments.write(came, [Comment("a", ids[C], "Ici ?", "Claire", date=WHEN, span=(4, 10))])
    (tmp_path / "back.docx").write_bytes(came)
    docx_office.save([tmp_path / "back.docx"], tmp_path / "saved")
    back = (tmp_path / "saved/back.docx").read_bytes()
    found = {one.kind: one for one in read(sent, back)}
    assert {(kind, one.before, one.after, one.tracked) for kind, one in found.items()} == {
        ("replacement", "nous", "vous", True),
        ("paragraph inserted", "", "Venu après.", True),
        ("comment", "écoles", "Ici ?", True),
    }
    assert found[returned.Kind.REPLACEMENT].paragraph == ids[B]
    assert found[returned.Kind.PARAGRAPH_INSERTED].paragraph == ids[C]
    assert found[returned.Kind.COMMENT].paragraph == ids[C]
    done = take(sent, back, [found[returned.Kind.REPLACEMENT].id])
    assert texts(done) == [A, B.replace("nous", "vous"), "une case", "b", C, "Fin ici."]
    before = {one.id: one.digest for one in text_digest(sent).paragraphs}
    after = {one.id: one.digest for one in text_digest(done).paragraphs}
    assert {one for one in before if before[one] != after[one]} == {ids[B]}
    assert next(block.style for block in reader.read(done).blocks) == "Titre1"
    every = take(sent, back, [one.id for one in found.values()])
    assert "Venu après." in texts(every)
    assert comments.read(every)[0].quoted == "écoles"
