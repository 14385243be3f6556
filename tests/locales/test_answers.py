"""What engines answered is kept, and not asked again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from locales.engines import ENGINES, Consent, Engine, EngineError
from locales.engines.ladder import Answer, Tags
from locales.engines.store import Answers
from locales.glossary import Glossary, Status, Term

ALL = Consent(frozenset(ENGINES))
TERMS = Glossary((Term("raison d’être", "mission statement", Status.PREFERRED),))


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Answers]:
    opened = Answers(tmp_path / "answers.sqlite3")
    yield opened
    opened.close()


def ask(
    provider: Any, answers: Answers, *texts: str, name: str = "deepl", **more: Any
) -> list[str]:
    engine = Engine(name, provider.url, "k", timeout=5, wait=lambda _: None)
    given = engine.translate(texts, "fr", "en", consent=ALL, answers=answers, **more)
    return [one.text for one in given]


def test_an_answer_is_asked_for_once(provider: Any, answers: Answers) -> None:
    assert ask(provider, answers, "Oui.", "Non.") == ["OUI.", "NON."]
    assert ask(provider, answers, "Non.", "Si.") == ["NON.", "SI."]
    assert provider.texts == ["Oui.", "Non.", "Si."]


def test_another_engine_or_glossary_gives_another_answer(provider: Any, answers: Answers) -> None:
    for more in ({}, {"name": "google"}, {"glossary": TERMS}, {"glossary": TERMS}):
        ask(provider, answers, "Oui.", **more)
    assert len(provider.requests) == 3
    ask(provider, answers, "Oui.", name="google", glossary=TERMS)
    assert len(provider.requests) == 3, "google takes no glossary, so that its answer is the same"


def test_how_the_tags_were_placed_is_kept_too(tmp_path: Path) -> None:
    told = {text.value: Answer(f"text {text}", text) for text in Tags}
    first = Answers(tmp_path / "a.sqlite3")
    first.write("deepl", "fr", "en", "", {**told, "none": Answer("")})
    first.close()
    second = Answers(tmp_path / "a.sqlite3")
    assert second.read("deepl", "fr", "en", "", [*told, "none", "other"]) == told
    assert second.read("deepl", "en", "fr", "", list(told)) == {}
    second.close()


def test_what_came_before_a_failure_is_kept(provider: Any, answers: Answers) -> None:
    texts = [f"texte {number}" for number in range(10)]

    def word(text: str) -> str:
        if len(provider.requests) == 4:
            provider.script.extend([(403, {}, "")] * 20)
        return text.upper()

    provider.word = word
    heard: list[EngineError] = []
    first = ask(provider, answers, *texts, name="mymemory", on_fault=heard.append)
    assert heard
    assert "" in first
    provider.script.clear()
    provider.word = str.upper
    before = len(provider.requests)
    paid = [text for text, one in zip(texts, first, strict=True) if one]
    assert ask(provider, answers, *texts, name="mymemory") == [text.upper() for text in texts]
    assert sorted(provider.texts[before:]) == sorted(set(texts) - set(paid))


def test_consent_is_asked_even_for_what_is_known(provider: Any, answers: Answers) -> None:
    ask(provider, answers, "Oui.")
    engine = replace(Engine("deepl", provider.url, "k"), timeout=5)
    with pytest.raises(EngineError, match="nobody has allowed"):
        engine.translate(["Oui."], "fr", "en", consent=Consent(), answers=answers)
