"""Picks the SQLite that memories are kept with: the newer one of ``pysqlite3``, else Python's own.

The two have the same interface (PEP 249 and the standard library's additions). The ledger has its
own engine, in ``approvals.store``.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import Connection, Error
else:
    try:
        from pysqlite3.dbapi2 import Connection, Error
        from pysqlite3.dbapi2 import connect as _connect
    except ImportError:
        from sqlite3 import Connection, Error
        from sqlite3 import connect as _connect

if TYPE_CHECKING:
    _connect = sqlite3.connect

__all__ = ["Connection", "Error", "connect"]

WAIT = 10.0
"""Seconds that a writer waits for another one."""


def connect(path: Path) -> Connection:
    """Open a database file in write-ahead mode; transactions are begun and ended by the caller."""
    connection = _connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA mmap_size = 268435456")
    return connection
