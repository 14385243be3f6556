"""Amounts: dates, percentages, currencies, and the way in which a language writes numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from locales.checks.base import Check, Finding, Pair
from locales.errors import N_

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "january february march april may june july august september october november december",
}
_NUMBER_OF = {
    language: {name: number for number, name in enumerate(names.split(), 1)}
    for language, names in _MONTHS.items()
}
_GAP = r"[ \u00a0\u202f]+"
_SPOKEN = {
    "fr": re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:er|ᵉʳ)?{_GAP}(?P<month>{'|'.join(_MONTHS['fr'].split())})"
        rf"(?:{_GAP}(?P<year>\d{{4}}))?"
    ),
    "en": re.compile(
        rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_GAP}(?:of{_GAP})?"
        rf"(?P<month>{'|'.join(_MONTHS['en'].split())})"
        rf"|(?P<month2>{'|'.join(_MONTHS['en'].split())}){_GAP}"
        r"(?P<day2>\d{1,2})(?:st|nd|rd|th)?(?!\d))"
        rf"(?:,?{_GAP}(?P<year>\d{{4}}))?"
    ),
}
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_DIGIT = re.compile(r"\d")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_PERCENT = re.compile(
    r"%|\bpour[ \u00a0]cent\b|\bper[ \u00a0]?cent\b|\bpercentage\b|\bpourcentages?\b", re.IGNORECASE
)
_CURRENCIES = {
    "EUR": re.compile(r"€|\beuros?\b|\bEUR\b", re.IGNORECASE),
    "USD": re.compile(r"\$|\bdollars?\b|\bUSD\b|\bCAD\b", re.IGNORECASE),
    "GBP": re.compile(r"£|\bGBP\b|\bpounds? sterling\b|\blivres? sterling\b", re.IGNORECASE),
    "CHF": re.compile(r"\bCHF\b|\bfrancs? suisses?\b|\bSwiss francs?\b", re.IGNORECASE),
}
_MONEY = re.compile(r"[€$£]|[Ee]uro|EUR|[Dd]ollar|USD|CAD|GBP|sterling|CHF|francs? suisse|Swiss")
"""Without one of these no currency is named."""
_ENGLISH_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d\.\d+(?= ?%)")
_FRENCH_NUMBER = re.compile(
    r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?(?![\d,])|\d,\d{1,2}(?= ?%)"
)

Date = tuple[int, int, int]
"""Year (0 where none is said), month, day."""


class Dates(Check):
    """A date says another day, month or year than in the source."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare the dates where both sides have as many."""
        wanted = _dates(pair.source_text, pair.source_language)
        given = _dates(pair.target_text, pair.target_language)
        if wanted and wanted.total() == given.total() and wanted != given:
            changed = sorted((given - wanted).elements())
            yield self.finding(
                N_("Dates differ from the source’s: {dates}."),
                dates=tuple(_said(date) for date in changed),
            )


def _dates(text: str, language: str) -> Counter[Date]:
    if not _DIGIT.search(text):
        return Counter()
    text = text.lower()
    found: Counter[Date] = Counter()
    for match in _SPOKEN.get(language, _SPOKEN["en"]).finditer(text):
        parts = match.groupdict()
        month = _NUMBER_OF[language][parts["month"] or parts.get("month2") or ""]
        day = int(parts["day"] or parts.get("day2") or 0)
        found[int(parts["year"] or 0), month, day] += 1
    for match in _SLASHED.finditer(text):
        found[int(match[3]), int(match[2]), int(match[1])] += 1
    for match in _ISO.finditer(text):
        found[int(match[1]), int(match[2]), int(match[3])] += 1
    return found


def _said(date: Date) -> str:
    year, month, day = date
    return f"{year:04}-{month:02}-{day:02}" if year else f"{month:02}-{day:02}"


class Percent(Check):
    """A percentage has lost its sign, or a plain number has got one."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Count the signs and the words on both sides."""
        if not pair.target_text.strip():
            return
        wanted, given = _percents(pair.source_text), _percents(pair.target_text)
        if wanted != given and (not wanted or not given):
            yield self.finding(
                N_("One side has percentages and the other has none. Set the signs right.")
            )


def _percents(text: str) -> int:
    return len(_PERCENT.findall(text)) if "%" in text or "cent" in text.lower() else 0


class Currency(Check):
    """An amount is in another currency than in the source."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare which currencies both sides name."""
        wanted, given = _currencies(pair.source_text), _currencies(pair.target_text)
        if wanted and given and wanted != given:
            yield self.finding(
                N_("The source is in {source} and the translation in {target}."),
                source=tuple(sorted(wanted)),
                target=tuple(sorted(given)),
            )


def _currencies(text: str) -> frozenset[str]:
    if not _MONEY.search(text):
        return frozenset()
    return frozenset(name for name, pattern in _CURRENCIES.items() if pattern.search(text))


class NumberFormat(Check):
    """A number is written as the source's language writes it: 5,000.5 in a French sentence."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Look for numbers copied letter by letter whose grouping or decimals are the source's."""
        foreign = {"fr": _ENGLISH_NUMBER, "en": _FRENCH_NUMBER}.get(pair.target_language)
        if foreign is None:
            return
        copied = [
            match.group()
            for match in foreign.finditer(pair.target_text)
            if match.group() in pair.source_text
        ]
        if copied:
            yield self.finding(
                N_("Write {numbers} as the translation’s language does."),
                numbers=tuple(dict.fromkeys(copied)),
            )
