"""Brings a database to this version's schema; Alembic is loaded only where it has work to do."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from approvals.store import (  # noqa: F401 (METADATA)
    desk_tables,
    mail_tables,
    progress_tables,
    unfinished_tables,
)
from approvals.store.engines import begin_writing
from approvals.store.errors import DatabaseDamagedError, NewerSchemaError

KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""Every schema that this version can read or bring up to date, oldest first."""

LATEST = KNOWN[-1]

_NUMBER = re.compile(r"[0-9]{4}").fullmatch

GUARDS = {
    "sqlite": frozenset({"ledger_no_update", "ledger_no_delete", "ledger_no_replace"}),
    "postgresql": frozenset({"ledger_no_change", "ledger_no_truncate"}),
}
"""The triggers that keep the ledger append-only, by dialect."""

_FIND_GUARDS = {
    "sqlite": text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger'"),
    "postgresql": text(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'ledger'::regclass AND tgenabled = 'O'"
    ),
}


def bring_up_to_date(engine: Engine, name: str) -> None:
    """Migrate where the schema is older.

    Raises ``NewerSchemaError`` where it is newer, ``DatabaseDamagedError`` where there never was
    such a schema.
    """
    with engine.connect() as connection:
        found = _version(connection)
        connection.rollback()
    if found == LATEST:
        return
    if found is not None and found not in KNOWN:
        if _NUMBER(found) and found > LATEST:
            raise NewerSchemaError(name, found)
        raise DatabaseDamagedError(name, f"schema {found}")
    with engine.connect() as connection:
        begin_writing(connection)
        _migrate(connection)
        connection.commit()


def guarded(connection: Connection) -> bool:
    """Say whether the triggers that refuse to change the ledger are there."""
    dialect = connection.dialect.name
    found = frozenset(connection.execute(_FIND_GUARDS[dialect]).scalars())
    return GUARDS[dialect] <= found


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "")


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
