"""How far the house is with what takes long; ``approvals.store.progress`` reads and writes it."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from approvals.store.tables import METADATA

PROGRESS = Table(
    "progress",
    METADATA,
    Column("stream", String(200), primary_key=True),
    Column("work", String(40), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("told", String(27), nullable=False),
)
