"""Whom to tell what, from the ledger: one notice for one event and reason, with its own id.

A notice is a sentence with its fields and the people whom it is for; sending it is the desk's. The
same ledger gives the same notices with the same ids, so that whoever sends them can tell which were
sent. Nobody is told of what they did themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from approvals import codec, policy, voiding
from approvals import events as ev
from approvals.circuits import AtDeadline
from approvals.dossier import Dossier, read
from approvals.errors import N_, Value
from approvals.ledger import Entry
from approvals.names import PersonId, Role
from approvals.register import Register


class Kind(StrEnum):
    """Why somebody is told."""

    ASKED = "asked"
    REFUSED = "refused"
    VOIDED = "voided"
    WAIVED = "waived"
    ESCALATED = "escalated"
    NO_OPINION = "no-opinion"
    BLOCKED = "blocked"
    INSTEAD = "instead"
    DELEGATED = "delegated"
    QUOTE = "quote"
    REMARK = "remark"
    RELEASED = "released"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell whom; people in ``data`` are ids, to be named where the notice is shown."""

    id: str
    dossier: str
    sequence: int
    at: datetime
    kind: Kind
    to: tuple[PersonId, ...]
    message: str
    data: Mapping[str, Value]


Draft = tuple[Kind, Iterable[PersonId], str, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class _Scene:
    """The dossier after the event, what was open before it, and who holds which role."""

    dossier: Dossier
    opened: frozenset[str]
    register: Register


def of(dossier_id: str, entries: Iterable[Entry], register: Register) -> Iterator[Notice]:
    """Give every notice of a dossier's stream, oldest first."""
    dossier = Dossier(dossier_id)
    for entry in entries:
        event: Any = codec.decode(entry.type, read(entry.payload))
        opened = frozenset(dossier.steps_opened)
        dossier.apply(event, entry.time, entry.sequence)
        dossier.version = entry.version
        scene = _Scene(dossier, opened, register)
        drafts = [*_TOLD.get(type(event), _nobody)(scene, event), *_asked(scene, event)]
        for number, (kind, people, message, data) in enumerate(drafts):
            to = tuple(one for one in dict.fromkeys(people) if one not in (event.by, ev.SYSTEM))
            if to:
                yield Notice(
                    f"{entry.sequence}-{number}-{kind.value}",
                    dossier_id,
                    entry.sequence,
                    entry.time,
                    kind,
                    to,
                    message,
                    {"dossier": dossier_id, **data},
                )


def of_house(entries: Iterable[Entry]) -> Iterator[Notice]:
    """Give every notice of the house's own stream: who stands in for whom."""
    for entry in entries:
        event: Any = codec.decode(entry.type, read(entry.payload))
        if isinstance(event, ev.DelegationGiven):
            yield Notice(
                f"{entry.sequence}-0-{Kind.DELEGATED.value}",
                entry.stream,
                entry.sequence,
                entry.time,
                Kind.DELEGATED,
                (event.to,),
                N_("{person} asks you to decide for them from {first} to {last}."),
                {"person": event.by, "first": event.first, "last": event.last},
            )


def _nobody(scene: _Scene, event: Any) -> Iterator[Draft]:
    yield from ()


def _drafters(dossier: Dossier) -> Iterator[PersonId]:
    yield from (draft.by for draft in reversed(dossier.drafts[-1:]))
    if dossier.opened is not None:
        yield dossier.opened.by


def _secretaries(scene: _Scene) -> tuple[PersonId, ...]:
    return scene.register.holders(Role.SECRETARY)


def _approvers(dossier: Dossier) -> Iterator[PersonId]:
    """Give everybody who has approved anything that stands, and those in whose place they did."""
    for (_, person), given in dossier.approvals.items():
        if given:
            yield person
            yield from (approval.by for approval in given.values())


def _asked(scene: _Scene, event: object) -> Iterator[Draft]:
    dossier = scene.dossier
    if isinstance(event, ev.ReviewOpened):
        opened = frozenset[str]()
    elif isinstance(event, ev.DecisionMade | ev.DeadlinePassed | ev.TypographyWaived):
        opened = scene.opened
    else:
        return
    for step in dossier.circuit.steps if dossier.circuit else ():
        if step.id in dossier.steps_opened and step.id not in opened:
            last = policy.deadline(dossier, step)
            people = [one for one in dossier.deciders(step) if not dossier.approved(step.id, one)]
            data: dict[str, Value] = {"step": step.id}
            if last is not None:
                data["last"] = last
            yield Kind.ASKED, people, N_("{dossier}: step {step} waits for you until {last}."), data


def _decided(scene: _Scene, event: ev.DecisionMade) -> Iterator[Draft]:
    dossier = scene.dossier
    if event.behalf is not None:
        yield (
            Kind.INSTEAD,
            (event.behalf,),
            N_("{dossier}: {person} has decided for you in step {step}."),
            {"person": event.by, "step": event.step},
        )
    if event.decision in (ev.Decision.REQUEST_CHANGES, ev.Decision.REJECT):
        people = (*_drafters(dossier), *_approvers(dossier), *_secretaries(scene))
        yield (
            Kind.REFUSED,
            people,
            N_("{dossier}: {person} refused the text in step {step}. “enonce status” says why."),
            {"person": event.behalf or event.by, "step": event.step},
        )


def _joined(scene: _Scene, event: ev.PairAligned) -> Iterator[Draft]:
    draft = scene.dossier.draft
    numbers = {one.id: at for at, one in enumerate(draft.paragraphs if draft else (), 1)}
    for one in voiding.explain(event.fell, event.stood):
        message, data = one.sentence(numbers)
        yield Kind.VOIDED, (*one.people, *_drafters(scene.dossier)), message, data


def _waived(scene: _Scene, event: ev.TypographyWaived) -> Iterator[Draft]:
    paragraphs = {change.paragraph for change in event.changes}
    kept = [
        person
        for (_, person), given in scene.dossier.approvals.items()
        if any(id in given and given[id].waived for id in paragraphs)
    ]
    yield (
        Kind.WAIVED,
        (*kept, *_drafters(scene.dossier)),
        N_("{dossier}: {first} and {second} say that a change is typographic; approvals stand."),
        {"first": event.first, "second": event.by},
    )


def _passed(scene: _Scene, event: ev.DeadlinePassed) -> Iterator[Draft]:
    others = (*event.silent, *_drafters(scene.dossier), *_secretaries(scene))
    data: dict[str, Value] = {"step": event.step, "last": event.last}
    if event.policy is AtDeadline.NO_OPINION:
        message = N_("{dossier}: step {step} ended on {last} without an opinion.")
        yield Kind.NO_OPINION, others, message, data
    elif event.policy is AtDeadline.BLOCK:
        message = N_(
            "{dossier}: step {step} takes no decision after {last}. "
            "The drafter submits the draft again to open it anew."
        )
        yield Kind.BLOCKED, others, message, data
    else:
        message = N_("{dossier}: step {step} was not decided by {last}. Others are asked now.")
        yield Kind.ESCALATED, others, message, data
        message = N_("{dossier}: step {step} was not decided by {last}, and now waits for you.")
        yield Kind.ASKED, event.to, message, data


def _quoted(scene: _Scene, event: ev.QuoteAdded) -> Iterator[Draft]:
    message = N_("{dossier}: the quote {quote} waits for your approval in both languages.")
    yield Kind.QUOTE, (event.speaker,), message, {"quote": event.quote}


def _published(scene: _Scene, event: ev.Published) -> Iterator[Draft]:
    people = (
        *_drafters(scene.dossier),
        *_secretaries(scene),
        *scene.register.holders(Role.COMMUNICATIONS),
    )
    yield Kind.RELEASED, people, N_("{dossier} is published in both languages."), {}


def _ordered(scene: _Scene, event: ev.WithdrawalOrdered) -> Iterator[Draft]:
    message = N_("{dossier}: {person} orders its withdrawal ({reference}). The chair confirms it.")
    data: dict[str, Value] = {"person": event.by, "reference": event.reference}
    yield Kind.WITHDRAWAL, scene.register.holders(Role.CHAIR), message, data


def _withdrawn(scene: _Scene, event: ev.Withdrawn) -> Iterator[Draft]:
    people = (
        *_drafters(scene.dossier),
        *_secretaries(scene),
        *scene.register.holders(Role.COMMUNICATIONS),
    )
    yield Kind.WITHDRAWAL, people, N_("{dossier} is withdrawn. Its files stay."), {}


def _remarked(scene: _Scene, event: ev.RemarkMade) -> Iterator[Draft]:
    pair = scene.dossier.pairs.get(event.paragraph)
    workers = [one for one in (pair.proposed_by, pair.certified_by) if one] if pair else []
    message = N_("{dossier}: {person} made a remark on the text.")
    yield Kind.REMARK, (*_drafters(scene.dossier), *workers), message, {"person": event.by}


def _answered(scene: _Scene, event: ev.RemarkAnswered) -> Iterator[Draft]:
    known = scene.dossier.remarks[event.remark]
    people = (known.made.by, *(answer.by for _, answer in known.answers))
    message = N_("{dossier}: {person} answered a remark.")
    yield Kind.REMARK, people, message, {"person": event.by}


_TOLD: Final[Mapping[type, Callable[[_Scene, Any], Iterator[Draft]]]] = {
    ev.DecisionMade: _decided,
    ev.PairAligned: _joined,
    ev.RemarkMade: _remarked,
    ev.RemarkAnswered: _answered,
    ev.TypographyWaived: _waived,
    ev.DeadlinePassed: _passed,
    ev.QuoteAdded: _quoted,
    ev.Published: _published,
    ev.WithdrawalOrdered: _ordered,
    ev.Withdrawn: _withdrawn,
}
