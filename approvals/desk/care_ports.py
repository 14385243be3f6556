"""What the administration's pages need of the house, as a protocol; ``flows`` gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from approvals.board import Board, BoardRules, Seat
from approvals.circuits import Circuit
from approvals.errors import ApprovalError
from approvals.events import Confidentiality, RuleKind
from approvals.ledger import ChainReport, Entry
from approvals.names import Bilingual, PersonId
from approvals.trial import Trial
from documents.errors import DocumentError
from locales.errors import LocaleError
from locales.glossary import Term
from locales.memory import Stats
from locales.memory_care import Unit


@dataclass(frozen=True, slots=True)
class CircuitFile:
    """A circuit file of the house: what it says, or why it cannot be used."""

    name: str
    circuit: Circuit | None
    fault: ApprovalError | DocumentError | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class BoardFile:
    """A board file of the house: its rules and seats, or why it cannot be used."""

    name: str
    rules: BoardRules | None
    board: Board | None
    fault: ApprovalError | DocumentError | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Engine:
    """A translation engine: who gets the texts, and of which levels it may be sent any."""

    name: str
    sends_text_to: str
    """The provider; empty where everything stays in the house."""
    levels: tuple[Confidentiality, ...]
    chosen: bool
    address: str = ""
    """Where the operator has it ask, where that is not the provider's own address."""
    by: PersonId | None = None
    """Who said last what it may be sent; None where the settings say it."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that the seal depends on."""

    subject: str
    issuer: str
    first: datetime
    last: datetime
    demonstration: bool
    digest: str
    """The SHA-256 of its bytes, by which it is told from one that was renewed."""


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
class Returned:
    """An address that took no mail: whose, what the server said, when, what is not sent yet."""

    person: PersonId
    address: str
    said: str
    at: datetime
    mails: int


@dataclass(frozen=True, slots=True)
class Lost:
    """Mails that cannot be sent, by person and reason: no address, nobody of that id."""

    person: PersonId
    said: str
    mails: int


@dataclass(frozen=True, slots=True)
class Letters:
    """Mail in figures; what waits, what came back, and what cannot go."""

    where: str
    """The mail server; empty where mails lie in the house's folder."""
    waiting: int
    sent: int
    returned: tuple[Returned, ...]
    lost: tuple[Lost, ...]
    hooks: tuple[tuple[str, int], ...]
    """Webhooks that took deliveries no more, with their number."""


@dataclass(frozen=True, slots=True)
class Change:
    """How many terms a change of the glossary added, altered and took out."""

    added: int
    changed: int
    gone: int


@dataclass(frozen=True, slots=True)
class MemoryImport:
    """A file that is taken into the memory: how far it is, and what came of it."""

    name: str
    begun: datetime
    by: PersonId
    read: int = 0
    added: int = 0
    ended: datetime | None = None
    broken: ApprovalError | LocaleError | None = None


class Keeping(Protocol):
    """What administrators and revisers change of what the house keeps for everybody."""

    def rule_text(self, kind: RuleKind, file: str) -> str:
        """Give a rule file as it is; raise ``GuardError`` where there is none of that name."""
        ...

    def read_rule(self, kind: RuleKind, text: str) -> Circuit | Board:
        """Read a rule's text; raise with the place where it cannot be used."""
        ...

    def adopt(self, kind: RuleKind, text: str, file: str, *, by: PersonId, key: str) -> Entry:
        """Have a text hold in the place of a file, or as a new one where none is named."""
        ...

    def seated(self, file: str, seat: Seat) -> str:
        """Give a board file with a seat as it is to be; every other line stays."""
        ...

    def allow(
        self,
        engine: str,
        levels: Sequence[Confidentiality],
        provider: str,
        *,
        by: PersonId,
        key: str,
    ) -> Entry:
        """Say of which levels an engine may be sent texts; none takes the consent back."""
        ...

    def change_term(self, term: Term, before: str, *, by: PersonId, key: str) -> Entry:
        """Add a term, or put it in the place of the line of that name."""
        ...

    def drop_term(self, name: str, *, by: PersonId, key: str) -> Entry:
        """Take a line out of the glossary."""
        ...

    def take_glossary(
        self, data: bytes, name: str, *, join: bool, by: PersonId, key: str
    ) -> tuple[Entry, Change]:
        """Take a CSV or TBX file in: beside what there is, or in its place."""
        ...

    def glossary_file(self, kind: str) -> bytes:
        """Give the glossary as ``csv`` or ``tbx``."""
        ...

    def units(self, words: str) -> Sequence[Unit]:
        """Find units of the memory by whole words."""
        ...

    def offer_unit(self, name: str, *, again: bool, by: PersonId, key: str) -> bool:
        """Offer a unit no more, or again; False where that was so already."""
        ...

    def take_memory(self, data: bytes, name: str, *, by: PersonId, key: str) -> None:
        """Begin to take a TMX file in; raise where one is under way."""
        ...

    def memory_import(self) -> MemoryImport | None:
        """Give the file that is being taken in, or the last one since the desk was opened."""
        ...

    def memory_file(self) -> Path:
        """Write the memory as TMX into a file of its own, which the caller takes away."""
        ...


class Care(Keeping, Protocol):
    """What an administrator sees of the house, and the little that is done there."""

    def circuits(self) -> Sequence[CircuitFile]:
        """Give the circuits of the house's folder."""
        ...

    def boards(self) -> Sequence[BoardFile]:
        """Give the boards of the house's folder."""
        ...

    def attempt(self, text: str, dossier: str) -> tuple[Trial, tuple[Bilingual, ...]]:
        """Try a circuit on a dossier; give the trial and the steps that would lack approvals."""
        ...

    def terms(self, words: str, *, every: bool = False) -> tuple[Sequence[Term], int]:
        """Give the terms in which these words stand, and how many terms there are.

        Of many, the first; with ``every`` all of them.
        """
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

    def letters(self) -> Letters:
        """Give the mail in figures."""
        ...

    def send_again(self, person: PersonId) -> int:
        """Send again what did not arrive at somebody; give how many mails."""
        ...

    def take_returned(self, data: bytes) -> int:
        """Take in what a mail server sent back; give how many mails came back by it."""
        ...
