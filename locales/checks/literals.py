"""Literals: web and mail addresses and placeholders stay as they are, letter by letter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from locales.checks.base import Check, Finding, Pair, Severity
from locales.errors import N_

_ADDRESS = re.compile(
    r"\b(?:https?|ftp)://[^\s<>«»“”\"]+|\bwww\.[^\s<>«»“”\"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
_PLACEHOLDER = re.compile(r"\{\{?[\w.]*\}?\}|%\([\w.]+\)[sdf]|(?<!\d)%[sd]\b|\$\{\w+\}")
_LANGUAGE = re.compile(r"(?<=[/._=-])(?:fr|en)(?=[/._&?#-]|$)|^(?:fr|en)(?=\.)")


class Literals(Check):
    """An address differs by more than the language that it names."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare the addresses on both sides."""
        wanted, given = _addresses(pair.source_text), _addresses(pair.target_text)
        if missing := wanted - given:
            yield self.finding(
                N_("Addresses of the source are missing or changed: {addresses}."),
                addresses=tuple(sorted(missing)),
            )
        elif extra := given - wanted:
            yield self.finding(
                N_("There are addresses that the source does not have: {addresses}."),
                addresses=tuple(sorted(extra)),
            )


def _addresses(text: str) -> Counter[str]:
    if "://" not in text and "www." not in text and "@" not in text:
        return Counter()
    return Counter(
        _LANGUAGE.sub("xx", match.group().rstrip(".,;:!?)]’'")) for match in _ADDRESS.finditer(text)
    )


class Placeholders(Check):
    """A placeholder that a program fills ({name}, %s) is missing, changed or too much."""

    severity = Severity.BLOCKING

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare the placeholders on both sides."""
        if not any(sign in text for text in (pair.source, pair.target) for sign in "{%$"):
            return
        wanted = Counter(_PLACEHOLDER.findall(pair.source_text))
        given = Counter(_PLACEHOLDER.findall(pair.target_text))
        if wanted != given:
            yield self.finding(
                N_("Placeholders differ from the source’s: {placeholders}. Copy them as they are."),
                placeholders=tuple(sorted(((wanted - given) + (given - wanted)).keys())),
            )
