"""The review of a pair: decisions, deadlines, waivers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from approvals.circuits import AtDeadline, Circuit
from approvals.events.base import NoteRef
from approvals.events.house import DelegationId
from approvals.names import Digest, Language, ParagraphId, PersonId


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
    ``behalf`` is the decider whose place ``by`` took, under ``delegation``.
    """

    by: PersonId
    step: str
    decision: Decision
    pair: Digest
    rule: Digest
    paragraphs: tuple[ParagraphId, ...]
    note: NoteRef | None
    behalf: PersonId | None = None
    delegation: DelegationId | None = None


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The house records what silence means: nobody decided in time, and nobody approved by it.

    ``silent`` are the deciders who said nothing, ``to`` the further ones who may decide now.
    """

    by: PersonId
    step: str
    rule: Digest
    pair: Digest
    last: date
    policy: AtDeadline
    silent: tuple[PersonId, ...]
    to: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class TypographicChange:
    """A paragraph's canonical digests before and after a change, and what both have in common.

    ``meaning`` is the digest of the paragraph with typographic variants made one
    (``documents.meaning``); it is the same for both, and anyone with the two files recomputes it.
    """

    paragraph: ParagraphId
    language: Language
    before: Digest
    after: Digest
    meaning: Digest


@dataclass(frozen=True, slots=True)
class TypographyVouched:
    """A first person says that these changes touch nothing but typography."""

    by: PersonId
    pair: Digest
    changes: tuple[TypographicChange, ...]


@dataclass(frozen=True, slots=True)
class TypographyWaived:
    """A second person says so too: the approvals that fell by these changes stand again."""

    by: PersonId
    first: PersonId
    pair: Digest
    changes: tuple[TypographicChange, ...]


ReviewEvent = ReviewOpened | DecisionMade | DeadlinePassed | TypographyVouched | TypographyWaived
