"""One-time links: a first sign-in, a forgotten password, and the code of the first run.

A link is looked at as often as one likes (mail filters do) and spent once. It sets a password and
nothing else: passkeys stay, so that a link that fell into other hands signs no vote.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Select, delete, insert, select

from approvals.desk.auth.errors import CodeWrongError, LinkSpentError
from approvals.desk.auth.rows import Rows, digest, new_secret
from approvals.names import PersonId
from approvals.store.desk_tables import LINKS

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011", "- ")
_CODE = 20


class Purpose(StrEnum):
    """What a link is for."""

    FIRST = "first"
    RESET = "reset"
    FIRST_RUN = "first-run"


LASTS = {
    Purpose.FIRST: timedelta(hours=24),
    Purpose.RESET: timedelta(hours=24),
    Purpose.FIRST_RUN: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may still be used."""

    purpose: Purpose
    person: PersonId


class Links:
    """Gives out links and takes them back."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def issue(self, person: PersonId, purpose: Purpose) -> str:
        """Give the secret part of a new link; the person's older ones end."""
        secret = new_secret()
        self._write(secret, purpose, person)
        return secret

    def look(self, secret: str) -> Link:
        """Say what a link is for without spending it; raise ``LinkSpentError``."""
        with self._rows.reading() as connection:
            row = connection.execute(
                select(LINKS).where(LINKS.c.id == digest(secret), LINKS.c.ends > self._rows.now())
            ).first()
        if row is None or row.person is None:
            raise LinkSpentError
        return Link(Purpose(row.purpose), PersonId(row.person))

    def spend(self, secret: str) -> Link:
        """Use a link up; of two at once, one gets ``LinkSpentError``."""
        link = self.look(secret)
        with self._rows.writing() as connection:
            gone = connection.execute(delete(LINKS).where(LINKS.c.id == digest(secret)))
            if not gone.rowcount:
                raise LinkSpentError
        return link

    def first_run_code(self) -> str:
        """Make the code that only the terminal shows: 100 bits in groups of five; one at a time."""
        letters = "".join(secrets.choice(_LETTERS) for _ in range(_CODE))
        self._write(letters, Purpose.FIRST_RUN, None)
        return "-".join(letters[at : at + 5] for at in range(0, _CODE, 5))

    def first_run_open(self) -> bool:
        """Say whether a code was printed that may still be used."""
        with self._rows.reading() as connection:
            return connection.execute(self._codes()).first() is not None

    def check_first_run(self, code: str) -> None:
        """Raise ``CodeWrongError`` unless this is the code; it stays until it is spent."""
        with self._rows.reading() as connection:
            if connection.execute(self._codes(code)).first() is None:
                raise CodeWrongError

    def spend_first_run(self, code: str) -> None:
        """Use the code up; of two at once, one gets ``CodeWrongError``."""
        self.check_first_run(code)
        with self._rows.writing() as connection:
            gone = connection.execute(delete(LINKS).where(LINKS.c.id == _code(code)))
            if not gone.rowcount:
                raise CodeWrongError

    def _codes(self, code: str | None = None) -> Select[tuple[str]]:
        asked = select(LINKS.c.id).where(
            LINKS.c.purpose == Purpose.FIRST_RUN, LINKS.c.ends > self._rows.now()
        )
        return asked if code is None else asked.where(LINKS.c.id == _code(code))

    def _write(self, secret: str, purpose: Purpose, person: PersonId | None) -> None:
        with self._rows.writing() as connection:
            connection.execute(
                delete(LINKS).where(
                    LINKS.c.purpose == purpose if person is None else LINKS.c.person == person
                )
            )
            connection.execute(
                insert(LINKS).values(
                    id=digest(secret),
                    purpose=purpose,
                    person=person,
                    created=self._rows.now(),
                    ends=self._rows.now(LASTS[purpose]),
                )
            )


def _code(typed: str) -> str:
    """Read a code as it was typed: lower case, without hyphens, O for 0, I and L for 1."""
    return digest(typed.strip().upper().translate(_LOOKALIKES))
