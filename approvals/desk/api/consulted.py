"""What the acts and looks of a consultation share: its name in a body, and finding it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from approvals.consultation.life import Consultation
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError


@dataclass(frozen=True, slots=True)
class One:
    """The body of an act on a consultation, by its id."""

    consultation: str


def own_of(seen: Seen, body: Any) -> Consultation:
    """Give the consultation that a body names; raise ``GuardError`` where there is none."""
    found = seen.desk.consulting.find(body.consultation)
    if found is None:
        raise GuardError("consultation:unknown", N_("There is no such consultation."))
    return found
