"""Consistency: one sentence one translation, and what the memory offered was looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from locales import markup
from locales.checks.base import Check, DocumentCheck, Finding, Pair
from locales.errors import N_
from locales.normal import normal, words
from locales.units import OriginKind, State, TranslationUnit


class FuzzyUnedited(Check):
    """The translation of a similar sentence was taken as it was."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare the translation with what the memory offered for a sentence that differs."""
        unit = pair.unit
        if unit is None or unit.state is State.INITIAL or not pair.target_text.strip():
            return
        target = normal(pair.target_text)
        taken = [
            offer.score for offer in unit.offers if normal(markup.plain(offer.target)) == target
        ]
        if unit.origin.kind is OriginKind.FUZZY:
            taken.append(unit.origin.score or 0)
        if taken and max(taken) < 100:
            yield self.finding(
                N_(
                    "This is the translation of a sentence that is {score} % alike, unchanged. "
                    "See what differs."
                ),
                score=max(taken),
            )


class InconsistentTarget(DocumentCheck):
    """The same sentence is translated in several ways."""

    def look(self, units: Sequence[TranslationUnit]) -> Iterator[Finding]:
        """Group by source."""
        for unit, others in _differing(units, lambda one: one.source, lambda one: one.target or ""):
            yield self.finding(
                unit,
                N_("The same sentence is translated otherwise elsewhere: “{other}”."),
                other=others,
            )


class InconsistentSource(DocumentCheck):
    """Different sentences have the same translation."""

    def look(self, units: Sequence[TranslationUnit]) -> Iterator[Finding]:
        """Group by translation."""
        for unit, others in _differing(units, lambda one: one.target or "", lambda one: one.source):
            yield self.finding(
                unit, N_("Another sentence has the same translation: “{other}”."), other=others
            )


Side = Callable[[TranslationUnit], str]


def _differing(
    units: Sequence[TranslationUnit], by: Side, other: Side
) -> Iterator[tuple[TranslationUnit, str]]:
    """Units that are equal on one side and not on the other, with one of the other texts."""
    groups: dict[str, dict[str, list[TranslationUnit]]] = defaultdict(lambda: defaultdict(list))
    for unit in units:
        text = normal(markup.plain(by(unit)))
        if unit.target and len(words(text)) >= 2:
            groups[text][normal(markup.plain(other(unit))).lower()].append(unit)
    for group in groups.values():
        if len(group) < 2:
            continue
        for place, found in enumerate(group.values()):
            far = next(one for at, one in enumerate(group.values()) if at != place)
            for unit in found:
                yield unit, markup.plain(other(far[0]))
