"""Compares two files story by story, container by container, for ``redline``.

Here it is decided which blocks belong together and in what order what went stands beside what came.
Inside paragraphs it is ``redline_paragraph``'s matter, in tables ``redline_tables``'s, around the
pages ``redline_margins``'s.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Hashable, Sequence

from lxml import etree

from documents.redline_atoms import Atomizer
from documents.redline_changes import Revisions, mark_look, properties, table_shape
from documents.redline_margins import Margins
from documents.redline_notes import NOTES, Notes
from documents.redline_paragraph import Paragraphs, Place
from documents.redline_parts import Numbering, Parts, bring_styles
from documents.redline_plan import Block, Move, leaves, plan_blocks, row_cells
from documents.redline_tables import Tables
from documents.revisions import accept_all
from documents.wml import ID, PPR, TBL, TEXT_BOX, Element, P, w
from documents.wordfile import WordFile

_HEAD = re.compile(rb'^<w:\w+(?: xmlns(?::\w+)?="[^"]*")*')
_NOISE = re.compile(rb' (?:w:rsid\w*|w14:paraId|w14:textId)="[^"]*"')
_FOREIGN = re.compile(rb'<(?!/?w:)| (?!w:|xml:)[\w.-]+:?[\w.-]*="|Reference ')
_SECTION = w("sectPr")


class Comparison:
    """One old version against one new one; ``run`` makes the new one the redline."""

    def __init__(self, old: WordFile, new: WordFile, revisions: Revisions) -> None:
        self._old, self._new = old, new
        self.revisions = revisions
        self.parts = Parts(old, new)
        self._notes = Notes(old, new, self.parts)
        self._was = Atomizer(old, self._notes.old_key)
        self._now = Atomizer(new, self._notes.new_key)
        self._place = Place(old.main, new.main)
        self._paragraphs = Paragraphs(
            self._was, self._now, self._notes, self.parts, revisions, self._place
        )
        self._tables = Tables(
            self._paragraphs, self.parts, revisions, self._place, self._compare, self._read_rows
        )
        self._margins = Margins(old, new, self.parts, self._compare_margin)
        self._numbering = Numbering(old, new, self.parts)

    def run(self) -> set[str]:
        """Compare everything; the parts of the new version that are not what they were."""
        before = {part: etree.tostring(root) for part, root in self._new.story_roots()}
        for word in (self._old, self._new):
            for _, root in word.story_roots():
                accept_all(root)
        for _, root in self._old.story_roots():
            self._numbering.settle(root)
        self._margins.begin()
        self.revisions.start_above(root for _, root in self._new.story_roots())
        self._notes.pair(self._was, self._now)
        bodies = [_body(word) for word in (self._old, self._new)]
        if bodies[0] is not None and bodies[1] is not None:
            self._compare(bodies[0], bodies[1])
            self._sections(bodies[0], bodies[1])
        self._compare_notes()
        changed = {
            part for part, root in self._new.story_roots() if etree.tostring(root) != before[part]
        }
        if changed or self.parts.trees:
            changed |= bring_styles(self._old, self._new, self.parts, self._numbering)
        return changed | self._numbering.changed

    def _sections(self, old: Element, new: Element) -> None:
        last, own = old.find(_SECTION), new.find(_SECTION)
        if own is None and last is not None:
            own = etree.SubElement(new, _SECTION)
        if own is not None:
            self._pair_section(last, own)
        self._margins.settle()

    def _pair_section(self, old: Element | None, new: Element) -> None:
        self.revisions.track_section(new, old)
        self._margins.pair(old, new)

    def _compare_margin(self, old: tuple[str, Element], new: tuple[str, Element]) -> None:
        before = self._place.old, self._place.new
        self._place.old, self._place.new = old[0], new[0]
        self._compare(old[1], new[1])
        self._place.old, self._place.new = before

    def _compare_notes(self) -> None:
        for old, new in self._notes.pairs():
            self._place.new = new.part
            if old is not None:
                self._place.old = old.part
                self._compare(old.note, new.note)
                continue
            for paragraph in [one for one in leaves(new.note) if one.tag == P]:
                self._paragraphs.insert(paragraph, mark=paragraph is not new.note[-1])

    def _read(self, old: Element, new: Element) -> tuple[list[Block], list[Block]]:
        return self._blocks(list(leaves(old)), list(leaves(new)))

    def _read_rows(
        self, olds: Sequence[Element], news: Sequence[Element]
    ) -> tuple[list[list[Block]], list[list[Block]]]:
        """The blocks of each row."""
        firsts, seconds = (
            [[leaf for cell in row_cells(row) for leaf in leaves(cell)] for row in rows]
            for rows in (olds, news)
        )
        first, second = self._blocks(
            [leaf for row in firsts for leaf in row], [leaf for row in seconds for leaf in row]
        )
        return _again(first, firsts), _again(second, seconds)

    def _blocks(
        self, olds: Sequence[Element], news: Sequence[Element]
    ) -> tuple[list[Block], list[Block]]:
        """Both rows of blocks. What is written alike on both sides is alike, and is not read."""
        was, now = [_raw(one) for one in olds], [_raw(one) for one in news]
        shared = {one for one in was if one is not None} & {one for one in now if one is not None}
        return (
            [
                self._block(one, raw if raw in shared else None, self._was, self._place.old)
                for one, raw in zip(olds, was, strict=True)
            ],
            [
                self._block(one, raw if raw in shared else None, self._now, self._place.new)
                for one, raw in zip(news, now, strict=True)
            ],
        )

    @staticmethod
    def _block(element: Element, raw: bytes | None, atomizer: Atomizer, part: str) -> Block:
        table = element.tag == TBL
        ppr = element.find(PPR) if not table and raw is None else None
        section = ppr is not None and ppr.find(_SECTION) is not None

        def said() -> list[tuple[Hashable, str]]:
            found = [element] if not table else list(element.iter(P))
            return [atomizer.said(one, part) for one in found]

        def read() -> str:
            return "\n".join(text for _, text in said())

        if raw is not None:
            return Block(element, raw, read, table, section)
        told = said()
        text = "\n".join(text for _, text in told)
        looks = tuple(
            (properties(one.find(PPR), "pPr"), mark_look(one))
            for one in ([element] if not table else element.iter(P))
        )
        shape = table_shape(element) if table else ()
        key = (shape, looks, tuple(one for one, _ in told))
        return Block(element, key, lambda: text, table, section)

    def _compare(self, old: Element, new: Element) -> None:
        """Write the changes from one container of blocks to another into the new one."""
        olds, news = self._read(old, new)
        first = news[0].element if news else None
        cursor: Element | None = None
        for stretch in plan_blocks(olds, news):
            for move in stretch.moves:
                if move.new is not None:
                    if move.old is not None:
                        self._pair(move.old, move.new, move.whole)
                        cursor = move.new.element
                    else:
                        cursor = self._insert_block(move.new, move)
                elif move.old is not None:
                    copied = self._deleted_block(move.old, move)
                    if cursor is not None:
                        cursor.addnext(copied)
                    elif first is not None:
                        first.addprevious(copied)
                    else:
                        new.insert(0, copied)
                    cursor = self._travelled(copied, move, "moveFrom")
            if stretch.spill:
                cursor = self._spill(stretch.spill)

    def _travelled(self, element: Element, move: Move, kind: str) -> Element:
        """Write the ends of the range of a move; what follows comes after the element returned."""
        travel = move.travel
        if travel is None:
            return element
        if not travel.name:
            travel.name = self.revisions.move_name()
        if kind not in travel.ends:
            travel.ends[kind] = self.revisions.begin_move(element, kind, travel.name)
        if kind == "moveFrom":
            travel.left += 1
            done = travel.left
        else:
            travel.arrived += 1
            done = travel.arrived
        if done < travel.size:
            return element
        return self.revisions.end_move(element, kind, travel.ends[kind])

    def _insert_block(self, block: Block, move: Move | None = None) -> Element:
        if block.table:
            self._tables.insert(block.element)
            return block.element
        moved = move is not None and move.travel is not None
        self._paragraphs.insert(block.element, mark=True, moved=moved)
        return self._travelled(block.element, move, "moveTo") if move is not None else block.element

    def _deleted_block(self, block: Block, move: Move) -> Element:
        if block.table:
            return self._tables.deleted(block.element)
        copied = self._paragraphs.deleted(block.element, mark=True, moved=move.travel is not None)
        if block.section:
            self._margins.bring(block.element, copied)
        return copied

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
            self.revisions.mark_paragraph(paragraph, "ins")
            for move in spill[1:]:
                assert move.new is not None
                last = move is spill[-1]
                self._paragraphs.insert(move.new.element, mark=not last)
                if last:
                    self.revisions.track_paragraph(move.new.element, kept.old.element)
                paragraph = move.new.element
            return paragraph
        self._drop_mark_changes(paragraph)
        own = paragraph.find(PPR)
        cursor = paragraph
        for move in spill[1:]:
            assert move.old is not None
            last = move is spill[-1]
            copied = self._paragraphs.deleted(move.old.element, mark=not last)
            if move.old.section:
                self._margins.bring(move.old.element, copied)
            cursor.addnext(copied)
            cursor = copied
            if last:
                before = copied.find(PPR)
                if before is not None:
                    copied.remove(before)
                if own is not None:
                    copied.insert(0, copy.deepcopy(own))
                self.revisions.track_paragraph(copied, move.old.element)
        if own is not None:
            paragraph.remove(own)
        self.revisions.take_properties(paragraph, kept.old.element)
        self.revisions.mark_paragraph(paragraph, "del")
        return cursor

    @staticmethod
    def _drop_mark_changes(paragraph: Element) -> None:
        """The kept paragraph's properties are tracked on the last of the spill instead."""
        for change in list(paragraph.iterfind(f"{PPR}//{w('pPrChange')}")) + list(
            paragraph.iterfind(f"{PPR}//{w('rPrChange')}")
        ):
            parent = change.getparent()
            if parent is not None:
                parent.remove(change)

    def _pair(self, old: Block, new: Block, whole: bool) -> None:
        if old.key == new.key:
            if not isinstance(new.key, bytes):
                self._settle_equal(old.element, new.element)
        elif old.table:
            self._tables.pair(old.element, new.element)
        else:
            boxes = self._paragraphs.pair(old.element, new.element, whole=whole)
            for before, after in boxes:
                self._compare_boxes(before, after)
            self.revisions.track_paragraph(new.element, old.element)
        if new.section:
            path = f"{PPR}/{_SECTION}"
            own = new.element.find(path)
            if own is not None:
                self._pair_section(old.element.find(path), own)

    def _settle_equal(self, old: Element, new: Element) -> None:
        for tag, kind in NOTES.items():
            for first, second in zip(old.iter(tag), new.iter(tag), strict=False):
                self._notes.match(kind, first.get(ID, ""), second.get(ID, ""))
        self._compare_boxes(old, new)

    def _compare_boxes(self, old: Element, new: Element) -> None:
        pairs = list(zip(old.iter(TEXT_BOX), new.iter(TEXT_BOX), strict=False))
        for first, second in pairs:
            self._compare(first, second)


def _again(blocks: list[Block], rows: Sequence[Sequence[Element]]) -> list[list[Block]]:
    found, at = [], 0
    for row in rows:
        found.append(blocks[at : at + len(row)])
        at += len(row)
    return found


def _body(word: WordFile) -> Element | None:
    root = word.tree(word.main)
    return root.find(w("body")) if root is not None else None


def _raw(element: Element) -> bytes | None:
    """The block as it is written, without noise; None where that alone does not say what it is.

    What leads to another part, or to a note, says different things in two files.
    """
    if element.prefix != "w":
        return None
    data = _NOISE.sub(b"", _HEAD.sub(b"", etree.tostring(element, with_tail=False)))
    if _FOREIGN.search(data) or b"sectPr" in data:
        return None
    return hashlib.blake2b(data, digest_size=16).digest()
