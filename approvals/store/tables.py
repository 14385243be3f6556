"""The store's tables, the same on SQLite and PostgreSQL.

``migrations`` makes them, step by step and in its own words, together with the triggers that let a
ledger row neither change nor go; a test holds what it makes to what is written here.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()

_NUMBER = BigInteger().with_variant(Integer, "sqlite")

LEDGER = Table(
    "ledger",
    METADATA,
    Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
    Column("stream", String(200), nullable=False),
    Column("version", _NUMBER, nullable=False),
    Column("type", String(80), nullable=False),
    Column("payload", Text, nullable=False),
    Column("time", String(27), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("stream", "version"),
)

NOTES = Table(
    "notes",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("salt", String(64), nullable=False),
    Column("text", Text, nullable=False),
)

CONTACTS = Table(
    "contacts",
    METADATA,
    Column("place", _NUMBER, primary_key=True, autoincrement=True),
    Column("id", String(80), nullable=False, unique=True),
    Column("handle", String(80), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("mail", Text, nullable=False),
    Column("language", String(8), nullable=False),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("stream", String(200), nullable=False),
    Column("sequence", _NUMBER, nullable=False),
    Column("created", String(27), nullable=False),
    Column("settled", Integer, nullable=False, default=0),
)

Index("outbox_open", OUTBOX.c.settled, OUTBOX.c.id)
