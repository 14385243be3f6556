"""Make the ledger, its triggers, notes, contacts and the outbox.

Written out in full, because a migration has to go on making what it made when it was written.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

_SQLITE = (
    """CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    # INSERT OR REPLACE deletes without firing a DELETE trigger unless recursive_triggers is on.
    """CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger
       WHEN EXISTS (SELECT 1 FROM ledger WHERE sequence = NEW.sequence OR "key" = NEW."key"
                    OR (stream = NEW.stream AND version = NEW.version))
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)

_POSTGRES = (
    """CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
    """CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON ledger
       FOR EACH ROW EXECUTE FUNCTION ledger_append_only()""",
    """CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger
       FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()""",
)


def upgrade() -> None:
    """Make the tables and the triggers that keep the ledger append-only."""
    op.create_table(
        "ledger",
        sa.Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("stream", sa.String(200), nullable=False),
        sa.Column("version", _NUMBER, nullable=False),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("time", sa.String(27), nullable=False),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("stream", "version"),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "contacts",
        sa.Column("place", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(80), nullable=False, unique=True),
        sa.Column("handle", sa.String(80), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("mail", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("stream", sa.String(200), nullable=False),
        sa.Column("sequence", _NUMBER, nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("settled", sa.Integer, nullable=False),
    )
    op.create_index("outbox_open", "outbox", ["settled", "id"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in _SQLITE if sqlite else _POSTGRES:
        op.execute(trigger)
