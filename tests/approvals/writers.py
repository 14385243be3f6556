"""Processes that write to a store, to be raced, starved of room and killed.

Run as ``python -m tests.approvals.writers``: loads everything once, then forks for every order that
it reads, one JSON object a line: ``{"job": …, "where": …, "count": …}`` and what else the job
takes. Every line that a child writes is its own, whole, and written after what it says was done.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from approvals.errors import ApprovalError, StaleVersionError
from approvals.store import Store
from approvals.store.lock import FileLock
from tests.approvals.ledgers import append, write

ROOT = Path(__file__).resolve().parents[2]


def say(**said: object) -> None:
    os.write(1, json.dumps(said).encode() + b"\n")


def keep_appending(where: str, name: str, number: int, seconds: float = 60) -> None:
    """Append to a stream of one's own; say every entry that was committed, and the wait for it."""
    store = Store(where)
    say(ready=number)
    end = time.monotonic() + seconds
    version = 0
    while (began := time.monotonic()) < end:
        version += 1
        entry = append(store, f"{name}-{number}", version)
        said = (entry.sequence, entry.key, entry.hash)
        say(writer=number, entry=said, seconds=time.monotonic() - began)


def race(where: str, number: int, versions: int) -> None:
    """Try to be the one who writes each version of one stream."""
    store = Store(where)
    for version in range(1, versions + 1):
        try:
            append(store, "race", version, key=f"{number}-{version}")
        except StaleVersionError:
            continue
        say(writer=number, won=version)


def stop_midway(where: str, number: int) -> None:
    """Write half an act and stand still."""
    store = Store(where)
    with store.begin() as work:
        write(work, "half", 1)
        say(midway=number)
        signal.pause()


def hold(path: str, number: int) -> None:
    """Hold the writers' lock and stand still."""
    with FileLock(Path(path)):
        say(holding=number)
        signal.pause()


def fill_up(where: str, number: int, room: int) -> None:
    """Append until files may not grow; then, with room again, the same act once more."""
    store = Store(where)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    size = Path(where).stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, hard))
    version = until_refused(store)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    append(store, "full", version)
    say(done=version)


def until_refused(store: Store) -> int:
    version = 0
    while True:
        version += 1
        try:
            append(store, "full", version, payload={"text": "x" * 5000})
        except ApprovalError as error:
            say(refused=type(error).__name__, sentence=str(error), version=version)
            return version


def as_nobody(where: str, number: int) -> None:
    """Read and write as somebody without rights."""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    try:
        store = Store(where)
        with store.read() as reader:
            say(read=len(list(reader.entries())))
        append(store, "full", 1)
    except ApprovalError as error:
        say(refused=type(error).__name__, sentence=str(error))


JOBS: dict[str, Callable[..., None]] = {
    job.__name__: job for job in (keep_appending, race, stop_midway, hold, fill_up, as_nobody)
}


@dataclass
class Running:
    """Children at one job."""

    process: subprocess.Popen[str]
    pids: list[int]
    said: list[dict[str, Any]] = field(default_factory=list)

    def lines(self) -> Iterator[dict[str, Any]]:
        """Give what the children say until all of them have ended."""
        assert self.process.stdout
        for line in self.process.stdout:
            answer = json.loads(line)
            if "ended" in answer:
                self.pids = []
                return
            self.said.append(answer)
            yield answer

    def wait(self) -> list[dict[str, Any]]:
        """Let them end; give everything that they said."""
        for _ in self.lines():
            pass
        return self.said

    def until(self, what: str, count: int = 1) -> None:
        """Wait until ``count`` lines say ``what``."""
        for answer in self.lines():
            count -= what in answer
            if count == 0:
                return
        raise AssertionError(f"they ended before: {self.said[-3:]}")

    def kill(self) -> None:
        """Kill all of them at once."""
        for pid in self.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


class Writers:
    """Starts children at a job; one job at a time."""

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.approvals.writers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.running: Running | None = None
        return self

    def __exit__(self, *_: object) -> None:
        with self.process:
            self.rest()
            assert self.process.stdin
            self.process.stdin.close()

    def rest(self) -> None:
        """End whatever a test left running."""
        if self.running and self.running.pids:
            self.running.kill()
            self.running.wait()

    def start(self, job: str, count: int = 1, **more: object) -> Running:
        self.rest()
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"job": job, "count": count, **more}) + "\n")
        self.process.stdin.flush()
        self.running = Running(self.process, json.loads(self.process.stdout.readline())["pids"])
        return self.running


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        job, count = JOBS[order.pop("job")], order.pop("count")
        gate, opened = os.pipe()
        pids = []
        for number in range(count):
            pid = os.fork()
            if pid == 0:
                os.close(opened)
                os.read(gate, 1)  # until all are there
                try:
                    job(**order, number=number)
                except BaseException as error:
                    say(failed=repr(error))
                finally:
                    os._exit(0)
            pids.append(pid)
        os.close(gate)
        say(pids=pids)
        os.close(opened)
        for pid in pids:
            os.waitpid(pid, 0)
        say(ended=True)


if __name__ == "__main__":
    main()
