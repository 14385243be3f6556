"""Tagged text as the content of an XLIFF source or target, in both versions, and back.

XLIFF 2.1: ``<g>`` is ``pc``, ``<x>`` is ``ph`` (OASIS 2018, clause 4.7.2). XLIFF 1.2: ``g`` and
``x`` (OASIS 2008, clause 2.4). Other tools may split a pair into its ends (``sc`` and ``ec``,
``bx`` and ``ex``, ``bpt`` and ``ept``) or add marks around words; both are read. A tag that is none
of ours leaves the text malformed on purpose, so that the check of tags says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from locales import markup
from locales.markup import TaggedText

Element = etree._Element

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML 1.0 file can hold (clause 2.2)."""

_NUMBER = re.compile(r"\d{1,6}")
_STRANGE = "<?>"
"""Makes a text malformed where the file has a tag that is none of ours."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one version of XLIFF writes tags, and what it calls those it may be given back."""

    namespace: str
    pair: str
    alone: str
    attributes: Mapping[str, str]
    pairs: frozenset[str]
    stands: frozenset[str]
    opens: frozenset[str]
    closes: frozenset[str]
    references: tuple[str, ...]
    """Attributes in which a closing end names its opening one, best first."""
    around: frozenset[str]
    """Marks around words that are passed over and their words kept."""


def clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return UNWRITABLE.sub("", text)


def fill(element: Element, text: TaggedText, dialect: Dialect) -> None:
    """Write tagged text into an element; malformed text is written as its words alone."""
    if not markup.well_formed(text):
        element.text = clean(markup.plain(text))
        return
    split = markup.split(text)
    levels = [element]
    done = 0
    for at, tag in split.tags:
        _add(levels[-1], split.text[done:at])
        done = at
        match = markup.TAG.fullmatch(tag)
        if match is None or match[2]:
            levels.pop()
            continue
        name, number = (dialect.pair, match[1]) if match[1] else (dialect.alone, match[3])
        child = etree.SubElement(levels[-1], f"{{{dialect.namespace}}}{name}", id=number)
        for attribute, value in dialect.attributes.items():
            child.set(attribute, value)
        if match[1]:
            levels.append(child)
    _add(element, split.text[done:])


def _add(element: Element, text: str) -> None:
    if not text:
        return
    if len(element):
        element[-1].tail = (element[-1].tail or "") + clean(text)
    else:
        element.text = (element.text or "") + clean(text)


def tagged(element: Element, dialect: Dialect) -> TaggedText:
    """The content of a source or target as tagged text; malformed where its tags are strange."""
    reader = _Reader(dialect)
    text = "".join(reader.parts(element))
    return text if not reader.open else f"{text}{_STRANGE}"


@dataclass(slots=True)
class _Reader:
    dialect: Dialect
    open: list[str] = field(default_factory=list)

    def parts(self, element: Element) -> Iterator[str]:
        yield markup.escape(element.text or "")
        for child in element:
            yield from self._child(child)
            yield markup.escape(child.tail or "")

    def _child(self, child: Element) -> Iterator[str]:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        id = child.get("id", "")
        number = id if _NUMBER.fullmatch(id) else ""
        if name in self.dialect.pairs:
            yield self._opened(number)
            yield from self.parts(child)
            yield self._closed(number)
        elif name in self.dialect.stands:
            yield f'<x id="{number}"/>' if number else _STRANGE
        elif name in self.dialect.opens:
            yield self._opened(child.get("rid", "") or number)
        elif name in self.dialect.closes:
            named = (child.get(one) for one in self.dialect.references)
            yield self._closed(next((one for one in named if one), ""))
        elif name == "cp":
            yield _code_point(child.get("hex", ""))
        elif name in self.dialect.around:
            yield from self.parts(child)
        elif name:
            yield _STRANGE

    def _opened(self, number: str) -> str:
        self.open.append(number)
        return f'<g id="{number}">' if _NUMBER.fullmatch(number) else _STRANGE

    def _closed(self, number: str) -> str:
        if not self.open or self.open[-1] != number:
            return _STRANGE
        self.open.pop()
        return "</g>"


def _code_point(code: str) -> str:
    """A character that XML cannot hold (XLIFF 2.1, ``cp``): left out, as Word cannot hold it."""
    if not re.fullmatch(r"[0-9A-Fa-f]{1,6}", code) or int(code, 16) > 0x10FFFF:
        return _STRANGE
    return markup.escape(clean(chr(int(code, 16))))
