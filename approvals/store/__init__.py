"""Keeps the ledger, the notes, the contacts and the outbox on SQLite or PostgreSQL."""

from approvals.store.engines import sqlite_version
from approvals.store.sql import Store

__all__ = ["Store", "sqlite_version"]
