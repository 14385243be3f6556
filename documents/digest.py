"""The two digests of a document, never confused.

``text_digest`` is what people approve: what each paragraph says (``canonical``), and the whole.
``byte_digest`` is what the vault stores and what is sealed. A re-save changes the second only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from documents import identity
from documents.canonical import Reader
from documents.wml import ParagraphId, Story
from documents.wordfile import WordFile


@dataclass(frozen=True, slots=True)
class ParagraphDigest:
    """A paragraph's id, its canonical digest (lower-case hexadecimal SHA-256) and what it says."""

    id: ParagraphId
    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class TextDigest:
    """The digest of a document's text and, in reading order, of each paragraph that says something.

    The document's digest is over those of the paragraphs; headers and footers count once each,
    however many sections repeat them.
    """

    document: str
    paragraphs: tuple[ParagraphDigest, ...]


def byte_digest(data: bytes) -> str:
    """SHA-256 of the bytes, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def text_digest(data: bytes) -> TextDigest:
    """The canonical digest of a Word file. Raises ``DocumentError`` for what is no Word file.

    Paragraphs without text, and headers that no page shows, do not count.
    """
    word = WordFile(data)
    ids = identity.assign(word)
    reader = Reader(word)
    found: list[ParagraphDigest] = []
    counted: list[tuple[str, str]] = []
    for located in word.paragraphs():
        print_ = reader.fingerprint(located)
        if not located.shown or not print_.text.strip():
            continue
        found.append(ParagraphDigest(ids[located.element], print_.digest, print_.text))
        counted.append((located.story, print_.digest))
    margins = {one for one in counted if one[0] in (Story.HEADER, Story.FOOTER)}
    body = [digest for story, digest in counted if story not in (Story.HEADER, Story.FOOTER)]
    said = json.dumps(["enonce document 1", body, sorted(margins)])
    return TextDigest(hashlib.sha256(said.encode()).hexdigest(), tuple(found))
