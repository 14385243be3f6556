"""Keeps the ledger, the notes, the contacts and the outbox on SQLite or PostgreSQL."""

from approvals.store.sql import Store, sqlite_version

__all__ = ["Store", "sqlite_version"]
