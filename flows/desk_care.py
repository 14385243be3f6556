"""Gives the desk's administration what it asks of the house: files, figures, checks, copies."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from approvals import board as boards
from approvals import circuits as circuit_files
from approvals import trial
from approvals.board import files as board_files
from approvals.desk.care_ports import (
    Backup,
    BoardFile,
    Certificate,
    CircuitFile,
    Engine,
    Inspection,
    Letters,
    Lost,
    Returned,
    Setting,
)
from approvals.desk.mail import bounces
from approvals.errors import N_, ApprovalError, GuardError
from approvals.handlers.keeping import file_digest
from approvals.names import Bilingual, PersonId
from approvals.store.errors import BackupExistsError
from approvals.store.mails import BOUNCED, FAILED, KEPT, SENT, WAITING
from approvals.trial import Trial
from documents.errors import DocumentError
from flows import certificates, trying
from flows.desk_keeping import Keeping
from flows.files import read_text
from flows.house import Consented, House
from flows.mailing import Post
from flows.settings import Settings
from locales import engines
from locales.glossary import Term
from locales.memory import Stats

_PASSWORD: Final = re.compile(r"(://[^:/@]*):[^@]*@")

MOST: Final = 200
"""How many terms one page shows."""


class Care(Keeping):
    """See ``approvals.desk.care_ports.Care``."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self._lock = threading.Lock()
        self._inspection: Inspection | None = None

    def circuits(self) -> Sequence[CircuitFile]:
        """Give the circuits of the house's folder."""
        return [self._circuit(file) for file in self._files("circuits")]

    def _files(self, folder: str) -> list[Path]:
        return sorted((self._house.home / folder).glob("*.toml"))

    def _circuit(self, file: Path) -> CircuitFile:
        try:
            text = read_text(file)
            return CircuitFile(file.name, circuit_files.load(text), digest=file_digest(text))
        except (ApprovalError, DocumentError) as fault:
            return CircuitFile(file.name, None, fault)

    def boards(self) -> Sequence[BoardFile]:
        """Give the boards of the house's folder."""
        return [self._board(file) for file in self._files("boards")]

    def _board(self, file: Path) -> BoardFile:
        try:
            text = read_text(file)
            rules = boards.load_rules(text)
            board = boards.load(text) if board_files.has_seats(text) else None
            return BoardFile(file.name, rules, board, digest=file_digest(text))
        except (ApprovalError, DocumentError) as fault:
            return BoardFile(file.name, None, None, fault)

    def attempt(self, text: str, dossier: str) -> tuple[Trial, tuple[Bilingual, ...]]:
        """Try a circuit on a dossier, as ``enonce circuit try`` does."""
        circuit = trying.named(self._house, circuit_files.load(text), dossier)
        with self._house.store.read() as reader:
            found = trial.run(circuit, dossier, reader.history(dossier))
        return found, tuple(step.title for step in trial.missing(found, circuit))

    def terms(self, words: str, *, every: bool = False) -> tuple[Sequence[Term], int]:
        """Give the terms in which these words stand."""
        known = self._house.glossary.terms
        asked = words.casefold()
        found = [
            one
            for one in known
            if any(
                asked in form.casefold() for form in (*one.forms("fr"), *one.forms("en"), one.note)
            )
        ]
        return found if every else found[:MOST], len(known)

    def memory(self) -> Stats:
        """Count what the translation memory holds."""
        return self._house.memory.stats()

    def engines(self) -> Sequence[Engine]:
        """Give the engines."""
        consent = self._house.consent()
        return [
            Engine(
                name,
                engines.create(name, {}).translator.sends_text_to,
                said.levels,
                name == self._house.settings.engine,
                engines.create(name).url,
                said.by,
                said.at,
            )
            for name in engines.ENGINES
            for said in [consent.get(name, Consented(()))]
        ]

    def certificates(self) -> Sequence[Certificate]:
        """Give the certificates of the seal."""
        return list(certificates.of(self._house))

    def settings(self) -> Sequence[Setting]:
        """Give the settings in force."""
        settings = self._house.settings
        return [
            Setting(
                name,
                _plain(getattr(settings, name)),
                field.description or "",
                name in settings.model_fields_set,
            )
            for name, field in Settings.model_fields.items()
        ]

    def inspect(self, by: PersonId) -> None:
        """Begin to check the ledger and the vault in a thread of its own."""
        with self._lock:
            if self._inspection is not None and self._inspection.ended is None:
                return
            began = Inspection(self._house.now(), by, 0, self._house.store.size())
            self._inspection = began
        threading.Thread(target=self._look, daemon=True, name="inspection").start()

    def inspection(self) -> Inspection | None:
        """Give the check that is under way, or the last one."""
        return self._inspection

    def _note(self, **more: object) -> None:
        with self._lock:
            if self._inspection is not None:
                self._inspection = replace(self._inspection, **more)  # type: ignore[arg-type]

    def _look(self) -> None:
        try:
            report = self._house.store.check(told=self._counted)
            self._note(report=report, entries=report.size)
            self._note(faults=tuple(str(fault) for fault in self._house.vault.check()))
        except ApprovalError as fault:
            self._note(broken=fault)
        except Exception as fault:  # whatever it is, the page must not say that it goes on
            self._note(
                broken=ApprovalError(
                    N_("The check broke off: {reason}"), reason=str(fault) or type(fault).__name__
                )
            )
        finally:
            self._note(ended=self._house.now())

    def _counted(self, sequence: int) -> None:
        if sequence % 50 == 0:
            self._note(entries=sequence)

    def back_up(self) -> Backup:
        """Write a copy of the database now."""
        folder = self.folder()
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as fault:
            raise GuardError(
                "backup:folder",
                N_("The folder {folder} cannot be made ({reason})."),
                folder=str(folder),
                reason=fault.strerror or str(fault),
            ) from fault
        now = self._house.now().astimezone(UTC)
        target = folder / f"enonce-{now:%Y%m%d-%H%M%S}.sqlite3"
        with contextlib.suppress(BackupExistsError):  # a form sent twice in one second: one copy
            self._house.store.backup(target)
        return _backup(target)

    def backups(self) -> Sequence[Backup]:
        """Give the copies, newest first."""
        found = self.folder().glob("enonce-*.sqlite3")
        return sorted(map(_backup, found), key=lambda one: one.name, reverse=True)

    def folder(self) -> Path:
        """Give where the copies lie."""
        return self._house.home / "backups"

    def letters(self) -> Letters:
        """Give the mail in figures."""
        with self._house.store.read() as reader:
            counts = reader.mail.counts()
            marks = reader.mail.bounces()
            lost = list(reader.mail.mails(states=(BOUNCED, FAILED)))
            failed = list(reader.mail.deliveries(states=(FAILED,)))
        by_person = Counter(one.person for one in lost)
        reasons = Counter((one.person, one.said) for one in lost if one.person not in marks)
        return Letters(
            self._house.settings.smtp_host or "",
            counts.get(WAITING, 0),
            counts.get(SENT, 0) + counts.get(KEPT, 0),
            tuple(
                Returned(PersonId(one.person), one.address, one.said, one.at, by_person[one.person])
                for one in sorted(marks.values(), key=lambda one: one.at, reverse=True)
            ),
            tuple(Lost(PersonId(who), said, count) for (who, said), count in reasons.items()),
            tuple(Counter(one.hook for one in failed).items()),
        )

    def send_again(self, person: PersonId) -> int:
        """Send again what did not arrive at somebody."""
        with self._house.store.begin() as work:
            work.mail.clear(person)
            count = work.mail.again(self._house.now(), person=person)
            work.commit()
        return count

    def take_returned(self, data: bytes) -> int:
        """Take in what a mail server sent back."""
        house = self._house
        return len(bounces.take(house.store, data, house.now(), Post(house).domain))


def _backup(file: Path) -> Backup:
    told = os.stat(file)
    return Backup(file.name, datetime.fromtimestamp(told.st_mtime, UTC), told.st_size)


def _plain(value: object) -> str:
    """Write a setting's value; a password in an address is not shown."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    return _PASSWORD.sub(r"\1:…@", str(value))
