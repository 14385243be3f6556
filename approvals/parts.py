"""Where each decider stands in each step of a review: the parts that a step is made of. Pure.

A step's own status is the dossier's (``Dossier.statuses``) and needs the ledger alone; a part may
be delegated, which depends on the house's register and on the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from approvals import workdays
from approvals.circuits import AtDeadline, Step
from approvals.dossier import Dossier
from approvals.names import PersonId
from approvals.register import Register
from approvals.standing import StepStatus


@dataclass(frozen=True, slots=True)
class Part:
    """One decider in one step; ``by`` has decided for them or may, where somebody does."""

    step: str
    person: PersonId
    status: StepStatus
    by: PersonId | None = None


def parts(dossier: Dossier, register: Register, now: datetime) -> tuple[Part, ...]:
    """Say where every decider of the pinned circuit stands."""
    steps = dossier.circuit.steps if dossier.circuit else ()
    return tuple(
        _part(dossier, step, person, register, now)
        for step in steps
        for person in dossier.deciders(step)
    )


def _part(
    dossier: Dossier, step: Step, person: PersonId, register: Register, now: datetime
) -> Part:
    place = step.id, person
    point = next((one for one in dossier.open_points if (one.step, one.by) == place), None)
    if point is not None:
        return Part(step.id, person, StepStatus.REFUSED, point.spoken_by)
    if dossier.approved(step.id, person):
        voices = {one.by for one in dossier.approvals[place].values()} - {person}
        return Part(step.id, person, StepStatus.APPROVED, next(iter(sorted(voices)), None))
    status = dossier.status(step.id)
    lapsed = dossier.lapsed.get(step.id)
    if lapsed is not None and lapsed.policy is AtDeadline.NO_OPINION:
        return Part(step.id, person, StepStatus.NO_OPINION)
    if dossier.lost.get(place):
        return Part(step.id, person, StepStatus.VOIDED)
    if status is not StepStatus.OPEN or dossier.circuit is None:
        waits = status if status is StepStatus.OPEN else StepStatus.WAITING
        return Part(step.id, person, waits)
    today = workdays.day(now, dossier.circuit.calendar)
    given = register.in_force(today, dossier=dossier.id, circuit=dossier.circuit.id, step=step.id)
    stand_in = next((one.to for one in given if one.by == person), None)
    if stand_in is not None:
        return Part(step.id, person, StepStatus.DELEGATED, stand_in)
    return Part(step.id, person, StepStatus.OPEN)
