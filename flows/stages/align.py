"""The alignment stage: make the translated edition from certified paragraphs, and the pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from approvals import events as ev
from approvals import policy
from approvals.handlers import drafts
from approvals.names import Digest, ParagraphId
from documents.digest import text_digest
from documents.segments import extract, merge
from documents.tags import TaggedText
from documents.wml import ParagraphId as SegmentId
from documents.wml import Story
from flows.house import House
from flows.keeping import units
from locales.segmentation import cutter
from locales.units import TranslationUnit


def run(house: House, dossier_id: str) -> str:
    """Merge, digest, record; certified pairs go back into the memory."""
    dossier = house.dossier(dossier_id)
    opened, draft = dossier.opened, dossier.draft
    if opened is None or draft is None:
        return "no draft"
    certified = [
        unit
        for pair in policy.translatable(dossier).values()
        for unit in units(house.vault, pair.units)
    ]
    targets = {
        (SegmentId(unit.paragraph), unit.index): TaggedText(unit.target)
        for unit in certified
        if unit.target is not None
    }
    source = house.vault.get(draft.version)
    cut = cutter(opened.source)
    targets |= _title(source, cut, certified)
    edition = merge(source, targets, opened.target, cut=cut)
    texts = text_digest(edition)
    house.memory.learn(certified, opened.source, opened.target, dossier=dossier_id, at=house.now())
    drafts.record_pair(
        drafts.RecordPair(
            dossier=dossier_id,
            by=ev.SYSTEM,
            key=f"{dossier_id}:align:{dossier.version}",
            draft=draft.text,
            version=Digest(house.vault.put(edition)),
            text=Digest(texts.document),
            paragraphs=tuple(
                ev.ParagraphText(ParagraphId(one.id), Digest(one.digest))
                for one in texts.paragraphs
            ),
        ),
        house.office,
    )
    return f"{len(targets)} segments joined"


def _title(
    source: bytes, cut: Callable[[str], Sequence[int]], certified: Iterable[TranslationUnit]
) -> dict[tuple[SegmentId, int], TaggedText]:
    """Translate the document’s title, which no page shows, from the same sentence in its text."""
    known = {unit.source: unit.target for unit in certified if unit.target is not None}
    return {
        (one.id, index): TaggedText(known[text])
        for one in extract(source, cut)
        if one.story is Story.TITLE
        for index, text in enumerate(one.segments)
        if text in known
    }
