"""Turns a certified pair round, where a board amends the language that was the translation's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from approvals import events as ev
from approvals.dossier import Dossier
from approvals.names import ParagraphId
from documents.segments import extract
from flows.house import House
from flows.keeping import keep_units, units
from locales.segmentation import cutter
from locales.units import TranslationUnit


def turned(house: House, dossier: Dossier) -> tuple[ev.PairText, ...]:
    """Give the units of the pair from target to source, kept in the vault.

    A paragraph is left out whose translation is not cut where its source is: it has as many
    sentences in both languages or it is translated anew.
    """
    opened, target = dossier.opened, dossier.target
    if opened is None or target is None:
        return ()
    digests = {one.id: one.digest for one in target.paragraphs}
    found = []
    for one in extract(house.vault.get(target.version), cutter(opened.target)):
        id = ParagraphId(one.id)
        pair = dossier.pairs.get(id)
        known = units(house.vault, pair.units) if pair else ()
        if id in digests and known and [unit.target for unit in known] == list(one.segments):
            found.append(ev.PairText(id, digests[id], keep_units(house.vault, _turned(known))))
    return tuple(found)


def _turned(known: Sequence[TranslationUnit]) -> list[TranslationUnit]:
    """Give each sentence from its translation to itself; what was said of the translation goes."""
    return [
        replace(
            unit,
            source=unit.target or "",
            target=unit.source,
            offers=(),
            findings=(),
            kept=False,
            waived=(),
        )
        for unit in known
    ]
