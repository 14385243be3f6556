"""A questionnaire: one file in both languages, with codes for answers that belong to none.

It names the publics that are asked, the purpose for which answers are kept and for how long, and
the questions: one answer, several, a scale, or open. What came back is ``responses``' matter.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from approvals.circuits import bilingual
from approvals.errors import N_, ApprovalError
from approvals.names import Bilingual

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,19}")
_SCALE: Final = range(3, 12)


class QuestionnaireError(ApprovalError):
    """A questionnaire file cannot be used."""


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen; ``code`` is the same in both languages."""

    code: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class Question:
    """One question. A scale has its points as options, ``1`` to the highest."""

    id: str
    kind: Kind
    title: Bilingual
    options: tuple[Option, ...] = ()
    at_most: int = 0
    """How many answers may be chosen; 0 where it does not matter."""
    codes: frozenset[str] = field(init=False, repr=False, compare=False)
    """The codes that an answer may have."""

    def __post_init__(self) -> None:
        """Gather the codes once: every answer is held to them."""
        object.__setattr__(self, "codes", frozenset(option.code for option in self.options))


@dataclass(frozen=True, slots=True)
class Public:
    """One group of people who are asked; ``open`` where they answer without an invitation."""

    id: str
    title: Bilingual
    open: bool = False


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A whole questionnaire. ``keep_days`` is how long single answers are kept after the close."""

    id: str
    version: int
    title: Bilingual
    purpose: Bilingual
    keep_days: int
    publics: tuple[Public, ...]
    questions: tuple[Question, ...]
    notice: Bilingual | None = None
    """What has to stand wherever its results are shown, such as that they are invented."""

    def public(self, id: str) -> Public | None:
        """Give the public called ``id``."""
        return next((public for public in self.publics if public.id == id), None)


def load(text: str) -> Questionnaire:
    """Read a questionnaire from TOML; raise ``QuestionnaireError`` with the place."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise QuestionnaireError(
            N_("The questionnaire is not valid TOML ({fault}). Correct the file and try again."),
            fault=str(fault),
        ) from fault
    try:
        found = Questionnaire(
            id=str(raw["id"]),
            version=int(raw["version"]),
            title=bilingual(raw["title"]),
            purpose=bilingual(raw["purpose"]),
            keep_days=int(raw["keep_days"]),
            publics=tuple(
                Public(str(one["id"]), bilingual(one["title"]), one.get("open", False) is True)
                for one in raw["public"]
            ),
            questions=tuple(_question(one) for one in raw["question"]),
            notice=bilingual(raw["notice"]) if "notice" in raw else None,
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise QuestionnaireError(
            N_(
                "The questionnaire lacks or misspells {fault}. Compare it with the sample "
                "questionnaire."
            ),
            fault=str(fault),
        ) from fault
    for message, data in _faults(found):
        raise QuestionnaireError(message, **data)
    return found


def _question(raw: Mapping[str, object]) -> Question:
    kind, title = Kind(str(raw["kind"])), raw["title"]
    if not isinstance(title, dict):
        raise TypeError("question.title")
    options: tuple[Option, ...] = ()
    if kind is Kind.SCALE:
        points = int(str(raw["points"]))
        low, high = raw["low"], raw["high"]
        if not (isinstance(low, dict) and isinstance(high, dict)):
            raise TypeError("question.low, question.high")
        ends = {1: bilingual(low), points: bilingual(high)}
        options = tuple(
            Option(str(point), ends.get(point, Bilingual(str(point), str(point))))
            for point in range(1, points + 1)
        )
    elif kind is not Kind.OPEN:
        listed = raw["option"]
        if not isinstance(listed, list):
            raise TypeError("question.option")
        options = tuple(Option(str(one["code"]), bilingual(one["title"])) for one in listed)
    at_most = int(str(raw.get("at_most", 0)))
    return Question(str(raw["id"]), kind, bilingual(title), options, at_most)


def _faults(found: Questionnaire) -> Iterator[tuple[str, dict[str, str | int]]]:
    if not found.publics or not found.questions:
        yield N_("The questionnaire asks nobody or nothing. Add [[public]] and [[question]]."), {}
    ids = [public.id for public in found.publics]
    ids += [question.id for question in found.questions]
    for id in ids:
        if not _CODE.fullmatch(id) or id == "public" or id == "language":
            yield (
                N_(
                    "“{id}” cannot name a public or a question. Begin with a letter and use "
                    "letters and digits, at most 20; “public” and “language” are taken."
                ),
                {"id": id},
            )
        if ids.count(id) > 1:
            yield N_("The questionnaire uses the name {id} twice. Give each its own."), {"id": id}
    for question in found.questions:
        codes = [option.code for option in question.options]
        if question.kind is Kind.SCALE and len(codes) not in _SCALE:
            yield (
                N_("The scale of question {id} has {points} points. Give it 3 to 11."),
                {"id": question.id, "points": len(codes)},
            )
        if question.kind in (Kind.SINGLE, Kind.MULTIPLE):
            if len(set(codes)) != len(codes) or len(codes) < 2:
                yield (
                    N_(
                        "Question {id} needs at least two answers to choose from, each with a "
                        "code of its own."
                    ),
                    {"id": question.id},
                )
            for code in codes:
                if not _CODE.fullmatch(code):
                    yield (
                        N_(
                            "The code “{code}” of question {id} cannot be one. Begin with a "
                            "letter and use letters and digits, at most 20."
                        ),
                        {"id": question.id, "code": code},
                    )
        if question.at_most and (
            question.kind is not Kind.MULTIPLE or not 1 <= question.at_most <= len(codes)
        ):
            yield (
                N_(
                    "Question {id} cannot be limited to {most} answers. Write “at_most” only "
                    "where several may be chosen, and not more than there are."
                ),
                {"id": question.id, "most": question.at_most},
            )
