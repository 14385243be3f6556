"""Opens SQLite and PostgreSQL the way a ledger needs them, and says what went wrong with them.

What is read and written through them is ``approvals.store.work``'s.
"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from approvals.store.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseError,
    DatabaseFullError,
    DatabaseReadOnlyError,
    DatabaseUnavailableError,
    DriverMissingError,
)

try:
    from pysqlite3 import dbapi2
except ImportError:
    dbapi2 = sqlite3

SQLITE: ModuleType = dbapi2
"""The newer SQLite of ``pysqlite3`` where the platform has it, else Python's own."""

_PATIENCE = "busy_timeout = 20000"

_PRAGMAS = (
    _PATIENCE,
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "trusted_schema = OFF",
    "secure_delete = ON",
)
"""``secure_delete``: an erased note leaves no bytes behind in the file."""

_POOL = 40
"""Connections that stay open: as many as there are threads in which a desk answers.

One that is opened for a request and closed behind it costs that request two milliseconds.
"""

_POSTGRES_LOCK = 0x656E6F6E  # "enon": one advisory lock for all writers of a database

_POSTGRES_BEGIN = text(
    "SELECT pg_advisory_xact_lock(:key), CASE current_setting('synchronous_commit')"
    " WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END"
)
"""Waits in the writers' queue. A server that acknowledges before it writes would lose acts."""


_WRITE_FAILED = ("SQLITE_IOERR", "SQLITE_IOERR_WRITE")
"""How SQLite says that a file could not grow: a commit keeps the details to itself."""


def sqlite_version() -> str:
    """Give the version of the SQLite that this store runs on."""
    return str(SQLITE.sqlite_version)


def is_sqlite(where: str) -> bool:
    """Say whether ``where`` is a path or an SQLite URL."""
    return "://" not in where or where.startswith("sqlite:")


def sqlite_engine(path: Path) -> Engine:
    """Open an SQLite file; transactions are begun by the caller, never by the driver."""
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, module=SQLITE, pool_size=_POOL, max_overflow=64 - _POOL)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    return engine


def postgres_engine(where: str) -> Engine:
    """Open a PostgreSQL database with psycopg; raise ``DriverMissingError`` where it is not there.

    Read committed: after the wait in the writers' queue everything committed before is seen.
    """
    try:
        url = make_url(where)
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        return create_engine(url, pool_pre_ping=True, isolation_level="READ COMMITTED")
    except (ImportError, NoSuchModuleError, ArgumentError) as error:
        raise DriverMissingError(name_of(where)) from error


def name_of(where: str) -> str:
    """Name a database in front of people: its path, or its URL without the password."""
    if is_sqlite(where):
        return where.removeprefix("sqlite:///")
    try:
        return make_url(where).render_as_string(hide_password=True)
    except ArgumentError:
        return where.rpartition("@")[2]


def begin_writing(connection: Connection) -> None:
    """Begin a transaction and take the database's own write lock."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(_POSTGRES_BEGIN, {"key": _POSTGRES_LOCK})


def begin_reading(connection: Connection) -> None:
    """Begin a transaction in which nothing changes."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def empty_journal(connection: Connection, seconds: int) -> bool:
    """Move SQLite's journal into the file and leave none of it; False while a reader holds it.

    All writers wait for as long as this waits for readers.
    """
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {seconds * 1000}")
    try:
        return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
    finally:
        connection.exec_driver_sql(f"PRAGMA {_PATIENCE}")


def fault(error: DBAPIError, where: str) -> DatabaseError:
    """Say what went wrong with the database in the words of this package."""
    said = str(error.orig).strip().partition("\n")[0]
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    kind = str(code or "")
    if kind in ("SQLITE_FULL", "53100") or (kind in _WRITE_FAILED and _at_the_limit()):
        return DatabaseFullError(where)
    if kind.startswith("SQLITE_READONLY") or kind == "25006":
        return DatabaseReadOnlyError(where)
    if kind.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or kind == "55P03":
        return DatabaseBusyError(where)
    if kind.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "XX")) or "decode to UTF-8" in said:
        return DatabaseDamagedError(where, said)
    return DatabaseUnavailableError(where, said)


def file_fault(error: OSError, where: str) -> DatabaseError:
    """Say the same of a file beside the database."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DatabaseFullError(where)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return DatabaseReadOnlyError(where)
    return DatabaseUnavailableError(where, error.strerror or str(error))


def _at_the_limit() -> bool:
    """Say whether this process may only write files of a certain size; SQLite does not tell."""
    try:
        import resource
    except ImportError:
        return False
    return resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY
