"""Takes tagged sentences through an engine, one rung lower each time their tags come back damaged.

The engine's own markup; then tokens (⟦1⟧ … ⟦/1⟧); then the bare words, into which the tags are put
by ``aligning``; last the bare words with the tags behind them, for a person to place. On each rung
the tags have to be those of the source, as many, and inside one another as there. What an answer
cost is kept as soon as it is there (``keep``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from locales import markup
from locales.engines import aligning, carrying
from locales.engines.base import Translator
from locales.markup import TaggedText


class Tags(StrEnum):
    """How the tags of an answer came to be where they are."""

    CARRIED = "carried"
    """The engine carried them, or there are none."""
    ALIGNED = "aligned"
    """We put them where the words say they belong; a person should look."""
    ATTACHED = "attached"
    """They stand at the end, for a person to place."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A machine's translation; ``text`` is "" where the engine could not take the sentence."""

    text: TaggedText
    tags: Tags = Tags.CARRIED

    @property
    def to_place(self) -> bool:
        """Whether a person has to place the tags."""
        return self.tags is Tags.ATTACHED


Keep = Callable[[Mapping[TaggedText, Answer]], None]

_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def climb(translator: Translator, texts: Sequence[TaggedText], keep: Keep) -> None:
    """Translate sentences and give each answer to ``keep``, rung after rung.

    A sentence that is over the engine's limit on every rung is kept with an empty answer. Raises
    ``EngineError``.
    """
    carriers = [translator.carrier] if translator.supports_markup else []
    left = list(texts)
    for carrier in (*carriers, carrying.TOKENS):
        asked = [text for text in left if _fits(translator, carrier.out(_edges(text)[1]))]
        cores = [_edges(text) for text in asked]
        given = _ask(translator, [carrier.out(core) for _, core, _ in cores], carrier.marked)
        found: dict[TaggedText, Answer] = {}
        for text, (before, core, after), answer in zip(asked, cores, given, strict=True):
            read = carrier.read(answer.strip(), core)
            if read is not None and markup.plain(read).strip():
                found[text] = Answer(f"{before}{read}{after}")
            elif carrier is carrying.TOKENS and not markup.counts(core):
                # These were the bare words already: asking again would cost and bring the same.
                found[text] = Answer("")
        _keep(keep, found)
        left = [text for text in left if text not in found]
    asked = [text for text in left if _fits(translator, markup.plain(text).strip())]
    given = _ask(translator, [markup.plain(text).strip() for text in asked], False)
    _keep(keep, {text: _placed(text, words) for text, words in zip(asked, given, strict=True)})
    over = [text for text in left if text not in asked]
    _keep(keep, {text: Answer("") for text in over})


def _keep(keep: Keep, found: Mapping[TaggedText, Answer]) -> None:
    if found:
        keep(found)


def _ask(translator: Translator, texts: Sequence[str], marked: bool) -> list[str]:
    return translator.translate_batch(texts, marked=marked) if texts else []


def _fits(translator: Translator, text: str) -> bool:
    return translator.size(text) <= translator.limit


def _placed(text: TaggedText, words: str) -> Answer:
    before, core, after = _edges(text)
    words = words.strip()
    if not words:
        return Answer("")
    aligned = aligning.project(core, words)
    if aligned is not None and carrying.same_tags(aligned, core):
        return Answer(f"{before}{aligned}{after}", Tags.ALIGNED)
    attached = carrying.attached(words, core)
    return Answer(f"{before}{attached}{after}", Tags.ATTACHED)


def _edges(text: TaggedText) -> tuple[str, str, str]:
    match = _EDGES.fullmatch(text)
    return (match[1], match[2], match[3]) if match else ("", text, "")
