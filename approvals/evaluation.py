"""What is made of a consultation, rebuilt from its stream: coding, interviews, findings. Pure.

The consultation's own life, from the plan to the close, is another's; this reads the same stream
and looks at nothing but its own events. ``places`` holds the findings to a dossier.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from approvals import codec
from approvals import events as ev
from approvals.dossier import Dossier
from approvals.ledger import Entry
from approvals.names import ParagraphId, PersonId
from approvals.standing import Laid

_OWN = frozenset(
    kind.__name__
    for kind in (
        ev.CodingOpened,
        ev.SheetTaken,
        ev.CodingSettled,
        ev.InterviewRegistered,
        ev.ConsentWithdrawn,
        ev.FindingRegistered,
    )
)


@dataclass(slots=True)
class Coding:
    """The coding of one open question: how it was dealt, what came back, what it came to."""

    opened: ev.CodingOpened
    sheets: dict[PersonId, ev.SheetTaken] = field(default_factory=dict)
    settled: ev.CodingSettled | None = None

    @property
    def coders(self) -> tuple[PersonId, PersonId]:
        """The two people who code."""
        return self.opened.first, self.opened.second

    @property
    def kappa(self) -> Fraction | None:
        """Cohen's kappa over whole answers, once it is settled."""
        told = self.settled.kappa if self.settled else None
        return Fraction(told) if told is not None else None


@dataclass(slots=True)
class Interview:
    """Somebody who was heard; withdrawn where the consent was taken back."""

    registered: ev.InterviewRegistered
    withdrawn: bool = False


@dataclass(slots=True)
class Evaluation:
    """What was made of one consultation so far."""

    stream: str
    codings: dict[str, Coding] = field(default_factory=dict)
    """By question."""
    interviews: dict[str, Interview] = field(default_factory=dict)
    findings: dict[str, ev.FindingRegistered] = field(default_factory=dict)

    @classmethod
    def replay(cls, stream: str, entries: Iterable[Entry]) -> Evaluation:
        """Rebuild it from the consultation's stream, oldest entry first."""
        own = cls(stream)
        for entry in entries:
            if entry.type in _OWN:
                own.apply(codec.decode(entry.type, json.loads(entry.payload)))
        return own

    def apply(self, event: ev.Event) -> None:
        """Take one fact into the state."""
        match event:
            case ev.CodingOpened():
                self.codings[event.question] = Coding(event)
            case ev.SheetTaken():
                self.codings[event.question].sheets[event.by] = event
            case ev.CodingSettled():
                self.codings[event.question].settled = event
            case ev.InterviewRegistered():
                self.interviews[event.interview] = Interview(event)
            case ev.ConsentWithdrawn():
                self.interviews[event.interview].withdrawn = True
            case ev.FindingRegistered():
                self.findings[event.finding] = event
            case _:
                pass


@dataclass(frozen=True, slots=True)
class Place:
    """One finding of a consultation, and where it went in a dossier."""

    consultation: str
    """The consultation's stream."""
    finding: ev.FindingRegistered
    laid: Laid | None
    paragraphs: tuple[ParagraphId, ...]
    """Those to which it was linked that are in the draft, in the draft's order."""

    @property
    def orphan(self) -> bool:
        """Whether it has neither a paragraph of the draft nor a reason."""
        return not self.paragraphs and (self.laid is None or self.laid.reason is None)

    @property
    def gone(self) -> bool:
        """Whether it is an orphan because its paragraphs are not in the draft any more."""
        return self.orphan and self.laid is not None


def places(dossier: Dossier, evaluation: Evaluation) -> tuple[Place, ...]:
    """Say of a consultation's findings where each went, in the order of their registration."""
    draft = dossier.draft
    present = [one.id for one in draft.paragraphs] if draft else []
    found = []
    for id, finding in evaluation.findings.items():
        laid = dossier.laid.get((evaluation.stream, id))
        linked = frozenset(laid.paragraphs) if laid else frozenset()
        there = tuple(one for one in present if one in linked)
        found.append(Place(evaluation.stream, finding, laid, there))
    return tuple(found)


def orphans(dossier: Dossier, evaluation: Evaluation) -> tuple[Place, ...]:
    """Give a consultation's findings that have neither a paragraph of the draft nor a reason."""
    return tuple(one for one in places(dossier, evaluation) if one.orphan)
