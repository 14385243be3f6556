"""The parts of a dossier's state: where it stands, its drafts, approvals, meeting and ballot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from approvals import events as ev
from approvals.board import Place
from approvals.names import (
    ORDER,
    Bilingual,
    Digest,
    Language,
    ParagraphId,
    PersonId,
    order_digest,
)


class State(StrEnum):
    """Where a dossier stands on its road."""

    NEW = "new"
    DRAFT = "draft"
    TRANSLATING = "translating"
    ALIGNED = "aligned"
    IN_REVIEW = "in-review"
    CHANGES_REQUESTED = "changes-requested"
    BOARD_READY = "board-ready"
    CONVENED = "convened"
    NO_QUORUM = "no-quorum"
    VOTING = "voting"
    AMENDING = "amending"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    CONFORMITY = "conformity"
    SEALING = "sealing"
    SEALED = "sealed"
    EMBARGOED = "embargoed"
    PUBLISHED = "published"
    ABANDONED = "abandoned"


class StepStatus(StrEnum):
    """Where a review step stands."""

    WAITING = "waiting"
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PairText:
    """One paragraph pair: its texts, and who answers for the translation."""

    source: Digest
    units: Digest | None = None
    proposed_by: PersonId | None = None
    certified_by: PersonId | None = None
    before: Digest | None = None
    """The units of the paragraph's earlier wording, where its source has changed."""
    waived: tuple[ev.Waiver, ...] = ()
    """What its certificate lets pass, and why."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One submitted draft in the source language."""

    by: PersonId
    upload: Digest
    version: Digest
    text: Digest
    paragraphs: tuple[ev.ParagraphText, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """The translated edition that was made from certified pairs."""

    version: Digest
    text: Digest
    paragraphs: tuple[ev.ParagraphText, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """One standing approval of one paragraph pair."""

    source: Digest
    target: Digest
    at: datetime


@dataclass(frozen=True, slots=True)
class Point:
    """One blocking point of a refusal, and whether the drafter has answered it."""

    sequence: int
    step: str
    by: PersonId
    decision: ev.Decision
    paragraphs: tuple[ParagraphId, ...]
    note: ev.NoteRef | None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """A document that lies beside the text."""

    by: PersonId
    at: datetime
    kind: ev.LinkKind
    title: Bilingual
    language: Language | None
    name: str
    document: Digest


@dataclass(slots=True)
class Meeting:
    """One convocation, who came, and what became of the ballots before the last one.

    ``objections`` are those to deciding in writing, by seat; ``amendments`` have their times.
    """

    called: ev.MeetingConvened
    called_at: datetime
    places: dict[str, Place] = field(default_factory=dict)
    papers_at: datetime | None = None
    objections: dict[str, ev.NoteRef] = field(default_factory=dict)
    voided: list[Ballot] = field(default_factory=list)
    amendments: list[tuple[datetime, ev.TextAmended]] = field(default_factory=list)


@dataclass(slots=True)
class Ballot:
    """The vote held, while it is open and after.

    ``voters`` has every seat that took part and who cast its vote; ``votes`` what it voted, which a
    secret ballot does not know.
    """

    opened: ev.BallotOpened
    votes: dict[str, ev.Choice] = field(default_factory=dict)
    voters: dict[str, PersonId] = field(default_factory=dict)
    opened_at: datetime | None = None


def paired(
    source: Iterable[ev.ParagraphText], target: Iterable[ev.ParagraphText]
) -> dict[ParagraphId, tuple[Digest, Digest]]:
    """Lay two languages' paragraphs side by side, with the order of each as one more."""
    left = {paragraph.id: paragraph.digest for paragraph in source}
    right: Mapping[ParagraphId, Digest] = {item.id: item.digest for item in target}
    nothing = Digest("")
    pairs = {id: (digest, right.get(id, nothing)) for id, digest in left.items()}
    pairs.update({id: (nothing, digest) for id, digest in right.items() if id not in left})
    pairs[ORDER] = (order_digest(left), order_digest(right))
    return pairs
