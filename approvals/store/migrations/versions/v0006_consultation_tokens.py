"""Keep the tokens of invitations apart: a token that was used is not there any more.

On PostgreSQL, a mark on the invitation would carry the number of the very transaction that kept the
response (``xmin``), and so join the two.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Move the tokens that are not used yet, then make the invitations anew without them."""
    op.create_table(
        "consultation_tokens",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("consultation", sa.String(200), nullable=False),
        sa.Column("invitation", sa.String(80), nullable=False, unique=True),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO consultation_tokens (token, consultation, invitation) "
        "SELECT token, consultation, id FROM consultation_invitations WHERE used = 0"
    )
    op.drop_index("consultation_invitations_by", "consultation_invitations")
    op.rename_table("consultation_invitations", "consultation_invited")
    op.create_table(
        "consultation_invitations",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("consultation", sa.String(200), nullable=False),
        sa.Column("public", sa.String(80), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("unsubscribed", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="consultation_invitations_key"),
    )
    op.execute(
        "INSERT INTO consultation_invitations "
        "(id, consultation, public, address, language, unsubscribed) "
        "SELECT id, consultation, public, address, language, 0 FROM consultation_invited "
        "ORDER BY id"
    )
    op.drop_table("consultation_invited")
    op.create_index("consultation_invitations_by", "consultation_invitations", ["consultation"])
