"""The store on SQLite or PostgreSQL: one ledger, one outbox, one transaction for each act.

Implements ``approvals.ports``. It knows rows, not events: a type's name and its JSON.
"""

from __future__ import annotations

import errno
import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Row, create_engine, event, func, insert, select, text
from sqlalchemy import update as sql_update
from sqlalchemy.exc import DBAPIError

from approvals.errors import N_, KeyReusedError, StaleVersionError
from approvals.ledger import (
    START,
    ChainReport,
    Entry,
    LedgerTamperedError,
    canonical,
    check,
    entry_hash,
    rehash,
    stamp,
    unstamp,
)
from approvals.ports import Contact, Errand, Json, Note, NoteId
from approvals.store import schema
from approvals.store.errors import DatabaseFullError, DatabaseUnavailableError
from approvals.store.lock import FileLock
from approvals.store.tables import CONTACTS, LEDGER, NOTES, OUTBOX

try:
    from pysqlite3 import dbapi2
except ImportError:
    dbapi2 = sqlite3

SQLITE: ModuleType = dbapi2

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "busy_timeout = 20000",
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "trusted_schema = OFF",
)

_POSTGRES_LOCK = 0x656E6F6E  # "enon": one advisory lock for all writers of a database


def sqlite_version() -> str:
    """Give the version of the SQLite that this store runs on."""
    return str(SQLITE.sqlite_version)


class SqlReader:
    """Reads through one connection; what it sees does not change while it is open."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def history(self, stream: str) -> tuple[Entry, ...]:
        """Give one stream's entries, oldest first.

        Raises ``LedgerTamperedError`` at the first row that does not give its own hash.
        """
        rows = self._connection.execute(
            select(LEDGER).where(LEDGER.c.stream == stream).order_by(LEDGER.c.version)
        )
        return tuple(_sound(_entry(row)) for row in rows)

    def streams(self) -> tuple[str, ...]:
        """Give all streams in the order in which they began."""
        first = func.min(LEDGER.c.sequence)
        rows = self._connection.execute(
            select(LEDGER.c.stream).group_by(LEDGER.c.stream).order_by(first)
        )
        return tuple(row.stream for row in rows)

    def find(self, key: str) -> Entry | None:
        """Give the entry written under an idempotency key."""
        row = self._connection.execute(select(LEDGER).where(LEDGER.c.key == key)).first()
        return None if row is None else _sound(_entry(row))

    def read_note(self, note: NoteId) -> str | None:
        """Give a note's text, or None where it was erased."""
        found = self._connection.execute(select(NOTES.c.text).where(NOTES.c.id == note)).scalar()
        return None if found is None else str(found)

    def contacts(self) -> tuple[Contact, ...]:
        """Give everybody in the order in which they were enrolled."""
        rows = self._connection.execute(select(CONTACTS).order_by(CONTACTS.c.place))
        return tuple(Contact(row.id, row.handle, row.name, row.mail, row.language) for row in rows)


class SqlUnitOfWork(SqlReader):
    """One write transaction under the writers' lock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stack: list[AbstractContextManager[Any]] = []

    def __enter__(self) -> Self:
        lock = self._store.writers()
        lock.__enter__()
        self._stack.append(lock)
        try:
            connection = self._store.engine.connect()
            self._stack.append(connection)
            self._connection = connection
            self._store.begin_writing(connection)
        except BaseException as fault:
            self._leave(fault)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._connection.rollback()
        finally:
            self._leave(error)
        if isinstance(error, DBAPIError):
            raise self._store.fault(error) from error

    def _leave(self, error: BaseException | None) -> None:
        while self._stack:
            self._stack.pop().__exit__(type(error) if error else None, error, None)

    def append(
        self,
        stream: str,
        *,
        expected: int,
        type: str,
        payload: Mapping[str, Json],
        key: str,
        at: datetime,
        wake: bool = True,
    ) -> Entry:
        """Append one event; see ``approvals.ports.UnitOfWork.append``."""
        connection = self._connection
        if self.find(key) is not None:
            raise KeyReusedError(
                N_("The key {key} was used for another act. Use a new key for a new act."), key=key
            )
        version = connection.execute(
            select(func.coalesce(func.max(LEDGER.c.version), 0)).where(LEDGER.c.stream == stream)
        ).scalar_one()
        if version != expected:
            raise StaleVersionError(
                N_(
                    "{dossier} has moved on: you saw version {expected}, and it is now version "
                    "{found}. Look at it again and decide anew."
                ),
                dossier=stream,
                expected=expected,
                found=int(version),
            )
        row = connection.execute(select(LEDGER).order_by(LEDGER.c.sequence.desc()).limit(1)).first()
        last = None if row is None else _sound(_entry(row))
        fields: dict[str, Any] = {
            "sequence": last.sequence + 1 if last else 1,
            "stream": stream,
            "version": expected + 1,
            "type": type,
            "payload": canonical(payload),
            "time": at.astimezone(UTC),
            "key": key,
            "previous": last.hash if last else START,
        }
        entry = Entry(**fields, hash=entry_hash(**fields))
        connection.execute(insert(LEDGER).values({**fields, "time": stamp(at), "hash": entry.hash}))
        if wake:
            connection.execute(
                insert(OUTBOX).values(
                    stream=stream, sequence=entry.sequence, created=stamp(at), settled=0
                )
            )
        return entry

    def write_note(self, note: NoteId, text: str) -> Note:
        """Keep personal text and give the digest of its salt and itself."""
        salt = secrets.token_hex(32)
        self._connection.execute(insert(NOTES).values(id=note, salt=salt, text=text))
        return Note(note, note_digest(salt, text))

    def put_contact(self, contact: Contact) -> None:
        """Keep or replace how a person is named and reached."""
        values = {
            "handle": contact.handle,
            "name": contact.name,
            "mail": contact.mail,
            "language": contact.language,
        }
        changed = self._connection.execute(
            sql_update(CONTACTS).where(CONTACTS.c.id == contact.id).values(values)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(CONTACTS).values(id=contact.id, **values))

    def settle(self, errands: Iterable[int]) -> None:
        """Take outbox rows off."""
        chosen = OUTBOX.c.id.in_(tuple(errands))
        self._connection.execute(sql_update(OUTBOX).where(chosen).values(settled=1))

    def commit(self) -> None:
        """Make everything since the beginning last."""
        try:
            self._connection.commit()
        except DBAPIError as error:
            raise self._store.fault(error) from error
        self._store.committed()


def note_digest(salt: str, text: str) -> str:
    """Hash a note: SHA-256 over ``enonce:note:v1``, the salt and the text, one a line."""
    return hashlib.sha256(f"enonce:note:v1\n{salt}\n{text}".encode()).hexdigest()


class Store:
    """A house's database; ``where`` is a path (SQLite) or an SQLAlchemy URL."""

    def __init__(self, where: str | Path, *, lock_path: Path | None = None) -> None:
        url = str(where)
        self._listeners: list[Callable[[], None]] = []
        self._path: Path | None = None
        self._watching = threading.Lock()
        self._watch: Connection | None = None
        self._lock: FileLock | None = None
        if "://" not in url or url.startswith("sqlite:"):
            self._path = Path(url.removeprefix("sqlite:///"))
            self._lock = FileLock(lock_path or self._path.with_name(f"{self._path.name}.lock"))
        self.name = str(self._path or url.rpartition("@")[2])
        self.engine = _sqlite(self._path) if self._path else create_engine(url, pool_pre_ping=True)
        try:
            with self.writers() if self._fresh() else nullcontext():
                schema.bring_up_to_date(self.engine, self.name)
        except DBAPIError as error:
            raise self.fault(error) from error

    def _fresh(self) -> bool:
        return self._path is None or not self._path.exists() or self._path.stat().st_size == 0

    @contextmanager
    def writers(self) -> Iterator[None]:
        """Wait for the writers' turn."""
        if self._lock is None:
            yield
        else:
            with self._lock:
                yield

    def begin_writing(self, connection: Connection) -> None:
        """Take the database's own write lock."""
        if self._path is not None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})

    def begin(self) -> SqlUnitOfWork:
        """Give one write transaction, to be entered."""
        return SqlUnitOfWork(self)

    @contextmanager
    def read(self) -> Iterator[SqlReader]:
        """Read a state that does not change meanwhile."""
        with self._reading() as connection:
            yield SqlReader(connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                if self._path is not None:
                    connection.exec_driver_sql("BEGIN")
                else:
                    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
                yield connection
                connection.rollback()
        except DBAPIError as error:
            raise self.fault(error) from error

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Give every entry behind ``after``, in order; they are not checked here."""
        with self._reading() as connection:
            rows = connection.execute(
                select(LEDGER).where(LEDGER.c.sequence > after).order_by(LEDGER.c.sequence)
            )
            yield from map(_entry, rows)

    def check(self) -> ChainReport:
        """Recompute the whole chain."""
        return check(self.entries())

    def head(self) -> tuple[int, str]:
        """Give the number of entries and the last one's hash, without checking anything."""
        with self._reading() as connection:
            last = select(LEDGER).order_by(LEDGER.c.sequence.desc()).limit(1)
            row = connection.execute(last).first()
        return (0, START) if row is None else (int(row.sequence), str(row.hash))

    def size(self) -> int:
        """Count the entries."""
        with self._reading() as connection:
            return int(
                connection.execute(
                    select(func.coalesce(func.max(LEDGER.c.sequence), 0))
                ).scalar_one()
            )

    def pending(self, limit: int = 1000) -> tuple[Errand, ...]:
        """Give the outbox rows that nobody has settled, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                select(OUTBOX).where(OUTBOX.c.settled == 0).order_by(OUTBOX.c.id).limit(limit)
            )
            return tuple(
                Errand(row.id, row.stream, row.sequence, unstamp(row.created)) for row in rows
            )

    def settle(self, *errands: int) -> None:
        """Take outbox rows off: what they asked for has been carried out."""
        with self.begin() as work:
            work.settle(errands)
            work.commit()

    def data_version(self) -> int:
        """Give a number that is another one whenever the database was written to since."""
        if self._path is None:
            with self._reading() as connection:
                newest = select(func.coalesce(func.max(OUTBOX.c.id), 0))
                return int(connection.execute(newest).scalar_one())
        with self._watching:
            if self._watch is None:
                self._watch = self.engine.connect()
            seen = int(self._watch.exec_driver_sql("PRAGMA data_version").scalar_one())
            self._watch.rollback()
            return seen

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after every commit made through this store: a hint, never a promise."""
        self._listeners.append(listener)

    def committed(self) -> None:
        """Tell everybody who listens that something was committed."""
        for listener in self._listeners:
            listener()

    def backup(self, target: Path) -> None:
        """Write a consistent copy of a live SQLite database (copying the file loses rows)."""
        if self._path is None:
            raise DatabaseUnavailableError(self.name, "pg_dump")
        with self.engine.connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(target),))

    def fault(self, error: DBAPIError) -> Exception:
        """Say what went wrong with the database in the words of this package."""
        said = str(error.orig)
        full = ("disk is full", "No space left", "disk I/O error")
        if any(word in said for word in full) or getattr(error.orig, "errno", 0) == errno.ENOSPC:
            return DatabaseFullError(self.name)
        return DatabaseUnavailableError(self.name, said)

    def close(self) -> None:
        """Let the database go."""
        if self._watch is not None:
            self._watch.close()
        self.engine.dispose()


def _sqlite(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", module=SQLITE)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        sequence=row.sequence,
        stream=row.stream,
        version=row.version,
        type=row.type,
        payload=row.payload,
        time=unstamp(row.time),
        key=row.key,
        previous=row.previous,
        hash=row.hash,
    )


def _sound(entry: Entry) -> Entry:
    if rehash(entry) != entry.hash:
        raise LedgerTamperedError(entry.sequence, N_("its content does not give its hash"))
    return entry
