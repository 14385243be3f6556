"""What a paragraph says apart from typography, to prove that a change is typographic alone.

The canonical form (``documents.canonical``) with variants of one sign made one: kinds and runs of
white space, spaces before French punctuation and inside guillemets, shapes of quotation marks,
apostrophes, dashes and hyphens, the ellipsis. Words, figures, capitals, accents and ligatures
stay as they are; so do emphasis, links, notes and the paragraph's level. What people approve is
``documents.digest``'s; whether a change may be waived is ``approvals``'.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from documents import identity
from documents.canonical import Reader, Span
from documents.wml import ParagraphId
from documents.wordfile import WordFile

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′ʼ", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
        "\u200b": "",
        "\u2060": "",
        "\ufeff": "",
    }
)
_SPACE = re.compile(r"\s+")
_BEFORE = re.compile(r" (?=[;:!?%€])")
_GUILLEMETS = re.compile(r"«\s*|\s*»")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A paragraph's canonical digest, and the digest of what it says apart from typography."""

    digest: str
    meaning: str


def folded(text: str) -> str:
    """A text with its typographic variants made one. White space at the edges stays one space."""
    quoted = _GUILLEMETS.sub('"', text)
    return _BEFORE.sub("", _SPACE.sub(" ", quoted.translate(_SIGNS)))


def meanings(data: bytes) -> Mapping[ParagraphId, Meaning]:
    """Both digests of every paragraph that says something, by its id.

    Raises ``DocumentError`` for what is no Word file.
    """
    word = WordFile(data)
    ids = identity.assign(word)
    reader = Reader(word)
    found: dict[ParagraphId, Meaning] = {}
    for located in word.paragraphs():
        if not located.shown:
            continue
        said = reader.said(located)
        if not said.text.strip():
            continue
        found[ids[located.element]] = Meaning(said.digest, _meaning(said.role, said.spans))
    return found


def _meaning(role: str, spans: list[Span]) -> str:
    pieces: list[Span] = []
    for span in spans:
        last = pieces[-1] if pieces else None
        if last is not None and last.text and span.text and last[1:] == span[1:]:
            pieces[-1] = last._replace(text=last.text + span.text)
        else:
            pieces.append(span)
    said = [(folded(span.text), span.marks, span.link) for span in pieces]
    form = json.dumps(["enonce meaning 1", role, said], ensure_ascii=False)
    return hashlib.sha256(form.encode()).hexdigest()
