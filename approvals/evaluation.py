"""What is made of a consultation, rebuilt from its stream: coding, interviews, findings. Pure.

The consultation's own life, from the plan to the close, is another's; this reads the same stream
and looks at nothing but its own events. ``orphans`` holds the findings to a dossier.
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
from approvals.names import PersonId

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
class Orphan:
    """A finding that leads nowhere; ``gone`` where its paragraphs are not in the draft any more."""

    consultation: str
    finding: ev.FindingRegistered
    gone: bool


def orphans(dossier: Dossier, evaluation: Evaluation) -> tuple[Orphan, ...]:
    """Give a consultation's findings that have neither a paragraph of the draft nor a reason."""
    draft = dossier.draft
    present = {one.id for one in draft.paragraphs} if draft else set()
    found = []
    for id, finding in evaluation.findings.items():
        laid = dossier.laid.get((evaluation.stream, id))
        if laid is None or (laid.reason is None and present.isdisjoint(laid.paragraphs)):
            found.append(Orphan(evaluation.stream, finding, gone=laid is not None))
    return tuple(found)
