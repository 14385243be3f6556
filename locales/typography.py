"""Sets French as French is set: no-break spaces, guillemets, apostrophes, ellipses.

Three profiles: ``fr-FR-word`` (U+00A0 everywhere, as Word does), ``fr-FR-typo`` (U+202F before
``; ! ?``, the usage of the Imprimerie nationale), ``fr-CA`` (no space before ``; ! ?``, as the
Office québécois de la langue française says). Web and mail addresses, times and ratios are left
alone, and so are tags: only the text between them changes. English is left as it is. What a
person is told about spacing is in ``locales.checks.spacing``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from locales import markup
from locales.markup import TaggedText

NO_BREAK = "\u00a0"
NARROW = "\u202f"
_GAP = r"[ \u00a0\u202f\u2009]"

_PROTECTED = re.compile(
    r"\b(?:https?|ftp|mailto|urn|doi|tel)://?\S+|\bwww\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b(?:[\w-]+\.)+[a-z]{2,}/\S*|`[^`]*`|\d:\d|[A-Za-z]:\\\S*"
)
_NEEDS = frozenset("@/`\\:")
"""One of these is in everything that is protected."""
_MARK = re.compile(rf"(?P<gap>{_GAP}*)(?P<mark>[;:!?]+)(?=$|[\s\u00a0\u202f)\]}}»”\"’.,…])")
_OPEN = re.compile(rf"«{_GAP}*")
_CLOSE = re.compile(rf"{_GAP}*»")
_UNIT = re.compile(rf"(?<=\d){_GAP}*(?=%|‰)|(?<=\d){_GAP}+(?=[€$£](?!\w)|(?:k|M|Md)€)")
_GROUP = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?!\d)")
_ABBREVIATION = re.compile(
    r"(?:(?<!\w)(?:n°|nos|M\.|MM\.|Mme|Mmes|art\.|p\.|pp\.|chap\.|§)) (?=[\dA-ZÀ-Þ])"
)
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_ELLIPSIS = re.compile(r"(?<!\.)\.{3}(?!\.)")
_STRAIGHT = re.compile(r'"')


@dataclass(frozen=True, slots=True)
class Profile:
    """The spaces of one usage: before ``; ! ?``, before ``:``, inside « », in numbers."""

    high: str
    colon: str
    inside: str
    number: str
    percent: str


PROFILES = {
    "fr-FR-word": Profile(NO_BREAK, NO_BREAK, NO_BREAK, NO_BREAK, NO_BREAK),
    "fr-FR-typo": Profile(NARROW, NO_BREAK, NO_BREAK, NARROW, NARROW),
    "fr-CA": Profile("", NO_BREAK, NO_BREAK, NO_BREAK, NO_BREAK),
}
DEFAULT = "fr-FR-typo"

Edit = tuple[int, int, str]


def typeset(text: TaggedText, language: str, profile: str = DEFAULT) -> TaggedText:
    """The text as the language's typography has it; done twice it is done once.

    An unknown profile is the default one. Raises ``markup.MarkupError``.
    """
    if language != "fr":
        return text
    split = markup.split(text)
    spaces = PROFILES.get(profile, PROFILES[DEFAULT])
    for rule in (_letters, _guillemets, _spaces):
        edits = sorted(
            edit for edit in rule(split.text, spaces) if split.text[edit[0] : edit[1]] != edit[2]
        )
        split = split.edit(_apart(edits))
    return split.join()


def _apart(edits: list[Edit]) -> list[Edit]:
    """The edits without those that overlap one before."""
    kept: list[Edit] = []
    for edit in edits:
        if not kept or edit[0] >= kept[-1][1] > kept[-1][0] or edit[0] > kept[-1][1]:
            kept.append(edit)
    return kept


def _free(text: str) -> list[tuple[int, int]]:
    if _NEEDS.isdisjoint(text) and "www." not in text:
        return []
    return [match.span() for match in _PROTECTED.finditer(text)]


def _matches(
    pattern: re.Pattern[str], text: str, protected: list[tuple[int, int]]
) -> Iterator[re.Match[str]]:
    for match in pattern.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in protected):
            yield match


def _letters(text: str, spaces: Profile) -> Iterator[Edit]:
    if "'" not in text and "..." not in text:
        return
    protected = _free(text)
    for match in _matches(_APOSTROPHE, text, protected):
        yield *match.span(), "’"
    for match in _matches(_ELLIPSIS, text, protected):
        yield *match.span(), "…"


def _guillemets(text: str, spaces: Profile) -> Iterator[Edit]:
    """Straight quotation marks become guillemets where they come in pairs that are clear."""
    if '"' not in text:
        return
    found = list(_matches(_STRAIGHT, text, _free(text)))
    if not found or len(found) % 2 or "«" in text:
        return
    for place, match in enumerate(found):
        before = text[match.start() - 1 : match.start()]
        opens = not before or before.isspace() or before in "([’'"
        if opens is not (place % 2 == 0):
            return
    for place, match in enumerate(found):
        yield *match.span(), "»" if place % 2 else "«"


def _spaces(text: str, spaces: Profile) -> Iterator[Edit]:
    protected = _free(text)
    for match in _matches(_OPEN, text, protected):
        if match.end() < len(text):
            yield match.start() + 1, match.end(), spaces.inside
    for match in _matches(_CLOSE, text, protected):
        if match.start() > 0 and text[match.start() - 1] != "«":
            yield match.start(), match.end() - 1, spaces.inside
    for match in _matches(_MARK, text, protected):
        before = text[match.start() - 1 : match.start()] if match.start() else ""
        if before and not before.isspace() and before not in "([{«“‘;:!?\"'":
            mark = match["mark"][0]
            yield match.start(), match.end("gap"), spaces.colon if mark == ":" else spaces.high
    for match in _matches(_UNIT, text, protected):
        yield *match.span(), spaces.percent
    for match in _matches(_GROUP, text, protected):
        for gap in re.finditer(_GAP, match.group()):
            at = match.start() + gap.start()
            yield at, at + 1, spaces.number
    for match in _matches(_ABBREVIATION, text, protected):
        yield match.end() - 1, match.end(), NO_BREAK
