"""What the drafters' and translators' pages need of the house; ``flows.desk_pair`` and
``flows.desk_submit`` give it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from approvals.dossier import Dossier
from approvals.ledger import Entry
from approvals.names import Digest, ParagraphId, PersonId
from documents.threeway import Conflict, Joined, Left, Side
from locales.checks import Finding
from locales.markup import TaggedText
from locales.matching import Change
from locales.units import TranslationUnit


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A translation that may be inserted: from the memory, or a machine's.

    ``difference`` is between the source that the memory knows and this one; ``machine`` names the
    engine whose words they are.
    """

    target: TaggedText
    score: int | None
    difference: tuple[Change, ...] = ()
    dossier: str = ""
    at: datetime | None = None
    machine: str = ""
    glossary: bool = False


@dataclass(frozen=True, slots=True)
class TermUse:
    """A term of the source: its rendering, the words that are forbidden for it, and its fate."""

    term: str
    rendering: str
    forbidden: tuple[str, ...]
    used: bool
    kept: bool
    """Whether it stays as it is in both languages."""
    note: str


@dataclass(frozen=True, slots=True)
class Joining:
    """Two people's files made into one: what somebody has to decide, and what to do by hand."""

    data: bytes
    conflicts: tuple[Conflict, ...]
    together: tuple[Joined, ...]
    """Paragraphs in which words of both were put together, to be read again."""
    left: tuple[Left, ...]
    taken: int


class PairWorks(Protocol):
    """Looks into memory, glossary and checks, and exchanges with other tools."""

    def suggestions(
        self, dossier: Dossier, units: Sequence[TranslationUnit]
    ) -> Sequence[Sequence[Suggestion]]:
        """Give for each sentence of a paragraph what memory and machine have, best first."""
        ...

    def terms(self, dossier: Dossier, source: str, target: str) -> Sequence[TermUse]:
        """Say which terms stand in a source and whether its translation has them; plain texts."""
        ...

    def findings(
        self, dossier: Dossier, paragraph: ParagraphId, units: Sequence[TranslationUnit]
    ) -> Sequence[Finding]:
        """Say what the checks find in a paragraph with these sentences, what blocks first."""
        ...

    def blocked(self, dossier: Dossier, paragraphs: Iterable[ParagraphId]) -> Mapping[str, int]:
        """Count the findings that forbid to certify, by paragraph, as the translation stands."""
        ...

    def fixed_checks(self) -> frozenset[str]:
        """Give the checks that nobody may let pass."""
        ...

    def checks(self) -> int:
        """Count the checks."""
        ...

    def certify_read(
        self,
        dossier: Dossier,
        read: Mapping[ParagraphId, Digest],
        *,
        by: PersonId,
        key: str,
        ignore: Iterable[str] = (),
        reason: str | None = None,
    ) -> Entry:
        """Certify paragraphs as they were read: by the digest of their sentences."""
        ...

    def exported(self, dossier: Dossier, format: str, language: str) -> bytes:
        """Write the pair for other tools: ``xliff2``, ``xliff1`` or ``docx``."""
        ...

    def bilingual(self, dossier: Dossier, language: str) -> bytes | None:
        """Write both languages side by side; None before the board has adopted them."""
        ...

    def joined(
        self,
        dossier: Dossier,
        base: Digest,
        mine: bytes,
        choices: Mapping[str, Side],
        language: str,
    ) -> Joining:
        """Bring the newest draft's changes since ``base`` into a file that began with it.

        ``choices`` say by paragraph whose text stands where both changed it: with ``both`` mine
        stands, and theirs beside it in a comment in ``language``. Without a choice mine stands.
        """
        ...

    def largest(self) -> int:
        """Give the size of the largest file that is taken, in megabytes."""
        ...

    def new_id(self, title: str) -> str:
        """Make an id for a new dossier from its English title."""
        ...
