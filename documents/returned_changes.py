"""The tracked changes of a story as a person sees them, and each of them accepted or rejected.

What stands side by side, of one author and one kind, is one change; words that went beside words
that came are a replacement; a move is one change, where it left and where it arrived. Everything at
once is ``revisions``'s.

Source: ECMA-376 part 1, clause 17.13.5.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from documents.comments_parts import moment
from documents.revisions import accept_all
from documents.wml import ID, PPR, RPR, TR, Element, P, T, w

_INS, _DEL, _FROM, _TO = w("ins"), w("del"), w("moveFrom"), w("moveTo")
_CONTENT = (_INS, _DEL, _FROM, _TO)
_LOOKS = tuple(
    w(f"{name}Change")
    for name in ("rPr", "pPr", "sectPr", "tblPr", "tblPrEx", "tcPr", "trPr", "tblGrid", "numbering")
)
_OPPOSITE = {_INS: _DEL, _DEL: _INS, _FROM: _INS, _TO: _DEL}
_PLAIN = {w("delText"): T, w("delInstrText"): w("instrText")}
_HOLDERS = (RPR, w("trPr"), w("numPr"), PPR)
_STAYS = frozenset({RPR, w("sectPr"), *_CONTENT, w("cellIns"), w("cellDel"), w("cellMerge")})


class Kind(StrEnum):
    """What is proposed."""

    COMMENT = "comment"
    INSERTION = "insertion"
    DELETION = "deletion"
    REPLACEMENT = "replacement"
    MOVE = "move"
    FORMATTING = "formatting"
    PARAGRAPH_INSERTED = "paragraph inserted"
    PARAGRAPH_DELETED = "paragraph deleted"
    SPLIT = "paragraph split"
    JOINED = "paragraphs joined"
    ROW_INSERTED = "row inserted"
    ROW_DELETED = "row deleted"


@dataclass(slots=True, eq=False)
class Revision:
    """One change as a person sees it, and the elements that say it."""

    kind: Kind
    paragraph: Element | None
    before: str
    after: str
    author: str
    date: datetime | None
    elements: list[Element] = field(default_factory=list)


def revisions(root: Element) -> list[Revision]:
    """The changes under a root, in order."""
    found: list[Revision] = []
    used: set[Element] = set()
    moves: dict[str, Revision] = {}
    names = _move_names(root)
    for element in root.iter(*_CONTENT, *_LOOKS):
        if element in used:
            continue
        if element.tag in (_FROM, _TO) and element in names:
            _move(element, names[element], moves, found)
            continue
        made = _revision(element, used)
        used.update(made.elements)
        last = found[-1] if found else None
        if last is not None and _goes_on(last, made):
            _put_together(last, made)
        else:
            found.append(made)
    return _whole(found)


def _whole(found: list[Revision]) -> list[Revision]:
    """A paragraph at the end of a container that came or went is said by the mark before it."""
    done: list[Revision] = []
    for made in found:
        last = done[-1] if done else None
        pair = (last.kind, made.kind) if last is not None else None
        kind = {
            (Kind.SPLIT, Kind.INSERTION): Kind.PARAGRAPH_INSERTED,
            (Kind.JOINED, Kind.DELETION): Kind.PARAGRAPH_DELETED,
        }.get(pair or (made.kind, made.kind))
        if (
            last is not None
            and kind is not None
            and last.paragraph is not None
            and last.paragraph.getnext() is made.paragraph
            and _words(made.paragraph) == (made.before or made.after)
        ):
            made.elements = [*last.elements, *made.elements]
            made.kind = kind
            done.pop()
        done.append(made)
    return done


def _move_names(root: Element) -> dict[Element, str]:
    """The name of the move that each moved element belongs to."""
    found: dict[Element, str] = {}
    open_ranges: dict[str, str] = {}
    starts = (w("moveFromRangeStart"), w("moveToRangeStart"))
    ends = (w("moveFromRangeEnd"), w("moveToRangeEnd"))
    for element in root.iter(*starts, *ends, _FROM, _TO):
        if element.tag in starts:
            open_ranges[element.get(ID, "")] = element.get(w("name"), "")
        elif element.tag in ends:
            open_ranges.pop(element.get(ID, ""), None)
        elif open_ranges:
            found[element] = list(open_ranges.values())[-1]
        elif element.getparent() is not None:
            # The mark of a paragraph stands before the range begins in it.
            holder = next(element.iterancestors(P), None)
            start = next(holder.iter(*starts), None) if holder is not None else None
            if start is not None:
                found[element] = start.get(w("name"), "")
    return found


def _move(element: Element, name: str, moves: dict[str, Revision], found: list[Revision]) -> None:
    made = moves.get(name)
    if made is None:
        made = moves[name] = Revision(Kind.MOVE, _paragraph(element), "", "", *_by(element))
        found.append(made)
    made.elements.append(element)
    if element.tag == _FROM:
        made.before += _words(element)
        made.paragraph = _paragraph(element) if not made.before else made.paragraph
    else:
        made.after += _words(element)


def _by(element: Element) -> tuple[str, datetime | None]:
    return element.get(w("author"), ""), moment(element.get(w("date")))


def _paragraph(element: Element) -> Element | None:
    return next(element.iterancestors(P), None)


def _revision(element: Element, used: set[Element]) -> Revision:
    holder = element.getparent()
    if element.tag in _LOOKS:
        row = next(element.iterancestors(P, TR), None)
        inside = row if row is None or row.tag == P else next(row.iter(P), None)
        owner = holder.getparent() if holder is not None and holder.tag == RPR else inside
        text = _words(owner if owner is not None and owner.tag == w("r") else inside)
        return Revision(Kind.FORMATTING, inside, text, text, *_by(element), [element])
    if holder is not None and holder.tag == w("trPr"):
        return _row(element, holder)
    if holder is not None and holder.tag in _HOLDERS:
        return _mark(element, used)
    words = _words(element)
    came = element.tag in (_INS, _TO)
    return Revision(
        Kind.INSERTION if came else Kind.DELETION,
        _paragraph(element),
        "" if came else words,
        words if came else "",
        *_by(element),
        [element],
    )


def _row(element: Element, holder: Element) -> Revision:
    row = holder.getparent()
    came = element.tag == _INS
    inside = [element]
    text = ""
    if row is not None:
        inside += [one for one in row.iter(_INS if came else _DEL) if one is not element]
        text = "\n".join(_words(one) for one in row.iter(P))
    return Revision(
        Kind.ROW_INSERTED if came else Kind.ROW_DELETED,
        next(row.iter(P), None) if row is not None else None,
        "" if came else text,
        text if came else "",
        *_by(element),
        inside,
    )


def _mark(element: Element, used: set[Element]) -> Revision:
    """A paragraph's mark that came or went: with all its words, or alone."""
    paragraph = _paragraph(element)
    came = element.tag in (_INS, _TO)
    alike = (_INS, _TO) if came else (_DEL, _FROM)
    whole = Revision(
        Kind.PARAGRAPH_INSERTED if came else Kind.PARAGRAPH_DELETED,
        paragraph,
        "",
        "",
        *_by(element),
        [element],
    )
    if paragraph is None:
        return whole
    inside = [one for one in paragraph.iter(*alike) if one.getparent() is paragraph]
    loose = [
        one
        for one in paragraph.iter(w("r"))
        if _words(one) and not any(holder in inside for holder in one.iterancestors())
    ]
    if loose:
        whole.kind = Kind.SPLIT if came else Kind.JOINED
        whole.before = whole.after = _words(paragraph)
        return whole
    whole.elements += [one for one in inside if one not in used]
    words = _words(paragraph)
    whole.before, whole.after = ("", words) if came else (words, "")
    return whole


def _words(element: Element | None) -> str:
    """The text under an element, that which went too."""
    if element is None:
        return ""
    found: list[str] = []
    for one in element.iter(T, w("delText"), w("tab"), w("br"), w("noBreakHyphen")):
        parent = one.getparent()
        if parent is None or parent.tag != w("r"):
            continue
        if one.tag in (T, w("delText")):
            found.append(one.text or "")
        else:
            found.append({w("tab"): "\t", w("br"): "\n"}.get(str(one.tag), "\u2011"))
    return "".join(found)


def _goes_on(last: Revision, made: Revision) -> bool:
    """Whether the change is the rest of the one before it: beside it, by the same person."""
    words = {Kind.INSERTION, Kind.DELETION, Kind.REPLACEMENT}
    if last.author != made.author or last.paragraph is not made.paragraph:
        return False
    if last.kind is Kind.FORMATTING and made.kind is Kind.FORMATTING:
        return _beside(_run(last.elements[-1]), _run(made.elements[0]))
    if last.kind not in words or made.kind not in words:
        return False
    return _beside(last.elements[-1], made.elements[0])


def _run(change: Element) -> Element | None:
    return next(change.iterancestors(w("r")), None)


_BETWEEN = frozenset(
    w(name)
    for name in ("bookmarkStart", "bookmarkEnd", "proofErr", "commentRangeStart", "commentRangeEnd")
)


def _beside(one: Element | None, other: Element | None) -> bool:
    if one is None or other is None:
        return False
    following = one.getnext()
    while following is not None and following.tag in _BETWEEN:
        following = following.getnext()
    return following is other


def _put_together(last: Revision, made: Revision) -> None:
    last.before += made.before
    last.after += made.after
    last.elements += made.elements
    if last.kind is not Kind.FORMATTING:
        if last.before and last.after:
            last.kind = Kind.REPLACEMENT
        else:
            last.kind = Kind.INSERTION if last.after else Kind.DELETION


def settle(revision: Revision, *, accepted: bool) -> None:
    """Make one change final, or undo it. All of a tree have to be settled, in any order.

    ``finish`` then makes them so: until it is called the tree holds what accepting has to do.
    """
    if accepted:
        return
    for element in revision.elements:
        if element.tag in _LOOKS:
            _restore(element)
            continue
        for one in element.iter(*_PLAIN):
            if element.tag == _DEL:
                one.tag = _PLAIN[str(one.tag)]
        element.tag = _OPPOSITE[str(element.tag)]


def finish(root: Element) -> None:
    """Make the settled changes under a root final."""
    accept_all(root)


def _restore(change: Element) -> None:
    """Put the properties before a change back."""
    holder = change.getparent()
    if holder is None:
        return
    holder.remove(change)
    before = change[0] if len(change) else None
    if before is None:
        return
    kept = [one for one in holder if one.tag in _STAYS and holder.tag != w("sectPr")]
    if holder.tag == w("sectPr"):
        kept = [one for one in holder if str(one.tag).endswith("Reference")]
    for child in list(holder):
        holder.remove(child)
    marks = [one for one in kept if one.tag in _CONTENT or holder.tag == w("sectPr")]
    holder.extend([*marks, *copy.deepcopy(list(before))])
    holder.extend([one for one in kept if one not in marks])
