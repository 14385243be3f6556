"""Prepares a draft's translation: memory first, a machine second, a person's word last.

For each segment: what the draft before had, if the source says the same; else the memory in
context, then exact; else the most similar sentence of 95 per cent or more; else a machine, if one
is configured and allowed. All of it is only put in place, in the state ``initial``: a person
accepts it or writes something else, which is ``approvals``' business. Sentences of 75 per cent and
more are offered beside. The same inputs give the same units; ``flows`` keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from locales import checks, markup, mending, typography
from locales.engines import Consent, Engine, EngineError, Progress
from locales.glossary import Glossary
from locales.markup import TaggedText
from locales.matching import PREFILL, Match
from locales.memory import Memory
from locales.normal import normal, words
from locales.units import Offer, Origin, OriginKind, State, TranslationUnit

if TYPE_CHECKING:
    from locales.engines.ladder import Answer
    from locales.engines.store import Answers

TAGS_TO_PLACE = "tags-to-place"
"""The finding of a machine's translation whose tags stand at the end for a person to place."""
TAGS_ALIGNED = "tags-aligned"
"""The finding of a machine's translation into which we put the tags by the words beside them."""


@dataclass(frozen=True, slots=True)
class SourceParagraph:
    """A paragraph to translate: its id and its sentences."""

    id: str
    segments: tuple[TaggedText, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Where the targets of a draft came from, in segments."""

    ice: int = 0
    exact: int = 0
    fuzzy: int = 0
    machine: int = 0
    kept: int = 0
    missing: int = 0

    def __str__(self) -> str:
        return (
            f"{self.ice} in context, {self.exact} exact, {self.fuzzy} similar, "
            f"{self.machine} by machine, {self.kept} kept, {self.missing} missing"
        )


Previous = Mapping[tuple[str, int], TranslationUnit]


def translate(
    paragraphs: Sequence[SourceParagraph],
    source_lang: str,
    target_lang: str,
    *,
    memory: Memory,
    glossary: Glossary,
    engine: Engine | None = None,
    consent: Consent | None = None,
    profile: str = typography.DEFAULT,
    severities: checks.Severities | None = None,
    previous: Previous | None = None,
    on_engine_error: Callable[[EngineError], None] | None = None,
    answers: Answers | None = None,
    progress: Progress | None = None,
) -> tuple[TranslationUnit, ...]:
    """Prepare the units of a draft, in its order.

    ``severities`` are what a circuit makes of the checks.
    ``previous`` holds the units of the draft before by paragraph and index: where the source says
    the same (typography does not count), target, state and origin stay. An engine's failure is
    raised, or given to ``on_engine_error``, and then the segments that it did not answer wait for
    a person. ``answers`` keeps what the engine says; ``progress`` is told how far it is.
    """
    kept = _by_paragraph(previous or {})
    units: list[TranslationUnit] = []
    for paragraph, index, source, before, after in _in_context(paragraphs):
        unit = _kept(kept.get(paragraph, ()), paragraph, index, source)
        if unit is None:
            matches = memory.lookup(source, source_lang, target_lang, before, after)
            unit = _from_memory(paragraph, index, source, matches)
        units.append(unit)
    open_units = [unit for unit in units if unit.target is None]
    if engine is not None and open_units:
        try:
            given = engine.translate(
                [unit.source for unit in open_units],
                source_lang,
                target_lang,
                consent=consent or Consent(),
                glossary=glossary,
                answers=answers,
                progress=progress,
                on_fault=on_engine_error,
            )
        except EngineError as fault:
            if on_engine_error is None:
                raise
            on_engine_error(fault)
        else:
            units = _by_machine(units, given, engine.name)
    finished = [
        unit
        if unit.kept or unit.target is None
        else _finished(unit, source_lang, target_lang, glossary, profile, severities)
        for unit in units
    ]
    if engine is None:
        return tuple(finished)

    def alone(texts: Sequence[str]) -> list[str]:
        given = engine.translate(
            [markup.escape(text) for text in texts],
            source_lang,
            target_lang,
            consent=consent or Consent(),
            answers=answers,
            on_fault=lambda _: None,
        )
        return [one.text for one in given]

    return mending.mend(finished, source_lang, target_lang, glossary, profile, alone)


def tally(units: Iterable[TranslationUnit]) -> Counts:
    """Count where targets came from; a unit taken over from the draft before counts as kept."""
    counts = dict.fromkeys(Counts.__dataclass_fields__, 0)
    for unit in units:
        counts[_source_of(unit)] += 1
    return Counts(**counts)


def _source_of(unit: TranslationUnit) -> str:
    if unit.target is None:
        return "missing"
    if unit.kept or unit.origin.kind in (OriginKind.PERSON, OriginKind.NONE):
        return "kept"
    return unit.origin.kind.value


Placed = tuple[str, int, TaggedText, TaggedText, TaggedText]


def _in_context(paragraphs: Sequence[SourceParagraph]) -> list[Placed]:
    """Every segment with the sentences before and behind it; "" at the ends of the document."""
    flat = [
        (paragraph.id, index, source)
        for paragraph in paragraphs
        for index, source in enumerate(paragraph.segments)
    ]
    told = [place for place, (_, _, source) in enumerate(flat) if words(markup.plain(source))]
    befores, afters = [""] * len(flat), [""] * len(flat)
    for earlier, later in pairwise(told):
        afters[earlier] = flat[later][2]
        befores[later] = flat[earlier][2]
    return [(*one, befores[place], afters[place]) for place, one in enumerate(flat)]


def _by_paragraph(previous: Previous) -> Mapping[str, Sequence[TranslationUnit]]:
    found: dict[str, list[TranslationUnit]] = {}
    for (paragraph, _), unit in sorted(previous.items()):
        found.setdefault(paragraph, []).append(unit)
    return found


def _kept(
    known: Sequence[TranslationUnit], paragraph: str, index: int, source: TaggedText
) -> TranslationUnit | None:
    """The unit of the draft before that says the same, wherever it stood in the paragraph."""
    even = _even(source)
    same = [unit for unit in known if unit.target is not None and _even(unit.source) == even]
    if not same:
        return None
    unit = min(same, key=lambda unit: (abs(unit.index - index), unit.index))
    return replace(unit, paragraph=paragraph, index=index, source=source, kept=True)


def _even(text: TaggedText) -> tuple[str, tuple[str, ...]]:
    return normal(markup.plain(text)), tuple(match.group() for match in markup.TAG.finditer(text))


def _from_memory(
    paragraph: str, index: int, source: TaggedText, matches: Sequence[Match]
) -> TranslationUnit:
    offers = tuple(
        Offer(match.source, match.target, match.score, match.dossier or match.origin)
        for match in matches
    )
    if not matches:
        if not words(markup.plain(source)):
            # Numbers, dashes and objects alone are the same in both languages.
            origin = Origin(OriginKind.EXACT, 100)
            return TranslationUnit(paragraph, index, source, source, State.INITIAL, origin)
        return TranslationUnit(paragraph, index, source)
    best = matches[0]
    if best.score < PREFILL:
        return TranslationUnit(paragraph, index, source, offers=offers)
    return TranslationUnit(
        paragraph,
        index,
        source,
        best.target,
        State.INITIAL,
        Origin(best.kind, best.score, best.dossier or best.origin, _drafter(best)),
        offers if best.score < 100 or len(offers) > 1 else (),
    )


def _drafter(match: Match) -> str:
    """The engine that wrote what a person certified as it was, as the memory knows it."""
    return (match.author or match.origin) if match.origin == OriginKind.MACHINE else ""


def _by_machine(
    units: Sequence[TranslationUnit], answers: Sequence[Answer], engine: str
) -> list[TranslationUnit]:
    left = iter(answers)
    return [
        unit if unit.target is not None else _answered(unit, next(left), engine) for unit in units
    ]


def _answered(unit: TranslationUnit, answer: Answer, engine: str) -> TranslationUnit:
    if not markup.plain(answer.text).strip():
        return unit
    origin = Origin(OriginKind.MACHINE, detail=engine)
    findings = {"attached": (TAGS_TO_PLACE,), "aligned": (TAGS_ALIGNED,)}.get(answer.tags, ())
    return replace(unit, target=answer.text, origin=origin, findings=findings)


def _finished(
    unit: TranslationUnit,
    source_lang: str,
    target_lang: str,
    glossary: Glossary,
    profile: str,
    severities: checks.Severities | None,
) -> TranslationUnit:
    """The unit with its target typeset and what the checks find in it."""
    target = unit.target or ""
    if markup.well_formed(target):
        unit = replace(unit, target=typography.typeset(target, target_lang, profile))
    found = checks.run(
        unit,
        source_lang,
        target_lang,
        glossary=glossary,
        profile=profile,
        severities=severities,
    )
    ids = dict.fromkeys((*unit.findings, *(finding.check for finding in found)))
    return replace(unit, findings=tuple(ids))
