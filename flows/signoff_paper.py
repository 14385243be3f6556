"""Words the sign-off matrix of a review in one language; ``documents.signoff`` lays it out.

The facts are plain values, titles and names already in the paper's language. An approval that fell
is shown as fallen, with the day and the reason, never left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from textwrap import shorten
from typing import Final

from documents.papers import Column, Digest, Mark, Span, Table, Words
from documents.signoff import WIDEST, Decider, MatrixRow, SignoffPaper
from flows.vouching import Vouched, origins
from locales.catalog import say
from locales.errors import N_


class Said(StrEnum):
    """What a decider said on a paragraph, as it stands today."""

    APPROVED = "approved"
    CHANGES = "changes requested"
    REJECTED = "rejected"
    ABSTAINED = "abstained"
    NO_OPINION = "no opinion"
    FELL = "fell"
    WAITING = "waiting"
    NOT_ASKED = "not asked"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph by its number, and how it begins."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Signer:
    """A person in a step of the review."""

    step: str
    person: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a signer said on a paragraph, and when; ``by`` is who said it for them."""

    said: Said
    on: date | None = None
    by: str = ""
    fell: date | None = None
    """For an approval that fell: the day; ``on`` is the day on which it was given."""
    why: str = ""
    changed: tuple[str, ...] = ()
    """For an approval that fell: the languages whose words changed."""


@dataclass(frozen=True, slots=True)
class Review:
    """A review as it stands on a day."""

    dossier: str
    institution: str
    body: str
    title: str
    day: date
    circuit: str
    paragraphs: tuple[Paragraph, ...]
    signers: tuple[Signer, ...]
    decisions: tuple[tuple[Decision, ...], ...]
    """A row for each paragraph, a decision for each signer."""
    digests: tuple[tuple[str, str], ...] = ()
    texts: tuple[Vouched, ...] = ()
    """Who answers for each paragraph of the translation."""


_SHAPES: Final = {
    Said.APPROVED: ("●", N_("approval")),
    Said.CHANGES: ("▲", N_("changes requested")),
    Said.REJECTED: ("✕", N_("refusal")),
    Said.ABSTAINED: ("–", N_("abstention")),
    Said.NO_OPINION: ("◌", N_("no opinion")),
    Said.FELL: ("⊘", N_("approval fell")),
    Said.WAITING: ("○", N_("waiting")),
    Said.NOT_ASKED: ("·", N_("not asked")),
    Said.NOT_NEEDED: ("▫", N_("not needed")),
}

_MEANINGS: Final = {
    Said.APPROVED: N_("The person approved this paragraph in both languages as they stand."),
    Said.CHANGES: N_("The person asked for changes and gave a reason."),
    Said.REJECTED: N_("The person rejected the text and gave a reason."),
    Said.ABSTAINED: N_("The person took note without an opinion for or against."),
    Said.NO_OPINION: N_("The deadline passed without a decision."),
    Said.FELL: N_("The person had approved; the paragraph changed since in one of the languages."),
    Said.WAITING: N_("The person has been asked and has not decided yet."),
    Said.NOT_ASKED: N_("The person’s step has not begun."),
    Said.NOT_NEEDED: N_("The step had the approvals that it asks for without this person."),
}


def signoff_paper(review: Review, language: str) -> SignoffPaper:
    """Word the sign-off matrix of a review."""
    return _Wording(review, language).paper()


class _Wording:
    """The sentences of the matrix in one language."""

    def __init__(self, review: Review, language: str) -> None:
        self.review, self.language = review, language

    def say(self, message: str, /, **data: object) -> str:
        return say(message, self.language, **data)

    def paper(self) -> SignoffPaper:
        own = self.review
        return SignoffPaper(
            language=self.language,
            institution=own.institution,
            body=own.body,
            number=self.say("Sign-off matrix, dossier {dossier}", dossier=own.dossier),
            title=own.title,
            subtitle=self.say("As it stands on {day}", day=own.day),
            page_of=self.say("page {page} of {pages}", page="{page}", pages="{pages}"),
            summary=tuple(self._summary()),
            matrix_heading=self.say("Decisions by paragraph"),
            matrix_caption=self._caption(),
            matrix_description=self.say(
                "A row for each paragraph, a column for each person in a step of the review; each "
                "cell says what the person decided and when."
            ),
            paragraph_label=self.say("Paragraph"),
            deciders=tuple(Decider(one.step, one.person) for one in own.signers),
            rows=tuple(self._rows()),
            key_heading=self.say("How to read it"),
            key=tuple(self._key()),
            voided_heading=self.say("Approvals that fell"),
            voided_intro=(self._voided_intro(),),
            voided=self._voided(),
            annex_heading=self.say("What was decided on"),
            annex_intro=(
                self.say(
                    "These digests (SHA-256) name the texts and rules exactly; anyone can "
                    "recompute them."
                ),
            ),
            digests=tuple(Digest(label, value) for label, value in own.digests),
            origins=origins(own.texts, self.language),
        )

    def _caption(self) -> str:
        if len(self.review.signers) <= WIDEST:
            return self.say("Who decided what, and when")
        return self.say(
            "Who decided what, and when ({part} of {parts})", part="{part}", parts="{parts}"
        )

    def _summary(self) -> Iterator[str]:
        own = self.review
        said = [decision.said for row in own.decisions for decision in row]
        every = [one for one in said if one is not Said.NOT_NEEDED]
        yield self.say("Review circuit: {circuit}.", circuit=own.circuit)
        yield self.say(
            "Of {all} decisions asked for, {approved} are approvals that stand, {fell} are "
            "approvals that fell, {waiting} are still to come.",
            all=len(every),
            approved=every.count(Said.APPROVED),
            fell=every.count(Said.FELL),
            waiting=every.count(Said.WAITING) + every.count(Said.NOT_ASKED),
        )

    def _rows(self) -> Iterator[MatrixRow]:
        for paragraph, decisions in zip(self.review.paragraphs, self.review.decisions, strict=True):
            yield MatrixRow(
                f"§\u00a0{paragraph.number}",
                _shortened(paragraph.text),
                tuple(self._cell(decision) for decision in decisions),
            )

    def _cell(self, decision: Decision) -> Words:
        shape, word = _SHAPES[decision.said]
        said = f"{shape}\u00a0{self.say(word)}"
        if decision.said is Said.FELL and decision.fell is not None:
            said += "\n" + self._short(decision.fell)
        elif decision.on is not None:
            said += "\n" + self._short(decision.on)
        if decision.by:
            said += "\n" + self.say("by {name}", name=decision.by)
        return said

    def _short(self, day: date) -> str:
        return self.say("{day:%d/%m/%Y}", day=day)

    def _key(self) -> Iterator[Words]:
        used = {decision.said for row in self.review.decisions for decision in row}
        for said, (shape, word) in _SHAPES.items():
            if said in used:
                meaning = self.say(_MEANINGS[said])
                head = f"{shape}\u00a0{self.say(word)}"
                yield (Span(head, Mark.STRONG), f"\u2002{meaning}")

    def _fallen(self) -> Iterator[tuple[int, Signer, Decision]]:
        for paragraph, row in zip(self.review.paragraphs, self.review.decisions, strict=True):
            for signer, decision in zip(self.review.signers, row, strict=True):
                if decision.said is Said.FELL:
                    yield paragraph.number, signer, decision

    def _voided_intro(self) -> str:
        if next(self._fallen(), None) is None:
            return self.say("No approval fell.")
        return self.say(
            "A changed word in either language makes the approvals of that paragraph fall in both; "
            "other paragraphs keep theirs."
        )

    def _voided(self) -> Table | None:
        rows = [
            (
                f"§\u00a0{number}",
                signer.person,
                signer.step,
                self._day(decision.on),
                self._day(decision.fell),
                decision.why or "–",
            )
            for number, signer, decision in self._fallen()
        ]
        if not rows:
            return None
        return Table(
            self.say("Approvals that fell, and why"),
            (
                Column("§"),
                Column(self.say("Person"), weight=3),
                Column(self.say("Step"), weight=3),
                Column(self.say("Approved on"), weight=2),
                Column(self.say("Fell on"), weight=2),
                Column(self.say("Why"), weight=6),
            ),
            tuple(rows),
            self.say("For each approval that fell: paragraph, person, step, both days, the cause."),
            row_heads=True,
        )

    def _day(self, day: date | None) -> str:
        return self.say("{day}", day=day) if day is not None else "–"


def _shortened(text: str) -> str:
    return shorten(text, width=72, placeholder="…")
