"""Tags: each of the source's stands once in the translation, nested alike."""

from __future__ import annotations

from collections.abc import Iterator

from locales import markup
from locales.checks.base import Check, Finding, Pair, Severity
from locales.errors import N_


class Tags(Check):
    """A tag is missing, too many, not closed, or inside another one than in the source."""

    severity = Severity.BLOCKING
    fixed = True

    def look(self, pair: Pair) -> Iterator[Finding]:
        """Compare the tags of both texts."""
        if "<" not in pair.source and "<" not in pair.target:
            return
        if not markup.well_formed(pair.target):
            yield self.finding(
                N_("A tag is not closed. Copy the tags from the source again."),
            )
            return
        wanted, given = markup.counts(pair.source), markup.counts(pair.target)
        if missing := wanted - given:
            yield self.finding(
                N_("Tags are missing: {tags}. Put them where they belong in the translation."),
                tags=tuple(sorted(missing)),
            )
        if extra := given - wanted:
            yield self.finding(
                N_("There are tags that the source does not have: {tags}. Take them out."),
                tags=tuple(sorted(extra)),
            )
        if not missing and not extra:
            inside, now = markup.parents(pair.source), markup.parents(pair.target)
            moved = tuple(sorted(tag for tag in inside if inside[tag] != now.get(tag)))
            if moved:
                yield self.finding(
                    N_("Tags stand inside other tags than in the source: {tags}. Nest them alike."),
                    tags=moved,
                )
