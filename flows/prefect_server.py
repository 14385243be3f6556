"""Prefect's server as a supervised child of the house, on loopback.

``PrefectServer`` binds the port and holds it for as long as it lives, starts the keeper
(``flows.prefect_child``), waits until the server answers and starts the keeper anew when it dies.
A request made meanwhile waits. What the server keeps is of no consequence: a deleted or corrupt
database is replaced by an empty one. What its processes are told is in ``flows.prefect_env``; the
house's own state is in the ledger (``approvals.store``), never here.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from approvals.errors import ApprovalError, Value
from flows import prefect_env
from flows.prefect_lock import Lock
from locales.errors import N_

Progress = Callable[[str, Mapping[str, Value]], None]
"""Takes a sentence (a msgid) and its fields."""

MOST_LOG = 8 * 1024 * 1024
"""Bytes of server log above which a start begins a new one, keeping one old one."""


MOST_PAUSE = 5.0
"""Seconds between two starts of a server that dies again and again."""


class PrefectStartError(ApprovalError):
    """Prefect's server did not come up."""


class PrefectStoppedError(Exception):
    """Prefect's server was stopped while somebody waited for it: nothing has failed."""


class PrefectTakenError(ApprovalError):
    """Another process of this house runs Prefect's server already."""


class PrefectServer:
    """Prefect's server for one house; a context manager that starts and stops it."""

    def __init__(
        self, home: Path, *, ui: bool = False, on_progress: Progress | None = None
    ) -> None:
        self.home = home.absolute()
        self.url = ""
        self.server_pid: int | None = None
        self.keeper_pid: int | None = None
        self.starts = 0
        self._ui = ui
        self._progress = on_progress
        self._owner = Lock(prefect_env.folder(self.home) / "house.lock")
        self._listener: socket.socket | None = None
        self._keeper: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._failed = threading.Event()
        self._stood = False

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

    def start(self, on_progress: Progress | None = None, *, wait: bool = True) -> str:
        """Start the server and give the address of its interface, once it answers.

        Without ``wait`` the address is given at once: requests wait until the server answers, and
        whoever starts can load Prefect's client meanwhile. Raises ``PrefectTakenError`` where a
        living process runs the server of this house, ``PrefectStartError`` where it does not come
        up.
        """
        self._progress = on_progress or self._progress
        if not self._owner.take():
            raise PrefectTakenError(
                N_("Another enonce process runs Prefect’s server for the house in {home}."),
                home=str(self.home),
            )
        try:
            _end_stale(Lock(prefect_env.folder(self.home) / "server.lock"))
            self._listener = self._listen()
            self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/api"
            self._stopping.clear()
            self._failed.clear()
            self._spawn()
            self._thread = threading.Thread(
                target=self._supervise, name="prefect-server", daemon=True
            )
            self._thread.start()
            if wait:
                self.wait()
        except BaseException:
            self.stop()
            raise
        return self.url

    def wait(self, seconds: float = 120) -> None:
        """Wait until the server answers; raise ``PrefectStartError`` where it does not.

        Raises ``PrefectStoppedError`` at once where it is stopped meanwhile.
        """
        last = time.monotonic() + seconds
        while not self._given_up() and time.monotonic() < last:
            if self._answers(min(last, time.monotonic() + 5)):
                self._stood = True
                return
        if self._stopping.is_set():
            raise PrefectStoppedError
        raise PrefectStartError(
            N_("Prefect’s server does not start. What it said is in {file}."),
            file=str(prefect_env.log_file(self.home, "prefect-server")),
        )

    def healthy(self) -> bool:
        """Say whether the server answers within a second."""
        return bool(self.url) and self._answers(time.monotonic() + 1)

    def stop(self) -> None:
        """Stop the server and let its port go; stopping twice changes nothing."""
        self._stopping.set()
        keeper, line = self._keeper, self._line
        if keeper is not None:
            with contextlib.suppress(ProcessLookupError):
                keeper.terminate()
            try:
                keeper.wait(8)
            except subprocess.TimeoutExpired:
                keeper.kill()
                keeper.wait()
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        if line is not None:
            line.close()
        if self._listener is not None:
            self._listener.close()
        self._keeper = self._line = self._listener = self._thread = None
        self.server_pid = self.keeper_pid = None
        self._owner.release()

    def _listen(self) -> socket.socket:
        """Bind the port of the last time where it is free, so that bookmarks and workers stay."""
        kept = prefect_env.folder(self.home) / "port"
        with contextlib.suppress(OSError, ValueError, OverflowError):
            return _bound(int(kept.read_text()))
        listener = _bound(0)
        kept.write_text(str(listener.getsockname()[1]))
        return listener

    def _spawn(self) -> None:
        """Start the keeper with the listening socket and its end of the line."""
        if self._listener is None:
            raise RuntimeError("no socket to serve on")
        ours, theirs = socket.socketpair()
        file = prefect_env.log_file(self.home, "prefect-server")
        if file.exists() and file.stat().st_size > MOST_LOG:
            file.replace(file.with_suffix(".log.1"))
        environment = os.environ | prefect_env.server_environment(self.home, self.url, ui=self._ui)
        with theirs, file.open("ab") as log:
            self._keeper = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "flows.prefect_child",
                    str(self._listener.fileno()),
                    str(theirs.fileno()),
                ],
                pass_fds=(self._listener.fileno(), theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
        self._line = ours
        self.keeper_pid = self._keeper.pid
        self.starts += 1

    def _supervise(self) -> None:
        """Follow what the keeper says; start it anew when it dies, at growing intervals."""
        pause = 0.0
        while self._line is not None and self._keeper is not None:
            begun = time.monotonic()
            line = self._line
            with contextlib.suppress(OSError), line.makefile("rb") as said:
                for word in said:
                    self._hear(json.loads(word))
            self._keeper.wait()
            self.server_pid = None
            if self._stopping.is_set() or (self._failed.is_set() and not self._stood):
                return
            if self._failed.is_set():  # it stood once: whatever kills it may pass
                self._failed.clear()
                pause = MOST_PAUSE
            else:
                soon = time.monotonic() - begun <= 30
                pause = min(MOST_PAUSE, pause * 2 + 0.1) if soon else 0.0
            self._say(N_("Prefect’s server has died; it is started again."))
            if self._stopping.wait(pause):
                return
            line.close()
            self._spawn()

    def _hear(self, said: Mapping[str, Value]) -> None:
        match said["what"]:
            case "migrating" if said["fresh"]:
                self._say(
                    N_("Prefect’s database is made: once for this installation, about ten seconds.")
                )
            case "migrating":
                self._say(N_("Prefect’s database is brought up to date."))
            case "aside":
                self._say(
                    N_("Prefect’s database was corrupt. It lies in {file} now; a new one is made."),
                    file=said["file"],
                )
            case "gone":
                self._say(N_("Prefect’s database has gone; a new one is made."))
            case "serving":
                self.server_pid = int(str(said["pid"]))
                self.starts += 1
            case "died":
                self.server_pid = None
                self._say(N_("Prefect’s server has died; it is started again."))
            case "failed" | "busy":
                self._failed.set()

    def _say(self, message: str, **data: Value) -> None:
        if self._progress is not None:
            self._progress(message, data)

    def _given_up(self) -> bool:
        return self._failed.is_set() or self._stopping.is_set()

    def _answers(self, last: float) -> bool:
        """Ask for the server's health once and wait for the answer as long as that makes sense."""
        host, _, port = self.url.removeprefix("http://").removesuffix("/api").partition(":")
        try:
            with socket.create_connection((host, int(port)), timeout=1) as asked:
                asked.sendall(b"GET /api/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
                while time.monotonic() < last and not self._given_up():
                    if select.select([asked], [], [], 0.05)[0]:
                        return asked.recv(64).split(b" ")[1:2] == [b"200"]
        except OSError:
            self._stopping.wait(0.02)
        return False


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


def _end_stale(lock: Lock) -> None:
    """End what a killed house left behind: whoever has the server's lock though no house lives."""
    last = time.monotonic() + 10
    while (pid := lock.holder()) is not None and time.monotonic() < last:
        if pid > 1:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
