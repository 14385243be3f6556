"""From the ledger's outbox to runs of the flow: one run of a dossier at a time, none forgotten.

A committed act leaves an errand; the dispatcher runs the dossier's flow and settles the errand when
the run has ended. A sweep finds what is due without an errand: after a crash, or when an embargo
ends. Wake-ups are hints; losing one costs a poll's length, never an act. How a run is made (in this
process, or by workers) is ``flows.embedded_run`` and ``flows.worker_run``; what a run does is
``flows.statement``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from approvals import policy
from approvals.dossier import Dossier
from approvals.errors import N_, ApprovalError
from approvals.ports import Errand
from approvals.register import is_dossier
from approvals.standing import State
from approvals.store import progress
from approvals.waiting import waiting_on
from documents.errors import DocumentError
from flows.house import House
from flows.prefect_lock import Lock
from locales.errors import LocaleError

POLL = 0.05
"""Seconds between two looks at the outbox where nobody gives a hint."""

CLOCK = 1.0
"""Seconds between two looks at what is only waiting for a time to come."""

SWEEP = 60.0
"""Seconds between two looks at every dossier."""

BACKOFF = (0.5, 2.0, 10.0, 60.0, 300.0)
"""Seconds until a failed run of a dossier is tried again, failure after failure."""

PATIENCE = 3
"""Failures after which whoever waits for a dossier is told; a refusal is told at once."""

log = structlog.get_logger("enonce.dispatch")

StartRun = Callable[[str, Sequence[Errand]], None]
"""Runs the flow of one dossier to its end; raises what stopped it."""

Hook = Callable[[House], None]
"""Called at every look at the clock: deadlines, reminders."""


class DispatcherRunningError(ApprovalError):
    """Another process dispatches for this house already."""


def _lock(home: Path) -> Lock:
    return Lock(home / "run" / "dispatcher.lock")


class HouseLock:
    """Held by the one process that dispatches for a house; let go when it ends, however it ends."""

    def __init__(self, home: Path) -> None:
        self._lock = _lock(home)
        if not self._lock.take():
            raise DispatcherRunningError(
                N_("The service of {home} is running already."), home=str(home)
            )

    def release(self) -> None:
        """Let another process dispatch."""
        self._lock.release()


def is_running(home: Path) -> bool:
    """Say whether some process dispatches for this house now."""
    return _lock(home).holder() is not None


class LeftBehindError(Exception):
    """A run goes on while its dispatcher closes: its errand stays, and nothing has failed."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What stopped a dossier's last run, how often in a row, and when it is tried again."""

    fault: Exception
    times: int
    again: float

    @property
    def told(self) -> bool:
        """Say whether waiting on is of no use: a refusal, or failures beyond patience."""
        refused = isinstance(self.fault, ApprovalError | DocumentError | LocaleError)
        return refused or self.times >= PATIENCE


class Dispatcher:
    """Runs the flow for whatever the outbox asks for, in a few threads of this process.

    Dossiers with a stage due go before those that only have a new picture to show. A dossier whose
    run failed waits its time and keeps nobody else from going on. Each thread that made runs calls
    ``leave`` as it ends.
    """

    def __init__(
        self,
        house: House,
        start_run: StartRun,
        *,
        leave: Callable[[], None] = lambda: None,
        threads: int = 4,
        hooks: Sequence[Hook] = (),
    ) -> None:
        self._house, self._start_run, self._hooks = house, start_run, tuple(hooks)
        self._leave = leave
        self._changed = threading.Condition()
        self._queue: dict[str, tuple[bool, tuple[Errand, ...]]] = {}
        self._running: set[str] = set()
        self._failures: dict[str, Failure] = {}
        self._shown: dict[str, str] = {}
        self._clocked: set[str] = set()
        self._ended: set[str] = set()
        self._stopping = self._look_now = False
        self._sweep_now = True
        self._threads = [
            threading.Thread(target=self._loop, name="enonce-dispatch", daemon=True),
            *(
                threading.Thread(target=self._work, name=f"enonce-run-{number}", daemon=True)
                for number in range(threads)
            ),
        ]
        house.store.on_commit(self.wake)

    def start(self) -> None:
        """Begin to dispatch; what a killed house told of its work is over."""
        try:
            progress.forget(self._house.store)
        except ApprovalError as fault:  # it may come back; nothing hangs on these rows
            log.warning("progress", exc_info=fault)
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 20) -> None:
        """Finish the runs that are under way, and no more.

        A run that does not end in ``seconds`` is left behind; the next start takes it up.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        last = time.monotonic() + seconds
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, last - time.monotonic()))

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

        Raises what stopped its run where that was a refusal or came again and again,
        ``TimeoutError`` after ``seconds``.
        """
        last = time.monotonic() + seconds
        while True:
            with self._changed:
                failure = self._failures.get(stream)
                if failure is not None and failure.told:
                    raise failure.fault
                busy = stream in self._running or stream in self._queue
            if not busy and not self._open(stream):
                return
            with self._changed:
                if time.monotonic() >= last:
                    raise TimeoutError(stream)
                self._changed.wait(timeout=max(0.0, min(0.2, last - time.monotonic())))

    def _open(self, stream: str) -> bool:
        if any(errand.stream == stream for errand in self._house.store.pending()):
            return True
        return policy.due(self._house.dossier(stream), self._house.now()) is not None

    def _loop(self) -> None:
        """Look for work until told to stop, whatever goes wrong meanwhile."""
        swept = looked = float("-inf")
        version: int | None = None
        while True:
            with self._changed:
                if self._stopping:
                    return
                sweeping = self._sweep_now or time.monotonic() - swept > SWEEP
                looking, self._look_now, self._sweep_now = self._look_now, False, False
            try:
                found = self._house.store.data_version()
                again = self._to_try_again()
                if sweeping or looking or again or found != version:
                    self._take(again)
                    version = found
                if sweeping:
                    swept = time.monotonic()
                    with self._house.store.read() as reader:
                        streams = reader.streams()
                    for stream in streams:
                        if is_dossier(stream):
                            self._consider(stream, [])
                if time.monotonic() - looked > CLOCK:
                    looked = time.monotonic()
                    for stream in tuple(self._clocked):
                        self._consider(stream, [])
                    for hook in self._hooks:
                        hook(self._house)
            except Exception as fault:  # the database may come back; the loop has to be there then
                version = None
                log.error("dispatch", exc_info=fault)
            with self._changed:
                if not (self._stopping or self._sweep_now or self._look_now):
                    self._changed.wait(POLL)

    def _to_try_again(self) -> set[str]:
        """Give the dossiers that may have work though nothing was committed.

        They failed and waited their time, or their run has just ended.
        """
        now = time.monotonic()
        with self._changed:
            ended, self._ended = self._ended, set()
            failed = {stream for stream, failure in self._failures.items() if failure.again <= now}
            return (ended | failed) - self._running

    def _take(self, others: set[str]) -> None:
        """Enqueue what the outbox asks for, and what is due in ``others``."""
        by_stream: dict[str, list[Errand]] = {stream: [] for stream in others}
        for errand in self._house.store.pending():
            by_stream.setdefault(errand.stream, []).append(errand)
        elsewhere = [stream for stream in by_stream if not is_dossier(stream)]
        settled = [errand.id for stream in elsewhere for errand in by_stream.pop(stream)]
        for stream, errands in by_stream.items():
            if self._free(stream) and not self._consider(stream, errands):
                settled.extend(errand.id for errand in errands)
        if settled:
            self._house.store.settle(*settled)

    def _consider(self, stream: str, errands: Sequence[Errand]) -> bool:
        """Enqueue a dossier where it has something to do or to show, and say so."""
        try:
            dossier = self._house.dossier(stream)
        except ApprovalError as fault:  # a tampered stream stops itself and no other
            self._failed(stream, fault)
            return True
        if dossier.state is State.EMBARGOED:
            self._clocked.add(stream)
        else:
            self._clocked.discard(stream)
        due = policy.due(dossier, self._house.now()) is not None
        news = bool(errands) and self._shown.get(stream) != awaited(dossier)
        with self._changed:
            if not (due or news):
                self._failures.pop(stream, None)
            elif self._free(stream) and (errands or stream not in self._queue):
                self._queue[stream] = (due, tuple(errands))
                self._changed.notify_all()
        return due or news

    def _free(self, stream: str) -> bool:
        with self._changed:
            failure = self._failures.get(stream)
            waiting = failure is not None and time.monotonic() < failure.again
            return not (self._stopping or waiting or stream in self._running)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._stopping and not self._queue:
                    self._changed.wait()
                if self._stopping:
                    break
                stream = next(
                    (one for one, (due, _) in self._queue.items() if due), next(iter(self._queue))
                )
                _, errands = self._queue.pop(stream)
                self._running.add(stream)
            self._run(stream, errands)
        self._leave()

    def _run(self, stream: str, errands: tuple[Errand, ...]) -> None:
        fault: Exception | None = None
        try:
            self._start_run(stream, errands)
            self._shown[stream] = awaited(self._house.dossier(stream))
            if errands:
                self._house.store.settle(*(errand.id for errand in errands))
        except LeftBehindError:
            log.info("left behind", dossier=stream)
        except Exception as stopped:
            fault = stopped
            log.error("run", dossier=stream, exc_info=stopped)
        with self._changed:
            failed = self._failures.get(stream)
            if fault is None:
                self._failures.pop(stream, None)
                self._ended.add(stream)
            else:
                failed = self._failed(stream, fault)
        if failed is not None:
            self._tell(stream, failed if fault is not None else None)
        with self._changed:
            self._running.discard(stream)
            self._look_now = True
            self._changed.notify_all()

    def _tell(self, stream: str, failure: Failure | None) -> None:
        """Let the pages say that the work for a dossier fails, or that it does no more."""
        try:
            house = self._house
            due = None if failure is None else policy.due(house.dossier(stream), house.now())
            if failure is None or due is None:
                progress.forget(house.store, stream)
            else:
                progress.failed(house.store, stream, due, failure.times, house.now())
        except ApprovalError as fault:  # what failed is in the log already
            log.warning("progress", dossier=stream, exc_info=fault)

    def _failed(self, stream: str, fault: Exception) -> Failure:
        with self._changed:
            before = self._failures.get(stream)
            times = before.times + 1 if before else 1
            pause = BACKOFF[min(times, len(BACKOFF)) - 1]
            failure = Failure(fault, times, time.monotonic() + pause)
            self._failures[stream] = failure
            self._changed.notify_all()
        return failure


def awaited(dossier: Dossier) -> str:
    """Give the English sentence of what a dossier waits for, without its full stop."""
    waiting = waiting_on(dossier)
    return waiting.message.format_map(waiting.data).rstrip(".")
