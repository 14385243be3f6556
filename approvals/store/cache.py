"""Summaries kept beside the ledger so that a list of 500 dossiers need not replay them all.

Never a source of truth: each row bears the version of the stream that it was made of and the
ledger's size at that time, and may go at any moment. Its table has no migration: another form is
another table, and the old one is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from approvals.store.tables import LEDGER

_NUMBER = BigInteger().with_variant(Integer, "sqlite")

SUMMARIES = Table(
    "summaries_1",
    MetaData(),
    Column("stream", String(200), primary_key=True),
    Column("version", _NUMBER, nullable=False),
    Column("sequence", _NUMBER, nullable=False),
    Column("asked", Text, nullable=False),
    Column("body", Text, nullable=False),
)
"""``asked`` holds, one a line, the names under which somebody is asked."""

_ALL = select(SUMMARIES)
_SEEN = select(func.max(SUMMARIES.c.sequence))
_SINCE = select(LEDGER.c.stream, func.max(LEDGER.c.version)).where(
    LEDGER.c.sequence > bindparam("seen")
)
_NEWS = _SINCE.group_by(LEDGER.c.stream)
_TIP = select(func.max(LEDGER.c.sequence))
_FORGET = delete(SUMMARIES).where(SUMMARIES.c.stream == bindparam("one"))
_KEEP = insert(SUMMARIES)


@dataclass(frozen=True, slots=True)
class Kept:
    """One summary as it is kept."""

    stream: str
    version: int
    asked: frozenset[str]
    body: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The summaries kept, the ledger's size now, and the streams that have grown since."""

    kept: Mapping[str, Kept]
    tip: int
    news: Mapping[str, int]


def look(connection: Connection) -> Seen:
    """Read every summary and find what has changed since; without the table, everything has."""
    tip = int(connection.execute(_TIP).scalar() or 0)
    kept: dict[str, Kept] = {}
    seen = 0
    if connection.dialect.has_table(connection, SUMMARIES.name):
        seen = int(connection.execute(_SEEN).scalar() or 0)
        if seen <= tip:
            kept = {
                stream: Kept(stream, version, frozenset(asked.split("\n")), body)
                for stream, version, _, asked, body in connection.execute(_ALL)
            }
        else:  # the ledger is another than the one that these were made of
            seen = 0
    news = {stream: int(version) for stream, version in connection.execute(_NEWS, {"seen": seen})}
    return Seen(kept, tip, news)


def keep(connection: Connection, summaries: Iterable[Kept], tip: int) -> None:
    """Keep summaries made of the ledger as it was at ``tip``; makes the table where it is not."""
    SUMMARIES.create(connection, checkfirst=True)
    for one in summaries:
        connection.execute(_FORGET, {"one": one.stream})
        connection.execute(
            _KEEP,
            {
                "stream": one.stream,
                "version": one.version,
                "sequence": tip,
                "asked": "\n".join(sorted(one.asked)),
                "body": one.body,
            },
        )


def forget(connection: Connection) -> None:
    """Throw every summary away; the next look makes them anew."""
    SUMMARIES.drop(connection, checkfirst=True)
