"""Runs the statement's flow in this process against the house's own Prefect server.

Apart from ``flows.embedded``, because it loads Prefect. Each thread keeps one client for all its
runs, and what a run asks the server before its first stage is kept to what Prefect cannot do
without: a run costs 0.1 s less than a plain call of the flow.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import httpx
from prefect import Flow
from prefect.client.schemas.actions import FlowRunCreate
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.context import SyncClientContext
from prefect.events import emit_event
from prefect.events.worker import EventsWorker
from prefect.flow_engine import run_flow_sync
from prefect.logging.handlers import APILogHandler
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    temporary_settings,
)
from prefect.states import Pending, to_state_create

from approvals.ports import Errand
from flows import prefect_env, run_events
from flows.house import House
from flows.prefect_api import Api
from flows.statement import statement
from flows.travel import inside

FRESH = frozenset({StateType.PENDING, StateType.SCHEDULED})


class Session:
    """One thread's settings and clients for one server; opened and closed in that thread."""

    def __init__(self, house: House, url: str) -> None:
        self.url = url
        self._house = house
        secret = prefect_env.secret(house.home)
        with ExitStack() as stack:
            stack.enter_context(
                temporary_settings(
                    {
                        PREFECT_API_URL: url,
                        PREFECT_API_AUTH_STRING: secret,
                        PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,  # joining its thread takes 0.9 s
                    }
                )
            )
            stack.enter_context(SyncClientContext())
            self._api = stack.enter_context(Api(house.home, url))
            self._flow: Flow[..., Any] = Flow(
                statement.fn,
                name=statement.name,
                persist_result=False,
                result_storage=prefect_env.folder(house.home) / "results",
                validate_parameters=False,
            )
            self._flow_id: UUID | None = None
            self._stack = stack.pop_all()

    def run(self, dossier: str, errands: Sequence[Errand]) -> None:
        """Run the flow once; raise what a stage raised."""
        last = errands[-1].id if errands else 0
        parameters = {"dossier": dossier, "errand": last}
        run = self._create(dossier, last, parameters)
        self._tell(dossier, errands, run)
        with inside(self._house):
            state = run_flow_sync(
                self._flow, flow_run=run, parameters=parameters, return_type="state"
            )
        if state is not None and (state.is_failed() or state.is_crashed()):
            state.result(raise_on_failure=True)

    def _create(self, dossier: str, errand: int, parameters: dict[str, Any]) -> FlowRun:
        """Create the run for an errand, or take up the one that was created and never begun.

        A run of the same errand that was begun belongs to a process that is gone or to a failure:
        it is left as it ended, and the next one counts on.
        """
        for attempt in range(1000):
            wanted = FlowRunCreate(
                flow_id=self._flow_id or self._register(),
                flow_version=self._flow.version,
                name=run_events.run_name(dossier, errand),
                parameters=parameters,
                state=to_state_create(Pending()),
                tags=["enonce", dossier],
                idempotency_key=_key(errand, attempt),
            )
            made = self._api.post("/flow_runs/", wanted.model_dump(mode="json", exclude_unset=True))
            run = FlowRun.model_validate(made)
            if run.state_type in FRESH:
                return run
        raise RuntimeError(f"errand {errand} was begun a thousand times")

    def _register(self) -> UUID:
        self._flow_id = UUID(self._api.post("/flows/", {"name": self._flow.name})["id"])
        return self._flow_id

    def _tell(self, dossier: str, errands: Sequence[Errand], run: FlowRun) -> None:
        """Emit one event for each act that this run answers."""
        for told in run_events.of(self._house, dossier, errands, str(run.id)):
            emit_event(
                event=told.event,
                resource=told.resource,
                related=[*told.related],
                payload={**told.payload},
            )

    def close(self) -> None:
        """Let settings and connections go."""
        with contextlib.suppress(httpx.HTTPError):
            self._stack.close()


def _key(errand: int, attempt: int) -> str | None:
    if not errand:
        return None
    return f"errand-{errand}.{attempt}" if attempt else f"errand-{errand}"


_LOCAL = threading.local()


def run_statement(house: House, url: str, dossier: str, errands: Sequence[Errand]) -> None:
    """Run the flow of one dossier to its next gate; raise what stopped it."""
    session: Session | None = getattr(_LOCAL, "session", None)
    if session is None or session.url != url:
        leave()
        session = _LOCAL.session = Session(house, url)
    try:
        session.run(dossier, errands)
    except httpx.HTTPError:
        leave()
        raise


def leave() -> None:
    """Let go of what this thread keeps for its next run."""
    session: Session | None = getattr(_LOCAL, "session", None)
    _LOCAL.session = None
    if session is not None:
        session.close()


def finish(seconds: float = 3) -> None:
    """Send what has still to be said of the runs to the server."""

    def flush() -> None:
        with contextlib.suppress(Exception):
            APILogHandler().flush()
            EventsWorker.drain_all(timeout=seconds)

    telling = threading.Thread(target=flush, daemon=True)
    telling.start()
    telling.join(seconds)
