"""What people have under their hands at the desk and have not brought yet; nothing of it is formal.

Rows go when the act is done, or when they are old. ``approvals.desk.unfinished`` reads and writes
them.
"""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table, Text

from approvals.store.tables import METADATA

TYPED = Table(
    "desk_typed",
    METADATA,
    Column("person", String(80), primary_key=True),
    Column("dossier", String(200), primary_key=True),
    Column("paragraph", String(16), primary_key=True),
    Column("units", String(64), nullable=False),
    Column("texts", Text, nullable=False),
    Column("saved", String(27), nullable=False),
)

HELD = Table(
    "desk_held",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("person", String(80), nullable=False),
    Column("dossier", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("base", String(64), nullable=False),
    Column("report", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("data", LargeBinary),
    Column("saved", String(27), nullable=False),
)

SENT = Table(
    "desk_sent",
    METADATA,
    Column("person", String(80), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("sent", String(27), nullable=False),
)
"""Files that a program sent, for an act of the same person to name by their digest."""
