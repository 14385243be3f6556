"""The resolution stage: write the resolution in both languages from the ballot's ledger."""

from __future__ import annotations

from approvals import events as ev
from approvals.handlers import publication
from approvals.names import ENGLISH, FRENCH, Digest
from documents import writer
from flows.house import House
from flows.resolution_paper import Wording
from flows.vouching import vouched


def run(house: House, dossier_id: str) -> str:
    """Write, keep and record both resolutions."""
    dossier = house.dossier(dossier_id)
    opened, draft, target = dossier.opened, dossier.draft, dossier.target
    if opened is None or draft is None or target is None:
        return "nothing adopted"
    editions = {opened.source: draft.version, opened.target: target.version}
    names = {id: who.name for id, who in house.contacts().items()}
    texts = vouched(house, dossier)
    kept = {}
    for language in (FRENCH, ENGLISH):
        edition = house.vault.get(editions[language])
        paper = Wording(dossier, names, language, texts).paper(edition)
        kept[language] = Digest(house.vault.put(writer.resolution(paper)))
    publication.record_resolution(
        publication.RecordResolution(
            dossier=dossier_id,
            by=ev.SYSTEM,
            key=f"{dossier_id}:resolution:{dossier.version}",
            fr=kept[FRENCH],
            en=kept[ENGLISH],
        ),
        house.office,
    )
    return f"resolution {dossier.result.number if dossier.result else ''}"
