"""Dossiers as they stand now, each replayed once per process and again when its stream has grown;
so is what was made of a consultation.

Whoever takes a dossier from here only reads it: several requests hold the same one. What counts is
still the ledger: a handler replays it anew inside its transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

import structlog

from approvals.consultation.life import PREFIX
from approvals.desk.ports import House
from approvals.dossier import Dossier
from approvals.errors import ApprovalError
from approvals.evaluation import Evaluation
from approvals.ledger import Entry
from approvals.names import PersonId
from approvals.ports import Contact
from approvals.register import HOUSE, Register, is_dossier
from approvals.store.sql import SqlReader

log = structlog.get_logger("enonce.desk")


class Books:
    """What the ledger says, kept by stream until the stream grows."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._tip = 0
        self._dossiers: dict[str, Dossier] = {}
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._evaluations: dict[str, Evaluation] = {}
        self._register = Register()
        self._contacts: dict[PersonId, Contact] = {}

    def refresh(self) -> None:
        """Take in what the ledger has since the last look.

        A stream that was tampered with hides itself and no other: what was good of it before stays.
        """
        with self._lock:
            tip = self._house.store.size()
            if tip == self._tip:
                return
            with self._house.store.read() as reader:
                for stream in self._grown(reader):
                    try:
                        self._take(stream, reader.history(stream))
                    except ApprovalError as fault:
                        log.error("stream", stream=stream, exc_info=fault)
                self._contacts = {PersonId(who.id): who for who in reader.contacts()}
            self._tip = tip

    def _grown(self, reader: SqlReader) -> Iterable[str]:
        """Give the streams that have entries behind the last look; all where one is unreadable."""
        try:
            return dict.fromkeys(entry.stream for entry in reader.entries(self._tip))
        except ApprovalError as fault:
            log.error("ledger", exc_info=fault)
            return reader.streams()

    def _take(self, stream: str, entries: tuple[Entry, ...]) -> None:
        if stream == HOUSE:
            self._register = Register.replay(entries)
        elif is_dossier(stream):
            self._dossiers[stream] = Dossier.replay(stream, entries)
            self._entries[stream] = entries
        elif stream.startswith(PREFIX):
            self._evaluations[stream] = Evaluation.replay(stream, entries)

    def dossier(self, id: str) -> Dossier | None:
        """Give a dossier, or None where there is none."""
        self.refresh()
        return self._dossiers.get(id)

    def dossiers(self) -> Iterable[Dossier]:
        """Give every dossier, oldest first."""
        self.refresh()
        return tuple(self._dossiers.values())

    def evaluation(self, stream: str) -> Evaluation:
        """Give what was made of a consultation: an empty one where there is nothing of it."""
        self.refresh()
        return self._evaluations.get(stream) or Evaluation(stream)

    def entries(self, id: str) -> tuple[Entry, ...]:
        """Give what happened in a dossier, oldest first."""
        return self._entries.get(id, ())

    @property
    def tip(self) -> int:
        """How many entries of the ledger were taken in."""
        return self._tip

    @property
    def register(self) -> Register:
        """Who may act."""
        self.refresh()
        return self._register

    @property
    def contacts(self) -> dict[PersonId, Contact]:
        """Everybody by their id."""
        self.refresh()
        return self._contacts
