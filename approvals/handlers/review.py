"""Opening a review and deciding in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from approvals import codec, policy, workdays
from approvals import events as ev
from approvals.circuits import Circuit, Step, rule_digest
from approvals.dossier import Dossier
from approvals.errors import (
    N_,
    GuardError,
    NotEntitledError,
    StalePairError,
    UnknownPersonError,
)
from approvals.handlers.base import (
    Command,
    Office,
    Scene,
    carry_out,
    no_administrator,
    place,
    require,
)
from approvals.handlers.delegation import instead, one_voice
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
        return ev.ReviewOpened(command.by, circuit, rule_digest(codec.sparing(circuit)), pair)

    return carry_out(command, office, ev.ReviewOpened, decide)


def resolve(circuit: Circuit, scene: Scene) -> Circuit:
    """Name every decider: handles and roles become persons who may decide."""
    steps = []
    for step in circuit.steps:
        deciders = _named(scene, step.id, step.deciders)
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
        further = _named(scene, step.id, step.escalate_to)
        steps.append(replace(step, deciders=deciders, escalate_to=further))
    return replace(circuit, steps=tuple(steps))


def _named(scene: Scene, step: str, names: Iterable[str]) -> tuple[str, ...]:
    """Name the persons meant, each once; those of a role leave out whoever worked on the text."""
    handles = {contact.handle: PersonId(contact.id) for contact in scene.work.contacts()}
    people: dict[str, None] = {}
    for name in names:
        if name.startswith("role:"):
            holders = scene.register.holders(Role(name.removeprefix("role:")))
            found = [one for one in holders if one not in scene.dossier.authors]
        else:
            found = [handles.get(name, PersonId(name))]
        people.update(dict.fromkeys(found))
    for person in map(PersonId, people):
        _able(scene, step, person)
    return tuple(people)


def _able(scene: Scene, step: str, person: PersonId) -> None:
    """Refuse a decider who is not enrolled, does not review, or worked on the text."""
    known = scene.register.roles
    if person not in known:
        raise UnknownPersonError(
            N_("Step {step} names {person}, who is not enrolled. Enrol them first."),
            step=step,
            person=person,
        )
    if Role.REVIEWER not in known[person]:
        raise NotEntitledError(
            "review:right",
            N_(
                "Step {step} names {person}, who does not hold the role of reviewer. "
                "Have an administrator give it, or name somebody else."
            ),
            step=step,
            person=_handle(scene, person),
        )
    if person in scene.dossier.authors:
        raise NotEntitledError(
            "review:author",
            N_(
                "Step {step} names {person}, who worked on this text. "
                "Nobody decides on their own work: name somebody else."
            ),
            step=step,
            person=_handle(scene, person),
        )


def _handle(scene: Scene, person: PersonId) -> str:
    return next((who.handle for who in scene.work.contacts() if who.id == person), str(person))


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeDecision(Command):
    """A reviewer's decision on exactly ``pair``; ``behalf`` is the decider in whose place."""

    step: str | None
    decision: ev.Decision
    pair: Digest
    paragraphs: tuple[ParagraphId, ...] = ()
    reason: str | None = None
    behalf: PersonId | None = None


def decide(command: MakeDecision, office: Office) -> Entry:
    """Take a reviewer's decision; a refusal needs a reason."""

    def judge(scene: Scene) -> ev.Event:
        dossier = scene.dossier
        require(scene, command.by, "decide", Role.REVIEWER)
        no_administrator(scene, command.by, "decide")
        circuit, rule, pair = dossier.circuit, dossier.rule, dossier.pair
        if circuit is None or rule is None or pair is None:
            raise GuardError(
                "decide:review",
                N_("No review is open in {dossier}. The drafter opens it."),
                dossier=dossier.id,
            )
        _no_author(command, dossier)
        step = _step(command, dossier, circuit)
        given = None
        if command.behalf is not None:
            given = instead(scene, circuit, step, command.by, command.behalf)
        one_voice(dossier, step, command.by, command.behalf or command.by)
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
                N_("There is no paragraph {paragraph} in this text. Name one that the text has."),
                paragraph=unknown[0],
            )
        _once(command, dossier, step.id, pair)
        if command.decision in (ev.Decision.REJECT, ev.Decision.REQUEST_CHANGES):
            note: ev.NoteRef | None = scene.reason("decide:reason", command.reason)
        else:
            note = scene.remark(command.reason)
        return ev.DecisionMade(
            command.by,
            step.id,
            command.decision,
            pair,
            rule,
            command.paragraphs,
            note,
            command.behalf,
            given.delegation if given else None,
        )

    return carry_out(
        command,
        office,
        ev.DecisionMade,
        judge,
        chosen=("step", "decision", "paragraphs", "behalf"),
    )


def _no_author(command: MakeDecision, dossier: Dossier) -> None:
    if command.by in dossier.authors:
        raise NotEntitledError(
            "decide:author",
            N_(
                "You worked on this text, so you cannot decide on it. "
                "Another decider has to, or the drafter opens the review with another circuit."
            ),
        )
    if command.behalf in dossier.authors:
        raise NotEntitledError(
            "decide:author-behalf",
            N_(
                "The person for whom you would decide worked on this text, so nobody decides on "
                "it in their place. Another decider has to."
            ),
        )


def _step(command: MakeDecision, dossier: Dossier, circuit: Circuit) -> Step:
    """Find the open step in which the place is that the person decides for."""
    place = command.behalf or command.by
    mine = [step for step in circuit.steps if place in dossier.deciders(step)]
    if command.step is not None:
        mine = [step for step in mine if step.id == command.step]
    if not mine:
        raise NotEntitledError(
            "decide:decider",
            N_(
                "You are not among the deciders of this step: {rule} does not name you. Look at "
                "whom it waits for."
            )
            if command.behalf is None
            else N_(
                "The person for whom you would decide is not among the deciders of this step. Look "
                "at whom it waits for."
            ),
            rule=circuit.rule,
            dossier=dossier.id,
        )
    open_ = [step for step in mine if dossier.status(step.id) is StepStatus.OPEN]
    if not open_:
        raise GuardError(
            "decide:step",
            N_("Step {step} takes no decision now: it is {status}. Look at which step is open."),
            step=mine[0].id,
            status=dossier.status(mine[0].id),
            dossier=dossier.id,
        )
    return open_[0]


def _once(command: MakeDecision, dossier: Dossier, step: str, pair: Digest) -> None:
    """Refuse what was said of the same text from the same place already."""
    place = command.behalf or command.by
    if command.decision is ev.Decision.APPROVE:
        left = dossier.missing(step, place)
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
        if dossier.abstained.get((step, place)) == pair:
            raise GuardError(
                "decide:twice",
                N_(
                    "You have abstained on this very text at step {step} already. "
                    "You may still approve or refuse it."
                ),
                step=step,
            )
