"""From the ledger's outbox to runs of the flow: one run of a dossier at a time, none forgotten.

A committed act leaves an errand; the dispatcher runs the dossier's flow and settles the errand when
the run has ended. A sweep finds what is due without an errand: after a crash, or when an embargo
ends. Wake-ups are hints; losing one costs a poll's length, never an act.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import structlog

from approvals import policy
from approvals.dossier import Dossier, State
from approvals.errors import N_, ApprovalError
from approvals.register import HOUSE
from flows.house import House

try:
    import fcntl
except ImportError:  # a system without flock: one dispatcher is then the operator's care
    fcntl = None  # type: ignore[assignment]

POLL = 0.05
SWEEP = 5.0
BACKOFF = (0.5, 2, 10, 60)

log = structlog.get_logger("enonce.dispatch")

StartRun = Callable[[str, int], None]


class DispatcherRunningError(ApprovalError):
    """Another process dispatches for this house already."""


class StageFailedError(ApprovalError):
    """A stage failed again and again; the dossier waits for it."""


def _lock_file(home: Path) -> Path:
    folder = home / "run"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "dispatcher.lock"


class HouseLock:
    """Held by the one process that dispatches for a house; let go when it ends, however it ends."""

    def __init__(self, home: Path) -> None:
        self._file = os.open(_lock_file(home), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            os.close(self._file)
            raise DispatcherRunningError(
                N_("The service of {home} is running already."), home=str(home)
            ) from fault

    def release(self) -> None:
        """Let another process dispatch."""
        os.close(self._file)


def is_running(home: Path) -> bool:
    """Say whether some process dispatches for this house now."""
    try:
        HouseLock(home).release()
    except DispatcherRunningError:
        return True
    return False


class Dispatcher:
    """Runs the flow for whatever the outbox asks for, in a few threads of this process."""

    def __init__(self, house: House, start_run: StartRun, *, threads: int = 2) -> None:
        self._house, self._start_run = house, start_run
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="enonce-run")
        self._changed = threading.Condition()
        self._running: dict[str, Future[None]] = {}
        self._failures: dict[str, tuple[int, float, Exception]] = {}
        self._seen: dict[str, State] = {}
        self._stopping = False
        self._sweep_now = True
        self._thread = threading.Thread(target=self._loop, name="enonce-dispatch", daemon=True)
        house.store.on_commit(self.wake)

    def start(self) -> None:
        """Begin to dispatch."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the runs that are under way, and no more."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join()
        self._pool.shutdown(wait=True)

    def wake(self) -> None:
        """Look at once instead of at the next poll."""
        with self._changed:
            self._changed.notify_all()

    def sweep(self) -> None:
        """Look for what is due without an errand at once."""
        with self._changed:
            self._sweep_now = True
            self._changed.notify_all()

    def settle(self, stream: str, *, seconds: float = 120) -> None:
        """Wait until nothing is left to do for a dossier.

        Raises ``StageFailedError`` where its stage failed, ``TimeoutError`` after ``seconds``.
        """
        last = time.monotonic() + seconds
        with self._changed:
            while True:
                failed = self._failures.get(stream)
                if failed is not None:
                    raise failed[2]
                if stream not in self._running and not self._open(stream):
                    return
                if not self._changed.wait(timeout=max(0, min(0.5, last - time.monotonic()))) and (
                    time.monotonic() >= last
                ):
                    raise TimeoutError(stream)

    def _open(self, stream: str) -> bool:
        asked = any(errand.stream == stream for errand in self._house.store.pending())
        dossier = self._house.dossier(stream)
        return asked or policy.due(dossier, self._house.now()) is not None

    def _loop(self) -> None:
        swept, version = 0.0, -1
        while True:
            with self._changed:
                if self._stopping:
                    return
                sweeping = self._sweep_now or time.monotonic() - swept > SWEEP
                self._sweep_now = False
            try:
                found = self._house.store.data_version()
                if sweeping or found != version:
                    version = found
                    self._errands()
                if sweeping:
                    swept = time.monotonic()
                    self._sweep()
            except Exception as fault:  # the database may come back; the loop has to be there then
                log.error("dispatch", exc_info=fault)
            with self._changed:
                if not self._stopping and not self._sweep_now:
                    self._changed.wait(POLL)

    def _errands(self) -> None:
        by_stream: dict[str, list[int]] = {}
        for errand in self._house.store.pending():
            by_stream.setdefault(errand.stream, []).append(errand.id)
        for stream, errands in by_stream.items():
            if stream == HOUSE:
                self._house.store.settle(*errands)
            else:
                self._begin(stream, errands)

    def _sweep(self) -> None:
        for dossier in self._house.dossiers():
            if policy.due(dossier, self._house.now()):
                self._begin(dossier.id, [])

    def _begin(self, stream: str, errands: list[int]) -> None:
        with self._changed:
            failed = self._failures.get(stream)
            if self._stopping or stream in self._running:
                return
            if failed is not None and time.monotonic() < failed[1]:
                return
            self._running[stream] = self._pool.submit(self._run, stream, errands)

    def _run(self, stream: str, errands: list[int]) -> None:
        failure: Exception | None = None
        try:
            dossier = self._house.dossier(stream)
            if self._wants_run(dossier):
                self._start_run(stream, errands[-1] if errands else 0)
                dossier = self._house.dossier(stream)
            self._seen[stream] = dossier.state
            if errands:
                self._house.store.settle(*errands)
        except Exception as fault:
            failure = fault
            log.error("run", dossier=stream, exc_info=fault)
        with self._changed:
            if failure is None:
                self._failures.pop(stream, None)
            else:
                times = self._failures[stream][0] + 1 if stream in self._failures else 0
                delay = BACKOFF[min(times, len(BACKOFF) - 1)]
                self._failures[stream] = (times, time.monotonic() + delay, failure)
            del self._running[stream]
            self._sweep_now = True
            self._changed.notify_all()

    def _wants_run(self, dossier: Dossier) -> bool:
        """Run where a stage is due, and where the dossier has come to a new gate to be shown."""
        if policy.due(dossier, self._house.now()) is not None:
            return True
        return dossier.state is not self._seen.get(dossier.id, dossier.state)
