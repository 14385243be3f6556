"""Make the tables of consultations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the three tables, which nothing joins."""
    op.create_table(
        "consultation_invitations",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("consultation", sa.String(200), nullable=False),
        sa.Column("public", sa.String(80), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
        sa.Column("used", sa.Integer, nullable=False),
    )
    op.create_table(
        "consultation_responses",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("consultation", sa.String(200), nullable=False),
        sa.Column("public", sa.String(80), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("receipt", sa.String(64), nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "consultation_unfinished",
        sa.Column("consultation", sa.String(200), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.UniqueConstraint("consultation", "code"),
    )
    op.create_index("consultation_invitations_by", "consultation_invitations", ["consultation"])
    op.create_index("consultation_responses_by", "consultation_responses", ["consultation", "id"])
