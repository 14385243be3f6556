"""Characters: nothing that no reader sees, and accents that every search finds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from locales import markup
from locales.checks.base import Check, Finding, Pair, Severity
from locales.errors import N_

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")


class ControlCharacters(Check):
    """A control character, or the mark of a letter that was lost on the way (U+FFFD)."""

    severity = Severity.BLOCKING
    fixed = True

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Look for them in the translation; the mend takes them out."""
        if found := _CONTROL.search(pair.target_text):
            yield self.finding(
                N_("There is a control or lost character ({code}). Type the word again."),
                code=f"U+{ord(found.group()):04X}",
                fix=_without(_CONTROL, pair.target),
            )


class InvisibleCharacters(Check):
    """A zero-width or direction character that the source does not have."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Look for those that the source has not; the mend takes them out."""
        if pair.target_text.isascii():
            return
        found = _INVISIBLE.search(pair.target_text)
        if found and found.group() not in pair.source_text:
            yield self.finding(
                N_("There is an invisible character ({code}). Delete it."),
                code=f"U+{ord(found.group()):04X}",
                fix=_without(_INVISIBLE, pair.target),
            )


class Decomposed(Check):
    """Accents are stored apart from their letters (no NFC), so that searches miss the word."""

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare with Unicode's composed form, which is the mend."""
        if not unicodedata.is_normalized("NFC", pair.target):
            yield self.finding(
                N_("Accents are stored apart from their letters. Take the mended text."),
                fix=unicodedata.normalize("NFC", pair.target),
            )


def _without(pattern: re.Pattern[str], target: str) -> str | None:
    return pattern.sub("", target) if markup.well_formed(pattern.sub("", target)) else None
