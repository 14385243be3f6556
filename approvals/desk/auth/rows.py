"""The desk's rows: one way to read them, one way to write them, and how secrets are kept.

Whoever reads through ``reading`` sees one state; whoever writes through ``writing`` is alone, over
processes too, and leaves everything or nothing. The tables are ``approvals.store.desk_tables``.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from approvals.canon import stamp
from approvals.ports import Clock
from approvals.store import Store
from approvals.store import desk_tables as tables
from approvals.store.engines import begin_reading, begin_writing


def new_secret() -> str:
    """Make 256 random bits in base64url: a session, a link, a token."""
    return secrets.token_urlsafe(32)


def digest(secret: str, *more: str) -> str:
    """Give what is kept of a secret: its SHA-256; several parts cannot run into one another.

    A fast digest is enough because these secrets are random and long; passwords are
    ``approvals.desk.auth.passwords``'s.
    """
    parts = (secret, *more)
    text = "\n".join(f"{len(part)}:{part}" for part in parts) if more else secret
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Rows:
    """The desk's part of a house's database, and the clock that it goes by."""

    store: Store
    clock: Clock

    def now(self, plus: timedelta = timedelta()) -> str:
        """Give the present, or a moment from now, as the rows write times."""
        return stamp(self.clock.now() + plus)

    def time(self) -> datetime:
        """Give the present."""
        return self.clock.now()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one state without waiting for any writer."""
        with self.store.connected() as connection, self.store.faults():
            begin_reading(connection)
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write alone; what was written lasts unless the block raises."""
        with self.store.writers(), self.store.connected() as connection, self.store.faults():
            begin_writing(connection)
            try:
                yield connection
                connection.commit()
            finally:
                connection.rollback()

    def sweep(self) -> int:
        """Take away what has run out; say how many rows went."""
        now, gone = self.now(), 0
        yesterday = self.now(-timedelta(days=1))
        with self.writing() as connection:
            for table in (tables.CHALLENGES, tables.LINKS, tables.THROTTLE, tables.OIDC_STATES):
                gone += connection.execute(delete(table).where(table.c.ends <= now)).rowcount
            for column in (tables.SESSIONS.c.ends, tables.SESSIONS.c.idle):
                gone += connection.execute(delete(tables.SESSIONS).where(column <= now)).rowcount
            old = tables.ANSWERS.c.created <= yesterday
            gone += connection.execute(delete(tables.ANSWERS).where(old)).rowcount
        return gone
