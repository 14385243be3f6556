"""Prefect's server as a child of the house: starts, comes back, and never outlives the house."""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import prefect_child, prefect_env, prefect_server
from flows.prefect_lock import Lock
from flows.prefect_server import (
    PrefectServer,
    PrefectStoppedError,
    PrefectTakenError,
    _end_stale,
)

pytestmark = pytest.mark.needs_prefect


def ask(server: PrefectServer, path: str, *, password: str | None) -> int:
    request = urllib.request.Request(f"{server.url}{path}")
    if password is not None:
        given = base64.b64encode(password.encode()).decode()
        request.add_header("Authorization", f"Basic {given}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code


@pytest.mark.parametrize("path", ["/admin/version", "/admin/settings", "/openapi.json"])
def test_the_interface_asks_for_the_password_of_the_installation(
    server: PrefectServer, prefect_home: Path, path: str
) -> None:
    assert ask(server, path, password=None) == 401
    assert ask(server, path, password="enonce:guessed") == 401
    assert ask(server, path, password=prefect_env.secret(prefect_home)) == 200


def test_every_other_address_of_the_interface_asks_for_the_password(
    server: PrefectServer, prefect_home: Path
) -> None:
    """As its own description lists them; what is not described is asked for one as well."""
    password = prefect_env.secret(prefect_home)
    request = urllib.request.Request(f"{server.url}/openapi.json")
    given = base64.b64encode(password.encode()).decode()
    request.add_header("Authorization", f"Basic {given}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        described = json.load(answer)["paths"]
    asked = [
        (method.upper(), "/api" + re.sub("{[^}]+}", "00000000-0000-0000-0000-000000000000", path))
        for path, operations in described.items()
        for method in operations
    ]
    assert len(asked) > 150
    port = int(server.url.rpartition(":")[2].removesuffix("/api"))
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    open_: list[str] = []
    for method, path in [*asked, ("GET", "/api/nothing"), ("POST", "/api/nothing")]:
        line.request(method, path, body="{}", headers={"Content-Type": "application/json"})
        told = line.getresponse()
        told.read()
        if told.status != 401:
            open_.append(f"{method} {path}: {told.status}")
    line.close()
    assert open_ == ["GET /api/health: 200", "GET /api/ready: 200"]


def test_the_health_needs_no_password(server: PrefectServer) -> None:
    assert ask(server, "/health", password=None) == 200


def test_the_server_is_on_loopback_only(server: PrefectServer) -> None:
    port = int(server.url.rpartition(":")[2].removesuffix("/api"))
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    ]
    assert listening == [f"0100007F:{port:04X}"]


def test_the_password_is_its_owner_s_alone(server: PrefectServer, prefect_home: Path) -> None:
    file = prefect_home / "prefect" / "password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_text()) > 40


def test_the_server_phones_nobody(server: PrefectServer, prefect_home: Path) -> None:
    environment = dict(
        pair.split("=", 1)
        for pair in Path(f"/proc/{server.keeper_pid}/environ").read_text().split("\0")
        if "=" in pair
    )
    assert environment["DO_NOT_TRACK"] == "1"
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    inside = {"0100007F", "00000000"}
    talking = {
        line.split()[2].partition(":")[0]
        for line in Path(f"/proc/{server.server_pid}/net/tcp").read_text().splitlines()[1:]
        if line.split()[9] in _sockets(server.server_pid or 0)
    }
    assert talking <= inside


def _sockets(pid: int) -> set[str]:
    found = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        target = os.readlink(entry)
        if target.startswith("socket:["):
            found.add(target.removeprefix("socket:[").removesuffix("]"))
    return found


def test_who_watches_the_server_sleeps(server: PrefectServer) -> None:
    """The keeper waits for signals and for its house; it does not ask again and again."""
    assert server.keeper_pid is not None
    turns = Path(f"/proc/{server.keeper_pid}/status")
    if not turns.exists():
        pytest.skip("no /proc on this machine")

    def awake() -> int:
        found = re.search(r"^voluntary_ctxt_switches:\s+(\d+)$", turns.read_text(), re.M)
        assert found
        return int(found[1])

    clock = Path(f"/proc/{server.keeper_pid}/stat")
    before = [int(one) for one in clock.read_text().rpartition(")")[2].split()[11:13]]
    began = awake()
    time.sleep(3)
    used = sum(int(one) for one in clock.read_text().rpartition(")")[2].split()[11:13]) - sum(
        before
    )
    assert used * 1000 / os.sysconf("SC_CLK_TCK") < 100, (
        "milliseconds of the processor in three seconds"
    )
    assert awake() - began < 30


def test_a_killed_server_is_back_on_the_same_port_within_five_seconds(
    server: PrefectServer, eventually: Callable[..., None]
) -> None:
    url, before = server.url, server.server_pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    eventually(lambda: server.server_pid not in (None, before), 5)
    server.wait(5)
    assert server.url == url


def test_a_request_made_while_the_server_is_down_waits_for_the_next_one(
    server: PrefectServer,
) -> None:
    before = server.server_pid
    assert before is not None
    os.kill(before, signal.SIGSTOP)
    port = int(server.url.rpartition(":")[2].removesuffix("/api"))
    with socket.create_connection(("127.0.0.1", port), timeout=10):
        os.kill(before, signal.SIGKILL)
        assert ask(server, "/health", password=None) == 200


def test_a_killed_keeper_takes_its_server_along_and_both_come_back(
    server: PrefectServer, eventually: Callable[..., None], alive: Callable[[int], bool]
) -> None:
    keeper, before = server.keeper_pid, server.server_pid
    assert keeper is not None
    assert before is not None
    os.kill(keeper, signal.SIGKILL)
    eventually(lambda: not alive(before), 5)
    eventually(lambda: server.server_pid not in (None, before), 60)
    server.wait(10)
    assert server.keeper_pid != keeper


def test_a_database_deleted_under_the_server_is_made_anew(
    server: PrefectServer, prefect_home: Path, told: list[str], eventually: Callable[..., None]
) -> None:
    before = server.server_pid
    for file in (prefect_home / "prefect").glob("prefect.db*"):
        file.unlink()
    eventually(lambda: server.server_pid not in (None, before), 60)
    server.wait(10)
    password = prefect_env.secret(prefect_home)
    assert ask(server, "/admin/version", password=password) == 200
    assert "Prefect’s database has gone; a new one is made." in told
    assert prefect_child.revision(prefect_env.database(prefect_home))


def test_a_server_killed_again_and_again_is_never_given_up(
    server: PrefectServer, eventually: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefect_server, "MOST_PAUSE", 0.1)
    url, keeper = server.url, server.keeper_pid
    for _ in range(5):
        eventually(lambda: server.server_pid is not None, 60)
        before = server.server_pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        eventually(lambda before=before: server.server_pid != before, 60)
    server.wait(60)
    assert server.url == url
    assert server.keeper_pid != keeper


def test_a_second_house_process_is_told_that_the_server_runs(
    server: PrefectServer, prefect_home: Path
) -> None:
    with pytest.raises(PrefectTakenError, match="Another enonce process"):
        PrefectServer(prefect_home).start()


HOUSE = """
import os, sys, pathlib
from flows.prefect_server import PrefectServer
server = PrefectServer(pathlib.Path(os.environ["ENONCE_HOME"]))
server.start()
print(server.keeper_pid, server.server_pid, flush=True)
sys.stdin.read()
"""


def test_a_killed_house_leaves_no_process_and_its_corrupt_database_is_set_aside(
    child: Callable[[str], subprocess.Popen[str]],
    tmp_path: Path,
    eventually: Callable[..., None],
    alive: Callable[[int], bool],
) -> None:
    """Two things in one test, because each start of a house takes seconds."""
    house = child(HOUSE.replace("sys.stdin.read()", "import signal; signal.pause()"))
    assert house.stdout is not None
    keeper, server = map(int, house.stdout.readline().split())
    os.kill(house.pid, signal.SIGKILL)
    house.wait()
    eventually(lambda: not alive(keeper) and not alive(server), 5)
    assert Lock(tmp_path / "prefect" / "server.lock").holder() is None

    database = prefect_env.database(tmp_path)
    database.write_bytes(b"no database at all" * 100)
    said: list[str] = []
    with PrefectServer(tmp_path, on_progress=lambda text, data: said.append(text.format_map(data))):
        aside = list(database.parent.glob("prefect.db.corrupt-*"))
        assert len(aside) == 1
        assert aside[0].read_bytes().startswith(b"no database")
        assert any(str(aside[0]) in line for line in said)
        assert prefect_child.revision(database)


def test_a_stale_server_that_nothing_could_tell_of_its_house_s_end_is_ended(tmp_path: Path) -> None:
    """A process that holds the server's lock and ignores everything, as a stopped one does."""
    code = (
        "import sys, signal\nfrom pathlib import Path\nfrom flows.prefect_lock import Lock\n"
        "lock = Lock(Path(sys.argv[1])); assert lock.take(); print('held', flush=True); signal.pause()"
    )
    path = tmp_path / "server.lock"
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) as stale:
        assert stale.stdout is not None
        assert stale.stdout.readline() == b"held\n"
        assert Lock(path).holder() == stale.pid
        assert not Lock(path).take()
        _end_stale(Lock(path))
        assert stale.wait(5) == -signal.SIGKILL
    assert Lock(path).take()


DATABASES: dict[str, tuple[Callable[[Path], object], str | None]] = {
    "no file has no revision yet": (lambda path: None, ""),
    "an empty file has no revision yet": (lambda path: path.touch(), ""),
    "a file of something else is corrupt": (lambda path: path.write_text("x" * 4096), None),
    "a database of something else has no revision yet": (
        lambda path: _table(path, "other (a)"),
        "",
    ),
    "a cut database is corrupt": (lambda path: _cut(path), None),
}


def _table(path: Path, what: str) -> None:
    with sqlite3.connect(path) as base:
        base.execute(f"CREATE TABLE {what}")
    base.close()


def _cut(path: Path) -> None:
    _table(path, "alembic_version (version_num)")
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE filling (text)")
        base.executemany("INSERT INTO filling VALUES (?)", [("x" * 3000,)] * 50)
    base.close()
    path.write_bytes(path.read_bytes()[:20000])


@pytest.mark.parametrize("name", DATABASES)
def test_the_state_of_a_database_is_known_before_the_server_meets_it(
    name: str, tmp_path: Path
) -> None:
    make, revision = DATABASES[name]
    path = tmp_path / "prefect.db"
    make(path)
    assert prefect_child.revision(path) == revision


def test_no_prefect_is_loaded_by_what_every_command_loads() -> None:
    code = "import sys, flows.prefect_env, flows.prefect_server, flows.prefect_lock; print(json.dumps(sorted(m for m in sys.modules if m.split('.')[0] in {'prefect', 'uvicorn', 'sqlalchemy'})))"
    out = subprocess.run(
        [sys.executable, "-c", f"import json; {code}"], capture_output=True, text=True, check=True
    )
    assert json.loads(out.stdout) == []


def test_nobody_waits_for_a_server_that_was_stopped(tmp_path: Path) -> None:
    stopped = PrefectServer(tmp_path / "house")
    stopped.start(wait=False)
    stopped.stop()
    began = time.monotonic()
    with pytest.raises(PrefectStoppedError):
        stopped.wait(60)
    assert time.monotonic() - began < 5
