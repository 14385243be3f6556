"""French spacing: no plain space, and no missing one, where French has a no-break space."""

from __future__ import annotations

import re
from collections.abc import Iterator

from locales import markup, typography
from locales.checks.base import Check, Finding, Pair
from locales.errors import N_

_AFTER_ABBREVIATION = re.compile(r"(?<=[.°§e])\u00a0")


class FrenchSpacing(Check):
    """The spaces of a French translation are not those of its typographic profile.

    Which of the no-break spaces stands there does not count, only that one does; the one between
    an abbreviation and its number is good to have and not asked for.
    """

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Set the text and see whether its spaces change."""
        if pair.target_language != "fr" or not markup.well_formed(pair.target):
            return
        fix = typography.typeset(pair.target, "fr", pair.profile)
        if _gaps(markup.plain(fix)) != _gaps(pair.target_text):
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
