"""The parts of a dossier's state: where it stands, its drafts, approvals, meeting and ballot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from approvals import events as ev
from approvals.board import Place
from approvals.names import (
    ENGLISH,
    FRENCH,
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
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"


class StepStatus(StrEnum):
    """Where a review step, or one decider's part in it, stands.

    NO_OPINION: the deadline passed in silence and the circuit goes on without an opinion.
    DELEGATED: somebody else may decide in the decider's place (a part only).
    VOIDED: it was approved, and a change of the text has taken the approvals since.
    """

    WAITING = "waiting"
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    NO_OPINION = "no-opinion"
    DELEGATED = "delegated"
    VOIDED = "voided"


class PairText(NamedTuple):
    """One paragraph pair: its texts, and who answers for the translation.

    This, ``Approval`` and ``Lost`` are made by the thousand in a replay, so they are light.
    """

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
    """One text as it was submitted or amended, in the language that was then the source's."""

    by: PersonId
    upload: Digest
    version: Digest
    text: Digest
    paragraphs: tuple[ev.ParagraphText, ...]
    language: Language
    sequence: int


@dataclass(frozen=True, slots=True)
class Target:
    """The translated edition that was made from certified pairs."""

    version: Digest
    text: Digest
    paragraphs: tuple[ev.ParagraphText, ...]
    language: Language
    sequence: int


class Approval(NamedTuple):
    """One standing approval of one paragraph pair."""

    source: Digest
    target: Digest
    at: datetime
    by: PersonId
    """Who said it: the decider, or whoever took the decider's place."""
    waived: bool = False
    """It fell by a change that two persons called typographic, and stands again."""


class Lost(NamedTuple):
    """An approval that fell: when, and what the paragraph was then in source and target.

    ``now`` is None where the paragraph is gone.
    """

    approval: Approval
    at: datetime
    now: tuple[Digest, Digest] | None


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
    spoken_by: PersonId | None = None
    """Who said it for ``by``, where somebody did."""


@dataclass(frozen=True, slots=True)
class Laid:
    """Where a finding of a consultation went: to paragraphs, or nowhere for a reason."""

    by: PersonId
    at: datetime
    paragraphs: tuple[ParagraphId, ...] = ()
    reason: ev.NoteRef | None = None


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


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said of the text, the answers with their times, and who closed it."""

    made: ev.RemarkMade
    at: datetime
    answers: tuple[tuple[datetime, ev.RemarkAnswered], ...] = ()
    closed_by: PersonId | None = None


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


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words for the press, and the languages in which they approved them."""

    added: ev.QuoteAdded
    approved: frozenset[Language] = frozenset()

    @property
    def missing(self) -> tuple[Language, ...]:
        """Give the languages in which the speaker has not approved."""
        return tuple(one for one in (FRENCH, ENGLISH) if one not in self.approved)

    def text(self, language: Language) -> ev.NoteRef:
        """Give the words in a language."""
        return self.added.fr if language == FRENCH else self.added.en


@dataclass(frozen=True, slots=True)
class Erratum:
    """A corrected edition in one language, on its way or out."""

    proposed: ev.ErratumProposed
    certified_by: PersonId | None = None
    edition: ev.Edition | None = None
    published_at: datetime | None = None


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
