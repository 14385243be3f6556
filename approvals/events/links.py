"""Documents that belong to a text without being it: what it came from, and what explains it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from approvals.names import Bilingual, Digest, Language, PersonId


class LinkKind(StrEnum):
    """What a linked document is to the text."""

    AXES = "axes"
    SYNTHESIS = "synthesis"
    PRESENTATION = "presentation"
    EXPLANATION = "explanation"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DocumentLinked:
    """Somebody laid a document beside the text: these bytes, under this name.

    ``language`` is None for a document in both languages, or in none.
    """

    by: PersonId
    kind: LinkKind
    title: Bilingual
    language: Language | None
    name: str
    document: Digest


LinkEvent = DocumentLinked
