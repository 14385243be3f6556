"""The store under many writers at once, kill -9, full disks, and files that are not what they were."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from approvals.errors import StaleVersionError
from approvals.ledger import LedgerTamperedError
from approvals.store import Store
from approvals.store.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseError,
    DatabaseFullError,
    DatabaseReadOnlyError,
    DatabaseUnavailableError,
    DriverMissingError,
    NewerSchemaError,
)
from approvals.store.lock import FileLock
from tests.approvals.ledgers import append, fill, raw, write
from tests.approvals.writers import Writers

KILLS = int(os.environ.get("ENONCE_KILLS", "6"))
"""How often one and four writers are killed (half as often on PostgreSQL); in full 20 or more."""


@pytest.mark.parametrize("count", [1, 4])
def test_kill_9_loses_nothing_that_was_acknowledged(
    count: int, where: str, writers: Writers
) -> None:
    Store(where).close()
    rng = random.Random(count)
    acknowledged: dict[int, tuple[str, str]] = {}
    kills = KILLS if "://" not in where else KILLS // 2
    for number in range(kills):
        job = writers.start("keep_appending", count, where=where, name=f"run-{number}")
        job.until("ready", count)
        job.until("entry", rng.randint(1, 25))
        killed = time.monotonic()
        job.kill()
        said = job.wait()
        assert not [answer for answer in said if "failed" in answer]
        for answer in said:
            if "entry" in answer:
                sequence, key, hash = answer["entry"]
                acknowledged[sequence] = (key, hash)
        store = Store(where)
        append(store, f"after-{number}", 1)
        assert time.monotonic() - killed < 10
        store.close()
    store = Store(where)
    report = store.check()
    assert report.ok, report
    kept = {entry.sequence: (entry.key, entry.hash) for entry in store.entries()}
    store.close()
    assert len(acknowledged) >= kills
    assert {sequence: kept.get(sequence) for sequence in acknowledged} == acknowledged
    # Committed and not yet acknowledged: at most what each was at when it was killed.
    assert len(kept) - len(acknowledged) - kills <= kills * count


def test_half_an_act_of_a_killed_writer_is_gone_and_the_next_one_goes_on(
    where: str, writers: Writers
) -> None:
    Store(where).close()
    job = writers.start("stop_midway", where=where)
    job.until("midway")
    job.kill()
    job.wait()
    store = Store(where)
    assert store.size() == 0
    append(store, "half", 1)
    assert store.check().ok
    assert len(store.pending()) == 1
    store.close()


def test_many_processes_race_for_every_version_and_one_wins(where: str, writers: Writers) -> None:
    versions = 30
    said = writers.start("race", 5, where=where, versions=versions).wait()
    assert not [answer for answer in said if "failed" in answer]
    assert sorted(answer["won"] for answer in said) == list(range(1, versions + 1))
    store = Store(where)
    with store.read() as reader:
        assert [entry.version for entry in reader.history("race")] == list(range(1, versions + 1))
    assert store.check().ok
    store.close()


def test_many_threads_race_for_every_version_and_one_wins(store: Store) -> None:
    versions, count = 20, 8
    won: Counter[int] = Counter()
    lost: Counter[int] = Counter()
    together = threading.Barrier(count)

    def run(number: int) -> None:
        together.wait()
        for version in range(1, versions + 1):
            try:
                append(store, "race", version, key=f"{number}-{version}")
                won[version] += 1
            except StaleVersionError:
                lost[version] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == dict.fromkeys(range(1, versions + 1), 1)
    assert sum(lost.values()) == versions * (count - 1)
    assert store.check().size == versions


def test_every_writer_gets_its_turn(where: str, writers: Writers) -> None:
    Store(where).close()
    count = 6
    said = writers.start("keep_appending", count, where=where, name="turn", seconds=1.5).wait()
    shares = Counter(answer["writer"] for answer in said if "entry" in answer)
    waits = sorted(answer["seconds"] for answer in said if "entry" in answer)
    assert len(shares) == count
    assert min(shares.values()) / max(shares.values()) > 0.3, shares
    assert waits[len(waits) * 99 // 100] < 1


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path, writers: Writers) -> None:
    path = tmp_path / "lock"
    job = writers.start("hold", path=str(path))
    job.until("holding")
    taken = threading.Event()

    def take() -> None:
        with FileLock(path):
            taken.set()

    thread = threading.Thread(target=take)
    thread.start()
    assert not taken.wait(0.05), "the lock was held"
    job.kill()
    job.wait()
    assert taken.wait(10)
    thread.join()


def test_a_lock_holds_other_threads_and_refuses_its_own(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.set()
        with lock:
            order.append("second")

    with lock:
        thread = threading.Thread(target=second)
        thread.start()
        inside.wait()
        with pytest.raises(RuntimeError, match="inside another"):
            lock.__enter__()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    with lock:
        pass


def test_a_full_disk_is_told_and_the_same_act_goes_through_later(
    tmp_path: Path, writers: Writers
) -> None:
    path = tmp_path / "ledger.sqlite3"
    store = Store(path)
    fill(store, 10)
    store.close()
    refused, done = writers.start("fill_up", where=str(path), room=100_000).wait()
    assert refused["refused"] == "DatabaseFullError", refused
    assert "nothing was written" in refused["sentence"]
    store = Store(path)
    assert store.check().ok
    assert store.size() == 10 + refused["version"] == 10 + done["done"]
    assert len(store.pending(limit=10_000)) == store.size()
    store.close()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of one megabyte."""
    if os.geteuid():
        pytest.skip("mounting a small disk needs root; the file-size limit stands in for it")
    place = Path(tempfile.mkdtemp(prefix="small-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        place.rmdir()
        pytest.skip("no disk can be mounted here; the file-size limit stands in for it")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
    place.rmdir()


def test_a_disk_that_is_really_full_is_told(small_disk: Path) -> None:
    path = small_disk / "ledger.sqlite3"
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 300_000)
    store = Store(path)
    version = 0
    with pytest.raises(DatabaseFullError) as raised:  # noqa: PT012 (which of them fails is open)
        while True:
            version += 1
            append(store, "full", version, payload={"text": "x" * 5000})
    assert str(path) in str(raised.value)
    assert store.size() == version - 1
    assert store.check().ok
    ballast.unlink()
    append(store, "full", version)
    assert store.check().size == version
    store.close()


@pytest.fixture
def public_place() -> Iterator[Path]:
    """A folder that every account can look into."""
    place = Path(tempfile.mkdtemp(prefix="read-only-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


def test_an_account_without_the_right_to_write_is_told(
    public_place: Path, writers: Writers
) -> None:
    path = public_place / "ledger.sqlite3"
    store = Store(path)
    append(store, "full", 1, key="first")
    public_place.chmod(0o555)
    for file in public_place.iterdir():
        file.chmod(0o444)
    said = writers.start("as_nobody", where=str(path)).wait()
    public_place.chmod(0o755)
    assert said[-1].get("refused") == "DatabaseReadOnlyError", said
    assert store.size() == 1
    store.close()


def test_a_database_that_was_made_read_only_is_told(store: Store) -> None:
    with store.connected() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        else:
            connection.exec_driver_sql("SET default_transaction_read_only = on")
        connection.commit()
    with pytest.raises(DatabaseReadOnlyError):
        append(store, "one", 1)
    assert store.size() == 0


def test_another_program_that_keeps_the_file_locked_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    store = Store(path)
    with store.connected() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
        connection.rollback()
    with raw(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusyError):
            append(store, "one", 1)
        other.execute("ROLLBACK")
    append(store, "one", 1)
    store.close()


DAMAGES = {
    "it is no database": lambda data: b"not a database at all\n" * 500,
    "its first page is gone": lambda data: bytes(4096) + data[4096:],
    "its end is gone": lambda data: data[: len(data) // 2],
    "its end is gone, in the middle of a page": lambda data: data[: len(data) // 2 + 100],
    "its schema is no text": lambda data: data.replace(
        b"_no_delete BEFORE", b"_no_delete B\xc5FORE"
    ),
    "pages are noise": lambda data: data[:12288] + random.Random(1).randbytes(len(data) - 12288),
    "pages are empty": lambda data: data[:12288] + bytes(len(data) - 12288),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_told(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    store = Store(path)
    fill(store, 100)
    store.close()
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    with pytest.raises((DatabaseDamagedError, LedgerTamperedError)):
        open_and_check(path)


def open_and_check(path: Path) -> None:
    store = Store(path)
    try:
        store.check().require()
    finally:
        store.close()


SCHEMAS = {
    "9999": (NewerSchemaError, "9999"),
    "0000": (DatabaseDamagedError, "0000"),
    "": (DatabaseDamagedError, "damaged"),
    "\u00e9": (DatabaseDamagedError, "schema"),
}


@pytest.mark.parametrize("found", SCHEMAS)
def test_a_schema_of_another_version_is_told_and_left_alone(found: str, where: str) -> None:
    store = Store(where)
    append(store, "one", 1)
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{found}'")
    store.close()
    kind, word = SCHEMAS[found]
    with pytest.raises(kind, match=word):
        Store(where)


ELSEWHERE = {
    "a folder that is not there": ("{folder}/nowhere/ledger.sqlite3", DatabaseUnavailableError),
    "a folder instead of a file": ("{folder}", DatabaseError),
    "a database that nobody knows": ("martian://host/name", DriverMissingError),
    "a driver that is not installed": ("mssql+pyodbc://host/name", DriverMissingError),
    "a server that does not answer": (
        "postgresql://house:secret@127.0.0.1:1/house",
        DatabaseUnavailableError,
    ),
}


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(
    place: str, tmp_path: Path
) -> None:
    where, kind = ELSEWHERE[place]
    with pytest.raises(kind) as raised:
        Store(where.format(folder=tmp_path))
    assert "secret" not in str(raised.value)
    assert not list(tmp_path.parent.glob(f"{tmp_path.name}.*"))


def test_a_server_that_comes_back_is_used_again(store: Store) -> None:
    append(store, "one", 1)
    if store.engine.dialect.name == "sqlite":
        store.engine.dispose()
    else:
        with store.engine.connect() as connection, suppress(Exception):
            connection.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity")
    append(store, "one", 2)
    assert store.check().size == 2


def test_a_lost_connection_in_the_middle_leaves_nothing(postgres: object) -> None:
    where = postgres()  # type: ignore[operator]
    store, other = Store(where), Store(where)
    kill = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )

    def act() -> None:
        with store.begin() as work:
            write(work, "one", 1)
            with other.engine.begin() as connection:
                connection.exec_driver_sql(kill)
            write(work, "one", 2)
            work.commit()

    with pytest.raises(DatabaseUnavailableError):
        act()
    append(store, "one", 1)
    assert store.check().size == 1
    store.close()
    other.close()
