"""The scheduled flow that says which review deadlines are near or have passed.

It has the house record what the circuits make of silence at deadlines that have passed (a further
decider is named, or no opinion is noted; silence never approves), then leaves one table on
Prefect's server and one event for each deadline and level (told once, however often it runs). It
sends no mail: whom to tell is ``approvals.notices``'.
"""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State as RunState
from prefect.events import emit_event
from prefect.states import Completed

from approvals import policy
from flows import deadlines
from flows.stages import deadline
from flows.travel import here


@flow(name="reminders", flow_run_name="reminders", persist_result=False)
def reminders() -> RunState[Any]:
    """Look at every dossier under review, record what is past, and say what is due."""
    house = here()
    for dossier in deadlines.readable(house):
        if policy.due(dossier, house.now()) is policy.Stage.DEADLINE:
            deadline.run(house, dossier.id)
    near = deadlines.near(deadlines.readable(house), house.now())
    found = sorted(near, key=lambda one: (one.last, one.dossier, one.step))
    for one in found:
        emit_event(
            event=f"enonce.deadline.{one.level}",
            resource={
                "prefect.resource.id": f"enonce.dossier.{one.dossier}",
                "prefect.resource.name": one.dossier,
            },
            payload={"step": one.step, "last": str(one.last)},
            id=one.id,
        )
    create_table_artifact(
        key="deadlines",
        table=[
            {
                "dossier": one.dossier,
                "step": one.step,
                "last day": str(one.last),
                "level": one.level.value,
                "approvals": f"{one.approvals} of {one.required}",
                "then": one.at_deadline,
            }
            for one in found
        ],
        description="Review steps whose last day is near or past; the ledger is the authority.",
    )
    passed = sum(one.level is deadlines.Level.PASSED for one in found)
    return Completed(name=f"{len(found)} deadlines near or past, {passed} past")
