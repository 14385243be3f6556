"""The review of a pair."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from approvals.circuits import Circuit
from approvals.events.base import NoteRef
from approvals.names import Digest, ParagraphId, PersonId


class Decision(StrEnum):
    """What a reviewer may say."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request-changes"
    REJECT = "reject"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class ReviewOpened:
    """The review begins, or goes on after changes, under a pinned circuit."""

    by: PersonId
    circuit: Circuit
    rule: Digest
    pair: Digest


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """A reviewer decided on exactly this pair under exactly this rule.

    ``paragraphs`` are those that an approval or a refusal is about; empty means the whole text.
    """

    by: PersonId
    step: str
    decision: Decision
    pair: Digest
    rule: Digest
    paragraphs: tuple[ParagraphId, ...]
    note: NoteRef | None


ReviewEvent = ReviewOpened | DecisionMade
