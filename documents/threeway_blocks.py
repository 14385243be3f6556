"""Merges containers of blocks, tables and paragraphs for ``threeway``.

A paragraph is the same in all versions when it has one identity, a table or a row when it holds the
same paragraphs. Their order is ``threeway_order``'s matter, the words of a paragraph that both
sides changed ``threeway_words``'s, copies ``threeway_bring``'s. Mine's tree becomes the result.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from documents import threeway_order, threeway_words
from documents.comments_anchor import END, REFERENCE, START
from documents.redline_changes import properties
from documents.redline_plan import leaves, row_cells, table_rows
from documents.threeway_bring import Bring
from documents.threeway_version import Version, paragraph_ids, text_of
from documents.wml import ID, TBL, TC, TEXT_BOX, TR, Element, P, ParagraphId, w

_HANGS = (START, END, REFERENCE)
Three = tuple[Element, Element, Element]
Parts = tuple[str, str, str]
"""The parts of base, mine and theirs that are merged now."""


class Side(StrEnum):
    """Whose text stands in the result."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


class ConflictKind(StrEnum):
    """What the two sides did that does not go together."""

    WORDS = "words"
    DELETED = "deleted"
    ADDED = "added"
    MOVED = "moved"
    LOOK = "look"
    TABLE = "table"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One place that a person has to look at; a text is empty where that side has none.

    ``kept`` says whose text stands in the result. ``paragraph`` is there in the result.
    """

    kind: ConflictKind
    paragraph: ParagraphId
    base: str
    mine: str
    theirs: str
    kept: Side


@dataclass(frozen=True, slots=True)
class Joined:
    """A paragraph in which words of both sides were put together."""

    paragraph: ParagraphId
    mine: str
    theirs: str
    text: str


class Blocks:
    """Merges one story after the other into mine's tree."""

    def __init__(
        self,
        versions: tuple[Version, Version, Version],
        bring: Bring,
        prefer: Side,
        wanted: Callable[[ParagraphId], bool],
        commented: frozenset[str],
    ) -> None:
        self._versions = versions
        self._base, self._mine, self._theirs = versions
        self._bring = bring
        self._prefer = prefer
        self._wanted = wanted
        self._commented = commented
        base = _groups(self._base, None)
        self._groups = (base, _groups(self._mine, base), _groups(self._theirs, base))
        self.conflicts: list[Conflict] = []
        self.joined: list[Joined] = []
        self.taken = 0
        """How many paragraphs, rows and tables theirs changed in the result."""

    def container(self, three: Three, parts: Parts) -> None:
        """Merge the paragraphs and tables of a body, a note, a header, a cell or a text box."""
        rows = [list(leaves(one)) for one in three]
        before = self.taken
        self._row(three[1], rows, parts, self._pair)
        if self.taken != before:
            _ended(three[1])

    def _row(
        self,
        holder: Element,
        rows: Sequence[Sequence[Element]],
        parts: Parts,
        pair: Callable[[Three, Parts], None],
    ) -> None:
        keyed = [{self._key(side, one): one for one in row} for side, row in enumerate(rows)]
        base, mine, theirs = keyed
        theirs = self._same_added(base, mine, theirs, parts)
        order = threeway_order.merge(
            list(base),
            list(mine),
            list(theirs),
            changed=lambda key, own: self._changed(
                key, base[key], mine[key] if own else theirs[key], own, parts
            ),
            wanted=lambda key: self._is_wanted(theirs.get(key), base.get(key)),
        )
        self._report(order, (base, mine, theirs))
        self._arrange(holder, order, mine, theirs, parts)
        for key in order.keys:
            if key in base and key in mine and key in theirs:
                pair((base[key], mine[key], theirs[key]), parts)

    def _key(self, side: int, element: Element) -> Hashable:
        if element.tag == P:
            return "p", self._versions[side].ids.get(element)
        return self._groups[side].get(element, ("new", side, element))

    def _changed(
        self, key: Hashable, base: Element, other: Element, own: bool, parts: Parts
    ) -> bool:
        side = self._mine if own else self._theirs
        if own and any(one.get(ID) in self._commented for one in other.iter(REFERENCE)):
            return True
        return side.said(other, parts[1 if own else 2]) != self._base.said(base, parts[0])

    def _is_wanted(self, theirs: Element | None, base: Element | None) -> bool:
        found = theirs if theirs is not None else base
        side = self._theirs if theirs is not None else self._base
        if found is None:
            return False
        ids = paragraph_ids(side.ids, found)
        return any(self._wanted(one) for one in ids)

    def _same_added(
        self,
        base: Mapping[Hashable, Element],
        mine: Mapping[Hashable, Element],
        theirs: Mapping[Hashable, Element],
        parts: Parts,
    ) -> dict[Hashable, Element]:
        """Theirs, under mine's keys where both added the same at the same place."""
        own = _gaps(base, mine)
        names: dict[Hashable, Hashable] = {}
        used: set[Hashable] = set()
        for key, (before, after) in _gaps(base, theirs).items():
            said = _plainly(self._theirs, theirs[key], parts[2])
            for twin, (own_before, own_after) in own.items():
                near = before == own_before or after == own_after
                if near and twin not in used and said == _plainly(self._mine, mine[twin], parts[1]):
                    names[key] = twin
                    used.add(twin)
                    break
        clash = (set(mine) & set(theirs)) - set(base) - set(names)
        names.update({key: ("theirs", key) for key in clash})
        return {names.get(key, key): element for key, element in theirs.items()}

    def _report(
        self,
        order: threeway_order.Order,
        rows: tuple[
            Mapping[Hashable, Element], Mapping[Hashable, Element], Mapping[Hashable, Element]
        ],
    ) -> None:
        base, mine, theirs = rows
        for key in order.kept_mine:
            self._conflict(ConflictKind.DELETED, base.get(key), mine[key], None, Side.MINE)
        for key in order.kept_theirs:
            self._conflict(ConflictKind.DELETED, base.get(key), None, theirs[key], Side.THEIRS)
        for first, second in order.beside:
            if text_of(mine[first]).strip() and text_of(theirs[second]).strip():
                self._conflict(ConflictKind.ADDED, None, mine[first], theirs[second], Side.BOTH)
        for key in order.torn:
            self._conflict(
                ConflictKind.MOVED, base.get(key), mine.get(key), theirs.get(key), Side.MINE
            )

    def _conflict(
        self,
        kind: ConflictKind,
        base: Element | None,
        mine: Element | None,
        theirs: Element | None,
        kept: Side,
    ) -> None:
        ids: list[ParagraphId] = []
        if mine is not None:
            ids = paragraph_ids(self._mine.ids, mine)
        if not ids and theirs is not None:
            ids = paragraph_ids(self._theirs.ids, theirs)
        self.conflicts.append(
            Conflict(
                kind,
                ids[0] if ids else ParagraphId(""),
                text_of(base),
                text_of(mine),
                text_of(theirs),
                kept,
            )
        )

    def _arrange(
        self,
        holder: Element,
        order: threeway_order.Order,
        mine: dict[Hashable, Element],
        theirs: Mapping[Hashable, Element],
        parts: Parts,
    ) -> None:
        first = next(iter(mine.values()), None)
        last: Element | None = None
        for key in order.keys:
            if key in order.placed:
                element = mine.get(key)
                if element is None:
                    element = self._bring.block(theirs[key], parts[2], parts[1], None)
                elif element is first:
                    first = element.getnext()
                if last is not None:
                    last.addnext(element)
                elif first is not None and first.getparent() is not None:
                    first.addprevious(element)
                else:
                    holder.insert(_head(holder), element)
                self.taken += 1
            else:
                element = mine[key]
            last = element
        for key in set(mine) - set(order.keys):
            parent = mine[key].getparent()
            if parent is not None:
                parent.remove(mine[key])
                self.taken += 1

    def _pair(self, three: Three, parts: Parts) -> None:
        base, mine, theirs = three
        if {one.tag for one in three} != {base.tag}:
            return
        boxes = [list(one.iter(TEXT_BOX)) for one in three] if base.tag == P else []
        if boxes and boxes[0] and len({len(one) for one in boxes}) == 1:
            for one in zip(*boxes, strict=True):
                self.container((one[0], one[1], one[2]), parts)
        said = [
            version.said(one, part)
            for version, one, part in zip(self._versions, three, parts, strict=True)
        ]
        if said[2] in (said[0], said[1]) or not self._is_wanted(theirs, base):
            return
        whole = self._theirs.exact and said[1] == said[0] and self._free(three)
        if whole:
            self.taken += 1
            self._replace(mine, theirs, parts)
        elif base.tag == TBL:
            self._table(three, parts)
        else:
            self._paragraph(three, parts)

    @staticmethod
    def _free(three: Three) -> bool:
        """Whether mine can be replaced: nothing hangs on it that theirs does not have."""
        mine = three[1]
        return (
            not any(next(one.iter(TEXT_BOX), None) is not None for one in three)
            and next(mine.iter(*_HANGS, w("sectPr")), None) is None
        )

    def _replace(self, mine: Element, theirs: Element, parts: Parts) -> None:
        made = self._bring.block(theirs, parts[2], parts[1], mine)
        parent = mine.getparent()
        if parent is not None:
            parent.replace(mine, made)

    def _paragraph(self, three: Three, parts: Parts) -> None:
        base, mine, theirs = three
        before = text_of(mine)
        outcome = threeway_words.merge(self._versions, three, parts, self._bring)
        roles = [version.role(one) for version, one in zip(self._versions, three, strict=True)]
        if not outcome.conflict:
            self.taken += 1
        else:
            self._conflict(ConflictKind.WORDS, base, mine, theirs, self._prefer)
            if self._prefer is Side.THEIRS:
                threeway_words.take(self._versions, three, parts, self._bring)
        if roles[2] not in (roles[0], roles[1]):
            if roles[1] == roles[0]:
                self._bring.properties(mine, theirs)
            elif not outcome.conflict:
                outcome = threeway_words.Outcome(False, True, outcome.both)
        if outcome.look_conflict:
            self._conflict(ConflictKind.LOOK, base, mine, theirs, Side.MINE)
        if outcome.both:
            one = self._mine.ids.get(mine, ParagraphId(""))
            self.joined.append(Joined(one, before, text_of(theirs), text_of(mine)))

    def _table(self, three: Three, parts: Parts) -> None:
        rows = [list(table_rows(one)) for one in three]
        keys = [
            {self._key(side, row): len(row_cells(row)) for row in found}
            for side, found in enumerate(rows)
        ]
        common = keys[0].keys() & keys[1].keys() & keys[2].keys()
        if any(not keys[0][key] == keys[1][key] == keys[2][key] for key in common):
            same = self._mine.said(three[1], parts[1]) == self._base.said(three[0], parts[0])
            if not same:
                self._conflict(ConflictKind.TABLE, *three, kept=self._prefer)
            if same or self._prefer is Side.THEIRS:
                self.taken += 1
                self._replace(three[1], three[2], parts)
            return
        self._look(three, ("tblPr", "tblGrid"))
        self._row(three[1], rows, parts, self._cells)
        if not list(table_rows(three[1])):
            parent = three[1].getparent()
            if parent is not None:
                parent.remove(three[1])

    def _cells(self, three: Three, parts: Parts) -> None:
        self._look(three, ("trPr",))
        cells = [row_cells(one) for one in three]
        for base, mine, theirs in zip(*cells, strict=True):
            self._look((base, mine, theirs), ("tcPr",))
            self.container((base, mine, theirs), parts)

    def _look(self, three: Three, names: Iterable[str]) -> None:
        """Take the properties of a table, row or cell that only theirs changed."""
        if not self._theirs.exact:
            return
        for name in names:
            held = [one.find(w(name)) for one in three]
            said = [properties(one, name) for one in held]
            if said[2] in (said[0], said[1]):
                continue
            if said[1] != said[0]:
                self._conflict(ConflictKind.LOOK, *three, kept=Side.MINE)
                continue
            place = 0
            if held[1] is not None:
                place = three[1].index(held[1])
                three[1].remove(held[1])
            if held[2] is not None:
                made = copy.deepcopy(held[2])
                three[1].insert(place, made)


def _groups(version: Version, base: Mapping[Element, Hashable] | None) -> dict[Element, Hashable]:
    """What tables and rows are called: by their first paragraph in base, by their most in base."""
    votes: dict[Element, Counter[Hashable]] = {}
    holders: dict[ParagraphId, list[tuple[str, Hashable]]] = {}
    if base is not None:
        for element, name in base.items():
            if isinstance(name, tuple):
                for one in name[2]:
                    holders.setdefault(one, []).append((str(element.tag), name))
    found: dict[Element, Hashable] = {}
    for _, root in version.word.story_roots():
        for element in root.iter(TBL, TR):
            ids = tuple(
                version.ids[one]
                for one in element.iter(P)
                if one in version.ids
                and next(one.iterancestors(TBL if element.tag == TBL else TR)) is element
            )
            if base is None:
                found[element] = (str(element.tag), ids[0] if ids else "", ids)
                continue
            votes[element] = Counter(
                name for one in ids for tag, name in holders.get(one, ()) if tag == element.tag
            )
            found[element] = ("own", ids[0] if ids else id(element), ids)
    claimed: set[Hashable] = set()
    for element, counted in sorted(votes.items(), key=lambda one: -max([0, *one[1].values()])):
        for name, _ in counted.most_common():
            if name not in claimed:
                claimed.add(name)
                found[element] = name
                break
    return found


def _gaps(
    base: Mapping[Hashable, Element], side: Mapping[Hashable, Element]
) -> dict[Hashable, tuple[Hashable, Hashable]]:
    """What a side added, with what of base stands before and after it."""
    keys = list(side)
    before: list[Hashable] = []
    last: Hashable = None
    for key in keys:
        before.append(last)
        last = key if key in base else last
    found: dict[Hashable, tuple[Hashable, Hashable]] = {}
    last = None
    for number in range(len(keys) - 1, -1, -1):
        if keys[number] in base:
            last = keys[number]
        else:
            found[keys[number]] = (before[number], last)
    return dict(reversed(found.items()))


def _plainly(version: Version, element: Element, part: str) -> Hashable:
    """What an added block says, whatever its paragraphs are called."""
    if element.tag == P:
        return version.said(element, part)
    return element.tag, tuple(version.said(one, part) for one in element.iter(P))


def _head(holder: Element) -> int:
    """Where the blocks of a container begin."""
    for index, child in enumerate(holder):
        if child.tag not in (w("tcPr"), w("tblPr"), w("tblGrid"), w("tblPrEx"), w("trPr")):
            return index
    return len(holder)


def _ended(holder: Element) -> None:
    """A cell ends with a paragraph, and so does what holds nothing any more."""
    found = list(leaves(holder))
    if found and (holder.tag != TC or found[-1].tag == P):
        return
    made = etree.Element(P)
    if found:
        found[-1].addnext(made)
    else:
        holder.insert(_head(holder), made)
