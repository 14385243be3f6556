"""Terms: the translation uses the institution's words and none that the glossary forbids."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from locales.checks.base import Check, Finding, Pair, Severity
from locales.errors import N_
from locales.glossary import Status, Term, TermHit, wanted

_ACRONYM = re.compile(r"\b(?:[^\W\d_]\.){2,}|\b[A-ZÀ-Þ]{2,}s?\b")
_ROMAN = re.compile(r"[IVXLCDM]+")


class MissingTerm(Check):
    """A term of the source is translated otherwise than the glossary says."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Look for any of the renderings that the glossary has for each term found."""
        hits = pair.glossary.hits(pair.source_text, pair.source_language)
        if not hits:
            return
        given = {hit.term for hit in pair.glossary.hits(pair.target_text, pair.target_language)}
        renderings = {term.in_(pair.target_language).lower() for term in given}
        told: set[str] = set()
        for text, terms in wanted(hits):
            terms = tuple(one for one in terms if one.status is not Status.DO_NOT_TRANSLATE)
            names = _names(terms, pair.target_language)
            if not names or names[0] in told or renderings & {name.lower() for name in names}:
                continue
            told.add(names[0])
            yield self.finding(
                N_("The glossary has “{rendering}” for “{term}”."), rendering=names[0], term=text
            )


def _names(terms: tuple[Term, ...], language: str) -> tuple[str, ...]:
    """The renderings of terms, the preferred one first."""
    ordered = sorted(terms, key=lambda term: term.status is not Status.PREFERRED)
    return tuple(dict.fromkeys(name for term in ordered if (name := term.in_(language))))


class ForbiddenTerm(Check):
    """The translation uses a term that the glossary forbids.

    In a line with both languages the forbidden one is the term that no other line allows; a line
    for another term of the source says nothing about this sentence.
    """

    severity = Severity.BLOCKING

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Look for forbidden terms, each named once."""
        language = pair.target_language
        allowed = {
            term.in_(language).lower()
            for term in pair.glossary.terms
            if term.status is not Status.FORBIDDEN
        }
        told: set[str] = set()
        hits: tuple[TermHit, ...] | None = None
        for hit in pair.glossary.hits(pair.target_text, language):
            term = hit.term
            name = term.in_(language)
            if term.status is not Status.FORBIDDEN or name.lower() in allowed or name in told:
                continue
            if term.in_(pair.source_language):
                if hits is None:
                    hits = pair.glossary.hits(pair.source_text, pair.source_language)
                if all(other.term != term for other in hits):
                    continue
            told.add(name)
            yield self.finding(
                N_("The glossary forbids “{term}” here. {note}"), term=hit.text, note=term.note
            )


class DoNotTranslate(Check):
    """A name that stays as it is has been changed."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Look for the names of the source in the translation, as the glossary writes them."""
        for text, terms in wanted(pair.glossary.hits(pair.source_text, pair.source_language)):
            for term in terms:
                name = term.in_(pair.target_language) or text
                if term.status is Status.DO_NOT_TRANSLATE and not _stands(name, pair.target_text):
                    yield self.finding(N_("“{term}” stays as it is."), term=name)


def _stands(name: str, text: str) -> bool:
    """Say whether a name stands in a text as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


class Acronyms(Check):
    """The source has acronyms for which the translation has neither themselves nor others."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare how many there are; in a text all in capitals none can be told."""
        if pair.source_text.isupper() or pair.target_text.isupper():
            return
        wanted, given = _acronyms(pair.source_text), _acronyms(pair.target_text)
        missing, other = wanted - given, given - wanted
        if missing.total() > other.total() and pair.target_text.strip():
            yield self.finding(
                N_("Acronyms of the source are missing: {acronyms}."),
                acronyms=tuple(sorted(missing)),
            )


def _acronyms(text: str) -> Counter[str]:
    found = (match.rstrip("s").replace(".", "") for match in _ACRONYM.findall(text))
    return Counter(one for one in found if not _ROMAN.fullmatch(one))
