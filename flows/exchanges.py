"""Sentences on their way to a translator's own tools, and a person's work on its way back.

``export`` writes a dossier's sentences as XLIFF or as a table for Word. ``bring`` holds a file that
came back to the dossier as it is now and proposes what it can, by the same act as every other door;
a paragraph goes whole or not at all, and everything in one act. Nothing is certified here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from approvals import policy
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.names import ParagraphId, PersonId
from documents import worktable
from documents.segments import extract
from documents.tags import TaggedText
from documents.wml import Kind, Story
from documents.wml import ParagraphId as WordId
from documents.worktable import WorkRow, Worktable
from flows import acts, weighing
from flows.house import House
from flows.vouching import drafted_by, state_of
from locales import checks, exchange, xliff
from locales.catalog import say
from locales.exchange import ExchangeError, Note, Outcome, Report, Row, Sheet
from locales.segmentation import cutter
from locales.units import ORIGIN_NAMES, OriginKind, State, TranslationUnit


class Format(StrEnum):
    """What a dossier's sentences are written as."""

    XLIFF2 = "xliff2"
    XLIFF1 = "xliff1"
    OMEGAT = "omegat"
    """XLIFF 1.2 with the source in every target, which is what OmegaT translates."""
    DOCX = "docx"


_KINDS: Mapping[Kind, str] = {
    Kind.HEADING: N_("Heading"),
    Kind.LIST: N_("List item"),
    Kind.QUOTE: N_("Quotation"),
    Kind.CELL: N_("Table cell"),
}
_STORIES: Mapping[Story, str] = {
    Story.HEADER: N_("Header"),
    Story.FOOTER: N_("Footer"),
    Story.FOOTNOTE: N_("Footnote"),
    Story.ENDNOTE: N_("Endnote"),
    Story.TEXT_BOX: N_("Text box"),
    Story.TITLE: N_("Title of the document"),
}
_LANGUAGE_NAMES: Mapping[str, str] = {"fr": N_("French"), "en": N_("English")}
Marks = dict[tuple[str, int], tuple[str, ...]]
"""What a sentence is and that a machine wrote its translation, by paragraph and index."""

_DIGITS = 8
"""Digits of a source's digest in the table, where the source itself is compared too."""


class IncompleteImportError(GuardError):
    """A file holds something that cannot be taken, and the person wants all of it or nothing."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a file: the report, and the act where there was one.

    ``lost`` are the paragraphs that lose their certificate by it.
    """

    dossier: str
    report: Report
    proposal: acts.Proposal | None
    lost: tuple[ParagraphId, ...] = ()


def export(house: House, dossier_id: str, format: Format, language: str) -> bytes:
    """Write the sentences of a dossier; ``language`` is that of the remarks beside them.

    Raises ``GuardError`` where the translation has not been prepared yet.
    """
    sheet, marks = _sheet(house, dossier_id, language)
    if format is Format.DOCX:
        return worktable.write(_table(sheet, marks, house.dossier(dossier_id), language))
    version = xliff.Version.V2 if format is Format.XLIFF2 else xliff.Version.V1
    return xliff.write(sheet, version, copied=format is Format.OMEGAT)


def _sheet(house: House, dossier_id: str, language: str) -> tuple[Sheet, Marks]:
    """The sentences with our remarks, and those that no format may leave out."""
    dossier = house.dossier(dossier_id)
    opened, draft = dossier.opened, dossier.draft
    units = _units(house, dossier)
    if opened is None or draft is None or not units:
        raise GuardError(
            "exchange:prepared",
            N_("There is no sentence to export yet. Hand the draft over to translation first."),
            dossier=dossier_id,
        )
    numbers = acts.paragraph_numbers(dossier)
    kinds = {
        one.id: _STORIES.get(one.story) or _KINDS.get(one.kind)
        for one in extract(house.vault.get(draft.version), cutter(opened.source))
    }
    states = {str(id): state_of(dossier, pair) for id, pair in policy.translatable(dossier).items()}
    rows = []
    marks: Marks = {}
    for unit in units:
        kind = kinds.get(WordId(unit.paragraph))
        remarks = [say(kind, language)] if kind else []
        if unit.origin.kind in (OriginKind.FUZZY, OriginKind.MACHINE):
            remarks.append(say(ORIGIN_NAMES[unit.origin.kind], language))
        if unit.origin.drafted:
            edited = unit.origin.kind is OriginKind.PERSON
            remarks.append(drafted_by((unit.origin.drafted,), edited, language))
        marks[unit.paragraph, unit.index] = tuple(remarks)
        if unit.target is not None and unit.state is State.INITIAL:
            remarks += [
                say(finding.message, language, **finding.data)
                for finding in checks.run(
                    unit,
                    opened.source,
                    opened.target,
                    glossary=house.glossary,
                    profile=house.settings.typography,
                    severities=weighing.severities(dossier.checks),
                )
            ]
        name = f"{numbers.get(ParagraphId(unit.paragraph), '–')}.{unit.index + 1}"
        rows.append(exchange.row(_standing(unit, states), name=name, notes=remarks))
    return Sheet(dossier_id, opened.source, opened.target, tuple(rows)), marks


def _standing(unit: TranslationUnit, states: Mapping[str, State]) -> TranslationUnit:
    """The unit in the state that its paragraph has; what is put in place is not accepted."""
    return replace(unit, state=states.get(unit.paragraph, unit.state))


def _units(house: House, dossier: Dossier) -> list[TranslationUnit]:
    return [
        unit
        for pair in policy.translatable(dossier).values()
        for unit in acts.units(house.vault, pair.units)
    ]


def _table(sheet: Sheet, marks: Marks, dossier: Dossier, language: str) -> Worktable:
    source, target = sheet.source_language, sheet.target_language
    title = getattr(dossier.opened.title, source) if dossier.opened else sheet.dossier
    return Worktable(
        reference=f"{sheet.dossier}:{source}:{target}",
        title=str(title),
        lines=(
            say(
                "Write in the third column. Leave the first two as they are: changed rows are not "
                "taken.",
                language,
            ),
            say(
                "Grey marks such as ⟦1⟧ and ⟦/1⟧ stand around words with a formatting or link of "
                "their own, ⟦2/⟧ for a note or a field. Copy each of them once into the "
                "translation.",
                language,
            ),
        ),
        labels=(
            "§",
            say(_LANGUAGE_NAMES[source], language),
            say(_LANGUAGE_NAMES[target], language),
            say("Note", language),
        ),
        language=language,
        source=source,
        target=target,
        rows=tuple(
            WorkRow(
                f"{row.id}/{row.digest[:_DIGITS]}",
                "\n".join((row.name, *marks[row.paragraph, row.index])),
                TaggedText(row.source),
                None if row.target is None else TaggedText(row.target),
            )
            for row in sheet.rows
        ),
    )


def read(data: bytes, name: str) -> Sheet:
    """Read a file that came back, XLIFF or a Word table.

    Raises ``ExchangeError`` and ``DocumentError``.
    """
    if not data.startswith(b"PK"):
        return xliff.read(data, name)
    came = worktable.read(data)
    dossier, _, languages = came.reference.partition(":")
    source, _, target = languages.partition(":")
    rows: list[Row] = []
    strange = list(came.strange)
    for one in came.rows:
        id, _, digest = one.key.partition("/")
        at = exchange.place(id)
        if at is None or len(digest) != _DIGITS:
            strange.append(one.key)
            continue
        notes = (Note(one.note.strip()),) if one.note.strip() else ()
        rows.append(Row(*at, one.source, one.target, digest=digest, notes=notes))
    return Sheet(dossier, source, target, tuple(rows), tuple(strange))


def compare(house: House, sheet: Sheet) -> Report:
    """Hold a file that came back to its dossier as it is now. Raises ``ExchangeError``."""
    dossier = house.dossier(sheet.dossier)
    opened = dossier.opened
    if opened is None:
        raise ExchangeError(N_("There is no draft yet. Submit one first."))
    return exchange.compare(
        _units(house, dossier),
        sheet,
        opened.source,
        opened.target,
        glossary=house.glossary,
        profile=house.settings.typography,
        severities=weighing.severities(dossier.checks),
    )


def bring(
    house: House,
    sheet: Sheet,
    *,
    by: PersonId,
    accept: bool = False,
    strict: bool = False,
    key: str | None = None,
) -> Brought:
    """Propose what a file that came back holds, in one act.

    ``accept`` takes prefilled translations that stand unchanged in the file; ``strict`` takes all
    of the file or nothing. Raises ``IncompleteImportError`` and what the handlers raise.
    """
    report = compare(house, sheet)
    if strict and not report.clean:
        bad = report.of(*exchange.BAD, Outcome.UNKNOWN)
        raise IncompleteImportError(
            "exchange:strict",
            N_(
                "Sentences of the file that cannot be taken: {count}. So nothing was taken. "
                "Correct them and bring the file again."
            ),
            count=len(bad) + len(report.strange),
        )
    dossier = house.dossier(sheet.dossier)
    pairs = policy.translatable(dossier)
    wanted = dict.fromkeys(ParagraphId(id) for id in report.paragraphs)
    vouched = set(report.targets)
    if accept:
        bad_paragraphs = {line.paragraph for line in report.of(*exchange.BAD)}
        for line in report.of(Outcome.UNCHANGED):
            pair = pairs.get(ParagraphId(line.paragraph))
            if line.paragraph not in bad_paragraphs and pair and pair.proposed_by is None:
                wanted.setdefault(ParagraphId(line.paragraph))
                vouched.add((line.paragraph, line.index))
    if not wanted:
        return Brought(sheet.dossier, report, None)
    sources = {(line.paragraph, line.index): line.source for line in report.lines}

    def translate(unit: TranslationUnit) -> str | None:
        at = unit.paragraph, unit.index
        if at in sources and exchange.even(unit.source) != exchange.even(sources[at]):
            return None
        if at in report.targets:
            return report.targets[at]
        return unit.target if at in vouched or unit.state is not State.INITIAL else None

    proposal = acts.propose(house, sheet.dossier, by=by, translate=translate, only=wanted, key=key)
    lost = tuple(id for id in proposal.proposed if pairs[id].certified_by is not None)
    return Brought(sheet.dossier, report, proposal, lost)
