"""The laws of a merge, held to random documents and to real ones."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents import identity, reader
from documents.digest import text_digest
from documents.errors import DocumentError
from documents.threeway import merge, merge_chosen
from documents.wml import ParagraphId
from tests.documents.docx_make import docx, para, run, table

WHEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def texts(data: bytes) -> list[str]:
    return [block.text for block in reader.read(data).blocks]


WORDS = st.sampled_from(
    [
        "nous",
        "formons",
        "ensemble",
        "des",
        "femmes",
        "libres",
        "pour",
        "demain",
        "ici",
        "et",
        "ailleurs",
    ]
)
SENTENCES = st.lists(st.tuples(WORDS, st.sampled_from(["", "", "<w:b/>"])), min_size=1, max_size=7)
Block = tuple[str, object]


def block(chance: st.DrawFn, *, tables: bool = True) -> Block:
    if tables and chance(st.integers(0, 5)) == 0:
        rows = chance(st.lists(st.tuples(SENTENCES, SENTENCES), min_size=1, max_size=3))
        return "table", rows
    return "para", chance(SENTENCES)


def drawn(block: Block) -> str:
    kind, content = block
    if kind == "table":
        return table(*((drawn(("para", one)), drawn(("para", two))) for one, two in content))  # type: ignore[attr-defined]
    return para(*(run(word + " ", look) for word, look in content))  # type: ignore[attr-defined]


@st.composite
def versions(draw: st.DrawFn) -> tuple[bytes, bytes, bytes]:
    base = [block(draw) for _ in range(draw(st.integers(1, 5)))]
    stamped = draw(st.booleans())

    def edited() -> list[Block]:
        row = list(base)
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(row)))
            act = draw(st.sampled_from(["change", "change", "add", "delete", "move"]))
            if act == "add" or not row:
                row.insert(at, block(draw))
                continue
            at = min(at, len(row) - 1)
            if act == "delete":
                del row[at]
            elif act == "move":
                moved = row.pop(at)
                row.insert(draw(st.integers(0, len(row))), moved)
            elif row[at][0] == "para":
                words = list(row[at][1])  # type: ignore[call-overload]
                words[draw(st.integers(0, len(words) - 1))] = draw(
                    st.tuples(WORDS, st.sampled_from(["", "<w:i/>"]))
                )
                row[at] = ("para", words)
            else:
                rows = [list(one) for one in row[at][1]]  # type: ignore[attr-defined]
                rows[draw(st.integers(0, len(rows) - 1))][draw(st.integers(0, 1))] = draw(SENTENCES)
                row[at] = ("table", [tuple(one) for one in rows])
        return row

    files = [docx(*map(drawn, row), para("fin")) for row in (base, edited(), edited())]
    first = identity.stamp(files[0])
    if stamped:
        return first, identity.stamp(files[1], first), identity.stamp(files[2], first)
    return files[0], files[1], files[2]


LAW = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


def every(_: ParagraphId) -> bool:
    return True


@LAW
@given(versions())
def test_a_side_that_changed_nothing_gives_the_other(files: tuple[bytes, bytes, bytes]) -> None:
    base, mine, _ = files
    taken = merge_chosen(base, base, mine, every)
    assert not taken.conflicts
    assert text_digest(taken.data).document == text_digest(mine).document
    assert merge_chosen(base, mine, base, every).data == mine
    same = merge_chosen(base, mine, mine, every)
    assert same.data == mine
    assert not same.conflicts
    assert merge(base, base, mine, when=WHEN).data == mine
    assert merge(base, mine, base, when=WHEN).data == mine
    assert merge(base, mine, mine, when=WHEN).data == mine


@LAW
@given(versions())
def test_it_does_not_matter_who_is_mine_where_nothing_conflicts(
    files: tuple[bytes, bytes, bytes],
) -> None:
    base, mine, theirs = files
    one, other = merge(base, mine, theirs, when=WHEN), merge(base, theirs, mine, when=WHEN)
    assert bool(one.conflicts) == bool(other.conflicts)
    if not one.conflicts:
        assert text_digest(one.data).document == text_digest(other.data).document


@LAW
@given(versions())
def test_no_text_of_either_side_is_lost(files: tuple[bytes, bytes, bytes]) -> None:
    base, mine, theirs = files
    done = merge(base, mine, theirs, when=WHEN)
    told = set(texts(done.data))
    for conflict in done.conflicts:
        told.update(conflict.mine.split("\n"), conflict.theirs.split("\n"))
    for joined in done.joined:
        told.update((joined.mine, joined.theirs))
    before = set(texts(base))
    for side in (mine, theirs):
        assert set(texts(side)) - before <= told


def test_real_files_become_one_another(corpus_docx: tuple[Path, ...]) -> None:
    """Each as the next one's base: everything goes, everything comes, but headers are said."""
    files = [path for path in corpus_docx if path.stat().st_size < 20_000]
    done = 0
    for first, second in list(pairwise(files))[::5]:
        base, theirs = first.read_bytes(), second.read_bytes()
        try:
            result = merge_chosen(base, base, theirs, every)
        except DocumentError:
            continue
        assert not result.conflicts, (first.name, second.name)
        if not any("header" in one.message for one in result.left):
            assert [one.text for one in text_digest(result.data).paragraphs] == [
                one.text for one in text_digest(theirs).paragraphs
            ], (first.name, second.name)
            done += 1
    assert done > 10
