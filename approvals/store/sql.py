"""The store on SQLite or PostgreSQL: one ledger, one outbox, one transaction for each act.

Says when transactions begin and end, who waits for whom, and what became of a fault. What is read
and written in them is ``approvals.store.work``'s; how the databases are opened,
``approvals.store.engines``'.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from approvals.canon import unstamp
from approvals.errors import N_
from approvals.ledger import (
    START,
    ChainReport,
    Entry,
    LedgerTamperedError,
    SignedHead,
    check,
)
from approvals.ports import Errand, NoteId
from approvals.store import cache, engines, schema
from approvals.store.answers import SqlAnswers
from approvals.store.engines import SQLITE
from approvals.store.errors import (
    BackupElsewhereError,
    BackupExistsError,
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseError,
)
from approvals.store.lock import FileLock
from approvals.store.mails import SqlMails
from approvals.store.tables import LEDGER, OUTBOX
from approvals.store.work import SqlReader, SqlWriter

__all__ = ["SQLITE", "SqlReader", "SqlUnitOfWork", "Store"]

_SIZE = select(func.max(LEDGER.c.sequence))
_TIP = select(LEDGER.c.sequence, LEDGER.c.hash).order_by(LEDGER.c.sequence.desc()).limit(1)
_PENDING = select(OUTBOX).where(OUTBOX.c.settled == 0).order_by(OUTBOX.c.id)
_NEWEST_ERRAND = select(func.max(OUTBOX.c.id))


class SqlUnitOfWork(SqlWriter):
    """One write transaction under the writers' lock; ends with ``commit`` or leaves nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stack: list[AbstractContextManager[Any]] = []
        self._committed = False
        self._erased = False

    def __enter__(self) -> Self:
        store = self._store
        try:
            for step in (store.writers(), store.connected()):
                entered = step.__enter__()
                self._stack.append(step)
            assert isinstance(entered, Connection)
            self._connection = entered
            with store.faults():
                engines.begin_writing(entered)
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
            with self._store.faults():
                self._connection.rollback()
        except DatabaseError:
            # Nothing is left of the transaction either way; what led here says more.
            if error is None:
                raise
        finally:
            self._leave(error)
        if isinstance(error, DBAPIError):
            raise self._store.fault(error) from error
        if self._committed:
            self._store.committed(erased=self._erased)

    def erase_note(self, note: NoteId) -> bool:
        """Take a note away; its bytes leave the database's files when this work is over."""
        erased = super().erase_note(note)
        self._erased |= erased
        return erased

    @property
    def answers(self) -> SqlAnswers:
        """The answers to consultations; what is erased leaves the database's files too."""
        return SqlAnswers(self._writing(), self._erase)

    @property
    def mail(self) -> SqlMails:
        """The rows of mail and webhooks; written with everything else of this work."""
        return SqlMails(self._writing())

    def _erase(self) -> None:
        self._erased = True

    def commit(self) -> None:
        """Make everything since the beginning last; nothing can be written after it."""
        connection = self._writing()
        with self._store.faults():
            connection.commit()
        self._committed = True

    def _writing(self) -> Connection:
        if self._committed:
            raise RuntimeError("this unit of work was committed; begin another")
        return self._connection

    def _leave(self, error: BaseException | None) -> None:
        while self._stack:
            self._stack.pop().__exit__(type(error) if error else None, error, None)


class Store:
    """A house's database; ``where`` is a path (SQLite) or an SQLAlchemy URL.

    May be shared by threads; processes open one each. Opening makes the tables where there are
    none. Everything raises ``approvals.store.errors.DatabaseError`` where the database fails.
    """

    def __init__(self, where: str | Path, *, lock_path: Path | None = None) -> None:
        url = str(where)
        self._listeners: list[Callable[[], None]] = []
        self._path: Path | None = None
        self._watching = threading.Lock()
        self._watch: Connection | None = None
        self._remains = False
        self._turn = threading.local()
        self._lock: FileLock | None = None
        self.name = engines.name_of(url)
        if engines.is_sqlite(url):
            self._path = Path(self.name)
            self._lock = FileLock(lock_path or self._path.with_name(f"{self._path.name}.lock"))
        self.engine = (
            engines.sqlite_engine(self._path) if self._path else engines.postgres_engine(url)
        )
        try:
            with self.faults(), self.writers() if self._fresh() else nullcontext():
                schema.bring_up_to_date(self.engine, self.name)
        except BaseException:
            self.close()
            raise

    def _fresh(self) -> bool:
        return self._path is None or not self._path.exists() or self._path.stat().st_size == 0

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn the driver's exceptions into this package's."""
        try:
            yield
        except DBAPIError as error:
            raise self.fault(error) from error
        except PoolTimeoutError as error:
            raise DatabaseBusyError(self.name) from error
        except UnicodeDecodeError as error:
            # SQLite quotes a damaged schema in its message, and the driver cannot read that.
            raise DatabaseDamagedError(self.name, error.object.decode(errors="replace")) from error

    @contextmanager
    def writers(self) -> Iterator[None]:
        """Wait for the writers' turn.

        Raises ``RuntimeError`` in a thread that has it already and would wait for itself.
        """
        if self._lock is None:
            if getattr(self._turn, "taken", False):
                raise RuntimeError("a unit of work was begun inside another")
            self._turn.taken = True
            try:
                yield
            finally:
                self._turn.taken = False
            return
        try:
            self._lock.__enter__()
        except OSError as error:
            raise engines.file_fault(error, self.name) from error
        try:
            yield
        finally:
            self._lock.__exit__(None, None, None)

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Lend a connection."""
        with self.faults():
            connection = self.engine.connect()
        with connection:
            yield connection

    def begin(self) -> SqlUnitOfWork:
        """Give one write transaction, to be entered."""
        return SqlUnitOfWork(self)

    @contextmanager
    def read(self) -> Iterator[SqlReader]:
        """Read a state that does not change meanwhile, without waiting for any writer."""
        with self.connected() as connection, self.faults():
            engines.begin_reading(connection)
            try:
                yield SqlReader(connection)
            finally:
                connection.rollback()

    def entries(self, after: int = 0) -> Generator[Entry, None, None]:
        """Give every entry behind ``after``, in order; hashes are not checked here.

        Raises ``LedgerTamperedError`` at a row that cannot be read.
        """
        last = after
        try:
            with self.read() as reader:
                for entry in reader.entries(after):
                    last = entry.sequence
                    yield entry
        except DatabaseDamagedError as error:
            raise LedgerTamperedError(last + 1, N_("the database file is damaged")) from error

    def check(
        self, heads: Iterable[SignedHead] = (), told: Callable[[int], None] | None = None
    ) -> ChainReport:
        """Recompute the whole chain, hold it to published heads, and look over the database.

        ``heads`` are heads whose signatures the caller has verified; ``told`` is called with the
        sequence of each entry as it is read.
        """
        with closing(self.entries()) as entries:
            report = check(_telling(entries, told) if told else entries, heads=heads)
        if not report.ok:
            return report
        with self.connected() as connection, self.faults():
            if not _sound_file(connection):
                reason = N_("the database file is damaged")
            elif not schema.guarded(connection):
                reason = N_("the triggers that keep the ledger append-only are gone")
            else:
                return report
        return ChainReport(False, report.size, report.head, None, reason)

    def head(self) -> tuple[int, str]:
        """Give the number of entries and the last one's hash, without checking anything."""
        with self.connected() as connection, self.faults():
            row = connection.execute(_TIP).first()
        return (0, START) if row is None else (int(row.sequence), str(row.hash))

    def size(self) -> int:
        """Count the entries."""
        with self.connected() as connection, self.faults():
            return int(connection.execute(_SIZE).scalar() or 0)

    def pending(self, limit: int = 1000) -> tuple[Errand, ...]:
        """Give the outbox rows that nobody has settled, oldest first."""
        with self.connected() as connection, self.faults():
            rows = connection.execute(_PENDING.limit(limit))
            return tuple(
                Errand(row.id, row.stream, row.sequence, unstamp(row.created)) for row in rows
            )

    def settle(self, *errands: int) -> None:
        """Take outbox rows off: what they asked for has been carried out."""
        with self.begin() as work:
            work.settle(errands)
            work.commit()

    def summaries(self) -> cache.Seen:
        """Read the summaries that are kept and what has changed since (``approvals.store.cache``).

        They are no source of truth; what they say of the ledger can be made anew at any time.
        """
        with self.connected() as connection, self.faults():
            engines.begin_reading(connection)
            try:
                return cache.look(connection)
            finally:
                connection.rollback()

    def keep_summaries(self, summaries: Iterable[cache.Kept], tip: int) -> None:
        """Keep summaries made when the ledger had ``tip`` entries."""
        with self.writers(), self.connected() as connection, self.faults():
            engines.begin_writing(connection)
            cache.keep(connection, summaries, tip)
            connection.commit()

    def forget_summaries(self) -> None:
        """Throw every summary away."""
        with self.writers(), self.connected() as connection, self.faults():
            engines.begin_writing(connection)
            cache.forget(connection)
            connection.commit()

    def data_version(self) -> int:
        """Give a number that is another one whenever the database was written to since."""
        if self._path is None:
            with self.connected() as connection, self.faults():
                return int(connection.execute(_NEWEST_ERRAND).scalar() or 0)
        with self._watching, self.faults():
            if self._watch is None:
                self._watch = self.engine.connect()
            seen = int(self._watch.exec_driver_sql("PRAGMA data_version").scalar_one())
            self._watch.rollback()
            return seen

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after every commit made through this store: a hint, never a promise."""
        self._listeners.append(listener)

    def committed(self, *, erased: bool = False) -> None:
        """Tell everybody who listens that something was committed, after the lock was let go.

        What was erased goes out of SQLite's journal; while a reader still holds it there, with one
        of the next commits.
        """
        self._remains |= erased and self._path is not None
        self._empty_journal(seconds=int(erased))
        for listener in self._listeners:
            listener()

    def _empty_journal(self, *, seconds: int) -> None:
        if self._remains:
            with self.connected() as connection, self.faults():
                self._remains = not engines.empty_journal(connection, seconds)

    def backup(self, target: Path) -> None:
        """Write a consistent copy of a live SQLite database (copying the file loses rows).

        The copy is on the disk, whole, before it has its name. Raises ``BackupExistsError``, and
        ``BackupElsewhereError`` for PostgreSQL, which has pg_dump.
        """
        if self._path is None:
            raise BackupElsewhereError(self.name)
        if target.exists():
            raise BackupExistsError(str(target))
        partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with self.connected() as connection, self.faults():
                connection.exec_driver_sql("VACUUM INTO ?", (str(partial),))
            _settle_on_disk(partial, target)
        except OSError as error:
            raise engines.file_fault(error, str(target)) from error
        finally:
            partial.unlink(missing_ok=True)

    def fault(self, error: DBAPIError) -> DatabaseError:
        """Say what went wrong with the database in the words of this package."""
        return engines.fault(error, self.name)

    def close(self) -> None:
        """Let the database go."""
        with suppress(DatabaseError):
            self._empty_journal(seconds=0)
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self.engine.dispose()


def _telling(entries: Iterable[Entry], told: Callable[[int], None]) -> Iterator[Entry]:
    for entry in entries:
        told(entry.sequence)
        yield entry


def _sound_file(connection: Connection) -> bool:
    """Say whether SQLite finds its own file in order: every index names every row."""
    if connection.dialect.name != "sqlite":
        return True
    return connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() == "ok"


def _settle_on_disk(partial: Path, target: Path) -> None:
    partial.chmod(0o600)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
