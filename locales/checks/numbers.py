"""Numbers: the translation has those of the source, written as its language writes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from locales.checks.base import Check, Finding, Pair, Severity
from locales.errors import N_
from locales.figures import figures

_TIME = {
    "fr": re.compile(r"\b\d{1,2}[ \u00a0\u202f]?h(?:[ \u00a0\u202f]?\d{2})?\b|\b\d{1,2}:\d{2}\b"),
    "en": re.compile(
        r"\b\d{1,2}(?::\d{2})?[ \u00a0\u202f]?[ap]\.?m\b\.?|\b\d{1,2}:\d{2}\b", re.IGNORECASE
    ),
}
_ROMAN = re.compile(r"\b[IVXLC]+(?=\b|[eᵉ])")
_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_NAMES = {
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    " vingt trente quarante cinquante soixante cent une premier première second seconde",
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen twenty thirty forty fifty sixty hundred first second",
}
_TENS = (*range(1, 17), 20, 30, 40, 50, 60, 100)
_VALUES = {"fr": (*_TENS, 1, 1, 1, 2, 2), "en": (*_TENS, 1, 2)}
_WORDS = {
    language: dict(zip(names.split(), map(str, _VALUES[language]), strict=True))
    for language, names in _NAMES.items()
}
_TIMES = re.compile(r"[\s\u00a0\u202f]*(thousand|mille|million|milliard|billion)", re.IGNORECASE)
_POWERS = {"thousand": 3, "mille": 3, "million": 6, "milliard": 9, "billion": 9}
_MONTHS = {
    month: str(number)
    for names in (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "january february march april may june july august september october november december",
    )
    for number, month in enumerate(names.split(), 1)
}
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")


class Numbers(Check):
    """A number of the source is missing, or there is one that it does not have.

    Both at once is a changed number and blocks. Words, ordinals in Roman figures and names of
    months count as numbers where they make up for one; times of day are not compared.
    """

    sometimes = "warning; blocking where one number stands for another"

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare the values on both sides."""
        source = _values(pair.source_text, pair.source_language)
        target = _values(pair.target_text, pair.target_language)
        missing, extra = source - target, target - source
        if missing:
            missing -= _said(pair.target_text, pair.target_language)
        if extra:
            extra -= _said(pair.source_text, pair.source_language)
        if _digits(missing) == _digits(extra):
            # "N-1,2-diéthyle": the same digits, taken for a decimal number on one side.
            return
        if missing and extra:
            yield self.finding(
                N_("The source has {missing} where the translation has {extra}. Set it right."),
                severity=Severity.BLOCKING,
                missing=_listed(missing),
                extra=_listed(extra),
            )
        elif missing:
            yield self.finding(
                N_("Numbers of the source are missing: {missing}."), missing=_listed(missing)
            )
        elif extra:
            yield self.finding(
                N_("There are numbers that the source does not have: {extra}."),
                extra=_listed(extra),
            )


def _values(text: str, language: str) -> Counter[str]:
    if not _DIGIT.search(text):
        return Counter()
    hours = _TIME.get(language)
    bare = hours.sub(" ", text) if hours else text
    values: Counter[str] = Counter()
    for figure in figures(bare, language):
        value = figure.value.lstrip("0") or "0"
        times = _TIMES.match(bare, figure.end)
        if times and value.count(".") < 2:
            value = f"{Decimal(value).scaleb(_POWERS[times[1].lower()]):f}"
        values[value.rstrip("0").rstrip(".") if "." in value else value] += 1
    return values


def _said(text: str, language: str) -> Counter[str]:
    """The numbers that a text says in another way than in Arabic figures."""
    said = Counter(str(_roman(match.group())) for match in _ROMAN.finditer(text))
    named = _WORDS.get(language, {})
    for word in _WORD.findall(text.lower()):
        value = named.get(word) or _MONTHS.get(word)
        if value:
            said[value] += 1
    return said


def _roman(text: str) -> int:
    values = [_DIGITS[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )


def _digits(values: Counter[str]) -> list[str]:
    return sorted(digit for value in values.elements() for digit in value if digit.isdigit())


def _listed(values: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(values.elements()))
