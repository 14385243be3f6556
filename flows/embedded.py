"""A house that runs by itself in this process: Prefect server as a child, dispatcher, flow.

``Service`` is what ``enonce serve`` and ``enonce demo`` run; ``drain`` is what a single command
runs when no service does.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from approvals import policy
from approvals.errors import Value
from approvals.ports import Errand
from flows import logs, prefect_env
from flows.dispatch import Dispatcher, HouseLock
from flows.house import House
from flows.prefect_server import PrefectServer
from locales.errors import N_

Progress = Callable[[str, Mapping[str, Value]], None]


class Service:
    """Everything that runs for one house, started and stopped together."""

    def __init__(self, house: House, on_progress: Progress | None = None) -> None:
        logs.begin(house.home)
        self.house = house
        self.server_seconds = 0.0
        self._lock = HouseLock(house.home)
        self.server = PrefectServer(house.home, on_progress=on_progress)
        self.dispatcher = Dispatcher(house, self._start_run, leave=_leave)
        self._ready = threading.Event()
        self._failure: Exception | None = None

    def __enter__(self) -> Self:
        """Start everything and come back at once: whoever needs the server waits for it."""
        try:
            url = self.server.start(wait=False)
            prefect_env.apply(self.house.home, url)
            threading.Thread(target=self._wait, args=(time.monotonic(),), daemon=True).start()
            threading.Thread(target=_load, daemon=True).start()
            self.dispatcher.start()
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
        self.dispatcher.stop()
        if "flows.embedded_run" in sys.modules:
            from flows.embedded_run import finish

            finish()
        self.server.stop()
        self._lock.release()

    def wait(self) -> None:
        """Wait until Prefect's server answers; raise ``PrefectStartError`` where it does not."""
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
        self.wait()
        from flows.embedded_run import run_statement

        run_statement(self.house, self.server.url, dossier_id, errands)


def _leave() -> None:
    """Let a thread's clients go, where it ever had any."""
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
