"""Puts the tags of a sentence into the bare words of its translation, where the words tell where.

A small word alignment of our own, for French and English: the same number, the same name, a word of
the same family by its letters (*mission*, *décision*), a function word by a short list; of several
that fit, the one that stands nearest to the same share of the sentence. It knows no dictionary, so
most verbs and half of the nouns stay without a partner. Hence it is strict: a tag is placed only
where the words at its edges have partners and nothing from outside falls between them; otherwise
``project`` gives None and the tags are for a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from locales import markup
from locales.markup import Split, TaggedText

FAMILY = 72
"""From which likeness (rapidfuzz, 0 to 100) two words without accents are of one family."""
REACH = 0.34
"""How far apart, in shares of the sentence, two partners may stand …"""
STEPS = 3
"""… or in words, for short sentences."""
_WORD = re.compile(r"[^\W_]+(?:[.,\u00a0\u202f]\d+)*")
_PAIRS = (
    "le the|la the|les the|l the|un a|un an|une a|une an|et and|ou or|de of|du of|des of|d of|"
    "à to|au to|aux to|dans in|en in|pour for|par by|avec with|sans without|sur on|nous we|"
    "notre our|nos our|vous you|votre your|vos your|ils they|elles they|il he|elle she|"
    "son its|sa its|ses its|leur their|leurs their|ce this|cette this|ces these|qui who|qui that|"
    "qui which|que that|tout all|tous all|toute all|toutes all|chaque each|est is|sont are|"
    "a has|ont have|ne not|pas not|plus more|moins less|très very|entre between|depuis since|"
    "conseil board|conseil council|école school|étudiants students|étudiant student|"
    "enseignement teaching|recherche research|savoir knowledge|santé health|droit law|loi act"
)
_KNOWN = frozenset(tuple(pair.split()) for pair in _PAIRS.split("|"))


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str


def project(source: TaggedText, words: str) -> TaggedText | None:
    """The words with the tags of the source in them; None where their places are not certain."""
    split = markup.split(source)
    if not split.tags:
        return markup.escape(words)
    ours, theirs = _tokens(split.text), _tokens(words)
    if not ours or not theirs:
        return None
    partners = _partners(ours, theirs)
    places = _places(split, words, ours, theirs, partners)
    if places is None:
        return None
    tags = [(at, tag) for at, (_, tag) in zip(places, split.tags, strict=True)]
    if sorted(tags, key=lambda one: one[0]) != tags:
        return _reordered(tags, words)
    return Split(words, tuple(tags)).join()


def _tokens(text: str) -> list[_Token]:
    return [_Token(*match.span(), match.group()) for match in _WORD.finditer(text)]


def _partners(ours: Sequence[_Token], theirs: Sequence[_Token]) -> dict[int, int]:
    """The partner of each of our words, best pairs first; a word has one partner at most."""
    scored = []
    for one, mine in enumerate(ours):
        for other, yours in enumerate(theirs):
            score = _likeness(mine.word, yours.word)
            apart = abs((one + 0.5) / len(ours) - (other + 0.5) / len(theirs))
            near = apart <= REACH or abs(one - other) <= STEPS
            if score and (near or score == 1):
                scored.append((score - apart, one, other))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, one, other in sorted(scored, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if one not in found and other not in taken:
            found[one] = other
            taken.add(other)
    return found


@lru_cache(maxsize=20_000)
def _likeness(one: str, other: str) -> float:
    """1 for the same number or name, 0.8 for a family, 0.5 for a function word, 0 for strangers."""
    if any(map(str.isdigit, one)) or any(map(str.isdigit, other)):
        return float(re.sub(r"\D", "", one) == re.sub(r"\D", "", other) != "")
    plain, others = _bare(one), _bare(other)
    if (one.lower(), other.lower()) in _KNOWN or (other.lower(), one.lower()) in _KNOWN:
        return 0.5
    if min(len(plain), len(others)) < 4:
        return float(plain == others and one[:1].isupper() and other[:1].isupper())
    if plain == others:
        return 1.0
    alike = fuzz.ratio(plain, others) >= FAMILY and plain[:2] == others[:2]
    return 0.8 if alike else 0.0


@lru_cache(maxsize=20_000)
def _bare(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _places(
    split: Split,
    words: str,
    ours: Sequence[_Token],
    theirs: Sequence[_Token],
    partners: dict[int, int],
) -> list[int] | None:
    """The offset of each tag in the words; None where one is not certain."""
    places: list[int] = [-1] * len(split.tags)
    opened: list[int] = []
    for number, (at, tag) in enumerate(split.tags):
        if tag.startswith("<g"):
            opened.append(number)
        elif tag == "</g>":
            start = opened.pop()
            span = _span(split.tags[start][0], at, split.text, words, ours, theirs, partners)
            if span is None:
                return None
            places[start], places[number] = span
        else:
            place = _point(at, split.text, words, ours, theirs, partners)
            if place is None:
                return None
            places[number] = place
    return places


def _span(
    start: int,
    end: int,
    text: str,
    words: str,
    ours: Sequence[_Token],
    theirs: Sequence[_Token],
    partners: dict[int, int],
) -> tuple[int, int] | None:
    """Where a pair of tags around ``text[start:end]`` belongs."""
    inside = [place for place, one in enumerate(ours) if one.start >= start and one.end <= end]
    if not inside:
        return None
    if inside[0] == 0 and inside[-1] == len(ours) - 1:
        first, last = 0, len(theirs) - 1
    else:
        found = [partners[place] for place in inside if place in partners]
        if inside[0] not in partners or inside[-1] not in partners:
            return None
        first, last = min(found), max(found)
        outside = {other for one, other in partners.items() if one not in inside}
        if outside & set(range(first, last + 1)):
            return None
    before = text[start : ours[inside[0]].start]
    behind = text[ours[inside[-1]].end : end]
    opening = _back_over(words, theirs[first].start, before)
    return opening, _on_over(words, theirs[last].end, behind)


def _point(
    at: int,
    text: str,
    words: str,
    ours: Sequence[_Token],
    theirs: Sequence[_Token],
    partners: dict[int, int],
) -> int | None:
    """Where a tag that stands alone belongs: by the word before it, else by the one behind it."""
    before = [place for place, one in enumerate(ours) if one.end <= at]
    after = [place for place, one in enumerate(ours) if one.start >= at]
    if len(before) + len(after) != len(ours):
        return None
    if not before:
        return 0 if at == 0 else _back_over(words, theirs[0].start, text[at : ours[0].start])
    gap = text[ours[before[-1]].end : at]
    if not after:
        return _on_over(words, theirs[-1].end, gap)
    if before[-1] in partners:
        return _on_over(words, theirs[partners[before[-1]]].end, gap)
    if after[0] in partners:
        behind = text[at : ours[after[0]].start]
        return _back_over(words, theirs[partners[after[0]]].start, behind)
    return None


def _on_over(words: str, at: int, gap: str) -> int:
    """Go on over the marks and spaces that stand behind the word in the source too."""
    while gap and at < len(words) and _same_kind(words[at], gap[0]):
        at, gap = at + 1, gap[1:]
    return at


def _back_over(words: str, at: int, gap: str) -> int:
    """Go back over the marks and spaces that stand before the word in the source too."""
    while gap and at > 0 and _same_kind(words[at - 1], gap[-1]):
        at, gap = at - 1, gap[:-1]
    return at


def _same_kind(one: str, other: str) -> bool:
    return one == other or (one.isspace() and other.isspace())


def _reordered(tags: Sequence[tuple[int, str]], words: str) -> TaggedText | None:
    """Join tags whose places changed order, where only whole pairs and lone tags did."""
    groups: list[list[tuple[int, str]]] = []
    depth = 0
    for at, tag in tags:
        if depth == 0:
            groups.append([])
        groups[-1].append((at, tag))
        depth += tag.startswith("<g")
        depth -= tag == "</g>"
    groups.sort(key=lambda group: (group[0][0], group[-1][0]))
    flat = [one for group in groups for one in group]
    if sorted(flat, key=lambda one: one[0]) != flat:
        return None
    return Split(words, tuple(flat)).join()
