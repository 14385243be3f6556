"""The form of a consultation as whatever draws it needs it: one language, what was typed, faults.

Pure, and of no web framework: values come as a posted form gives them, lists of strings by the
question's id. Codes belong to no language, so ``sheet`` in the other one loses nothing, not even
what is at fault. What becomes of a form is ``responding``'s matter; files, ``responses``'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from approvals.consultation.questionnaire import Kind, Question, Questionnaire
from approvals.consultation.responses import LONGEST, Response
from approvals.errors import N_, Value

Values = Mapping[str, Iterable[str]]
"""What was posted: for each question codes or words."""

_TYPED: Final = 4 * LONGEST
"""Characters of an open answer that are shown again, however long it was."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one answer of a form."""

    question: str
    message: str
    data: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One question as it stands on the form. ``at_most`` is 0 where it does not matter."""

    id: str
    kind: Kind
    label: str
    choices: tuple[Choice, ...]
    words: str
    at_most: int
    faults: tuple[Fault, ...]

    @property
    def answered(self) -> bool:
        """Say whether there is anything in it."""
        return bool(self.words.strip()) or any(one.chosen for one in self.choices)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole form in one language, with its head: for what, and how long answers are kept.

    ``publics`` are those that the person may choose among; empty where an invitation says it.
    """

    language: str
    title: str
    purpose: str
    keep_days: int
    publics: tuple[Choice, ...]
    fields: tuple[Field, ...]

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(one.answered for one in self.fields)


def sheet(
    form: Questionnaire,
    language: str,
    values: Values,
    *,
    faults: Sequence[Fault] = (),
    publics: Iterable[str] = (),
    public: str | None = None,
) -> Sheet:
    """Lay the form out in a language with everything that was typed so far.

    ``publics`` may be chosen among, ``public`` is chosen.
    """
    asked = frozenset(publics)
    return Sheet(
        language,
        form.title.in_(language),
        form.purpose.in_(language),
        form.keep_days,
        tuple(
            Choice(one.id, one.title.in_(language), one.id == public)
            for one in form.publics
            if one.id in asked
        ),
        tuple(_field(one, language, values, faults) for one in form.questions),
    )


def _field(one: Question, language: str, values: Values, faults: Sequence[Fault]) -> Field:
    given = list(values.get(one.id, ()))
    codes = frozenset(code.strip() for code in given)
    return Field(
        one.id,
        one.kind,
        one.title.in_(language),
        tuple(
            Choice(option.code, option.title.in_(language), option.code in codes)
            for option in one.options
        ),
        "\n".join(given)[:_TYPED] if one.kind is Kind.OPEN else "",
        one.at_most,
        tuple(fault for fault in faults if fault.question == one.id),
    )


def read(
    form: Questionnaire, public: str, language: str, values: Values
) -> tuple[Response, tuple[Fault, ...]]:
    """Read a form that was sent by the rules of an import, and give every fault."""
    chosen: dict[str, tuple[str, ...]] = {}
    said: dict[str, str] = {}
    faults: list[Fault] = []
    for question in form.questions:
        if question.kind is Kind.OPEN:
            words = _words(values.get(question.id, ()))
            if len(words) > LONGEST:
                message = N_("The answer has {found} characters; at most {most} are taken.")
                faults.append(Fault(question.id, message, {"found": len(words), "most": LONGEST}))
            elif words:
                said[question.id] = words
            continue
        codes = _codes(values.get(question.id, ()))
        most = question.at_most or (len(question.options) if question.kind is Kind.MULTIPLE else 1)
        if not set(codes) <= question.codes:
            faults.append(Fault(question.id, N_("Choose among the answers that are given.")))
        elif len(codes) > most:
            message = N_("{found} answers are chosen where at most {most} may be.")
            faults.append(Fault(question.id, message, {"found": len(codes), "most": most}))
        elif codes:
            chosen[question.id] = codes
    return Response(public, language, chosen, said), tuple(faults)


def unfinished(form: Questionnaire, public: str, language: str, values: Values) -> Response:
    """Read a form that is to be put aside: what is at fault is kept as it is, to be mended later.

    Codes that the form does not have are left out; words are cut where no form would take them.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    said: dict[str, str] = {}
    for question in form.questions:
        if question.kind is Kind.OPEN:
            words = _words(values.get(question.id, ()))[:_TYPED]
            if words:
                said[question.id] = words
        else:
            codes = tuple(
                code for code in _codes(values.get(question.id, ())) if code in question.codes
            )
            if codes:
                chosen[question.id] = codes
    return Response(public, language, chosen, said)


def values(response: Response) -> dict[str, list[str]]:
    """Give a response as a form would post it."""
    return {
        **{question: list(codes) for question, codes in response.chosen.items()},
        **{question: [words] for question, words in response.said.items()},
    }


def _words(given: Iterable[str]) -> str:
    return "\n".join(given).replace("\r\n", "\n").strip()


def _codes(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code.strip() for code in given if code.strip()))
