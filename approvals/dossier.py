"""The state of one dossier, rebuilt from its events and from nothing else.

``Dossier.apply`` takes one fact and never refuses: what may happen next is ``approvals.policy``'s,
who may do it ``approvals.handlers``'. Replaying a stream gives the same state every time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from approvals import codec
from approvals import events as ev
from approvals.board import Place
from approvals.circuits import Circuit
from approvals.ledger import Entry
from approvals.names import (
    ORDER,
    Digest,
    Language,
    ParagraphId,
    PersonId,
    order_digest,
    pair_digest,
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
    ADOPTED = "adopted"
    REJECTED = "rejected"
    DEFERRED = "deferred"
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


@dataclass(slots=True)
class Meeting:
    """One convocation and who came."""

    called: ev.MeetingConvened
    called_at: datetime
    places: dict[str, Place] = field(default_factory=dict)


@dataclass(slots=True)
class Ballot:
    """The vote held, while it is open and after."""

    opened: ev.BallotOpened
    votes: dict[str, ev.Choice] = field(default_factory=dict)
    voters: dict[str, PersonId] = field(default_factory=dict)


@dataclass(slots=True)
class Dossier:
    """One text in all its languages, from first draft to publication."""

    id: str
    version: int = 0
    state: State = State.NEW
    since: datetime | None = None
    opened: ev.DossierOpened | None = None
    drafts: list[Draft] = field(default_factory=list)
    untranslatable: frozenset[ParagraphId] = frozenset()
    pairs: dict[ParagraphId, PairText] = field(default_factory=dict)
    counts: ev.Counts | None = None
    targets: list[Target] = field(default_factory=list)
    aligned: bool = False
    """Whether the newest edition belongs to the newest draft and to its newest translation."""
    authors: set[PersonId] = field(default_factory=set)
    circuit: Circuit | None = None
    rule: Digest | None = None
    approvals: dict[tuple[str, PersonId], dict[ParagraphId, Approval]] = field(default_factory=dict)
    """By step and person, what stands: every approval here is of the text as it is in the pair."""
    abstained: dict[tuple[str, PersonId], Digest] = field(default_factory=dict)
    points: list[Point] = field(default_factory=list)
    fell: tuple[ev.Fallen, ...] = ()
    """What fell since people last looked: since the review before the one that is open or next."""
    looked: bool = False
    steps_opened: dict[str, datetime] = field(default_factory=dict)
    cycle: int = 1
    """How often the text went for the board, counted up by a draft after a refusal."""
    meeting: Meeting | None = None
    ballot: Ballot | None = None
    result: ev.ResultProclaimed | None = None
    resolution: ev.ResolutionWritten | None = None
    sealed: ev.EditionsSealed | None = None
    ordered: ev.PublicationOrdered | None = None
    published: ev.Published | None = None
    published_at: datetime | None = None
    _paired: dict[ParagraphId, tuple[Digest, Digest]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def replay(cls, id: str, entries: Iterable[Entry]) -> Dossier:
        """Rebuild a dossier from its stream, oldest entry first."""
        dossier = cls(id)
        for entry in entries:
            event = codec.decode(entry.type, json.loads(entry.payload))
            dossier.apply(event, entry.time, entry.sequence)
            dossier.version = entry.version
        return dossier

    @property
    def draft(self) -> Draft | None:
        """The newest draft."""
        return self.drafts[-1] if self.drafts else None

    @property
    def target(self) -> Target | None:
        """The newest translated edition, where it belongs to the newest draft."""
        return self.targets[-1] if self.aligned else None

    @property
    def pair(self) -> Digest | None:
        """The digest that decisions bind: both languages' canonical texts as they stand now."""
        if self.opened is None or self.draft is None or self.target is None:
            return None
        by_language = {self.opened.source: self.draft.text, self.opened.target: self.target.text}
        return pair_digest(by_language[Language("fr")], by_language[Language("en")])

    @property
    def pair_paragraphs(self) -> dict[ParagraphId, tuple[Digest, Digest]]:
        """Each paragraph's source and target digest, and the order's, as they stand now."""
        return self._paired if self.aligned else {}

    @property
    def open_points(self) -> tuple[Point, ...]:
        """Refusals that the drafter still has to answer."""
        return tuple(point for point in self.points if not point.answered)

    def missing(self, step: str, person: PersonId) -> tuple[ParagraphId, ...]:
        """Give the paragraphs that this person has not approved, as they stand, at this step."""
        given = self.approvals.get((step, person), {})
        return tuple(id for id in self.pair_paragraphs if id not in given)

    def approved(self, step: str, person: PersonId) -> bool:
        """Say whether this person's approval covers the whole pair as it stands."""
        given = self.approvals.get((step, person), {})
        return self.aligned and len(given) == len(self._paired)

    def status(self, step_id: str) -> StepStatus:
        """Say where a step stands under the pinned circuit."""
        return self.statuses().get(step_id, StepStatus.WAITING)

    def statuses(self) -> dict[str, StepStatus]:
        """Say where every step stands, in the order of the circuit."""
        refused = {point.step for point in self.open_points}
        found: dict[str, StepStatus] = {}
        for step in self.circuit.steps if self.circuit else ():
            if step.id in refused:
                found[step.id] = StepStatus.REFUSED
            elif any(found.get(before) is not StepStatus.APPROVED for before in step.after):
                found[step.id] = StepStatus.WAITING
            else:
                given = sum(self.approved(step.id, PersonId(one)) for one in step.deciders)
                enough = given >= step.required
                found[step.id] = StepStatus.APPROVED if enough else StepStatus.OPEN
        return found

    def apply(self, event: ev.Event, at: datetime, sequence: int) -> None:
        """Take one fact into the state."""
        was = self.state
        match event:
            case ev.DossierOpened():
                self.opened = event
            case ev.DraftSubmitted():
                self._drafted(event)
            case ev.TranslationRequested():
                self.state = State.TRANSLATING
            case ev.TranslationPrepared():
                self.counts = event.counts
                for pair in event.paragraphs:
                    before = self.pairs[pair.id].before
                    self.pairs[pair.id] = PairText(pair.source, pair.units, before=before)
            case ev.TranslationProposed():
                self.authors.add(event.by)
                self.aligned = False
                self.state = State.TRANSLATING
                for pair in event.paragraphs:
                    self.pairs[pair.id] = PairText(pair.source, pair.units, event.by)
            case ev.PairsCertified():
                self.authors.add(event.by)
                for pair in event.paragraphs:
                    proposed = self.pairs[pair.id].proposed_by
                    self.pairs[pair.id] = PairText(pair.source, pair.units, proposed, event.by)
            case ev.PairAligned():
                self._joined(event)
                self.state = State.ALIGNED
            case ev.ReviewOpened() | ev.DecisionMade():
                self._reviewed(event, at, sequence)
            case ev.HouseFounded() | ev.PersonEnrolled():
                pass
            case _:
                self._decided_by_board(event, at)
        if self.state is not was:
            self.since = at

    def _drafted(self, event: ev.DraftSubmitted) -> None:
        self.authors.add(event.by)
        self.drafts.append(
            Draft(event.by, event.upload, event.version, event.text, event.paragraphs)
        )
        self.untranslatable = frozenset(event.untranslatable)
        self.pairs = {one.id: self._carried(one) for one in event.paragraphs}
        answered = {answer.point for answer in event.answers}
        self.points = [
            Point(
                point.sequence,
                point.step,
                point.by,
                point.decision,
                point.paragraphs,
                point.note,
                point.answered or point.sequence in answered,
            )
            for point in self.points
        ]
        self.meeting = self.ballot = self.result = None
        self.aligned = False
        self.cycle += self.state in (State.REJECTED, State.DEFERRED)
        self.state = State.DRAFT

    def _carried(self, paragraph: ev.ParagraphText) -> PairText:
        known = self.pairs.get(paragraph.id)
        if known is None:
            return PairText(paragraph.digest)
        if known.source == paragraph.digest:
            return known
        return PairText(paragraph.digest, before=known.units or known.before)

    def _joined(self, event: ev.PairAligned) -> None:
        """Take the pair; what fell is gone for good, even if the earlier wording comes back."""
        self.targets.append(Target(event.version, event.text, event.paragraphs))
        self.aligned = True
        self._paired = paired(self.draft.paragraphs if self.draft else (), event.paragraphs)
        self.fell = event.fell if self.looked else (*self.fell, *event.fell)
        self.looked = False
        for given in self.approvals.values():
            for id, approval in tuple(given.items()):
                if self._paired.get(id) != (approval.source, approval.target):
                    del given[id]

    def _reviewed(
        self, event: ev.ReviewOpened | ev.DecisionMade, at: datetime, sequence: int
    ) -> None:
        if isinstance(event, ev.ReviewOpened):
            if event.rule != self.rule:
                self.approvals.clear()
                self.abstained.clear()
            self.circuit, self.rule = event.circuit, event.rule
            self.looked = True
            self.steps_opened.clear()
            self.state = State.IN_REVIEW
        elif event.decision is ev.Decision.APPROVE:
            self.abstained.pop((event.step, event.by), None)
            given = self.approvals.setdefault((event.step, event.by), {})
            pairs = self.pair_paragraphs
            for id in event.paragraphs or pairs:
                if id not in given:
                    given[id] = Approval(*pairs[id], at)
        elif event.decision is ev.Decision.ABSTAIN:
            self.approvals.pop((event.step, event.by), None)
            self.abstained[event.step, event.by] = event.pair
        else:
            self._refused(event, sequence)
        self._open_steps(at)

    def _refused(self, event: ev.DecisionMade, sequence: int) -> None:
        self.abstained.pop((event.step, event.by), None)
        given = self.approvals.get((event.step, event.by), {})
        for id in event.paragraphs or tuple(given):
            given.pop(id, None)
        self.points.append(
            Point(sequence, event.step, event.by, event.decision, event.paragraphs, event.note)
        )
        self.state = State.CHANGES_REQUESTED

    def _open_steps(self, at: datetime) -> None:
        if self.circuit is None or self.state is not State.IN_REVIEW:
            return
        statuses = self.statuses()
        for id, status in statuses.items():
            if status is StepStatus.OPEN:
                self.steps_opened.setdefault(id, at)
        if all(status is StepStatus.APPROVED for status in statuses.values()):
            self.state = State.BOARD_READY

    def _decided_by_board(self, event: ev.Event, at: datetime) -> None:
        match event:
            case ev.MeetingConvened():
                self.meeting = Meeting(event, at)
                self.ballot = None
                self.state = State.CONVENED
            case ev.MeetingRecalled():
                self.meeting = None
                self.state = State.BOARD_READY
            case ev.AttendanceRecorded() if self.meeting:
                self.meeting.places[event.seat] = Place(
                    event.attendance, event.proxy_to, event.recused
                )
            case ev.QuorumMissed():
                self.state = State.NO_QUORUM
            case ev.BallotOpened():
                self.ballot = Ballot(event)
                self.state = State.VOTING
            case ev.VoteCast() if self.ballot:
                self.ballot.votes[event.seat] = event.choice
                self.ballot.voters[event.seat] = event.by
            case ev.ResultProclaimed():
                self.result = event
                self.state = State(event.outcome.value)
            case ev.ResolutionWritten():
                self.resolution = event
            case ev.SealingOrdered():
                self.state = State.SEALING
            case ev.EditionsSealed():
                self.sealed = event
                self.state = State.SEALED
            case ev.PublicationOrdered():
                self.ordered = event
                self.state = State.EMBARGOED
            case ev.Published():
                self.published, self.published_at = event, at
                self.state = State.PUBLISHED
            case ev.Abandoned():
                self.state = State.ABANDONED
            case _:
                pass


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
