"""Reads the sample's texts: blocks, one sentence a line, with a few marks in braces.

``pairs`` gives the sentences of both languages side by side as tagged text, that is with the tags
that Énoncé gives the formatting (``<g id="1">…</g>``) and the objects (``<x id="2"/>``) of a
paragraph. The tests hold it against what the product itself reads from the Word file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_MARK = re.compile(r"\{(/?)(\w+)\}")


class Look(StrEnum):
    """How a run looks; the first five are marks of the texts."""

    PLAIN = ""
    BOLD = "b"
    ITALIC = "i"
    STRONG = "strong"
    LINK = "link"
    NOTE = "note"
    FIELD = "field"


PAIRED = frozenset({Look.BOLD, Look.ITALIC, Look.STRONG, Look.LINK})


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in braces."""

    name: str
    closing: bool = False


Token = str | Mark
Sentence = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph; ``kind`` is what stands in brackets above it."""

    kind: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence in both languages, as tagged text."""

    source: str
    target: str

    @property
    def is_tagged(self) -> bool:
        """Say whether the source has a tag."""
        return "<" in self.source


def read(line: str) -> Sentence:
    """Read one line of a text."""
    tokens: list[Token] = []
    at = 0
    for match in _MARK.finditer(line):
        if match.start() > at:
            tokens.append(line[at : match.start()])
        tokens.append(Mark(match.group(2), closing=bool(match.group(1))))
        at = match.end()
    if at < len(line):
        tokens.append(line[at:])
    return tuple(tokens)


def parse(path: Path) -> list[Block]:
    """Read a text; lines that begin with ``#`` are not part of it."""
    blocks: list[Block] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            blocks.append(Block(line.strip("[]"), ()))
        elif line and not line.startswith("#"):
            last = blocks[-1]
            blocks[-1] = Block(last.kind, (*last.sentences, read(line)))
    return blocks


def plain(sentence: Sentence) -> str:
    """Give a sentence without its marks."""
    return "".join(token for token in sentence if isinstance(token, str))


def _spans(sentence: Sentence) -> Iterator[tuple[str, str | None]]:
    """Give the sentence as texts with their look, and objects (without text) with their name."""
    look: str = Look.PLAIN
    for token in sentence:
        if isinstance(token, str):
            yield look, token
        elif token.name in PAIRED:
            look = Look.PLAIN if token.closing else token.name
        else:
            yield token.name, None


def _base(block: Block) -> str:
    """Give the look of most characters, which needs no tag; a link always has one."""
    weights: Counter[str] = Counter()
    for sentence in block.sentences:
        for look, text in _spans(sentence):
            if text is not None and look != Look.LINK:
                weights[look] += len(text.strip())
    return weights.most_common(1)[0][0]


def _tagged(
    block: Block, base: str, ids: dict[tuple[str, int], int], *, numbering: bool
) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for sentence in block.sentences:
        parts = []
        for name, text in _spans(sentence):
            words = escape(text) if text is not None else ""
            if text is not None and name == base:
                parts.append(words)
                continue
            seen[name] += 1
            key = (name, seen[name])
            if numbering:
                ids[key] = len(ids) + 1
            tag = ids[key]
            parts.append(f'<x id="{tag}"/>' if text is None else f'<g id="{tag}">{words}</g>')
        yield "".join(parts)


def escape(text: str) -> str:
    """Escape what is markup in XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pairs(source: Sequence[Block], target: Sequence[Block]) -> Iterator[Pair]:
    """Give the sentences of two texts side by side.

    Raises ``ValueError`` where the texts do not have the same blocks, sentences or marks.
    """
    for one, other in zip(source, target, strict=True):
        if one.kind != other.kind:
            raise ValueError(f"[{one.kind}] stands beside [{other.kind}]")
        base = _base(one)
        ids: dict[tuple[str, int], int] = {}
        sources = list(_tagged(one, base, ids, numbering=True))
        try:
            targets = list(_tagged(other, base, ids, numbering=False))
        except KeyError as fault:
            raise ValueError(f"{fault} is not in the source of [{one.kind}]") from fault
        for left, right in zip(sources, targets, strict=True):
            yield Pair(left, right)
