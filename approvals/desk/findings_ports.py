"""What the pages of interviews and findings need of the house; ``flows.desk_findings`` gives it.

Where a finding went is read from the ledger alone (``resting``); acts that need no more than their
handler are brought to ``House.office``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from approvals.consultation.life import Consultation
from approvals.events import EvidenceKind
from approvals.ledger import Entry
from approvals.names import Bilingual, PersonId


@dataclass(frozen=True, slots=True)
class GroundRow:
    """One answer or theme: how many people gave it, in all and by public; None is hidden."""

    code: str
    title: Bilingual
    total: int
    by_public: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Ground:
    """The counted answers to a question, or its themes: what a finding may rest on."""

    kind: EvidenceKind
    question: str
    title: Bilingual
    rows: Sequence[GroundRow]


@dataclass(frozen=True, slots=True)
class Rest:
    """One thing that somebody says a finding rests on; how many people, the house counts.

    ``about`` is a question or an interview, ``code`` an answer or a theme, ``publics`` those that
    are meant where it is not everybody.
    """

    kind: EvidenceKind
    about: str
    code: str = ""
    publics: tuple[str, ...] = ()


class FindingWorks(Protocol):
    """Interviews and findings of one house's consultations."""

    def grounds(self, own: Consultation) -> Sequence[Ground]:
        """Give what was counted; raise ``GuardError`` where the answers were erased."""
        ...

    def evidence(self, own: Consultation, language: str) -> Mapping[str, str]:
        """Say of each finding, by its id, what it rests on; the answers need not be there."""
        ...

    def register(
        self,
        own: Consultation,
        finding: str,
        text: Bilingual,
        rests: Sequence[Rest],
        *,
        by: PersonId,
        key: str,
    ) -> Entry:
        """Count what a finding rests on and register it; raise ``GuardError`` where it cannot."""
        ...
