"""A file lock taken before SQLite's own, so that eight writers wait in turn and do not starve.

SQLite's busy handler polls; whoever polls at the right moment wins. A kernel lock queues instead.
The lock dies with its process. PostgreSQL has a queue of its own and needs none.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

try:
    import fcntl
except ImportError:  # a system without flock falls back on SQLite's own busy timeout
    fcntl = None  # type: ignore[assignment]


class FileLock:
    """An exclusive lock between processes, and between the threads of this one.

    Raises ``OSError`` where the file cannot be made, and ``RuntimeError`` where the thread that
    holds the lock asks for it again, which would wait for itself for ever.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = threading.Lock()
        self._owner: int | None = None
        self._file = -1

    def __enter__(self) -> Self:
        if self._owner == threading.get_ident():
            raise RuntimeError("a unit of work was begun inside another")
        self._thread.acquire()
        try:
            self._owner = threading.get_ident()
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._release()

    def _release(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        self._owner = None
        self._thread.release()
