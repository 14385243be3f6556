"""What a consultation came to, as one value: figures with small numbers hidden, themes, interviews,
findings.

Everything that is shown of a consultation is shown from here: the page, the Word files, the JSON.
Titles are in both languages; what is counted is in no language. Nothing that is hidden is in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from approvals.consultation.codebook import Codebook
from approvals.consultation.coding import Agreement
from approvals.consultation.questionnaire import Kind, Questionnaire
from approvals.consultation.tally import SILENT, QuestionTally, Tally
from approvals.names import Bilingual, Digest
from approvals.ports import Json


class Exhibit(StrEnum):
    """What a table and its chart are about."""

    PARTICIPATION = "participation"
    QUESTION = "question"
    THEMES = "themes"


@dataclass(frozen=True, slots=True)
class Line:
    """One bar and its row of the table; a number that is None is hidden.

    ``title`` is None for those who gave no answer, or whose answer is about no theme.
    """

    code: str
    title: Bilingual | None
    total: int | None
    share: Fraction | None
    """Of all responses, or of all coded answers."""
    by_public: tuple[int | None, ...] = ()
    invited: int | None = None
    """Of a public: how many were invited, where anybody was."""

    @property
    def rate(self) -> Fraction | None:
        """The share of those invited who responded; None where it is hidden or says nothing."""
        if not self.invited or self.total is None or self.total > self.invited:
            return None
        return Fraction(self.total, self.invited)


@dataclass(frozen=True, slots=True)
class Figure:
    """One chart with the table behind it. ``base`` is what the shares are of."""

    id: str
    exhibit: Exhibit
    title: Bilingual
    base: int
    lines: tuple[Line, ...]
    several: bool = False
    """Whether one person may stand in several lines, so that they add up to more than the base."""
    mean: Fraction | None = None
    """Of a scale: the mean of those who answered."""
    points: int = 0
    """Of a scale: how many points it has."""

    @property
    def greatest(self) -> Line | None:
        """The answer that most gave, silence left out; None where nobody answered."""
        said = [line for line in self.lines if line.title is not None and line.total]
        return max(said, key=lambda line: line.total or 0, default=None)


@dataclass(frozen=True, slots=True)
class Themes:
    """The open answers to one question: counted by theme, and how far two coders agreed."""

    question: str
    title: Bilingual
    figure: Figure
    book: Codebook
    book_digest: Digest
    double: int
    agreed: int
    kappa: Fraction | None
    by_theme: Mapping[str, Fraction | None]
    """Cohen's kappa theme by theme."""


class Scope(StrEnum):
    """What a person who was heard has consented to."""

    ATTRIBUTABLE = "attributable"
    CAPACITY = "capacity"
    NOT_QUOTABLE = "not-quotable"


@dataclass(frozen=True, slots=True)
class Heard:
    """One interview as it may be shown: ``name`` only where that was consented to."""

    capacity: Bilingual
    on: date
    name: str
    points: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that a finding rests on: an answer, a theme, an interview; ``count`` people."""

    title: Bilingual
    about: Bilingual
    """The question, or the person's capacity."""
    count: int
    publics: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One finding and what it rests on."""

    id: str
    text: Bilingual
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Synthesis:
    """A whole consultation, ready to be shown."""

    id: str
    title: Bilingual
    purpose: Bilingual
    institution: Bilingual
    opened: date | None
    closed: date | None
    threshold: int
    publics: tuple[Bilingual, ...]
    total: int
    participation: Figure
    questions: tuple[Figure, ...]
    themes: tuple[Themes, ...]
    heard: tuple[Heard, ...]
    unquoted: int
    """Interviews of which nothing is quoted."""
    findings: tuple[Found, ...]
    questionnaire: Digest | None = None
    notice: Bilingual | None = None
    """What has to stand wherever it is shown, such as that the figures are invented."""


def participation(
    asked: Questionnaire, counted: Tally, invited: Mapping[str, int] | None = None
) -> Figure:
    """Say how many responded, by public; ``invited`` is how many of each were invited."""
    return Figure(
        "participation",
        Exhibit.PARTICIPATION,
        Bilingual("Participation", "Participation"),
        counted.total,
        tuple(
            Line(
                public.id,
                public.title,
                counted.responded[public.id],
                _share(counted.responded[public.id], counted.total),
                invited=(invited or {}).get(public.id),
            )
            for public in asked.publics
        ),
    )


def figure(
    one: QuestionTally,
    base: int,
    exhibit: Exhibit = Exhibit.QUESTION,
    *,
    id: str | None = None,
    title: Bilingual | None = None,
) -> Figure:
    """Turn the tally of a question, or of the themes of an open one, into a chart and its table."""
    titles = {option.code: option.title for option in one.question.options}
    scale = one.question.kind is Kind.SCALE
    return Figure(
        id or one.question.id,
        exhibit,
        title or one.question.title,
        base,
        tuple(
            Line(
                row.code,
                point(row.code, titles[row.code]) if scale and row.code else titles.get(row.code),
                row.total,
                _share(row.total, base),
                tuple(row.by_public.values()),
            )
            for row in one.rows
        ),
        several=one.question.kind is Kind.MULTIPLE,
        mean=_mean(one) if scale else None,
        points=len(one.question.options) if scale else 0,
    )


def point(code: str, title: Bilingual) -> Bilingual:
    """Name a point of a scale: its number, and at the ends what it means."""
    if title.fr == code:
        return title
    return Bilingual(f"{code} – {title.fr}", f"{code} – {title.en}")


def _share(count: int | None, base: int) -> Fraction | None:
    return None if count is None else Fraction(count, base) if base else Fraction(0)


def _mean(one: QuestionTally) -> Fraction | None:
    said = [(int(row.code), row.total) for row in one.rows if row.code != SILENT]
    people = sum(total for _, total in said)
    return Fraction(sum(point * total for point, total in said), people) if people else None


def themes(
    question: str,
    title: Bilingual,
    book: Codebook,
    book_digest: Digest,
    counted: QuestionTally,
    coded: int,
    agreement: Agreement,
) -> Themes:
    """Put the coded answers to one open question together; ``coded`` is how many there are."""
    return Themes(
        question,
        title,
        figure(counted, coded, Exhibit.THEMES, id=f"{question}-themes", title=title),
        book,
        book_digest,
        agreement.double,
        agreement.agreed,
        agreement.kappa,
        {one.theme: one.kappa for one in agreement.themes},
    )


def to_json(own: Synthesis) -> dict[str, Json]:
    """Give everything as plain JSON values; shares and kappas as decimal strings, hidden as null.

    A share has four decimals, a kappa three, halves rounded to even.
    """
    return {
        "consultation": own.id,
        "title": _both(own.title),
        "purpose": _both(own.purpose),
        "opened": own.opened.isoformat() if own.opened else None,
        "closed": own.closed.isoformat() if own.closed else None,
        "threshold": own.threshold,
        "notice": _both(own.notice) if own.notice else None,
        "questionnaire": own.questionnaire,
        "publics": [_both(public) for public in own.publics],
        "responses": own.total,
        "participation": _figure(own.participation),
        "questions": [_figure(one) for one in own.questions],
        "themes": [
            {
                **_figure(one.figure),
                "question": one.question,
                "codebook": {"id": one.book.id, "digest": one.book_digest},
                "agreement": {
                    "double": one.double,
                    "agreed": one.agreed,
                    "kappa": decimal(one.kappa, 3),
                    "by_theme": {code: decimal(value, 3) for code, value in one.by_theme.items()},
                },
            }
            for one in own.themes
        ],
        "interviews": [
            {
                "capacity": _both(one.capacity),
                "date": one.on.isoformat(),
                "name": one.name or None,
                "points": [_both(point) for point in one.points],
            }
            for one in own.heard
        ],
        "interviews_not_quoted": own.unquoted,
        "findings": [
            {
                "id": one.id,
                "text": _both(one.text),
                "evidence": [
                    {
                        "title": _both(proof.title),
                        "about": _both(proof.about),
                        "n": proof.count,
                        "publics": [_both(public) for public in proof.publics],
                    }
                    for proof in one.proofs
                ],
            }
            for one in own.findings
        ],
    }


def _both(words: Bilingual) -> dict[str, Json]:
    return {"fr": words.fr, "en": words.en}


def _figure(one: Figure) -> dict[str, Json]:
    found: dict[str, Json] = {
        "id": one.id,
        "kind": one.exhibit.value,
        "title": _both(one.title),
        "base": one.base,
        "several": one.several,
        "lines": [
            {
                "code": line.code,
                "title": _both(line.title) if line.title else None,
                "total": line.total,
                "share": decimal(line.share, 4),
                "by_public": list(line.by_public),
                **({"invited": line.invited} if line.invited is not None else {}),
            }
            for line in one.lines
        ],
    }
    if one.mean is not None:
        found |= {"mean": decimal(one.mean, 2), "points": one.points}
    return found


def decimal(value: Fraction | None, places: int) -> str | None:
    """Write a fraction with so many decimals, without passing through binary floats."""
    if value is None:
        return None
    scaled = round(value * 10**places)
    whole, rest = divmod(abs(scaled), 10**places)
    return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{places}d}"


def named(
    publics: Sequence[Bilingual], ids: Sequence[str], wanted: Sequence[str]
) -> tuple[Bilingual, ...]:
    """Give the titles of the publics called ``wanted``."""
    return tuple(title for id, title in zip(ids, publics, strict=True) if id in wanted)
