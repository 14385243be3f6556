"""Proves from the files that a change is typographic: the facts for ``handlers.waiver``."""

from __future__ import annotations

from collections.abc import Iterable

from approvals import events as ev
from approvals.dossier import Dossier
from approvals.names import Digest, ParagraphId
from documents.meaning import meanings
from documents.wml import ParagraphId as DocumentParagraphId
from flows.house import House


def changes(
    house: House, dossier: Dossier, paragraphs: Iterable[ParagraphId]
) -> tuple[ev.TypographicChange, ...]:
    """Give the proof for each wording that was approved and reads the same as the one that stands.

    A wording that says anything else is left out, and the handler refuses for want of its proof.
    """
    opened = dossier.opened
    if opened is None:
        return ()
    wanted = set(paragraphs) & set(dossier.pair_paragraphs)
    sides = tuple(
        (language, side, _meanings(house, (one.version for one in editions), wanted))
        for side, language in enumerate((opened.source, opened.target))
        for editions in [dossier.editions(language)]
    )
    found = {
        ev.TypographicChange(id, language, before, after, known[id, after])
        for given in dossier.lost.values()
        for id, lost in given.items()
        if id in wanted
        for language, side, known in sides
        if (before := (lost.approval.source, lost.approval.target)[side])
        != (after := dossier.pair_paragraphs[id][side])
        and (id, before) in known
        and known[id, before] == known.get((id, after))
    }
    return tuple(sorted(found, key=lambda one: (one.paragraph, one.language, one.before)))


def _meanings(
    house: House, versions: Iterable[Digest], wanted: set[ParagraphId]
) -> dict[tuple[ParagraphId, Digest], Digest]:
    found: dict[tuple[ParagraphId, Digest], Digest] = {}
    for version in dict.fromkeys(versions):
        read = meanings(house.vault.get(version))
        for id in wanted:
            one = read.get(DocumentParagraphId(id))
            if one is not None:
                found[id, Digest(one.digest)] = Digest(one.meaning)
    return found
