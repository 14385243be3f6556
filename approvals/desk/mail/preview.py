"""Who would be told what: of an event that has not happened, and of mails that have not gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from approvals import codec
from approvals import events as ev
from approvals import notices as core
from approvals.canon import canonical
from approvals.desk.mail import collect, timing
from approvals.ledger import START, Entry
from approvals.names import PersonId
from approvals.notices import Notice
from approvals.register import HOUSE, Register
from approvals.store import Store


@dataclass(frozen=True, slots=True)
class Reader:
    """One person who would get a mail: what it tells them, and when it would go."""

    person: PersonId
    notices: tuple[Notice, ...]
    due: datetime


def of_event(store: Store, dossier: str, event: ev.DossierEvent, now: datetime) -> list[Reader]:
    """Say who would be told if this happened now; nothing is written."""
    with store.read() as reader:
        history = reader.history(dossier)
        last = reader.last()
        register = Register.replay(reader.history(HOUSE))
    at = last.sequence if last else 0
    next_ = Entry(
        at + 1,
        dossier,
        len(history) + 1,
        type(event).__name__,
        canonical(codec.payload(event)),
        now,
        "preview",
        START,
        START,
    )
    return readers(store, list(core.of(dossier, (*history, next_), register, after=at)), now)


def of_new(store: Store, now: datetime) -> list[Reader]:
    """Say who will be told what the ledger holds and no row does."""
    return readers(store, list(collect.look(store).notices), now)


def readers(store: Store, notices: list[Notice], now: datetime) -> list[Reader]:
    """Group notices into the mails that they would be."""
    grouped: dict[tuple[str, PersonId], list[Notice]] = {}
    for one in notices:
        for person in one.to:
            grouped.setdefault((collect.letter_of(one), person), []).append(one)
    with store.read() as reader:
        return [
            Reader(
                person,
                tuple(told),
                timing.when(told, reader.mail.preference(person), now).due,
            )
            for (_, person), told in grouped.items()
        ]
