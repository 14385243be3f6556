"""Take the sentences of a Word file out for translation, and put translations back.

``extract`` gives every paragraph with its segments as tagged text; ``merge`` writes targets into
the same file. What is not replaced stays byte for byte: a part without a new text is not written
anew, and in a paragraph with one every object (note, field, drawing, bookmark, tab) is kept.

White space and invisible objects at the edges of a segment (tabs, breaks, bookmarks, drawings,
deleted text) are not offered for translation; they stand between segments and stay where they are.
Note references and fields are offered, wherever they stand, because a reader sees them.

Where sentences begin is the caller's knowledge (``cut``); tags are read and written in ``tags``,
runs in ``inline``; ids come from ``identity``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from documents import identity, inline, inline_writer, tags
from documents.errors import N_, DocumentError
from documents.inline import Group, Mark, Node, Role, Text, Wrap
from documents.tags import Tag, TaggedText
from documents.wml import Element, Kind, Located, ParagraphId, Story
from documents.wordfile import WordFile

Cut = Callable[[str], Sequence[int]]
"""The offsets in a plain text at which new sentences begin, 0 left out."""

TITLE_ID = identity.TITLE_ID
_WORD_LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}
_EDGE = frozenset(
    {Role.TAB, Role.BREAK, Role.ANCHOR, Role.DELETED, Role.DRAWING, Role.FIELD_PART, Role.MATH}
)


class TagMismatchError(DocumentError):
    """A target does not have the tags of its source, or not in each other as there."""

    def __init__(
        self,
        paragraph: ParagraphId,
        text: str,
        missing: tuple[str, ...],
        unexpected: tuple[str, ...],
        moved: tuple[str, ...],
    ) -> None:
        self.paragraph = paragraph
        self.missing = missing
        self.unexpected = unexpected
        self.moved = moved
        super().__init__(
            N_(
                "The translation of the paragraph “{text}” does not have the tags of its source "
                "(missing: {missing}; too many: {unexpected}; moved out of another tag: {moved}). "
                "Put each tag of the source once into the translation."
            ),
            paragraph=paragraph,
            text=text,
            missing=", ".join(missing) or "–",
            unexpected=", ".join(unexpected) or "–",
            moved=", ".join(moved) or "–",
        )


class UnknownSegmentError(DocumentError):
    """A target is for a segment that the file does not have."""

    def __init__(self, paragraph: ParagraphId, index: int) -> None:
        super().__init__(
            N_(
                "There is a translation for sentence {index} of paragraph {paragraph}, which this "
                "file does not have. Take the sentences out of this file again."
            ),
            paragraph=paragraph,
            index=index + 1,
        )


class StaleSegmentError(DocumentError):
    """A target was made for another source text than the file has."""

    def __init__(self, paragraph: ParagraphId, text: str) -> None:
        super().__init__(
            N_(
                "The paragraph “{text}” has changed since it was translated. Take the sentences "
                "out of this file again and translate what changed."
            ),
            paragraph=paragraph,
            text=text,
        )


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph to translate.

    ``text`` is its plain text with tabs, line breaks and the last results of its fields.
    ``translatable`` is false when no segment has a letter: numbers and fields alone.
    The document's title is the last paragraph, in the story ``title``, with ``TITLE_ID``.
    """

    id: ParagraphId
    story: Story
    kind: Kind
    level: int
    segments: tuple[TaggedText, ...]
    text: str
    translatable: bool


@dataclass(slots=True)
class _Segment:
    nodes: list[Node]
    source: TaggedText
    objects: dict[int, Mark | Group]


@dataclass(slots=True)
class _Plan:
    """A paragraph taken apart: what stands between segments, and the segments, in order."""

    pieces: list[list[Node] | _Segment]
    plain: str
    look: tuple[Element | None, inline.Key]
    segments: list[_Segment] = field(default_factory=list)

    @property
    def sources(self) -> tuple[TaggedText, ...]:
        return tuple(segment.source for segment in self.segments)


def extract(data: bytes, cut: Cut | None = None) -> tuple[Paragraph, ...]:
    """Every paragraph of every story with its segments, in reading order, the title last.

    A file without paragraph ids is read with the ids that ``identity.stamp`` would give it.
    Without ``cut`` a paragraph is one segment. Raises ``DocumentError`` for what is no Word file.
    """
    word = WordFile(data)
    ids = identity.assign(word)
    found = []
    for located in word.paragraphs():
        plan = _plan(inline.parse(located.element), cut)
        kind, level = word.styles.role(located.element, located.in_cell)
        found.append(_paragraph(ids[located.element], located.story, kind, level, plan))
    title = word.title_element()
    if title is not None and (title[1].text or "").strip():
        plan = _plan([Text(title[1].text or "", None, ())], cut)
        found.append(_paragraph(TITLE_ID, Story.TITLE, Kind.HEADING, 0, plan))
    return tuple(found)


def merge(
    data: bytes,
    targets: Mapping[tuple[ParagraphId, int], TaggedText],
    language: str | None,
    *,
    cut: Cut | None = None,
    sources: Mapping[tuple[ParagraphId, int], TaggedText] | None = None,
) -> bytes:
    """The file with targets in the place of their segments, marked with the target's language.

    ``cut`` is the one that ``extract`` was given; ``sources``, where given, says for which source
    text each target was made. Without a language, a target that equals its source changes nothing.

    Raises ``TagMismatchError``, ``TaggedTextError``, ``UnknownSegmentError`` and
    ``StaleSegmentError``.
    """
    word = WordFile(data)
    wanted: dict[ParagraphId, dict[int, TaggedText]] = {}
    for (paragraph, index), target in targets.items():
        wanted.setdefault(paragraph, {})[index] = target
    if not wanted:
        return data
    tongue = _WORD_LANGUAGES.get(language, language) if language is not None else None
    ids = identity.assign(word)
    changed: set[str] = set()
    for located in list(word.paragraphs()):
        paragraph = ids[located.element]
        texts = wanted.pop(paragraph, None)
        if texts is not None:
            _check_sources(paragraph, located.element, cut, texts, sources)
            changed |= _replace(located, paragraph, texts, tongue, cut)
    title = wanted.pop(TITLE_ID, None)
    place = word.title_element()
    if title is not None and place is not None:
        part, element = place
        if _replace_title(element, title, cut):
            changed.add(part)
    for paragraph, texts in wanted.items():
        raise UnknownSegmentError(paragraph, min(texts))
    return word.save(sorted(changed))


def _paragraph(
    paragraph: ParagraphId, story: Story, kind: Kind, level: int, plan: _Plan
) -> Paragraph:
    letters = any(char.isalpha() for segment in plan.segments for char in _own_text(segment.nodes))
    return Paragraph(paragraph, story, kind, level, plan.sources, plan.plain, letters)


def _own_text(nodes: Sequence[Node]) -> str:
    return "".join(
        node.text if isinstance(node, Text) else _own_text(node.nodes)
        for node in nodes
        if not isinstance(node, Mark)
    )


def _plan(raw: list[Node], cut: Cut | None) -> _Plan:
    nodes = inline.formatted(raw)
    look = inline.base_of(nodes) or (None, ())
    plain = inline.plain_text(nodes)
    cuts = sorted({at for at in cut(plain) if 0 < at < len(plain)}) if cut and plain else []
    plan = _Plan([], plain, look)
    numbers = _Numbers()
    for part in _split(nodes, cuts):
        before, inside, after = _trim(part)
        if not _own_text(inside).strip():
            plan.pieces.append(part if not before and not after else [*before, *inside, *after])
            continue
        numbers.objects = {}
        segment = _Segment(inside, TaggedText(numbers.tagged(inside)), numbers.objects)
        plan.pieces.extend([before, segment, after])
        plan.segments.append(segment)
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
    kept = node.text.lstrip() if end == 0 else node.text.rstrip()
    if kept == node.text:
        return None
    space = node.text[: len(node.text) - len(kept)] if end == 0 else node.text[len(kept) :]
    if kept:
        nodes[end] = node.saying(kept)
    else:
        nodes.pop(end)
    return node.saying(space)


def _check_sources(
    paragraph: ParagraphId,
    element: Element,
    cut: Cut | None,
    texts: Mapping[int, TaggedText],
    sources: Mapping[tuple[ParagraphId, int], TaggedText] | None,
) -> None:
    if sources is None:
        return
    plan = _plan(inline.parse(element), cut)
    for index in texts:
        made_for = sources.get((paragraph, index))
        if made_for is not None and plan.sources[index : index + 1] != (made_for,):
            raise StaleSegmentError(paragraph, _shortened(plan.plain))


def _replace(
    located: Located,
    paragraph: ParagraphId,
    texts: Mapping[int, TaggedText],
    language: str | None,
    cut: Cut | None,
) -> set[str]:
    """Write targets into a paragraph and its mirrors; the parts that changed."""
    plan = _plan(inline.parse(located.element), cut)
    for index in texts:
        if not 0 <= index < len(plan.segments):
            raise UnknownSegmentError(paragraph, index)
    if language is None and all(plan.sources[index] == text for index, text in texts.items()):
        return set()
    sources = plan.sources
    inline_writer.rewrite(located.element, _filled(plan, paragraph, texts, language))
    for mirror in located.mirrors:
        twin = _plan(inline.parse(mirror), cut)
        if twin.sources == sources:
            inline_writer.rewrite(mirror, _filled(twin, paragraph, texts, language))
    return {located.part}


def _filled(
    plan: _Plan, paragraph: ParagraphId, texts: Mapping[int, TaggedText], language: str | None
) -> list[Node]:
    nodes: list[Node] = []
    index = 0
    for piece in plan.pieces:
        if isinstance(piece, list):
            nodes.extend(piece)
            continue
        target = texts.get(index)
        if target is None:
            nodes.extend(piece.nodes)
        else:
            content = tags.read(target)
            _check_tags(content, piece.objects, paragraph, plan.plain)
            nodes.extend(_fill(content, piece.objects, plan.look, language))
        index += 1
    return inline_writer.reunited(nodes)


def _check_tags(
    content: list[str | Tag], objects: Mapping[int, Mark | Group], paragraph: ParagraphId, text: str
) -> None:
    parents = {id(node): number for number, node in objects.items()}
    home = dict.fromkeys(objects, 0)
    for number, node in objects.items():
        if isinstance(node, Group):
            for child in node.nodes:
                if id(child) in parents:
                    home[parents[id(child)]] = number
    left = dict(objects)
    unexpected, moved = [], []
    for tag, parent in tags.walk(content):
        found = left.pop(tag.id) if tag.id in left else None
        shown = f"<{'g' if tag.paired else 'x'} {tag.id}>"
        if found is None or isinstance(found, Group) != tag.paired:
            unexpected.append(shown)
        elif tag.paired and home[tag.id] != parent:
            moved.append(shown)
    missing = [f"<{'g' if isinstance(node, Group) else 'x'} {n}>" for n, node in left.items()]
    if missing or unexpected or moved:
        raise TagMismatchError(
            paragraph, _shortened(text), tuple(missing), tuple(unexpected), tuple(moved)
        )


def _fill(
    content: list[str | Tag],
    objects: Mapping[int, Mark | Group],
    look: tuple[Element | None, inline.Key],
    language: str | None,
) -> list[Node]:
    nodes: list[Node] = []
    for part in content:
        if isinstance(part, str):
            nodes.append(Text(part, look[0], look[1], language))
            continue
        node = objects[part.id]
        if isinstance(node, Mark):
            nodes.append(node)
            continue
        inner = (
            (node.rpr, node.key) if node.wrap is Wrap.FORMAT else inline.base_of(node.nodes) or look
        )
        nodes.append(node.holding(_fill(part.content, objects, inner, language)))
    return nodes


def _replace_title(element: Element, texts: Mapping[int, TaggedText], cut: Cut | None) -> bool:
    plan = _plan([Text(element.text or "", None, ())], cut)
    for index in texts:
        if not 0 <= index < len(plan.segments):
            raise UnknownSegmentError(TITLE_ID, index)
    written = inline.plain_text(_filled(plan, TITLE_ID, texts, None))
    if written == element.text:
        return False
    element.text = written
    return True


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"
