"""What the handlers need from outside, as protocols.

Implemented by ``approvals.store`` (SQLAlchemy) and by the in-memory simulator in the tests. Nothing
here knows a database. A unit of work is one transaction: everything that happens in it is kept
together by ``commit`` or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import NewType, Protocol, Self

from approvals.ledger import Entry

NoteId = NewType("NoteId", str)

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


class Clock(Protocol):
    """Says what time it is; passed in so that a test can say otherwise."""

    def now(self) -> datetime:
        """Give the present as an aware datetime in UTC."""
        ...


class Ids(Protocol):
    """Makes identifiers that have not been used before."""

    def new(self, kind: str) -> str:
        """Give a new identifier that begins with ``kind`` and a hyphen."""
        ...


@dataclass(frozen=True, slots=True)
class Note:
    """Personal text that stays outside the ledger, where it can be erased.

    ``digest`` is SHA-256 over a random salt and the text; only ``id`` and ``digest`` enter an
    event.
    """

    id: NoteId
    digest: str


@dataclass(frozen=True, slots=True)
class Contact:
    """How to name and reach a person; the ledger knows only ``id``."""

    id: str
    handle: str
    name: str
    mail: str
    language: str


@dataclass(frozen=True, slots=True)
class Errand:
    """One outbox row: something was committed in ``stream`` and its flow has to look."""

    id: int
    stream: str
    sequence: int
    created: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """One response as it is kept: ``answers`` is canonical JSON, ``digest`` salted.

    ``id`` is random and says nothing of when or by whom; ``receipt`` is the hash of a code that
    only the respondent has.
    """

    id: str
    public: str
    language: str
    answers: str
    salt: str
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who was invited.

    ``token`` is the hash of what their link has, and empty once it was used; ``used`` has no time.
    ``unsubscribed`` people are not reminded.
    """

    id: str
    public: str
    address: str
    language: str
    token: str
    used: bool = False
    unsubscribed: bool = False


class Answers(Protocol):
    """The two stores of a consultation, which nothing joins, and what is not finished yet."""

    def invite(self, consultation: str, people: Iterable[Invitation]) -> None:
        """Keep who was invited."""
        ...

    def invitations(self, consultation: str) -> Iterator[Invitation]:
        """Give who was invited, by address."""
        ...

    def use(self, consultation: str, token: str) -> str | None:
        """Use a token up and give its public; None where it was used or is none."""
        ...

    def holds(self, consultation: str, token: str) -> str | None:
        """Give the public of a token that is not used yet, and leave it as it is."""
        ...

    def renew(self, consultation: str, tokens: Mapping[str, str]) -> None:
        """Give invitations, by their ids, new tokens in the place of unused ones."""
        ...

    def unsubscribe(self, consultation: str, *, token: str = "", address: str = "") -> bool:
        """Note that whoever has this token or address wants no reminder; False where nobody has."""
        ...

    def add(self, consultation: str, responses: Iterable[Kept]) -> None:
        """Keep responses."""
        ...

    def responses(self, consultation: str) -> Iterator[Kept]:
        """Give every response, by its random id."""
        ...

    def count(self, consultation: str) -> Mapping[str, int]:
        """Count the responses of each public that has any."""
        ...

    def settle(self, consultation: str) -> None:
        """Lay the responses down anew, by their random ids, where the database kept an order."""
        ...

    def under(self, consultation: str, receipt: str) -> Kept | None:
        """Give the response of a receipt; None where there is none."""
        ...

    def take(self, consultation: str, receipt: str) -> Kept | None:
        """Erase the response of a receipt and give what it was; None where there is none."""
        ...

    def put_aside(self, consultation: str, code: str, language: str, answers: str) -> None:
        """Keep answers that are not sent yet under the hash of a code; replaces earlier ones."""
        ...

    def aside(self, consultation: str, code: str) -> tuple[str, str] | None:
        """Give the language and the answers kept under the hash of a code."""
        ...

    def forget_aside(self, consultation: str, code: str | None = None) -> None:
        """Erase what was put aside under a code, or under all of them."""
        ...

    def erase(self, consultation: str) -> tuple[int, int]:
        """Erase all responses and invitations, and say how many of each there were."""
        ...

    def erase_address(self, consultation: str, address: str) -> str | None:
        """Erase an invitation and give its public; None where there was none."""
        ...


class Reader(Protocol):
    """Reads a consistent state without taking the writer's lock."""

    def history(self, stream: str) -> tuple[Entry, ...]:
        """Give every entry of one stream, oldest first; empty where there is none."""
        ...

    def streams(self) -> tuple[str, ...]:
        """Give the names of all streams in the order in which they began."""
        ...

    def find(self, key: str) -> Entry | None:
        """Give the entry that was written under this idempotency key."""
        ...

    def read_note(self, note: NoteId) -> str | None:
        """Give a note's text, or None where it was erased."""
        ...

    def contacts(self) -> tuple[Contact, ...]:
        """Give everybody, in the order in which they were enrolled."""
        ...

    @property
    def answers(self) -> Answers:
        """The answers to consultations."""
        ...


class UnitOfWork(Reader, Protocol):
    """One write transaction; leaves nothing behind unless ``commit`` was called."""

    def __enter__(self) -> Self:
        """Take the writer's lock and begin."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Roll back whatever was not committed and let the lock go."""
        ...

    def append(
        self,
        stream: str,
        *,
        expected: int,
        type: str,
        payload: Mapping[str, Json],
        key: str,
        at: datetime,
        wake: bool = True,
    ) -> Entry:
        """Append one event as version ``expected + 1`` of the stream.

        With ``wake`` an outbox row is written in the same transaction.

        Raises ``StaleVersionError`` where the stream has moved on, ``KeyReusedError`` where ``key``
        was used for another event (the same event again is found with ``find`` first).
        """
        ...

    def write_note(self, note: NoteId, text: str) -> Note:
        """Keep personal text outside the ledger and give its salted digest."""
        ...

    def erase_note(self, note: NoteId) -> bool:
        """Take a note away for good; False where there was none."""
        ...

    def put_contact(self, contact: Contact) -> None:
        """Keep or replace how a person is named and reached."""
        ...

    def commit(self) -> None:
        """Make everything since ``__enter__`` last."""
        ...
