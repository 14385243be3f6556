"""Keeps a request that a program sends twice from acting twice (the ``Idempotency-Key`` header).

The key belongs to one person and one route and is kept for a day with the answer. The ledger has
its own keys for the acts themselves; this is for what a program is answered, and for requests
that write no event.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from approvals.desk.auth.errors import AnswerKeyError, AnswerPendingError
from approvals.desk.auth.rows import Rows, digest
from approvals.names import PersonId
from approvals.store.desk_tables import ANSWERS

KEPT = timedelta(hours=24)
PENDING = timedelta(minutes=2)
"""After which a request that never ended (its process was killed) may be sent again."""

LARGEST = 64 * 1024
"""Characters of a body that are kept; of a larger one only the digest is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; ``body`` is None where it was too large to keep."""

    status: int
    location: str | None
    body: str | None
    digest: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A request that is being carried out for the first time."""

    id: str


class Answers:
    """Remembers what was answered to which key."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def begin(self, key: str, person: PersonId, route: str, body: bytes) -> Begun | Answer:
        """Begin a request, or give the answer of the time before.

        Raises ``AnswerKeyError`` where the key came with another body, ``AnswerPendingError``
        where the same request has not ended.
        """
        id, asked, now = digest(key, person, route), _sha256(body), self._rows.now()
        with self._rows.writing() as connection:
            row = connection.execute(select(ANSWERS).where(ANSWERS.c.key == id)).first()
            kept = PENDING if row is not None and row.status is None else KEPT
            if row is not None and row.created <= self._rows.now(-kept):
                connection.execute(delete(ANSWERS).where(ANSWERS.c.key == id))
                row = None
            if row is None:
                connection.execute(insert(ANSWERS).values(key=id, request=asked, created=now))
                return Begun(id)
        if row.request != asked:
            raise AnswerKeyError(key)
        if row.status is None:
            raise AnswerPendingError
        return Answer(row.status, row.location, row.body, row.digest)

    def finish(self, begun: Begun, status: int, body: bytes, location: str | None = None) -> None:
        """Keep an answer. One that says “not now” (5xx, 429) is not kept: it may be asked again."""
        if status >= 500 or status == 429:
            self.drop(begun)
            return
        text = body.decode("utf-8", "replace")
        with self._rows.writing() as connection:
            connection.execute(
                update(ANSWERS)
                .where(ANSWERS.c.key == begun.id)
                .values(
                    status=status,
                    location=location,
                    body=text if len(text) <= LARGEST else None,
                    digest=_sha256(body),
                )
            )

    def drop(self, begun: Begun) -> None:
        """Forget a request that came to nothing."""
        with self._rows.writing() as connection:
            connection.execute(delete(ANSWERS).where(ANSWERS.c.key == begun.id))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
