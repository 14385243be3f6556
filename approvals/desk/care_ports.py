"""What the administration's pages need of the house, as a protocol; ``flows`` gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from approvals.board import Board, BoardRules
from approvals.circuits import Circuit
from approvals.errors import ApprovalError
from approvals.events import Confidentiality
from approvals.ledger import ChainReport
from approvals.names import Bilingual, PersonId
from approvals.trial import Trial
from locales.glossary import Term
from locales.memory import Stats


@dataclass(frozen=True, slots=True)
class CircuitFile:
    """A circuit file of the house: what it says, or why it cannot be used."""

    name: str
    circuit: Circuit | None
    fault: ApprovalError | None = None


@dataclass(frozen=True, slots=True)
class BoardFile:
    """A board file of the house: its rules and seats, or why it cannot be used."""

    name: str
    rules: BoardRules | None
    board: Board | None
    fault: ApprovalError | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """A translation engine: who gets the texts, and of which levels it may be sent any."""

    name: str
    sends_text_to: str
    """The provider; empty where everything stays in the house."""
    levels: tuple[Confidentiality, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that the seal depends on."""

    subject: str
    issuer: str
    first: datetime
    last: datetime
    demonstration: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the house as it is in force; ``description`` is an English sentence."""

    name: str
    value: str
    description: str
    own: bool
    """Whether somebody set it, so that it is not what ships."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A check of the whole ledger, and then of every kept file: how far it is, what it found."""

    begun: datetime
    by: PersonId
    entries: int
    of: int
    report: ChainReport | None = None
    faults: tuple[str, ...] = ()
    ended: datetime | None = None
    broken: ApprovalError | None = None
    """Why it could not be carried through."""

    @property
    def sound(self) -> bool:
        """Whether it is over and found nothing."""
        return self.report is not None and self.report.ok and not self.faults and not self.broken


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the database: its file, when it was made, its bytes."""

    name: str
    at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Letters:
    """Mail in figures; what waits, and what came back."""

    waiting: int
    bounced: tuple[tuple[str, str], ...]
    """Address and reason."""


class Care(Protocol):
    """What an administrator sees of the house, and the little that is done there."""

    def circuits(self) -> Sequence[CircuitFile]:
        """Give the circuits of the house's folder."""
        ...

    def boards(self) -> Sequence[BoardFile]:
        """Give the boards of the house's folder."""
        ...

    def attempt(self, file: str, dossier: str) -> tuple[Trial, tuple[Bilingual, ...]]:
        """Try a circuit on a dossier; give the trial and the steps that would lack approvals."""
        ...

    def terms(self, words: str) -> tuple[Sequence[Term], int]:
        """Give the terms in which these words stand, and how many terms there are."""
        ...

    def memory(self) -> Stats:
        """Count what the translation memory holds."""
        ...

    def engines(self) -> Sequence[Engine]:
        """Give the engines, with where each sends texts and which it may be sent."""
        ...

    def certificates(self) -> Sequence[Certificate]:
        """Give the certificates of the seal, the signing one first."""
        ...

    def settings(self) -> Sequence[Setting]:
        """Give the settings in force; secrets are in files and so not among them."""
        ...

    def inspect(self, by: PersonId) -> None:
        """Begin to check the ledger and the vault; nothing where a check is under way."""
        ...

    def inspection(self) -> Inspection | None:
        """Give the check that is under way, or the last one since the desk was opened."""
        ...

    def back_up(self) -> Backup:
        """Write a copy of the database now; raise ``DatabaseError`` where that cannot be done."""
        ...

    def backups(self) -> Sequence[Backup]:
        """Give the copies, newest first."""
        ...

    def folder(self) -> Path:
        """Give where the copies lie."""
        ...

    def letters(self) -> Letters | None:
        """Give the mail in figures; None where the house has no outbox."""
        ...
