"""Documents that are linked to a text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from approvals import events as ev
from approvals.replay.base import Change
from approvals.standing import Linked

if TYPE_CHECKING:
    from approvals.dossier import Dossier


def _linked(dossier: Dossier, event: ev.DocumentLinked, at: datetime, sequence: int) -> None:
    dossier.links.append(
        Linked(event.by, at, event.kind, event.title, event.language, event.name, event.document)
    )


CHANGES: Final[Mapping[type, Change]] = {ev.DocumentLinked: _linked}
