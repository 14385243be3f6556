"""Where a memory is kept: an SQLite file, or a PostgreSQL database that several houses share.

One schema and one set of statements serve both; ``locales.memory`` writes them with ``?`` for a
value and ``{some}`` for a list of values. A database is one connection a thread.
"""

from __future__ import annotations

import json
import threading
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from locales import sqlite
from locales.errors import N_, LocaleError

VERSION = 2

_TABLES = """
CREATE TABLE unit (
    id {serial},
    fingerprint BIGINT NOT NULL UNIQUE,
    origin TEXT NOT NULL,
    author TEXT NOT NULL,
    at TEXT NOT NULL,
    dossier TEXT NOT NULL
);
CREATE TABLE segment (
    unit INTEGER NOT NULL REFERENCES unit (id) ON DELETE CASCADE,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    key BIGINT NOT NULL,
    mask BIGINT NOT NULL,
    before BIGINT,
    after BIGINT,
    source INTEGER NOT NULL,
    PRIMARY KEY (unit, language)
) {clustered};
CREATE INDEX segment_key ON segment (language, key);
CREATE INDEX segment_mask ON segment (language, mask);
CREATE TABLE posting (
    language TEXT NOT NULL,
    word TEXT NOT NULL,
    length INTEGER NOT NULL,
    units {blob} NOT NULL,
    PRIMARY KEY (language, word, length)
);
"""
_LATER = {
    2: """
ALTER TABLE unit ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;
DROP VIEW IF EXISTS pair;
CREATE VIEW pair AS
SELECT s.unit AS unit, s.language AS source_language, t.language AS target_language,
    s.text AS source, t.text AS target, s.key AS key, s.mask AS mask,
    s.before AS before, s.after AS after,
    u.origin AS origin, u.author AS author, u.at AS at, u.dossier AS dossier
FROM segment s JOIN segment t ON t.unit = s.unit JOIN unit u ON u.id = s.unit
WHERE u.retired = 0;
""",
}
"""What later versions change; version 1 is the tables."""

_POSTGRES_LOCK = 0x6D656D6F  # "memo": writers of one memory wait for one another


class MemoryFileError(LocaleError):
    """The memory's database is no memory, or is in use."""


def unusable(name: str, reason: str) -> MemoryFileError:
    """Say why a memory cannot be opened."""
    return MemoryFileError(
        N_("The translation memory {file} cannot be opened: {reason}."), file=name, reason=reason
    )


class Database(Protocol):
    """A memory's database: rows are tuples, writers take turns, each whole or not at all."""

    name: str

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run one statement and give its cursor."""

    def some(self, values: Sequence[Any]) -> Any:
        """Give a list of values as what ``{some}`` takes."""

    def writing(self) -> Any:
        """Begin to write; a context manager."""

    def close(self) -> None:
        """Let the database go, in every thread."""


class SqliteDatabase:
    """A memory in a file, one connection for each thread."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path
        self._local = threading.local()
        self._opened: list[sqlite.Connection] = []
        self._lock = threading.Lock()
        try:
            if not self._version():
                with self.writing():
                    if not self._version():
                        self._run(
                            _TABLES.format(
                                serial="INTEGER PRIMARY KEY",
                                clustered="WITHOUT ROWID",
                                blob="BLOB",
                            ),
                            1,
                        )
            version = self._version()
            while version in range(1, VERSION):
                with self.writing():
                    version = self._version()
                    if version < VERSION:
                        version += 1
                        self._run(_LATER[version], version)
        except sqlite.Error as fault:
            self.close()
            raise unusable(self.name, str(fault)) from fault
        if version != VERSION:
            self.close()
            raise unusable(self.name, f"version {version}")

    def _version(self) -> int:
        return int(self.execute("PRAGMA user_version").fetchone()[0])

    def _run(self, statements: str, version: int) -> None:
        for statement in statements.split(";\n"):
            self.execute(statement)
        self.execute(f"PRAGMA user_version = {version}")

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run one statement and give its cursor."""
        connection: sqlite.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite.connect(self._path)
            self._local.connection = connection
            with self._lock:
                self._opened.append(connection)
        statement = statement.replace("{some}", "(SELECT value FROM json_each(?))")
        return connection.execute(statement, values)

    def some(self, values: Sequence[Any]) -> str:
        """Give a list of values as JSON."""
        return json.dumps(values)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the file's one write lock."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    def close(self) -> None:
        """Let the file go, in every thread."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()


class PostgresDatabase:
    """A memory in a PostgreSQL database, in the schema that the URL's search path names first.

    Raises ``MemoryFileError`` where the driver is not there or the server does not answer.
    """

    def __init__(self, url: str) -> None:
        try:
            import psycopg
        except ImportError as fault:
            raise unusable(_named(url), "enonce[postgres]") from fault
        self.name = _named(url)
        self._url = url.replace("postgresql+psycopg://", "postgresql://")
        self._connect = psycopg.connect
        self._local = threading.local()
        self._opened: list[Any] = []
        self._lock = threading.Lock()
        try:
            with self.writing():
                self.execute("CREATE TABLE IF NOT EXISTS memory_version (number INTEGER NOT NULL)")
                found = self.execute("SELECT max(number) FROM memory_version").fetchone()[0] or 0
                if found > VERSION:
                    raise unusable(self.name, f"version {found}")
                if not found:
                    tables = _TABLES.format(
                        serial="INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
                        clustered="",
                        blob="BYTEA",
                    )
                    self._run(tables, 1)
                for version in range(max(found, 1) + 1, VERSION + 1):
                    self._run(_LATER[version], version)
        except psycopg.Error as fault:
            self.close()
            raise unusable(self.name, str(fault).strip().partition("\n")[0]) from fault

    def _run(self, statements: str, version: int) -> None:
        for statement in statements.split(";\n"):
            if statement.strip():
                self.execute(statement)
        self.execute("INSERT INTO memory_version VALUES (?)", (version,))

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run one statement and give its cursor."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect(self._url, autocommit=True)
            self._local.connection = connection
            with self._lock:
                self._opened.append(connection)
        statement = statement.replace("IN {some}", "= ANY(%s)").replace("?", "%s")
        return connection.execute(statement, values)

    def some(self, values: Sequence[Any]) -> list[Any]:
        """Give a list of values as a list."""
        return list(values)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Wait for the other writers of this memory."""
        self.execute("BEGIN")
        try:
            self.execute("SELECT pg_advisory_xact_lock(?)", (_POSTGRES_LOCK,))
            yield
        except BaseException:
            self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    def close(self) -> None:
        """Let the connections go, in every thread."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()


def _named(url: str) -> str:
    """A database's URL without user and password."""
    return url.partition("://")[2].rpartition("@")[2].partition("?")[0] or "postgresql"


def units_of(blob: bytes | memoryview) -> array[int]:
    """Read a posting: the ids of units, four bytes each."""
    units = array("I")
    units.frombytes(bytes(blob))
    return units
