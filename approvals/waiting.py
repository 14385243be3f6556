"""Whom a dossier waits for, and which act goes on. Pure; what may happen is in ``policy``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from approvals.circuits import Step
from approvals.dossier import Dossier
from approvals.errors import N_, Value
from approvals.names import PersonId, Role
from approvals.policy import (
    conformed,
    count,
    entitled,
    open_errata,
    translatable,
    unapproved,
    uncertified,
)
from approvals.standing import State, StepStatus


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whom the dossier waits for, as a sentence, with the command that goes on."""

    message: str
    data: Mapping[str, Value] = field(default_factory=dict)
    role: Role | None = None
    people: tuple[PersonId, ...] = ()
    act: str | None = None


def waiting_on(dossier: Dossier) -> Waiting:
    """Say whom the dossier waits for and which act goes on."""
    match dossier.state:
        case State.NEW:
            return Waiting(
                N_("Waiting for the drafter to submit a draft."), role=Role.DRAFTER, act="submit"
            )
        case State.DRAFT:
            return Waiting(
                N_("Waiting for the drafter to hand the draft over to translation."),
                role=Role.DRAFTER,
                act="translate",
            )
        case State.TRANSLATING:
            return _waiting_for_translation(dossier)
        case State.ALIGNED:
            return Waiting(
                N_("Waiting for the drafter to open the review."), role=Role.DRAFTER, act="review"
            )
        case State.IN_REVIEW:
            return _waiting_for_review(dossier)
        case State.CHANGES_REQUESTED:
            return Waiting(
                N_("Waiting for the drafter to answer the review with a new draft."),
                role=Role.DRAFTER,
                act="submit",
            )
        case State.BOARD_READY:
            return Waiting(
                N_("Waiting for the secretary to convene the board."),
                role=Role.SECRETARY,
                act="convene",
            )
        case State.CONVENED:
            quorum = count(dossier)
            return Waiting(
                N_("Waiting for the session: {counted} of {required} members for the quorum."),
                {"counted": quorum.counted, "required": quorum.required},
                role=Role.SECRETARY,
                act="attend" if not quorum.met else "open-ballot",
            )
        case State.NO_QUORUM:
            return Waiting(
                N_("Waiting for the secretary to convene the board a second time."),
                role=Role.SECRETARY,
                act="convene",
            )
        case State.VOTING if (
            dossier.ballot and {*entitled(dossier)} <= dossier.ballot.voters.keys()
        ):
            return Waiting(
                N_("Every vote is cast: waiting for the secretary to proclaim the result."),
                role=Role.SECRETARY,
                act="close-ballot",
            )
        case State.VOTING:
            cast = len(dossier.ballot.voters) if dossier.ballot else 0
            return Waiting(
                N_("Waiting for votes: {cast} of {entitled} cast."),
                {"cast": cast, "entitled": len(entitled(dossier))},
                role=Role.MEMBER,
                act="vote",
            )
        case State.AMENDING:
            return Waiting(
                N_("Waiting for the secretary to open the ballot on the amended text."),
                role=Role.SECRETARY,
                act="open-ballot",
            )
        case State.CONFORMITY if not conformed(dossier):
            return _waiting_for_conformity(dossier)
        case State.CONFORMITY if dossier.resolution is not None:
            return Waiting(
                N_("Waiting for the secretary to order the seal."), role=Role.SECRETARY, act="seal"
            )
        case State.ADOPTED if dossier.resolution is not None:
            return Waiting(
                N_("Waiting for the secretary to order the seal."), role=Role.SECRETARY, act="seal"
            )
        case State.SEALED if unapproved(dossier):
            speakers = tuple(dict.fromkeys(one.added.speaker for one in unapproved(dossier)))
            return Waiting(
                N_("Waiting for speakers to approve their words for the press."),
                people=speakers,
                act="approve-quote",
            )
        case State.SEALED:
            return Waiting(
                N_("Waiting for communications to publish."),
                role=Role.COMMUNICATIONS,
                act="publish",
            )
        case State.EMBARGOED if dossier.ordered:
            return Waiting(
                N_("Waiting for the end of the embargo, {until}."),
                {"until": dossier.ordered.not_before},
            )
        case State.REJECTED | State.DEFERRED:
            return Waiting(
                N_("Waiting for the drafter to submit a new draft."),
                role=Role.DRAFTER,
                act="submit",
            )
        case State.PUBLISHED if dossier.withdrawal is not None:
            return Waiting(
                N_("Waiting for the chair to confirm the withdrawal."),
                role=Role.CHAIR,
                act="confirm-withdrawal",
            )
        case State.PUBLISHED if open_errata(dossier):
            return Waiting(
                N_("Waiting for a reviser to certify a corrected edition."),
                role=Role.REVISER,
                act="certify-erratum",
            )
        case State.SUPERSEDED if dossier.superseded_by is not None:
            return Waiting(
                N_("Nothing more to do: {successor} has taken its place."),
                {"successor": dossier.superseded_by},
            )
        case State.PUBLISHED | State.WITHDRAWN | State.ABANDONED:
            return Waiting(N_("Nothing more to do."))
        case _:
            return Waiting(N_("The house is at work."))


def _waiting_for_translation(dossier: Dossier) -> Waiting:
    pairs = translatable(dossier)
    if any(pair.units is None for pair in pairs.values()):
        return Waiting(N_("The house looks the draft up in memory and glossary."))
    open_ = sum(pair.proposed_by is None for pair in pairs.values())
    if open_:
        return Waiting(
            N_("Waiting for a translator: {open} of {all} paragraphs to propose."),
            {"open": open_, "all": len(pairs)},
            role=Role.TRANSLATOR,
            act="revise",
        )
    left = len(uncertified(dossier))
    if left:
        return Waiting(
            N_("Waiting for a reviser: {open} of {all} paragraphs to certify."),
            {"open": left, "all": len(pairs)},
            role=Role.REVISER,
            act="certify",
        )
    return Waiting(N_("The house joins both languages into one pair."))


def _waiting_for_conformity(dossier: Dossier) -> Waiting:
    if not dossier.aligned:
        return _waiting_for_translation(dossier)
    if Role.REVISER not in dossier.conformity:
        return Waiting(
            N_("Waiting for the reviser to certify that the translation conforms."),
            role=Role.REVISER,
            act="conform",
        )
    return Waiting(
        N_("Waiting for the secretary to certify that the translation conforms."),
        role=Role.SECRETARY,
        act="conform",
    )


def _waiting_for_review(dossier: Dossier) -> Waiting:
    circuit = dossier.circuit
    steps = [
        step
        for step in (circuit.steps if circuit else ())
        if dossier.status(step.id) is StepStatus.OPEN
    ]
    if not steps:
        return Waiting(N_("Waiting for review."), role=Role.REVIEWER, act="decide")
    people: dict[PersonId, None] = {}
    for step in steps:
        people.update((one, None) for one in dossier.deciders(step) if _asked(dossier, step, one))
    if len(steps) > 1:
        return Waiting(
            N_("Waiting for review in parallel: {steps}."),
            {"steps": tuple(f"{one.id} {_given(dossier, one)}/{one.required}" for one in steps)},
            role=Role.REVIEWER,
            people=tuple(people),
            act="decide",
        )
    step = steps[0]
    return Waiting(
        N_("Waiting for review: {step}, {given} of {required}."),
        {"step": step.id, "given": _given(dossier, step), "required": step.required},
        role=Role.REVIEWER,
        people=tuple(people),
        act="decide",
    )


def _given(dossier: Dossier, step: Step) -> int:
    return sum(dossier.approved(step.id, one) for one in dossier.deciders(step))


def _asked(dossier: Dossier, step: Step, person: PersonId) -> bool:
    return not dossier.approved(step.id, person)
