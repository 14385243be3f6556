"""Whom to tell what, from the ledger: one notice for one event and reason, with its own id.

A notice is a sentence with its fields and the people whom it is for; sending it is the desk's. The
same ledger gives the same notices with the same ids, so that whoever sends them can tell which were
sent. Nobody is told of what they did themselves, but for the receipt of a decision or a vote.

What boards need to be told stands in ``approvals.notices_board``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from approvals import codec, notices_board, policy, voiding
from approvals import events as ev
from approvals.circuits import AtDeadline
from approvals.dossier import Dossier, read
from approvals.errors import N_, Value
from approvals.ledger import Entry
from approvals.names import PersonId, Role
from approvals.notices_base import Draft, Kind, Notice, Scene, drafters, members, receipt
from approvals.register import Register
from approvals.waiting import waiting_on

__all__ = ["Kind", "Notice", "of", "of_house"]


def of(
    dossier_id: str, entries: Iterable[Entry], register: Register, *, after: int = 0
) -> Iterator[Notice]:
    """Give every notice of a dossier's stream, oldest first; only of entries behind ``after``."""
    dossier = Dossier(dossier_id)
    for entry in entries:
        event: Any = codec.decode(entry.type, read(entry.payload))
        if entry.sequence <= after:
            dossier.apply(event, entry.time, entry.sequence)
            dossier.version = entry.version
            continue
        opened, meeting = frozenset(dossier.steps_opened), dossier.meeting
        before = waiting_on(dossier)
        dossier.apply(event, entry.time, entry.sequence)
        dossier.version = entry.version
        scene = Scene(dossier, entry, opened, dossier.meeting or meeting, before, register)
        drafts = [
            *_TOLD.get(type(event), _nobody)(scene, event),
            *_asked(scene, event),
            *_turned(scene),
        ]
        for number, (kind, people, message, data) in enumerate(drafts):
            spared = (ev.SYSTEM,) if kind is Kind.RECEIPT else (event.by, ev.SYSTEM)
            to = tuple(one for one in dict.fromkeys(people) if one not in spared)
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
    """Give every notice of the house's own stream: who stands in for whom, changed accounts."""
    for entry in entries:
        event: Any = codec.decode(entry.type, read(entry.payload))
        for kind, people, message, data in _AT_HOME.get(type(event), _nothing)(event):
            to = tuple(one for one in people if one != event.by)
            if to:
                id = f"{entry.sequence}-0-{kind.value}"
                yield Notice(id, entry.stream, entry.sequence, entry.time, kind, to, message, data)


def _nothing(event: Any) -> Iterator[Draft]:
    yield from ()


def _delegated(event: ev.DelegationGiven) -> Iterator[Draft]:
    message = N_("{person} asks you to decide for them from {first} to {last}.")
    data: dict[str, Value] = {"person": event.by, "first": event.first, "last": event.last}
    yield Kind.DELEGATED, (event.to,), message, data


def _account(event: ev.AccountChanged) -> Iterator[Draft]:
    yield Kind.ACCOUNT, (event.person,), _ACCOUNTS[event.act], {"person": event.by}


def _nobody(scene: Scene, event: Any) -> Iterator[Draft]:
    yield from ()


def _approvers(dossier: Dossier) -> Iterator[PersonId]:
    """Give everybody who has approved anything that stands, and those in whose place they did."""
    for (_, person), given in dossier.approvals.items():
        if given:
            yield person
            yield from (approval.by for approval in given.values())


def _asked(scene: Scene, event: object) -> Iterator[Draft]:
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


def _decided(scene: Scene, event: ev.DecisionMade) -> Iterator[Draft]:
    dossier = scene.dossier
    yield Kind.RECEIPT, (event.by,), _RECEIPTS[event.decision], receipt(scene, step=event.step)
    if event.behalf is not None:
        yield (
            Kind.INSTEAD,
            (event.behalf,),
            N_("{dossier}: {person} has decided for you in step {step}."),
            {"person": event.by, "step": event.step},
        )
    if event.decision in (ev.Decision.REQUEST_CHANGES, ev.Decision.REJECT):
        people = (*drafters(dossier), *_approvers(dossier), *scene.register.holders(Role.SECRETARY))
        yield (
            Kind.REFUSED,
            people,
            N_("{dossier}: {person} refused the text in step {step}. The dossier says why."),
            {"person": event.behalf or event.by, "step": event.step},
        )


def _joined(scene: Scene, event: ev.PairAligned) -> Iterator[Draft]:
    draft = scene.dossier.draft
    numbers = {one.id: at for at, one in enumerate(draft.paragraphs if draft else (), 1)}
    for one in voiding.explain(event.fell, event.stood):
        message, data = one.sentence(numbers)
        yield Kind.VOIDED, (*one.people, *drafters(scene.dossier)), message, data


def _waived(scene: Scene, event: ev.TypographyWaived) -> Iterator[Draft]:
    paragraphs = {change.paragraph for change in event.changes}
    kept = [
        person
        for (_, person), given in scene.dossier.approvals.items()
        if any(id in given and given[id].waived for id in paragraphs)
    ]
    yield (
        Kind.WAIVED,
        (*kept, *drafters(scene.dossier)),
        N_("{dossier}: {first} and {second} say that a change is typographic; approvals stand."),
        {"first": event.first, "second": event.by},
    )


def _passed(scene: Scene, event: ev.DeadlinePassed) -> Iterator[Draft]:
    others = (*event.silent, *drafters(scene.dossier), *scene.register.holders(Role.SECRETARY))
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


def _quoted(scene: Scene, event: ev.QuoteAdded) -> Iterator[Draft]:
    message = N_("{dossier}: the quote {quote} waits for your approval in both languages.")
    yield Kind.QUOTE, (event.speaker,), message, {"quote": event.quote}


def _keepers(scene: Scene) -> Iterator[PersonId]:
    yield from drafters(scene.dossier)
    for role in (Role.SECRETARY, Role.COMMUNICATIONS):
        yield from scene.register.holders(role)


def _published(scene: Scene, event: ev.Published) -> Iterator[Draft]:
    people = (*_keepers(scene), *members(scene), *_approvers(scene.dossier))
    yield Kind.RELEASED, people, N_("{dossier} is published in both languages."), {}


def _ordered(scene: Scene, event: ev.WithdrawalOrdered) -> Iterator[Draft]:
    message = N_("{dossier}: {person} orders its withdrawal ({reference}). The chair confirms it.")
    data: dict[str, Value] = {"person": event.by, "reference": event.reference}
    yield Kind.WITHDRAWAL, scene.register.holders(Role.CHAIR), message, data


def _withdrawn(scene: Scene, event: ev.Withdrawn) -> Iterator[Draft]:
    people = (*_keepers(scene), *members(scene))
    yield Kind.WITHDRAWAL, people, N_("{dossier} is withdrawn. Its files stay."), {}


def _remarked(scene: Scene, event: ev.RemarkMade) -> Iterator[Draft]:
    pair = scene.dossier.pairs.get(event.paragraph)
    workers = [one for one in (pair.proposed_by, pair.certified_by) if one] if pair else []
    message = N_("{dossier}: {person} made a remark on the text.")
    yield Kind.REMARK, (*drafters(scene.dossier), *workers), message, {"person": event.by}


def _answered(scene: Scene, event: ev.RemarkAnswered) -> Iterator[Draft]:
    known = scene.dossier.remarks[event.remark]
    people = (known.made.by, *(answer.by for _, answer in known.answers))
    message = N_("{dossier}: {person} answered a remark.")
    yield Kind.REMARK, people, message, {"person": event.by}


def _corrected(scene: Scene, event: ev.ErratumPublished) -> Iterator[Draft]:
    message = N_("{dossier}: a corrected edition is published beside the one that it corrects.")
    yield Kind.ERRATUM, _keepers(scene), message, {}


def _superseded(scene: Scene, event: ev.Superseded) -> Iterator[Draft]:
    message = N_("{dossier} is superseded: {successor} has taken its place.")
    yield Kind.SUPERSEDED, _keepers(scene), message, {"successor": event.successor}


def _abandoned(scene: Scene, event: ev.Abandoned) -> Iterator[Draft]:
    people = (*_keepers(scene), *_approvers(scene.dossier))
    yield Kind.ABANDONED, people, N_("{dossier} is given up."), {}


def _turned(scene: Scene) -> Iterator[Draft]:
    """Tell whoever holds a role that the dossier now waits for them."""
    waiting, before = waiting_on(scene.dossier), scene.before
    message = _TURNS.get(waiting.act or "")
    if message is None or waiting.role is None or waiting.act == before.act:
        return
    people: Iterable[PersonId] = scene.register.holders(waiting.role)
    if waiting.role is Role.DRAFTER:
        people = drafters(scene.dossier)
    elif waiting.act == "certify":
        proposed = {one.proposed_by for one in scene.dossier.pairs.values()}
        people = [one for one in people if one not in proposed]
    yield Kind.TURN, people, message, {"act": str(waiting.act)}


_RECEIPTS: Final[Mapping[ev.Decision, str]] = {
    ev.Decision.APPROVE: N_("{dossier}: you approved the text in step {step}."),
    ev.Decision.REQUEST_CHANGES: N_("{dossier}: you requested changes in step {step}."),
    ev.Decision.REJECT: N_("{dossier}: you refused the text in step {step}."),
    ev.Decision.ABSTAIN: N_("{dossier}: you abstained in step {step}."),
}

_TURNS: Final[Mapping[str, str]] = {
    "submit": N_("{dossier}: a new draft is asked of you."),
    "revise": N_("{dossier}: the draft waits for its translation."),
    "certify": N_("{dossier}: the translation waits for a reviser to certify it."),
    "review": N_("{dossier}: both languages are certified. The review waits to be opened."),
    "convene": N_("{dossier}: every approval stands. The board waits to be convened."),
    "conform": N_("{dossier}: the translation of the amended text waits to be certified."),
    "seal": N_("{dossier}: both languages wait for the order to seal them."),
    "publish": N_("{dossier}: both languages are sealed and wait to be published."),
    "certify-erratum": N_("{dossier}: a corrected edition waits for a reviser to certify it."),
}

_ACCOUNTS: Final[Mapping[ev.AccountAct, str]] = {
    ev.AccountAct.LINK: N_("{person} made a one-time link by which you choose a new password."),
    ev.AccountAct.CLOSED: N_("{person} closed your account: you cannot sign in any more."),
    ev.AccountAct.OPENED: N_("{person} opened your account again."),
    ev.AccountAct.SIGNED_OUT: N_("{person} ended all your sessions. You can sign in again."),
    ev.AccountAct.PASSKEY_REMOVED: N_(
        "{person} removed one of your passkeys: it opens nothing here any more."
    ),
}

_AT_HOME: Final[Mapping[type, Callable[[Any], Iterator[Draft]]]] = {
    ev.DelegationGiven: _delegated,
    ev.AccountChanged: _account,
}

_TOLD: Final[Mapping[type, Callable[[Scene, Any], Iterator[Draft]]]] = {
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
    ev.ErratumPublished: _corrected,
    ev.Superseded: _superseded,
    ev.Abandoned: _abandoned,
    **notices_board.TOLD,
}
