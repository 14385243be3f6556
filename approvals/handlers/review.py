"""Opening a review and deciding in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from approvals import codec, policy, workdays
from approvals import events as ev
from approvals.circuits import Circuit, rule_digest
from approvals.dossier import Dossier
from approvals.errors import (
    N_,
    GuardError,
    NotEntitledError,
    StalePairError,
    UnknownPersonError,
)
from approvals.handlers.base import Command, Office, Scene, carry_out, place, require
from approvals.ledger import Entry
from approvals.names import Digest, ParagraphId, PersonId, Role
from approvals.standing import StepStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReview(Command):
    """Open the review under this circuit, or go on with the one that is pinned.

    ``blocking`` are the paragraphs on which a check fails that blocks under this circuit.
    """

    circuit: Circuit
    blocking: tuple[ParagraphId, ...] = ()


def open_review(command: OpenReview, office: Office) -> Entry:
    """Pin the circuit with every decider named; no author may be among them."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "review", Role.DRAFTER)
        pair = scene.dossier.pair
        if pair is None:
            raise GuardError(
                "review:pair",
                N_("There is no certified pair yet. Have both languages certified first."),
            )
        if command.blocking:
            raise GuardError(
                "review:checks",
                N_(
                    "Checks that block under this circuit fail in these paragraphs: {paragraphs}. "
                    "Have them corrected, or let pass with a reason, and certified again."
                ),
                paragraphs=tuple(place(scene, id) for id in command.blocking),
            )
        circuit = resolve(command.circuit, scene)
        value = codec.encode(circuit)
        if not isinstance(value, dict):
            raise TypeError("a circuit encodes to an object")
        return ev.ReviewOpened(command.by, circuit, rule_digest(value), pair)

    return carry_out(command, office, ev.ReviewOpened, decide)


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
                    N_(
                        "Step {step} names {person}, who does not hold the role of reviewer. "
                        "Have an administrator give it, or name somebody else."
                    ),
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
                N_(
                    "Step {step} needs {required} approvals and has {deciders} deciders who did "
                    "not work on the text. Name more of them in the circuit."
                ),
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
                "decide:review",
                N_(
                    "No review is open in {dossier}. "
                    "The drafter opens it with “enonce review {dossier}”."
                ),
                dossier=dossier.id,
            )
        if command.by in dossier.authors:
            raise NotEntitledError(
                "decide:author",
                N_(
                    "You worked on this text, so you cannot decide on it. "
                    "Another decider has to, or the drafter opens the review with another circuit."
                ),
            )
        mine = [step for step in circuit.steps if command.by in step.deciders]
        if command.step is not None:
            mine = [step for step in mine if step.id == command.step]
        if not mine:
            raise NotEntitledError(
                "decide:decider",
                N_(
                    "You are not among the deciders of this step: {rule} does not name you. "
                    "“enonce status {dossier}” says whom it waits for."
                ),
                rule=circuit.rule,
                dossier=dossier.id,
            )
        open_ = [step for step in mine if dossier.status(step.id) is StepStatus.OPEN]
        if not open_:
            raise GuardError(
                "decide:step",
                N_(
                    "Step {step} takes no decision now: it is {status}. "
                    "“enonce status {dossier}” says which step is open."
                ),
                step=mine[0].id,
                status=dossier.status(mine[0].id),
                dossier=dossier.id,
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
                N_(
                    "The deadline of step {step} was {deadline}; no decision is taken after it. "
                    "The drafter submits the draft again to open the review anew."
                ),
                step=step.id,
                deadline=policy.deadline(dossier, step) or workdays.day(scene.now),
            )
        unknown = [id for id in command.paragraphs if id not in dossier.pair_paragraphs]
        if unknown:
            raise GuardError(
                "decide:paragraph",
                N_("There is no paragraph {paragraph} in this text. “enonce status” numbers them."),
                paragraph=unknown[0],
            )
        _once(command, dossier, step.id, pair)
        if command.decision in (ev.Decision.REJECT, ev.Decision.REQUEST_CHANGES):
            note: ev.NoteRef | None = scene.reason("decide:reason", command.reason)
        else:
            note = scene.remark(command.reason)
        return ev.DecisionMade(
            command.by, step.id, command.decision, pair, rule, command.paragraphs, note
        )

    return carry_out(
        command, office, ev.DecisionMade, judge, chosen=("step", "decision", "paragraphs")
    )


def _once(command: MakeDecision, dossier: Dossier, step: str, pair: Digest) -> None:
    """Refuse what the same person has said of the same text already."""
    if command.decision is ev.Decision.APPROVE:
        left = dossier.missing(step, command.by)
        if not left or (command.paragraphs and not {*left}.intersection(command.paragraphs)):
            raise GuardError(
                "decide:twice",
                N_(
                    "You have approved this very text at step {step} already. "
                    "Nothing more is asked of you."
                ),
                step=step,
            )
    if command.decision is ev.Decision.ABSTAIN:
        if command.paragraphs:
            raise GuardError(
                "decide:abstain",
                N_("An abstention is about the whole text. Leave out the paragraphs."),
            )
        if dossier.abstained.get((step, command.by)) == pair:
            raise GuardError(
                "decide:twice",
                N_(
                    "You have abstained on this very text at step {step} already. "
                    "You may still approve or refuse it."
                ),
                step=step,
            )
