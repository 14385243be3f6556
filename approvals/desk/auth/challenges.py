"""Challenges that a passkey answers: kept here, answered once, gone after five minutes.

A challenge is found by its own SHA-256, so nothing but the signed answer has to come back. It is
bound to its purpose and, unless it is for signing in, to a person; the row goes before anything
about the answer is judged, so that a wrong answer uses it up as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, insert, select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from approvals.desk.auth.errors import PasskeyError
from approvals.desk.auth.rows import Rows, digest
from approvals.names import PersonId
from approvals.store.desk_tables import CHALLENGES

LASTS = timedelta(minutes=5)


class Purpose(StrEnum):
    """What a challenge is for; an answer to one is no answer to another."""

    REGISTER = "register"
    SIGN_IN = "sign-in"
    SIGN_OFF = "sign-off"


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge as it was kept; ``statement`` is what a sign-off is about, else empty."""

    value: bytes
    person: PersonId | None
    statement: str


class Challenges:
    """Keeps challenges and takes them out again."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def keep(
        self, value: bytes, purpose: Purpose, person: PersonId | None = None, statement: str = ""
    ) -> None:
        """Keep a challenge for five minutes."""
        text = bytes_to_base64url(value)
        with self._rows.writing() as connection:
            connection.execute(
                insert(CHALLENGES).values(
                    id=digest(text),
                    purpose=purpose,
                    challenge=text,
                    person=person,
                    statement=statement,
                    ends=self._rows.now(LASTS),
                )
            )

    def take(self, value: bytes, purpose: Purpose, person: PersonId | None = None) -> Challenge:
        """Take a challenge out; raise ``PasskeyError`` where it is spent, too old or another's."""
        id = digest(bytes_to_base64url(value))
        mine = CHALLENGES.c.person.is_(None) if person is None else CHALLENGES.c.person == person
        with self._rows.writing() as connection:
            row = connection.execute(
                select(CHALLENGES).where(
                    CHALLENGES.c.id == id, CHALLENGES.c.purpose == purpose, mine
                )
            ).first()
            if row is not None:
                connection.execute(delete(CHALLENGES).where(CHALLENGES.c.id == id))
        if row is None or row.ends <= self._rows.now():
            raise PasskeyError("spent")
        return Challenge(base64url_to_bytes(row.challenge), person, row.statement)
