"""Coding open answers by theme: who gets which, what their sheets say, how far they agree.

Two people code. A random sample, drawn from a seed, goes to both, the rest to one of them; neither
sees the other's codes nor who answered. Where they differ a third person settles it. An answer may
be about several themes, or about none, which is said too. Pure: where answers and codes are kept
and who may do what is decided elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from approvals.consultation.agreement import kappa
from approvals.consultation.codebook import NOTHING, Codebook
from approvals.consultation.questionnaire import Kind, Option, Question, Questionnaire
from approvals.consultation.responses import BadRow, Response
from approvals.consultation.tally import QuestionTally, tally
from approvals.errors import N_

SHARE: Final = 10
"""Percent of the answers that both coders get, unless the institution says otherwise."""

COLUMNS: Final = ("answer", "language", "text", "themes")
"""The columns of a sheet; only ``answer`` and ``themes`` are read back."""

COMPARED: Final = ("answer", "language", "text", "first", "second", "themes")
"""The columns of the sheet of disagreements, for the third person."""

_NOTHING: Final = frozenset({NOTHING, "aucun"})
_SEPARATORS: Final = str.maketrans({",": "|", ";": "|", "+": "|"})
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

Codes = frozenset[str]
"""The themes of one answer; empty where it is about none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One open answer under an id that says nothing of who gave it."""

    id: str
    public: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Deal:
    """Which answers each coder gets, in the order of their sheets; ``both`` is the sample."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    both: frozenset[str]


def deal(answers: Iterable[str], seed: int, share: int = SHARE) -> Deal:
    """Draw the sample (``share`` percent, rounded up) and deal the rest, the same for a seed."""
    ids = sorted(set(answers))
    chance = random.Random(seed)  # noqa: S311
    chance.shuffle(ids)
    double = -(-len(ids) * share // 100)
    both, rest = ids[:double], ids[double:]
    half = -(-len(rest) // 2)
    first, second = [*both, *rest[:half]], [*both, *rest[half:]]
    chance.shuffle(first)
    chance.shuffle(second)
    return Deal(tuple(first), tuple(second), frozenset(both))


def sheet(answers: Mapping[str, Answer], ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Give the rows of a coder's sheet under ``COLUMNS``, to be filled in."""
    return [(id, answers[id].language, harmless(answers[id].text), "") for id in ids]


def compared(
    answers: Mapping[str, Answer], differing: Iterable[Disagreement]
) -> list[tuple[str, ...]]:
    """Give the rows of the sheet of disagreements under ``COMPARED``."""
    return [
        (
            one.answer,
            answers[one.answer].language,
            harmless(answers[one.answer].text),
            written(one.first),
            written(one.second),
            "",
        )
        for one in differing
    ]


def harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def written(codes: Codes) -> str:
    """Write the codes of an answer as a cell has them."""
    return "|".join(sorted(codes)) or NOTHING


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a coder's sheet says: codes by answer, or every fault of every row."""

    codes: Mapping[str, Codes]
    faults: tuple[BadRow, ...]


def read(
    book: Codebook,
    wanted: Iterable[str],
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
) -> Sheet:
    """Read a sheet that was filled in; every answer in ``wanted`` has to be coded, once."""
    heads = [name.strip().lower() for name in columns]
    faults = [
        BadRow(
            0,
            name,
            N_("There is no column “{column}”. Use the sheet as it was given out."),
            {"column": name},
        )
        for name in ("answer", "themes")
        if heads.count(name) != 1
    ]
    if faults:
        return Sheet({}, tuple(faults))
    at_answer, at_themes = heads.index("answer"), heads.index("themes")
    known = {code.lower(): code for code in book.codes}
    expected = set(wanted)
    codes: dict[str, Codes] = {}
    seen: set[str] = set()
    for number, cells in enumerate(rows, 1):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) <= max(at_answer, at_themes):
            faults.append(
                BadRow(number, "", N_("The row ends before its themes. Check its quotes."))
            )
            continue
        id = cells[at_answer].strip()
        if id not in expected:
            faults.append(
                BadRow(
                    number,
                    "answer",
                    N_("{answer} is no answer of this sheet. Leave the ids as they were."),
                    {"answer": id},
                )
            )
            continue
        if id in seen:
            faults.append(
                BadRow(
                    number,
                    "answer",
                    N_("{answer} stands there twice. Leave one of the rows out."),
                    {"answer": id},
                )
            )
            continue
        seen.add(id)
        said = _cell(cells[at_themes], known)
        if isinstance(said, frozenset):
            codes[id] = said
        else:
            message, data = said
            faults.append(BadRow(number, "themes", message, data))
    faults.extend(
        BadRow(0, "answer", N_("{answer} has no row any more."), {"answer": id})
        for id in sorted(expected - seen)
    )
    return Sheet({} if faults else codes, tuple(faults))


def _cell(
    cell: str, known: Mapping[str, str]
) -> Codes | tuple[str, dict[str, str | tuple[str, ...]]]:
    words = [one.strip() for one in cell.translate(_SEPARATORS).split("|") if one.strip()]
    if not words:
        return (
            N_("The answer is not coded. Write its themes, or “none” where it is about none."),
            {},
        )
    nothing = [word for word in words if word.lower() in _NOTHING]
    if nothing and len(words) > 1:
        return (
            N_("“{found}” says both that the answer has themes and that it has none."),
            {"found": cell.strip()},
        )
    if nothing:
        return frozenset()
    for word in words:
        if word.lower() not in known:
            return (
                N_("“{found}” is no theme of this codebook. It has {codes}."),
                {"found": word, "codes": tuple(known.values())},
            )
    return frozenset(known[word.lower()] for word in words)


@dataclass(frozen=True, slots=True)
class ThemeAgreement:
    """One theme over the double-coded answers: who saw it how often, and Cohen's kappa."""

    theme: str
    both: int
    first: int
    """Answers in which the first coder alone saw the theme."""
    second: int
    neither: int
    kappa: Fraction | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An answer that the two coders coded differently."""

    answer: str
    first: Codes
    second: Codes


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two coders agree on the answers that both coded.

    ``kappa`` is over whole answers: two coders agree on one where all its themes are the same.
    """

    double: int
    agreed: int
    kappa: Fraction | None
    themes: tuple[ThemeAgreement, ...]
    disagreements: tuple[Disagreement, ...]


def compare(book: Codebook, first: Mapping[str, Codes], second: Mapping[str, Codes]) -> Agreement:
    """Compare two coders on the answers that both coded."""
    ids = sorted(first.keys() & second.keys())
    left, right = [first[id] for id in ids], [second[id] for id in ids]
    differing = tuple(
        Disagreement(id, a, b) for id, a, b in zip(ids, left, right, strict=True) if a != b
    )
    return Agreement(
        len(ids),
        len(ids) - len(differing),
        kappa(left, right),
        tuple(_theme(code, left, right) for code in book.codes),
        differing,
    )


def _theme(code: str, left: Sequence[Codes], right: Sequence[Codes]) -> ThemeAgreement:
    one = [code in codes for codes in left]
    other = [code in codes for codes in right]
    pairs = list(zip(one, other, strict=True))
    return ThemeAgreement(
        code,
        pairs.count((True, True)),
        pairs.count((True, False)),
        pairs.count((False, True)),
        pairs.count((False, False)),
        kappa(one, other),
    )


def settled(
    first: Mapping[str, Codes], second: Mapping[str, Codes], decided: Mapping[str, Codes]
) -> dict[str, Codes]:
    """Join both coders' codes, the third person's where they differ.

    Raises ValueError where a disagreement was not decided.
    """
    joined = {**second, **first}
    for id in first.keys() & second.keys():
        if first[id] != second[id]:
            if id not in decided:
                raise ValueError(f"{id} is not settled")
            joined[id] = decided[id]
    return dict(sorted(joined.items()))


def by_public(
    asked: Questionnaire,
    book: Codebook,
    codes: Mapping[str, Codes],
    publics: Mapping[str, str],
    threshold: int,
) -> QuestionTally:
    """Count the themes by public like the answers of a closed question, small numbers hidden.

    ``publics`` says of which public an answer is. The last row counts what is about no theme.
    """
    themes = Question(
        "themes",
        Kind.MULTIPLE,
        book.title,
        tuple(Option(theme.code, theme.title) for theme in book.themes),
    )
    found = tally(
        Questionnaire(
            asked.id, asked.version, asked.title, asked.purpose, 0, asked.publics, (themes,)
        ),
        (
            Response(publics[id], "", {"themes": tuple(one for one in book.codes if one in mine)})
            for id, mine in codes.items()
        ),
        threshold,
    )
    return found.questions[0]
