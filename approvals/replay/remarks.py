"""Remarks on the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from approvals import events as ev
from approvals.replay.base import Change
from approvals.standing import Remark

if TYPE_CHECKING:
    from approvals.dossier import Dossier


def _made(dossier: Dossier, event: ev.RemarkMade, at: datetime, sequence: int) -> None:
    dossier.remarks[event.remark] = Remark(event, at)


def _answered(dossier: Dossier, event: ev.RemarkAnswered, at: datetime, sequence: int) -> None:
    known = dossier.remarks[event.remark]
    dossier.remarks[event.remark] = replace(known, answers=(*known.answers, (at, event)))


def _closed(dossier: Dossier, event: ev.RemarkClosed, at: datetime, sequence: int) -> None:
    known = dossier.remarks[event.remark]
    dossier.remarks[event.remark] = replace(known, closed_by=event.by)


CHANGES: Final[Mapping[type, Change]] = {
    ev.RemarkMade: _made,
    ev.RemarkAnswered: _answered,
    ev.RemarkClosed: _closed,
}
