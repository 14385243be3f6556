"""What changed in the paragraphs whose approvals fell: the words before and after.

Read from the vault by digest. A confidential text never travels by mail: whoever reads the mail
goes and looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from approvals import codec
from approvals import events as ev
from approvals.dossier import read
from approvals.ledger import Entry
from approvals.names import ORDER, Digest, Language, ParagraphId
from documents.digest import text_digest
from documents.reader import on_one_line
from documents.vault import Vault
from documents.worddiff import DiffPiece, Op, word_diff

PARAGRAPHS: Final = 6
"""How many changes one mail shows; the desk shows all."""
_KEPT: Final = 60
"""Signs of unchanged text that stay on either side of a change."""


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph in one language, as pieces that stay, go or come."""

    number: int
    language: Language
    pieces: tuple[DiffPiece, ...]


@dataclass(slots=True)
class _Versions:
    """By language, the newest version of each text; and the order of the draft's paragraphs."""

    opened: ev.DossierOpened | None = None
    draft: Digest | None = None
    order: tuple[ParagraphId, ...] = ()
    joined: tuple[Digest, Digest] | None = None

    def amend(self, language: Language | None) -> None:
        """Let the translation be the source where it is what a board amends."""
        if self.opened is not None and language == self.opened.target:
            source, target = self.opened.target, self.opened.source
            self.opened = replace(self.opened, source=source, target=target)
            self.joined = self.joined and (self.joined[1], self.joined[0])


def of(vault: Vault, history: Sequence[Entry], sequence: int) -> tuple[Change, ...]:
    """Give what fell with the pair joined in entry ``sequence``; nothing of a confidential text."""
    seen = _Versions()
    for entry in history:
        event: Any = codec.decode(entry.type, read(entry.payload))
        if isinstance(event, ev.DossierOpened):
            seen.opened = event
        elif isinstance(event, ev.DraftSubmitted | ev.TextAmended):
            if isinstance(event, ev.TextAmended):
                seen.amend(event.language)
            seen.draft = event.version
            seen.order = tuple(one.id for one in event.paragraphs)
        elif isinstance(event, ev.PairAligned) and seen.draft is not None:
            if entry.sequence == sequence:
                return tuple(_changes(vault, seen, event))[:PARAGRAPHS]
            seen.joined = seen.draft, event.version
    return ()


def _changes(vault: Vault, seen: _Versions, event: ev.PairAligned) -> Iterator[Change]:
    opened = seen.opened
    if opened is None or seen.joined is None or seen.draft is None:
        return
    if opened.confidentiality is ev.Confidentiality.CONFIDENTIAL:
        return
    before = dict(zip((opened.source, opened.target), seen.joined, strict=True))
    after = {opened.source: seen.draft, opened.target: event.version}
    fell = {(one.paragraph, language) for one in event.fell for language in one.languages}
    old = {one: _texts(vault, digest) for one, digest in before.items()}
    new = {one: _texts(vault, digest) for one, digest in after.items()}
    for number, id in enumerate(seen.order, 1):
        for language in (opened.source, opened.target):
            if id != ORDER and (id, language) in fell:
                pieces = word_diff(old[language].get(id, ""), new[language].get(id, ""))
                if any(one.op is not Op.EQUAL for one in pieces):
                    yield Change(number, language, _short(pieces))


def _texts(vault: Vault, version: Digest) -> Mapping[str, str]:
    return {one.id: on_one_line(one.text) for one in text_digest(vault.get(version)).paragraphs}


def _short(pieces: Sequence[DiffPiece]) -> tuple[DiffPiece, ...]:
    """Leave out what stays, but for the words around each change."""
    found: list[DiffPiece] = []
    for at, one in enumerate(pieces):
        text = one.text
        if one.op is Op.EQUAL and len(text) > 2 * _KEPT + 10:
            head = text[:_KEPT].rpartition(" ")[0] + " " if at else ""
            tail = " " + text[-_KEPT:].partition(" ")[2] if at < len(pieces) - 1 else ""
            text = f"{head}…{tail}"
        found.append(DiffPiece(one.op, text))
    return tuple(found)
