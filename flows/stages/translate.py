"""The translation stage: look up every paragraph that has no translation yet; accept nothing."""

from __future__ import annotations

import sys

import structlog

from approvals import events as ev
from approvals import policy
from approvals.handlers import drafts
from approvals.names import ParagraphId
from approvals.policy import Stage
from approvals.store.progress import Tell, telling
from documents.segments import extract
from flows import weighing
from flows.house import House
from flows.keeping import keep_units, units
from locales import engines, pipeline
from locales.segmentation import cutter

log = structlog.get_logger("enonce.translate")


def run(house: House, dossier_id: str) -> str:
    """Prepare the draft's translation and give a line for the run's log."""
    dossier = house.dossier(dossier_id)
    opened, draft = dossier.opened, dossier.draft
    if opened is None or draft is None:
        return "no draft"
    wanted = set(policy.untranslated(dossier))
    paragraphs = [
        pipeline.SourceParagraph(one.id, one.segments)
        for one in extract(house.vault.get(draft.version), cutter(opened.source))
    ]
    previous = {
        (unit.paragraph, unit.index): unit
        for pair in dossier.pairs.values()
        for unit in units(house.vault, pair.units or pair.before)
    }
    with telling(house.store, house.clock, dossier_id, Stage.TRANSLATE) as tell:
        made = pipeline.translate(
            paragraphs,
            opened.source,
            opened.target,
            memory=house.memory,
            glossary=house.glossary,
            engine=engines.create(house.settings.engine) if house.settings.engine else None,
            consent=engines.Consent(house.allowed(opened.confidentiality)),
            profile=house.settings.typography,
            severities=weighing.severities(dossier.checks),
            previous=previous,
            on_engine_error=lambda fault: log.warning("engine", dossier=dossier_id, exc_info=fault),
            answers=house.answers if house.settings.engine else None,
            progress=lambda done, of: _told(dossier_id, done, of, tell),
        )
    prepared = [unit for unit in made if unit.paragraph in wanted]
    tally = pipeline.tally(prepared)
    drafts.record_translation(
        drafts.RecordTranslation(
            dossier=dossier_id,
            by=ev.SYSTEM,
            key=f"{dossier_id}:translate:{dossier.version}",
            text=draft.text,
            paragraphs=tuple(
                ev.PairText(
                    ParagraphId(id),
                    dossier.pairs[ParagraphId(id)].source,
                    keep_units(house.vault, [unit for unit in prepared if unit.paragraph == id]),
                )
                for id in policy.untranslated(dossier)
            ),
            counts=ev.Counts(
                exact=tally.ice + tally.exact,
                fuzzy=tally.fuzzy,
                machine=tally.machine,
                kept=tally.kept,
                missing=tally.missing,
            ),
        ),
        house.office,
    )
    return f"{len(prepared)} segments: {tally}"


def _told(dossier_id: str, done: int, of: int, tell: Tell) -> None:
    """Say how far the engine is: at the desk, in the log, in Prefect's task where there is one."""
    tell(done, of)
    log.info("engine", dossier=dossier_id, done=done, of=of)
    travel = sys.modules.get("flows.travel")
    if travel is not None:
        travel.note("%s: %d of %d sentences", dossier_id, done, of)
