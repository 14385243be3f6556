"""What the house itself is doing just now, and how far it is: pages show it and look again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from approvals import policy
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_
from approvals.policy import Stage
from approvals.store import progress

_SAID: Final[Mapping[str, str]] = {
    Stage.TRANSLATE: N_("The house looks up memory and glossary, and asks the engine it may ask."),
    Stage.ALIGN: N_("The house makes the translated edition."),
    Stage.DEADLINE: N_("The house records a deadline that has passed."),
    Stage.RESOLUTION: N_("The house writes the resolution in both languages."),
    Stage.SEAL: N_("The house seals four files, reads them back and verifies them."),
    Stage.PUBLISH: N_("The house publishes both languages."),
    Stage.SUCCESSION: N_("The house settles what this text supersedes."),
    Stage.ERRATUM: N_("The house publishes the corrected edition."),
}
IMPORT: Final = "import"
_UNITS: Final[Mapping[str, str]] = {
    Stage.TRANSLATE: N_("{done} of {of} sentences"),
    Stage.SEAL: N_("{done} of {of} files"),
    IMPORT: N_("{done} of {of} rows"),
}


@dataclass(frozen=True, slots=True)
class Working:
    """One piece of the house's work: what it is, how far, how often it failed, where to look."""

    sentence: str
    figure: str
    done: int
    of: int
    failures: int
    told: datetime | None
    look: str


def of(seen: Seen, it: Dossier) -> Working | None:
    """Say what the house does for a dossier; None where the dossier waits for people."""
    due = policy.due(it, seen.now)
    if due is None:
        return None
    told = progress.look(seen.desk.house.store, it.id)
    if told is not None and told.work != due:
        told = None
    return _working(seen, due, told, f"/dossiers/{it.id}/work")


def taking_in(seen: Seen, stream: str, look: str) -> Working | None:
    """Say how far a file of responses is; None where none is being taken in."""
    told = progress.look(seen.desk.house.store, stream)
    return None if told is None else _working(seen, told.work, told, look)


def _working(seen: Seen, work: str, told: progress.Progress | None, look: str) -> Working:
    unit = _UNITS.get(work, "") if told and told.of else ""
    return Working(
        sentence=_SAID.get(work, N_("The house takes the responses in.")),
        figure=seen.tr(unit, done=told.done, of=told.of) if told and unit else "",
        done=told.done if told else 0,
        of=told.of if told else 0,
        failures=told.failures if told else 0,
        told=told.told if told else None,
        look=look,
    )
