"""What one transaction reads and writes; implements ``approvals.ports``.

Knows rows, not events: a type's name and its JSON. The statements are built once, because building
them costs more than running them. ``approvals.store.sql`` says when a transaction begins.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Row, bindparam, delete, func, insert, select
from sqlalchemy import update as sql_update
from sqlalchemy.exc import DBAPIError

from approvals.canon import UnwritableTextError, canonical, stamp, unstamp
from approvals.errors import N_, KeyReusedError, StaleVersionError
from approvals.ledger import START, Entry, LedgerTamperedError, entry_hash, rehash
from approvals.ports import Contact, Json, Note, NoteId
from approvals.store.answers import SqlAnswers
from approvals.store.errors import NameTooLongError
from approvals.store.mails import SqlMails
from approvals.store.tables import CONTACTS, LEDGER, NOTES, OUTBOX

_HISTORY = select(LEDGER).where(LEDGER.c.stream == bindparam("one")).order_by(LEDGER.c.version)
_STREAMS = select(LEDGER.c.stream).where(LEDGER.c.version == 1).order_by(LEDGER.c.sequence)
_BY_KEY = select(LEDGER).where(LEDGER.c.key == bindparam("one"))
_FROM = select(LEDGER).where(LEDGER.c.sequence >= bindparam("one")).order_by(LEDGER.c.sequence)
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
_LAST = select(LEDGER).order_by(LEDGER.c.sequence.desc()).limit(1)
_NEWEST = select(func.max(LEDGER.c.version)).where(LEDGER.c.stream == bindparam("one"))
_APPEND = insert(LEDGER)
_NOTE = select(NOTES.c.salt, NOTES.c.text).where(NOTES.c.id == bindparam("one"))
_KEEP_NOTE = insert(NOTES)
_ERASE_NOTE = delete(NOTES).where(NOTES.c.id == bindparam("one"))
_CONTACTS = select(CONTACTS).order_by(CONTACTS.c.place)
_KEEP_CONTACT = insert(CONTACTS)
_CHANGE_CONTACT = sql_update(CONTACTS).where(CONTACTS.c.id == bindparam("one"))
_WAKE = insert(OUTBOX)
_SETTLE = (
    sql_update(OUTBOX).where(OUTBOX.c.id.in_(bindparam("all", expanding=True))).values(settled=1)
)


class SqlReader:
    """Reads through one connection; what it sees does not change while it is open."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def mail(self) -> SqlMails:
        """The rows of mail and webhooks."""
        return SqlMails(self._connection)

    def history(self, stream: str) -> tuple[Entry, ...]:
        """Give one stream's entries, oldest first.

        Raises ``LedgerTamperedError`` at the first row that does not give its own hash, or that
        does not follow the one before in its stream.
        """
        entries = tuple(map(_sound, self._connection.execute(_HISTORY, {"one": stream})))
        for version, entry in enumerate(entries, 1):
            if entry.version != version:
                reason = N_("its dossier’s versions do not follow one another")
                raise LedgerTamperedError(entry.sequence, reason)
        return entries

    def streams(self) -> tuple[str, ...]:
        """Give all streams in the order in which they began."""
        return tuple(self._connection.execute(_STREAMS).scalars())

    def find(self, key: str) -> Entry | None:
        """Give the entry written under an idempotency key."""
        row = self._connection.execute(_BY_KEY, {"one": _writable(key)}).first()
        return None if row is None else _sound(row)

    def last(self) -> Entry | None:
        """Give the newest entry of the whole ledger."""
        row = self._connection.execute(_LAST).first()
        return None if row is None else _sound(row)

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Give every entry behind ``after``, in order, as they stand; none is checked here.

        From the beginning that includes rows numbered below 1, which nobody of ours writes.
        """
        start = after + 1 if after else _LOWEST
        in_parts = self._connection.execution_options(yield_per=500)
        try:
            with in_parts.execute(_FROM, {"one": start}) as found:
                for row in found:
                    entry = _entry(row)
                    start = entry.sequence + 1
                    yield entry
        except DBAPIError:
            if self._connection.dialect.name != "sqlite":
                raise
            # A row that cannot be read takes the rest of its part with it; those are good.
            yield from self._one_by_one(start)

    def _one_by_one(self, start: int) -> Iterator[Entry]:
        one = _FROM.limit(1)
        while start <= _HIGHEST:
            row = self._connection.execute(one, {"one": start}).first()
            if row is None:
                return
            entry = _entry(row)
            start = entry.sequence + 1
            yield entry

    def read_note(self, note: NoteId) -> str | None:
        """Give a note's text, or None where it was erased."""
        found = self._connection.execute(_NOTE, {"one": note}).first()
        return None if found is None else str(found.text)

    def note(self, note: NoteId) -> Note | None:
        """Weigh a note as it stands: its digest has to be the one in the ledger."""
        found = self._connection.execute(_NOTE, {"one": note}).first()
        return None if found is None else Note(note, note_digest(found.salt, found.text))

    def contacts(self) -> tuple[Contact, ...]:
        """Give everybody in the order in which they were enrolled."""
        rows = self._connection.execute(_CONTACTS)
        return tuple(Contact(row.id, row.handle, row.name, row.mail, row.language) for row in rows)

    @property
    def answers(self) -> SqlAnswers:
        """The answers to consultations, in this transaction."""
        return SqlAnswers(self._connection)


class SqlWriter(SqlReader):
    """What one write transaction may do besides reading."""

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
        """Append one event; see ``approvals.ports.UnitOfWork.append``."""
        connection = self._writing()
        _fits(stream, LEDGER.c.stream)
        _fits(key, LEDGER.c.key)
        if self.find(key) is not None:
            raise KeyReusedError(
                N_("The key {key} was used for another act. Use a new key for a new act."), key=key
            )
        version = connection.execute(_NEWEST, {"one": stream}).scalar() or 0
        if version != expected:
            raise StaleVersionError(
                N_(
                    "{dossier} has moved on: you saw version {expected}, and it is now version "
                    "{found}. Look at it again and decide anew."
                ),
                dossier=stream,
                expected=expected,
                found=int(version),
            )
        last = self.last()
        fields: dict[str, Any] = {
            "sequence": last.sequence + 1 if last else 1,
            "stream": stream,
            "version": expected + 1,
            "type": type,
            "payload": canonical(payload),
            "time": at.astimezone(UTC) if at.tzinfo else at,
            "key": key,
            "previous": last.hash if last else START,
        }
        entry = Entry(**fields, hash=entry_hash(**fields))
        time = stamp(at)
        connection.execute(_APPEND, fields | {"time": time, "hash": entry.hash})
        if wake:
            outbox = {"stream": stream, "sequence": entry.sequence, "created": time, "settled": 0}
            connection.execute(_WAKE, outbox)
        return entry

    def write_note(self, note: NoteId, text: str) -> Note:
        """Keep personal text and give the digest of its salt and itself."""
        salt = secrets.token_hex(32)
        row = {"id": note, "salt": salt, "text": _writable(text)}
        self._writing().execute(_KEEP_NOTE, row)
        return Note(note, note_digest(salt, text))

    def erase_note(self, note: NoteId) -> bool:
        """Take a note's text and salt away for good; False where there was none.

        Its digest stays in the ledger and, without the salt, says nothing about the text. Backups
        made before still hold it.
        """
        return self._writing().execute(_ERASE_NOTE, {"one": note}).rowcount > 0

    def put_contact(self, contact: Contact) -> None:
        """Keep or replace how a person is named and reached."""
        values = {
            "handle": _fits(contact.handle, CONTACTS.c.handle),
            "name": _writable(contact.name),
            "mail": _writable(contact.mail),
            "language": contact.language,
        }
        connection = self._writing()
        changed = connection.execute(_CHANGE_CONTACT.values(values), {"one": contact.id})
        if changed.rowcount == 0:
            connection.execute(_KEEP_CONTACT, {"id": contact.id, **values})

    def settle(self, errands: Iterable[int]) -> None:
        """Take outbox rows off."""
        self._writing().execute(_SETTLE, {"all": list(errands)})

    def _writing(self) -> Connection:
        return self._connection


def note_digest(salt: str, text: str) -> str:
    """Hash a note: SHA-256 over ``enonce:note:v1``, the salt and the text, one a line."""
    return hashlib.sha256(f"enonce:note:v1\n{salt}\n{text}".encode()).hexdigest()


def _entry(row: Sequence[Any]) -> Entry:
    """Read a row that may be anything; the columns stand in the order of the entry's fields."""
    sequence, stream, version, kind, payload, time, key, previous, own = row
    texts = (stream, kind, payload, time, key, previous, own)
    try:
        if type(version) is not int or not all(type(text) is str for text in texts):
            raise ValueError
        when = unstamp(time)
    except ValueError as error:
        raise LedgerTamperedError(sequence, N_("it cannot be read")) from error
    return Entry(sequence, stream, version, kind, payload, when, key, previous, own)


def _sound(row: Row[Any]) -> Entry:
    return _weighed(*row)


@lru_cache(maxsize=8192, typed=True)
def _weighed(*columns: Any) -> Entry:
    """Read a row and hash it; the very same row, to the last character, is hashed once."""
    entry = _entry(columns)
    if rehash(entry) != entry.hash:
        raise LedgerTamperedError(entry.sequence, N_("its content does not give its hash"))
    return entry


def _fits(text: str, column: Column[str]) -> str:
    """Give text that fits into a column; SQLite itself would keep any length."""
    most = getattr(column.type, "length", None)
    if most is not None and len(text) > most:
        raise NameTooLongError(len(text), most)
    return _writable(text)


def _writable(text: str) -> str:
    """Give text that every database can keep; refuse NUL and halves of surrogate pairs."""
    if "\0" in text:
        raise UnwritableTextError("U+0000")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UnwritableTextError(f"U+{ord(text[error.start]):04X}") from error
    return text
