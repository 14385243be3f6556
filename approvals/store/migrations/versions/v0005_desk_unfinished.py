"""What people have typed or uploaded at the desk and have not brought yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "desk_typed",
        sa.Column("person", sa.String(80), primary_key=True),
        sa.Column("dossier", sa.String(200), primary_key=True),
        sa.Column("paragraph", sa.String(16), primary_key=True),
        sa.Column("units", sa.String(64), nullable=False),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("saved", sa.String(27), nullable=False),
    )
    op.create_table(
        "desk_held",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("dossier", sa.String(200), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary),
        sa.Column("saved", sa.String(27), nullable=False),
    )
