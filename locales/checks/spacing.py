"""French spacing: no plain space, and no missing one, where French has a no-break space."""

from __future__ import annotations

import re
from collections.abc import Iterator

from locales import markup
from locales.checks.base import Check, Finding, Pair
from locales.errors import N_

_SPACED = re.compile(r"[;:!?«»%‰€$£]|\d[ \u00a0\u202f\u2009]\d")
"""Without one of these there is no space to set that this check speaks of."""
_AFTER_ABBREVIATION = re.compile(r"(?<=[.°§e])\u00a0")


class FrenchSpacing(Check):
    """The spaces of a French translation are not those of its typographic profile.

    Which of the no-break spaces stands there does not count, only that one does; the one between
    an abbreviation and its number is good to have and not asked for.
    """

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Set the text and see whether its spaces change."""
        if pair.target_language != "fr" or not _SPACED.search(pair.target_text):
            return
        fix = pair.typeset
        if (
            fix is not None
            and fix != pair.target
            and _gaps(markup.plain(fix)) != _gaps(pair.target_text)
        ):
            yield self.finding(
                N_(
                    "The French spacing is not right. No-break spaces are missing, or plain ones "
                    "stand in their place."
                ),
                fix=fix,
            )


def _gaps(text: str) -> str:
    """The text with one sort of no-break space and without what else typography changes."""
    even = text.replace("\u202f", "\u00a0").replace("\u2009", "\u00a0")
    even = _AFTER_ABBREVIATION.sub(" ", even)
    return even.replace("’", "'").replace("…", "...").replace("«", '"').replace("»", '"')
