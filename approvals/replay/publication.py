"""The seal and the life of what is published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from approvals import events as ev
from approvals.replay.base import Change, moves_to
from approvals.standing import State

if TYPE_CHECKING:
    from approvals.dossier import Dossier


def _sealed(dossier: Dossier, event: ev.EditionsSealed, at: datetime, sequence: int) -> None:
    dossier.sealed = event
    dossier.state = State.SEALED


def _ordered(dossier: Dossier, event: ev.PublicationOrdered, at: datetime, sequence: int) -> None:
    dossier.ordered = event
    dossier.state = State.EMBARGOED


def _published(dossier: Dossier, event: ev.Published, at: datetime, sequence: int) -> None:
    dossier.published, dossier.published_at = event, at
    dossier.state = State.PUBLISHED


CHANGES: Final[Mapping[type, Change]] = {
    ev.SealingOrdered: moves_to(State.SEALING),
    ev.EditionsSealed: _sealed,
    ev.PublicationOrdered: _ordered,
    ev.Published: _published,
}
