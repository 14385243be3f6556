"""``enonce`` as a child process, and what it says line by line as it says it."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a person who has set nothing of ours, and works on this house."""
    own = {name: value for name, value in os.environ.items() if not _ours(name)}
    return {**own, "HOME": str(home.parent), "LANG": "C.UTF-8", **more}


def _ours(name: str) -> bool:
    return name.startswith(("ENONCE_", "PREFECT_"))


class Started:
    """A running command whose output is read as it comes."""

    def __init__(self, home: Path, *words: str, **more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flows", "--home", str(home), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(home, **more),
            cwd=ROOT,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._coming: queue.Queue[str] = queue.Queue()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._coming.put(line)
        self._coming.put("")

    def until(self, said: Callable[[str], bool] | str, seconds: float = 120) -> str:
        """Wait for a line and give it."""
        holds = said if callable(said) else lambda line: said in line
        last = time.monotonic() + seconds
        while line := self._coming.get(timeout=max(0.1, last - time.monotonic())):
            self.lines.append(line.rstrip("\n"))
            if holds(line):
                return line
        raise AssertionError("\n".join(self.lines))

    def end(self, how: signal.Signals, seconds: float = 60) -> int:
        """Send a signal, wait for the end, give the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(seconds)
        self._reading.join(10)
        while not self._coming.empty():
            if line := self._coming.get():
                self.lines.append(line.rstrip("\n"))
        return code

    def kill(self) -> None:
        """End it and everything that it started in its session, however it stands."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reading.join(10)
        if self.process.stdout:
            self.process.stdout.close()


def done(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "flows", "--home", str(home), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(home, **more),
        cwd=ROOT,
        timeout=300,
        check=False,
    )
