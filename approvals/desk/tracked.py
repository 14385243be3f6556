"""A version as a Word file with what it changed against the one before as tracked changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.standing import Draft, Target
from documents import reader, returned
from documents.redline import redline
from documents.returned import Proposal

AUTHOR: Final = "Énoncé"
"""Whose the changes of a translation are: the house makes it of certified paragraphs."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """What a version's tracked changes are against, whose they are, and when it came."""

    old: bytes
    new: bytes
    author: str
    when: datetime

    def write(self) -> bytes:
        """Give the Word file."""
        return redline(self.old, self.new, author=self.author, when=self.when)


def of(seen: Seen, it: Dossier, one: Draft | Target) -> Tracked | None:
    """Give a version beside the one before in its language; None where it is the first."""
    old = it.before(one)
    if old is None:
        return None
    entries = seen.books.entries(it.id)
    when = next((entry.time for entry in entries if entry.sequence == one.sequence), seen.now)
    author = seen.name(one.by) if isinstance(one, Draft) else AUTHOR
    vault = seen.desk.house.vault
    return Tracked(vault.get(old.version), vault.get(one.version), author, when)


def proposed(known: Tracked | None, clean: bytes, data: bytes) -> Sequence[Proposal]:
    """Read what a file proposes that was handed out with tracked changes, or without any.

    The changes that it was handed out with are nobody's proposal, accepted by the reader or not.
    Raises ``DocumentError`` for what is no Word file.
    """
    if known is not None:
        found = returned.read(known.old, data)
        stamp = known.when.astimezone(UTC).replace(microsecond=0)
        theirs = [one for one in found if (one.author, one.date) != (known.author, stamp)]
        if len(theirs) < len(found):
            texts = {str(block.id): block.text for block in reader.read(known.new).blocks}
            return [one for one in theirs if one.tracked or not _said(one, texts)]
    return returned.read(clean, data)


def _said(one: Proposal, texts: Mapping[str, str]) -> bool:
    """Say whether the version itself says what a change without tracking says."""
    return one.after in texts.values() if one.after else one.paragraph not in texts
