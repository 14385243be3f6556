"""Pseudo-translation: every sentence of a Word file through an engine that knows no language.

Shows before any translator is paid what a translation will do to the file: which words come out,
what stands in their way, whether anything is lost on the way back. The text takes the whole road,
``documents.segments`` out and in, cut as for a true engine; those are in ``locales.engines``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from documents.segments import Sitting
from documents.tags import TaggedText
from locales.markup import escape, unescape
from locales.segmentation import cutter

SOURCE = {"fr": "en", "en": "fr"}
"""The language that a text is taken to be in, by the language that it is to be put into."""

_TAGS = re.compile("(<[^<>]*>)")
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Pseudo:
    """A pseudo-translated file: its bytes, and how many paragraphs and sentences went through."""

    data: bytes
    paragraphs: int
    sentences: int


def _identity(text: str) -> str:
    return text


def _reversed(text: str) -> str:
    """The letters from the last to the first, each with the accents that follow it."""
    letters: list[str] = []
    for character in text:
        joined = letters and letters[-1].endswith(_JOINER)
        if letters and (
            joined or character == _JOINER or unicodedata.category(character)[0] == "M"
        ):
            letters[-1] += character
        else:
            letters.append(character)
    return "".join(reversed(letters))


ENGINES: Mapping[str, Callable[[str], str]] = {
    "identity": _identity,
    "upper": str.upper,
    "reverse": _reversed,
}
"""What each engine does to the text between two tags."""


def translate(data: bytes, engine: str, to: str) -> Pseudo:
    """Put every sentence through the engine and mark it as ``to`` (``fr`` or ``en``).

    Raises ``DocumentError`` for what is no Word file, KeyError for an engine that is not there.
    """
    change = ENGINES[engine]
    cut = cutter(SOURCE[to])
    sitting = Sitting(data, cut)
    targets = {
        (one.id, index): TaggedText(between_tags(segment, change))
        for one in sitting.paragraphs
        for index, segment in enumerate(one.segments)
    }
    spoken = sum(1 for one in sitting.paragraphs if one.segments)
    return Pseudo(sitting.merge(targets, to), spoken, len(targets))


def between_tags(segment: str, change: Callable[[str], str]) -> str:
    """The tagged text with its words changed and its tags in their places."""
    parts = _TAGS.split(segment)
    parts[::2] = [escape(change(unescape(part))) for part in parts[::2]]
    return "".join(parts)
