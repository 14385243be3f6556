"""Footnotes and endnotes of a redline: which belong together, and those that only one side has.

A note is compared after the text that refers to it, because a note is what its reference says.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple

from lxml import etree

from documents import align
from documents.align import Item
from documents.redline_atoms import Atomizer
from documents.redline_parts import Parts
from documents.redline_plan import leaves
from documents.wml import ID, Element, P, w
from documents.wordfile import WordFile

NOTES: Mapping[str, str] = {w("footnoteReference"): "footnote", w("endnoteReference"): "endnote"}
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Found(NamedTuple):
    """A note in one version: the part that holds it and its element."""

    part: str
    note: Element


class Brought(NamedTuple):
    """An empty note in the new version for one of the old; what it has to hold, and where."""

    id: str
    note: Element
    paragraphs: list[Element]
    old_part: str
    new_part: str


class Notes:
    """Knows the notes of both versions."""

    def __init__(self, old: WordFile, new: WordFile, parts: Parts) -> None:
        self._new, self._parts, self._old = new, parts, old
        self._olds = {kind: _notes(old, kind) for kind in NOTES.values()}
        self._news = {kind: _notes(new, kind) for kind in NOTES.values()}
        self._twins: dict[tuple[str, str], str] = {}
        self._matched: dict[tuple[str, str], str] = {}
        self._brought: set[tuple[str, str]] = set()

    def old_key(self, tag: str, one: str) -> Hashable:
        """What an old note is called: as its twin in the new version, where it has one."""
        twin = self._twins.get((NOTES[tag], one))
        return ("new", NOTES[tag], twin) if twin is not None else ("old", NOTES[tag], one)

    @staticmethod
    def new_key(tag: str, one: str) -> Hashable:
        """What a new note is called."""
        return "new", NOTES[tag], one

    def pair(self, was: Atomizer, now: Atomizer) -> None:
        """Find the twins by what the notes say."""
        for kind in NOTES.values():
            olds, news = self._olds[kind], self._news[kind]
            if not olds or not news:
                continue
            first = [_item(was, found) for found in olds.values()]
            second = [_item(now, found) for found in news.values()]
            old_ids, new_ids = list(olds), list(news)
            for i, j in align.align(first, second):
                self._twins[kind, old_ids[i]] = new_ids[j]

    def match(self, kind: str, old: str, new: str) -> None:
        """Say that the references to both stayed in one place."""
        self._matched[kind, new] = old

    def pairs(self) -> Iterator[tuple[Found | None, Found]]:
        """The notes of the new version with those that they were; None for one that came."""
        for kind in NOTES.values():
            for one, found in self._news[kind].items():
                twin = self._matched.get((kind, one))
                yield (self._olds[kind].get(twin) if twin is not None else None), found

    def bring(self, kind: str, one: str) -> Brought | None:
        """Make room in the new version for an old note that went."""
        old = self._olds[kind].get(one)
        if old is None:
            return None
        part = self._new.related(f"{kind}s")
        root = self._new.tree(part) if part is not None else None
        if part is None or root is None:
            part, root = self._part_for(kind, old.part)
        taken = [int(note.get(ID, "0")) for note in root.findall(w(kind))]
        note = etree.SubElement(root, w(kind))
        number = str(max([0, *taken]) + 1)
        note.set(ID, number)
        paragraphs = [element for element in leaves(old.note) if element.tag == P]
        return Brought(number, note, paragraphs, old.part, part)

    def _part_for(self, kind: str, source: str) -> tuple[str, Element]:
        """The old version's notes part without its notes, in the new package."""
        fresh = (kind, source) not in self._brought
        self._brought.add((kind, source))
        name = self._parts.bring(source)
        root = self._parts.tree_of(name)
        if fresh:
            self._parts.relate(self._new.main, f"{_TYPE}/{kind}s", name)
            for note in root.findall(w(kind)):
                if note.get(w("type"), "normal") == "normal":
                    root.remove(note)
        return name, root


def _notes(word: WordFile, kind: str) -> dict[str, Found]:
    return {
        story.root.get(ID, ""): Found(story.part, story.root)
        for story in word.stories()
        if story.root.tag == w(kind)
    }


def _item(atomizer: Atomizer, found: Found) -> Item:
    said = [atomizer.said(one, found.part) for one in found.note.iter(P)]
    return Item(tuple(key for key, _ in said), " ".join(text for _, text in said))
