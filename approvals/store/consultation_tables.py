"""The tables of consultations: who was invited, what was answered, what is not sent yet.

Nothing joins them: a response has no token, no time and a random id, an invitation no answer. That
somebody has answered is said by what is not there: the token of their invitation. A mark on the
invitation would carry the number of the transaction in which the response was kept, which
PostgreSQL shows with every row (``xmin``).
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from approvals.store.tables import METADATA

INVITATIONS = Table(
    "consultation_invitations",
    METADATA,
    Column("id", String(80), nullable=False),
    Column("consultation", String(200), nullable=False),
    Column("public", String(80), nullable=False),
    Column("address", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("unsubscribed", Integer, nullable=False, default=0),
    PrimaryKeyConstraint("id", name="consultation_invitations_key"),
)

TOKENS = Table(
    "consultation_tokens",
    METADATA,
    Column("token", String(64), primary_key=True),
    Column("consultation", String(200), nullable=False),
    Column("invitation", String(80), nullable=False, unique=True),
    sqlite_with_rowid=False,
)
"""The hashes of tokens that are not used yet, each with its invitation."""

RESPONSES = Table(
    "consultation_responses",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("consultation", String(200), nullable=False),
    Column("public", String(80), nullable=False),
    Column("language", String(8), nullable=False),
    Column("answers", Text, nullable=False),
    Column("salt", String(64), nullable=False),
    Column("receipt", String(64), nullable=True),
    sqlite_with_rowid=False,
)
"""Without row numbers: they would tell in which order the responses came."""

UNFINISHED = Table(
    "consultation_unfinished",
    METADATA,
    Column("consultation", String(200), nullable=False),
    Column("code", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("answers", Text, nullable=False),
    UniqueConstraint("consultation", "code"),
)

Index("consultation_invitations_by", INVITATIONS.c.consultation)
Index("consultation_responses_by", RESPONSES.c.consultation, RESPONSES.c.id)
