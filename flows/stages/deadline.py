"""The deadline stage: record what the circuit makes of silence, for every step that is past due."""

from __future__ import annotations

from approvals import events as ev
from approvals import policy
from approvals.handlers import deadlines
from flows.house import House


def run(house: House, dossier_id: str) -> str:
    """Record each deadline that has passed, once."""
    dossier = house.dossier(dossier_id)
    late = policy.overdue(dossier, house.now())
    for step in late:
        opened = dossier.steps_opened[step.id]
        deadlines.pass_deadline(
            deadlines.PassDeadline(
                dossier=dossier_id,
                by=ev.SYSTEM,
                key=f"{dossier_id}:deadline:{step.id}:{opened.isoformat()}",
                step=step.id,
            ),
            house.office,
        )
    return f"{len(late)} deadlines passed"
