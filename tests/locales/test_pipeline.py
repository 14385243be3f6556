from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from locales.engines import Consent, Engine
from locales.engines.errors import ConsentMissingError, EngineBusyError, EngineError
from locales.glossary import Glossary, Status, Term
from locales.memory import Memory
from locales.pipeline import Counts, SourceParagraph, tally, translate
from locales.tmx import Entry
from locales.units import Origin, OriginKind, State, TranslationUnit

DAY = datetime(2021, 3, 12, tzinfo=UTC)
GLOSSARY = Glossary((Term("raison d’être", "mission statement", Status.PREFERRED),))
DRAFT = [
    SourceParagraph("00000001", ("Our mission statement",)),
    SourceParagraph(
        "00000002", ("The board adopts the text.", "In 2027, 6,200 students voted: a success!")
    ),
    SourceParagraph("00000003", ("2027",)),
    SourceParagraph("00000004", ("The board rejects the text that was written by the committee.",)),
    SourceParagraph("00000005", ("Nobody has ever said this before.",)),
]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    made = Memory.open(tmp_path / "memory.sqlite3")
    made.learn(
        [
            TranslationUnit("1", 0, "Our mission statement", "Notre raison d'être"),
            TranslationUnit("2", 0, "The board adopts the text.", "Le conseil adopte le texte."),
            TranslationUnit("3", 0, "Other.", "Autre."),
        ],
        "en",
        "fr",
        dossier="mission-2021",
        at=DAY,
    )
    made.add(
        [
            Entry(
                "In 2021, 5,000 students voted: a success!",
                "En 2021, 5 000 étudiants ont voté : un succès!",
                "en",
                "fr",
                at=DAY,
            ),
            Entry(
                "The board adopts the text that was written by the committee.",
                "Le conseil adopte le texte que le comité a rédigé.",
                "en",
                "fr",
                at=DAY,
            ),
        ]
    )
    yield made
    made.close()


def prepare(
    memory: Memory, draft: Sequence[SourceParagraph] = DRAFT, **more: Any
) -> tuple[TranslationUnit, ...]:
    return translate(draft, "en", "fr", memory=memory, glossary=GLOSSARY, **more)


def test_each_segment_gets_the_best_that_there_is(memory: Memory) -> None:
    units = prepare(memory)
    assert [(unit.paragraph, unit.index) for unit in units] == [
        ("00000001", 0), ("00000002", 0), ("00000002", 1), ("00000003", 0), ("00000004", 0), ("00000005", 0),
    ]  # fmt: skip
    assert [unit.origin.kind.value for unit in units] == [
        "ice",
        "exact",
        "fuzzy",
        "exact",
        "none",
        "none",
    ]
    assert [unit.target for unit in units] == [
        "Notre raison d’être",
        "Le conseil adopte le texte.",
        "En 2027, 6\u202f200 étudiants ont voté\u00a0: un succès\u202f!",
        "2027",
        None,
        None,
    ]
    assert [offer.target for offer in units[4].offers] == [
        "Le conseil adopte le texte que le comité a rédigé."
    ]
    assert tally(units) == Counts(ice=1, exact=2, fuzzy=1, missing=2)


def test_nothing_is_accepted_here(memory: Memory) -> None:
    assert {unit.state for unit in prepare(memory)} == {State.INITIAL}


def test_the_same_draft_gives_the_same_units(memory: Memory) -> None:
    assert prepare(memory) == prepare(memory)


def test_what_the_checks_find_in_a_prefilled_target_is_noted(memory: Memory) -> None:
    draft = [SourceParagraph("00000001", ('The board adopts <g id="1">the text</g>.',))]
    (unit,) = prepare(memory, draft)
    assert (unit.target, unit.origin.kind, unit.findings) == (
        "Le conseil adopte le texte.",
        OriginKind.FUZZY,
        ("tags",),
    )


def person(unit: TranslationUnit, target: str) -> TranslationUnit:
    return unit.with_target(target, State.TRANSLATED, Origin(OriginKind.PERSON, detail="p3"))


def by_place(units: Sequence[TranslationUnit]) -> dict[tuple[str, int], TranslationUnit]:
    return {(unit.paragraph, unit.index): unit for unit in units}


def test_a_sentence_that_did_not_change_keeps_its_translation(memory: Memory) -> None:
    before = [person(unit, f"T {unit.index}") for unit in prepare(memory)]
    units = prepare(memory, previous=by_place(before))
    assert [replace(unit, kept=False) for unit in units] == before
    assert tally(units) == Counts(kept=6)


def test_a_sentence_keeps_its_translation_where_another_was_put_before_it(memory: Memory) -> None:
    before = [person(unit, f"T {unit.index}") for unit in prepare(memory)]
    draft = [
        SourceParagraph("00000002", ("Something new and long is said here.", *DRAFT[1].segments))
    ]
    units = prepare(memory, draft, previous=by_place(before))
    assert [unit.target for unit in units] == [None, "T 0", "T 1"]
    assert [unit.index for unit in units] == [0, 1, 2]


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("The board’s text", True),
        ("The board's\u00a0text", True),
        ("The board's  text", True),
        ("The board's Text", False),
        ("The board's text.", False),
        ('The board\'s <g id="1">text</g>', False),
    ],
)
def test_typography_alone_is_no_change(memory: Memory, source: str, kept: bool) -> None:
    known = person(TranslationUnit("00000001", 0, "The board's text"), "Le texte du conseil")
    (unit,) = prepare(
        memory, [SourceParagraph("00000001", (source,))], previous={("00000001", 0): known}
    )
    assert unit.kept is kept
    assert unit.source == source


def test_an_open_unit_of_the_draft_before_is_looked_up_again(memory: Memory) -> None:
    known = TranslationUnit("00000001", 0, "Our mission statement")
    (unit,) = prepare(memory, DRAFT[:1], previous={("00000001", 0): known})
    assert (unit.target, unit.kept) == ("Notre raison d’être", False)


def test_a_machine_is_asked_for_what_is_left_and_named(memory: Memory, provider: Any) -> None:
    engine = Engine("deepl", provider.url, "k", timeout=5)
    units = prepare(memory, engine=engine, consent=Consent(frozenset({"deepl"})))
    assert units[5].target == "NOBODY HAS EVER SAID THIS BEFORE."
    assert str(units[5].origin) == "machine (deepl)"
    assert units[5].state is State.INITIAL
    ((_, _, body),) = provider.requests
    assert body["text"] == [DRAFT[3].segments[0], DRAFT[4].segments[0]]
    assert units[4].offers
    assert tally(units) == Counts(ice=1, exact=2, fuzzy=1, machine=2)


def test_tags_that_a_machine_lost_are_noted(memory: Memory, provider: Any) -> None:
    import re

    provider.word = lambda text: re.sub(r"<[^>]*>|⟦[^⟧]*⟧", "", text).replace("no", "rien")
    engine = Engine("deepl", provider.url, "k", timeout=5)
    draft = [
        SourceParagraph("00000001", ('Say <x id="1"/> so', 'One <g id="1">no</g> says')),
    ]
    placed, behind = prepare(memory, draft, engine=engine, consent=Consent(frozenset({"deepl"})))
    assert (placed.target, behind.target) == (
        'Say <x id="1"/> so',
        'One rien says<g id="1"></g>',
    )
    assert "tags-aligned" in placed.findings
    assert "tags-to-place" in behind.findings


def test_without_consent_nothing_is_sent_and_somebody_hears_of_it(
    memory: Memory, provider: Any
) -> None:
    engine = Engine("deepl", provider.url, "k", timeout=5)
    with pytest.raises(ConsentMissingError):
        prepare(memory, engine=engine)
    assert provider.requests == []


def test_a_machine_that_fails_need_not_stop_the_rest(memory: Memory, provider: Any) -> None:
    provider.script += [(429, {"Retry-After": "900"}, "")]
    heard: list[EngineError] = []
    engine = Engine("deepl", provider.url, "k", timeout=5)
    units = prepare(
        memory, engine=engine, consent=Consent(frozenset({"deepl"})), on_engine_error=heard.append
    )
    assert [type(fault) for fault in heard] == [EngineBusyError]
    assert tally(units) == Counts(ice=1, exact=2, fuzzy=1, missing=2)


@pytest.mark.parametrize(
    ("profile", "mark"),
    [("fr-FR-word", "\u00a0!"), ("fr-FR-typo", "\u202f!"), ("fr-CA", "succès!")],
)
def test_french_is_set_in_the_profile_of_the_house(memory: Memory, profile: str, mark: str) -> None:
    units = prepare(memory, profile=profile)
    assert mark in (units[2].target or "")


def test_an_empty_draft_has_no_units(memory: Memory) -> None:
    assert prepare(memory, []) == ()
    assert tally([]) == Counts()
