"""The road of a statement, on one page.

Re-entrant: every run reads the ledger, carries out the stages that are due, and ends at the next
gate. People open gates by acts in the ledger (``approvals.handlers``); running, retrying or
resuming this flow never decides anything.
"""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State as RunState

from approvals.policy import Stage
from approvals.standing import State
from flows.stages import align, deadline, erratum, publish, resolution, seal, succession, translate
from flows.travel import Road, here


@flow(
    name="statement",
    flow_run_name="{dossier} · errand {errand}",
    persist_result=False,
    validate_parameters=False,
)
def statement(dossier: str, errand: int = 0) -> RunState[Any]:
    """Carry one dossier from where it stands to its next gate."""
    road = Road(here(), dossier)

    road.stage(Stage.TRANSLATE, translate.run)  # memory, glossary, engine: nothing accepted
    if road.waits_at(State.NEW, State.DRAFT, State.TRANSLATING):  # a translator, then a reviser
        return road.gate()

    road.stage(Stage.ALIGN, align.run)  # both languages become one pair
    road.stage(Stage.DEADLINE, deadline.run)  # what silence means, recorded; it never approves
    if road.waits_at(State.ALIGNED, State.IN_REVIEW, State.CHANGES_REQUESTED):  # the reviewers
        return road.gate()

    if road.waits_at(State.BOARD_READY, State.CONVENED, State.NO_QUORUM):  # the board
        return road.gate()
    if road.waits_at(State.VOTING, State.AMENDING):  # the board, in session
        return road.gate()
    if road.waits_at(State.REJECTED, State.DEFERRED, State.ABANDONED):  # back, or given up
        return road.gate()

    road.stage(Stage.RESOLUTION, resolution.run)  # written from the ballot, in both languages
    if road.waits_at(State.ADOPTED, State.CONFORMITY):  # the secretary orders the seal
        return road.gate()

    road.stage(Stage.SEAL, seal.run)  # sealed, read back, verified strictly
    if road.waits_at(State.SEALED, State.EMBARGOED):  # communications; the embargo
        return road.gate()

    road.stage(Stage.PUBLISH, publish.run)  # laid out for the public, once
    road.stage(Stage.ERRATUM, erratum.run)  # a correction stands beside what it corrects
    road.stage(Stage.SUCCESSION, succession.run)  # an earlier text is superseded by this one
    return road.gate()
