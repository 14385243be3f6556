"""From the ledger to rows: every notice behind the cursor becomes a mail, once for each person.

What is read is read without any lock; the rows and the cursor are then written in one transaction,
and only where nobody moved the cursor meanwhile. Whoever dies anywhere in between leaves the cursor
where it was. A stream that cannot be read stays behind and stops no other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import structlog

from approvals import notices as core
from approvals.canon import stamp, unstamp
from approvals.desk.mail import timing
from approvals.errors import ApprovalError, Value
from approvals.ledger import Entry
from approvals.names import PersonId
from approvals.notices import Kind, Notice
from approvals.register import HOUSE, Register
from approvals.store import Store
from approvals.store.mails import ALL, NewMail, Preference

Announce = Callable[[str, Sequence[Entry]], Iterable[tuple[str, int, str]]]
"""Gives the webhook deliveries for new entries of a stream: webhook, entry, body."""

TURNS: Final = 5
"""How often to begin anew where somebody else moved the cursor."""

log = structlog.get_logger("enonce.mail")


@dataclass(frozen=True, slots=True)
class Found:
    """What the ledger says is to be told, and how far it was read."""

    before: Mapping[str, int]
    after: Mapping[str, int]
    notices: tuple[Notice, ...]
    deliveries: tuple[tuple[str, int, str], ...]


def collect(
    store: Store,
    now: datetime,
    domain: str,
    announce: Announce = lambda stream, entries: (),
    more: Iterable[Notice] = (),
) -> int:
    """Make rows of everything that is new, and of ``more``; give how many mails were made."""
    extra = tuple(more)
    for _ in range(TURNS):
        found = look(store, announce)
        if found.before == found.after and not extra:
            return 0
        with store.begin() as work:
            if work.mail.cursors() != found.before:
                continue
            told = (*found.notices, *extra)
            house = house_id(work.history(HOUSE))
            preference = _Preferences(work.mail.preference)
            count = work.mail.add(letters(told, preference, now, house, domain))
            work.mail.announce(found.deliveries, now)
            work.mail.move(found.after)
            if count or found.before != found.after:
                work.commit()
        return count
    return 0


def look(store: Store, announce: Announce = lambda stream, entries: ()) -> Found:
    """Read what is new, and change nothing."""
    notices: list[Notice] = []
    deliveries: list[tuple[str, int, str]] = []
    with store.read() as reader:
        before = reader.mail.cursors()
        last = reader.last()
        tip = last.sequence if last else 0
        grown = {one: at for one, at in before.items() if one != ALL}
        if tip > before[ALL]:
            for entry in reader.entries(before[ALL]):
                grown.setdefault(entry.stream, before[ALL])
        after = {ALL: max(tip, before[ALL])}
        if not grown:
            return Found(before, after, (), ())
        register = Register.replay(reader.history(HOUSE))
        for stream, at in grown.items():
            try:
                history = reader.history(stream)
                new = [entry for entry in history if entry.sequence > at]
                notices += _notices(stream, history, register, at)
                deliveries += announce(stream, new)
            except ApprovalError as fault:
                log.error("stream", stream=stream, exc_info=fault)
                after[stream] = at
    notices.sort(key=lambda one: one.sequence)
    return Found(before, after, tuple(notices), tuple(deliveries))


def _notices(
    stream: str, history: Sequence[Entry], register: Register, after: int
) -> Iterator[Notice]:
    if stream == HOUSE:
        yield from (one for one in core.of_house(history) if one.sequence > after)
    else:
        yield from core.of(stream, history, register, after=after)


def house_id(founding: Sequence[Entry]) -> str:
    """Name a house for ever: the hash of the entry by which it was founded."""
    return founding[0].hash if founding else ""


class _Preferences(dict[str, Preference]):
    """People's preferences, each looked up once."""

    def __init__(self, find: Callable[[str], Preference]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, person: str) -> Preference:
        self[person] = self._find(person)
        return self[person]


def letters(
    notices: Iterable[Notice],
    preferences: Mapping[str, Preference],
    now: datetime,
    house: str,
    domain: str,
) -> Iterator[NewMail]:
    """Give one mail for each event and person, with every notice of the event for that person."""
    grouped: dict[tuple[str, PersonId], list[Notice]] = {}
    for one in notices:
        for person in one.to:
            grouped.setdefault((letter_of(one), person), []).append(one)
    for (letter, person), told in grouped.items():
        first = told[0]
        when = timing.when(told, preferences[person], now)
        yield NewMail(
            letter=letter,
            person=person,
            stream=first.dossier,
            sequence=first.sequence,
            kind=first.kind.value,
            body=pack(told),
            at=first.at,
            message_id=message_id(house, first.id, person, domain),
            due=when.due,
            folds=when.folds,
        )


def letter_of(notice: Notice) -> str:
    """Name the letter that a notice belongs to: its ledger entry, or itself where it has none."""
    return str(notice.sequence) if notice.sequence else notice.id


def message_id(house: str, notice: str, person: str, domain: str) -> str:
    """Make the Message-ID that every sending of a mail carries.

    SHA-256 over ``enonce:mail:v1``, the house, the notice and the person, one a line.
    """
    text = "\n".join(("enonce:mail:v1", house, notice, person))
    return f"<{hashlib.sha256(text.encode()).hexdigest()[:40]}@{domain}>"


def pack(notices: Iterable[Notice]) -> str:
    """Write notices as JSON; the person is the row's."""
    told = [
        {
            "id": one.id,
            "kind": one.kind.value,
            "message": one.message,
            "data": {name: _plain(value) for name, value in one.data.items()},
        }
        for one in notices
    ]
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def unpack(body: str, stream: str, sequence: int, at: datetime, person: str) -> tuple[Notice, ...]:
    """Read notices that ``pack`` wrote."""
    return tuple(
        Notice(
            one["id"],
            stream,
            sequence,
            at,
            Kind(one["kind"]),
            (PersonId(person),),
            one["message"],
            {name: _value(value) for name, value in one["data"].items()},
        )
        for one in json.loads(body)
    )


def _plain(value: Value) -> Any:
    if isinstance(value, datetime):
        return {"moment": stamp(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, str) else value


def _value(value: Any) -> Value:
    if isinstance(value, dict):
        if "moment" in value:
            return unstamp(value["moment"])
        return date.fromisoformat(value["day"])
    if isinstance(value, list):
        return tuple(value)
    return value  # type: ignore[no-any-return]
