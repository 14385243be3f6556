"""What several kinds of events speak of."""

from __future__ import annotations

from dataclasses import dataclass

from approvals.names import Digest, ParagraphId, PersonId

SYSTEM = PersonId("system")
"""Signs what the house itself does: it never decides anything that a person has to decide."""


@dataclass(frozen=True, slots=True)
class NoteRef:
    """Personal text kept outside the ledger: where it is and what it has to hash to."""

    id: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class ParagraphText:
    """One paragraph's identity and the canonical digest of its text in one language."""

    id: ParagraphId
    digest: Digest
