"""A lock on a file that lasts as long as the process that took it, kill -9 included.

``approvals.store.lock`` queues writers; this one only says whether somebody else is there.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # a system without flock is trusted to start one house at a time
    fcntl = None  # type: ignore[assignment]


class Lock:
    """An exclusive lock on a file that names its holder's process id."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = -1

    def take(self) -> bool:
        """Take the lock without waiting; False where another process has it."""
        if self._file >= 0:
            return True
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _locked(file):
            os.close(file)
            return False
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        self._file = file
        return True

    def release(self) -> None:
        """Let the lock go; doing it twice changes nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def holder(self) -> int | None:
        """Give the process id of another process that has the lock, or None where nobody has it."""
        if fcntl is None or self._file >= 0:
            return None
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            with contextlib.suppress(ValueError):
                return int(os.pread(file, 32, 0))
            return 0
        finally:
            os.close(file)
        return None


def _locked(file: int) -> bool:
    """Lock a file; somebody who only looks at the holder is in the way for a moment at most."""
    if fcntl is None:
        return True
    for attempt in range(10):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.002 * attempt)
        else:
            return True
    return False
