"""The review of a pair: what stands, what was refused, when it is ready for the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from approvals import events as ev
from approvals.replay.base import Change
from approvals.standing import Approval, Point, State, StepStatus

if TYPE_CHECKING:
    from approvals.dossier import Dossier


def _review_opened(dossier: Dossier, event: ev.ReviewOpened, at: datetime, sequence: int) -> None:
    if event.rule != dossier.rule:
        dossier.approvals.clear()
        dossier.abstained.clear()
        dossier.lost.clear()
    dossier.circuit, dossier.rule = event.circuit, event.rule
    dossier.checks = event.circuit.checks
    dossier.looked = True
    dossier.steps_opened.clear()
    dossier.lapsed.clear()
    dossier.state = State.IN_REVIEW
    _open_steps(dossier, at)


def _decided(dossier: Dossier, event: ev.DecisionMade, at: datetime, sequence: int) -> None:
    place = event.step, event.behalf or event.by
    if event.decision is ev.Decision.APPROVE:
        dossier.abstained.pop(place, None)
        given = dossier.approvals.setdefault(place, {})
        pairs = dossier.pair_paragraphs
        new = [id for id in event.paragraphs or pairs if id not in given]
        make, by = Approval._make, event.by
        given.update({id: make((*pairs[id], at, by, False)) for id in new})
        if lost := dossier.lost.get(place):
            for id in new:
                lost.pop(id, None)
    elif event.decision is ev.Decision.ABSTAIN:
        dossier.approvals.pop(place, None)
        dossier.abstained[place] = event.pair
    else:
        _refused(dossier, event, sequence)
    _open_steps(dossier, at)


def _refused(dossier: Dossier, event: ev.DecisionMade, sequence: int) -> None:
    person = event.behalf or event.by
    place = event.step, person
    dossier.abstained.pop(place, None)
    given = dossier.approvals.get(place, {})
    for id in event.paragraphs or tuple(given):
        given.pop(id, None)
    point = Point(sequence, event.step, person, event.decision, event.paragraphs, event.note)
    if event.behalf is not None:
        point = replace(point, spoken_by=event.by)
    dossier.points.append(point)
    dossier.state = State.CHANGES_REQUESTED


def _deadline(dossier: Dossier, event: ev.DeadlinePassed, at: datetime, sequence: int) -> None:
    dossier.lapsed[event.step] = event
    _open_steps(dossier, at)


def _vouched(dossier: Dossier, event: ev.TypographyVouched, at: datetime, sequence: int) -> None:
    dossier.vouched = (*dossier.vouched, event)


def _waived(dossier: Dossier, event: ev.TypographyWaived, at: datetime, sequence: int) -> None:
    """Let the approvals that fell by these changes stand again, on the text as it is now."""
    paragraphs = {change.paragraph for change in event.changes}
    pairs = dossier.pair_paragraphs
    for place, lost in dossier.lost.items():
        if place in dossier.abstained:
            continue
        given = dossier.approvals.setdefault(place, {})
        for id in paragraphs & lost.keys() & pairs.keys():
            before = lost.pop(id).approval
            given.setdefault(id, Approval(*pairs[id], before.at, before.by, waived=True))
    dossier.fell = tuple(one for one in dossier.fell if one.paragraph not in paragraphs)
    _open_steps(dossier, at)


def _open_steps(dossier: Dossier, at: datetime) -> None:
    """Open what nothing holds up; a review that only silence has passed stays where it is."""
    if dossier.circuit is None or dossier.state is not State.IN_REVIEW:
        return
    statuses = dossier.statuses()
    found = set(statuses.values())
    for id, status in statuses.items():
        if status is StepStatus.OPEN:
            dossier.steps_opened.setdefault(id, at)
    if StepStatus.APPROVED in found and found <= {StepStatus.APPROVED, StepStatus.NO_OPINION}:
        dossier.state = State.BOARD_READY


CHANGES: Final[Mapping[type, Change]] = {
    ev.ReviewOpened: _review_opened,
    ev.DecisionMade: _decided,
    ev.DeadlinePassed: _deadline,
    ev.TypographyVouched: _vouched,
    ev.TypographyWaived: _waived,
}
