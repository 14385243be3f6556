"""One Prefect server for one house: a supervised child on loopback.

It holds nothing that cannot be lost. Its database may be deleted, damaged or killed at any moment:
a new one is made, and the road goes on from the ledger.
"""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from approvals.errors import N_, ApprovalError
from flows import own_env as prefect_env

QUICK = 3
"""Starts that may fail in a row before the database is put aside, and then the start given up."""


class PrefectServerError(ApprovalError):
    """The server does not start; its log says why."""


class PrefectServer:
    """Starts the server, starts it again when it dies, ends it."""

    def __init__(self, home: Path, *, on_restart: Callable[[], None] | None = None) -> None:
        self._home = home
        self._on_restart = on_restart
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._socket.set_inheritable(True)
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        self.seconds = 0.0
        self.restarts = 0

    @property
    def url(self) -> str:
        """Give the API's address; connections wait in the queue until the server takes them."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/api"

    @property
    def pid(self) -> int | None:
        """Give the child's process id."""
        return self._process.pid if self._process else None

    @property
    def log(self) -> Path:
        """Give the file that the server writes to."""
        return self._home / "logs" / "prefect-server.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the child and a thread that watches it; ``wait`` says when it answers."""
        self._spawn()
        self._watcher = threading.Thread(target=self._watch, name="prefect-watch", daemon=True)
        self._watcher.start()

    def _spawn(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        _from_template(self._home)
        descriptor = self._socket.fileno()
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "flows.own_child", str(descriptor)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(descriptor,),
                env=environment | prefect_env.server(self._home),
                start_new_session=True,
            )

    def _watch(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            process = self._process
            if process is None:
                return
            began = time.monotonic()
            process.wait()
            if self._stopping.is_set():
                return
            failures = failures + 1 if time.monotonic() - began < 30 else 1
            if failures > 2 * QUICK:
                return
            if failures == QUICK:
                self._put_aside()
            self._stopping.wait(min(0.1 * 2**failures, 5))
            if not self._stopping.is_set():
                self.restarts += 1
                self._spawn()
                if self._on_restart:
                    self._on_restart()

    def _put_aside(self) -> None:
        """Put a database with which the server does not start out of its way; a new one is made."""
        database = prefect_env.database(self._home)
        for file in database.parent.glob(f"{database.name}*"):
            with contextlib.suppress(OSError):
                file.rename(file.with_name(f"damaged-{int(time.time())}-{file.name}"))

    def wait(self, seconds: float = 90) -> None:
        """Wait until the server answers; raise ``PrefectServerError`` where it never does."""
        began = time.monotonic()
        while True:
            try:
                with urllib.request.urlopen(self._request("/health"), timeout=5) as answer:
                    if answer.status == 200:
                        break
            except (OSError, urllib.error.URLError):
                gone = self._watcher is not None and not self._watcher.is_alive()
                if gone or time.monotonic() - began > seconds:
                    raise PrefectServerError(
                        N_("Prefect’s server does not start. Its log, {log}, says why."),
                        log=str(self.log),
                    ) from None
                time.sleep(0.05)
        if not self.seconds:
            self.seconds = time.monotonic() - began
        _keep_template(self._home)

    def _request(self, path: str) -> urllib.request.Request:
        token = base64.b64encode(prefect_env.secret(self._home).encode()).decode()
        return urllib.request.Request(
            f"{self.url}{path}", headers={"Authorization": f"Basic {token}"}
        )

    def stop(self) -> None:
        """End the child; nothing in it needs a farewell."""
        self._stopping.set()
        process, self._process = self._process, None
        if process is not None:
            if process.stdin:
                process.stdin.close()
            process.kill()
            process.wait()
        self._socket.close()


def _template(home: Path) -> Path:
    """Give where an empty, migrated database of this Prefect version is kept for the next house."""
    from importlib.metadata import version

    cache = os.environ.get("XDG_CACHE_HOME")
    folder = (Path(cache) if cache else Path.home() / ".cache") / "enonce"
    return folder / f"prefect-{version('prefect')}.db"


def _from_template(home: Path) -> None:
    """Begin a house's Prefect database from the empty one: the migrations take half the start."""
    database, template = prefect_env.database(home), _template(home)
    if not database.exists() and template.exists():
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = database.with_suffix(".new")
        shutil.copyfile(template, temporary)
        temporary.replace(database)


def _keep_template(home: Path) -> None:
    """Keep an empty, migrated database for the next house, where there is none yet."""
    database, template = prefect_env.database(home), _template(home)
    if template.exists() or not database.exists():
        return
    import sqlite3

    with contextlib.suppress(OSError, sqlite3.Error):
        template.parent.mkdir(parents=True, exist_ok=True)
        temporary = template.with_name(f"{template.name}.{os.getpid()}")
        with (
            contextlib.closing(sqlite3.connect(database)) as source,
            contextlib.closing(sqlite3.connect(temporary)) as target,
        ):
            runs = source.execute("SELECT count(*) FROM flow_run").fetchone()[0]
            source.backup(target)
        if runs:
            temporary.unlink()
        else:
            temporary.replace(template)
