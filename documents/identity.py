"""Give every paragraph of a Word file an identity that survives a round trip through Word.

The identity is Word's own ``w14:paraId``. What a file has is kept; what it lacks is taken from the
version before, by content; the rest is new and depends on the content alone, so that two people who
stamp one file get the same ids. ``changes`` says what happened to paragraphs between two versions;
what happened inside a paragraph is ``redline``'s matter.

Source: [MS-DOCX] 2.6.2.3 (paraId), ECMA-376 part 3, clause 7.2 (Ignorable).
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from lxml import etree

from documents import align
from documents.align import Item
from documents.canonical import Fingerprint, Reader
from documents.wml import MC, PARA_ID, W14, Element, Located, P, ParagraphId, T
from documents.wordfile import WordFile

TITLE_ID = ParagraphId("7FFFFFFF")
"""Stands for the document's title, which is no paragraph; no paragraph is given it."""

_ID = re.compile(r"[0-7][0-9A-F]{7}")
_MATCHED_OLD, _MATCHED_NEW = "\ue000", "\ue001"
_IGNORABLE = f"{{{MC}}}Ignorable"


class Change(StrEnum):
    """What happened to a paragraph."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """A paragraph that is not as it was; the text of the side that lacks it is empty.

    Equal texts with ``changed`` mean that emphasis, a link or a level changed.
    """

    id: ParagraphId
    kind: Change
    old_text: str
    new_text: str


@dataclass(frozen=True, eq=False)
class _Known:
    located: Located
    id: ParagraphId | None
    reader: Reader

    @cached_property
    def print(self) -> Fingerprint:
        """Made when it is asked for: most paragraphs bring their ids along."""
        return self.reader.fingerprint(self.located)


def stamp(data: bytes, previous: bytes | None = None) -> bytes:
    """The file with an id on every paragraph; the same bytes when nothing is missing.

    ``previous`` is the stamped version before: paragraphs that came back without their ids, or with
    ids that version does not know, get the ids of the paragraphs that they match. An id that two
    paragraphs have stays with the first. Raises ``DocumentError`` for what is no Word file.
    """
    word = WordFile(data)
    given = assign(word, WordFile(previous) if previous is not None else None)
    changed: set[str] = set()
    for part, root in list(word.story_roots()):
        missing = [p for p in root.iter(P) if p.get(PARA_ID) != given[p]]
        if not missing:
            continue
        for paragraph in missing:
            paragraph.set(PARA_ID, given[paragraph])
        word.replace(part, with_ids_declared(root))
        changed.add(part)
    return word.save(sorted(changed))


def assign(word: WordFile, previous: WordFile | None = None) -> dict[Element, ParagraphId]:
    """The id of every paragraph element of every story part, as ``stamp`` would write it."""
    if previous is None:
        whole = _as_written(word)
        if whole is not None:
            return whole
    known, extra = _read(word)
    ids: dict[Element, ParagraphId] = {}
    taken: set[ParagraphId] = {TITLE_ID}
    if previous is not None:
        _inherit(known, _read(previous)[0], ids, taken)
    for one in known:
        if one.located.element not in ids and one.id is not None and one.id not in taken:
            ids[one.located.element] = one.id
            taken.add(one.id)
    counts: dict[str, int] = defaultdict(int)
    for one in known:
        if one.located.element not in ids:
            text = "".join(node.text or "" for node in one.located.element.iter(T))
            ids[one.located.element] = _new_id(text, counts[text], taken)
            counts[text] += 1
        for mirror in one.located.mirrors:
            ids[mirror] = ids[one.located.element]
    for paragraph in extra:
        own = _own_id(paragraph)
        if own is None or own in taken:
            own = _new_id("", counts[""], taken)
            counts[""] += 1
        taken.add(own)
        ids[paragraph] = own
    return ids


def changes(old: bytes, new: bytes) -> tuple[ParagraphChange, ...]:
    """What happened to each paragraph that has a text, in the order of the new version.

    A removed paragraph comes after the one that it followed. Versions without ids are aligned by
    content. A paragraph that moved and changed is ``changed``.
    """
    before, after = WordFile(old), WordFile(new)
    old_ids, new_ids = assign(before), assign(after, before)
    was = _told(before, old_ids)
    now = _told(after, new_ids)
    places = {paragraph: index for index, paragraph in enumerate(now)}
    common = [(i, places[paragraph]) for i, paragraph in enumerate(was) if paragraph in places]
    steady = {first for first, _ in align.rising(common)}
    removed: dict[ParagraphId | None, list[ParagraphChange]] = defaultdict(list)
    last: ParagraphId | None = None
    moved: set[ParagraphId] = set()
    for index, (paragraph, print_) in enumerate(was.items()):
        if paragraph not in now:
            removed[last].append(ParagraphChange(paragraph, Change.REMOVED, print_.text, ""))
        elif index in steady:
            last = paragraph
        else:
            moved.add(paragraph)
    found = list(removed[None])
    for paragraph, print_ in now.items():
        earlier = was.get(paragraph)
        if earlier is None:
            found.append(ParagraphChange(paragraph, Change.ADDED, "", print_.text))
        elif earlier.digest != print_.digest:
            found.append(ParagraphChange(paragraph, Change.CHANGED, earlier.text, print_.text))
        elif paragraph in moved:
            found.append(ParagraphChange(paragraph, Change.MOVED, earlier.text, print_.text))
        found.extend(removed[paragraph])
    return tuple(found)


def _told(word: WordFile, ids: dict[Element, ParagraphId]) -> dict[ParagraphId, Fingerprint]:
    reader = Reader(word)
    told = {}
    for located in word.paragraphs():
        print_ = reader.fingerprint(located)
        if print_.text.strip():
            told[ids[located.element]] = print_
    return told


def _own_id(paragraph: Element) -> ParagraphId | None:
    value = paragraph.get(PARA_ID, "").upper()
    return ParagraphId(value) if _ID.fullmatch(value) and int(value, 16) else None


def _as_written(word: WordFile) -> dict[Element, ParagraphId] | None:
    """The ids as they stand, when every paragraph has a good one of its own."""
    twins: dict[Element, Element] = {}
    for located in word.paragraphs():
        for mirror in located.mirrors:
            twins[mirror] = located.element
    ids: dict[Element, ParagraphId] = {}
    taken = {str(TITLE_ID)}
    for _, root in word.story_roots():
        for paragraph in root.iter(P):
            value = paragraph.get(PARA_ID, "")
            if paragraph in twins:
                if value != twins[paragraph].get(PARA_ID):
                    return None
            elif value in taken or not _ID.fullmatch(value) or not int(value, 16):
                return None
            taken.add(value)
            ids[paragraph] = ParagraphId(value)
    return ids


def _read(word: WordFile) -> tuple[list[_Known], list[Element]]:
    """The paragraphs that are read, then those that are not (separators, deleted content)."""
    reader = Reader(word)
    known: list[_Known] = []
    seen: set[Element] = set()
    for located in word.paragraphs():
        known.append(_Known(located, _own_id(located.element), reader))
        seen.add(located.element)
        seen.update(located.mirrors)
    extra = [p for _, root in word.story_roots() for p in root.iter(P) if p not in seen]
    return known, extra


def _inherit(
    known: Sequence[_Known],
    previous: Sequence[_Known],
    ids: dict[Element, ParagraphId],
    taken: set[ParagraphId],
) -> None:
    """Give paragraphs the ids of the version before."""
    places: dict[ParagraphId, int] = {}
    for index, one in enumerate(previous):
        if one.id is not None:
            places.setdefault(one.id, index)
    matched = dict(_by_id(known, previous, places))
    matched.update(_by_digest(known, previous, matched))
    pairs = sorted((old, new) for new, old in matched.items())
    anchors = align.rising(pairs)
    free_old = set(range(len(previous))) - set(matched.values())
    gaps = align.fill(
        [
            Item(i, one.print.text if i in free_old else _MATCHED_OLD)
            for i, one in enumerate(previous)
        ],
        [
            Item(i, one.print.text if i not in matched else _MATCHED_NEW)
            for i, one in enumerate(known)
        ],
        anchors,
    )
    matched.update((new, old) for old, new in gaps if old in free_old and new not in matched)
    for new, old in matched.items():
        paragraph = previous[old].id
        if paragraph is not None and paragraph not in taken:
            ids[known[new].located.element] = paragraph
            taken.add(paragraph)


def _by_id(
    known: Sequence[_Known], previous: Sequence[_Known], places: dict[ParagraphId, int]
) -> Iterator[tuple[int, int]]:
    claims: dict[int, list[int]] = defaultdict(list)
    for index, one in enumerate(known):
        if one.id is not None and one.id in places:
            claims[places[one.id]].append(index)
    for old, claimants in claims.items():
        best = claimants[0]
        if len(claimants) > 1:
            digest = previous[old].print.digest
            best = next((i for i in claimants if known[i].print.digest == digest), best)
        yield best, old


def _by_digest(
    known: Sequence[_Known], previous: Sequence[_Known], matched: dict[int, int]
) -> Iterator[tuple[int, int]]:
    used = set(matched.values())
    old_free = [i for i in range(len(previous)) if i not in used]
    new_free = [i for i in range(len(known)) if i not in matched]
    in_order = align.equal_pairs(
        [previous[i].print.digest for i in old_free], [known[i].print.digest for i in new_free]
    )
    moved: dict[str, list[int]] = defaultdict(list)
    done_old, done_new = set(), set()
    for a, b in in_order:
        done_old.add(old_free[a])
        done_new.add(new_free[b])
        yield new_free[b], old_free[a]
    for index in old_free:
        if index not in done_old and previous[index].print.text.strip():
            moved[previous[index].print.digest].append(index)
    for index in new_free:
        waiting = moved.get(known[index].print.digest)
        if index not in done_new and waiting:
            yield index, waiting.pop(0)


def _new_id(text: str, count: int, taken: set[ParagraphId]) -> ParagraphId:
    attempt = 0
    while True:
        said = f"enonce paragraph id {count} {attempt} {text}".encode()
        number = int.from_bytes(hashlib.sha256(said).digest()[:4]) & 0x7FFFFFFF
        found = ParagraphId(f"{number:08X}")
        if number and found not in taken:
            taken.add(found)
            return found
        attempt += 1


def with_ids_declared(root: Element) -> Element:
    """The root, declaring the w14 namespace as one that older readers may ignore."""
    names = dict(root.nsmap)
    prefix = next((p for p, uri in names.items() if uri == W14 and p), None)
    if prefix is None:
        prefix = "w14" if "w14" not in names else "w14id"
    ignorable = root.get(_IGNORABLE, "").split()
    if prefix in ignorable and names.get(prefix) == W14:
        return root
    names[prefix] = W14
    if MC not in names.values():
        names["mc" if "mc" not in names else "mcid"] = MC
    fresh = etree.Element(root.tag, dict(root.items()), names)
    fresh.text = root.text
    fresh.set(
        _IGNORABLE,
        " ".join([*ignorable, prefix]) if prefix not in ignorable else " ".join(ignorable),
    )
    fresh.extend(list(root))
    return fresh
