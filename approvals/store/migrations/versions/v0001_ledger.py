"""Make the ledger, its triggers, notes, contacts and the outbox."""

from __future__ import annotations

from alembic import op

from approvals.store.tables import METADATA, POSTGRES_TRIGGERS, SQLITE_TRIGGERS

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables and the triggers that keep the ledger append-only."""
    connection = op.get_bind()
    METADATA.create_all(connection)
    sqlite = connection.dialect.name == "sqlite"
    for trigger in SQLITE_TRIGGERS if sqlite else POSTGRES_TRIGGERS:
        op.execute(trigger)
