"""Carries inline tags through an engine and says whether they came back whole.

Each ``Carrier`` writes tagged text as an engine can take it and reads the answer: ``XML`` for those
that keep XML tags, ``HTML`` for those that keep HTML elements, ``TOKENS`` (⟦1⟧ … ⟦/1⟧) for those
that keep neither. ``attached`` is the last resort: the words alone, the tags at their end for a
person to place; ``aligning`` is tried before. ``ladder`` goes from one to the next.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from locales import markup
from locales.markup import TaggedText

_SPAN = re.compile(r"<span\b[^>]*\bid=[\"']?g-(\d+)[^>]*>", re.IGNORECASE)
_IMG = re.compile(r"<img\b[^>]*\bid=[\"']?x-(\d+)[^>]*>(?:</img>)?", re.IGNORECASE)
_TOKEN = re.compile(r"⟦\s*(/?)\s*(\d+)\s*⟧")


@dataclass(frozen=True, slots=True)
class Carrier:
    """A way to write tags for an engine (``out``) and to read what it gives back (``back``)."""

    marked: bool
    """Whether the engine has to be told that there is markup."""
    out: Callable[[TaggedText], str]
    back: Callable[[str, TaggedText], TaggedText]

    def read(self, answer: str, source: TaggedText) -> TaggedText | None:
        """The answer as tagged text; None where its tags are not those of the source."""
        text = self.back(answer, source)
        return text if same_tags(text, source) else None


def same_tags(text: TaggedText, source: TaggedText) -> bool:
    """Whether a text has the tags of its source, as many, inside one another as there."""
    return (
        markup.well_formed(text)
        and markup.counts(text) == markup.counts(source)
        and markup.parents(text) == markup.parents(source)
    )


def _from_xml(answer: str, source: TaggedText) -> TaggedText:
    answer = re.sub(r"<x id=\"(\d+)\"\s*></x>", r'<x id="\1"/>', answer)
    return _even(answer)


def _to_html(text: TaggedText) -> str:
    def element(match: re.Match[str]) -> str:
        opened, _, alone = match.groups()
        if opened:
            return f'<span id="g-{opened}">'
        return f'<img id="x-{alone}">' if alone else "</span>"

    return markup.TAG.sub(element, text)


def _from_html(answer: str, source: TaggedText) -> TaggedText:
    answer = _SPAN.sub(r'<g id="\1">', answer).replace("</span>", "</g>")
    return _even(_IMG.sub(r'<x id="\1"/>', answer))


def _even(text: str) -> TaggedText:
    """The text between tags with our entities only."""
    out: list[str] = []
    done = 0
    for match in markup.TAG.finditer(text):
        out += (_escaped(text[done : match.start()]), match.group())
        done = match.end()
    return "".join((*out, _escaped(text[done:])))


def _escaped(text: str) -> str:
    return markup.escape(html.unescape(text)) if "<" not in text else text


def _to_tokens(text: TaggedText) -> str:
    opened: list[str] = []

    def token(match: re.Match[str]) -> str:
        pair, closed, alone = match.groups()
        if closed:
            return f"⟦/{opened.pop()}⟧" if opened else ""
        if pair:
            opened.append(pair)
        return f"⟦{pair or alone}⟧"

    return markup.unescape(markup.TAG.sub(token, text))


def _from_tokens(answer: str, source: TaggedText) -> TaggedText:
    known = markup.counts(source)

    def tag(match: re.Match[str]) -> str:
        closing, number = match.groups()
        if f"g{number}" in known:
            return "</g>" if closing else f'<g id="{number}">'
        return f'<x id="{number}"/>'

    return _TOKEN.sub(tag, markup.escape(answer))


XML = Carrier(True, lambda text: text, _from_xml)
HTML = Carrier(True, _to_html, _from_html)
TOKENS = Carrier(False, _to_tokens, _from_tokens)


def attached(words: str, source: TaggedText) -> TaggedText:
    """Plain words with the source's tags: around them where one pair is around all, else behind."""
    split = markup.split(source)
    text = markup.escape(words)
    if len(split.tags) == 2:
        (start, opening), (end, closing) = split.tags
        if closing == "</g>" and start == 0 and end == len(split.text):
            return f"{opening}{text}{closing}"
    return text + "".join(tag for _, tag in split.tags)
