"""The process that keeps Prefect's server: loads it once, forks it, forks it again when it dies.

``flows.prefect_server`` starts it with two sockets: the listening one, which outlives every server
so that a request made while one is down waits instead of failing, and a line to the house. When
the line ends, however the house ended, so does everything here. Loading the server takes 3 to 5
seconds of one core; a fork of the loaded process answers in less than one.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import select
import shutil
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from flows.prefect_lock import Lock

if TYPE_CHECKING:
    from fastapi import FastAPI

QUICK_CHECK_LIMIT = 64 * 1024 * 1024
"""Bytes of database up to which all of it is looked over before a start; above, its head only."""

_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def cache_folder() -> Path:
    """Give where an empty, migrated database is kept for the next house of this installation."""
    own = Path(sys.prefix) / "var" / "enonce"
    if sys.prefix != sys.base_prefix and os.access(sys.prefix, os.W_OK):
        return own
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "enonce"


def template() -> Path:
    """Give the path of the empty, migrated database for the installed version of Prefect."""
    return cache_folder() / f"prefect-{version('prefect')}.db"


def revision(database: Path) -> str | None:
    """Give the schema revision of a database: empty where it has none yet, None where corrupt."""
    if not database.exists() or database.stat().st_size == 0:
        return ""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True)) as base:
            if database.stat().st_size <= QUICK_CHECK_LIMIT:
                (said,) = base.execute("PRAGMA quick_check(1)").fetchone()
                if said != "ok":
                    return None
            (found,) = base.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
            return str(found)
    except sqlite3.DatabaseError as fault:
        return None if fault.sqlite_errorcode & 0xFF in _CORRUPT else ""


def set_aside(database: Path) -> Path:
    """Move a corrupt database out of the way, and give its new name."""
    aside = database.with_name(f"{database.name}.corrupt-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    database.rename(aside)
    drop_journal(database)
    return aside


def drop_journal(database: Path) -> None:
    """Remove what belonged to a database that is no longer there."""
    for ending in ("-wal", "-shm", "-journal"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def keep_template(database: Path) -> None:
    """Keep a copy of a freshly migrated database; without a place for it, do nothing."""
    target = template()
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    with contextlib.suppress(OSError, sqlite3.Error):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(database)) as base:
            base.execute("VACUUM INTO ?", (str(temporary),))
        temporary.replace(target)


class Keeper:
    """Keeps one server running until the house lets go of the line."""

    def __init__(self, listener: socket.socket, line: socket.socket, home: Path) -> None:
        self._listener = listener
        self._line = line
        self._database = home / "prefect.db"
        self._lock = Lock(home / "server.lock")
        # Both ends are kept: one that is forgotten closes, and the other is read without end.
        self._wake, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._stopping = False
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def run(self) -> None:
        """Load the server, then keep a fork of it alive."""
        if not self._lock.take():
            self._tell("busy")
            return
        app = self._load()
        signal.signal(signal.SIGTERM, self._stop)
        started, deaths = time.monotonic(), 0
        while not self._ended():
            if not self._prepare():
                self._tell("failed")
                return
            started = time.monotonic()
            server, ours = self._fork(app)
            self._tell("serving", pid=server)
            code = self._watch(server)
            ours.close()
            if self._ended():
                return
            deaths = deaths + 1 if time.monotonic() - started < 5 else 1
            self._tell("died", code=code)
            if deaths > 3:
                self._tell("failed")
                return

    def _load(self) -> FastAPI:
        gc.disable()  # a fifth of the loading time, and every survivor stays for good
        from prefect.server.api.server import create_app

        stay_at_home()
        app = create_app(final=True)
        gc.collect()
        gc.freeze()
        return app

    def _prepare(self) -> bool:
        """Put a database of the right schema in place; False where that cannot be done."""
        for _ in range(2):
            found = revision(self._database)
            if found is None:
                self._tell("aside", file=str(set_aside(self._database)))
                found = ""
            ready = revision(template()) or None
            if not found and ready and not self._has_tables():
                drop_journal(self._database)
                shutil.copyfile(template(), self._database)
                os.chmod(self._database, 0o600)
                found = ready
            if found and found == ready:
                return True
            fresh = not found
            self._tell("migrating", fresh=fresh)
            if self._migrate():
                if fresh:
                    keep_template(self._database)
                return True
            if self._ended():
                return False
            if self._database.exists():
                self._tell("aside", file=str(set_aside(self._database)))
        return False

    def _has_tables(self) -> bool:
        if not self._database.exists():
            return False
        with contextlib.closing(sqlite3.connect(self._database)) as base:
            return base.execute("SELECT 1 FROM sqlite_master").fetchone() is not None

    def _migrate(self) -> bool:
        """Run Prefect's own migrations in a fork, because a loop and its threads cannot be forked.

        The fork ends with the house like everything else: the keeper watches the line meanwhile.
        """
        pid = os.fork()
        if pid == 0:
            with _last_words():
                self._become_child()
                from prefect.server.database import provide_database_interface

                asyncio.run(provide_database_interface().create_db())
                with contextlib.closing(sqlite3.connect(self._database)) as base:
                    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                os.chmod(self._database, 0o600)
        return self._watch(pid, database=False) == 0

    def _fork(self, app: FastAPI) -> tuple[int, socket.socket]:
        """Fork the server; it ends when the socket that is given back is closed."""
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            with _last_words():
                ours.close()
                self._become_child()
                serve(app, self._listener, theirs)
        theirs.close()
        return pid, ours

    def _become_child(self) -> None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        self._line.close()
        gc.enable()

    def _watch(self, pid: int, *, database: bool = True) -> int:
        """Wait for the child and give its code; end it where the house or its file goes."""
        with _held(self._database if database else None) as there:
            while True:
                select.select([self._line, self._wake], [], [], 1)
                with contextlib.suppress(BlockingIOError):
                    self._wake.recv(512, socket.MSG_DONTWAIT)
                ended, status = os.waitpid(pid, os.WNOHANG)
                if ended:
                    return os.waitstatus_to_exitcode(status)
                if self._ended():
                    return _end(pid, patience=4)
                if not there():
                    self._tell("gone")
                    return _end(pid, patience=0)

    def _ended(self) -> bool:
        """Say whether the house has let go of the line, or asked for the end."""
        if not self._stopping:
            ready, _, _ = select.select([self._line], [], [], 0)
            if ready and not self._line.recv(512):
                self._stopping = True
        return self._stopping

    def _tell(self, what: str, **data: object) -> None:
        with contextlib.suppress(OSError):
            self._line.sendall(json.dumps({"what": what, **data}).encode() + b"\n")


def stay_at_home() -> None:
    """Have the server answer from what Prefect ships instead of asking a registry on the network.

    It would ask for the forms of work pools whenever a worker starts or a pool is made.
    """
    from prefect.server.api import collections

    collections.KNOWN_VIEWS = dict.fromkeys(collections.KNOWN_VIEWS, "")


def serve(app: FastAPI, listener: socket.socket, lifeline: socket.socket) -> None:
    """Serve until SIGTERM; end at once when the lifeline does."""
    import uvicorn

    def follow() -> None:
        lifeline.recv(1)
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run(sockets=[listener])


@contextlib.contextmanager
def _last_words() -> Iterator[None]:
    """Never return into the parent's code from a fork, whatever happens."""
    code = 1
    try:
        yield
        code = 0
    except BaseException as fault:
        import traceback

        traceback.print_exception(fault)
    finally:
        sys.stderr.flush()
        os._exit(code)


@contextlib.contextmanager
def _held(path: Path | None) -> Iterator[Callable[[], bool]]:
    """Give a function that says whether the file is still the one that was there at first.

    It is held open meanwhile: else a file made after it was deleted might get its inode number.
    """
    if path is None or not path.exists():
        yield lambda: True
        return
    with path.open("rb") as held:
        first = os.fstat(held.fileno())

        def there() -> bool:
            try:
                return os.path.samestat(first, path.stat())
            except FileNotFoundError:
                return False

        yield there


def _end(pid: int, *, patience: float) -> int:
    """End a child of ours, gently for ``patience`` seconds, and give its code."""
    if patience:
        os.kill(pid, signal.SIGTERM)
    last = time.monotonic() + patience
    while time.monotonic() < last:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> NoReturn:
    """Run the keeper on the two sockets named on the command line."""
    listener, line = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    Keeper(listener, line, Path(os.environ["PREFECT_HOME"])).run()
    sys.exit()


if __name__ == "__main__":
    main()
