"""A consultation from plan to synthesis, rebuilt from its own stream of the ledger. Pure.

The form is frozen when it opens. Who answered and what was answered stand in two stores without a
join (``approvals.ports.Answers``); here are counts and digests. What is made of the answers
(themes, interviews, findings) is another's, in the same stream.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from approvals import codec
from approvals import events as ev
from approvals.ledger import Entry
from approvals.names import Digest

PREFIX: Final = "consultation:"
"""With what the name of a consultation's stream begins."""


class Stage(StrEnum):
    """Where a consultation stands."""

    NEW = "new"
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    SYNTHESISED = "synthesised"


@dataclass(slots=True)
class Consultation:
    """One consultation as its events say it."""

    id: str
    version: int = 0
    stage: Stage = Stage.NEW
    since: datetime | None = None
    planned: ev.ConsultationPlanned | None = None
    opened: ev.ConsultationOpened | None = None
    closed: ev.ConsultationClosed | None = None
    closed_at: datetime | None = None
    taken_back: set[Digest] = field(default_factory=set)
    synthesis: ev.ConsultationSynthesised | None = None
    invited: dict[str, int] = field(default_factory=dict)
    imported: dict[Digest, ev.ResponsesImported] = field(default_factory=dict)
    erased: ev.AnswersErased | None = None

    @classmethod
    def replay(cls, stream: str, entries: Iterable[Entry]) -> Consultation:
        """Rebuild it, oldest entry first."""
        own = cls(stream.removeprefix(PREFIX))
        for entry in entries:
            if entry.type in _OWN:
                own.apply(codec.decode(entry.type, json.loads(entry.payload)), entry.time)
            own.version = entry.version
        return own

    @property
    def form(self) -> Digest | None:
        """The questionnaire that counts: the frozen one, else the planned one."""
        if self.opened is not None:
            return self.opened.form
        return self.planned.form if self.planned else None

    @property
    def responded(self) -> dict[str, int]:
        """How many of each public had answered at the close."""
        return {one.public: one.count for one in self.closed.responses} if self.closed else {}

    @property
    def keeps_answers(self) -> bool:
        """Say whether single answers are held: from the opening until they are erased."""
        return self.opened is not None and self.erased is None

    @property
    def erasable_from(self) -> date | None:
        """The first day on which single answers have been kept for long enough."""
        if self.closed_at is None or self.planned is None:
            return None
        return self.closed_at.date() + timedelta(days=self.planned.keep_days)

    def takes_answers(self, on: date) -> bool:
        """Say whether somebody may answer on a day."""
        return self.stage is Stage.OPEN and self.opened is not None and on <= self.opened.until

    def apply(self, event: object, at: datetime) -> None:
        """Take one fact into the state."""
        stage = self.stage
        match event:
            case ev.ConsultationPlanned():
                self.planned, self.stage = event, Stage.PLANNED
            case ev.ConsultationOpened():
                self.opened, self.stage = event, Stage.OPEN
            case ev.InvitationsMade():
                for one in event.invited:
                    self.invited[one.public] = self.invited.get(one.public, 0) + one.count
            case ev.ResponsesImported():
                self.imported[event.file] = event
            case ev.ConsultationClosed():
                self.closed, self.closed_at, self.stage = event, at, Stage.CLOSED
            case ev.ResponseTakenBack():
                self.taken_back.add(event.digest)
            case ev.ConsultationSynthesised():
                self.synthesis, self.stage = event, Stage.SYNTHESISED
            case ev.AnswersErased():
                self.erased = event
        if self.stage is not stage:
            self.since = at


_OWN: Final = frozenset(
    kind.__name__
    for kind in (
        ev.ConsultationPlanned,
        ev.ConsultationOpened,
        ev.InvitationsMade,
        ev.ResponsesImported,
        ev.ConsultationClosed,
        ev.ResponseTakenBack,
        ev.ConsultationSynthesised,
        ev.AnswersErased,
    )
)


_LIST: Final = "enonce:responses:v1"


def listed(digests: Iterable[str]) -> bytes:
    """Write the digests of a whole set of responses, sorted, one a line under a first line."""
    return "\n".join((_LIST, *sorted(digests))).encode()


def unlisted(data: bytes) -> list[str]:
    """Read such a list back; raise ``ValueError`` for anything else."""
    first, *digests = data.decode("ascii").split("\n")
    if first != _LIST:
        raise ValueError(first)
    return digests


def set_digest(digests: Iterable[str]) -> Digest:
    """Digest a whole set of responses by their own digests, in whatever order they come."""
    return Digest(hashlib.sha256(listed(digests)).hexdigest())


def answer_digest(salt: str, answers: str) -> str:
    """Digest one response: its random salt and its canonical JSON, one a line."""
    return hashlib.sha256(f"enonce:response:v1\n{salt}\n{answers}".encode()).hexdigest()
