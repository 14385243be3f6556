"""Keeps the answers to consultations; implements ``approvals.ports.Answers``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, text, update

from approvals.ports import Invitation, Kept
from approvals.store.consultation_tables import INVITATIONS, RESPONSES, TOKENS, UNFINISHED

_BATCH = 5_000

_INVITED = (
    select(INVITATIONS, TOKENS.c.token)
    .join(TOKENS, TOKENS.c.invitation == INVITATIONS.c.id, isouter=True)
    .where(INVITATIONS.c.consultation == bindparam("one"))
    .order_by(INVITATIONS.c.address, INVITATIONS.c.id)
)
_UNUSED = (
    select(INVITATIONS.c.id, INVITATIONS.c.public)
    .join(TOKENS, TOKENS.c.invitation == INVITATIONS.c.id)
    .where(TOKENS.c.consultation == bindparam("one"), TOKENS.c.token == bindparam("two"))
)
_RESPONSES = (
    select(RESPONSES).where(RESPONSES.c.consultation == bindparam("one")).order_by(RESPONSES.c.id)
)
_COUNT = (
    select(RESPONSES.c.public, func.count().label("count"))
    .where(RESPONSES.c.consultation == bindparam("one"))
    .group_by(RESPONSES.c.public)
)
_LAY_DOWN = text(
    "WITH taken AS (DELETE FROM consultation_responses WHERE consultation = :one RETURNING *) "
    "INSERT INTO consultation_responses SELECT * FROM taken ORDER BY id"
)


class SqlAnswers:
    """The stores of consultations through one connection."""

    def __init__(self, connection: Connection, erased: Callable[[], None] = lambda: None) -> None:
        self._connection = connection
        self._erased = erased

    def invite(self, consultation: str, people: Iterable[Invitation]) -> None:
        """Keep who was invited, and their tokens."""
        people = sorted(people, key=lambda one: one.id)
        for start in range(0, len(people), _BATCH):
            some = people[start : start + _BATCH]
            self._connection.execute(
                insert(INVITATIONS),
                [
                    {
                        "id": one.id,
                        "consultation": consultation,
                        "public": one.public,
                        "address": one.address,
                        "language": one.language,
                        "unsubscribed": int(one.unsubscribed),
                    }
                    for one in some
                ],
            )
            self._give(consultation, {one.id: one.token for one in some if not one.used})

    def _give(self, consultation: str, tokens: Mapping[str, str]) -> None:
        rows = [
            {"token": token, "consultation": consultation, "invitation": id}
            for id, token in tokens.items()
        ]
        if rows:
            self._connection.execute(insert(TOKENS), rows)

    def invitations(self, consultation: str) -> Iterator[Invitation]:
        """Give who was invited, by address."""
        for row in self._connection.execute(_INVITED, {"one": consultation}):
            yield Invitation(
                row.id,
                row.public,
                row.address,
                row.language,
                row.token or "",
                row.token is None,
                bool(row.unsubscribed),
            )

    def holds(self, consultation: str, token: str) -> str | None:
        """Give the public of a token that is not used yet, and leave it as it is."""
        row = self._connection.execute(_UNUSED, {"one": consultation, "two": token}).first()
        return None if row is None else str(row.public)

    def use(self, consultation: str, token: str) -> str | None:
        """Use a token up and give its public; None where it was used or is none.

        It goes out of the journal too: two pages written together would say whose answer it was.
        """
        public = self.holds(consultation, token)
        if public is None:
            return None
        self._connection.execute(delete(TOKENS).where(TOKENS.c.token == token))
        self._erased()
        return public

    def renew(self, consultation: str, tokens: Mapping[str, str]) -> None:
        """Give invitations, by their ids, new tokens in the place of unused ones."""
        ids = list(tokens)
        for start in range(0, len(ids), _BATCH):
            some = ids[start : start + _BATCH]
            self._connection.execute(delete(TOKENS).where(TOKENS.c.invitation.in_(some)))
            self._give(consultation, {id: tokens[id] for id in some})

    def unsubscribe(self, consultation: str, *, token: str = "", address: str = "") -> bool:
        """Note that whoever has this token or address wants no reminder; False where nobody has."""
        row = self._connection.execute(_UNUSED, {"one": consultation, "two": token}).first()
        own = INVITATIONS.c.address == address if row is None else INVITATIONS.c.id == row.id
        where = (INVITATIONS.c.consultation == consultation, own)
        marked = self._connection.execute(update(INVITATIONS).where(*where).values(unsubscribed=1))
        return marked.rowcount > 0

    def add(self, consultation: str, responses: Iterable[Kept]) -> None:
        """Keep responses, in the order of their random ids: the order of coming is not kept."""
        rows = [
            {
                "id": one.id,
                "consultation": consultation,
                "public": one.public,
                "language": one.language,
                "answers": one.answers,
                "salt": one.salt,
                "receipt": one.receipt,
            }
            for one in sorted(responses, key=lambda one: one.id)
        ]
        for start in range(0, len(rows), _BATCH):
            self._connection.execute(insert(RESPONSES), rows[start : start + _BATCH])

    def responses(self, consultation: str) -> Iterator[Kept]:
        """Give every response, by its random id."""
        for row in self._connection.execute(_RESPONSES, {"one": consultation}):
            yield _kept(row)

    def count(self, consultation: str) -> Mapping[str, int]:
        """Count the responses of each public that has any."""
        rows = self._connection.execute(_COUNT, {"one": consultation})
        return {str(row.public): int(row[1]) for row in rows}

    def settle(self, consultation: str) -> None:
        """Lay the responses down anew, by their random ids, where the database kept an order.

        PostgreSQL's rows lie in the order in which they came and bear the numbers of their
        transactions; SQLite's table has no row numbers and lies by the ids already.
        """
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_LAY_DOWN, {"one": consultation})

    def under(self, consultation: str, receipt: str) -> Kept | None:
        """Give the response of a receipt; None where there is none."""
        where = (RESPONSES.c.consultation == consultation, RESPONSES.c.receipt == receipt)
        row = self._connection.execute(select(RESPONSES).where(*where)).first()
        return None if row is None else _kept(row)

    def take(self, consultation: str, receipt: str) -> Kept | None:
        """Erase the response of a receipt and give what it was; None where there is none."""
        found = self.under(consultation, receipt)
        if found is not None:
            self._connection.execute(delete(RESPONSES).where(RESPONSES.c.id == found.id))
            self._erased()
        return found

    def put_aside(self, consultation: str, code: str, language: str, answers: str) -> None:
        """Keep answers that are not sent yet under the hash of a code."""
        self.forget_aside(consultation, code)
        row = {
            "consultation": consultation,
            "code": code,
            "language": language,
            "answers": answers,
        }
        self._connection.execute(insert(UNFINISHED), row)

    def aside(self, consultation: str, code: str) -> tuple[str, str] | None:
        """Give the language and the answers kept under the hash of a code."""
        row = self._connection.execute(
            select(UNFINISHED).where(
                UNFINISHED.c.consultation == consultation, UNFINISHED.c.code == code
            )
        ).first()
        return None if row is None else (str(row.language), str(row.answers))

    def forget_aside(self, consultation: str, code: str | None = None) -> None:
        """Erase what was put aside under a code, or under all of them."""
        where = [UNFINISHED.c.consultation == consultation]
        if code is not None:
            where.append(UNFINISHED.c.code == code)
        if self._connection.execute(delete(UNFINISHED).where(*where)).rowcount:
            self._erased()

    def erase(self, consultation: str) -> tuple[int, int]:
        """Erase all responses and invitations, and say how many of each there were."""
        self.forget_aside(consultation)
        gone = [
            self._connection.execute(
                delete(table).where(table.c.consultation == consultation)
            ).rowcount
            for table in (RESPONSES, INVITATIONS, TOKENS)
        ]
        self._erased()
        return gone[0], gone[1]

    def erase_address(self, consultation: str, address: str) -> str | None:
        """Erase an invitation and give its public; None where there was none."""
        where = (INVITATIONS.c.consultation == consultation, INVITATIONS.c.address == address)
        row = self._connection.execute(select(INVITATIONS).where(*where)).first()
        if row is None:
            return None
        self._connection.execute(delete(TOKENS).where(TOKENS.c.invitation == row.id))
        self._connection.execute(delete(INVITATIONS).where(INVITATIONS.c.id == row.id))
        self._erased()
        return str(row.public)


def _kept(row: Row[Any]) -> Kept:
    return Kept(row.id, row.public, row.language, row.answers, row.salt, row.receipt)
