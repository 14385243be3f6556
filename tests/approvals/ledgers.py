"""Ledgers to try things on: what is appended, and SQLite as somebody with the file sees it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from approvals.ledger import Entry
from approvals.ports import Json
from approvals.store import Store
from approvals.store.sql import SQLITE

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STREAMS = ("house", "statement", "charter", "plan")

COLUMNS = ("sequence", "stream", "version", "type", "payload", "time", "key", "previous", "hash")


def append(store: Store, stream: str, version: int, **more: Any) -> Entry:
    """Append one event in a transaction of its own."""
    with store.begin() as work:
        entry = write(work, stream, version, **more)
        work.commit()
    return entry


def write(
    work: Any,
    stream: str,
    version: int,
    *,
    key: str | None = None,
    payload: dict[str, Json] | None = None,
    **more: Any,
) -> Entry:
    """Append one event in a transaction that is open: version ``version`` of ``stream``."""
    entry: Entry = work.append(
        stream,
        expected=version - 1,
        type="Happened",
        payload={"by": "zoé", "n": version} if payload is None else payload,
        key=key or f"{stream}/{version}",
        at=NOON + timedelta(seconds=version % 86400),
        **more,
    )
    return entry


def fill(store: Store, size: int, streams: tuple[str, ...] = STREAMS) -> list[Entry]:
    """Append ``size`` events to the streams in turn."""
    with store.begin() as work:
        entries = [
            write(work, streams[n % len(streams)], n // len(streams) + 1) for n in range(size)
        ]
        work.commit()
    return entries


def by_hand(row: dict[str, Any]) -> str:
    """The hash of a row from its nine columns, written down a second time from the documentation.

    Nothing of ``approvals`` is used: SHA-256 over ``enonce:entry:v1``, a newline and JSON with
    sorted names, no white space, UTF-8, in which the payload's SHA-256 stands for the payload.
    """
    said = {name: row[name] for name in COLUMNS if name != "hash"}
    said["payload"] = hashlib.sha256(row["payload"].encode("utf-8")).hexdigest()
    text = "{" + ",".join(
        f"{json.dumps(name)}:{json.dumps(said[name], ensure_ascii=False)}" for name in sorted(said)
    ) + "}"  # fmt: skip
    return hashlib.sha256(b"enonce:entry:v1\n" + text.encode("utf-8")).hexdigest()


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as SQLite alone opens it."""
    connection = SQLITE.connect(str(path), isolation_level=None)
    try:
        connection.row_factory = SQLITE.Row
        yield connection
    finally:
        connection.close()


@contextmanager
def unguarded(connection: sqlite3.Connection) -> Iterator[None]:
    """The triggers out of the way, and put back afterwards as if nothing had been."""
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    for trigger in triggers:
        connection.execute(f"DROP TRIGGER {trigger['name']}")
    yield
    for trigger in triggers:
        connection.execute(trigger["sql"])


def rows(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every row of the ledger as it stands."""
    return [dict(row) for row in connection.execute("SELECT * FROM ledger ORDER BY sequence")]


def rechain(connection: sqlite3.Connection, start: int) -> None:
    """Compute previous and hash anew from a row to the end, as only a head's key cannot."""
    found = connection.execute("SELECT hash FROM ledger WHERE sequence = ?", (start - 1,))
    row = found.fetchone()
    previous = row["hash"] if row else "0" * 64
    for one in rows(connection):
        if one["sequence"] < start:
            continue
        one["previous"] = previous
        previous = by_hand(one)
        connection.execute(
            "UPDATE ledger SET previous = ?, hash = ? WHERE sequence = ?",
            (one["previous"], previous, one["sequence"]),
        )
