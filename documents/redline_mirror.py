"""The redlines of both languages of one text, each change under one number on both sides.

The number stands as a Word comment on the paragraph, because a comment is seen beside the text, is
printed with it and is no part of it: accept all is the new version, reject all the old one, as in
any redline. A paragraph that only one language changed has its number in the other one too, with a
word that it did not change there. A comment on a paragraph that went, goes with it.

Numbers follow the reading order of the French text. A paragraph is the same in both languages when
it has the same id, as in files that ``identity.stamp`` and the translation road made; files without
common ids are matched by the order of their headings, lists, cells and texts.

Changes without another word, emphasis or level (alignment, margins) are tracked and not numbered. A
number of a header, footer or note stands in the table only: Word has no comments there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from lxml import etree

from documents import align
from documents.additions import Additions
from documents.comments_parts import Said, Writer
from documents.identity import ParagraphChange, assign, changes, stamp
from documents.pairing import paired
from documents.redline import redline
from documents.wml import ID, PARA_ID, PPR, R_, Element, P, ParagraphId, w
from documents.wordfile import WordFile

_OWN = {"fr": "Modification {number}", "en": "Change {number}"}
_OTHER = {
    "fr": "Modification {number}\u00a0: version anglaise seulement. Ce paragraphe ne change pas.",
    "en": "Change {number}: French version only. This paragraph does not change.",
}
_COMMON = 0.5


class MirroredChange(NamedTuple):
    """What happened to one paragraph; None for a language in which nothing happened to it."""

    number: int
    paragraph: ParagraphId
    french: ParagraphChange | None
    english: ParagraphChange | None


class Mirrored(NamedTuple):
    """Both redlines and the table of their changes, by number."""

    french: bytes
    english: bytes
    changes: tuple[MirroredChange, ...]


class _Side(NamedTuple):
    redline: bytes
    names: Mapping[ParagraphId, ParagraphId]
    """The common name of each paragraph: its id in the French text."""
    order: tuple[ParagraphId, ...]
    changes: Mapping[ParagraphId, ParagraphChange]


def mirrored(
    old_fr: bytes, new_fr: bytes, old_en: bytes, new_en: bytes, *, author: str, when: datetime
) -> Mirrored:
    """The redline of each language, with one number for one change.

    ``author`` and ``when`` stand on every change and comment (a naive ``when`` is taken as UTC).
    Raises ``DocumentError`` for what is no Word file.
    """
    aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    old_fr, old_en = stamp(old_fr), stamp(old_en)
    new_fr, new_en = stamp(new_fr, old_fr), stamp(new_en, old_en)
    french = _side(old_fr, new_fr, {}, author, aware)
    english = _side(old_en, new_en, _names((old_fr, new_fr), (old_en, new_en)), author, aware)
    table = tuple(
        MirroredChange(number, name, french.changes.get(name), english.changes.get(name))
        for number, name in enumerate(
            (
                name
                for name in paired(french.order, english.order)
                if name in french.changes or name in english.changes
            ),
            1,
        )
    )
    return Mirrored(
        _numbered(french, table, "fr", author, aware),
        _numbered(english, table, "en", author, aware),
        table,
    )


def _side(
    old: bytes,
    new: bytes,
    names: Mapping[ParagraphId, ParagraphId],
    author: str,
    when: datetime,
) -> _Side:
    data = redline(old, new, author=author, when=when)
    found = {names.get(one.id, one.id): one for one in changes(old, new)}
    return _Side(data, names, tuple(_order(data, names)), found)


def _order(data: bytes, names: Mapping[ParagraphId, ParagraphId]) -> dict[ParagraphId, None]:
    """The common names in the order of the redline, what went in its place."""
    order: dict[ParagraphId, None] = {}
    for _, root in WordFile(data).story_roots():
        for paragraph in root.iter(P):
            own = ParagraphId(paragraph.get(PARA_ID, ""))
            order.setdefault(names.get(own, own))
    order.pop(ParagraphId(""), None)
    return order


def _ids(data: bytes) -> list[ParagraphId]:
    word = WordFile(data)
    ids = assign(word)
    return [ids[one.element] for one in word.paragraphs()]


def _names(
    french: tuple[bytes, bytes], english: tuple[bytes, bytes]
) -> dict[ParagraphId, ParagraphId]:
    """The French ids of English paragraphs, for files that have no ids in common."""
    fr = {one for data in french for one in _ids(data)}
    en = {one for data in english for one in _ids(data)}
    if len(fr & en) >= _COMMON * min(len(fr), len(en)):
        return {}
    found: dict[ParagraphId, ParagraphId] = {}
    for first, second in zip(french, english, strict=True):
        left, right = _roles(first), _roles(second)
        pairs: Sequence[tuple[int, int]] = (
            [(n, n) for n in range(len(left))]
            if [role for _, role in left] == [role for _, role in right]
            else list(align.equal_pairs([role for _, role in left], [role for _, role in right]))
        )
        for i, j in pairs:
            found.setdefault(right[j][0], left[i][0])
    return found


def _roles(data: bytes) -> list[tuple[ParagraphId, tuple[object, ...]]]:
    word = WordFile(data)
    ids = assign(word)
    return [
        (
            ids[one.element],
            (one.story, *word.styles.role(one.element, one.in_cell), one.in_cell),
        )
        for one in word.paragraphs()
    ]


def _numbered(
    side: _Side,
    table: Sequence[MirroredChange],
    language: str,
    author: str,
    when: datetime,
) -> bytes:
    """The redline with the numbers of its changes in the margin."""
    if not table:
        return side.redline
    word = WordFile(side.redline)
    root = word.tree(word.main)
    places: dict[ParagraphId, Element] = {}
    for paragraph in root.iter(P) if root is not None else ():
        own = ParagraphId(paragraph.get(PARA_ID, ""))
        places.setdefault(side.names.get(own, own), _outermost(paragraph))
    additions = Additions(word)
    writer = Writer(word, additions)
    for change in table:
        place = places.get(change.paragraph)
        if place is None:
            continue
        mine = side.changes.get(change.paragraph)
        said = (_OWN if mine is not None else _OTHER)[language].format(number=change.number)
        number = writer.add(Said("", author, str(change.number), when, said, None, resolved=False))
        _anchor(place, number)
    return additions.save({word.main, *writer.changed})


def _outermost(paragraph: Element) -> Element:
    """The paragraph itself, or the one that holds its text box: Word has no comments in a box."""
    return next((one for one in reversed(list(paragraph.iterancestors(P)))), paragraph)


def _anchor(paragraph: Element, number: str) -> None:
    """Hang a comment on a whole paragraph; on one that came or went, as a part of it."""
    start, end = (
        etree.Element(w(f"commentRange{name}"), {ID: number}) for name in ("Start", "End")
    )
    paragraph.insert(1 if len(paragraph) and paragraph[0].tag == PPR else 0, start)
    paragraph.append(end)
    run = etree.Element(R_)
    etree.SubElement(run, w("commentReference"), {ID: number})
    mark = next(
        (
            one
            for name in ("ins", "del", "moveFrom", "moveTo")
            for one in paragraph.iterfind(f"{PPR}/{w('rPr')}/{w(name)}")
        ),
        None,
    )
    if mark is None:
        paragraph.append(run)
        return
    around = etree.SubElement(paragraph, mark.tag, dict(mark.items()))
    around.set(ID, _free_number(paragraph))
    around.append(run)


def _free_number(paragraph: Element) -> str:
    root = paragraph.getroottree().getroot()
    return str(
        max(
            int(one.get(ID, "0"))
            for one in root.iter(*(w(name) for name in ("ins", "del", "moveFrom", "moveTo")))
            if one.get(ID, "0").isdecimal()
        )
        + 1
    )
