"""Standing in for an absent decider: giving a delegation, taking it back, deciding under it.

A delegation is dated and has a scope. It covers the giver's own place and nothing that the giver
holds for others, so that none is passed on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from approvals import events as ev
from approvals import workdays
from approvals.circuits import Circuit, Step
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError, NotEntitledError, UnknownPersonError
from approvals.handlers.base import Command, Office, Scene, carry_out
from approvals.ledger import Entry
from approvals.names import PersonId, Role
from approvals.register import HOUSE
from approvals.sight import may_see


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveDelegation(Command):
    """Have ``to`` decide for oneself, from ``first`` to ``last`` inclusive.

    The scope is ``within`` (a dossier), ``circuit``, or both, and there ``step`` or every step.
    """

    to: PersonId
    first: date
    last: date
    within: str | None = None
    circuit: str | None = None
    step: str | None = None


def give_delegation(command: GiveDelegation, office: Office) -> Entry:
    """Give a delegation; it is written in the house's own stream."""

    def decide(scene: Scene) -> ev.Event:
        scene.register.require(command.by, "delegate", Role.REVIEWER)
        _receiver(command, scene)
        if command.within is None and command.circuit is None:
            raise GuardError(
                "delegate:scope",
                N_("A delegation has a scope. Name a dossier or a circuit."),
            )
        if command.within is not None:
            _in_dossier(command, scene, command.within)
        if not workdays.day(scene.now) <= command.last or command.last < command.first:
            raise GuardError(
                "delegate:days",
                N_(
                    "A delegation from {first} to {last} would never hold. "
                    "Give a last day that is neither past nor before the first."
                ),
                first=command.first,
                last=command.last,
            )
        _no_chain(command, scene)
        return ev.DelegationGiven(
            command.by,
            ev.DelegationId(scene.ids.new("delegation")),
            command.to,
            command.first,
            command.last,
            command.within,
            command.circuit,
            command.step,
        )

    return carry_out(
        replace(command, dossier=HOUSE),
        office,
        ev.DelegationGiven,
        decide,
        chosen=("to", "first", "last"),
    )


def _receiver(command: GiveDelegation, scene: Scene) -> None:
    if command.to not in scene.register.roles:
        raise UnknownPersonError(
            N_("Nobody is enrolled under {person}. The list of people names everybody."),
            person=command.to,
        )
    if command.to == command.by:
        raise GuardError(
            "delegate:self", N_("You cannot stand in for yourself. Name another person.")
        )
    if Role.REVIEWER not in scene.register.roles[command.to]:
        raise NotEntitledError(
            "delegate:right",
            N_(
                "The person whom you name does not hold the role of reviewer, so cannot decide "
                "for you. Name another, or have an administrator give the role."
            ),
        )


def _in_dossier(command: GiveDelegation, scene: Scene, dossier_id: str) -> None:
    """Refuse a delegation in a dossier that is not there, or to or from somebody who wrote it."""
    dossier = Dossier.replay(dossier_id, scene.work.history(dossier_id))
    if not may_see(dossier, command.by, scene.register):
        raise GuardError(
            "delegate:dossier",
            N_("There is no dossier {dossier}. The list of dossiers names those that there are."),
            dossier=dossier_id,
        )
    if {command.to, command.by} & dossier.authors:
        raise NotEntitledError(
            "delegate:author",
            N_(
                "Whoever worked on {dossier} decides on it for nobody, and nobody for them. "
                "Name another person."
            ),
            dossier=dossier_id,
        )


def _no_chain(command: GiveDelegation, scene: Scene) -> None:
    """Refuse where the receiver is away too, or where the same place is given twice."""
    for other in scene.register.delegations.values():
        apart = other.last < command.first or command.last < other.first
        if apart or not _meet(command, other):
            continue
        if other.by == command.to:
            raise GuardError(
                "delegate:chain",
                N_(
                    "The person whom you name has given a delegation of their own until {last}, "
                    "and none is passed on. Name another person."
                ),
                last=other.last,
            )
        if other.by == command.by:
            raise GuardError(
                "delegate:given",
                N_(
                    "You have given a delegation for these days already, until {last}. Withdraw it "
                    "first."
                ),
                last=other.last,
                delegation=other.delegation,
            )


def _meet(one: GiveDelegation, other: ev.DelegationGiven) -> bool:
    pairs = ((one.within, other.dossier), (one.circuit, other.circuit), (one.step, other.step))
    return all(left is None or right is None or left == right for left, right in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawDelegation(Command):
    """End a delegation at once."""

    delegation: ev.DelegationId


def withdraw_delegation(command: WithdrawDelegation, office: Office) -> Entry:
    """End a delegation; whoever gave it or holds it may. What was decided under it stays."""

    def decide(scene: Scene) -> ev.Event:
        given = scene.register.delegations.get(command.delegation)
        if given is None or command.by not in (given.by, given.to):
            raise GuardError(
                "delegate:none",
                N_(
                    "You have neither given nor received a delegation {delegation} that still "
                    "holds. The list of delegations names those that do."
                ),
                delegation=command.delegation,
            )
        return ev.DelegationWithdrawn(command.by, command.delegation)

    return carry_out(
        replace(command, dossier=HOUSE),
        office,
        ev.DelegationWithdrawn,
        decide,
        chosen=("delegation",),
    )


def instead(
    scene: Scene, circuit: Circuit, step: Step, by: PersonId, behalf: PersonId
) -> ev.DelegationGiven:
    """Give the delegation under which ``by`` may decide for ``behalf`` now, or refuse."""
    today = workdays.day(scene.now, circuit.calendar)
    found = scene.register.in_force(
        today, dossier=scene.dossier.id, circuit=circuit.id, step=step.id
    )
    given = next((one for one in found if (one.by, one.to) == (behalf, by)), None)
    if given is None:
        raise NotEntitledError(
            "decide:delegation",
            N_(
                "No delegation lets you decide for that person at step {step} today. They give one "
                "themselves; it covers their own place alone."
            ),
            step=step.id,
        )
    if Role.REVIEWER not in scene.register.roles.get(behalf, frozenset()):
        raise NotEntitledError(
            "decide:behalf",
            N_(
                "The person for whom you would decide is no reviewer any more, so nobody decides "
                "in their place. Another decider has to."
            ),
        )
    return given


def one_voice(dossier: Dossier, step: Step, by: PersonId, place: PersonId) -> None:
    """Refuse that one person fills two places of a step: n of m are n persons."""
    also = by != place and by in dossier.deciders(step)
    others = (
        given
        for (id, other), given in dossier.approvals.items()
        if id == step.id and other != place
    )
    if also or any(one.by == by for given in others for one in given.values()):
        raise NotEntitledError(
            "decide:one-voice",
            N_(
                "Step {step} asks for several persons, and you speak in it for one place already. "
                "Somebody else has to decide for the other."
            ),
            step=step.id,
        )
