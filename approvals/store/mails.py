"""Keeps mails and webhook deliveries through one connection: made, claimed, settled, shown.

A row is claimed for a time (a lease) by one sender; whoever dies lets it go by no longer holding
on. Every change here happens in the unit of work that gave the connection. What is sent, and when,
is ``approvals.desk.mail``'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, case, delete, func, insert, or_, select, update

from approvals.canon import stamp, unstamp
from approvals.store.mail_tables import BOUNCES, CURSORS, DELIVERIES, MAILS, PREFERENCES

WAITING, FOLDED, SENT, KEPT, BOUNCED, FAILED = (
    "waiting",
    "folded",
    "sent",
    "kept",
    "bounced",
    "failed",
)
"""The states of a row: folded into another mail, kept in the house's folder, or as they say."""

ALL = ""
"""The cursor's name for the whole ledger."""


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail to be made; ``body`` are its notices as JSON."""

    letter: str
    person: str
    stream: str
    sequence: int
    kind: str
    body: str
    at: datetime
    message_id: str
    due: datetime
    folds: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it is kept."""

    id: int
    letter: str
    person: str
    stream: str
    sequence: int
    kind: str
    body: str
    at: datetime
    message_id: str
    state: str
    due: datetime
    folds: bool
    head: int | None
    tries: int
    said: str
    address: str | None
    done: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one webhook."""

    id: int
    hook: str
    sequence: int
    body: str
    state: str
    due: datetime
    tries: int
    said: str
    done: datetime | None


@dataclass(frozen=True, slots=True)
class Preference:
    """When a person wants their mail: ``now``, ``daily`` at an hour, or ``paused`` until a day."""

    person: str
    mode: str = "now"
    hour: int = 8
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Bounce:
    """An address that takes no mail."""

    person: str
    address: str
    said: str
    at: datetime


class SqlMails:
    """The rows of mail and webhooks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cursors(self) -> dict[str, int]:
        """Give how far the ledger was turned into rows; behind ``ALL``, streams that are behind."""
        found = {row.stream: int(row.sequence) for row in self._connection.execute(select(CURSORS))}
        return {ALL: 0, **found}

    def move(self, cursors: Mapping[str, int]) -> None:
        """Replace all cursors."""
        self._connection.execute(delete(CURSORS))
        rows = [{"stream": stream, "sequence": at} for stream, at in cursors.items()]
        self._connection.execute(insert(CURSORS), rows)

    def add(self, mails: Iterable[NewMail]) -> int:
        """Keep mails, each once for its letter and person; give how many were new."""
        count = 0
        for one in mails:
            known = select(MAILS.c.id).where(
                MAILS.c.letter == one.letter, MAILS.c.person == one.person
            )
            if self._connection.execute(known).first() is not None:
                continue
            values = {
                "letter": one.letter,
                "person": one.person,
                "stream": one.stream,
                "sequence": one.sequence,
                "kind": one.kind,
                "body": one.body,
                "at": stamp(one.at),
                "message_id": one.message_id,
                "state": WAITING,
                "due": stamp(one.due),
                "folds": int(one.folds),
                "tries": 0,
                "said": "",
            }
            self._connection.execute(insert(MAILS), values)
            count += 1
        return count

    def claim(self, now: datetime, until: datetime, token: str) -> Mail | None:
        """Take the mail that is due first and that nobody holds, or whose holder is gone."""
        row = _claim(self._connection, MAILS, now, until, token)
        return None if row is None else _mail(row)

    def fold(self, head: Mail, now: datetime) -> tuple[Mail, ...]:
        """Give what is told in ``head`` besides itself: what was folded, or is folded now."""
        if not head.folds:
            return ()
        if head.head is None:
            mine = and_(
                MAILS.c.person == head.person,
                MAILS.c.state == WAITING,
                MAILS.c.folds == 1,
                MAILS.c.tries == 0,
                MAILS.c.head.is_(None),
                MAILS.c.due <= stamp(now),
                MAILS.c.id != head.id,
                or_(MAILS.c.lease.is_(None), MAILS.c.lease <= stamp(now)),
            )
            values = {"state": FOLDED, "head": head.id}
            self._connection.execute(update(MAILS).where(mine).values(values))
            self._connection.execute(
                update(MAILS).where(MAILS.c.id == head.id).values(head=head.id)
            )
        others = select(MAILS).where(MAILS.c.head == head.id, MAILS.c.id != head.id)
        return tuple(map(_mail, self._connection.execute(others.order_by(MAILS.c.id))))

    def settle(
        self,
        id: int,
        token: str,
        state: str,
        *,
        now: datetime,
        said: str,
        address: str | None,
        due: datetime | None = None,
    ) -> bool:
        """Say what became of a claimed mail and of those folded into it.

        False where the claim was lost meanwhile: another sender has it.
        """
        done = stamp(now) if state != WAITING else None
        values: dict[str, Any] = {"said": said, "address": address, "done": done}
        if not _settle(self._connection, MAILS, id, token, state, values, due):
            return False
        if state != WAITING:
            folded = and_(MAILS.c.head == id, MAILS.c.state == FOLDED)
            self._connection.execute(update(MAILS).where(folded).values(state=state, **values))
        return True

    def release(self, id: int, token: str) -> None:
        """Let a claimed mail go, untried."""
        mine = and_(MAILS.c.id == id, MAILS.c.claim == token)
        self._connection.execute(update(MAILS).where(mine).values(claim=None, lease=None))

    def next_due(self) -> datetime | None:
        """Give when the next mail or delivery is to be looked at."""
        found = [one for table in (MAILS, DELIVERIES) if (one := self._next(table))]
        return unstamp(min(found)) if found else None

    def _next(self, table: Table) -> str | None:
        held = case((table.c.lease > table.c.due, table.c.lease), else_=table.c.due)
        asked = select(func.min(held)).where(table.c.state == WAITING)
        found = self._connection.execute(asked).scalar()
        return None if found is None else str(found)

    def mails(
        self, *, states: Iterable[str] = (), person: str | None = None, id: int | None = None
    ) -> Iterator[Mail]:
        """Give mails, oldest first."""
        asked = select(MAILS).order_by(MAILS.c.id)
        if wanted := tuple(states):
            asked = asked.where(MAILS.c.state.in_(wanted))
        if person is not None:
            asked = asked.where(MAILS.c.person == person)
        if id is not None:
            asked = asked.where(MAILS.c.id == id)
        yield from map(_mail, self._connection.execute(asked))

    def by_message_id(self, message_id: str) -> Mail | None:
        """Find the mail that was sent under a Message-ID."""
        asked = select(MAILS).where(MAILS.c.message_id == message_id)
        row = self._connection.execute(asked).first()
        return None if row is None else _mail(row)

    def again(self, now: datetime, *, id: int | None = None, person: str | None = None) -> int:
        """Put mails that bounced or failed back, all or some; give how many."""
        changed = update(MAILS).where(MAILS.c.state.in_((BOUNCED, FAILED)))
        if id is not None:
            changed = changed.where(MAILS.c.id == id)
        if person is not None:
            changed = changed.where(MAILS.c.person == person)
        values = {"state": WAITING, "due": stamp(now), "done": None, "claim": None, "lease": None}
        return self._connection.execute(changed.values(values)).rowcount

    def hurry(self, person: str, now: datetime) -> None:
        """Make what was put off for a person due."""
        mine = and_(MAILS.c.person == person, MAILS.c.state == WAITING, MAILS.c.folds == 1)
        self._connection.execute(update(MAILS).where(mine).values(due=stamp(now)))

    def preference(self, person: str) -> Preference:
        """Give when a person wants their mail."""
        asked = select(PREFERENCES).where(PREFERENCES.c.person == person)
        row = self._connection.execute(asked).first()
        if row is None:
            return Preference(person)
        until = date.fromisoformat(row.until) if row.until else None
        return Preference(person, row.mode, int(row.hour), until)

    def prefer(self, one: Preference) -> None:
        """Keep when a person wants their mail."""
        mine = PREFERENCES.c.person == one.person
        self._connection.execute(delete(PREFERENCES).where(mine))
        until = one.until.isoformat() if one.until else None
        row = {"person": one.person, "mode": one.mode, "hour": one.hour, "until": until}
        self._connection.execute(insert(PREFERENCES), row)

    def bounces(self) -> dict[str, Bounce]:
        """Give the addresses that take no mail, by person."""
        return {
            row.person: Bounce(row.person, row.address, row.said, unstamp(row.at))
            for row in self._connection.execute(select(BOUNCES))
        }

    def bounce(self, one: Bounce) -> None:
        """Mark an address as one that takes no mail."""
        self.clear(one.person)
        row = {
            "person": one.person,
            "address": one.address,
            "said": one.said,
            "at": stamp(one.at),
        }
        self._connection.execute(insert(BOUNCES), row)

    def clear(self, person: str | None) -> None:
        """Forget that an address took no mail; of everybody where nobody is named."""
        which = delete(BOUNCES)
        if person is not None:
            which = which.where(BOUNCES.c.person == person)
        self._connection.execute(which)

    def returned(self, id: int, now: datetime, said: str) -> None:
        """Note that a mail that was sent came back."""
        values = {"state": BOUNCED, "said": said, "done": stamp(now)}
        which = or_(MAILS.c.id == id, MAILS.c.head == id)
        self._connection.execute(update(MAILS).where(which).values(values))

    def counts(self) -> dict[str, int]:
        """Count the mails by state."""
        asked = select(MAILS.c.state, func.count()).group_by(MAILS.c.state)
        return {str(state): int(count) for state, count in self._connection.execute(asked)}

    def announce(self, deliveries: Iterable[tuple[str, int, str]], due: datetime) -> None:
        """Keep deliveries (webhook, entry, body), each once."""
        for hook, sequence, body in deliveries:
            known = select(DELIVERIES.c.id).where(
                DELIVERIES.c.hook == hook, DELIVERIES.c.sequence == sequence
            )
            if self._connection.execute(known).first() is None:
                row = {
                    "hook": hook,
                    "sequence": sequence,
                    "body": body,
                    "state": WAITING,
                    "due": stamp(due),
                    "tries": 0,
                    "said": "",
                }
                self._connection.execute(insert(DELIVERIES), row)

    def claim_delivery(self, now: datetime, until: datetime, token: str) -> Delivery | None:
        """Take the delivery that is due first and that nobody holds."""
        row = _claim(self._connection, DELIVERIES, now, until, token)
        return None if row is None else _delivery(row)

    def settle_delivery(
        self,
        id: int,
        token: str,
        state: str,
        *,
        now: datetime,
        said: str,
        due: datetime | None = None,
    ) -> bool:
        """Say what became of a claimed delivery; False where the claim was lost."""
        done = stamp(now) if state != WAITING else None
        values = {"said": said, "done": done}
        return _settle(self._connection, DELIVERIES, id, token, state, values, due)

    def deliveries(self, *, states: Iterable[str] = ()) -> Iterator[Delivery]:
        """Give deliveries, oldest first."""
        asked = select(DELIVERIES).order_by(DELIVERIES.c.id)
        if wanted := tuple(states):
            asked = asked.where(DELIVERIES.c.state.in_(wanted))
        yield from map(_delivery, self._connection.execute(asked))


def _claim(
    connection: Connection, table: Table, now: datetime, until: datetime, token: str
) -> Row[Any] | None:
    free = or_(table.c.lease.is_(None), table.c.lease <= stamp(now))
    due = and_(table.c.state == WAITING, table.c.due <= stamp(now), free)
    row = connection.execute(
        select(table).where(due).order_by(table.c.due, table.c.id).limit(1)
    ).first()
    if row is not None:
        held = {"claim": token, "lease": stamp(until)}
        connection.execute(update(table).where(table.c.id == row.id).values(held))
    return row


def _settle(
    connection: Connection,
    table: Table,
    id: int,
    token: str,
    state: str,
    values: Mapping[str, Any],
    due: datetime | None,
) -> bool:
    more: dict[str, Any] = {"claim": None, "lease": None, "tries": table.c.tries + 1}
    if due is not None:
        more["due"] = stamp(due)
    mine = and_(table.c.id == id, table.c.claim == token, table.c.state == WAITING)
    changed = update(table).where(mine).values(state=state, **values, **more)
    return connection.execute(changed).rowcount > 0


def _mail(row: Row[Any]) -> Mail:
    return Mail(
        row.id,
        row.letter,
        row.person,
        row.stream,
        row.sequence,
        row.kind,
        row.body,
        unstamp(row.at),
        row.message_id,
        row.state,
        unstamp(row.due),
        bool(row.folds),
        row.head,
        row.tries,
        row.said,
        row.address,
        unstamp(row.done) if row.done else None,
    )


def _delivery(row: Row[Any]) -> Delivery:
    done = unstamp(row.done) if row.done else None
    return Delivery(
        row.id,
        row.hook,
        row.sequence,
        row.body,
        row.state,
        unstamp(row.due),
        row.tries,
        row.said,
        done,
    )
