"""Reads tagged text: a sentence with inline tags, as ``documents.segments`` gives it.

``<g id="1">…</g>`` stands around text with a formatting or link of its own, ``<x id="2"/>`` for an
object without text; the text is escaped as in XML (XLIFF 1.2, OASIS 2008, clauses 2.4.1 and 2.4.2).
Here the tags are opaque: they are counted, kept in place and put back. What a tag stands for is
known in ``documents.inline`` alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from locales.errors import N_, LocaleError

TaggedText = str
"""A sentence with inline tags and escaped text; see the module."""

TAG = re.compile(r'<(?:g id="(\d{1,6})"\s*|(/)g\s*|x id="(\d{1,6})"\s*/)>')
_PAIRED = r'<(?:g id="\d{1,6}"\s*|/g\s*)>'
_BETWEEN = re.compile(
    rf'(?<=\w)(?:{_PAIRED})*<x id="\d{{1,6}}"\s*/>(?:{_PAIRED}|<x id="\d{{1,6}}"\s*/>)*(?=\w)'
)
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class MarkupError(LocaleError):
    """A text is no tagged text: a tag is not closed, or there is a stray ``<``."""

    def __init__(self, text: str) -> None:
        super().__init__(
            N_(
                "The sentence “{text}” has a tag that is not closed. "
                "Copy the tags from the source again."
            ),
            text=text,
        )


@dataclass(frozen=True, slots=True)
class Split:
    """Plain text, and the tags with the offset in the text at which each stands.

    Tags are in their order and written in one way; several may share an offset.
    """

    text: str
    tags: tuple[tuple[int, str], ...]

    def join(self) -> TaggedText:
        """Give the tagged text again."""
        out: list[str] = []
        done = 0
        for at, tag in self.tags:
            out += (escape(self.text[done:at]), tag)
            done = at
        return "".join((*out, escape(self.text[done:])))

    def edit(self, edits: Iterable[tuple[int, int, str]]) -> Split:
        """Replace spans of the text, in order and apart; a tag inside a span goes behind it."""
        spans = list(edits)
        if not spans:
            return self
        out: list[str] = []
        done = 0
        for start, end, new in spans:
            out += (self.text[done:start], new)
            done = end
        out.append(self.text[done:])
        return Split("".join(out), tuple((_moved(at, spans), tag) for at, tag in self.tags))


def _moved(at: int, spans: Sequence[tuple[int, int, str]]) -> int:
    moved = at
    for start, end, new in spans:
        if start < at:
            moved += len(new) - (min(end, at) - start)
    return moved


def split(text: TaggedText) -> Split:
    """Take tags and text apart. Raises ``MarkupError`` where the tags are no tags."""
    parts: list[str] = []
    tags: list[tuple[int, str]] = []
    length = done = depth = 0
    for match in TAG.finditer(text):
        piece = _unescape(text, done, match.start())
        parts.append(piece)
        length += len(piece)
        done = match.end()
        opened, _, alone = match.groups()
        if opened:
            depth += 1
            tags.append((length, f'<g id="{opened}">'))
        elif alone:
            tags.append((length, f'<x id="{alone}"/>'))
        else:
            depth -= 1
            tags.append((length, "</g>"))
        if depth < 0:
            raise MarkupError(text)
    if depth:
        raise MarkupError(text)
    parts.append(_unescape(text, done, len(text)))
    return Split("".join(parts), tuple(tags))


def _unescape(text: TaggedText, start: int, end: int) -> str:
    part = text[start:end]
    if "<" in part:
        raise MarkupError(text)
    return unescape(part)


def unescape(text: str) -> str:
    """Resolve the entities that XML knows by itself; everything else stays."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name is not None:
        return _NAMED[name]
    number = int(decimal) if decimal is not None else int(hexadecimal, 16)
    return chr(number) if 0 < number < 0x110000 else match.group()


def escape(text: str) -> TaggedText:
    """Make tagged text without tags out of plain text."""
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def plain(text: TaggedText) -> str:
    """The words alone. Lenient: what is no tag of ours stays as it is written."""
    return unescape(TAG.sub("", text) if "<" in text else text)


def readable(text: TaggedText) -> str:
    """The words as people read them: a tab or a line break between two words is a space."""
    return plain(_BETWEEN.sub(" ", text)) if "<" in text else plain(text)


def counts(text: TaggedText) -> Counter[str]:
    """How often each tag stands in a text: ``g1`` a pair, ``x2`` one that stands alone."""
    found: Counter[str] = Counter()
    for opened, _, alone in TAG.findall(text):
        if opened:
            found[f"g{opened}"] += 1
        elif alone:
            found[f"x{alone}"] += 1
    return found


def parents(text: TaggedText) -> Mapping[str, str]:
    """The pair in which each tag stands, by tag (``g1``, ``x2``); "" at the top."""
    found: dict[str, str] = {}
    stack = [""]
    for opened, closed, alone in TAG.findall(text):
        if closed:
            if len(stack) > 1:
                stack.pop()
            continue
        name = f"g{opened}" if opened else f"x{alone}"
        found[name] = stack[-1]
        if opened:
            stack.append(name)
    return found


def well_formed(text: TaggedText) -> bool:
    """Whether every tag is closed and there is nothing else that looks like one."""
    try:
        split(text)
    except MarkupError:
        return False
    return True


def renumber(text: TaggedText, numbers: Mapping[str, str]) -> TaggedText:
    """The text with other tag numbers; a tag without a new number keeps its own."""

    def new(match: re.Match[str]) -> str:
        opened, _, alone = match.groups()
        if opened:
            return f'<g id="{numbers.get(opened, opened)}">'
        return f'<x id="{numbers.get(alone, alone)}"/>' if alone else "</g>"

    return TAG.sub(new, text)
