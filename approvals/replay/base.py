"""The shape of a change, and the one that moves a dossier and does nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from approvals.standing import State

if TYPE_CHECKING:
    from approvals.dossier import Dossier

Change = Callable[["Dossier", Any, datetime, int], None]
"""Takes the dossier, an event of its kind, the event's time and its sequence in the ledger."""


def moves_to(state: State) -> Change:
    """Give the change of an event that only moves the dossier to ``state``."""

    def move(dossier: Dossier, event: object, at: datetime, sequence: int) -> None:
        dossier.state = state

    return move
