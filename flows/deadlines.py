"""Which review steps come to their last day, and which are past it. Reads; decides nothing.

What silence at the deadline means is the circuit's rule (``approvals.policy``), recorded by
``flows.stages.deadline``; who is told, and how, is the callers': the scheduled flow
(``flows.reminders``) and the service's log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

import structlog

from approvals import policy, workdays
from approvals.dossier import Dossier
from approvals.errors import ApprovalError
from approvals.register import is_dossier
from approvals.standing import State, StepStatus
from flows.house import House

NEAR = 2
"""Working days left, the last day among them not counted, from which a deadline is near."""

_REMINDERS = UUID("2f0c7f52-6f0c-5c7e-9a55-5f0e5a1f6f10")

log = structlog.get_logger("enonce.deadlines")


class Level(StrEnum):
    """How far a deadline has come."""

    NEAR = "near"
    TODAY = "today"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One open review step and its last working day; no names, so that it may be shown anywhere."""

    dossier: str
    step: str
    last: date
    level: Level
    approvals: int
    required: int
    at_deadline: str

    @property
    def id(self) -> UUID:
        """Give the same id for the same dossier, step, day and level: told once, however often."""
        return uuid5(_REMINDERS, "\n".join((self.dossier, self.step, str(self.last), self.level)))


def near(dossiers: Iterable[Dossier], now: datetime) -> Iterator[Deadline]:
    """Give every open step whose last day is near, today, or past."""
    for dossier in dossiers:
        if dossier.state is not State.IN_REVIEW or dossier.circuit is None:
            continue
        calendar = dossier.circuit.calendar
        today = workdays.day(now, calendar)
        for step in dossier.circuit.steps:
            last = policy.deadline(dossier, step)
            if last is None or dossier.status(step.id) is not StepStatus.OPEN:
                continue
            level = _level(today, last, calendar)
            if level is not None:
                given = sum(dossier.approved(step.id, who) for who in dossier.deciders(step))
                yield Deadline(
                    dossier.id, step.id, last, level, given, step.required, step.at_deadline.value
                )


def readable(house: House) -> Iterator[Dossier]:
    """Give every dossier whose entries are sound; the others stop themselves and no other."""
    with house.store.read() as reader:
        streams = reader.streams()
    for stream in streams:
        if not is_dossier(stream):
            continue
        try:
            yield house.dossier(stream)
        except ApprovalError as fault:
            log.error("dossier", dossier=stream, exc_info=fault)


def _level(today: date, last: date, calendar: workdays.Calendar) -> Level | None:
    if today > last:
        return Level.PASSED
    if today == last:
        return Level.TODAY
    left = sum(
        workdays.is_working(today + timedelta(days=day), calendar)
        for day in range(1, (last - today).days + 1)
    )
    return Level.NEAR if left <= NEAR else None


class Daily:
    """A hook of the dispatcher: writes into the house's log, once a day, what is near or past."""

    def __init__(self) -> None:
        self._looked: date | None = None

    def __call__(self, house: House) -> None:
        """Look, where today was not looked at yet."""
        now = house.now()
        if workdays.day(now) == self._looked:
            return
        for one in near(readable(house), now):
            log.warning(
                "deadline",
                dossier=one.dossier,
                step=one.step,
                last=str(one.last),
                comes=one.level.value,
                approvals=one.approvals,
                required=one.required,
            )
        self._looked = workdays.day(now)
