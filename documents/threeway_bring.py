"""What theirs has and the merge takes, made to stand in mine: paragraphs, notes, lists, styles.

Copies get mine's numbers, names and relationships. Anchors of comments are left behind, because
``threeway`` brings the comments themselves, and so are section breaks.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from lxml import etree

from documents.comments_anchor import END, REFERENCE, START
from documents.redline_notes import NOTES, Notes
from documents.redline_parts import Numbering, Parts, bring_styles
from documents.threeway_version import Note, Version
from documents.wml import ID, PARA_ID, PPR, R_, RPR, VAL, Element, P, ParagraphId, w
from documents.wordfile import WordFile

_OPEN, _CLOSE = w("bookmarkStart"), w("bookmarkEnd")
_STYLED = tuple(w(name) for name in ("pStyle", "rStyle", "tblStyle"))
_SECTION = w("sectPr")
_ANCHORS = (START, END, REFERENCE)


class Bring:
    """Copies from one version into another."""

    def __init__(self, mine: Version, theirs: Version) -> None:
        self._mine, self._theirs = mine, theirs
        self.parts = Parts(theirs.word, mine.word)
        self._notes = Notes(theirs.word, mine.word, self.parts)
        self._numbering = Numbering(theirs.word, mine.word, self.parts)
        self._styles = _renamed(theirs.word, mine.word)
        self._was, self._now = _bookmarks(theirs.word), _bookmarks(mine.word)
        self._named = {name: one for one, name in self._now.items()}
        self._fresh: set[str] = set()
        self._taken = set(mine.ids.values())
        self.sections = 0
        """How many section breaks were left behind."""

    def block(self, element: Element, part: str, to: str, instead: Element | None) -> Element:
        """A paragraph, table or row of theirs for mine, in the place of ``instead``."""
        replaced = set(instead.iter(P)) if instead is not None else set()
        self._taken.difference_update(
            self._mine.ids[one] for one in replaced if one in self._mine.ids
        )
        made = copy.deepcopy(element)
        ids = [self._theirs.ids.get(one) for one in element.iter(P)]
        for section in list(made.iter(_SECTION)):
            _drop(section)
            self.sections += 1
        _without_comments(made)
        self._settle(made)
        self._bookmarks(made, instead)
        self._note_numbers(made)
        self.parts.localise(made, part, to)
        for paragraph, one in zip(made.iter(P), ids, strict=True):
            self._name(paragraph, one)
        return made

    def _name(self, paragraph: Element, one: ParagraphId | None) -> None:
        if one is None or one in self._taken:
            return
        self._taken.add(one)
        self._mine.ids[paragraph] = one
        paragraph.set(PARA_ID, one)

    def _settle(self, made: Element) -> None:
        self._numbering.settle(made)
        for one in made.iter(*_STYLED):
            one.set(VAL, self._styles.get(one.get(VAL, ""), one.get(VAL, "")))

    def look(self, rpr: Element | None) -> Element | None:
        """The properties of a run for mine."""
        if rpr is None:
            return None
        made = copy.deepcopy(rpr)
        self._settle(made)
        return made

    def piece(self, element: Element, part: str, to: str) -> Element:
        """An object inside a paragraph, or the shell of a link, for mine."""
        made = copy.deepcopy(element)
        _without_comments(made)
        self._settle(made)
        self._bookmarks(made, None)
        self._note_numbers(made)
        return self.parts.localise(made, part, to)

    def properties(self, mine: Element, theirs: Element) -> None:
        """Give a paragraph of mine the properties of one of theirs, its section left as it is."""
        before, after = mine.find(PPR), theirs.find(PPR)
        section = before.find(_SECTION) if before is not None else None
        made = copy.deepcopy(after) if after is not None else etree.Element(PPR)
        for child in list(made):
            if child.tag in (_SECTION, w("pPrChange")):
                made.remove(child)
        self._settle(made)
        if section is not None:
            made.append(section)
        if before is not None:
            mine.remove(before)
        if len(made):
            mine.insert(0, made)

    def _note_numbers(self, made: Element) -> None:
        for reference in made.iter(*NOTES):
            number = self._note(str(reference.tag), reference.get(ID, ""))
            if number is not None:
                reference.set(ID, number)

    def _note(self, tag: str, one: str) -> str | None:
        kind = NOTES[tag]
        note = self._theirs.notes.get((kind, one))
        if note is None:
            return None
        known = self._mine.note_of(self._theirs.note_key(tag, one))
        if known is not None:
            return known[1]
        brought = self._notes.bring(kind, one)
        if brought is None:
            return None
        for child in note.element:
            brought.note.append(self.block(child, note.part, brought.new_part, None))
        self._mine.notes[kind, brought.id] = Note(brought.new_part, brought.note)
        return brought.id

    def _bookmarks(self, made: Element, instead: Element | None) -> None:
        """Number the bookmarks; one that mine has elsewhere stays there alone."""
        held = {
            (one.tag, one.get(ID, ""))
            for one in (instead.iter(_OPEN, _CLOSE) if instead is not None else ())
        }
        for mark in list(made.iter(_OPEN, _CLOSE)):
            name = self._was.get(mark.get(ID, ""), "")
            number = self._named.get(name)
            if number is None and name:
                number = str(max([0, *(int(one) for one in self._now if one.isdecimal())]) + 1)
                self._named[name], self._now[number] = number, name
                self._fresh.add(number)
            if number is not None and (number in self._fresh or (mark.tag, number) in held):
                mark.set(ID, number)
            else:
                _drop(mark)

    def save(self, changed: set[str]) -> bytes:
        """Mine with those parts written anew, and with all that was brought."""
        changed = changed | bring_styles(
            self._theirs.word, self._mine.word, self.parts, self._numbering
        )
        return self.parts.save(changed | self._numbering.changed)


def _drop(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _without_comments(made: Element) -> None:
    for anchor in list(made.iter(*_ANCHORS)):
        run = anchor.getparent()
        _drop(anchor)
        if run is not None and run.tag == R_ and all(child.tag == RPR for child in run):
            _drop(run)


def _bookmarks(word: WordFile) -> dict[str, str]:
    """The names of bookmarks by their ids."""
    return {
        one.get(ID, ""): one.get(w("name"), "")
        for _, root in word.story_roots()
        for one in root.iter(_OPEN)
    }


def _names(word: WordFile) -> Iterator[tuple[str, str, str]]:
    part = word.related("styles")
    root = word.tree(part) if part is not None else None
    for style in root.findall(w("style")) if root is not None else ():
        name = style.find(w("name"))
        said = name.get(VAL, "").casefold() if name is not None else ""
        yield style.get(w("type"), ""), said, style.get(w("styleId"), "")


def _renamed(theirs: WordFile, mine: WordFile) -> dict[str, str]:
    """Their ids of styles that mine has by the same name under another id."""
    own = {(kind, name): one for kind, name, one in _names(mine)}
    return {
        one: own[kind, name]
        for kind, name, one in _names(theirs)
        if own.get((kind, name), one) != one
    }
