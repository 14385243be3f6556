"""What each person has to do, among all dossiers. Pure; where it is kept is ``approvals.store``'s.

A summary says of one dossier whom it waits for; it is made from the ledger, may be thrown away at
any time, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from approvals import events as ev
from approvals import policy
from approvals.dossier import Dossier
from approvals.names import Bilingual, PersonId, Role
from approvals.register import Register, covers
from approvals.standing import State, StepStatus
from approvals.waiting import waiting_on

_NAMELESS = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Place:
    """A decider who is asked at an open step, and the step's last day."""

    step: str
    person: PersonId
    last: date | None


@dataclass(frozen=True, slots=True)
class Summary:
    """One dossier as a to-do list needs it; ``authors`` decide on nothing in it."""

    dossier: str
    version: int
    title: Bilingual
    state: State
    act: str | None
    role: Role | None
    people: tuple[PersonId, ...]
    circuit: str | None
    places: tuple[Place, ...]
    authors: tuple[PersonId, ...]
    busy: tuple[PersonId, ...] = ()
    """Who has done the first half of what is asked: a second person has to do the rest."""

    @property
    def asked(self) -> tuple[str, ...]:
        """Give the names under which a person may be asked: their id, or ``role:`` and a role."""
        if self.people or self.act is None:
            return self.people
        return () if self.role is None else (f"role:{self.role.value}",)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A person and their roles."""

    person: PersonId
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Roll:
    """Who may act and who stands in for whom, as the house's stream says it."""

    version: int
    people: tuple[Enrolled, ...]
    delegations: tuple[ev.DelegationGiven, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that a person has to do; ``behalf`` is the decider for whom."""

    summary: Summary
    act: str
    step: str | None = None
    last: date | None = None
    behalf: PersonId | None = None


def summarise(dossier: Dossier) -> Summary:
    """Say of one dossier whom it waits for."""
    waiting = waiting_on(dossier)
    circuit = dossier.circuit
    places = tuple(
        Place(step.id, person, policy.deadline(dossier, step))
        for step in (circuit.steps if circuit and dossier.state is State.IN_REVIEW else ())
        if dossier.status(step.id) is StepStatus.OPEN
        for person in dossier.deciders(step)
        if not dossier.approved(step.id, person)
    )
    translators = {one.proposed_by for one in dossier.pairs.values() if one.proposed_by}
    return Summary(
        dossier=dossier.id,
        version=dossier.version,
        title=dossier.opened.title if dossier.opened else _NAMELESS,
        state=dossier.state,
        act=waiting.act,
        role=waiting.role,
        people=waiting.people,
        circuit=circuit.id if circuit else None,
        places=places,
        authors=tuple(sorted(dossier.authors)),
        busy=tuple(sorted(translators)) if waiting.act == "certify" else (),
    )


def enrolled(register: Register) -> Roll:
    """Say who may act and who stands in for whom."""
    return Roll(
        register.version,
        tuple(Enrolled(person, tuple(sorted(held))) for person, held in register.roles.items()),
        tuple(register.delegations.values()),
    )


def names(roll: Roll, person: PersonId, on: date) -> frozenset[str]:
    """Give the names under which a person is asked on a day: their own, their roles', and those of
    the people in whose place they may decide."""
    roles = next((one.roles for one in roll.people if one.person == person), ())
    given = _given(roll, person, on)
    return frozenset(
        (person, *(f"role:{role.value}" for role in roles), *(one.by for one in given))
    )


def _given(roll: Roll, person: PersonId, on: date) -> tuple[ev.DelegationGiven, ...]:
    return tuple(
        one for one in roll.delegations if one.to == person and one.first <= on <= one.last
    )


def mine(summaries: Iterable[Summary], roll: Roll, person: PersonId, on: date) -> tuple[Task, ...]:
    """Give what a person has to do, what ends first before the rest."""
    roles = next((one.roles for one in roll.people if one.person == person), ())
    given = _given(roll, person, on)
    found = [task for one in summaries for task in _tasks(one, roles, given, person)]
    return tuple(sorted(found, key=lambda task: (task.last or date.max, task.summary.dossier)))


def _tasks(
    summary: Summary,
    roles: tuple[Role, ...],
    given: tuple[ev.DelegationGiven, ...],
    person: PersonId,
) -> Iterator[Task]:
    act = summary.act
    if act is None or person in summary.busy:
        return
    if act != "decide":
        if person in summary.people or (not summary.people and summary.role in roles):
            yield Task(summary, act)
        return
    if person in summary.authors:
        return
    for place in summary.places:
        if place.person == person:
            yield Task(summary, act, place.step, place.last)
        for one in given:
            if one.by == place.person and covers(
                one, summary.dossier, summary.circuit or "", place.step
            ):
                yield Task(summary, act, place.step, place.last, one.by)
