"""Words the synthesis of a consultation in one language, for the page and for the Word file.

The figures are ``approvals.consultation.synthesis``'; how they look is ``synthesis_page``'s and
``synthesis_paper``'s. A hidden number is a dot everywhere, and what the dot means stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from approvals.consultation.synthesis import Exhibit, Figure, Found, Line, Proof, Synthesis, Themes
from approvals.names import Bilingual
from locales.catalog import plural, say
from locales.errors import N_

HIDDEN: Final = "•"
"""Stands for a number that is hidden."""

_SHARED = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class BarWords:
    """One bar with its words."""

    label: str
    share: Fraction | None
    shown: str


@dataclass(frozen=True, slots=True)
class TableWords:
    """A table with its words: the first column names the rows, the others hold figures."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool
    """Whether the last row says how many people each column stands for."""


@dataclass(frozen=True, slots=True)
class FigureWords:
    """One chart, the table behind it, and the sentences that go with them."""

    id: str
    title: str
    message: str
    """What the figure shows above all."""
    base: str
    """What the shares are of."""
    bars: tuple[BarWords, ...]
    description: str
    """The chart, told to those who do not see it."""
    table: TableWords


class EvidenceWords:
    """Says in one language what findings rest on; the figures themselves are not needed for it."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, message: str, /, **data: object) -> str:
        """Say a sentence in this language."""
        return say(message, self.language, **data)

    def evidence(self, one: Found) -> str:
        """Say what a finding rests on."""
        return self.say("Rests on {proofs}.", proofs=self._semicolons(one))

    def _semicolons(self, one: Found) -> str:
        between = "\N{NARROW NO-BREAK SPACE}; " if self.language == "fr" else "; "
        answers: dict[tuple[Bilingual, tuple[Bilingual, ...]], list[Proof]] = {}
        for proof in one.proofs:
            if proof.count:
                answers.setdefault((proof.about, proof.publics), []).append(proof)
        told = [self._answers(*place, proofs) for place, proofs in answers.items()]
        told += [self._interview(proof) for proof in one.proofs if not proof.count]
        return between.join(told)

    def _interview(self, proof: Proof) -> str:
        capacity = proof.about.in_(self.language)
        if not capacity:
            return self.say("an interview that is not quoted")
        return self.say("an interview ({capacity})", capacity=capacity)

    def _answers(
        self, about: Bilingual, publics: tuple[Bilingual, ...], proofs: list[Proof]
    ) -> str:
        answers = tuple(
            self.say(
                "“{answer}” ({count})", answer=proof.title.in_(self.language), count=proof.count
            )
            for proof in proofs
        )
        question = about.in_(self.language)
        if publics:
            return self.say(
                "{answers} among {publics}, asked “{question}”",
                answers=answers,
                question=question,
                publics=tuple(public.in_(self.language) for public in publics),
            )
        return self.say("{answers}, asked “{question}”", answers=answers, question=question)


class Wording(EvidenceWords):
    """The synthesis' sentences in one language."""

    def __init__(self, own: Synthesis, language: str) -> None:
        super().__init__(language)
        self.own = own
        self.publics = tuple(public.in_(language) for public in own.publics)

    def percent(self, share: Fraction | None) -> str:
        """Write a share with one decimal; a dot where it is hidden."""
        if share is None:
            return HIDDEN
        sign = "\N{NARROW NO-BREAK SPACE}%" if self.language == "fr" else "%"
        return f"{self.decimal(share * 100, 1)}{sign}"

    def count(self, number: int | None) -> str:
        """Write a number of people; a dot where it is hidden."""
        return HIDDEN if number is None else self.say("{count}", count=number)

    def decimal(self, value: Fraction | None, places: int) -> str:
        """Write a number with decimals; a dash where there is none."""
        if value is None:
            return "–"
        text = f"{float(round(value, places)):.{places}f}".replace("-", "−")
        return text.replace(".", ",") if self.language == "fr" else text

    @property
    def title(self) -> str:
        """The consultation's title."""
        return self.own.title.in_(self.language)

    def days(self) -> str:
        """Say when people could answer."""
        opened, closed = self.own.opened, self.own.closed
        if opened and closed:
            return self.say("from {opened} to {closed}", opened=opened, closed=closed)
        return self.say("closed on {closed}", closed=closed) if closed else ""

    def lede(self) -> str:
        """Say how many answered, and of how many publics."""
        responses = plural(N_("{n} response"), N_("{n} responses"), self.own.total, self.language)
        asked = plural(
            N_("{n} public asked"), N_("{n} publics asked"), len(self.publics), self.language
        )
        return ", ".join(part for part in (responses, asked, self.days()) if part)

    def hidden(self) -> str:
        """Say what the dot means."""
        return self.say(
            "{hidden} stands for a number that is hidden: fewer than {threshold} people, or what "
            "would give such a number away.",
            hidden=HIDDEN,
            threshold=self.own.threshold,
        )

    def anonymous(self) -> str:
        """Say that nobody can be found behind a response."""
        return self.say(
            "Responses are anonymous: who has responded and what was answered cannot be put "
            "together."
        )

    def figure(self, one: Figure) -> FigureWords:
        """Word a chart and its table."""
        bars = tuple(self._bar(one, line) for line in one.lines if line.total != 0 or line.title)
        told = ", ".join(f"{bar.label}{self._colon()}{bar.shown}" for bar in bars)
        return FigureWords(
            one.id,
            one.title.in_(self.language),
            self._message(one),
            self._base(one),
            bars,
            f"{self._description(one)} {told}.",
            self._table(one),
        )

    def _colon(self) -> str:
        return f"{_SHARED}: " if self.language == "fr" else ": "

    def label(self, one: Figure, line: Line) -> str:
        """Name a line of a figure."""
        if line.title is not None:
            return line.title.in_(self.language)
        if one.exhibit is Exhibit.THEMES:
            return self.say("About none of these themes")
        return self.say("No answer")

    def _bar(self, one: Figure, line: Line) -> BarWords:
        label = self.label(one, line)
        if line.share is None:
            return BarWords(label, None, self.say("{hidden} hidden", hidden=HIDDEN))
        shown = self.say(
            "{percent} ({count})", percent=self.percent(line.share), count=line.total or 0
        )
        return BarWords(label, line.share, shown)

    def _message(self, one: Figure) -> str:
        top = one.greatest
        if one.exhibit is Exhibit.PARTICIPATION or top is None or top.title is None:
            return ""
        if one.mean is not None:
            return self.say(
                "On average {mean} of {points}, among those who answered.",
                mean=self.decimal(one.mean, 1),
                points=one.points,
            )
        if one.exhibit is Exhibit.THEMES:
            return self.say(
                "What people speak of most: “{answer}”, {percent}.",
                answer=top.title.in_(self.language),
                percent=self.percent(top.share),
            )
        return self.say(
            "The answer given most: “{answer}”, {percent}.",
            answer=top.title.in_(self.language),
            percent=self.percent(top.share),
        )

    def _base(self, one: Figure) -> str:
        if one.exhibit is Exhibit.THEMES:
            first = self.say("Shares of the {count} answers in own words.", count=one.base)
            more = self.say("One answer may be about several themes.")
            return f"{first} {more}"
        first = self.say("Shares of all {count} responses.", count=one.base)
        if one.several:
            more = self.say("Several answers could be given, so they add up to more than 100%.")
            return f"{first} {more}"
        return first

    def _description(self, one: Figure) -> str:
        title = one.title.in_(self.language)
        return self.say("Bar chart, “{title}”.", title=title)

    def _table(self, one: Figure) -> TableWords:
        if one.exhibit is Exhibit.PARTICIPATION:
            return self._participation(one)
        rows = [
            (
                self.label(one, line),
                *(self.count(number) for number in line.by_public),
                self.count(line.total),
            )
            for line in one.lines
        ]
        with_base = one.exhibit is Exhibit.QUESTION
        if with_base:
            responded = [line.total for line in self.own.participation.lines]
            rows.append(
                (
                    self.say("Responses"),
                    *(self.count(number) for number in responded),
                    self.count(self.own.total),
                )
            )
        first = self.say("Theme") if one.exhibit is Exhibit.THEMES else self.say("Answer")
        return TableWords(
            self.say("Numbers of people by public"),
            (first, *self.publics, self.say("All")),
            tuple(rows),
            with_base,
        )

    def _participation(self, one: Figure) -> TableWords:
        heads = [self.say("Public"), self.say("Responses"), self.say("Share")]
        rows = [
            [self.label(one, line), self.count(line.total), self.percent(line.share)]
            for line in one.lines
        ]
        rows.append([self.say("All"), self.count(one.base), self.percent(Fraction(1))])
        if self.invitations:
            heads += [self.say("Invited"), self.say("Responded of those invited")]
            for row, line in zip(rows, one.lines, strict=False):
                rate = "–" if line.rate is None else self.percent(line.rate)
                row += ["–" if line.invited is None else self.count(line.invited), rate]
            rows[-1] += [self.count(sum(line.invited or 0 for line in one.lines)), "–"]
        return TableWords(
            self.say("Responses by public"), tuple(heads), tuple(map(tuple, rows)), total=True
        )

    @property
    def invitations(self) -> bool:
        """Whether anybody was invited by a link of their own."""
        return any(line.invited is not None for line in self.own.participation.lines)

    def agreement(self, one: Themes) -> str:
        """Say how the answers were coded and how far the coders agreed."""
        told = self.say(
            "Two people coded the answers by theme, neither seeing the other’s codes. Both coded "
            "the same {double}, drawn by lot, and agreed on all the themes of {agreed}; a third "
            "person settled the others.",
            double=one.double,
            agreed=one.agreed,
        )
        if one.kappa is None:
            return told
        kappa = self.say(
            "Cohen’s kappa is {kappa}, where 1 is full agreement and 0 what chance would give.",
            kappa=self.decimal(one.kappa, 2),
        )
        return f"{told} {kappa}"

    def book(self, one: Themes) -> TableWords:
        """Word the codebook with the agreement on each theme."""
        return TableWords(
            self.say("The themes"),
            (self.say("Theme"), self.say("What belongs to it"), self.say("Kappa")),
            tuple(
                (
                    theme.title.in_(self.language),
                    theme.description.in_(self.language),
                    self.decimal(one.by_theme.get(theme.code), 2),
                )
                for theme in one.book.themes
            ),
            total=False,
        )

    def heard_on(self, on: date) -> str:
        """Say when somebody was heard."""
        return self.say("interview of {day}", day=on)

    def unquoted(self) -> str:
        """Say how many were heard of whom nothing is quoted; empty where there are none."""
        if not self.own.unquoted:
            return ""
        return plural(
            N_("{n} more person was heard; what they said is not quoted, as they wished."),
            N_("{n} more people were heard; what they said is not quoted, as they wished."),
            self.own.unquoted,
            self.language,
        )

    def digests(self) -> Iterator[tuple[str, str]]:
        """Name the files on which the figures rest."""
        if self.own.questionnaire:
            yield self.say("Questionnaire"), self.own.questionnaire
        for one in self.own.themes:
            yield self.say("Codebook"), one.book_digest
