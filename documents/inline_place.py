"""Write targets into the texts that a paragraph has, where their tags stand as in the source.

Most translations keep the order of their tags. Then nothing has to be built anew: each text of the
paragraph gets its new characters where it stands, its run says the language, and every object,
mark and property around it stays untouched. Where tags moved, a text ended up empty or a character
needs an element of its own, ``inline_writer`` builds the paragraph anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from documents.inline import SPECIAL, Group, Mark, Node, Text, say
from documents.inline_writer import speak, spoken
from documents.tags import Tag
from documents.wml import RPR, Element, T

Laid = tuple[Text, str | None]
"""A text of the source and what it says now; None where it stays as it is."""


@dataclass(slots=True)
class _Whole:
    """All that the elements of one text will say; ``kept`` says whether some of it is as it was."""

    text: Text
    words: str
    new: bool
    kept: bool


def laid(
    nodes: Sequence[Node], content: Sequence[str | Tag], objects: Mapping[int, Mark | Group]
) -> list[Laid] | None:
    """Each text of a segment with its new words; None where the target is built otherwise.

    A target that is laid has every tag of its source, once, and in the place it had.
    """
    found: list[Laid] = []
    return found if _lay(nodes, content, objects, found) else None


def _lay(
    nodes: Sequence[Node],
    content: Sequence[str | Tag],
    objects: Mapping[int, Mark | Group],
    found: list[Laid],
) -> bool:
    if len(nodes) != len(content):
        return False
    for node, part in zip(nodes, content, strict=True):
        if isinstance(part, str):
            if not isinstance(node, Text):
                return False
            found.append((node, part))
            continue
        if objects.get(part.id) is not node or part.paired != isinstance(node, Group):
            return False
        if isinstance(node, Group) and not _lay(node.nodes, part.content, objects, found):
            return False
    return True


def unchanged(nodes: Sequence[Node]) -> Iterator[Laid]:
    """The texts of nodes that stay as they are."""
    for node in nodes:
        if isinstance(node, Text):
            yield node, None
        elif isinstance(node, Group):
            yield from unchanged(node.nodes)


def write(texts: Sequence[Laid], language: str | None) -> bool:
    """Put new words where the old ones stand; False, and nothing is done, where that cannot be.

    ``texts`` are all texts of a paragraph, in order. One run has one language: it cannot be where a
    run is translated in part.
    """
    wholes = [whole for whole in _wholes(texts) if whole.new]
    for whole in wholes:
        if whole.kept or not whole.words or SPECIAL.search(whole.words):
            return False
        if not whole.text.sources:
            return False
        for source in whole.text.sources:
            if source.tag != T:
                return False
    for whole in wholes:
        _say(whole.text, whole.words, language)
    return True


def _wholes(texts: Sequence[Laid]) -> Iterator[_Whole]:
    """The texts as they were before sentences were cut: pieces of one text follow one another."""
    whole: _Whole | None = None
    for text, said in texts:
        new = said is not None
        words = text.text if said is None else said
        kept = not new and not words.isspace()
        if whole is not None and whole.text.sources is text.sources:
            whole.words += words
            whole.new |= new
            whole.kept |= kept
            continue
        if whole is not None:
            yield whole
        whole = _Whole(text, words, new, kept)
    if whole is not None:
        yield whole


def _say(text: Text, words: str, language: str | None) -> None:
    first, *others = text.sources
    say(first, words)
    run = first.getparent()
    if run is not None and language is not None:
        if text.rpr is None:
            run.insert(0, spoken(language))
        else:
            speak(text.rpr, language)
    for other in others:
        _remove(other)


def _remove(element: Element) -> None:
    """Take a text out, and its run where nothing is left in it."""
    run = element.getparent()
    if run is None:
        return
    run.remove(element)
    home = run.getparent()
    if home is not None and all(child.tag == RPR for child in run):
        home.remove(run)
