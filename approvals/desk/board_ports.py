"""What the board's session needs of the house, as protocols; ``flows.desk_board`` gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from approvals import events as ev
from approvals.board import Board
from approvals.dossier import Dossier
from approvals.ledger import Entry
from approvals.names import Digest, Language, ParagraphId, PersonId


@dataclass(frozen=True, slots=True)
class Cited:
    """The rules of one session in one language: a sentence each, and where it is written."""

    quorum: str
    majority: str
    majority_source: str
    presiding: str


class BoardWorks(Protocol):
    """The acts and looks of a session that need more than a handler."""

    def boards(self) -> Sequence[Board]:
        """Give the boards of the house's folder."""
        ...

    def cited(self, dossier: Dossier, language: str) -> Cited:
        """Say the rules of the convened session."""
        ...

    def vote(
        self,
        dossier: Dossier,
        seat: str,
        choice: ev.Choice,
        *,
        by: PersonId,
        key: str,
        signoff: Digest | None = None,
    ) -> tuple[Entry, str | None]:
        """Cast a vote as the ballot takes it; give the receipt of a secret one, once."""
        ...

    def amend(
        self,
        dossier: Dossier,
        data: bytes,
        name: str,
        *,
        by: PersonId,
        language: Language | None,
        seat: str | None,
        key: str,
    ) -> Entry:
        """Bring the text as the board amends it; raise ``IntakeRefusedError`` for a faulty file."""
        ...

    def marked(self, dossier: Dossier, language: Language) -> Mapping[ParagraphId, str]:
        """Give each paragraph in a language as it is typed, the marks of its formatting in it."""
        ...

    def reworded(
        self, dossier: Dossier, paragraph: ParagraphId, words: str, language: Language | None
    ) -> bytes:
        """Give the file of a language with one paragraph in other words, its marks kept."""
        ...

    def minutes(self, dossier: Dossier) -> Mapping[Language, bytes]:
        """Write the minutes in both languages."""
        ...

    def extract(self, dossier: Dossier, *, by: PersonId, key: str) -> Entry:
        """Write an extract of the resolution in both languages and record that it is certified."""
        ...
