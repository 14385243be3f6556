"""An upload beside the version before: paragraph by paragraph, and which approvals it costs.

Nothing is stored or decided here. What the house makes of it afterwards is ``policy.fallen``'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from approvals.dossier import Dossier
from approvals.errors import N_
from approvals.names import ORDER, ParagraphId
from documents import identity
from documents.digest import text_digest
from documents.findings import Finding
from documents.identity import Change, ParagraphChange
from documents.reader import on_one_line
from documents.worddiff import DiffPiece, Op, word_diff
from locales.normal import normal


class Difference(StrEnum):
    """What became of a paragraph."""

    SAME = "same"
    TYPOGRAPHY = "typography"
    LOOK = "look"
    CHANGED = "changed"
    MOVED = "moved"
    NEW = "new"
    GONE = "gone"
    CONFLICT = "conflict"
    """Somebody else changed it too, otherwise."""


AROUND: Final = 45
"""Characters of the unchanged text that are shown beside a change."""

MARKS: Final[Mapping[Difference, tuple[str, str, str]]] = {
    Difference.SAME: ("ok", "ok", N_("Unchanged")),
    Difference.TYPOGRAPHY: ("mute", "half", N_("Typography only")),
    Difference.LOOK: ("warn", "half", N_("Emphasis, link or level")),
    Difference.CHANGED: ("warn", "chg", N_("Changed")),
    Difference.MOVED: ("warn", "dlg", N_("Moved")),
    Difference.NEW: ("warn", "chg", N_("New")),
    Difference.GONE: ("warn", "no", N_("Gone")),
    Difference.CONFLICT: ("stop", "chg", N_("Conflict")),
}
"""Each difference's colour, shape and word."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, or a row of unchanged ones: its numbers on both sides, from and to."""

    mine: tuple[int, int] | None
    theirs: tuple[int, int] | None
    difference: Difference
    words: int = 0
    """How many words are others."""
    pieces: tuple[DiffPiece, ...] = ()
    stake: int = 0
    """How many approvals fall with it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole file beside the version before."""

    lines: tuple[Line, ...]
    paragraphs: int
    first: str

    @property
    def changed(self) -> int:
        """Count the paragraphs that are not as they were."""
        return sum(one.difference is not Difference.SAME for one in self.lines)

    @property
    def stake(self) -> int:
        """Give the largest number of approvals that fall with one paragraph."""
        return max((one.stake for one in self.lines), default=0)


def chart(
    it: Dossier | None, before: bytes | None, data: bytes, conflicts: Collection[str] = ()
) -> Chart:
    """Lay an upload beside the version before; alone where there is none.

    ``conflicts`` are paragraphs that somebody else changed too.
    """
    stamped = identity.stamp(data, before)
    now = text_digest(stamped).paragraphs
    texts = [on_one_line(one.text) for one in now]
    spoken = [text for text in texts if text.strip()]
    first = next((text for text in spoken if len(text) > 40), spoken[0] if spoken else "")
    if it is None or before is None:
        return Chart((), len(spoken), first)
    numbers = {ParagraphId(one.id): number for number, one in enumerate(now, 1)}
    old = text_digest(before).paragraphs
    known = {ParagraphId(one.id): number for number, one in enumerate(old, 1)}
    found = identity.changes(before, stamped)
    changes = {ParagraphId(one.id): one for one in found if one.kind is not Change.REMOVED}
    gone = _gone(found, [ParagraphId(one.id) for one in old], numbers)
    stakes = _stakes(it)
    lines = [_line(one, None, known[ParagraphId(one.id)], stakes) for one in gone[None]]
    for id, number in numbers.items():
        if texts[number - 1].strip() and (id in known or id in changes):
            lines.append(_line(changes.get(id), number, known.get(id), stakes))
        lines.extend(_line(one, None, known[ParagraphId(one.id)], stakes) for one in gone[id])
    torn = {numbers[ParagraphId(id)] for id in conflicts if id in numbers}
    marked = [
        replace(one, difference=Difference.CONFLICT) if one.mine and one.mine[0] in torn else one
        for one in lines
    ]
    return Chart(tuple(_together(marked)), len(spoken), first)


def _gone(
    found: Iterable[ParagraphChange],
    old: Sequence[ParagraphId],
    numbers: Mapping[ParagraphId, int],
) -> Mapping[ParagraphId | None, list[ParagraphChange]]:
    """Give what was removed by the paragraph that it followed."""
    removed = {ParagraphId(one.id): one for one in found if one.kind is Change.REMOVED}
    gone: dict[ParagraphId | None, list[ParagraphChange]] = defaultdict(list)
    last: ParagraphId | None = None
    for id in old:
        if id in removed:
            gone[last].append(removed[id])
        elif id in numbers:
            last = id
    return gone


def _stakes(it: Dossier) -> Mapping[ParagraphId, int]:
    found: dict[ParagraphId, int] = defaultdict(int)
    for given in it.approvals.values():
        for id in given:
            found[id] += 1
    return found


def _line(
    change: ParagraphChange | None,
    mine: int | None,
    theirs: int | None,
    stakes: Mapping[ParagraphId, int],
) -> Line:
    left, right = ((one, one) if one else None for one in (mine, theirs))
    if change is None:
        return Line(left, right, Difference.SAME)
    before, after = on_one_line(change.old_text), on_one_line(change.new_text)
    pieces = word_diff(before, after)
    difference = {
        Change.ADDED: Difference.NEW,
        Change.REMOVED: Difference.GONE,
        Change.MOVED: Difference.MOVED,
    }.get(change.kind, Difference.CHANGED)
    if difference is Difference.CHANGED:
        if change.old_text == change.new_text:
            difference = Difference.LOOK
        elif normal(before) == normal(after):
            difference = Difference.TYPOGRAPHY
    order = difference in (Difference.MOVED, Difference.NEW, Difference.GONE)
    return Line(
        left,
        right,
        difference,
        _words(pieces),
        () if difference in (Difference.LOOK, Difference.MOVED) else pieces,
        stakes.get(ORDER if order else ParagraphId(change.id), 0),
    )


def excerpted(pieces: Sequence[DiffPiece]) -> list[DiffPiece]:
    """Give a comparison with what is the same cut down to the words around each change."""
    found: list[DiffPiece] = []
    for place, piece in enumerate(pieces):
        if piece.op is not Op.EQUAL:
            text = piece.text
            found.append(piece if len(text) < 300 else DiffPiece(piece.op, f"{text[:300]}…"))
            continue
        before = _head(piece.text) if place else ""
        after = _tail(piece.text) if place < len(pieces) - 1 else ""
        short = len(before) + len(after) + 5 < len(piece.text)
        found.append(DiffPiece(Op.EQUAL, f"{before} … {after}" if short else piece.text))
    return found


def _head(text: str) -> str:
    return text[:AROUND].rpartition(" ")[0] if len(text) > AROUND else text


def _tail(text: str) -> str:
    return text[-AROUND:].partition(" ")[2] if len(text) > AROUND else text


def _words(pieces: Iterable[DiffPiece]) -> int:
    counts = {Op.DELETE: 0, Op.INSERT: 0}
    for piece in pieces:
        if piece.op is not Op.EQUAL:
            counts[piece.op] += len(piece.text.split())
    return max(counts.values())


def _together(lines: Iterable[Line]) -> Iterator[Line]:
    """Put unchanged paragraphs that follow one another into one line."""
    held: Line | None = None
    for line in lines:
        if (
            held is not None
            and line.difference is Difference.SAME
            and held.mine
            and held.theirs
            and line.mine
            and line.theirs
            and line.mine[0] - held.mine[1] == line.theirs[0] - held.theirs[1]
        ):
            held = Line(
                (held.mine[0], line.mine[1]), (held.theirs[0], line.theirs[1]), Difference.SAME
            )
            continue
        if held is not None:
            yield held
            held = None
        if line.difference is Difference.SAME:
            held = line
        else:
            yield line
    if held is not None:
        yield held


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that intake has to say: the sentence, where it is, words near it, what to do."""

    blocking: bool
    what: str
    remedy: str
    where: str
    paragraph: int | None
    near: str


PLACES: Final = (
    ("word/document", N_("Text")),
    ("word/header", N_("Header")),
    ("word/footer", N_("Footer")),
    ("word/footnotes", N_("Footnotes")),
    ("word/endnotes", N_("Endnotes")),
    ("word/comments", N_("Comments")),
)


def fault(finding: Finding, sentence: str, *, blocking: bool) -> Fault:
    """Cut a finding, said in the reader's language, into what is wrong and what to do."""
    what, stop, remedy = sentence.partition(". ")
    where = next((name for part, name in PLACES if finding.part.lstrip("/").startswith(part)), "")
    return Fault(
        blocking,
        what + ("." if stop else ""),
        remedy,
        where or N_("Whole file"),
        finding.paragraph,
        finding.near,
    )
