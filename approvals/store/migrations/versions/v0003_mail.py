"""Make the tables of mail and webhooks; what happened before them is told to nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables, and begin behind what the ledger holds already."""
    op.create_table(
        "mails",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("letter", sa.String(300), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("stream", sa.String(200), nullable=False),
        sa.Column("sequence", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("message_id", sa.String(300), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due", sa.String(27), nullable=False),
        sa.Column("folds", sa.Integer, nullable=False),
        sa.Column("head", _NUMBER, nullable=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("claim", sa.String(32), nullable=True),
        sa.Column("lease", sa.String(27), nullable=True),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=True),
        sa.Column("done", sa.String(27), nullable=True),
        sa.UniqueConstraint("letter", "person"),
    )
    op.create_index("mails_open", "mails", ["state", "due"])
    op.create_index("mails_message_id", "mails", ["message_id"])
    op.create_table(
        "mail_preferences",
        sa.Column("person", sa.String(80), primary_key=True),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("until", sa.String(10), nullable=True),
    )
    op.create_table(
        "mail_bounces",
        sa.Column("person", sa.String(80), primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_table(
        "mail_cursors",
        sa.Column("stream", sa.String(200), primary_key=True),
        sa.Column("sequence", _NUMBER, nullable=False),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("hook", sa.String(80), nullable=False),
        sa.Column("sequence", _NUMBER, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due", sa.String(27), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("claim", sa.String(32), nullable=True),
        sa.Column("lease", sa.String(27), nullable=True),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("done", sa.String(27), nullable=True),
        sa.UniqueConstraint("hook", "sequence"),
    )
    op.create_index("webhook_deliveries_open", "webhook_deliveries", ["state", "due"])
    op.execute(
        "INSERT INTO mail_cursors (stream, sequence) "
        "SELECT '', COALESCE(MAX(sequence), 0) FROM ledger"
    )
