"""Wording: the right language, whole words, as many sentences, no word twice, the same capitals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from locales import markup
from locales.checks.base import Check, Finding, Pair
from locales.errors import N_
from locales.normal import COMMON
from locales.segmentation import cutter

_WORD = re.compile(r"[^\W\d_]+")
_MARKED = re.compile(r"(?<![\w*@#])[*@#](?=[^\W\d_]{2})\w+")
_TWICE = re.compile(r"\b([^\W\d_]{2,})[ \u00a0\u202f]+\1\b", re.IGNORECASE)
_MAY_BE_TWICE = {
    "fr": frozenset({"nous", "vous", "si", "bonbon", "tam", "cahin", "un", "une"}),
    "en": frozenset({"had", "that", "is", "no", "do", "bye", "so"}),
}
_SENTENCE_END = re.compile(r"[.!?…][»”\"')\]\s\u00a0\u202f]*$")
_TYPED = re.compile(r"['\"]|\.\.\.")
_FIRST = re.compile(r"[^\W\d_]")


class WrongLanguage(Check):
    """The translation is in the source's language, or in no language that it should be in."""

    AT_LEAST = 4
    """Common words of the other language from which the check speaks."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Count each language's commonest words."""
        own = COMMON.get(pair.target_language, frozenset())
        other = COMMON.get(pair.source_language, frozenset())
        found = [word.lower() for word in _WORD.findall(pair.target_text)]
        foreign = sum(word in other for word in found)
        if foreign >= self.AT_LEAST and foreign > 2 * sum(word in own for word in found):
            yield self.finding(N_("The translation seems to be in the source’s language."))


class UnknownWordMarks(Check):
    """A machine marked a word that it does not know (``*word``, ``@word``, ``#word``)."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Look for marks that the source does not have."""
        found = [mark for mark in _MARKED.findall(pair.target_text) if mark not in pair.source_text]
        if found:
            yield self.finding(
                N_("A machine did not know these words: {words}. Translate them."),
                words=tuple(dict.fromkeys(found)),
            )


class SentenceCount(Check):
    """The translation has fewer sentences than the source, or more than one more."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Cut both sides into sentences."""
        if not pair.target_text.strip():
            return
        wanted = _sentences(pair.source_text, pair.source_language)
        given = _sentences(pair.target_text, pair.target_language)
        if given < wanted or given > wanted + 1:
            yield self.finding(
                N_(
                    "The source counts {source} sentences and the translation {target}. "
                    "See whether one is missing or too much."
                ),
                source=wanted,
                target=given,
            )


@cache
def _cutter_of(language: str) -> Callable[[str], Sequence[int]]:
    return cutter(language)


def _sentences(text: str, language: str) -> int:
    return 1 + len(_cutter_of(language)(text))


class DoubleWords(Check):
    """A word stands twice in a row, and the source has no such pair."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Look for them, but for those that a language doubles; the mend leaves one."""
        may = _MAY_BE_TWICE.get(pair.target_language, frozenset())
        found = [
            match
            for match in _TWICE.finditer(pair.target_text)
            if match[1].lower() not in may and not match[1].isupper()
        ]
        if not found or _TWICE.search(pair.source_text):
            return
        fix = None
        if markup.well_formed(pair.target):
            split = markup.split(pair.target)
            fix = split.edit([(one.end(1), one.end(), "") for one in found]).join()
        yield self.finding(N_("“{word}” stands twice in a row."), word=found[0][1], fix=fix)


class Capitals(Check):
    """One side begins with a capital and the other with a small letter, in a whole sentence."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare the first letters of sentences that end as such."""
        wanted, given = _FIRST.search(pair.source_text), _FIRST.search(pair.target_text)
        if wanted is None or given is None or wanted.start() > 3 or given.start() > 3:
            return
        if not (_SENTENCE_END.search(pair.source_text) and _SENTENCE_END.search(pair.target_text)):
            return
        if wanted.group().isupper() and given.group().islower():
            yield self.finding(N_("The sentence begins with a small letter."))
        elif wanted.group().islower() and given.group().isupper():
            yield self.finding(N_("The sentence begins with a capital, and the source’s does not."))


class FrenchSigns(Check):
    """A typewriter’s apostrophe, three points for an ellipsis, or straight quotation marks."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Set the French text and see whether signs, not spaces, change: the mend."""
        if pair.target_language != "fr" or not _TYPED.search(pair.target_text):
            return
        fix = pair.typeset
        if fix is not None and _signs(markup.plain(fix)) != _signs(pair.target_text):
            yield self.finding(
                N_("Typewriter signs stand for French ones (’ … « »). Take the mended text."),
                fix=fix,
            )


def _signs(text: str) -> str:
    return "".join(letter for letter in text if not letter.isspace())
