"""The tables of mail and webhooks: what is to be sent, what became of it, and how far it was made.

Rows are made from the ledger behind a cursor that moves in the same transaction
(``approvals.store.mails``; docs/adr/0005-mails-from-the-ledger.md says why). They are no evidence:
what happened is the ledger's. Times are those of ``approvals.canon.stamp``, which sort as text.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from approvals.store.tables import METADATA

_NUMBER = BigInteger().with_variant(Integer, "sqlite")

MAILS = Table(
    "mails",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("letter", String(300), nullable=False),
    Column("person", String(80), nullable=False),
    Column("stream", String(200), nullable=False),
    Column("sequence", _NUMBER, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", String(27), nullable=False),
    Column("message_id", String(300), nullable=False),
    Column("state", String(16), nullable=False),
    Column("due", String(27), nullable=False),
    Column("folds", Integer, nullable=False),
    Column("head", _NUMBER),
    Column("tries", Integer, nullable=False),
    Column("claim", String(32)),
    Column("lease", String(27)),
    Column("said", Text, nullable=False),
    Column("address", Text),
    Column("done", String(27)),
    UniqueConstraint("letter", "person"),
)
"""One mail to one person: ``letter`` names what it tells (an entry of the ledger, a deadline).

``body`` holds the notices as JSON; ``folds`` says that it may be told together with others, and
``head`` is the mail in which it is.
"""

Index("mails_open", MAILS.c.state, MAILS.c.due)
Index("mails_message_id", MAILS.c.message_id)

PREFERENCES = Table(
    "mail_preferences",
    METADATA,
    Column("person", String(80), primary_key=True),
    Column("mode", String(16), nullable=False),
    Column("hour", Integer, nullable=False),
    Column("until", String(10)),
)
"""When a person wants their mail."""

BOUNCES = Table(
    "mail_bounces",
    METADATA,
    Column("person", String(80), primary_key=True),
    Column("address", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("at", String(27), nullable=False),
)
"""Addresses that take no mail; one that was changed since does not count any more."""

CURSORS = Table(
    "mail_cursors",
    METADATA,
    Column("stream", String(200), primary_key=True),
    Column("sequence", _NUMBER, nullable=False),
)
"""How far the ledger has been turned into rows; the empty name is all of it, any other a stream
that could not be read and is behind."""

DELIVERIES = Table(
    "webhook_deliveries",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("hook", String(80), nullable=False),
    Column("sequence", _NUMBER, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("due", String(27), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("claim", String(32)),
    Column("lease", String(27)),
    Column("said", Text, nullable=False),
    Column("done", String(27)),
    UniqueConstraint("hook", "sequence"),
)
"""One event for one webhook."""

Index("webhook_deliveries_open", DELIVERIES.c.state, DELIVERIES.c.due)
