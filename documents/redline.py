"""Two versions of a Word file as one with real tracked changes.

Accept all gives the new version, reject all the old one, in the text and the paragraphs of body,
tables, notes, headers, footers and text boxes; formatting and paragraph properties are tracked too.
Tracked changes that the inputs still carry are accepted first.

What moved is shown as a deletion and an insertion. A picture that only the old version has is not
brought back by rejecting, and a link that only it has comes back as its words. Sections, table
grids, styles and numbering definitions are the new version's.

What changed paragraph by paragraph, without Word's notation, is ``identity.changes``; a comparison
for the terminal is ``word_diff``.

Source: ECMA-376 part 1, clause 17.13.5 (revisions).
"""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime

from lxml import etree

from documents import align
from documents.align import Item
from documents.inline import Key
from documents.redline_atoms import Atom, Atomizer, depends_on_parts
from documents.redline_plan import Block, Move, leaves, plan_blocks, row_cells, table_rows
from documents.redline_writer import Revisions, Row, write_rows
from documents.revisions import accept_all
from documents.wml import (
    ID,
    PPR,
    RPR,
    TBL,
    TEXT_BOX,
    TR,
    Element,
    P,
    Story,
    W,
    w,
)
from documents.worddiff import DiffPiece, Op, Step, steps, word_diff
from documents.wordfile import WordFile

__all__ = ["DiffPiece", "Op", "redline", "word_diff"]

_NOTES = {w("footnoteReference"): "footnote", w("endnoteReference"): "endnote"}
_UNTRACKED = frozenset({RPR, w("sectPr"), w("pPrChange")})


def redline(old: bytes, new: bytes, *, author: str, when: datetime) -> bytes:
    """The new version with everything that it changed against the old one as tracked changes.

    ``author`` and ``when`` stand on every change (a naive ``when`` is taken as UTC). Equal versions
    give the new one back. Raises ``DocumentError`` for what is no Word file.
    """
    return _Redline(WordFile(old), WordFile(new), Revisions(author, when)).run()


class _Redline:
    def __init__(self, old: WordFile, new: WordFile, revisions: Revisions) -> None:
        self._old, self._new = old, new
        self._revisions = revisions
        self._twins: dict[tuple[str, str], str] = {}
        self._matched: dict[tuple[str, str], str] = {}
        self._changed: set[str] = set()
        self._was = Atomizer(old, self._old_note)
        self._now = Atomizer(new, lambda tag, one: ("new", _NOTES[tag], one))
        self._parts = (old.main, new.main)

    def _old_note(self, tag: str, one: str) -> Hashable:
        twin = self._twins.get((_NOTES[tag], one))
        return ("new", _NOTES[tag], twin) if twin is not None else ("old", _NOTES[tag], one)

    def run(self) -> bytes:
        before = {part: etree.tostring(root) for part, root in self._new.story_roots()}
        for word in (self._old, self._new):
            for _, root in word.story_roots():
                accept_all(root)
        roots = [root for _, root in self._new.story_roots()]
        self._revisions.start_above(roots)
        self._pair_notes()
        for old_story, new_story in self._stories():
            self._parts = old_story[0], new_story[0]
            self._compare(old_story[1], new_story[1])
        self._compare_notes()
        changed = {
            part for part, root in self._new.story_roots() if etree.tostring(root) != before[part]
        }
        if changed:
            changed |= self._bring_styles()
        return self._new.save(sorted(changed))

    def _stories(self) -> Iterator[tuple[tuple[str, Element], tuple[str, Element]]]:
        """The body, and the headers and footers that stand for the same pages of a section."""
        olds, news = (
            {
                (story.story, story.place): (story.part, story.root)
                for story in word.stories()
                if story.story in (Story.BODY, Story.HEADER, Story.FOOTER)
            }
            for word in (self._old, self._new)
        )
        for place, new in news.items():
            if place in olds:
                yield olds[place], new

    def _notes(self, word: WordFile, kind: str) -> dict[str, tuple[str, Element]]:
        return {
            story.root.get(ID, ""): (story.part, story.root)
            for story in word.stories()
            if story.root.tag == w(kind)
        }

    def _pair_notes(self) -> None:
        for kind in _NOTES.values():
            olds, news = self._notes(self._old, kind), self._notes(self._new, kind)
            first = [self._note_item(self._was, part, note) for part, note in olds.values()]
            second = [self._note_item(self._now, part, note) for part, note in news.values()]
            old_ids, new_ids = list(olds), list(news)
            for i, j in align.align(first, second):
                self._twins[kind, old_ids[i]] = new_ids[j]

    def _note_item(self, atomizer: Atomizer, part: str, note: Element) -> Item:
        said = [atomizer.said(one, part) for one in note.iter(P)]
        return Item(tuple(key for key, _ in said), " ".join(text for _, text in said))

    def _compare_notes(self) -> None:
        for kind in _NOTES.values():
            olds, news = self._notes(self._old, kind), self._notes(self._new, kind)
            for one, (part, note) in news.items():
                twin = self._matched.get((kind, one))
                if twin is not None:
                    self._parts = olds[twin][0], part
                    self._compare(olds[twin][1], note)
                elif not self._is_copy(note):
                    self._parts = self._old.main, part
                    for paragraph in note.iter(P):
                        self._insert(paragraph, mark=paragraph is not note[-1])

    @staticmethod
    def _is_copy(note: Element) -> bool:
        """Whether the note was brought from the old version, all of it deleted."""
        return next(note.iter(w("del")), None) is not None

    def _blocks(self, container: Element, *, old: bool) -> list[Block]:
        atomizer = self._was if old else self._now
        part = self._parts[0] if old else self._parts[1]
        found = []
        for element in leaves(container):
            paragraphs = [element] if element.tag == P else list(element.iter(P))
            said = [atomizer.said(one, part) for one in paragraphs]
            looks = tuple(_properties(one) for one in paragraphs)
            shape = tuple(len(row) for row in element.iter(TR)) if element.tag == TBL else ()
            key = (shape, looks, tuple(one for one, _ in said))
            item = Item(key, "\n".join(text for _, text in said))
            found.append(Block(element, item, element.tag == TBL))
        return found

    def _compare(self, old: Element, new: Element) -> None:
        """Write the changes from one container of blocks to another into the new one."""
        olds, news = self._blocks(old, old=True), self._blocks(new, old=False)
        first = news[0].element if news else None
        cursor: Element | None = None
        for stretch in plan_blocks(olds, news):
            for move in stretch.moves:
                if move.new is not None:
                    if move.old is not None:
                        self._pair(move.old, move.new, move.whole)
                    else:
                        self._insert_block(move.new)
                    cursor = move.new.element
                elif move.old is not None:
                    copied = self._deleted_block(move.old)
                    if cursor is not None:
                        cursor.addnext(copied)
                    elif first is not None:
                        first.addprevious(copied)
                    else:
                        new.append(copied)
                    cursor = copied
            if stretch.spill:
                cursor = self._spill(stretch.spill)

    def _spill(self, spill: Sequence[Move]) -> Element:
        """Paragraphs added or taken away at the end of a stretch; the last of them.

        The mark before a table or the end of a container cannot be tracked, so the mark before the
        first of them is the one that comes or goes, and the last of them keeps the mark that both
        versions have.
        """
        kept = spill[0]
        assert kept.old is not None
        assert kept.new is not None
        paragraph = kept.new.element
        if spill[1].new is not None:
            self._revisions.mark_paragraph(paragraph, "ins")
            for move in spill[1:]:
                assert move.new is not None
                last = move is spill[-1]
                self._insert(move.new.element, mark=not last)
                if last:
                    self._revisions.track_properties(move.new.element, kept.old.element)
                paragraph = move.new.element
            return paragraph
        own = paragraph.find(PPR)
        cursor = paragraph
        for move in spill[1:]:
            assert move.old is not None
            last = move is spill[-1]
            copied = self._deleted(move.old.element, mark=not last)
            cursor.addnext(copied)
            cursor = copied
            if last:
                before = copied.find(PPR)
                if before is not None:
                    copied.remove(before)
                if own is not None:
                    copied.insert(0, copy.deepcopy(own))
                self._revisions.track_properties(copied, move.old.element)
        if own is not None:
            paragraph.remove(own)
        self._revisions.take_properties(paragraph, kept.old.element)
        self._revisions.mark_paragraph(paragraph, "del")
        return cursor

    def _pair(self, old: Block, new: Block, whole: bool) -> None:
        if old.item.key == new.item.key:
            self._settle_equal(old.element, new.element)
        elif old.table:
            self._pair_tables(old.element, new.element)
        else:
            self._pair_paragraphs(old.element, new.element, whole)
            self._revisions.track_properties(new.element, old.element)

    def _settle_equal(self, old: Element, new: Element) -> None:
        for tag, kind in _NOTES.items():
            for first, second in zip(old.iter(tag), new.iter(tag), strict=False):
                self._matched[kind, second.get(ID, "")] = first.get(ID, "")
        self._compare_boxes(old, new)

    def _compare_boxes(self, old: Element, new: Element) -> None:
        pairs = list(zip(old.iter(TEXT_BOX), new.iter(TEXT_BOX), strict=False))
        for first, second in pairs:
            self._compare(first, second)

    def _pair_paragraphs(self, old: Element, new: Element, whole: bool) -> None:
        was, now = self._was.atoms(old), self._now.atoms(new)
        first = self._was.tokens(was, self._parts[0])
        second = self._now.tokens(now, self._parts[1])
        if whole:
            plan = [Step(False, 0, len(first), 0, len(second))]
        else:
            plan = steps(
                [one.key for one in first],
                [one.key for one in second],
                lambda index: first[index].space,
            )
        rows: list[Row] = []
        at = 0
        boxes: list[tuple[Element, Element]] = []
        for step in plan:
            if not step.equal:
                for token in first[step.i : step.j]:
                    rows.extend(self._gone(was[token.start : token.end]))
            for index, token in enumerate(second[step.k : step.m]):
                rows.extend(Row(one, Op.EQUAL) for one in now[at : token.start])
                at = token.end
                inside = now[token.start : token.end]
                if not step.equal:
                    rows.extend(Row(one, Op.INSERT) for one in inside)
                    continue
                twin = first[step.i + index]
                for before, after in zip(was[twin.start : twin.end], inside, strict=True):
                    rows.append(Row(after, Op.EQUAL, _changed(before, after)))
                    boxes.extend(self._matched_object(before, after))
        rows.extend(Row(one, Op.EQUAL) for one in now[at:])
        if any(row.op is not Op.EQUAL or row.change is not None for row in rows):
            write_rows(new, rows, self._revisions)
        for before_box, after_box in boxes:
            self._compare_boxes(before_box, after_box)

    def _matched_object(self, old: Atom, new: Atom) -> Iterator[tuple[Element, Element]]:
        if old.mark is None or new.mark is None:
            return
        first, second = old.mark.pieces[0].element, new.mark.pieces[0].element
        if second.tag in _NOTES:
            self._matched[_NOTES[str(second.tag)], second.get(ID, "")] = first.get(ID, "")
        if next(second.iter(TEXT_BOX), None) is not None:
            yield first, second

    def _gone(self, atoms: Sequence[Atom]) -> Iterator[Row]:
        """Old atoms as deleted ones, without what cannot stand in the new package."""
        for atom in atoms:
            if atom.mark is None:
                yield Row(atom, Op.DELETE)
                continue
            element = atom.mark.pieces[0].element
            if element.tag in _NOTES:
                note = self._deleted_note(_NOTES[str(element.tag)], element.get(ID, ""))
                if note is not None:
                    yield Row(atom, Op.DELETE, note=note)
            elif not atom.anchored and not depends_on_parts(atom.mark):
                yield Row(atom, Op.DELETE)

    def _deleted_note(self, kind: str, one: str) -> str | None:
        """Bring an old note, all deleted, into the new notes; its id there."""
        part = self._new.related(f"{kind}s")
        root = self._new.tree(part) if part is not None else None
        old = self._notes(self._old, kind).get(one)
        if root is None or old is None:
            return None
        taken = [int(note.get(ID, "0")) for note in root.findall(w(kind))]
        number = str(max([0, *taken]) + 1)
        note = etree.SubElement(root, w(kind))
        note.set(ID, number)
        paragraphs = [element for element in leaves(old[1]) if element.tag == P]
        for paragraph in paragraphs:
            note.append(self._deleted(paragraph, mark=paragraph is not paragraphs[-1]))
        return number

    def _pair_tables(self, old: Element, new: Element) -> None:
        olds, news = list(table_rows(old)), list(table_rows(new))
        pairs = dict(
            align.align(
                [self._row_item(row, old=True) for row in olds],
                [self._row_item(row, old=False) for row in news],
            )
        )
        pairs = {
            i: j for i, j in pairs.items() if len(row_cells(olds[i])) == len(row_cells(news[j]))
        }
        done, cursor = 0, None
        for index, row in enumerate(olds):
            if index in pairs:
                for added in news[done : pairs[index]]:
                    self._insert_row(added)
                twin = news[pairs[index]]
                for first, second in zip(row_cells(row), row_cells(twin), strict=True):
                    self._compare(first, second)
                done, cursor = pairs[index] + 1, twin
                continue
            copied = copy.deepcopy(row)
            self._delete_rows(copied, row)
            if cursor is not None:
                cursor.addnext(copied)
            else:
                news[0].addprevious(copied)
            cursor = copied
        for added in news[done:]:
            self._insert_row(added)

    def _row_item(self, row: Element, *, old: bool) -> Item:
        blocks = [self._blocks(cell, old=old) for cell in row_cells(row)]
        key = tuple(tuple(block.item.key for block in cell) for cell in blocks)
        return Item(key, "\n".join(block.item.text for cell in blocks for block in cell))

    def _insert_block(self, block: Block) -> None:
        if not block.table:
            self._insert(block.element, mark=True)
            return
        for row in list(table_rows(block.element)):
            self._insert_row(row)

    def _insert_row(self, row: Element) -> None:
        for paragraph in row.iter(P):
            self._insert(paragraph, mark=True)
        for inner in row.iter(TR):
            self._revisions.mark_row(inner, "ins")

    def _insert(self, paragraph: Element, *, mark: bool) -> None:
        rows = [
            Row(atom, Op.EQUAL if atom.anchored else Op.INSERT)
            for atom in self._now.atoms(paragraph)
        ]
        if rows:
            write_rows(paragraph, rows, self._revisions)
        if mark:
            self._revisions.mark_paragraph(paragraph, "ins")

    def _deleted_block(self, block: Block) -> Element:
        if not block.table:
            return self._deleted(block.element, mark=True)
        copied = copy.deepcopy(block.element)
        self._delete_rows(copied, block.element)
        return copied

    def _delete_rows(self, copied: Element, original: Element) -> None:
        """Turn the copy of a table or row into a deleted one."""
        twins = list(zip(copied.iter(P), original.iter(P), strict=True))
        for twin, paragraph in twins:
            parent = twin.getparent()
            if parent is not None:
                parent.replace(twin, self._deleted(paragraph, mark=True))
        for row in copied.iter(TR):
            self._revisions.mark_row(row, "del")
            for name in [name for name in row.attrib if not str(name).startswith(f"{{{W}}}")]:
                del row.attrib[name]

    def _deleted(self, paragraph: Element, *, mark: bool) -> Element:
        copied = etree.Element(P)
        self._revisions.take_properties(copied, paragraph)
        rows = list(self._gone(self._was.atoms(paragraph)))
        rows = [Row(_bare(row.atom), row.op, row.change, row.note) for row in rows]
        write_rows(copied, rows, self._revisions)
        if mark:
            self._revisions.mark_paragraph(copied, "del")
        return copied

    def _bring_styles(self) -> set[str]:
        """Copy the styles that only deleted content needs; the parts that changed."""
        source_part, target_part = self._old.related("styles"), self._new.related("styles")
        source = self._old.tree(source_part) if source_part is not None else None
        target = self._new.tree(target_part) if target_part is not None else None
        if source is None or target is None or target_part is None:
            return set()
        known = {one.get(w("styleId"), "") for one in target.findall(w("style"))}
        spare = {one.get(w("styleId"), ""): one for one in source.findall(w("style"))}
        names = ("pStyle", "rStyle", "tblStyle")
        wanted = [
            str(one.get(w("val")))
            for _, root in self._new.story_roots()
            for one in root.iter(*(w(name) for name in names))
        ]
        brought = False
        while wanted:
            style = wanted.pop()
            if style in known or style not in spare:
                continue
            known.add(style)
            copied = copy.deepcopy(spare[style])
            copied.attrib.pop(w("default"), None)
            target.append(copied)
            brought = True
            wanted.extend(str(one.get(w("val"))) for one in copied.iter(w("basedOn"), w("link")))
        return {target_part} if brought else set()


def _properties(paragraph: Element) -> Hashable:
    ppr = paragraph.find(PPR)
    if ppr is None:
        return ()
    return tuple(
        etree.tostring(child, method="c14n") for child in ppr if child.tag not in _UNTRACKED
    )


def _changed(old: Atom, new: Atom) -> tuple[Key, Element | None] | None:
    return (old.key, old.rpr) if old.key != new.key else None


def _bare(atom: Atom) -> Atom:
    return Atom(atom.char, atom.mark, atom.rpr, atom.key, ())
