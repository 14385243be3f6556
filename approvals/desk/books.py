"""Dossiers as they stand now, each replayed once per process and again when its stream has grown.

Whoever takes a dossier from here only reads it: several requests hold the same one. What counts is
still the ledger: a handler replays it anew inside its transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

import structlog

from approvals.desk.ports import House
from approvals.dossier import Dossier
from approvals.errors import ApprovalError
from approvals.ledger import Entry
from approvals.names import PersonId
from approvals.ports import Contact
from approvals.register import HOUSE, Register, is_dossier

log = structlog.get_logger("enonce.desk")


class Books:
    """What the ledger says, kept by stream until the stream grows."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._tip = 0
        self._dossiers: dict[str, Dossier] = {}
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._register = Register()
        self._contacts: dict[PersonId, Contact] = {}

    def refresh(self) -> None:
        """Take in what the ledger has since the last look."""
        with self._lock:
            with self._house.store.read() as reader:
                last = reader.last()
                tip = last.sequence if last else 0
                if tip == self._tip:
                    return
                grown = dict.fromkeys(entry.stream for entry in reader.entries(self._tip))
                for stream in grown:
                    self._take(stream, reader.history(stream))
                self._contacts = {PersonId(who.id): who for who in reader.contacts()}
            self._tip = tip

    def _take(self, stream: str, entries: tuple[Entry, ...]) -> None:
        if stream == HOUSE:
            self._register = Register.replay(entries)
            return
        if not is_dossier(stream):
            return
        try:
            self._dossiers[stream] = Dossier.replay(stream, entries)
            self._entries[stream] = entries
        except ApprovalError as fault:  # a tampered stream hides itself and no other
            log.error("dossier", dossier=stream, exc_info=fault)

    def dossier(self, id: str) -> Dossier | None:
        """Give a dossier, or None where there is none."""
        self.refresh()
        return self._dossiers.get(id)

    def dossiers(self) -> Iterable[Dossier]:
        """Give every dossier, oldest first."""
        self.refresh()
        return tuple(self._dossiers.values())

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
