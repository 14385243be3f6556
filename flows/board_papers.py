"""Writes the papers of a session to a folder: the minutes, and the certified extract."""

from __future__ import annotations

from pathlib import Path

from approvals import workdays
from approvals.errors import N_, GuardError
from approvals.handlers import board as handlers
from approvals.names import ENGLISH, FRENCH, Digest, Language, PersonId
from documents import writer
from documents.minutes import minutes
from flows.board_facts import minutes_facts
from flows.extract_paper import ExtractWords, possible
from flows.house import House
from flows.minutes_paper import minutes_paper
from flows.stages.publish import write
from flows.vouching import vouched

BOTH = (FRENCH, ENGLISH)


def minutes_of(house: House, dossier_id: str) -> dict[Language, bytes]:
    """Write the minutes of a dossier's session in both languages."""
    dossier = house.dossier(dossier_id)
    names = {id: who.name for id, who in house.contacts().items()}
    texts = tuple(vouched(house, dossier))
    return {
        language: minutes(
            minutes_paper(minutes_facts(dossier, names, house.note, language, texts), language)
        )
        for language in BOTH
    }


def write_minutes(house: House, dossier_id: str, out: Path) -> list[Path]:
    """Write the minutes to a folder, one file a language."""
    return _written(out, dossier_id, "minutes", minutes_of(house, dossier_id))


def extract_of(house: House, dossier_id: str, by: PersonId) -> dict[Language, bytes]:
    """Write an extract of the resolution in both languages, for the secretary to certify."""
    dossier = house.dossier(dossier_id)
    opened, draft, target = dossier.opened, dossier.draft, dossier.target
    if not possible(dossier) or opened is None or draft is None or target is None:
        raise GuardError(
            "extract:resolution",
            N_(
                "The resolution is not written yet, so there is nothing to extract from. "
                "The house writes it after adoption."
            ),
        )
    names = {id: who.name for id, who in house.contacts().items()}
    editions = {opened.source: draft.version, opened.target: target.version}
    day = workdays.day(house.now())
    return {
        language: writer.paper(
            ExtractWords(dossier, names, language, secretary=names.get(by, ""), day=day).paper(
                house.vault.get(editions[language])
            )
        )
        for language in BOTH
    }


def certify_extract(
    house: House, dossier_id: str, out: Path, *, by: PersonId, key: str
) -> list[Path]:
    """Write an extract, record that it was certified, and lay it out in a folder."""
    made = extract_of(house, dossier_id, by)
    kept = {language: Digest(house.vault.put(data)) for language, data in made.items()}
    handlers.certify_extract(
        handlers.CertifyExtract(
            dossier=dossier_id, by=by, key=key, fr=kept[FRENCH], en=kept[ENGLISH]
        ),
        house.office,
    )
    return _written(out, dossier_id, "extract", made)


def _written(out: Path, dossier_id: str, kind: str, made: dict[Language, bytes]) -> list[Path]:
    files = {out / f"{dossier_id}.{kind}.{language}.docx": data for language, data in made.items()}
    for path, data in files.items():
        write(path, data)
    return list(files)
