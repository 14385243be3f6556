"""Sessions: rows in the database behind an opaque cookie.

A signed cookie alone would stay valid after sign-out; here the row goes, and the old cookie opens
nothing. The cookie is 256 random bits, of which the row keeps the SHA-256. It changes at every
sign-in and whenever what the person may do has changed. ``identify`` reads it on each request.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Row, delete, insert, select, update

from approvals.canon import stamp, unstamp
from approvals.desk.auth.people import Person
from approvals.desk.auth.rows import Rows, digest, new_secret
from approvals.desk.auth.site import Site
from approvals.names import PersonId
from approvals.store.desk_tables import SESSIONS

_AGENT = 200
# In this order, since each claims to be those after it.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_TOUCH = timedelta(minutes=1)
"""How far behind ``seen`` may be: a page that is only read should not wait for writers."""


class How(StrEnum):
    """What somebody signed in with."""

    PASSWORD = "password"  # noqa: S105 (a word, no password)
    PASSKEY = "passkey"
    OIDC = "oidc"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session lasts: unused, and at all."""

    idle: timedelta = timedelta(hours=8)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's session in one browser; ``proved`` is when they last showed who they are."""

    id: str
    handle: str
    person: PersonId
    roles: str
    how: How
    agent: str
    created: datetime
    proved: datetime
    seen: datetime
    ends: datetime

    @property
    def browser(self) -> str:
        """The browser and the system as people call them; empty where the browser said neither."""
        return " – ".join(
            name
            for known in (_BROWSERS, _SYSTEMS)
            for name in [next((name for sign, name in known if sign in self.agent), "")]
            if name
        )

    def fresh(self, now: datetime, within: timedelta = timedelta(minutes=10)) -> bool:
        """Say whether the person showed who they are a moment ago."""
        return now - self.proved <= within


class Sessions:
    """Begins, finds, renews and ends sessions."""

    def __init__(self, rows: Rows, lasting: Lasting | None = None) -> None:
        self._rows = rows
        self.lasting = lasting or Lasting()

    def begin(self, person: Person, how: How, agent: str = "", old: str | None = None) -> str:
        """Begin a session and give its cookie; whatever session ``old`` named ends."""
        secret = new_secret()
        now = self._rows.time()
        ends = now + self.lasting.absolute
        with self._rows.writing() as connection:
            if old:
                connection.execute(delete(SESSIONS).where(SESSIONS.c.id == digest(old)))
            connection.execute(
                insert(SESSIONS).values(
                    id=digest(secret),
                    handle=secrets.token_hex(8),
                    person=person.id,
                    roles=roles_of(person),
                    how=how,
                    agent=agent[:_AGENT],
                    created=stamp(now),
                    proved=stamp(now),
                    seen=stamp(now),
                    idle=stamp(min(now + self.lasting.idle, ends)),
                    ends=stamp(ends),
                )
            )
        return secret

    def find(self, secret: str) -> Session | None:
        """Give the session of a cookie, and note that it was used; None once it has ended."""
        now = self._rows.time()
        with self._rows.reading() as connection:
            row = _find(connection, digest(secret), stamp(now))
        if row is None:
            return None
        found = _session(row)
        if now - found.seen >= _TOUCH:
            idle = min(now + self.lasting.idle, found.ends)
            with self._rows.writing() as connection:
                connection.execute(
                    update(SESSIONS)
                    .where(SESSIONS.c.id == found.id)
                    .values(seen=stamp(now), idle=stamp(idle))
                )
        return found

    def renew(self, secret: str, person: Person) -> str | None:
        """Give a session another cookie because the person's rights changed; the old one is dead.

        None where somebody else renewed or ended it meanwhile.
        """
        fresh = new_secret()
        with self._rows.writing() as connection:
            done = connection.execute(
                update(SESSIONS)
                .where(SESSIONS.c.id == digest(secret), SESSIONS.c.ends > self._rows.now())
                .values(id=digest(fresh), roles=roles_of(person))
            )
        return fresh if done.rowcount else None

    def prove(self, secret: str) -> None:
        """Note that the person showed anew who they are, for acts that ask for it."""
        with self._rows.writing() as connection:
            connection.execute(
                update(SESSIONS)
                .where(SESSIONS.c.id == digest(secret))
                .values(proved=self._rows.now())
            )

    def end(self, secret: str) -> None:
        """End the session of a cookie."""
        with self._rows.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.id == digest(secret)))

    def end_one(self, person: PersonId, handle: str) -> bool:
        """End one of a person's own sessions; False where it is not theirs or has ended."""
        with self._rows.writing() as connection:
            return bool(
                connection.execute(
                    delete(SESSIONS).where(SESSIONS.c.person == person, SESSIONS.c.handle == handle)
                ).rowcount
            )

    def end_all(self, person: PersonId, but: str | None = None) -> int:
        """End a person's sessions, except the one of the cookie ``but``; say how many."""
        gone = delete(SESSIONS).where(SESSIONS.c.person == person)
        if but is not None:
            gone = gone.where(SESSIONS.c.id != digest(but))
        with self._rows.writing() as connection:
            return int(connection.execute(gone).rowcount)

    def of(self, person: PersonId) -> tuple[Session, ...]:
        """List a person's sessions, the last used first."""
        now = self._rows.now()
        with self._rows.reading() as connection:
            found = connection.execute(
                select(SESSIONS)
                .where(SESSIONS.c.person == person, SESSIONS.c.ends > now, SESSIONS.c.idle > now)
                .order_by(SESSIONS.c.seen.desc(), SESSIONS.c.handle)
            )
            return tuple(map(_session, found))


def set_cookie(site: Site, secret: str) -> str:
    """Give the ``Set-Cookie`` value that hands a session to the browser (RFC 6265bis).

    Without ``Max-Age``: it goes with the browser, and the row ends before or after that.
    """
    secure = "; Secure" if site.secure else ""
    return f"{site.cookie}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}"


def clear_cookie(site: Site) -> str:
    """Give the ``Set-Cookie`` value that takes a session's cookie out of the browser."""
    secure = "; Secure" if site.secure else ""
    return f'{site.cookie}=""; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}'


def roles_of(person: Person) -> str:
    """Write down what a person may do, to notice when that changes."""
    return " ".join(sorted(person.roles))


def _find(connection: Connection, id: str, now: str) -> Row[tuple[object, ...]] | None:
    return connection.execute(
        select(SESSIONS).where(SESSIONS.c.id == id, SESSIONS.c.ends > now, SESSIONS.c.idle > now)
    ).first()


def _session(row: Row[tuple[object, ...]]) -> Session:
    return Session(
        row.id,
        row.handle,
        PersonId(row.person),
        row.roles,
        How(row.how),
        row.agent,
        unstamp(row.created),
        unstamp(row.proved),
        unstamp(row.seen),
        unstamp(row.ends),
    )
