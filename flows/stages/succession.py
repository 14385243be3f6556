"""The succession stage: a published text takes the place of the one that it succeeds."""

from __future__ import annotations

from approvals import events as ev
from approvals import policy
from approvals.handlers import life
from approvals.handlers.base import Command
from approvals.standing import State
from flows.house import House


def run(house: House, dossier_id: str) -> str:
    """Record it in the earlier dossier, then in this one; either may have been done before."""
    earlier = policy.succeeds(house.dossier(dossier_id))
    if earlier is None:
        return "succeeds nothing"
    if house.dossier(earlier).state is State.PUBLISHED:
        life.supersede(
            life.Supersede(
                dossier=earlier,
                by=ev.SYSTEM,
                key=f"{earlier}:superseded-by:{dossier_id}",
                successor=dossier_id,
            ),
            house.office,
        )
    life.settle_succession(
        Command(dossier=dossier_id, by=ev.SYSTEM, key=f"{dossier_id}:succession"), house.office
    )
    return f"in the place of {earlier}"
