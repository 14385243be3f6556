"""A paragraph taken apart for translation: what stands between its segments, and the segments.

``segments`` makes and uses these plans; runs and objects are ``inline``'s. White space and
invisible objects at the edges of a segment are trimmed off; an offset inside a content control, a
tracked insertion or a field is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from documents import inline, tags
from documents.inline import Group, Mark, Node, Role, Text, Wrap
from documents.tags import TaggedText
from documents.wml import Element

Cut = Callable[[str], Sequence[int]]
"""The offsets in a plain text at which new sentences begin, 0 left out."""

_EDGE = frozenset(
    {Role.TAB, Role.BREAK, Role.ANCHOR, Role.DELETED, Role.DRAWING, Role.FIELD_PART, Role.MATH}
)


@dataclass(slots=True)
class Segment:
    """One segment: its nodes, its tagged text, and what each of its tags stands for."""

    nodes: list[Node]
    source: TaggedText
    objects: dict[int, Mark | Group]


@dataclass(slots=True)
class Plan:
    """A paragraph taken apart: what stands between segments, and the segments, in order."""

    pieces: list[list[Node] | Segment]
    plain: str
    look: tuple[Element | None, inline.Key]
    segments: list[Segment] = field(default_factory=list)
    sources: tuple[TaggedText, ...] = ()
    """The tagged text of each segment."""
    letters: bool = False
    """Whether any segment has a letter."""


def own_text(nodes: Sequence[Node]) -> str:
    """The characters that can be translated: objects and their results left out."""
    parts = []
    for node in nodes:
        if isinstance(node, Text):
            parts.append(node.text)
        elif isinstance(node, Group):
            parts.append(own_text(node.nodes))
    return "".join(parts)


def taken_apart(raw: list[Node], cut: Cut | None) -> Plan:
    """A paragraph's nodes as segments and what stands between them."""
    if len(raw) == 1 and isinstance(raw[0], Text):
        return _of_one_text(raw[0], cut)
    look = inline.base_of(raw)
    nodes = inline.formatted(raw, look) if len(raw) > 1 or look is None else raw
    plain = inline.plain_text(nodes)
    cuts = sorted({at for at in cut(plain) if 0 < at < len(plain)}) if cut and plain else []
    plan = Plan([], plain, look or (None, ()))
    numbers = _Numbers()
    for part in _split(nodes, cuts):
        before, inside, after = _trim(part)
        said = own_text(inside) if inside else ""
        if not said or said.isspace():
            plan.pieces.append(part if not before and not after else [*before, *inside, *after])
            continue
        numbers.objects = {}
        segment = Segment(inside, TaggedText(numbers.tagged(inside)), numbers.objects)
        plan.pieces.extend([before, segment, after])
        plan.segments.append(segment)
        plan.sources += (segment.source,)
        plan.letters = plan.letters or any(map(str.isalpha, said))
    return plan


def _of_one_text(node: Text, cut: Cut | None) -> Plan:
    """What ``taken_apart`` gives for words of one look, the commonest paragraph there is."""
    text = node.text
    plan = Plan([], text, (node.rpr, node.key))
    cuts = sorted({at for at in cut(text) if 0 < at < len(text)}) if cut else []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        part = text[start:end]
        kept = part.strip()
        if not kept:
            plan.pieces.append([node.saying(part)])
            continue
        at = part.index(kept)
        segment = Segment([node.saying(kept)], TaggedText(tags.escape(kept)), {})
        before, after = part[:at], part[at + len(kept) :]
        if before:
            plan.pieces.append([node.saying(before)])
        plan.pieces.append(segment)
        if after:
            plan.pieces.append([node.saying(after)])
        plan.segments.append(segment)
        plan.sources += (segment.source,)
        plan.letters = plan.letters or any(map(str.isalpha, kept))
    return plan


class _Numbers:
    """Gives the tags of a paragraph their ids, in the order in which they begin."""

    def __init__(self) -> None:
        self._last = 0
        self.objects: dict[int, Mark | Group] = {}

    def tagged(self, nodes: Sequence[Node]) -> str:
        parts = []
        for node in nodes:
            if isinstance(node, Text):
                parts.append(tags.escape(node.text))
                continue
            self._last += 1
            number = self._last
            self.objects[number] = node
            if isinstance(node, Mark):
                parts.append(f'<x id="{number}"/>')
            else:
                parts.append(f'<g id="{number}">{self.tagged(node.nodes)}</g>')
        return "".join(parts)


def _divisible(group: Group) -> bool:
    return group.wrap in (Wrap.FORMAT, Wrap.LINK)


class _Splitter:
    """Cuts nodes at plain-text offsets; a link or formatting that goes on is opened again.

    An offset inside a content control, a tracked insertion or a field is passed over: halves of
    those would be two.
    """

    def __init__(self, cuts: Sequence[int]) -> None:
        self._cuts = list(cuts)
        self._at = 0
        self._open: list[Group] = []
        self.parts: list[list[Node]] = [[]]

    @property
    def _level(self) -> list[Node]:
        return self._open[-1].nodes if self._open else self.parts[-1]

    def _cut_here(self) -> None:
        here = False
        while self._cuts and self._cuts[0] <= self._at:
            self._cuts.pop(0)
            here = True
        if here:
            self.parts.append([])
            again, self._open = self._open, []
            for group in again:
                self._enter(group)

    def _enter(self, group: Group) -> None:
        half = group.half([])
        self._level.append(half)
        self._open.append(half)

    def add(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            self._cut_here()
            if isinstance(node, Text):
                self._add_text(node)
            elif isinstance(node, Group) and _divisible(node) and self._cuts:
                self._enter(node)
                self.add(node.nodes)
                self._open.pop()
            else:
                self._level.append(node)
                self._at += len(inline.plain_text([node]))
                self._cuts = [at for at in self._cuts if at >= self._at]

    def _add_text(self, node: Text) -> None:
        text = node.text
        while self._cuts and self._cuts[0] < self._at + len(text):
            size = self._cuts[0] - self._at
            self._level.append(node.saying(text[:size]))
            self._at += size
            text = text[size:]
            self._cut_here()
        self._level.append(node.saying(text))
        self._at += len(text)


def _split(nodes: list[Node], cuts: Sequence[int]) -> list[list[Node]]:
    if not cuts:
        return [nodes]
    splitter = _Splitter(cuts)
    splitter.add(nodes)
    return splitter.parts


def _trim(nodes: list[Node]) -> tuple[list[Node], list[Node], list[Node]]:
    """What stands before, in and after the text that is offered."""
    inside = list(nodes)
    before: list[Node] = []
    after: list[Node] = []
    while inside and (taken := _take(inside, 0)) is not None:
        before.append(taken)
    while inside and (taken := _take(inside, -1)) is not None:
        after.insert(0, taken)
    return before, inside, after


def _take(nodes: list[Node], end: int) -> Node | None:
    """Remove white space or an edge object from one end; None when there is none."""
    node = nodes[end]
    if isinstance(node, Mark):
        return nodes.pop(end) if node.role in _EDGE else None
    if isinstance(node, Group):
        if node.wrap is not Wrap.FORMAT or not node.nodes:
            return None
        rest = list(node.nodes)
        taken = _take(rest, end)
        if taken is not None:
            if rest:
                nodes[end] = node.half(rest)
            else:
                nodes.pop(end)
        return taken
    if not (node.text and node.text[end].isspace()):
        return None if node.text else nodes.pop(end)
    kept = node.text.lstrip() if end == 0 else node.text.rstrip()
    space = node.text[: len(node.text) - len(kept)] if end == 0 else node.text[len(kept) :]
    if kept:
        nodes[end] = node.saying(kept)
    else:
        nodes.pop(end)
    return node.saying(space)
