"""Make the desk's tables: accounts, sessions, passkeys, challenges, links, tokens and counters.

Written out in full, because a migration has to go on making what it made when it was written.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables in which the desk keeps who may sign in and who is signed in."""
    op.create_table(
        "desk_accounts",
        sa.Column("person", sa.String(80), primary_key=True),
        sa.Column("hash", sa.Text),
        sa.Column("disabled", sa.Integer, nullable=False),
        sa.Column("must_change", sa.Integer, nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("changed", sa.String(27)),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("handle", sa.String(32), nullable=False, unique=True),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("proved", sa.String(27), nullable=False),
        sa.Column("seen", sa.String(27), nullable=False),
        sa.Column("idle", sa.String(27), nullable=False),
        sa.Column("ends", sa.String(27), nullable=False),
    )
    op.create_index("desk_sessions_person", "desk_sessions", ["person"])
    op.create_table(
        "desk_passkeys",
        sa.Column("id", sa.String(1400), primary_key=True),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", _NUMBER, nullable=False),
        sa.Column("backed_up", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("used", sa.String(27)),
    )
    op.create_index("desk_passkeys_person", "desk_passkeys", ["person"])
    op.create_table(
        "desk_challenges",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("challenge", sa.String(64), nullable=False),
        sa.Column("person", sa.String(80)),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("ends", sa.String(27), nullable=False),
    )
    op.create_table(
        "desk_links",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("person", sa.String(80)),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("ends", sa.String(27), nullable=False),
    )
    op.create_index("desk_links_person", "desk_links", ["person", "purpose"])
    op.create_table(
        "desk_tokens",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("handle", sa.String(32), nullable=False, unique=True),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("ends", sa.String(27), nullable=False),
        sa.Column("used", sa.String(27)),
    )
    op.create_index("desk_tokens_person", "desk_tokens", ["person"])
    op.create_table(
        "desk_answers",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("location", sa.Text),
        sa.Column("body", sa.Text),
        sa.Column("digest", sa.String(64)),
        sa.Column("created", sa.String(27), nullable=False),
    )
    op.create_table(
        "desk_throttle",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("hits", sa.Integer, nullable=False),
        sa.Column("ends", sa.String(27), nullable=False),
    )
    op.create_table(
        "desk_oidc_states",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("onward", sa.Text, nullable=False),
        sa.Column("ends", sa.String(27), nullable=False),
    )
    op.create_table(
        "desk_identities",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
    )
    op.create_index("desk_identities_person", "desk_identities", ["person"])
