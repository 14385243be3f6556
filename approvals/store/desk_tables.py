"""The desk's own tables: who may sign in, who is signed in, and what was asked of the HTTP layer.

None of it is evidence: what people decide is in the ledger, with what they signed. Every secret is
kept as a SHA-256 (or, for passwords, an argon2id hash), so that nobody signs in with a backup.
Times are those of ``approvals.canon.stamp``, which sort as text. ``approvals.desk.auth`` reads and
writes these tables; ``person`` is the id that the house's register knows.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from approvals.store.tables import METADATA

_NUMBER = BigInteger().with_variant(Integer, "sqlite")

ACCOUNTS = Table(
    "desk_accounts",
    METADATA,
    Column("person", String(80), primary_key=True),
    Column("hash", Text),
    Column("disabled", Integer, nullable=False),
    Column("must_change", Integer, nullable=False),
    Column("created", String(27), nullable=False),
    Column("changed", String(27)),
)
"""``hash`` is empty for who signs in with a passkey or the institution's account alone."""

SESSIONS = Table(
    "desk_sessions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("handle", String(32), nullable=False, unique=True),
    Column("person", String(80), nullable=False),
    Column("roles", Text, nullable=False),
    Column("how", String(16), nullable=False),
    Column("agent", Text, nullable=False),
    Column("created", String(27), nullable=False),
    Column("proved", String(27), nullable=False),
    Column("seen", String(27), nullable=False),
    Column("idle", String(27), nullable=False),
    Column("ends", String(27), nullable=False),
)
"""``id`` is the cookie's SHA-256; ``handle`` names a session where its owner ends another one."""

Index("desk_sessions_person", SESSIONS.c.person)

PASSKEYS = Table(
    "desk_passkeys",
    METADATA,
    Column("id", String(1400), primary_key=True),
    Column("person", String(80), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", _NUMBER, nullable=False),
    Column("backed_up", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("created", String(27), nullable=False),
    Column("used", String(27)),
)
"""``id`` is the credential id in base64url (at most 1023 bytes); ``public_key`` is a COSE key."""

Index("desk_passkeys_person", PASSKEYS.c.person)

CHALLENGES = Table(
    "desk_challenges",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("challenge", String(64), nullable=False),
    Column("person", String(80)),
    Column("statement", Text, nullable=False),
    Column("ends", String(27), nullable=False),
)
"""What a passkey is asked to sign; a row goes when it is answered, whatever the answer."""

LINKS = Table(
    "desk_links",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("person", String(80)),
    Column("created", String(27), nullable=False),
    Column("ends", String(27), nullable=False),
)

Index("desk_links_person", LINKS.c.person, LINKS.c.purpose)

TOKENS = Table(
    "desk_tokens",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("handle", String(32), nullable=False, unique=True),
    Column("person", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created", String(27), nullable=False),
    Column("ends", String(27), nullable=False),
    Column("used", String(27)),
)

Index("desk_tokens_person", TOKENS.c.person)

ANSWERS = Table(
    "desk_answers",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("status", Integer),
    Column("location", Text),
    Column("body", Text),
    Column("digest", String(64)),
    Column("created", String(27), nullable=False),
)
"""``key`` is the SHA-256 of the idempotency key, the person and the route together."""

THROTTLE = Table(
    "desk_throttle",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("hits", Integer, nullable=False),
    Column("ends", String(27), nullable=False),
)

OIDC_STATES = Table(
    "desk_oidc_states",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("browser", String(64), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("onward", Text, nullable=False),
    Column("ends", String(27), nullable=False),
)

IDENTITIES = Table(
    "desk_identities",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("person", String(80), nullable=False),
    Column("created", String(27), nullable=False),
)
"""Which person an institution's account belongs to; ``id`` digests the issuer and the subject."""

Index("desk_identities_person", IDENTITIES.c.person)
