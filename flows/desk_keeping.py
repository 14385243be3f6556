"""Gives the desk what is changed of the house's rules, consent, glossary and memory."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from approvals import board as boards
from approvals import circuits as circuit_files
from approvals.board import Board, Seat, seats
from approvals.circuits import Circuit
from approvals.desk.care_ports import Change, MemoryImport
from approvals.errors import N_, ApprovalError, GuardError
from approvals.events import Confidentiality, MemoryAct, RuleKind
from approvals.handlers import keeping
from approvals.ledger import Entry
from approvals.names import PersonId
from flows import tending
from flows.files import read_text
from flows.house import House
from locales import memory_care, tbx
from locales.errors import LocaleError
from locales.glossary import Term
from locales.memory_care import Unit

MOST: Final = 30
"""How many units of the memory one page shows."""


class Keeping:
    """See ``approvals.desk.care_ports.Keeping``."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._taking = threading.Lock()
        self._import: MemoryImport | None = None

    def rule_text(self, kind: RuleKind, file: str) -> str:
        """Give a rule file as it is."""
        place = tending.rule_file(self._house, kind, file)
        if place is None:
            raise GuardError(
                "adopt:file", N_("There is no file {file} in the house."), file=file[:80]
            )
        return read_text(place)

    def read_rule(self, kind: RuleKind, text: str) -> Circuit | Board:
        """Read a rule's text."""
        return circuit_files.load(text) if kind is RuleKind.CIRCUIT else boards.load(text)

    def adopt(self, kind: RuleKind, text: str, file: str, *, by: PersonId, key: str) -> Entry:
        """Have a text hold."""
        return tending.adopt(self._house, kind, text, file, by=by, key=key)

    def seated(self, file: str, seat: Seat) -> str:
        """Give a board file with a seat as it is to be."""
        return seats.with_seat(self.rule_text(RuleKind.BOARD, file), seat)

    def allow(
        self,
        engine: str,
        levels: Sequence[Confidentiality],
        provider: str,
        *,
        by: PersonId,
        key: str,
    ) -> Entry:
        """Say of which levels an engine may be sent texts."""
        return tending.allow(self._house, engine, levels, provider, by=by, key=key)

    def change_term(self, term: Term, before: str, *, by: PersonId, key: str) -> Entry:
        """Add a term, or change one."""
        return tending.change_glossary(
            self._house, lambda known: tending.with_term(known, term, before), by=by, key=key
        )[0]

    def drop_term(self, name: str, *, by: PersonId, key: str) -> Entry:
        """Take a line out of the glossary."""
        return tending.change_glossary(
            self._house, lambda known: tending.without_term(known, name), by=by, key=key
        )[0]

    def take_glossary(
        self, data: bytes, name: str, *, join: bool, by: PersonId, key: str
    ) -> tuple[Entry, Change]:
        """Take a file in."""
        new = tending.read_glossary(data, name)
        return tending.change_glossary(
            self._house, lambda known: tending.joined(known, new) if join else new, by=by, key=key
        )

    def glossary_file(self, kind: str) -> bytes:
        """Give the glossary as a file."""
        glossary = self._house.glossary
        if kind == "csv":
            return glossary.text().encode()
        with tempfile.TemporaryDirectory(prefix="enonce-") as folder:
            place = Path(folder) / "glossary.tbx"
            tbx.write(place, glossary)
            return place.read_bytes()

    def units(self, words: str) -> Sequence[Unit]:
        """Find units by whole words."""
        return memory_care.search(self._house.memory, words, MOST)

    def offer_unit(self, name: str, *, again: bool, by: PersonId, key: str) -> bool:
        """Offer a unit no more, or again."""
        memory = self._house.memory
        done = tending.tend(
            self._house,
            MemoryAct.REVIVED if again else MemoryAct.RETIRED,
            name and f"unit {name}",
            lambda: memory_care.offer(memory, name, again=again),
            by=by,
            key=key,
        )
        return done > 0

    def take_memory(self, data: bytes, name: str, *, by: PersonId, key: str) -> None:
        """Begin to take a TMX file in, in a thread of its own."""
        keeping.require_words(self._house.register(), by, "memory")
        with self._taking:
            if self._import is not None and self._import.ended is None:
                raise GuardError(
                    "memory:busy",
                    N_("A file is being taken in already. Wait until it is done."),
                )
            self._import = MemoryImport(Path(name).name[:100], self._house.now(), by)
        threading.Thread(
            target=self._take, args=(data, name, by, key), daemon=True, name="memory"
        ).start()

    def memory_import(self) -> MemoryImport | None:
        """Give the file that is being taken in, or the last one."""
        return self._import

    def _take(self, data: bytes, name: str, by: PersonId, key: str) -> None:
        try:
            with tending.laid(data, name) as file:
                added = tending.take_memory(
                    self._house, file, by=by, key=key, told=lambda units: self._told(read=units)
                )
            self._told(added=added)
        except (ApprovalError, LocaleError) as fault:
            self._told(broken=fault)
        except Exception as fault:  # whatever it is, the page must not say that it goes on
            self._told(
                broken=ApprovalError(
                    N_("The file was not taken in whole: {reason}"),
                    reason=str(fault) or type(fault).__name__,
                )
            )
        finally:
            self._told(ended=self._house.now())

    def _told(self, **more: object) -> None:
        with self._taking:
            if self._import is not None:
                self._import = replace(self._import, **more)  # type: ignore[arg-type]

    def memory_file(self) -> Path:
        """Write the memory as TMX into a file of its own."""
        handle, name = tempfile.mkstemp(prefix="enonce-", suffix=".tmx")
        os.close(handle)
        place = Path(name)
        try:
            self._house.memory.export_tmx(place)
        except BaseException:
            place.unlink()
            raise
        return place
