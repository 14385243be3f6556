"""Which mark a numbered paragraph carries: a bullet, or a number as Word counts it.

Follows numbers to their abstract definitions, with overrides and linked list styles, and counts in
reading order. It knows nothing of HTML; ``preview`` writes the lists.

Source: ECMA-376 part 1, clause 17.9 (numbering), 17.18.59 (number formats).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from documents.wml import PPR, VAL, Element, w
from documents.wordfile import WordFile

DEEPEST = 9
"""Word has nine levels; what a file says beyond them is taken as the ninth."""

_LARGEST = 100_000
_TYPES = {
    "decimal": "1",
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
}
_UNCOUNTED = frozenset({"bullet", "none"})
_PLACE = re.compile(r"%([1-9])")
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


@dataclass(frozen=True, slots=True)
class Marker:
    """The mark of one paragraph.

    ``kind`` is empty for a bullet, else the ``type`` of an HTML list (``1 a A i I``); ``label`` is
    the number as Word writes it (``2.1``), empty for a bullet; ``list`` tells lists apart.
    """

    kind: str
    value: int
    label: str
    list: str

    @property
    def plain(self) -> bool:
        """Whether a browser's own numbering says the same as the label."""
        return (
            not self.kind or re.fullmatch(r"[\divxlcdmIVXLCDMa-zA-Z]+[.)]?", self.label) is not None
        )


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


_NO_LEVEL = _Level("bullet", "", 1)


class Numbering:
    """Counts the numbered paragraphs of one file, asked in reading order."""

    def __init__(self, word: WordFile) -> None:
        self._styles = word.styles
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._linked: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[str] = set()
        part = word.related("numbering")
        root = word.tree(part) if part is not None else None
        for element in root if root is not None else ():
            if element.tag == w("abstractNum"):
                self._read_abstract(element)
            elif element.tag == w("num"):
                self._read_number(element)

    def _read_abstract(self, element: Element) -> None:
        name = element.get(w("abstractNumId"), "")
        link = element.find(w("numStyleLink"))
        if link is not None:
            self._linked[name] = link.get(VAL, "")
        self._levels[name] = {
            _integer(level.get(w("ilvl"))): _Level(
                _value(level, "numFmt", "decimal"),
                _value(level, "lvlText", ""),
                _integer(_value(level, "start", "1")),
            )
            for level in element.findall(w("lvl"))
        }

    def _read_number(self, element: Element) -> None:
        starts = {
            _integer(one.get(w("ilvl"))): _integer(_value(one, "startOverride", ""))
            for one in element.findall(w("lvlOverride"))
            if one.find(w("startOverride")) is not None
        }
        self._lists[element.get(w("numId"), "")] = (_value(element, "abstractNumId", ""), starts)

    def marker(self, paragraph: Element) -> Marker | None:
        """Count a paragraph and give its mark; None for one that no list numbers."""
        ppr, style = paragraph.find(PPR), self._styles.of(paragraph)
        own = ppr.find(w("numPr")) if ppr is not None else None
        number = _value(own, "numId", "") if own is not None else ""
        number = number or style.number or ""
        if number in ("", "0") or number not in self._lists:
            return None
        said = _value(own, "ilvl", "") if own is not None else ""
        level = min(_integer(said) if said else style.list_level or 0, DEEPEST - 1)
        return self._count(number, max(0, level))

    def _count(self, number: str, level: int) -> Marker:
        abstract, starts = self._lists[number]
        linked = self._lists.get(self._styles.get(self._linked.get(abstract)).number or "")
        if linked is not None:
            abstract = linked[0]
        levels, counts = self._levels.get(abstract, {}), self._counts[abstract]
        if number not in self._begun:
            self._begun.add(number)
            for at in starts:
                counts.pop(at, None)
        here = levels.get(level, _NO_LEVEL)
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        first = starts.get(level, here.start)
        counts[level] = min(counts[level] + 1 if level in counts else first, _LARGEST)
        for above in range(level):
            counts.setdefault(above, starts.get(above, levels.get(above, _NO_LEVEL).start))
        if here.format in _UNCOUNTED:
            return Marker("", 0, "", number)

        def shown(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            written = levels.get(at, _NO_LEVEL).format if at != level else here.format
            return _written(counts.get(at, 1), written)

        label = _PLACE.sub(shown, here.text[:200]).strip()
        return Marker(_TYPES.get(here.format, "1"), counts[level], label, number)


def _value(element: Element, name: str, default: str) -> str:
    found = element.find(w(name))
    return found.get(VAL, default) if found is not None else default


def _integer(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else 0


def _written(value: int, how: str) -> str:
    match how:
        case "lowerLetter" | "upperLetter" if 0 < value <= 26 * 30:
            letters = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
            return letters.upper() if how == "upperLetter" else letters
        case "lowerRoman" | "upperRoman" if 0 < value < 4000:
            roman = _roman(value)
            return roman.upper() if how == "upperRoman" else roman
        case "decimalZero":
            return f"{value:02}"
        case "bullet" | "none":
            return ""
    return str(value)


def _roman(value: int) -> str:
    parts = []
    for size, letters in _ROMAN:
        parts.append(letters * (value // size))
        value %= size
    return "".join(parts)
