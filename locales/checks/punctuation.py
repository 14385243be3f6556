"""Punctuation: ends, brackets, quotation marks, double spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from locales import markup
from locales.checks.base import Check, Finding, Pair
from locales.errors import N_

_SPACES = re.compile(r"(?<=\S) {2,}(?=\S)")
_CLOSING = " \u00a0\u202f»”’\"')]}"
_SENTENCE = ".!?…"
_ENUMERATION = re.compile(r"(?:^|[^\w(])[\w.]{1,9}\)$|[)\d][a-z]\)$")


class EndPunctuation(Check):
    """One side ends a sentence, or announces something, and the other does not."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare the last marks; a list may use commas on one side and semicolons on the other."""
        wanted, given = _end(pair.source_text), _end(pair.target_text)
        if wanted != given and pair.target_text.strip():
            yield self.finding(
                N_("The source ends with “{source}” and the translation with “{target}”."),
                source=pair.source_text.rstrip()[-1:],
                target=pair.target_text.rstrip()[-1:],
            )


def _end(text: str) -> str:
    last = text.rstrip(_CLOSING)[-1:]
    if last in ("!", "?"):
        return last
    if last and last in _SENTENCE:
        return "."
    return ":" if last == ":" else ""


class Brackets(Check):
    """A bracket is not closed in the translation although they all are in the source."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Count the brackets on both sides."""
        if _open_brackets(pair.target_text) and not _open_brackets(pair.source_text):
            yield self.finding(N_("A bracket is not closed, or not opened."))


def _open_brackets(text: str) -> bool:
    if not any(letter in text for letter in "()[]{}"):
        return False
    depth: list[str] = []
    for place, letter in enumerate(text):
        if letter in "([{":
            depth.append(letter)
        elif not depth and letter == ")" and _ENUMERATION.search(text[: place + 1]):
            continue
        elif letter in ")]}" and (not depth or "([{".index(depth.pop()) != ")]}".index(letter)):
            return True
    return bool(depth)


class Quotes(Check):
    """Quotation marks do not match: a quotation is opened on one side only, or not closed.

    A quotation may go over several sentences, so what counts is that both sides open and close
    alike.
    """

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare how many quotations are opened and closed."""
        wanted, given = _quotes(pair.source_text), _quotes(pair.target_text)
        if wanted[0] - wanted[1] != given[0] - given[1]:
            yield self.finding(N_("Quotation marks do not open and close as in the source."))


def _quotes(text: str) -> tuple[int, int]:
    straight = text.count('"')
    opened = text.count("«") + text.count("“") + text.count("„") + (straight + 1) // 2
    return opened, text.count("»") + text.count("”") + (straight + 1) // 2


class DoubleSpaces(Check):
    """There are two spaces between words where the source has one."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Look for them; the mend leaves one."""
        if not _SPACES.search(pair.target_text) or _SPACES.search(pair.source_text):
            return
        fix = None
        if markup.well_formed(pair.target):
            split = markup.split(pair.target)
            fix = split.edit([(*one.span(), " ") for one in _SPACES.finditer(split.text)]).join()
        yield self.finding(N_("There are several spaces between two words."), fix=fix)
