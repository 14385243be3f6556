"""How tags are carried through an engine, and that none is ever lost or doubled."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locales import markup
from locales.engines import aligning
from locales.engines.base import Setup, Translator
from locales.engines.carrying import HTML, TOKENS, XML, Carrier, attached, same_tags
from locales.engines.ladder import Answer, Tags, climb


@pytest.mark.parametrize("carrier", [XML, HTML, TOKENS])
@pytest.mark.parametrize(
    "text", ['a<x id="1"/>&amp;<g id="2">b <g id="3">&lt;c</g></g>', "plain", '<g id="7"></g>']
)
def test_a_carrier_gives_back_what_it_takes(carrier: Carrier, text: str) -> None:
    assert carrier.read(carrier.out(text), text) == text


@pytest.mark.parametrize(
    ("carrier", "answer", "text"),
    [
        (XML, 'a<x id="1"></x>', 'a<x id="1"/>'),
        (HTML, 'a<img id="x-1"/>', 'a<x id="1"/>'),
        (HTML, "a<img class=q id=x-1> &eacute; &amp;", 'a<x id="1"/> é &amp;'),
        (TOKENS, "a ⟦ 1 ⟧", 'a <x id="1"/>'),
    ],
)
def test_a_carrier_understands_other_ways_to_write_a_tag(
    carrier: Carrier, answer: str, text: str
) -> None:
    assert carrier.read(answer, 'a<x id="1"/>') == text


@pytest.mark.parametrize(
    "answer", ["a", '<x id="1"/><x id="1"/>', '<x id="2"/>', "<b>a</b>", '<x id="1"/></g>']
)
def test_a_carrier_takes_no_other_tags(answer: str) -> None:
    assert XML.read(answer, 'a<x id="1"/>') is None


def test_a_pair_around_everything_is_put_around_everything() -> None:
    assert attached("A & b", '<g id="1">a</g>') == '<g id="1">A &amp; b</g>'
    assert attached("A b", '<g id="1">a</g> b') == 'A b<g id="1"></g>'


PLACED: Mapping[str, tuple[str, str, str | None]] = {
    "a pair around everything": ('<g id="1">Le texte</g>', "The text", '<g id="1">The text</g>'),
    "a word of the same family": (
        'Notre <g id="1">mission</g> est claire.',
        "Our mission is clear.",
        'Our <g id="1">mission</g> is clear.',
    ),
    "words in another order": (
        'La <g id="1">recherche</g> scientifique',
        "Scientific research",
        'Scientific <g id="1">research</g>',
    ),
    "a number": (
        'En <g id="1">2021</g>, 5 000 étudiants',
        "In 2021, 5,000 students",
        'In <g id="1">2021</g>, 5,000 students',
    ),
    "a name": (
        'L’<g id="1">Institut Mines-Télécom</g> forme',
        "The Institut Mines-Télécom trains",
        'The <g id="1">Institut Mines-Télécom</g> trains',
    ),
    "a note behind a word": (
        'La commission<x id="1"/> décide.',
        "The commission decides.",
        'The commission<x id="1"/> decides.',
    ),
    "a note at the end, behind the stop": (
        'Il dort.<x id="1"/>',
        "He sleeps.",
        'He sleeps.<x id="1"/>',
    ),
    "a note at the end, before the stop": (
        'Il dort<x id="1"/>.',
        "He sleeps.",
        'He sleeps<x id="1"/>.',
    ),
    "a pair inside a pair": (
        '<g id="1">La <g id="2">mission</g></g>',
        "The mission",
        '<g id="1">The <g id="2">mission</g></g>',
    ),
    "two pairs that change places": (
        '<g id="1">communauté</g> <g id="2">scientifique</g>',
        "scientific community",
        '<g id="2">scientific</g> <g id="1">community</g>',
    ),
    "a word without a partner": ('Le <g id="1">chat</g> dort.', "The cat sleeps.", None),
    "a stranger inside the pair": (
        '<g id="1">mission nationale</g> de qualité',
        "mission of quality nationally national",
        None,
    ),
    "nothing to put it around": ('a<g id="1"></g> b', "a b", None),
    "a tag inside a word": ('mis<x id="1"/>sion du conseil', "mission of the board", None),
    "no words": ('<g id="1">…</g>', "…", None),
}


@pytest.mark.parametrize(("source", "words", "wanted"), PLACED.values(), ids=PLACED.keys())
def test_a_tag_is_placed_where_the_words_are_certain_and_nowhere_else(
    source: str, words: str, wanted: str | None
) -> None:
    assert aligning.project(source, words) == wanted


WORDS = st.sampled_from(
    ["mission", "2021", "le", "&", "<", "conseil", "Télécom", "était", "«", ".", "⟦3⟧", "R&D"]
)


@st.composite
def tagged(draw: st.DrawFn) -> str:
    """A sentence with pairs inside one another and tags that stand alone."""
    numbers = iter(range(1, 100))

    def some(depth: int) -> str:
        parts = []
        for _ in range(draw(st.integers(1, 3))):
            kind = draw(st.sampled_from(["word", "word", "alone", "pair"]))
            if kind == "word" or depth > 2:
                parts.append(markup.escape(draw(WORDS)) + " ")
            elif kind == "alone":
                parts.append(f'<x id="{next(numbers)}"/>')
            else:
                parts.append(f'<g id="{next(numbers)}">{some(depth + 1)}</g>')
        return "".join(parts)

    return some(0) + "mot"


def _lose(text: str, chance: random.Random) -> str:
    return re.sub(r"<[^>]*>|⟦[^⟧]*⟧", lambda m: "" if chance.random() < 0.4 else m[0], text)


def _double(text: str, chance: random.Random) -> str:
    return re.sub(r"<[^>]*>|⟦[^⟧]*⟧", lambda m: m[0] * (1 + (chance.random() < 0.4)), text)


def _swap(text: str, chance: random.Random) -> str:
    parts = re.split(r"(<[^>]*>|⟦[^⟧]*⟧)", text)
    tags = parts[1::2]
    chance.shuffle(tags)
    parts[1::2] = tags
    return "".join(parts)


def _strip(text: str, chance: random.Random) -> str:
    return re.sub(r"<[^>]*>|⟦[^⟧]*⟧", "", text)


def _strange(text: str, chance: random.Random) -> str:
    words = re.sub(r"<[^>]*>|⟦[^⟧]*⟧|&\w+;", " ", text).split()
    chance.shuffle(words)
    return " ".join(words) or "rien"


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(1, len(text) + 1)]


def _keep(text: str, chance: random.Random) -> str:
    return text


MANGLES: Sequence[Callable[[str, random.Random], str]] = (
    _keep,
    _lose,
    _double,
    _swap,
    _strip,
    _strange,
    _cut,
)


class Mangling(Translator):
    """An engine that does something to every text that it is given."""

    id = "mangling"
    sends_text_to = ""
    needs_key = False
    supports_markup = True
    limit = 10_000
    batch = 50

    def __init__(self, carrier: Carrier, seed: int) -> None:
        super().__init__("fr", "en", Setup())
        self.carrier = carrier  # type: ignore[misc]
        self.chance = random.Random(seed)

    def ask(self, texts: list[str], marked: bool) -> list[str]:
        return [self.chance.choice(MANGLES)(text, self.chance) for text in texts]


@settings(max_examples=400, deadline=None)
@given(
    texts=st.lists(tagged(), min_size=1, max_size=4, unique=True),
    carrier=st.sampled_from([XML, HTML]),
    seed=st.integers(0, 10**6),
)
def test_whatever_an_engine_does_no_tag_is_lost_or_doubled_or_leaves_its_pair(
    texts: list[str], carrier: Carrier, seed: int
) -> None:
    found: dict[str, Answer] = {}
    climb(Mangling(carrier, seed), texts, found.update)
    assert set(found) == set(texts)
    for text, answer in found.items():
        if answer.text:
            assert same_tags(answer.text, text), (answer.tags, answer.text)


@settings(max_examples=300, deadline=None)
@given(source=tagged(), words=st.lists(WORDS, min_size=1, max_size=12))
def test_a_projection_has_the_words_of_the_engine_and_the_tags_of_the_source(
    source: str, words: list[str]
) -> None:
    said = " ".join(words)
    placed = aligning.project(source, said)
    if placed is not None:
        assert markup.plain(placed) == said
        assert markup.counts(placed) == markup.counts(source)
    behind = attached(said, source)
    assert markup.plain(behind) == said
    assert same_tags(behind, source)


def test_each_rung_is_tried_in_turn() -> None:
    asked: list[tuple[list[str], bool]] = []

    class Deaf(Mangling):
        def ask(self, texts: list[str], marked: bool) -> list[str]:
            asked.append((texts, marked))
            return ["Strangers" for _ in texts]

    found: dict[str, Answer] = {}
    climb(Deaf(HTML, 0), ['Le <g id="1">mot</g> juste'], found.update)
    assert asked == [
        (['Le <span id="g-1">mot</span> juste'], True),
        (["Le ⟦1⟧mot⟦/1⟧ juste"], False),
        (["Le mot juste"], False),
    ]
    assert [one.tags for one in found.values()] == [Tags.ATTACHED]
