"""Tagged text: a sentence with inline tags, as translators and engines see it.

``<g id="1">…</g>`` stands around text with its own formatting, a link, a content control;
``<x id="2"/>`` stands for an object without text: a tab, a note reference, a field. Text is escaped
as in XML; there is no other markup. The names are those of XLIFF 1.2 (OASIS, 2008), clauses 2.4.1
and 2.4.2. This module makes and reads the notation; what a tag stands for is in ``inline``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NewType

from documents.errors import N_, DocumentError

TaggedText = NewType("TaggedText", str)

_TAG = re.compile(r'<(?:g id="(\d{1,6})"\s*|(/)g\s*|x id="(\d{1,6})"\s*/)>')
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(\w+));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class TaggedTextError(DocumentError):
    """A target is no tagged text: a tag is not closed, or a character cannot stand in a file."""

    def __init__(self, text: str) -> None:
        super().__init__(
            N_(
                "The translation “{text}” has a tag that is not closed or a character that Word "
                "cannot store. Copy the tags from the source again."
            ),
            text=text,
        )


@dataclass(slots=True)
class Tag:
    """One tag: ``paired`` for ``<g>``, and then with its content."""

    id: int
    paired: bool
    content: list[str | Tag] = field(default_factory=list)


def escape(text: str) -> str:
    """The text with ``&``, ``<`` and ``>`` escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def read(text: str) -> list[str | Tag]:
    """Tagged text as strings and tags. Raises ``TaggedTextError`` where it is malformed."""
    if not text.isprintable() and _UNWRITABLE.search(text):
        raise TaggedTextError(text)
    if "<" not in text and "&" not in text:
        return [text] if text else []
    top: list[str | Tag] = []
    levels: list[list[str | Tag]] = [top]
    said, *rest = _TAG.split(text)
    if said:
        top.append(_words(said, text))
    for opened, _closed, alone, said in zip(*[iter(rest)] * 4, strict=True):
        if opened:
            tag = Tag(int(opened), True)
            levels[-1].append(tag)
            levels.append(tag.content)
        elif alone:
            levels[-1].append(Tag(int(alone), False))
        elif len(levels) > 1:
            levels.pop()
        else:
            raise TaggedTextError(text)
        if said:
            levels[-1].append(_words(said, text))
    if len(levels) > 1:
        raise TaggedTextError(text)
    return top


def _words(part: str, text: str) -> str:
    """The characters between two tags of ``text``."""
    if "<" in part:
        raise TaggedTextError(text)
    if "&" in part:
        part = _ENTITY.sub(_character, part)
        if _UNWRITABLE.search(part):
            raise TaggedTextError(text)
    return part


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name is not None:
        return _NAMED.get(name, match.group())
    number = int(decimal) if decimal is not None else int(hexadecimal, 16)
    return chr(number) if number < 0x110000 else "\uffff"


def walk(content: list[str | Tag], parent: int = 0) -> Iterator[tuple[Tag, int]]:
    """Every tag with the id of the ``<g>`` it stands in (0 at the top)."""
    for node in content:
        if isinstance(node, Tag):
            yield node, parent
            yield from walk(node.content, node.id)
