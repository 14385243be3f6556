"""Offers the glossary's word where a machine wrote another one for a term.

For engines that take no glossary with the request, and for what they miss all the same. What the
machine writes for a term is found by having it translate the term alone; where that stands once in
the sentence, the sentence with the glossary's word in its place is offered beside the machine's, if
the check then finds nothing any more. Nothing is changed: an article or an agreement may have to
change with the word, and that is for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from locales import checks, markup, typography
from locales.engines import terms
from locales.glossary import Glossary, Status, Term, wanted
from locales.units import Offer, TranslationUnit

MENDED = frozenset({"missing-term", "do-not-translate"})
"""The checks whose findings are mended."""
DETAIL = "glossary"
"""What such an offer says of where it comes from."""

Ask = Callable[[Sequence[str]], Sequence[str]]
"""Gives the engine's translation of plain words, "" where there is none."""


def mend(
    units: Sequence[TranslationUnit],
    source_lang: str,
    target_lang: str,
    glossary: Glossary,
    profile: str,
    ask: Ask,
) -> tuple[TranslationUnit, ...]:
    """The units, those of a machine that miss a term with an offer that has it, if there is one."""
    open_ = [unit for unit in units if _misses(unit)]
    if not open_:
        return tuple(units)
    known = dict(terms.of(glossary, source_lang, target_lang).entries)
    needs = {
        id(unit): tuple(_needs(unit, source_lang, target_lang, glossary, known)) for unit in open_
    }
    texts = list(dict.fromkeys(text for some in needs.values() for text, _ in some))
    given = dict(zip(texts, ask(texts), strict=True)) if texts else {}

    def offered(unit: TranslationUnit) -> TranslationUnit:
        target = unit.target or ""
        for text, right in needs.get(id(unit), ()):
            wrong = markup.plain(given[text]).strip().rstrip(".")
            target = terms.mended(target, wrong, right) or target
        if target == unit.target:
            return unit
        target = typography.typeset(target, target_lang, profile)
        tried = replace(unit, target=target)
        before, after = (_count(one, source_lang, target_lang, glossary) for one in (unit, tried))
        if after >= before:
            return unit
        return replace(unit, offers=(Offer(unit.source, target, 100, DETAIL), *unit.offers))

    return tuple(offered(unit) for unit in units)


def _misses(unit: TranslationUnit) -> bool:
    return (
        unit.origin.machine
        and not unit.kept
        and not MENDED.isdisjoint(unit.findings)
        and markup.well_formed(unit.target or "")
    )


def _needs(
    unit: TranslationUnit,
    source_lang: str,
    target_lang: str,
    glossary: Glossary,
    known: dict[str, str],
) -> Iterator[tuple[str, str]]:
    """The terms of the source as they stand there, each with the word that the glossary wants."""
    text = markup.plain(unit.source)
    for found, some in wanted(glossary.hits(text, source_lang)):
        right = known.get(found) or _rendering(some, found, target_lang)
        if right:
            yield found, right


def _rendering(some: Sequence[Term], found: str, target_lang: str) -> str:
    for term in some:
        if term.status is Status.DO_NOT_TRANSLATE:
            return term.in_(target_lang) or found
    return next((term.in_(target_lang) for term in some if term.in_(target_lang)), "")


def _count(unit: TranslationUnit, source_lang: str, target_lang: str, glossary: Glossary) -> int:
    found = checks.run(unit, source_lang, target_lang, glossary=glossary)
    return sum(one.check in MENDED for one in found)
