"""Brings a sentence that the memory knows to the one that was looked up, and scores the likeness.

Scores are in per cent: 100 the same text and tags, 98 the same but for numbers that could be
replaced, 97 the same but for its tags, else the likeness of the characters (Indel ratio, rapidfuzz)
without counting numbers that could be replaced. Where numbers differ and cannot be replaced safely
the score stays below the one from which a translation is prefilled. ``locales.memory`` finds the
rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from locales import figures, markup
from locales.markup import TaggedText
from locales.normal import normal
from locales.units import OriginKind

THRESHOLD = 75
"""Per cent below which a similar sentence is not offered."""

PREFILL = 95
"""Per cent from which a similar sentence's translation is put in place for a person to accept."""

_NUMBERS_ONLY = 98
_TAGS_ONLY = 97
_UNSURE = PREFILL - 1

Row = tuple[int, str, str, int | None, int | None, str, str, str, str]
"""Unit, source, target, keys of the neighbours, origin, author, date, dossier."""


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of words in which the sentence looked up differs from the one known."""

    old: str
    new: str

    @property
    def same(self) -> bool:
        """Whether nothing changed here."""
        return self.old == self.new


@dataclass(frozen=True, slots=True)
class Match:
    """A known sentence and its translation, brought to the tags and numbers of the one looked up.

    ``score`` is in per cent; ``origin``, ``author``, ``at`` (ISO 8601) and ``dossier`` are those
    of the memory's unit.
    """

    kind: OriginKind
    score: int
    source: TaggedText
    target: TaggedText
    difference: tuple[Change, ...]
    origin: str
    author: str
    at: str
    dossier: str


@dataclass(frozen=True, slots=True)
class Query:
    """A sentence to look up: tagged, plain, in normal form, and the two languages."""

    text: TaggedText
    plain: str
    normal: str
    source: str
    target: str


def _fitted(query: Query, source: TaggedText, target: TaggedText) -> tuple[TaggedText, bool]:
    """The translation with the tags of the sentence looked up, and whether they are the same.

    Where its tags are others, those of the translation go: a person places the sentence's own.
    """
    kinds = [_kind(match) for match in markup.TAG.finditer(source)]
    wanted = [_kind(match) for match in markup.TAG.finditer(query.text)]
    if kinds != wanted:
        return markup.escape(markup.plain(target)), False
    numbers = {
        (old[0] or old[2]): (new[0] or new[2])
        for old, new in zip(markup.TAG.findall(source), markup.TAG.findall(query.text), strict=True)
        if not old[1]
    }
    return markup.renumber(target, numbers), True


def _kind(match: re.Match[str]) -> str:
    return match.group()[:3]


def exact(query: Query, row: Row, context: tuple[int | None, ...]) -> Match:
    """The same sentence; in context where both neighbours (their keys) are the same too."""
    _, source, target, before, after, *_ = row
    fitted, same = _fitted(query, source, target)
    in_context = None not in context and context == (before, after)
    kind = OriginKind.ICE if in_context else OriginKind.EXACT
    if not same:
        return _match(row, OriginKind.FUZZY, _TAGS_ONLY, fitted)
    return _match(row, kind, 100, fitted)


def similar(query: Query, row: Row) -> Match:
    """A similar sentence with the numbers of the one looked up, where that is safe."""
    _, source, target, *_ = row
    known = markup.plain(source)
    even = normal(known)
    fitted, _ = _fitted(query, source, target)
    split = markup.split(fitted)
    edits = figures.substitute(query.plain, known, split.text, (query.source, query.target))
    if edits is None:
        score = min(_UNSURE, int(fuzz.ratio(query.normal, even)))
    else:
        fitted = split.edit(edits).join()
        masks = figures.mask(query.normal, query.source), figures.mask(even, query.source)
        score = min(_NUMBERS_ONLY, int(fuzz.ratio(*masks)))
    return _match(row, OriginKind.FUZZY, score, fitted)


def compared(query: Query, match: Match) -> Match:
    """A match with its difference, which is worked out only for those that are given."""
    even = normal(markup.plain(match.source))
    return (
        match if even == query.normal else replace(match, difference=difference(even, query.normal))
    )


def _match(row: Row, kind: OriginKind, score: int, target: TaggedText) -> Match:
    return Match(kind, score, row[1], target, (), row[5], row[6], row[7], row[8])


def difference(old: str, new: str) -> tuple[Change, ...]:
    """The stretches of words that two plain texts share and those in which they differ."""
    before, after = old.split(), new.split()
    changes = [
        Change(
            " ".join(before[part.src_start : part.src_end]),
            " ".join(after[part.dest_start : part.dest_end]),
        )
        for part in Indel.opcodes(before, after)
    ]
    merged: list[Change] = []
    for change in changes:
        if merged and not merged[-1].same and not change.same:
            last = merged.pop()
            change = Change(f"{last.old} {change.old}".strip(), f"{last.new} {change.new}".strip())
        merged.append(change)
    return tuple(merged)
