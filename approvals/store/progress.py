"""How far the house is with what takes long, so that pages can say so; nothing of it is formal.

One row a stream, written by whoever does the work, in whatever process that is, and gone when it is
done. A row that stays says how often the work has failed. What a killed process left behind goes
when the dispatcher starts (``flows.dispatch``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Delete, delete, insert, select

from approvals.canon import stamp, unstamp
from approvals.ports import Clock
from approvals.store.engines import begin_writing
from approvals.store.progress_tables import PROGRESS
from approvals.store.sql import Store

PAUSE: Final = 0.5
"""Seconds between two rows of one work: a row is a write, and the ledger waits for it."""

Tell = Callable[[int, int], None]
"""Takes how much is done, and of how much; 0 of 0 where nobody knows."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done for a stream, how far it is, how often it failed, and as of when."""

    work: str
    done: int
    of: int
    failures: int
    told: datetime


def look(store: Store, stream: str) -> Progress | None:
    """Say how far the work for a stream is; None where nothing was told."""
    with store.connected() as connection, store.faults():
        row = connection.execute(select(PROGRESS).where(PROGRESS.c.stream == stream)).first()
    if row is None:
        return None
    return Progress(row.work, row.done, row.total, row.failures, unstamp(row.told))


@contextmanager
def telling(store: Store, clock: Clock, stream: str, work: str) -> Iterator[Tell]:
    """Let some work tell how far it is, at most every ``PAUSE`` seconds, and forget it after."""
    last: list[float] = []

    def tell(done: int, of: int) -> None:
        now = time.monotonic()
        if not last or now - last[-1] >= PAUSE:
            last[:] = [now]
            _put(store, Progress(work, done, of, 0, clock.now()), stream)

    try:
        yield tell
    finally:
        if last:
            forget(store, stream)


def failed(store: Store, stream: str, work: str, failures: int, now: datetime) -> None:
    """Keep that some work failed, for the ``failures``-th time in a row."""
    _put(store, Progress(work, 0, 0, failures, now), stream)


def forget(store: Store, stream: str | None = None) -> None:
    """Forget what was told of a stream, or of all of them."""
    where: list[ColumnElement[bool]] = [] if stream is None else [PROGRESS.c.stream == stream]
    _write(store, delete(PROGRESS).where(*where))


def _put(store: Store, told: Progress, stream: str) -> None:
    row = {
        "stream": stream,
        "work": told.work,
        "done": told.done,
        "total": told.of,
        "failures": told.failures,
        "told": stamp(told.told),
    }
    _write(store, delete(PROGRESS).where(PROGRESS.c.stream == stream), row)


def _write(store: Store, first: Delete, row: dict[str, object] | None = None) -> None:
    with store.writers(), store.connected() as connection, store.faults():
        begin_writing(connection)
        connection.execute(first)
        if row is not None:
            connection.execute(insert(PROGRESS), row)
        connection.commit()
