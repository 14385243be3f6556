"""A house that runs by itself: Prefect server as a child, dispatcher, and runs of the flow.

``Service`` is what ``enonce serve`` and ``enonce demo`` run; ``drain`` is what a single command
runs when no service does. Runs are made in this process, or by workers where the service is told so
(``flows.worker_run``).
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import structlog

from approvals import policy
from approvals.errors import ApprovalError, Value
from approvals.ports import Errand
from flows import deadlines, deployments, logs, prefect_env
from flows.dispatch import Dispatcher, Hook, HouseLock, LeftBehindError
from flows.house import House
from flows.mailing import MailRoom
from flows.prefect_api import Api
from flows.prefect_server import PrefectServer, PrefectStoppedError
from flows.settings import Runs
from flows.worker_run import WorkerRuns
from locales.errors import N_

Progress = Callable[[str, Mapping[str, Value]], None]

THREADS = 4
"""Runs at once in this process: beyond two cores they only wait for one another."""

WAITING_THREADS = 32
"""Runs at once by workers: each thread only waits."""

log = structlog.get_logger("enonce.service")


class Service:
    """Everything that runs for one house, started and stopped together."""

    def __init__(
        self,
        house: House,
        on_progress: Progress | None = None,
        *,
        runs: Runs = Runs.EMBEDDED,
        mail: bool = False,
    ) -> None:
        logs.begin(house.home)
        self.house = house
        self.runs = runs
        self.server_seconds = 0.0
        self._progress: Progress = on_progress or (lambda message, data: None)
        self._lock = HouseLock(house.home)
        self.server = PrefectServer(house.home, on_progress=on_progress)
        self._closing = threading.Event()
        self._workers: WorkerRuns | None = None
        self.mail_room = MailRoom(house) if mail else None
        hooks: tuple[Hook, ...] = (deadlines.Daily(),)
        if self.mail_room is not None:
            hooks = (*hooks, self.mail_room.hook)
        self.dispatcher = Dispatcher(
            house,
            self._start_run,
            leave=self._leave,
            threads=WAITING_THREADS if runs is Runs.WORKER else THREADS,
            hooks=hooks,
        )
        self._ready = threading.Event()
        self._failure: Exception | None = None

    def __enter__(self) -> Self:
        """Start everything and come back at once: whoever needs the server waits for it."""
        try:
            url = self.server.start(wait=False)
            prefect_env.apply(self.house.home, url)
            threading.Thread(target=self._wait, args=(time.monotonic(),), daemon=True).start()
            if self.runs is Runs.WORKER:
                self._workers = WorkerRuns(
                    self.house, url, say=self._progress, closing=self._closing
                )
                threading.Thread(target=self._deploy, args=(url,), daemon=True).start()
            else:
                threading.Thread(target=_load, daemon=True).start()
            self.dispatcher.start()
            if self.mail_room is not None:
                self.mail_room.start()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self.dispatcher.stop()
        if self.mail_room is not None:
            self.mail_room.stop()
        if "flows.embedded_run" in sys.modules:
            from flows.embedded_run import finish

            finish()
        self.server.stop()
        self._lock.release()

    def wait(self) -> None:
        """Wait until Prefect's server answers; raise ``PrefectStartError`` where it does not.

        Raises ``PrefectStoppedError`` where the service is closed meanwhile.
        """
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def _wait(self, began: float) -> None:
        try:
            self.server.wait()
        except Exception as fault:
            self._failure = fault
        self.server_seconds = time.monotonic() - began
        self._ready.set()

    def settle(self, dossier_id: str) -> None:
        """Wait until nothing is left to do for a dossier; raise what its stage raised."""
        self.dispatcher.settle(dossier_id)

    def sweep(self) -> None:
        """Look for what has come due by the clock."""
        self.dispatcher.sweep()

    def _start_run(self, dossier_id: str, errands: Sequence[Errand]) -> None:
        try:
            self.wait()
        except PrefectStoppedError as stopped:
            raise LeftBehindError(dossier_id) from stopped
        if self._workers is not None:
            self._workers(dossier_id, errands)
            return
        from flows.embedded_run import run_statement

        run_statement(self.house, self.server.url, dossier_id, errands)

    def _deploy(self, url: str) -> None:
        """Register what is missing in ``prefect.yaml``'s words, so that workers find it."""
        try:
            self.wait()
            with Api(self.house.home, url) as api:
                deployments.ensure(self.house.home, api)
        except PrefectStoppedError:
            return
        except ApprovalError as fault:
            self._progress(fault.message, fault.data)
        except Exception as fault:  # the first run tries again, and says so where it fails too
            log.error("deploy", exc_info=fault)

    def _leave(self) -> None:
        """Let a thread's clients go, where it ever had any."""
        if self._workers is not None:
            self._workers.leave()
        _leave()


def _leave() -> None:
    """Let a thread's clients go, where it ever ran a flow."""
    if "flows.embedded_run" in sys.modules:
        from flows.embedded_run import leave

        leave()


def _load() -> None:
    """Load what the first run needs while the server starts: neither needs the other for that."""
    import flows.embedded_run  # noqa: F401
    from locales import glossary

    glossary.load_dictionaries()


def drain(house: House, progress: Progress) -> int:
    """Carry out everything that is due now and give the number of stages that were."""
    count = 0
    progress(N_("No service is running: this command does what is due itself."), {})
    with Service(house, progress) as service:
        while due := [
            (one.id, stage)
            for one in house.dossiers()
            if (stage := policy.due(one, house.now())) is not None
        ]:
            for dossier_id, stage in due:
                progress(N_("{dossier}: {stage}…"), {"dossier": dossier_id, "stage": stage.value})
                service.sweep()
                service.settle(dossier_id)
                count += 1
    return count
