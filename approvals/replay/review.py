"""The review of a pair: what stands, what was refused, when it is ready for the board."""

from __future__ import annotations

from collections.abc import Mapping
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
    dossier.circuit, dossier.rule = event.circuit, event.rule
    dossier.checks = event.circuit.checks
    dossier.looked = True
    dossier.steps_opened.clear()
    dossier.state = State.IN_REVIEW
    _open_steps(dossier, at)


def _decided(dossier: Dossier, event: ev.DecisionMade, at: datetime, sequence: int) -> None:
    if event.decision is ev.Decision.APPROVE:
        dossier.abstained.pop((event.step, event.by), None)
        given = dossier.approvals.setdefault((event.step, event.by), {})
        pairs = dossier.pair_paragraphs
        for id in event.paragraphs or pairs:
            if id not in given:
                given[id] = Approval(*pairs[id], at)
    elif event.decision is ev.Decision.ABSTAIN:
        dossier.approvals.pop((event.step, event.by), None)
        dossier.abstained[event.step, event.by] = event.pair
    else:
        _refused(dossier, event, sequence)
    _open_steps(dossier, at)


def _refused(dossier: Dossier, event: ev.DecisionMade, sequence: int) -> None:
    dossier.abstained.pop((event.step, event.by), None)
    given = dossier.approvals.get((event.step, event.by), {})
    for id in event.paragraphs or tuple(given):
        given.pop(id, None)
    dossier.points.append(
        Point(sequence, event.step, event.by, event.decision, event.paragraphs, event.note)
    )
    dossier.state = State.CHANGES_REQUESTED


def _open_steps(dossier: Dossier, at: datetime) -> None:
    if dossier.circuit is None or dossier.state is not State.IN_REVIEW:
        return
    statuses = dossier.statuses()
    for id, status in statuses.items():
        if status is StepStatus.OPEN:
            dossier.steps_opened.setdefault(id, at)
    if all(status is StepStatus.APPROVED for status in statuses.values()):
        dossier.state = State.BOARD_READY


CHANGES: Final[Mapping[type, Change]] = {
    ev.ReviewOpened: _review_opened,
    ev.DecisionMade: _decided,
}
