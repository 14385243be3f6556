"""Responses that nobody gave, for demonstrations and measurements: drawn from a seed, the same
for the same seed.

Each public has leanings of its own, drawn once, so that the publics differ as real ones do. Open
answers are put together from fragments in the respondent's language, and some say nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from approvals.consultation.questionnaire import Kind, Question, Questionnaire
from approvals.consultation.responses import Response

_OPENINGS: Final[Mapping[str, Sequence[str]]] = {
    "fr": ("Il faut", "J’attends que l’on ose", "L’essentiel est de", "Je souhaite", "Surtout,"),
    "en": ("We should", "I expect us to dare to", "What matters is to", "I wish to", "Above all,"),
}
_ACTS: Final[Mapping[str, Sequence[str]]] = {
    "fr": (
        "rester proche des entreprises de la région",
        "former des ingénieurs qui savent douter",
        "ouvrir les laboratoires au public",
        "mesurer ce que le numérique coûte à la planète",
        "accueillir davantage d’étudiants boursiers",
        "faire travailler les écoles ensemble",
    ),
    "en": (
        "stay close to the companies of the region",
        "educate engineers who know how to doubt",
        "open the laboratories to the public",
        "measure what digital technology costs the planet",
        "welcome more students on grants",
        "make the schools work together",
    ),
}
_SILENT: Final = 0.08
"""How many leave a closed question out."""
_WORDLESS: Final = 0.6
"""How many leave an open question out."""
_FRENCH: Final = 0.85
"""How many answer in French."""


def generate(
    questionnaire: Questionnaire,
    count: int,
    seed: int,
    weights: Mapping[str, float] | None = None,
    leanings: Mapping[str, Mapping[str, float]] | None = None,
) -> Iterator[Response]:
    """Draw ``count`` responses.

    ``weights`` says how large the publics are beside one another, ``leanings`` by question and
    answer how much likelier an answer is made with every public (1 where it says nothing).
    """
    chance = random.Random(seed)  # noqa: S311
    publics = [public.id for public in questionnaire.publics]
    shares = [(weights or {}).get(public, 1.0) for public in publics]
    own = {
        (public, question.id): _leaning(question, chance, (leanings or {}).get(question.id, {}))
        for public in publics
        for question in questionnaire.questions
    }
    for public in chance.choices(publics, shares, k=count):
        language = "fr" if chance.random() < _FRENCH else "en"
        chosen: dict[str, tuple[str, ...]] = {}
        said: dict[str, str] = {}
        for question in questionnaire.questions:
            if question.kind is Kind.OPEN:
                if chance.random() >= _WORDLESS:
                    said[question.id] = _words(language, chance)
            elif chance.random() >= _SILENT:
                chosen[question.id] = _choice(question, own[public, question.id], chance)
        yield Response(public, language, chosen, said)


def _leaning(
    question: Question, chance: random.Random, likelier: Mapping[str, float]
) -> list[float]:
    return [
        (chance.gammavariate(1.2, 1.0) + 0.05) * likelier.get(option.code, 1.0)
        for option in question.options
    ]


def _choice(question: Question, leaning: Sequence[float], chance: random.Random) -> tuple[str, ...]:
    codes = [option.code for option in question.options]
    if question.kind is not Kind.MULTIPLE:
        return (chance.choices(codes, leaning)[0],)
    most = question.at_most or len(codes)
    drawn = set(chance.choices(codes, leaning, k=chance.randint(1, most)))
    return tuple(code for code in codes if code in drawn)


def _words(language: str, chance: random.Random) -> str:
    return f"{chance.choice(_OPENINGS[language])} {chance.choice(_ACTS[language])}."
