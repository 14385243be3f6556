"""Remarks: what people say of words in the text, and how others answer. They decide nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from approvals.events.base import NoteRef
from approvals.names import Digest, Language, ParagraphId, PersonId

RemarkId = NewType("RemarkId", str)


@dataclass(frozen=True, slots=True)
class RemarkMade:
    """Somebody says something of a paragraph in one language.

    ``text`` is the paragraph's canonical digest as they read it; ``start`` and ``end`` are the
    characters that they mean, both 0 for the whole paragraph.
    """

    by: PersonId
    remark: RemarkId
    language: Language
    paragraph: ParagraphId
    text: Digest
    start: int
    end: int
    note: NoteRef


@dataclass(frozen=True, slots=True)
class RemarkAnswered:
    """Somebody answers."""

    by: PersonId
    remark: RemarkId
    note: NoteRef


@dataclass(frozen=True, slots=True)
class RemarkClosed:
    """Nothing more is to be said of it."""

    by: PersonId
    remark: RemarkId


RemarkEvent = RemarkMade | RemarkAnswered | RemarkClosed
