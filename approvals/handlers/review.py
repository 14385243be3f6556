"""Opening a review and deciding in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from approvals import codec, policy
from approvals import events as ev
from approvals.circuits import Circuit, rule_digest
from approvals.dossier import StepStatus
from approvals.errors import (
    N_,
    GuardError,
    NotEntitledError,
    StalePairError,
    UnknownPersonError,
)
from approvals.handlers.base import Command, Office, Scene, carry_out, require
from approvals.ledger import Entry
from approvals.names import Digest, ParagraphId, PersonId, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReview(Command):
    """Open the review under this circuit, or go on with the one that is pinned."""

    circuit: Circuit


def open_review(command: OpenReview, office: Office) -> Entry:
    """Pin the circuit with every decider named; no author may be among them."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "review", Role.DRAFTER)
        pair = scene.dossier.pair
        if pair is None:
            raise GuardError("review:pair", N_("Both languages have to be certified first."))
        circuit = resolve(command.circuit, scene)
        value = codec.encode(circuit)
        if not isinstance(value, dict):
            raise TypeError("a circuit encodes to an object")
        return ev.ReviewOpened(command.by, circuit, rule_digest(value), pair)

    return carry_out(command, office, decide)


def resolve(circuit: Circuit, scene: Scene) -> Circuit:
    """Name every decider: handles and roles become persons who may decide."""
    handles = {contact.handle: PersonId(contact.id) for contact in scene.work.contacts()}
    known = scene.register.roles
    steps = []
    for step in circuit.steps:
        deciders: list[str] = []
        for name in step.deciders:
            if name.startswith("role:"):
                role = Role(name.removeprefix("role:"))
                found = [
                    person
                    for person in scene.register.holders(role)
                    if person not in scene.dossier.authors
                ]
            else:
                found = [handles.get(name, PersonId(name))]
            deciders.extend(person for person in found if person not in deciders)
        for person in map(PersonId, deciders):
            if person not in known:
                raise UnknownPersonError(
                    N_("Step {step} names {person}, who is not enrolled. Enrol them first."),
                    step=step.id,
                    person=person,
                )
            if Role.REVIEWER not in known[person]:
                raise NotEntitledError(
                    "review:right",
                    N_("Step {step} names {person}, who does not hold the role of reviewer."),
                    step=step.id,
                    person=_handle(scene, person),
                )
            if person in scene.dossier.authors:
                raise NotEntitledError(
                    "review:author",
                    N_(
                        "Step {step} names {person}, who worked on this text. "
                        "Nobody decides on their own work: name somebody else."
                    ),
                    step=step.id,
                    person=_handle(scene, person),
                )
        if len(deciders) < step.required:
            raise GuardError(
                "review:deciders",
                N_("Step {step} needs {required} approvals and has {deciders} deciders."),
                step=step.id,
                required=step.required,
                deciders=len(deciders),
            )
        steps.append(replace(step, deciders=tuple(deciders)))
    return replace(circuit, steps=tuple(steps))


def _handle(scene: Scene, person: PersonId) -> str:
    return next((who.handle for who in scene.work.contacts() if who.id == person), str(person))


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeDecision(Command):
    """A reviewer's decision on exactly ``pair``."""

    step: str | None
    decision: ev.Decision
    pair: Digest
    paragraphs: tuple[ParagraphId, ...] = ()
    reason: str | None = None


def decide(command: MakeDecision, office: Office) -> Entry:
    """Take a reviewer's decision; a refusal needs a reason."""

    def judge(scene: Scene) -> ev.Event:
        dossier = scene.dossier
        require(scene, command.by, "decide", Role.REVIEWER)
        circuit, rule, pair = dossier.circuit, dossier.rule, dossier.pair
        if circuit is None or rule is None or pair is None:
            raise GuardError(
                "decide:review", N_("No review is open in {dossier}."), dossier=dossier.id
            )
        if command.by in dossier.authors:
            raise NotEntitledError(
                "decide:author",
                N_("You worked on this text, so you cannot decide on it. Leave it to the others."),
            )
        mine = [step for step in circuit.steps if command.by in step.deciders]
        if command.step is not None:
            mine = [step for step in mine if step.id == command.step]
        if not mine:
            raise NotEntitledError(
                "decide:decider",
                N_(
                    "You are not among the deciders of this step. Its deciders are named in {rule}."
                ),
                rule=circuit.rule,
            )
        open_ = [step for step in mine if dossier.status(step.id) is StepStatus.OPEN]
        if not open_:
            raise GuardError(
                "decide:step",
                N_("The step {step} is not open: it is {status}."),
                step=mine[0].id,
                status=dossier.status(mine[0].id).value,
            )
        step = open_[0]
        if command.pair != pair:
            raise StalePairError(
                "decide:pair",
                N_(
                    "You decided on an earlier text ({seen}); the current one is {current}. "
                    "Look at what changed and decide anew."
                ),
                seen=command.pair[:12],
                current=pair[:12],
            )
        if policy.too_late(dossier, step, scene.now):
            raise GuardError(
                "decide:late",
                N_("The deadline of step {step} was {deadline}; no decision is taken after it."),
                step=step.id,
                deadline=policy.deadline(dossier, step) or scene.now.date(),
            )
        if command.decision is ev.Decision.APPROVE and dossier.approved(step.id, command.by):
            raise GuardError(
                "decide:twice",
                N_("You have approved this very text at step {step} already."),
                step=step.id,
            )
        if dossier.abstained.get((step.id, command.by)) == pair and (
            command.decision is ev.Decision.ABSTAIN
        ):
            raise GuardError(
                "decide:twice",
                N_("You have abstained on this very text at step {step} already."),
                step=step.id,
            )
        unknown = [id for id in command.paragraphs if id not in dossier.pair_paragraphs]
        if unknown:
            raise GuardError(
                "decide:paragraph",
                N_("There is no paragraph {paragraph} in this text. «enonce status» numbers them."),
                paragraph=unknown[0],
            )
        note = None
        if command.decision in (ev.Decision.REJECT, ev.Decision.REQUEST_CHANGES):
            note = scene.reason("decide:reason", command.reason)
        elif command.reason:
            note = scene.note(command.reason)
        return ev.DecisionMade(
            command.by, step.id, command.decision, pair, rule, command.paragraphs, note
        )

    return carry_out(command, office, judge)
