"""Has the statement's flow run by a Prefect worker and waits for its end; ``StartRun`` of dispatch.

The worker runs ``flows.statement`` in a process of its own, against the house that its environment
names, and records in the ledger; nothing comes back but how the run ended. Loads no Prefect. Runs
in this process are ``flows.embedded_run``'s.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import structlog

from approvals import policy
from approvals.dossier import Dossier
from approvals.errors import ApprovalError, Value
from approvals.ports import Errand
from flows import deployments, road_picture, run_events
from flows.dispatch import LeftBehindError
from flows.house import House
from flows.prefect_api import Api
from locales.errors import N_

Say = Callable[[str, Mapping[str, Value]], None]

FIRST_LOOK, LONGEST_PAUSE = 0.1, 1.0
"""Seconds until a run is looked at again: at first, and at most."""

PATIENCE = 10.0
"""Seconds between two questions whether there is any worker, while a run is not ended."""

LONGEST = 900.0
"""Seconds that a run may take where other workers are; after that its own is taken for gone."""

_WAITING = frozenset({"SCHEDULED"})
_BEGUN = frozenset({"PENDING", "RUNNING", "PAUSED", "CANCELLING"})

log = structlog.get_logger("enonce.worker_run")


class WorkerRunError(ApprovalError):
    """A worker's run did not end as it should; the errand stays, and is tried again."""


class WorkerRuns:
    """Runs of one house by the workers of its pool; may be called from several threads at once.

    ``say`` takes what an administrator has to know: once when no worker is there, and once when
    one is again. ``closing`` ends the waiting; the run goes on without us.
    """

    def __init__(self, house: House, url: str, *, say: Say, closing: threading.Event) -> None:
        self._house, self._url, self._say, self._closing = house, url, say, closing
        self._local = threading.local()
        self._telling = threading.Lock()
        self._missed = False

    def __call__(self, dossier: str, errands: Sequence[Errand]) -> None:
        """Have the flow of one dossier run; come back when it has ended.

        Raises ``WorkerRunError`` where it failed or nothing came of it, ``LeftBehindError`` where
        the house closes first, ``httpx.HTTPError`` where the server does not answer.
        """
        before = self._house.dossier(dossier)
        due = policy.due(before, self._house.now())
        try:
            if due is None:
                self._show(before, errands)
                return
            run = self._create(dossier, errands, before.version)
            state = self._follow(run)
        except httpx.HTTPError:
            self.leave()
            raise
        if state["type"] != "COMPLETED":
            raise WorkerRunError(
                N_("A worker’s run of {dossier} ended as {state}: {reason}"),
                dossier=dossier,
                state=str(state["name"]),
                reason=str(state.get("message") or ""),
            )
        after = self._house.dossier(dossier)
        if after.version == before.version:
            raise WorkerRunError(
                N_(
                    "A worker ran {dossier} and nothing came of it. Was the worker started for "
                    "another house than {home}? “enonce prefect worker start” names the right one."
                ),
                dossier=dossier,
                home=str(self._house.home),
            )

    def leave(self) -> None:
        """Let this thread's connection go."""
        api: Api | None = getattr(self._local, "api", None)
        self._local.api = None
        if api is not None:
            api.close()

    @property
    def _api(self) -> Api:
        api: Api | None = getattr(self._local, "api", None)
        if api is None:
            api = self._local.api = Api(self._house.home, self._url)
        return api

    def _show(self, dossier: Dossier, errands: Sequence[Errand]) -> None:
        """Make and end a run that has nothing to carry out but to leave its picture.

        A worker would load for seconds to do the same.
        """
        last = errands[-1].id if errands else 0
        state = {"type": "COMPLETED", "name": road_picture.awaited(dossier)}
        run = self._post_run(dossier.id, last, f"worker-shown-{dossier.id}-{last}", state)
        for one in road_picture.artifacts(dossier):
            self._api.post("/artifacts/", {**asdict(one), "flow_run_id": run["id"]})
        self._tell(dossier.id, errands, run["id"])

    def _post_run(
        self, dossier: str, errand: int, key: str, state: Mapping[str, str]
    ) -> Mapping[str, Any]:
        deployment = deployments.ensure(self._house.home, self._api)
        run: Mapping[str, Any] = self._api.post(
            f"/deployments/{deployment}/create_flow_run",
            {
                "name": run_events.run_name(dossier, errand),
                "parameters": {"dossier": dossier, "errand": errand},
                "tags": ["enonce", dossier],
                "idempotency_key": key,
                "state": state,
            },
        )
        return run

    def _create(self, dossier: str, errands: Sequence[Errand], version: int) -> str:
        """Create the run, or take up the one that was created and that no worker has begun.

        One that was begun may belong to a worker that is gone. It is left as it is, and the next
        one counts on: two runs of a dossier do the same work once.
        """
        last = errands[-1].id if errands else 0
        key = f"worker-errand-{last}" if last else f"worker-sweep-{dossier}-{version}"
        state = {"type": "SCHEDULED", "name": "Scheduled"}
        for attempt in range(1000):
            run = self._post_run(dossier, last, f"{key}.{attempt}" if attempt else key, state)
            if run["state_type"] in _WAITING:
                self._tell(dossier, errands, run["id"])
                return str(run["id"])
        raise RuntimeError(f"{key} was begun a thousand times")

    def _tell(self, dossier: str, errands: Sequence[Errand], run: str) -> None:
        """Emit one event for each act that this run answers."""
        events = [
            {"id": str(uuid4()), "occurred": datetime.now(UTC).isoformat(), **asdict(told)}
            for told in run_events.of(self._house, dossier, errands, run)
        ]
        if events:
            self._api.post("/events", events)

    def _follow(self, run: str) -> Mapping[str, Any]:
        """Look at a run until it has ended; give its state."""
        pause = FIRST_LOOK
        waiting = begun = asked = 0.0
        looked = time.monotonic()
        while True:
            if self._closing.wait(pause):
                raise LeftBehindError(run)
            pause = min(LONGEST_PAUSE, pause * 1.3)
            found = self._api.get(f"/flow_runs/{run}")
            if found is None:
                return {"type": "CRASHED", "name": "Gone", "message": "Prefect forgot the run"}
            state: Mapping[str, Any] = found["state"]
            passed, looked = time.monotonic() - looked, time.monotonic()
            if state["type"] in _WAITING:
                waiting += passed
                if waiting > PATIENCE:
                    waiting = 0.0
                    self._look_for_workers()
            elif state["type"] in _BEGUN:
                self._back()
                begun += passed
                asked += passed
                if asked > PATIENCE:
                    asked = 0.0
                    if begun > LONGEST or self._pool_status() == "NOT_READY":
                        return self._give_up(run)
            else:
                return state

    def _give_up(self, run: str) -> Mapping[str, Any]:
        state = {"type": "CRASHED", "name": "Crashed", "message": "Its worker is gone."}
        self._api.post(f"/flow_runs/{run}/set_state", {"state": state, "force": True})
        return state

    def _pool_status(self) -> str | None:
        """Give READY where a worker was heard of lately, NOT_READY, PAUSED; None without a pool."""
        pool = self._api.get(f"/work_pools/{deployments.POOL}")
        return None if pool is None else str(pool["status"])

    def _look_for_workers(self) -> None:
        """Tell the administrator, once, where nobody will take a run up."""
        status = self._pool_status()
        if status == "READY":
            self._back()
            return
        with self._telling:
            if self._missed:
                return
            self._missed = True
        log.warning("no worker", pool=deployments.POOL, status=status)
        if status == "PAUSED":
            self._say(
                N_(
                    "The work pool {pool} is paused: what is due waits, and nothing is lost. "
                    "“enonce prefect work-pool resume {pool}” goes on."
                ),
                {"pool": deployments.POOL},
            )
        else:
            self._say(
                N_(
                    "No worker is there: what is due waits, and nothing is lost. Start one with "
                    "“enonce prefect worker start --pool {pool} --type process”."
                ),
                {"pool": deployments.POOL},
            )

    def _back(self) -> None:
        with self._telling:
            if not self._missed:
                return
            self._missed = False
        self._say(N_("A worker is there again."), {})
