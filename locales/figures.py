"""Finds the numbers in a text, as French and English write them, and writes them again.

A number's ``value`` is the same in both languages: "5 000,5" and "5,000.5" are both ``5000.5``.
Version and clause numbers ("2.0.1") keep their points. Words for numbers are left to people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from locales.catalog import number

_GAPS = " \u00a0\u202f\u2009"
_SHAPES = {
    "fr": re.compile(
        rf"(?<![\w.,])\d{{1,3}}(?:[{_GAPS}]\d{{3}})+(?:,\d+)?(?![\d])"
        r"|\d+(?:\.\d+)+|\d+,\d+|\d+"
    ),
    "en": re.compile(
        r"(?<![\w.,])\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?(?!\d)"
        r"|\d+(?:\.\d+)+|\d+"
    ),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text: its value as digits with a decimal point, and where it stands."""

    value: str
    start: int
    end: int


def figures(text: str, language: str) -> tuple[Figure, ...]:
    """The numbers of a plain text in their order."""
    shape = _SHAPES.get(language, _SHAPES["en"])
    return tuple(
        Figure(_value(match.group(), language), match.start(), match.end())
        for match in shape.finditer(text)
    )


def _value(text: str, language: str) -> str:
    for gap in _GAPS:
        text = text.replace(gap, "")
    return text.replace(",", ".") if language == "fr" else text.replace(",", "")


def mask(text: str, language: str) -> str:
    """The text with every number written as 0."""
    if not _DIGIT.search(text):
        return text
    return _SHAPES.get(language, _SHAPES["en"]).sub("0", text)


_DIGIT = re.compile(r"\d")


def write(value: str, like: str, language: str) -> str:
    """Write a value in a language, grouped where the number that it stands in for was grouped."""
    whole, point, decimals = value.partition(".")
    if "." in decimals:
        return value
    grouped = any(gap in like for gap in _GAPS) or (language == "en" and "," in like)
    if (grouped or (len(whole) > 4 and len(like) < 4)) and not whole.startswith("0"):
        whole = number(int(whole), language)
    return f"{whole}{',' if language == 'fr' else '.'}{decimals}" if point else whole


def substitute(
    source: str, known_source: str, known_target: str, languages: Sequence[str]
) -> tuple[tuple[int, int, str], ...] | None:
    """The edits that bring a known translation's numbers to those of a new source.

    None where that is not safe: other numbers of numbers, or one whose place in the translation is
    not certain. ``languages`` are those of source and target.
    """
    language, target_language = languages
    if not (_DIGIT.search(source) or _DIGIT.search(known_source)):
        return ()
    new = [figure.value for figure in figures(source, language)]
    old = [figure.value for figure in figures(known_source, language)]
    if new == old:
        return ()
    if len(new) != len(old):
        return None
    change: dict[str, str] = {}
    for before, after in zip(old, new, strict=True):
        if change.setdefault(before, after) != after:
            return None
    placed = figures(known_target, target_language)
    values = [figure.value for figure in placed]
    if any(
        values.count(before) != old.count(before)
        for before, after in change.items()
        if before != after
    ):
        return None
    return tuple(
        (
            figure.start,
            figure.end,
            write(change[figure.value], known_target[figure.start : figure.end], target_language),
        )
        for figure in placed
        if change.get(figure.value, figure.value) != figure.value
    )
