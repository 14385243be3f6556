"""The words of one paragraph as safe HTML: emphasis, links, notes, tracked changes, comments.

A paragraph is a row of leaves (words, and the wraps that stand around them); wraps that neighbours
share are written once. Offsets count as in the text that ``reader`` gives, so that an anchor made
from that text finds its words. Blocks, lists and tables are ``preview``'s.

Source: ECMA-376 part 1, clauses 17.3.2 (runs) and 17.13.5 (revisions).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from documents import inline
from documents.canonical import written_target
from documents.errors import N_
from documents.html import Html, element, join, safe_address
from documents.inline import Group, Mark, Node, Role, Text, Wrap
from documents.preview_scene import LANGUAGE, Anchor, Change, ChangeKind, Scene, told, when
from documents.wml import ID, TEXT_BOX, VAL, Element, Located, ParagraphId, w
from documents.wordfile import Link

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_PICTURES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic",
    "{urn:schemas-microsoft-com:vml}imagedata",
)
_LOOKS = {
    "bold": "strong",
    "italic": "em",
    "struck": "s",
    "superscript": "sup",
    "subscript": "sub",
}


@dataclass(frozen=True, slots=True)
class _Revision:
    kind: ChangeKind
    author: str
    date: datetime | None
    move: int = 0


@dataclass(frozen=True, slots=True)
class _Wrap:
    name: str
    attributes: tuple[tuple[str, str | int | None], ...] = ()


@dataclass(frozen=True, slots=True)
class _Leaf:
    """Words or finished markup; ``counts`` says whether ``text`` is part of the text as read."""

    text: str
    wraps: tuple[_Wrap, ...] = ()
    markup: Html | None = None
    counts: bool = True
    revisions: tuple[_Revision, ...] = ()


def words(scene: Scene, located: Located) -> Html:
    """The words of a paragraph; its changes are numbered and kept in the scene."""
    paragraph = scene.ids[located.element]
    writer = _Leaves(scene, located)
    leaves = list(writer.of(inline.parse(located.element), ()))
    leaves = list(_numbered(scene, paragraph, leaves))
    leaves = _commented(scene, leaves, scene.anchors.get(paragraph, ()))
    return _rendered(leaves, 0)


class _Leaves:
    """Takes the nodes of a paragraph apart into leaves."""

    def __init__(self, scene: Scene, located: Located) -> None:
        self._scene = scene
        self._style = scene.word.styles.of(located.element)
        self._links: Mapping[str, Link] = scene.word.links(located.part)

    def of(
        self,
        nodes: Iterable[Node],
        wraps: tuple[_Wrap, ...],
        revisions: tuple[_Revision, ...] = (),
        counts: bool = True,
    ) -> Iterator[_Leaf]:
        for node in nodes:
            if isinstance(node, Text):
                changes = (*revisions, *self._restyled(node.rpr))
                look = (*wraps, *self._change_wraps(changes[len(revisions) :]))
                look = (*look, *self._looks(node.rpr))
                yield _Leaf(node.text, look, counts=counts, revisions=changes)
            elif isinstance(node, Mark):
                yield from self._mark(node, wraps, revisions, counts)
            else:
                yield from self._group(node, wraps, revisions, counts)

    def _group(
        self, group: Group, wraps: tuple[_Wrap, ...], revisions: tuple[_Revision, ...], counts: bool
    ) -> Iterator[_Leaf]:
        if group.wrap is Wrap.INSERTION and group.element is not None:
            change = self._revision(group.element)
            wraps = (*wraps, *self._change_wraps((change,)))
            revisions = (*revisions, change)
        elif group.wrap in (Wrap.LINK, Wrap.FIELD):
            link = self._link(written_target(group, self._links))
            if link is not None and not any(wrap.name == "a" for wrap in wraps):
                wraps = (*wraps, link)
        yield from self.of(group.nodes, wraps, revisions, counts)

    def _mark(
        self, mark: Mark, wraps: tuple[_Wrap, ...], revisions: tuple[_Revision, ...], counts: bool
    ) -> Iterator[_Leaf]:
        outside = tuple(wrap for wrap in wraps if wrap.name != "a")
        first = mark.pieces[0].element
        if mark.role is Role.DELETED:
            change = self._revision(first)
            inside = (*wraps, *self._change_wraps((change,)))
            yield from self.of(inline.parse(first), inside, (*revisions, change), False)
        elif mark.role is Role.NOTE:
            yield from self._note(first, outside)
        elif mark.role is Role.DRAWING:
            yield from self._drawing(mark, outside, revisions)
        elif mark.role is Role.BREAK:
            yield _Leaf("\n", wraps, element("br"), counts, revisions)
        elif mark.plain:
            rpr = next((piece.rpr for piece in mark.pieces if piece.in_run), None)
            math = (_Wrap("span", (("class", "math"),)),) if mark.role is Role.MATH else ()
            look = (*wraps, *self._looks(rpr), *math)
            yield _Leaf(mark.plain, look, counts=counts, revisions=revisions)

    def _note(self, reference: Element, wraps: tuple[_Wrap, ...]) -> Iterator[_Leaf]:
        kind = "en" if reference.tag == w("endnoteReference") else "fn"
        label = self._scene.notes.get((kind, reference.get(ID, "")))
        if label is None:
            return
        name = f"{self._scene.prefix}{kind}"
        link = element(
            "a",
            {
                "href": f"#{name}-{label}",
                "id": f"{name}ref-{label}" if self._scene.refer(kind, label) else None,
                "role": "doc-noteref",
                "aria-label": self._scene.say(N_("Note {number}"), number=label),
            },
            label,
        )
        yield _Leaf("", wraps, element("sup", {"class": "said ref"}, link), False)

    def _drawing(
        self, mark: Mark, wraps: tuple[_Wrap, ...], revisions: tuple[_Revision, ...]
    ) -> Iterator[_Leaf]:
        for piece in mark.pieces:
            pictures = [one for name in _PICTURES for one in piece.element.iter(name)]
            boxed = next(piece.element.iter(TEXT_BOX), None) is not None
            if boxed and not pictures:
                continue
            alternative = _alternative(piece.element)
            if alternative:
                said = self._scene.say(N_("Picture: {alternative}"), alternative=alternative)
            else:
                said = self._scene.say(N_("Picture without a description"))
            yield _Leaf("", wraps, self._scene.said("span", "picture", said), False, revisions)

    def _link(self, address: str) -> _Wrap | None:
        if address.startswith("#"):
            paragraph = self._scene.bookmarks.get(address[1:])
            if paragraph is None:
                return None
            return _Wrap("a", (("href", f"#{self._scene.prefix}p-{paragraph}"),))
        safe = safe_address(address)
        if safe is None:
            return None
        return _Wrap(
            "a", (("href", safe), ("rel", "noopener noreferrer nofollow"), ("title", safe))
        )

    def _looks(self, rpr: Element | None) -> Iterator[_Wrap]:
        for mark in self._scene.looks.marks(rpr, self._style):
            if mark == "hidden":
                title = self._scene.say(N_("Hidden in Word"))
                yield _Wrap("span", (("class", "hidden-text"), ("title", title)))
            else:
                yield _Wrap(_LOOKS[mark])
        said = rpr.find(LANGUAGE) if rpr is not None else None
        if said is not None and said.get(VAL) != self._scene.language:
            yield _Wrap("span", (("lang", said.get(VAL)),))

    def _restyled(self, rpr: Element | None) -> tuple[_Revision, ...]:
        found = rpr.find(w("rPrChange")) if rpr is not None else None
        return (self._revision(found),) if found is not None else ()

    def _revision(self, change: Element) -> _Revision:
        kind = {
            w("ins"): ChangeKind.INSERTED,
            w("moveFrom"): ChangeKind.MOVED_FROM,
            w("moveTo"): ChangeKind.MOVED_TO,
            w("rPrChange"): ChangeKind.FORMATTED,
        }.get(str(change.tag), ChangeKind.DELETED)
        date = when(change.get(w("date")))
        return _Revision(kind, change.get(w("author"), ""), date, self._scene.moves.get(change, 0))

    def _change_wraps(self, changes: Iterable[_Revision]) -> tuple[_Wrap, ...]:
        return tuple(self._change_wrap(change) for change in changes)

    def _change_wrap(self, change: _Revision) -> _Wrap:
        date = change.date.isoformat() if change.date is not None else None
        title = told(self._scene.say, change.kind, change.author, change.date)
        common: tuple[tuple[str, str | int | None], ...] = (
            ("title", title),
            ("data-author", change.author or None),
        )
        if change.kind is ChangeKind.FORMATTED:
            return _Wrap("span", (("class", "restyled"), *common))
        removed = change.kind in (ChangeKind.DELETED, ChangeKind.MOVED_FROM)
        moved = change.kind in (ChangeKind.MOVED_FROM, ChangeKind.MOVED_TO)
        return _Wrap(
            "del" if removed else "ins",
            (
                ("class", "moved" if moved else None),
                ("datetime", date),
                *common,
                ("data-move", change.move or None),
            ),
        )


def _alternative(drawing: Element) -> str:
    for properties in drawing.iter(f"{{{_DRAWING}}}docPr"):
        said = properties.get("descr") or properties.get("title") or ""
        if said.strip():
            return " ".join(said.split())
    for shape in drawing.iter():
        said = shape.get("alt") or ""
        if said.strip():
            return " ".join(said.split())
    return ""


def _numbered(scene: Scene, paragraph: ParagraphId, leaves: Sequence[_Leaf]) -> Iterator[_Leaf]:
    """The leaves with a number behind each change; neighbours of one author are one change."""

    def author(leaf: _Leaf) -> str | None:
        return leaf.revisions[-1].author if leaf.revisions else None

    for by, group in groupby(leaves, key=author):
        found = list(group)
        yield from found
        if by is None:
            continue
        revisions = [one for leaf in found for one in leaf.revisions]
        number = len(scene.changes) + 1
        scene.changes.append(
            Change(
                number,
                paragraph,
                tuple(dict.fromkeys(one.kind for one in revisions)),
                by,
                revisions[-1].date,
                "".join(leaf.text for leaf in found if not leaf.counts),
                "".join(leaf.text for leaf in found if leaf.counts),
                next((one.move for one in revisions if one.move), 0),
            )
        )
        label = scene.say(N_("Change {number}"), number=number)
        place = f"{scene.prefix}change-{number}"
        mark = element("sup", {"class": "said chg", "id": place, "title": label}, str(number))
        yield _Leaf("", (), mark, False)


def _commented(scene: Scene, leaves: Sequence[_Leaf], anchors: Sequence[Anchor]) -> list[_Leaf]:
    """The leaves cut where comments begin and end, the words between them marked."""
    if not anchors:
        return list(leaves)
    size = sum(len(leaf.text) for leaf in leaves if leaf.counts)
    spans = [
        (min(max(one.start, 0), size), min(max(one.end, one.start, 0), size), one.number)
        for one in anchors
    ]
    edges = sorted({edge for start, end, _ in spans for edge in (start, end)})
    done: list[_Leaf] = []
    at = 0
    ended: set[int] = set()

    def close(here: int) -> None:
        for index, (_, end, number) in enumerate(spans):
            if end <= here and index not in ended:
                ended.add(index)
                done.append(_Leaf("", (), _comment(scene, number), False))

    for piece in _cut(leaves, edges):
        if piece.counts:
            close(at)
            held = [number for start, end, number in spans if start <= at < end]
            at += len(piece.text)
        else:
            held = [number for start, end, number in spans if start < at < end]
        done.append(replace(piece, wraps=(*_held(held), *piece.wraps)) if held else piece)
    close(size)
    return done


def _held(numbers: Iterable[int]) -> tuple[_Wrap, ...]:
    said = " ".join(str(number) for number in sorted(set(numbers)))
    return (_Wrap("mark", (("data-comment", said),)),)


def _comment(scene: Scene, number: int) -> Html:
    label = scene.say(N_("Comment {number}"), number=number)
    link = element(
        "a", {"href": f"#{scene.prefix}comment-{number}", "aria-label": label}, str(number)
    )
    return element("sup", {"class": "said remark"}, link)


def _cut(leaves: Iterable[_Leaf], edges: Sequence[int]) -> Iterator[_Leaf]:
    at = 0
    for leaf in leaves:
        if not leaf.counts or leaf.markup is not None:
            yield leaf
            at += len(leaf.text) if leaf.counts else 0
            continue
        start, text = at, leaf.text
        cuts = [edge - start for edge in edges if start < edge < start + len(text)]
        for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
            yield replace(leaf, text=text[begin:end])
        at += len(text)


def _rendered(leaves: Sequence[_Leaf], depth: int) -> Html:
    def wrap(leaf: _Leaf) -> _Wrap | None:
        return leaf.wraps[depth] if depth < len(leaf.wraps) else None

    parts: list[Html | str] = []
    for outer, group in groupby(leaves, key=wrap):
        inside = list(group)
        if outer is None:
            parts.extend(leaf.text if leaf.markup is None else leaf.markup for leaf in inside)
        else:
            parts.append(element(outer.name, dict(outer.attributes), _rendered(inside, depth + 1)))
    return join(parts)
