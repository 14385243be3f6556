"""Where an engine takes no glossary, the glossary's word is offered afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from locales.engines import ENGINES, Consent, Engine
from locales.engines.terms import mended, of
from locales.glossary import Glossary, Status, Term
from locales.memory import Memory
from locales.pipeline import SourceParagraph, translate
from locales.units import TranslationUnit

TERMS = Glossary(
    (
        Term(
            "raison d’être",
            "mission statement",
            Status.PREFERRED,
            forms_fr=("raisons d’être",),
            forms_en=("mission statements",),
        ),
        Term("conseil", "board", Status.PREFERRED),
        Term("Carnot", "Carnot", Status.DO_NOT_TRANSLATE),
    )
)
WORDS = {"raisons d’être": "reasons to be", "raison d’être": "reason to be", "conseil": "council"}


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    opened = Memory.open(tmp_path / "memory.sqlite3")
    yield opened
    opened.close()


def machine(text: str) -> str:
    """An engine that has words of its own for the glossary's terms."""
    for ours, theirs in WORDS.items():
        text = text.replace(ours, theirs)
    return text.replace("La ", "The ").replace("Le ", "The ").replace("Carnot", "Cornet")


def prepared(memory: Memory, provider: Any, text: str, engine: str = "google") -> TranslationUnit:
    provider.word = machine
    (unit,) = translate(
        [SourceParagraph("00000001", (text,))],
        "fr",
        "en",
        memory=memory,
        glossary=TERMS,
        engine=Engine(engine, provider.url, "k", timeout=5),
        consent=Consent(frozenset(ENGINES)),
    )
    return unit


OFFERED = {
    "a term, inside its tags": (
        'La <g id="1">raison d’être</g> 2021',
        'The <g id="1">mission statement</g> 2021',
    ),
    "another form of it": ("La raisons d’être 2021", "The mission statements 2021"),
    "two terms": ("Le conseil, raison d’être", "The board, mission statement"),
    "a name that stays": ("La Carnot 2021", "The Carnot 2021"),
    "nothing to mend": ("La paix 2021", None),
    "a term twice, so that one cannot tell": ("Le conseil du conseil", None),
}


@pytest.mark.parametrize(("source", "wanted"), OFFERED.values(), ids=OFFERED.keys())
def test_the_glossary_s_word_is_offered_and_the_machine_s_stays(
    source: str, wanted: str | None, memory: Memory, provider: Any
) -> None:
    unit = prepared(memory, provider, source)
    assert unit.target == machine(source)
    offers = [(one.target, one.detail) for one in unit.offers]
    assert offers == ([] if wanted is None else [(wanted, "glossary")])


def test_the_engine_is_asked_for_a_term_only_where_one_is_missing(
    memory: Memory, provider: Any
) -> None:
    prepared(memory, provider, "La paix 2021")
    assert len(provider.requests) == 1
    prepared(memory, provider, "La raison d’être 2021")
    assert provider.texts[-1] == "raison d’être"


def test_an_engine_that_fails_then_costs_no_more_than_the_offer(
    memory: Memory, provider: Any
) -> None:
    def once(text: str) -> str:
        provider.script.append((401, {}, ""))
        return machine(text)

    provider.word = once
    (unit,) = translate(
        [SourceParagraph("00000001", ("La raison d’être 2021",))],
        "fr",
        "en",
        memory=memory,
        glossary=TERMS,
        engine=Engine("google", provider.url, "k", timeout=5),
        consent=Consent(frozenset(ENGINES)),
    )
    assert (unit.target, unit.offers) == ("The reason to be 2021", ())
    assert "missing-term" in unit.findings


@pytest.mark.parametrize(
    ("target", "wrong", "right", "wanted"),
    [
        ("A council", "council", "board", "A board"),
        ("Council of peers", "council", "board", "Board of peers"),
        ("A councillor", "council", "board", None),
        ("council, council", "council", "board", None),
        ('coun<x id="1"/>cil', "council", "board", None),
        ("A council", "", "board", None),
    ],
)
def test_a_word_is_put_in_another_s_place_only_where_that_is_one_place(
    target: str, wrong: str, right: str, wanted: str | None
) -> None:
    assert mended(target, wrong, right) == wanted


def test_what_a_glossary_says_to_write_has_one_rendering_for_a_term() -> None:
    glossary = Glossary(
        (
            Term("but", "goal", Status.FORBIDDEN),
            Term("objectif", "aim", Status.ADMITTED),
            Term("objectif", "goal", Status.PREFERRED),
            Term("", "orphan", Status.PREFERRED),
            Term("IMT", "", Status.DO_NOT_TRANSLATE),
        )
    )
    assert of(glossary, "fr", "en").entries == (("IMT", "IMT"), ("objectif", "goal"))
    assert of(None, "fr", "en").digest == ""
    assert of(glossary, "fr", "en").digest != of(glossary, "en", "fr").digest
