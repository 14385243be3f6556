"""What the desk needs of the house, as protocols; ``flows`` gives it.

``House`` reads and keeps. ``Works`` are acts that need more than a handler: bytes in and out of the
vault, translation, sealing. An act that needs only its handler is brought to ``House.office``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from approvals import events as ev
from approvals import todo
from approvals.circuits import Circuit
from approvals.desk.board_ports import BoardWorks
from approvals.desk.care_ports import Care
from approvals.desk.coding_ports import CodingWorks
from approvals.desk.consultation_ports import Consulting
from approvals.desk.findings_ports import FindingWorks
from approvals.desk.pair_ports import PairWorks
from approvals.desk.public_ports import Public
from approvals.dossier import Dossier
from approvals.handlers.base import Office
from approvals.ledger import Entry
from approvals.names import Bilingual, Digest, Language, ParagraphId, PersonId
from approvals.ports import Contact
from approvals.register import Register
from approvals.store import Store
from documents.findings import Report
from documents.vault import Vault
from locales.units import TranslationUnit


class House(Protocol):
    """One institution's house."""

    store: Store
    vault: Vault

    @property
    def home(self) -> Path:
        """The folder that holds everything of this house."""
        ...

    @property
    def office(self) -> Office:
        """Where commands are brought."""
        ...

    def now(self) -> datetime:
        """Give the present."""
        ...

    def register(self) -> Register:
        """Rebuild who may act."""
        ...

    def contacts(self) -> Mapping[PersonId, Contact]:
        """Give everybody by their id."""
        ...

    def note(self, ref: ev.NoteRef | None) -> str:
        """Give a note's text; empty where there is none or it was erased."""
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """A draft that was taken in, and what intake has to say of it all the same."""

    dossier: str
    report: Report
    entry: Entry


class Works(PairWorks, Protocol):
    """The acts and looks for which the house has to do more than ask a handler."""

    def tasks(self, person: PersonId) -> Sequence[todo.Task]:
        """Give what a person has to do today, what ends first before the rest."""
        ...

    def submit(
        self,
        data: bytes,
        name: str,
        *,
        by: PersonId,
        key: str,
        dossier: str | None,
        title: Bilingual | None,
        source: str,
        confidentiality: ev.Confidentiality,
        answers: Iterable[tuple[int, str]],
        expected: int | None = None,
    ) -> Taken:
        """Take a draft in; raise ``IntakeRefusedError`` with what is wrong with it.

        ``dossier`` may name one that is not there yet; ``expected`` is the version of one that is.
        """
        ...

    def judge(self, data: bytes, name: str) -> Report:
        """Say what intake thinks of an upload; nothing is stored."""
        ...

    def request_translation(self, dossier: Dossier, *, by: PersonId, key: str) -> Entry:
        """Hand the draft over under the checks of the circuit in force."""
        ...

    def propose(
        self,
        dossier: Dossier,
        paragraph: ParagraphId,
        targets: Sequence[str],
        *,
        by: PersonId,
        key: str,
    ) -> Entry | None:
        """Propose one paragraph's sentences, in their order; empty ones are left open."""
        ...

    def certify(
        self,
        dossier: Dossier,
        paragraphs: Iterable[ParagraphId] | None,
        *,
        by: PersonId,
        key: str,
        ignore: Iterable[str] = (),
        reason: str | None = None,
    ) -> Entry:
        """Certify what somebody else proposed, after the blocking checks."""
        ...

    def link(
        self,
        dossier: Dossier,
        data: bytes,
        name: str,
        kind: ev.LinkKind,
        title: Bilingual | None,
        language: Language | None,
        *,
        by: PersonId,
        key: str,
    ) -> Entry:
        """Lay a document beside the text, under the name with which it is given out."""
        ...

    def circuits(self) -> Sequence[Circuit]:
        """Give the circuits that the house keeps."""
        ...

    def open_review(self, dossier: Dossier, circuit: Circuit, *, by: PersonId, key: str) -> Entry:
        """Open the review under a circuit, whose checks the translation has to pass."""
        ...

    def units(self, digest: Digest) -> Sequence[TranslationUnit]:
        """Give a paragraph's sentences with their translation."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a page may use."""

    house: House
    works: Works
    public: Public
    care: Care
    sessions: BoardWorks
    consulting: Consulting
    coding: CodingWorks
    findings: FindingWorks
