"""Two editions of one text side by side, each paragraph beside the one with its identity.

Built from two previews, so that changes, notes and comments look as they do there. What stands in
one edition only has a row of its own at the place where it stands. Nothing here knows which
language is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from documents.errors import N_
from documents.html import Html, element, join
from documents.pairing import paired
from documents.preview import Entry, Preview, preview
from documents.preview_scene import Anchor, Change, Say, in_english
from documents.wml import ParagraphId


@dataclass(frozen=True, slots=True)
class Side:
    """One edition: its file, its language, the heading of its column, comments on it.

    ``marks`` are words that stand before paragraphs of it, such as who drafted them.
    """

    data: bytes
    language: str
    label: str
    anchors: Sequence[Anchor] = ()
    marks: Mapping[ParagraphId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph in both editions; None where an edition does not have it."""

    id: ParagraphId
    number: int | None
    source: Html | None
    target: Html | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Both editions ready to be looked at; ``html`` is the whole as one ``article``.

    ``changes`` are those of the source, then those of the target; ids in the page begin with
    ``s-`` and ``t-``.
    """

    title: str
    languages: tuple[str, str]
    html: Html
    rows: tuple[Row, ...]
    changes: tuple[tuple[Change, ...], tuple[Change, ...]]


def side_by_side(
    source: Side,
    target: Side,
    *,
    say: Say = in_english,
    interface: str | None = None,
    top: int = 2,
) -> Pair:
    """Two editions, aligned by the identity of their paragraphs, numbered as the source counts.

    ``top`` is the level of the rows' headings, 1 to 5; those of the text are one below.
    Raises ``DocumentError`` for what is no Word file.
    """
    left = _seen(source, say, interface, "s-", top, None)
    numbers = {one.id: one.number for one in left.entries if one.number is not None}
    right = _seen(target, say, interface, "t-", top, numbers)
    of_left = {one.id: one for one in left.entries}
    of_right = {one.id: one for one in right.entries}
    rows = []
    shown: list[Html] = []
    for name in paired(list(of_left), list(of_right)):
        here, there = of_left.get(name), of_right.get(name)
        cells = (_cell(here, source, "s-", say), _cell(there, target, "t-", say))
        rows.append(Row(name, numbers.get(name), cells[0], cells[1]))
        shown.append(_row(rows[-1], source, target, say, interface, top))
    head = element(
        "div",
        {"class": "par heads"},
        element("span"),
        element("p", {"class": "edition", "lang": source.language}, source.label),
        element("p", {"class": "edition", "lang": target.language}, target.label),
    )
    return Pair(
        left.title or right.title,
        (source.language, target.language),
        element("article", {"class": "preview pair"}, head, *shown),
        tuple(rows),
        (left.changes, right.changes),
    )


def _seen(
    side: Side,
    say: Say,
    interface: str | None,
    prefix: str,
    top: int,
    numbers: Mapping[ParagraphId, int] | None,
) -> Preview:
    return preview(
        side.data,
        say=say,
        language=side.language,
        interface=interface,
        anchors=side.anchors,
        numbers=numbers,
        prefix=prefix,
        top=top + 1,
        flat=True,
    )


def _cell(entry: Entry | None, side: Side, prefix: str, say: Say) -> Html | None:
    if entry is None:
        return None
    before: Html | str = ""
    if entry.note and entry.referred:
        kind, _, number = entry.note.partition("-")
        back = say(N_("Back to the place of note {number}"), number=number)
        before = element(
            "a",
            {
                "class": "said back",
                "id": f"{prefix}{entry.note}",
                "href": f"#{prefix}{kind}ref-{number}",
                "role": "doc-backlink",
                "aria-label": back,
            },
            number,
        )
    elif entry.mark:
        before = element("span", {"class": "said mark"}, entry.mark)
    attributes = {
        "class": "side item" if entry.mark else "side",
        "id": f"{prefix}p-{entry.id}",
        "lang": side.language,
        "data-ed": side.label,
    }
    return element("div", attributes, before, entry.html)


def _row(row: Row, source: Side, target: Side, say: Say, interface: str | None, top: int) -> Html:
    name = f"row-{row.id}"
    label = f"§\u00a0{row.number}" if row.number is not None else say(N_("Not numbered"))
    heading = element(f"h{top}", {"class": "said no", "id": name}, label)
    sides = [
        cell if cell is not None else _missing(side, say, interface)
        for cell, side in ((row.source, source), (row.target, target))
    ]
    marks = [
        element("p", {"class": "said drafted", "lang": interface}, mark)
        for side in (source, target)
        if (mark := side.marks.get(row.id))
    ]
    content = (element("header", {}, heading, *marks), join(sides))
    if row.number is None:
        return element("div", {"class": "par"}, *content)
    return element("section", {"class": "par", "aria-labelledby": name}, *content)


def _missing(side: Side, say: Say, interface: str | None) -> Html:
    label = say(N_("This edition does not have the paragraph."))
    return element(
        "div",
        {"class": "side", "data-ed": side.label},
        element("p", {"class": "said missing", "lang": interface}, label),
    )
