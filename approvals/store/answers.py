"""Keeps the answers to consultations; implements ``approvals.ports.Answers``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from approvals.ports import Invitation, Kept
from approvals.store.consultation_tables import INVITATIONS, RESPONSES, UNFINISHED

_BATCH = 5_000

_INVITED = (
    select(INVITATIONS)
    .where(INVITATIONS.c.consultation == bindparam("one"))
    .order_by(INVITATIONS.c.address, INVITATIONS.c.id)
)
_UNUSED = select(INVITATIONS.c.id, INVITATIONS.c.public).where(
    INVITATIONS.c.consultation == bindparam("one"),
    INVITATIONS.c.token == bindparam("two"),
    INVITATIONS.c.used == 0,
)
_RESPONSES = (
    select(RESPONSES).where(RESPONSES.c.consultation == bindparam("one")).order_by(RESPONSES.c.id)
)


class SqlAnswers:
    """The stores of consultations through one connection."""

    def __init__(self, connection: Connection, erased: Callable[[], None] = lambda: None) -> None:
        self._connection = connection
        self._erased = erased

    def invite(self, consultation: str, people: Iterable[Invitation]) -> None:
        """Keep who was invited."""
        rows = [
            {
                "id": one.id,
                "consultation": consultation,
                "public": one.public,
                "address": one.address,
                "language": one.language,
                "token": one.token,
                "used": int(one.used),
            }
            for one in people
        ]
        for start in range(0, len(rows), _BATCH):
            self._connection.execute(insert(INVITATIONS), rows[start : start + _BATCH])

    def invitations(self, consultation: str) -> Iterator[Invitation]:
        """Give who was invited, by address."""
        for row in self._connection.execute(_INVITED, {"one": consultation}):
            yield Invitation(
                row.id, row.public, row.address, row.language, row.token, bool(row.used)
            )

    def use(self, consultation: str, token: str) -> str | None:
        """Mark an invitation as used and give its public; None where there is no unused one."""
        row = self._connection.execute(_UNUSED, {"one": consultation, "two": token}).first()
        if row is None:
            return None
        self._connection.execute(
            update(INVITATIONS).where(INVITATIONS.c.id == row.id).values(used=1)
        )
        return str(row.public)

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
            yield Kept(row.id, row.public, row.language, row.answers, row.salt, row.receipt)

    def take(self, consultation: str, receipt: str) -> Kept | None:
        """Erase the response of a receipt and give what it was; None where there is none."""
        where = (RESPONSES.c.consultation == consultation, RESPONSES.c.receipt == receipt)
        row = self._connection.execute(select(RESPONSES).where(*where)).first()
        if row is None:
            return None
        self._connection.execute(delete(RESPONSES).where(RESPONSES.c.id == row.id))
        self._erased()
        return Kept(row.id, row.public, row.language, row.answers, row.salt, row.receipt)

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
            for table in (RESPONSES, INVITATIONS)
        ]
        self._erased()
        return gone[0], gone[1]

    def erase_address(self, consultation: str, address: str) -> bool:
        """Erase an invitation; False where there was none."""
        where = (INVITATIONS.c.consultation == consultation, INVITATIONS.c.address == address)
        self._erased()
        return self._connection.execute(delete(INVITATIONS).where(*where)).rowcount > 0
