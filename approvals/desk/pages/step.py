"""A reviewer's page: what changed since their last decision comes first, then the decision."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from starlette.responses import Response

from approvals import events as ev
from approvals import policy, terms
from approvals.circuits import Circuit, Step
from approvals.desk import road, texts
from approvals.desk.auth.guards.body import UPLOAD
from approvals.desk.pages import remarks
from approvals.desk.pages.dossier import said
from approvals.desk.routes import REFUSALS, page, status
from approvals.desk.rules import DOSSIER
from approvals.desk.seen import Seen
from approvals.dossier import Dossier, read
from approvals.errors import N_, GuardError
from approvals.handlers import delegation, review
from approvals.names import ORDER, Digest, Language, ParagraphId, PersonId, Role
from approvals.register import covers
from approvals.standing import State, StepStatus
from documents.worddiff import DiffPiece, word_diff


@dataclass(frozen=True, slots=True)
class Place:
    """The place from which a person decides: a step, and the decider whose place it is."""

    step: Step
    decider: PersonId

    @property
    def query(self) -> str:
        """Give the place as the address has it."""
        return f"step={self.step.id}&for={self.decider}"


@dataclass(frozen=True, slots=True)
class Side:
    """A paragraph in one language: as it is, and word by word against what was approved."""

    language: str
    text: str
    pieces: tuple[DiffPiece, ...]

    @property
    def changed(self) -> bool:
        """Say whether it is another text than the one that was approved."""
        return len(self.pieces) > 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph pair: its number and both languages, French first."""

    id: ParagraphId
    number: int
    sides: tuple[Side, Side]


def places(seen: Seen, it: Dossier) -> list[Place]:
    """Give every open place from which the person may decide: their own and those they stand in
    for."""
    found: list[Place] = []
    if it.circuit is None or it.state is not State.IN_REVIEW or Role.REVIEWER not in seen.roles:
        return found
    today = texts.today(seen, it.circuit)
    for step in it.circuit.steps:
        if it.status(step.id) is not StepStatus.OPEN:
            continue
        found.extend(
            Place(step, person)
            for person in it.deciders(step)
            if person == seen.me or _stands_in(seen, it, it.circuit, step, person, today)
        )
    return found


def _stands_in(
    seen: Seen, it: Dossier, circuit: Circuit, step: Step, person: PersonId, today: date
) -> bool:
    return any(
        given.by == person and given.to == seen.me and given.first <= today <= given.last
        for given in seen.register.delegations.values()
        if covers(given, it.id, circuit.id, step.id)
    )


def step(seen: Seen, refusal: str = "", code: int = 200) -> Response:
    """Show what there is to decide."""
    it = seen.dossier
    mine = places(seen, it)
    chosen = _chosen(seen, mine)
    return seen.render(
        "step.html",
        code,
        nav="todo",
        road=road.of(it, said(seen, it)),
        it=it,
        opened=it.opened,
        place=chosen,
        places=mine,
        refusal=refusal,
        remarks=remarks.shown(seen, it),
        numbered=texts.numbers(it),
        may_remark=remarks.may(seen, it),
        key=secrets.token_hex(8),
        **_shown(seen, it, chosen),
    )


def _kept(doing: Callable[[Seen], Response]) -> Callable[[Seen], Response]:
    """Say on this page why something about remarks was refused, what was typed kept."""

    def do(seen: Seen) -> Response:
        try:
            return doing(seen)
        except REFUSALS as fault:
            return step(seen, seen.tr(fault.message, **fault.data), status(fault))

    return do


def _chosen(seen: Seen, mine: list[Place]) -> Place | None:
    """Find the place that the address or the form names, else the first."""
    wanted = seen.said("step") or seen.query("step")
    behalf = seen.said("for") or seen.query("for") or seen.me
    exact = [one for one in mine if one.step.id == wanted and one.decider == behalf]
    return next(iter((*exact, *(one for one in mine if one.step.id == wanted), *mine)), None)


def _shown(seen: Seen, it: Dossier, place: Place | None) -> dict[str, object]:
    """Sort the paragraphs into those that changed, those to read for the first time, the rest."""
    nothing: dict[str, object] = {
        "changed": [],
        "new": [],
        "same": [],
        "order": False,
        "since": None,
        "last": None,
        "lost": 0,
    }
    if place is None or it.opened is None:
        return nothing
    at = (place.step.id, place.decider)
    missing = set(it.missing(*at))
    lost = it.lost.get(at, {})
    before = _before(it)
    changed: list[Paragraph] = []
    new: list[Paragraph] = []
    same: list[Paragraph] = []
    for id, number in texts.numbers(it).items():
        if id not in it.pair_paragraphs:
            continue
        was = lost[id].approval if id in lost and id in missing else None
        shown = _paragraph(seen, it, id, number, (was.source, was.target) if was else None, before)
        (changed if was else new if id in missing else same).append(shown)
    return {
        "changed": changed,
        "new": new,
        "same": same,
        "order": ORDER in missing and bool(lost),
        "since": max((one.approval.at for one in lost.values()), default=None),
        "last": policy.deadline(it, place.step),
        "lost": len(changed),
    }


def _before(it: Dossier) -> Mapping[Digest, tuple[Digest, ParagraphId]]:
    """Find for every paragraph digest a version that has it."""
    found: dict[Digest, tuple[Digest, ParagraphId]] = {}
    for draft in it.drafts:
        found.update((one.digest, (draft.version, one.id)) for one in draft.paragraphs)
    for target in it.targets:
        found.update((one.digest, (target.version, one.id)) for one in target.paragraphs)
    return found


def _paragraph(
    seen: Seen,
    it: Dossier,
    id: ParagraphId,
    number: int,
    was: tuple[Digest, Digest] | None,
    before: Mapping[Digest, tuple[Digest, ParagraphId]],
) -> Paragraph:
    draft, target = it.draft, it.target
    source = texts.of(seen, draft.version if draft else None).get(id, "")
    translated = texts.of(seen, target.version if target else None).get(id, "")
    language = it.opened.source if it.opened else Language("fr")
    other = Language("en" if language == "fr" else "fr")
    sides = [
        _side(seen, language, source, was[0] if was else None, before),
        _side(seen, other, translated, was[1] if was else None, before),
    ]
    first, second = sorted(sides, key=lambda side: side.language != "fr")
    return Paragraph(id, number, (first, second))


def _side(
    seen: Seen,
    language: str,
    text: str,
    was: Digest | None,
    before: Mapping[Digest, tuple[Digest, ParagraphId]],
) -> Side:
    found = before.get(was) if was else None
    if found is None:
        return Side(language, text, ())
    version, id = found
    return Side(language, text, word_diff(texts.of(seen, version).get(id, ""), text))


def decide(seen: Seen) -> Response:
    """Take the decision; a refusal of the house is said on the same page, what was typed kept."""
    it = seen.dossier
    place = _chosen(seen, places(seen, it))
    try:
        try:
            decision = ev.Decision(seen.said("decision"))
        except ValueError as fault:
            raise GuardError("decide:choice", N_("Choose what you decide first.")) from fault
        about = (
            ()
            if decision in (ev.Decision.APPROVE, ev.Decision.ABSTAIN)
            else tuple(map(ParagraphId, seen.chosen("about")))
        )
        behalf = place.decider if place and place.decider != seen.me else None
        entry = review.decide(
            review.MakeDecision(
                dossier=it.id,
                by=seen.me,
                key=seen.key,
                step=place.step.id if place else None,
                decision=decision,
                pair=Digest(seen.said("pair")),
                paragraphs=about,
                reason=seen.said("reason") or None,
                behalf=behalf,
            ),
            seen.desk.house.office,
        )
    except REFUSALS as fault:
        return step(seen, seen.tr(fault.message, **fault.data), status(fault))
    return seen.go(f"/dossiers/{it.id}/receipts/{entry.sequence}", done="decided")


def delegate(seen: Seen) -> Response:
    """Have somebody else decide at this step."""
    it = seen.dossier
    try:
        first, last = (_day(seen.said(name)) for name in ("first", "last"))
        command = delegation.GiveDelegation(
            dossier=it.id,
            by=seen.me,
            key=seen.key,
            to=PersonId(seen.said("to")),
            first=first,
            last=last,
            within=it.id,
            circuit=it.circuit.id if it.circuit else None,
            step=seen.said("step") or None,
        )
        delegation.give_delegation(command, seen.desk.house.office)
    except REFUSALS as fault:
        return step(seen, seen.tr(fault.message, **fault.data), status(fault))
    return seen.go(f"/dossiers/{it.id}", done="delegated")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise GuardError("day", N_("“{day}” is no day. Choose one."), day=text) from fault


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was recorded: who, what, on which texts, and where it stands in the ledger."""

    sequence: int
    at: datetime
    hash: str
    what: str
    step: str
    pair: str
    rule: str
    about: Iterable[int]
    behalf: PersonId | None


def receipt(seen: Seen) -> Response:
    """Show the receipt of one decision, to whoever made it."""
    it = seen.dossier
    entries = {str(one.sequence): one for one in seen.books.entries(it.id)}
    entry = entries.get(seen.path("sequence"))
    payload = read(entry.payload) if entry is not None else {}
    if entry is None or entry.type != "DecisionMade" or payload["by"] != seen.me:
        return seen.render("refused.html", 404, sentence="", code=404, again=False)
    numbers = texts.numbers(it)
    titles = {
        one.id: one.title.in_(seen.language) for one in (it.circuit.steps if it.circuit else ())
    }
    shown = Receipt(
        entry.sequence,
        entry.time,
        entry.hash,
        terms.DECISIONS[ev.Decision(payload["decision"])],
        titles.get(payload["step"], payload["step"]),
        payload["pair"],
        payload["rule"],
        sorted(numbers[one] for one in payload["paragraphs"] if one in numbers),
        payload.get("behalf"),
    )
    return seen.render(
        "receipt.html", nav="todo", road=road.of(it, said(seen, it)), it=it, one=shown
    )


ROUTES: Final = [
    page("/dossiers/{dossier}/step", step, DOSSIER),
    page("/dossiers/{dossier}/step", decide, DOSSIER, ["POST"]),
    page("/dossiers/{dossier}/step/delegate", delegate, DOSSIER, ["POST"]),
    page("/dossiers/{dossier}/receipts/{sequence}", receipt, DOSSIER),
    page("/dossiers/{dossier}/remarks", _kept(remarks.make), DOSSIER, ["POST"]),
    page("/dossiers/{dossier}/remarks/{remark}/answer", _kept(remarks.answer), DOSSIER, ["POST"]),
    page("/dossiers/{dossier}/remarks/{remark}/close", _kept(remarks.close), DOSSIER, ["POST"]),
    page("/dossiers/{dossier}/review-copy", _kept(remarks.take), DOSSIER, ["POST"], UPLOAD),
]
