from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import markup
from locales.markup import MarkupError, Split


def tagged_texts() -> st.SearchStrategy[str]:
    """Well-formed tagged text over an alphabet with what typography and XML care about."""
    words = st.text("ab1 :;!?«»&<>\u00a0\u202f,.%'’\"é", max_size=8)

    def build(parts: list[tuple[str, str, int]]) -> str:
        out, opened = [], 0
        for number, (word, kind, _) in enumerate(parts, 1):
            if kind == "g":
                out.append(f'<g id="{number}">')
                opened += 1
            elif kind == "x":
                out.append(f'<x id="{number}"/>')
            elif kind == "/" and opened:
                out.append("</g>")
                opened -= 1
            out.append(markup.escape(word))
        return "".join(out) + "</g>" * opened

    return st.lists(st.tuples(words, st.sampled_from("gx/ "), st.just(0)), max_size=8).map(build)


@given(tagged_texts())
def test_splitting_and_joining_gives_the_text_again(text: str) -> None:
    assert markup.split(text).join() == text
    assert markup.split(text).text == markup.plain(text)


@pytest.mark.parametrize(
    "text", ['<g id="1">a', "a</g>", "a < b", '<g id="x">a</g>', "<b>a</b>", '</g><g id="1">']
)
def test_what_is_no_tagged_text_is_refused(text: str) -> None:
    with pytest.raises(MarkupError):
        markup.split(text)
    assert not markup.well_formed(text)


def test_entities_are_read_and_strays_stay() -> None:
    assert (
        markup.plain("R&D &amp; &lt;x&gt; &#233;&#xE9; &eacute; &#0;")
        == "R&D & <x> éé &eacute; &#0;"
    )


def test_tags_are_counted_with_their_parents() -> None:
    text = '<g id="1">a<x id="2"/></g><x id="2"/><g id="3"><g id="4">b</g></g>'
    assert markup.counts(text) == {"g1": 1, "x2": 2, "g3": 1, "g4": 1}
    assert markup.parents(text) == {"g1": "", "x2": "", "g3": "", "g4": "g3"}


@pytest.mark.parametrize(
    ("text", "edits", "expected"),
    [
        ('a<g id="1"> </g>:', [(1, 2, "\u00a0")], 'a<g id="1">\u00a0</g>:'),
        ('a <g id="1"> </g>:', [(1, 3, "\u00a0")], 'a\u00a0<g id="1"></g>:'),
        ('a<g id="1">:</g>', [(1, 1, "_")], 'a<g id="1">_:</g>'),
        ('<g id="1">a</g>bc', [(0, 1, ""), (2, 3, "CC")], '<g id="1"></g>bCC'),
        ("ab", [], "ab"),
    ],
)
def test_an_edit_leaves_the_tags_where_they_were(
    text: str, edits: list[tuple[int, int, str]], expected: str
) -> None:
    assert markup.split(text).edit(edits).join() == expected


@given(tagged_texts(), st.data())
def test_an_edit_changes_the_text_alone(text: str, data: st.DataObject) -> None:
    split = markup.split(text)
    at = sorted(data.draw(st.sets(st.integers(0, len(split.text)), max_size=6)))
    edits = [(a, b, "xyz"[: b % 4]) for a, b in zip(at[::2], at[1::2], strict=False)]
    expected, shift = split.text, 0
    for a, b, new in edits:
        expected = expected[: a + shift] + new + expected[b + shift :]
        shift += len(new) - (b - a)
    edited = split.edit(edits)
    assert edited.text == expected
    assert [tag for _, tag in edited.tags] == [tag for _, tag in split.tags]
    assert [at for at, _ in edited.tags] == sorted(at for at, _ in edited.tags)
    assert markup.split(edited.join()) == edited or not isinstance(edited, Split)


READ = {
    "a tab between two words": ('<g id="1">Mines</g><x id="2"/>Press', "Mines Press"),
    "two of them": ('a<x id="1"/><x id="2"/>b', "a b"),
    "a note behind a word": ('word<x id="1"/>, and', "word, and"),
    "a note before a space": ('word<x id="1"/> and', "word and"),
    "a bold part of a word": ('en<g id="1">sem</g>ble', "ensemble"),
    "one at the beginning": ('<x id="1"/>a', "a"),
}


@pytest.mark.parametrize("case", READ)
def test_what_stands_between_two_words_is_read_as_a_space(case):
    text, wanted = READ[case]
    assert markup.readable(text) == wanted


@given(tagged_texts())
def test_only_spaces_come_in_where_a_text_is_read(text):
    assert markup.readable(text).replace(" ", "") == markup.plain(text).replace(" ", "")
