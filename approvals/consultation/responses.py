"""Responses: rows of an export become answers, or every fault of every row is told.

A row says the public, the language, and for each question a code, several codes, or words. Two
layouts are known: our own (a column a question, several codes with a bar between them) and
LimeSurvey's (a column an answer, ``Q[code]`` with ``Y``). Nothing of a row that is faulty is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from approvals.consultation.questionnaire import Kind, Question, Questionnaire
from approvals.errors import N_, Value

LONGEST: Final = 10_000
"""Characters of an open answer that are taken."""

_YES: Final = frozenset({"y", "yes", "oui", "1", "true"})
_NO: Final = frozenset({"", "n", "no", "non", "0", "false"})
_LANGUAGES: Final = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Response:
    """What one person answered: codes by closed question, words by open question."""

    public: str
    language: str
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BadRow:
    """One fault: the row (1 is the first under the headings), the column, what is wrong."""

    row: int
    column: str
    message: str
    data: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds. ``unfinished`` rows were never sent by those who began them.

    ``sheet`` is the one that was read of a workbook, and empty for other files.
    """

    responses: tuple[Response, ...]
    faults: tuple[BadRow, ...]
    unfinished: int = 0
    sheet: str = ""


def read(
    questionnaire: Questionnaire, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> Reading:
    """Read rows under their column names."""
    heads = [name.strip() for name in columns]
    faults = list(_heads(questionnaire, heads))
    if faults:
        return Reading((), tuple(faults))
    places = {name: place for place, name in enumerate(heads)}
    sent = places.get("submitdate")
    found: list[Response] = []
    unfinished = 0
    for number, cells in enumerate(rows, 1):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heads):
            faults.append(
                BadRow(
                    number,
                    "",
                    N_(
                        "The row has {found} cells and the headings are {wanted}. Check its quotes."
                    ),
                    {"found": len(cells), "wanted": len(heads)},
                )
            )
            continue
        if sent is not None and not cells[sent].strip():
            unfinished += 1
            continue
        before = len(faults)
        response = _response(questionnaire, heads, places, cells, number, faults)
        if len(faults) == before:
            found.append(response)
    return Reading(tuple(found), tuple(faults), unfinished)


def _heads(questionnaire: Questionnaire, heads: Sequence[str]) -> Iterator[BadRow]:
    if "public" not in heads:
        yield BadRow(
            0, "public", N_("There is no column “public”. It says which public a row is of.")
        )
    for name in sorted({one for one in heads if heads.count(one) > 1}):
        yield BadRow(0, name, N_("The column stands there twice. Leave one of them out."))
    known = {question.id: question for question in questionnaire.questions}
    for name in heads:
        base, bracket, rest = name.partition("[")
        question = known.get(base)
        if bracket and question is not None and rest.removesuffix("]") not in question.codes:
            yield BadRow(
                0,
                name,
                N_("Question {question} has no answer of this code. It has {codes}."),
                {"question": base, "codes": tuple(sorted(question.codes))},
            )
    for id, question in known.items():
        ticked = question.kind is not Kind.OPEN and any(name.startswith(f"{id}[") for name in heads)
        if id not in heads and not ticked:
            yield BadRow(0, id, N_("There is no column for question {question}."), {"question": id})


def _response(
    questionnaire: Questionnaire,
    heads: Sequence[str],
    places: Mapping[str, int],
    cells: Sequence[str],
    number: int,
    faults: list[BadRow],
) -> Response:
    public = _public(questionnaire, cells[places["public"]].strip())
    if questionnaire.public(public) is None:
        faults.append(
            BadRow(
                number,
                "public",
                N_("“{found}” is no public of this questionnaire. It asks {publics}."),
                {"found": public, "publics": tuple(one.id for one in questionnaire.publics)},
            )
        )
    at = places.get("language", places.get("startlanguage"))
    language = cells[at].strip().lower()[:2] if at is not None else _LANGUAGES[0]
    if language not in _LANGUAGES:
        faults.append(
            BadRow(
                number,
                heads[at] if at is not None else "",
                N_("“{found}” is neither fr nor en."),
                {"found": cells[at].strip() if at is not None else ""},
            )
        )
    chosen: dict[str, tuple[str, ...]] = {}
    said: dict[str, str] = {}
    for question in questionnaire.questions:
        if question.kind is Kind.OPEN:
            words = unquoted(cells[places[question.id]].strip())
            if len(words) > LONGEST:
                faults.append(
                    BadRow(
                        number,
                        question.id,
                        N_("The answer has {found} characters; at most {most} are taken."),
                        {"found": len(words), "most": LONGEST},
                    )
                )
            elif words:
                said[question.id] = words
            continue
        codes = _codes(question, places, cells, number, faults)
        if codes:
            chosen[question.id] = codes
    return Response(public, language, chosen, said)


_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def quoted(words: str) -> str:
    """Put a quote before words that a spreadsheet would take for a formula (CWE-1236)."""
    return f"'{words}" if _FORMULA.match(words) else words


def unquoted(words: str) -> str:
    """Take such a quote off again."""
    return words[1:] if words.startswith("'") and _FORMULA.match(words) else words


def _public(questionnaire: Questionnaire, said: str) -> str:
    """Give the id of a public that is written out in either language, as some exports do."""
    if questionnaire.public(said) is not None:
        return said
    wanted = " ".join(said.split()).casefold()
    found = (
        one.id
        for one in questionnaire.publics
        if wanted in (one.title.fr.casefold(), one.title.en.casefold())
    )
    return next(found, said)


def _codes(
    question: Question,
    places: Mapping[str, int],
    cells: Sequence[str],
    number: int,
    faults: list[BadRow],
) -> tuple[str, ...]:
    if question.id in places:
        codes = tuple(
            dict.fromkeys(
                one.strip() for one in cells[places[question.id]].split("|") if one.strip()
            )
        )
    else:
        codes = tuple(_ticked(question, places, cells, number, faults))
    codes = tuple(dict.fromkeys(_code(question, one) for one in codes))
    strange = [one for one in codes if one not in question.codes]
    if strange:
        faults.append(
            BadRow(
                number,
                question.id,
                N_("“{found}” is no answer to this question. It has {codes}."),
                {"found": strange[0], "codes": tuple(option.code for option in question.options)},
            )
        )
    most = question.at_most or (0 if question.kind is Kind.MULTIPLE else 1)
    if most and len(codes) > most:
        faults.append(
            BadRow(
                number,
                question.id,
                N_("{found} answers are chosen where at most {most} may be."),
                {"found": len(codes), "most": most},
            )
        )
    return codes


def _code(question: Question, said: str) -> str:
    """Give the code of an answer that is written out in either language, as some exports do."""
    if said in question.codes:
        return said
    wanted = " ".join(said.split()).casefold()
    found = (
        option.code
        for option in question.options
        if wanted in (option.title.fr.casefold(), option.title.en.casefold())
    )
    return next(found, said)


def _ticked(
    question: Question,
    places: Mapping[str, int],
    cells: Sequence[str],
    number: int,
    faults: list[BadRow],
) -> Iterator[str]:
    for option in question.options:
        column = f"{question.id}[{option.code}]"
        tick = cells[places[column]].strip().lower() if column in places else ""
        if tick in _YES:
            yield option.code
        elif tick not in _NO:
            faults.append(
                BadRow(
                    number,
                    column,
                    N_("“{found}” is neither yes nor no. Write Y, or leave it empty."),
                    {"found": tick},
                )
            )
