"""Names for the plain values that the whole package speaks of, and the digests made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)
ParagraphId = NewType("ParagraphId", str)
Digest = NewType("Digest", str)
"""SHA-256 in lower-case hexadecimal, 64 characters."""
Language = NewType("Language", str)
"""``fr`` or ``en``."""

FRENCH = Language("fr")
ENGLISH = Language("en")

ORDER = ParagraphId("#order")
"""Stands among the paragraphs of a pair for their order: moving or removing one is a change too."""


class Role(StrEnum):
    """What a person may be asked to do; one person may hold several."""

    ADMINISTRATOR = "administrator"
    DRAFTER = "drafter"
    TRANSLATOR = "translator"
    REVISER = "reviser"
    REVIEWER = "reviewer"
    SECRETARY = "secretary"
    CHAIR = "chair"
    MEMBER = "member"
    COMMUNICATIONS = "communications"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same words in both languages."""

    fr: str
    en: str

    def in_(self, language: str) -> str:
        """Give the words in ``language``."""
        return self.fr if language == FRENCH else self.en


def pair_digest(fr: Digest, en: Digest) -> Digest:
    """Bind both languages' canonical text digests into the one digest that people decide on.

    The preimage is ``enonce:pair:v1``, the French digest and the English digest, one a line.
    """
    return Digest(hashlib.sha256(f"enonce:pair:v1\n{fr}\n{en}\n".encode()).hexdigest())


def amended_digest(language: Language, text: Digest) -> Digest:
    """Name a text that a board amended in session and votes on before it is translated.

    The preimage is ``enonce:amended:v1``, the language and its canonical text digest, one a line.
    """
    return Digest(hashlib.sha256(f"enonce:amended:v1\n{language}\n{text}\n".encode()).hexdigest())


def order_digest(paragraphs: Iterable[ParagraphId]) -> Digest:
    """Digest the order in which the paragraphs of a text stand."""
    lines = "\n".join(("enonce:order:v1", *paragraphs))
    return Digest(hashlib.sha256(lines.encode()).hexdigest())
