"""What Prefect is told of the acts that a run answers: one event each, named after the act.

Figures only: which dossier, which ledger entry, which errand. How an event gets to the server is
``flows.embedded_run``'s and ``flows.worker_run``'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from approvals.ports import Errand
from flows.house import House


@dataclass(frozen=True, slots=True)
class Told:
    """One event, in the words of Prefect's ``emit_event``."""

    event: str
    resource: dict[str, str]
    related: list[dict[str, str]]
    payload: dict[str, int]


def of(house: House, dossier: str, errands: Sequence[Errand], run: str) -> Iterator[Told]:
    """Give one event for each act that the run with the id ``run`` answers."""
    if not errands:
        return
    with house.store.read() as reader:
        kinds = {one.sequence: one.type for one in reader.history(dossier)}
    for errand in errands:
        yield Told(
            event=f"enonce.{kinds.get(errand.sequence, 'act')}",
            resource={
                "prefect.resource.id": f"enonce.dossier.{dossier}",
                "prefect.resource.name": dossier,
            },
            related=[
                {
                    "prefect.resource.id": f"prefect.flow-run.{run}",
                    "prefect.resource.role": "flow-run",
                }
            ],
            payload={"sequence": errand.sequence, "errand": errand.id},
        )


def run_name(dossier: str, errand: int) -> str:
    """Name a run after its dossier and what made it: the newest errand, or the sweep."""
    return f"{dossier} · errand {errand}" if errand else f"{dossier} · sweep"
