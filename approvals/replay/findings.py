"""The consultations that a text rests on, and where their findings went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from approvals import events as ev
from approvals.replay.base import Change
from approvals.standing import Laid

if TYPE_CHECKING:
    from approvals.dossier import Dossier


def _attached(
    dossier: Dossier, event: ev.ConsultationAttached, at: datetime, sequence: int
) -> None:
    dossier.consultations.append(event.consultation)


def _linked(dossier: Dossier, event: ev.FindingLinked, at: datetime, sequence: int) -> None:
    place = (event.consultation, event.finding)
    dossier.laid[place] = Laid(event.by, at, paragraphs=event.paragraphs)


def _waived(dossier: Dossier, event: ev.FindingWaived, at: datetime, sequence: int) -> None:
    place = (event.consultation, event.finding)
    dossier.laid[place] = Laid(event.by, at, reason=event.reason)


CHANGES: Final[Mapping[type, Change]] = {
    ev.ConsultationAttached: _attached,
    ev.FindingLinked: _linked,
    ev.FindingWaived: _waived,
}
