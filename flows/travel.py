"""How a flow travels a dossier's road: stages that are due become tasks, gates end the run.

Knows Prefect and the house, and no single stage: ``flows.statement`` is the road itself.
"""

from __future__ import annotations

import contextvars
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from prefect import Task, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State as RunState
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger
from prefect.states import Completed
from prefect.tasks import exponential_backoff

from approvals import policy
from approvals.dossier import Dossier
from approvals.errors import ApprovalError, StaleVersionError
from approvals.policy import Stage
from approvals.standing import State
from approvals.store.errors import DatabaseError
from documents.errors import DocumentError
from flows import logs, road_picture
from flows.house import House, open_house
from locales.errors import LocaleError

RETRIES = 2
"""Tries of a stage after its first, 0.2 and 0.4 s apart; the dispatcher goes on from there."""

_HOUSE: contextvars.ContextVar[House | None] = contextvars.ContextVar("house", default=None)

log = structlog.get_logger("enonce.flow")

Run = Callable[[House, str], str]


@contextmanager
def inside(house: House) -> Iterator[None]:
    """Let the flows that this thread runs work on ``house``."""
    token = _HOUSE.set(house)
    try:
        yield
    finally:
        _HOUSE.reset(token)


def here() -> House:
    """Give the house that this run works on: the embedding one, or the one in ENONCE_HOME."""
    embedded = _HOUSE.get()
    if embedded is not None:
        return embedded
    return _opened(os.environ.get("ENONCE_HOME"))


@lru_cache(maxsize=1)
def _opened(home: str | None) -> House:
    """Open the house of a process that has no other, as a worker's run."""
    house = open_house(Path(home) if home else None)
    logs.begin(house.home)
    return house


@lru_cache
def as_task(stage: Stage, run: Run) -> Task[[str], str]:
    """Make the task that carries a stage out, retried where another try may help.

    It takes the dossier's id and nothing else: Prefect looks through everything a task is given.
    """

    def carry_out(dossier: str) -> str:
        return run(here(), dossier)

    return task(
        name=stage.value,
        task_run_name=f"{stage.value} · {{dossier}}",
        retries=RETRIES,
        retry_delay_seconds=exponential_backoff(0.2),
        retry_condition_fn=_worth_retrying,
        persist_result=False,
        cache_policy=NO_CACHE,
    )(carry_out)


def note(line: str, *data: object) -> None:
    """Put a line into the log of the running task; nowhere where no task runs."""
    with suppress(MissingContextError):
        get_run_logger().info(line, *data)


def _worth_retrying(_task: Any, _run: Any, state: RunState) -> bool:
    """Say whether a failed stage may succeed next time: a refusal will not, a busy disk may."""
    fault = state.result(raise_on_failure=False)
    if isinstance(fault, StaleVersionError | DatabaseError):
        return True
    return not isinstance(fault, ApprovalError | DocumentError | LocaleError)


class Road:
    """One dossier's road, as one run of the flow sees it."""

    def __init__(self, house: House, dossier_id: str) -> None:
        self.house, self.id = house, dossier_id
        self.ran: list[Stage] = []

    @property
    def dossier(self) -> Dossier:
        """The dossier as the ledger has it now."""
        return self.house.dossier(self.id)

    def stage(self, stage: Stage, run: Run) -> None:
        """Carry a stage out as a task where it is due; otherwise pass it by."""
        if policy.due(self.dossier, self.house.now()) is not stage:
            return
        said = as_task(stage, run)(self.id)
        self.ran.append(stage)
        log.info("stage", dossier=self.id, stage=stage.value, result=said)

    def waits_at(self, *states: State) -> bool:
        """Say whether the dossier stands at this gate and nothing is due there."""
        dossier = self.dossier
        return dossier.state in states and policy.due(dossier, self.house.now()) is None

    def gate(self) -> RunState[Any]:
        """End the run at the gate: leave the picture of the road, and say what is awaited."""
        dossier = self.dossier
        picture(dossier)
        return Completed(name=road_picture.awaited(dossier))


def picture(dossier: Dossier) -> None:
    """Leave the road as a markdown artifact, and the ballot as a table once there is one."""
    for one in road_picture.artifacts(dossier):
        if one.type == "table":
            create_table_artifact(
                key=one.key, table=json.loads(one.data), description=one.description
            )
        else:
            create_markdown_artifact(key=one.key, markdown=one.data, description=one.description)
