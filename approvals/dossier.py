"""The state of one dossier, rebuilt from its events and from nothing else.

``Dossier.apply`` takes one fact and never refuses: what may happen next is ``approvals.policy``'s,
who may do it ``approvals.handlers``'. Replaying a stream gives the same state every time. What each
kind of event changes is in ``approvals.replay``, one module an area.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from approvals import codec, replay
from approvals import events as ev
from approvals.circuits import AtDeadline, CheckRule, Circuit, Step
from approvals.ledger import Entry
from approvals.names import Digest, Language, ParagraphId, PersonId, Role, pair_digest
from approvals.standing import (
    Approval,
    Ballot,
    Draft,
    Erratum,
    Laid,
    Linked,
    Lost,
    Meeting,
    PairText,
    Point,
    Quote,
    Remark,
    State,
    StepStatus,
    Target,
)

PASSED = (StepStatus.APPROVED, StepStatus.NO_OPINION)
"""Where a step stands that no longer holds up those after it."""

UNDER_REVIEW = (State.IN_REVIEW, State.CHANGES_REQUESTED)


_READ = json.JSONDecoder().raw_decode

LONG = 500
"""Entries from which a replay keeps the collector of unreachable objects out of its way."""


@contextmanager
def _undisturbed(entries: int) -> Iterator[None]:
    """Let no garbage be looked for meanwhile: a replay makes much and throws little away."""
    if entries < LONG or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def read(payload: str) -> Any:
    """Read a payload, which is canonical: an object with nothing around it."""
    value, end = _READ(payload)
    return value if end == len(payload) else json.loads(payload)


@dataclass(slots=True)
class Dossier:
    """One text in all its languages, from first draft to publication."""

    id: str
    version: int = 0
    state: State = State.NEW
    since: datetime | None = None
    opened: ev.DossierOpened | None = None
    """How it began; ``source`` and ``target`` are those of today, for a board may amend either."""
    links: list[Linked] = field(default_factory=list)
    consultations: list[str] = field(default_factory=list)
    """The consultations that this text rests on, by their streams."""
    laid: dict[tuple[str, str], Laid] = field(default_factory=dict)
    """By consultation and finding, where it went."""
    remarks: dict[ev.RemarkId, Remark] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    untranslatable: frozenset[ParagraphId] = frozenset()
    pairs: dict[ParagraphId, PairText] = field(default_factory=dict)
    counts: ev.Counts | None = None
    targets: list[Target] = field(default_factory=list)
    aligned: bool = False
    """Whether the newest edition belongs to the newest draft and to its newest translation."""
    authors: set[PersonId] = field(default_factory=set)
    checks: tuple[CheckRule, ...] = ()
    """What becomes of translation checks here: as handed over, then as the review pins it."""
    circuit: Circuit | None = None
    rule: Digest | None = None
    approvals: dict[tuple[str, PersonId], dict[ParagraphId, Approval]] = field(default_factory=dict)
    """By step and person, what stands: every approval here is of the text as it is in the pair."""
    lost: dict[tuple[str, PersonId], dict[ParagraphId, Lost]] = field(default_factory=dict)
    """By step and person, what fell and was not given again since."""
    abstained: dict[tuple[str, PersonId], Digest] = field(default_factory=dict)
    points: list[Point] = field(default_factory=list)
    fell: tuple[ev.Fallen, ...] = ()
    """What fell since people last looked: since the review before the one that is open or next."""
    stood: int = 0
    """How many approvals of a paragraph stood before those in ``fell`` fell."""
    looked: bool = False
    vouched: tuple[ev.TypographyVouched, ...] = ()
    """What one person has called typographic in the current pair."""
    steps_opened: dict[str, datetime] = field(default_factory=dict)
    lapsed: dict[str, ev.DeadlinePassed] = field(default_factory=dict)
    """By step, what the house recorded at its deadline, since the review was opened."""
    cycle: int = 1
    """How often the text went for the board, counted up by a draft after a refusal."""
    meeting: Meeting | None = None
    ballot: Ballot | None = None
    amended: bool = False
    """Whether the newest draft is the board's own, so that its translation is still to come."""
    result: ev.ResultProclaimed | None = None
    proclaimed_at: datetime | None = None
    conformity: dict[Role, PersonId] = field(default_factory=dict)
    """Who certified the translation of a text that was amended in session, in which capacity."""
    resolution: ev.ResolutionWritten | None = None
    sealed: ev.EditionsSealed | None = None
    ordered: ev.PublicationOrdered | None = None
    published: ev.Published | None = None
    published_at: datetime | None = None
    quotes: dict[ev.QuoteId, Quote] = field(default_factory=dict)
    press_release: ev.PressReleaseKept | None = None
    superseded_by: str | None = None
    settled: bool = False
    """Whether the dossier that this one succeeds was dealt with."""
    withdrawal: ev.WithdrawalOrdered | None = None
    errata: dict[ev.ErratumId, Erratum] = field(default_factory=dict)
    paired: dict[ParagraphId, tuple[Digest, Digest]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What the newest edition was joined with, whether or not it is still the newest text."""

    @classmethod
    def replay(cls, id: str, entries: Iterable[Entry]) -> Dossier:
        """Rebuild a dossier from its stream, oldest entry first."""
        dossier = cls(id)
        history = tuple(entries)
        with _undisturbed(len(history)):
            for entry in history:
                event = codec.decode(entry.type, read(entry.payload))
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

    def standing(self, language: str) -> Draft | Target | None:
        """Give the text in a language as it stands; None where it does not follow the source."""
        both: tuple[Draft | Target | None, ...] = (self.draft, self.target)
        return next((one for one in both if one is not None and one.language == language), None)

    def editions(self, language: str) -> tuple[Draft | Target, ...]:
        """Give every text in a language, drafted or translated, the oldest first."""
        both: list[Draft | Target] = [*self.drafts, *self.targets]
        found = [one for one in both if one.language == language]
        return tuple(sorted(found, key=lambda one: one.sequence))

    def before(self, one: Draft | Target) -> Draft | Target | None:
        """Give the text in the same language before this one."""
        earlier = [made for made in self.editions(one.language) if made.sequence < one.sequence]
        return earlier[-1] if earlier else None

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
        return self.paired if self.aligned else {}

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
        given = self.approvals.get((step, person))
        return given is not None and self.aligned and len(given) == len(self.paired)

    def deciders(self, step: Step) -> tuple[PersonId, ...]:
        """Give who may decide at a step: those of the circuit, and whom it escalated to."""
        own = cast(tuple[PersonId, ...], step.deciders)
        lapsed = self.lapsed.get(step.id)
        return own if lapsed is None else (*own, *(one for one in lapsed.to if one not in own))

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
            elif any(found.get(before) not in PASSED for before in step.after):
                found[step.id] = StepStatus.WAITING
            else:
                found[step.id] = self._reached(step)
        return found

    def _reached(self, step: Step) -> StepStatus:
        """Say where a step stands that nothing before it holds up."""
        people = self.deciders(step)
        whole = len(self.paired) if self.aligned else -1  # once: a replay asks for every decision
        given = [self.approvals.get((step.id, one)) for one in people]
        if sum(one is not None and len(one) == whole for one in given) >= step.required:
            return StepStatus.APPROVED
        lapsed = self.lapsed.get(step.id)
        if lapsed is not None and lapsed.policy is AtDeadline.NO_OPINION:
            return StepStatus.NO_OPINION
        if self.state not in UNDER_REVIEW and any(self.lost.get((step.id, one)) for one in people):
            return StepStatus.VOIDED
        return StepStatus.OPEN

    def apply(self, event: ev.Event, at: datetime, sequence: int) -> None:
        """Take one fact into the state."""
        was = self.state
        change = replay.CHANGES.get(type(event))
        if change is not None:
            change(self, event, at, sequence)
        if self.state is not was:
            self.since = at
