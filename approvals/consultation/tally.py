"""What the responses add up to, by public, with small numbers hidden.

A number of people below the threshold could point at them, so it is not shown. A hidden number must
not follow from those that are shown either: the rows have totals, and in a question with one answer
the columns have them too. So more cells are hidden until no hidden one can be computed, and until
those that are hidden in a row come to the threshold together. What stays possible is to bound a
hidden number; the totals themselves are always shown.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from approvals.consultation.questionnaire import Kind, Question, Questionnaire
from approvals.consultation.responses import Response
from approvals.ports import Json

THRESHOLD: Final = 5
"""People below which a number is hidden, unless the institution says otherwise."""

SILENT: Final = ""
"""The row of those who gave no answer."""

_Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: how many of each public gave it (None: hidden), and how many in all."""

    code: str
    by_public: Mapping[str, int | None]
    total: int


@dataclass(frozen=True, slots=True)
class QuestionTally:
    """One closed question. ``rows`` in the order of the questionnaire, the silent last."""

    question: Question
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """All closed questions; how many responded by public (None where that is hidden) and in all."""

    responded: Mapping[str, int | None]
    total: int
    questions: tuple[QuestionTally, ...]
    threshold: int


def tally(
    questionnaire: Questionnaire, responses: Iterable[Response], threshold: int = THRESHOLD
) -> Tally:
    """Count the responses, in whatever order they come."""
    publics = [public.id for public in questionnaire.publics]
    asked = [one for one in questionnaire.questions if one.kind is not Kind.OPEN]
    responded: Counter[str] = Counter()
    counts: dict[str, Counter[_Cell]] = {question.id: Counter() for question in asked}
    for response in responses:
        responded[response.public] += 1
        for question in asked:
            for code in response.chosen.get(question.id) or (SILENT,):
                counts[question.id][code, response.public] += 1
    people = {(SILENT, public): responded[public] for public in publics}
    hidden = _hidden(people, [SILENT], publics, threshold, exclusive=False)
    few = {public for _, public in hidden}
    return Tally(
        {public: None if public in few else responded[public] for public in publics},
        responded.total(),
        tuple(_question(one, counts[one.id], publics, few, threshold) for one in asked),
        threshold,
    )


def plain(found: Tally) -> dict[str, Json]:
    """Give a tally as JSON values; hidden numbers are null."""
    return {
        "threshold": found.threshold,
        "total": found.total,
        "responded": dict(found.responded),
        "questions": [
            {
                "question": one.question.id,
                "rows": [
                    {"code": row.code, "by_public": dict(row.by_public), "total": row.total}
                    for row in one.rows
                ],
            }
            for one in found.questions
        ],
    }


def rebuilt(questionnaire: Questionnaire, text: str) -> Tally:
    """Read such values back from JSON, with the questionnaire that was asked."""
    raw = json.loads(text)
    asked = {question.id: question for question in questionnaire.questions}
    publics = [public.id for public in questionnaire.publics]
    return Tally(
        {public: raw["responded"][public] for public in publics},
        raw["total"],
        tuple(
            QuestionTally(
                asked[one["question"]],
                tuple(
                    Row(row["code"], {at: row["by_public"][at] for at in publics}, row["total"])
                    for row in one["rows"]
                ),
            )
            for one in raw["questions"]
        ),
        raw["threshold"],
    )


def _question(
    question: Question,
    counts: Mapping[_Cell, int],
    publics: Sequence[str],
    few: set[str],
    threshold: int,
) -> QuestionTally:
    codes = [*(option.code for option in question.options), SILENT]
    cells = {(code, public): counts.get((code, public), 0) for code in codes for public in publics}
    forced = {cell for cell in cells if cell[1] in few}
    exclusive = question.kind is not Kind.MULTIPLE
    hidden = _hidden(cells, codes, publics, threshold, exclusive=exclusive, forced=forced)
    return QuestionTally(
        question,
        tuple(
            Row(
                code,
                {
                    public: None if (code, public) in hidden else cells[code, public]
                    for public in publics
                },
                sum(cells[code, public] for public in publics),
            )
            for code in codes
        ),
    )


def _hidden(
    cells: Mapping[_Cell, int],
    codes: Sequence[str],
    publics: Sequence[str],
    threshold: int,
    *,
    exclusive: bool,
    forced: Iterable[_Cell] = (),
) -> set[_Cell]:
    """The cells to hide: the small ones, and what would give them away.

    ``exclusive`` says that a column adds up to the number of its people, which is shown.
    """
    hidden = {cell for cell, count in cells.items() if 0 < count < threshold} | {*forced}
    lines = [[(code, public) for public in publics] for code in codes]
    columns = [[(code, public) for code in codes] for public in publics] if exclusive else []
    settled = False
    while not settled:
        settled = True
        for line in (*lines, *columns):
            inside = [cell for cell in line if cell in hidden]
            weak = len(inside) == 1 or sum(cells[cell] for cell in inside) < threshold
            if inside and weak and _hide_one(line, cells, hidden):
                settled = False
        if settled and exclusive:
            for code, public in _bridges(hidden):
                line = [(code, other) for other in publics]
                column = [(other, public) for other in codes]
                if _hide_one(line, cells, hidden) or _hide_one(column, cells, hidden):
                    settled = False
                    break
    return hidden


def _hide_one(line: Sequence[_Cell], cells: Mapping[_Cell, int], hidden: set[_Cell]) -> bool:
    """Hide the smallest number of a line that is shown, empty ones last; False where none is."""
    shown = [cell for cell in line if cell not in hidden]
    if not shown:
        return False
    hidden.add(min(shown, key=lambda cell: (cells[cell] == 0, cells[cell], cell)))
    return True


def _bridges(hidden: Iterable[_Cell]) -> list[_Cell]:
    """The hidden cells that follow from the totals of all rows and columns.

    Rows and columns are the places of a graph, hidden cells its ways: a number follows from the
    totals exactly where its way is on no circle (D. Gusfield, "A graph theoretic approach to
    statistical data security", SIAM Journal on Computing 17 (1988), 552–571).
    """
    ways: dict[tuple[bool, str], list[tuple[bool, str]]] = {}
    for code, public in sorted(hidden):
        ways.setdefault((True, code), []).append((False, public))
        ways.setdefault((False, public), []).append((True, code))
    found: list[_Cell] = []
    depth: dict[tuple[bool, str], int] = {}
    low: dict[tuple[bool, str], int] = {}
    for start in ways:
        if start in depth:
            continue
        depth[start] = low[start] = 0
        stack = [(start, start, iter(ways[start]))]
        while stack:
            place, parent, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                stack.pop()
                if stack:
                    low[parent] = min(low[parent], low[place])
                    if low[place] > depth[parent]:
                        row, column = (place, parent) if place[0] else (parent, place)
                        found.append((row[1], column[1]))
            elif step not in depth:
                depth[step] = low[step] = depth[place] + 1
                stack.append((step, place, iter(ways[step])))
            elif step != parent:
                low[place] = min(low[place], depth[step])
    return found
