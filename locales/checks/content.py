"""Content: nothing is left empty, untranslated, cut short or turned into its contrary."""

from __future__ import annotations

import re
from collections.abc import Iterator

from locales.checks.base import Check, Finding, Pair, Severity
from locales.errors import N_
from locales.normal import COMMON, normal, words

_SAYS_NO = {
    "fr": re.compile(
        r"\b(?:ne|n['’])\s*(?:\w+\W+){1,4}?(?:pas|jamais|aucune?s?|rien|nullement)\b"
        r"|\b(?:aucune?|jamais)\b[^.;:]*\b(?:ne|n['’])",
        re.IGNORECASE,
    ),
    "en": re.compile(r"\b(?:not|never|cannot)\b|n['’]t\b", re.IGNORECASE),
}
_NEGATIVE = {
    "fr": re.compile(
        r"\b(?:ne|ni|non|sans|pas|jamais|aucune?s?|rien|nul(?:le)?s?|sauf|except\w+|hors"
        r"|hormis|moins|faute|défaut|absence|dépourvu\w*|refus\w*|exclu\w*|interdi\w*"
        r"|contraire\w*|autre\w*|seul\w*|plus|manqu\w*|omi[st]\w*|cess\w*|empêch\w*|contest\w*"
        r"|inchangé\w*|inf[oé]\w*|échou\w*|privé\w*|outre|jusqu\w*|avant|même|malgré)\b"
        r"|\bn['’]|\b(?:in|im|ir|il|mé|dé)\w{5,}|\banorm\w+|\batypi\w+|\bapatri\w+",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:not?|none|nor|neither|never|cannot|without|nothing|nobody|unless|except\w*"
        r"|exclu\w*|other|only|fail\w*|lack\w*|refus\w*|prohibit\w*|den[iy]\w*|absen\w*"
        r"|cease\w*|until|before|any|despite|less|prevent\w*|omit\w*|free|instead|rather"
        r"|beyond|however|contrary|exempt\w*)\b"
        r"|n['’]t\b|\b(?:un|in|im|ir|il|non|dis|mis)-?\w{4,}",
        re.IGNORECASE,
    ),
}

_TYPOGRAPHY = 8
"""Characters by which two texts that differ in typography alone may differ in length."""


class Empty(Check):
    """The translation has no text where the source has."""

    severity = Severity.BLOCKING
    fixed = True

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Look for any text at all."""
        if pair.source_text.strip() and not pair.target_text.strip():
            yield self.finding(N_("The translation is empty."))


class SameAsSource(Check):
    """The translation is the source. Names, codes and words common to both languages are not."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare the words that are not names."""
        if abs(len(pair.source_text) - len(pair.target_text)) > _TYPOGRAPHY:
            return
        text = normal(pair.source_text)
        if len(words(text)) < 3 or text != normal(pair.target_text):
            return
        small = [word for word in text.split() if word.islower()]
        if len(small) >= 2 or COMMON.get(pair.source_language, frozenset()).intersection(small):
            yield self.finding(N_("The translation is the same as the source. Translate it."))


class LengthRatio(Check):
    """The translation is so long or short that something was left out or added."""

    SHORT = 30
    """Characters up to which lengths say nothing."""
    RANGE = (0.45, 2.2)
    """What a translation measures between French and English, in characters per character."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare the lengths in characters."""
        length, other = len(pair.source_text.strip()), len(pair.target_text.strip())
        if not other or max(length, other) <= self.SHORT or not length:
            return
        if not self.RANGE[0] <= other / length <= self.RANGE[1]:
            yield self.finding(
                N_(
                    "The translation has {target} characters for the source’s {source}. "
                    "See whether something is missing or too much."
                ),
                source=length,
                target=other,
            )


class NegationLost(Check):
    """The source says no and nothing in the translation does."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Look for a negation on both sides; any word that can carry one counts."""
        says_no = _SAYS_NO.get(pair.source_language)
        negative = _NEGATIVE.get(pair.target_language)
        if says_no is None or negative is None or not pair.target_text.strip():
            return
        found = says_no.search(pair.source_text)
        if found and not negative.search(pair.target_text):
            yield self.finding(
                N_("The source has a negation (“{words}”) and the translation has none."),
                words=found.group(),
            )
