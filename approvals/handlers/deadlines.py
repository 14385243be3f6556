"""What the house does when a step's deadline has passed: it records what silence means."""

from __future__ import annotations

from dataclasses import dataclass

from approvals import events as ev
from approvals import policy, workdays
from approvals.circuits import AtDeadline
from approvals.errors import N_, GuardError
from approvals.handlers.base import Command, Office, Scene, by_the_house, carry_out
from approvals.ledger import Entry
from approvals.names import Digest, PersonId, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PassDeadline(Command):
    """The step whose deadline has passed."""

    step: str


def pass_deadline(command: PassDeadline, office: Office) -> Entry:
    """Record who stayed silent and what the circuit says of it; nobody approves by silence."""

    def decide(scene: Scene) -> ev.Event:
        by_the_house(scene, command.by, policy.Stage.DEADLINE)
        dossier = scene.dossier
        late = policy.overdue(dossier, scene.now)
        step = next((one for one in late if one.id == command.step), None)
        if step is None:
            raise GuardError(
                "deadline:step",
                N_(
                    "The deadline of step {step} has not passed, or was recorded already. "
                    "The house looks again at what is due."
                ),
                step=command.step,
            )
        people = dossier.deciders(step)
        further: tuple[PersonId, ...] = ()
        if step.at_deadline is AtDeadline.ESCALATE:
            further = tuple(
                person
                for person in map(PersonId, step.escalate_to)
                if person not in dossier.authors
                and person not in people
                and Role.REVIEWER in scene.register.roles.get(person, ())
            )
        return ev.DeadlinePassed(
            by=command.by,
            step=step.id,
            rule=dossier.rule or Digest(""),
            pair=dossier.pair or Digest(""),
            last=policy.deadline(dossier, step) or workdays.day(scene.now),
            policy=step.at_deadline,
            silent=tuple(
                person
                for person in people
                if not dossier.approved(step.id, person)
                and dossier.abstained.get((step.id, person)) != dossier.pair
            ),
            to=further,
        )

    return carry_out(command, office, ev.DeadlinePassed, decide, chosen=("step",))
