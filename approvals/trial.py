"""A circuit tried on a dossier that is under way or done: what would have come of it.

The same decisions at the same times are brought to a copy of the dossier under the other circuit.
Nothing is written. People may decide otherwise when they are asked otherwise, so that a trial says
what these decisions would have made, not what would have been decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from approvals import codec, policy
from approvals import events as ev
from approvals.circuits import AtDeadline, Circuit, Step, rule_digest
from approvals.dossier import Dossier, read
from approvals.errors import N_, Value
from approvals.ledger import Entry
from approvals.names import PersonId
from approvals.standing import State, StepStatus


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that would have been otherwise: when, as a sentence with its fields."""

    at: datetime
    sequence: int
    message: str
    data: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Taken:
    """One decision as the circuit that is tried takes it: when, whose, by whom."""

    at: datetime
    person: PersonId
    by: PersonId
    decision: ev.Decision


@dataclass(frozen=True, slots=True)
class Tried:
    """One step as it would have gone: who is asked, from when until when, and what they said.

    ``opened`` and ``last`` are those of its last opening; None where it never opened.
    """

    step: Step
    deciders: tuple[PersonId, ...]
    opened: datetime | None
    last: date | None
    status: StepStatus
    taken: tuple[Taken, ...]
    silent: tuple[PersonId, ...]
    """Who was asked and approved nothing that stands."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of the decisions under the circuit of the time and under the one that is tried."""

    rule: str
    tried: str
    ready_at: datetime | None
    would_be_ready_at: datetime | None
    statuses: dict[str, StepStatus]
    counted: int
    differences: tuple[Difference, ...]
    steps: tuple[Tried, ...]

    @property
    def complete(self) -> bool:
        """Say whether the decisions that were taken would have been enough."""
        return self.would_be_ready_at is not None


@dataclass(slots=True)
class _Course:
    """The copy of the dossier under the circuit that is tried, and what went otherwise in it."""

    circuit: Circuit
    shadow: Dossier
    counted: int = 0
    ready_at: datetime | None = None
    differences: list[Difference] = field(default_factory=list)
    taken: dict[str, list[Taken]] = field(default_factory=dict)

    def note(self, at: datetime, sequence: int, message: str, **data: Value) -> None:
        self.differences.append(Difference(at, sequence, message, data))

    def feel(self, at: datetime) -> None:
        """Remember when the copy first became ready for the board, and forget it where it fell."""
        if self.shadow.state is State.BOARD_READY:
            self.ready_at = self.ready_at or at
        elif self.shadow.state is not State.CONVENED:
            self.ready_at = None


def run(circuit: Circuit, dossier_id: str, entries: Iterable[Entry]) -> Trial:
    """Try ``circuit``, whose deciders are named, on a dossier's stream, up to its convocation."""
    real, course = Dossier(dossier_id), _Course(circuit, Dossier(dossier_id))
    rule = ""
    ready_at: datetime | None = None
    for entry in entries:
        event = codec.decode(entry.type, read(entry.payload))
        if isinstance(event, ev.MeetingConvened):
            break
        real.apply(event, entry.time, entry.sequence)
        ready_at = _ready(real, ready_at, entry.time)
        if isinstance(event, ev.ReviewOpened):
            rule = event.circuit.rule
        _follow(course, event, entry)
        course.feel(entry.time)
    return Trial(
        rule,
        circuit.rule,
        ready_at,
        course.ready_at,
        course.shadow.statuses(),
        course.counted,
        tuple(course.differences),
        tuple(_tried(course)),
    )


def _tried(course: _Course) -> Iterator[Tried]:
    """Say of every step how it went."""
    shadow, statuses = course.shadow, course.shadow.statuses()
    for step in course.circuit.steps:
        deciders = shadow.deciders(step)
        yield Tried(
            step,
            deciders,
            shadow.steps_opened.get(step.id),
            policy.deadline(shadow, step),
            statuses.get(step.id, StepStatus.WAITING),
            tuple(course.taken.get(step.id, ())),
            tuple(one for one in deciders if not shadow.approved(step.id, one)),
        )


def _ready(dossier: Dossier, before: datetime | None, at: datetime) -> datetime | None:
    if dossier.state is State.BOARD_READY:
        return before or at
    return None


def _follow(course: _Course, event: ev.Event, entry: Entry) -> None:
    """Bring one event of the real dossier to the copy."""
    shadow = course.shadow
    _deadlines(course, entry)
    if isinstance(event, ev.DeadlinePassed):
        return
    if isinstance(event, ev.ReviewOpened):
        digest = rule_digest(codec.sparing(course.circuit))
        event = replace(event, circuit=course.circuit, rule=digest)
    elif isinstance(event, ev.DecisionMade):
        decided = _decision(course, event, entry)
        if decided is None:
            return
        course.counted += 1
        event = decided
        said = Taken(entry.time, event.behalf or event.by, event.by, event.decision)
        course.taken.setdefault(event.step, []).append(said)
    shadow.apply(event, entry.time, entry.sequence)
    if isinstance(event, ev.ReviewOpened):
        for step in course.circuit.steps:
            if shadow.authors & {*shadow.deciders(step)}:
                course.note(
                    entry.time,
                    entry.sequence,
                    N_("Step {step} could not be opened: somebody in it worked on the text."),
                    step=step.id,
                )


def _deadlines(course: _Course, entry: Entry) -> None:
    """Let the deadlines of the copy pass that were over when ``entry`` was written."""
    shadow = course.shadow
    while late := policy.overdue(shadow, entry.time):
        step = late[0]
        last = policy.deadline(shadow, step) or entry.time.date()
        at = datetime.combine(last + timedelta(days=1), time(), UTC)
        silent = tuple(one for one in shadow.deciders(step) if not shadow.approved(step.id, one))
        passed = ev.DeadlinePassed(
            ev.SYSTEM,
            step.id,
            shadow.rule or rule_digest({}),
            shadow.pair or rule_digest({}),
            last,
            step.at_deadline,
            silent,
            tuple(map(PersonId, step.escalate_to)),
        )
        shadow.apply(passed, at, entry.sequence)
        course.feel(at)
        course.note(at, entry.sequence, _SILENCE[step.at_deadline], step=step.id, last=last)


_SILENCE = {
    AtDeadline.ESCALATE: N_("Step {step} would have been escalated after {last}."),
    AtDeadline.NO_OPINION: N_("Step {step} would have ended on {last} without an opinion."),
    AtDeadline.BLOCK: N_("Step {step} would have taken no decision after {last}."),
}


def _decision(course: _Course, event: ev.DecisionMade, entry: Entry) -> ev.DecisionMade | None:
    """Give the decision as the copy takes it, or None and why it does not."""
    shadow, person = course.shadow, event.behalf or event.by
    mine = [step for step in course.circuit.steps if person in shadow.deciders(step)]
    data: dict[str, Value] = {"person": person, "decision": event.decision.value}
    if not mine:
        message = N_("{person}’s decision ({decision}) would not count: no step names them.")
        course.note(entry.time, entry.sequence, message, **data)
        return None
    open_ = [step for step in mine if shadow.status(step.id) is StepStatus.OPEN]
    if shadow.state is not State.IN_REVIEW or not open_:
        status = shadow.status(mine[0].id)
        course.note(
            entry.time,
            entry.sequence,
            N_("{person}’s decision ({decision}) would not be taken: step {step} is {status}."),
            **data,
            step=mine[0].id,
            status=status,
        )
        return None
    step = next((one for one in open_ if one.id == event.step), open_[0])
    if policy.too_late(shadow, step, entry.time):
        message = N_("{person}’s decision ({decision}) would come after the deadline of {step}.")
        course.note(entry.time, entry.sequence, message, **data, step=step.id)
        return None
    if step.id != event.step:
        message = N_("{person}’s decision ({decision}) would be taken in step {step}.")
        course.note(entry.time, entry.sequence, message, **data, step=step.id)
    return replace(event, step=step.id, rule=shadow.rule or event.rule)


def missing(trial: Trial, circuit: Circuit) -> Iterator[Step]:
    """Give the steps that would still lack approvals."""
    for step in circuit.steps:
        if trial.statuses.get(step.id) not in (StepStatus.APPROVED, StepStatus.NO_OPINION):
            yield step
