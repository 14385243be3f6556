"""Take the sentences of a Word file out for translation, and put translations back.

``extract`` gives every paragraph with its segments as tagged text; ``merge`` writes targets into
the same file. What is not replaced stays byte for byte: a part without a new text is not written
anew, and in a paragraph with one every object (note, field, drawing, bookmark, tab) is kept.

White space and invisible objects at the edges of a segment (tabs, breaks, bookmarks, drawings,
deleted text) are not offered for translation; they stand between segments and stay where they are.
Note references and fields are offered, wherever they stand, because a reader sees them.

Where sentences begin is the caller's knowledge (``cut``); tags are read and written in ``tags``,
runs in ``inline``; a paragraph is taken apart in ``segments_plan``; ids come from ``identity``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from documents import identity, inline, inline_place, inline_writer, tags
from documents.errors import N_, DocumentError
from documents.inline import Group, Mark, Node, Text, Wrap
from documents.segments_plan import Cut, Plan, taken_apart
from documents.tags import Tag, TaggedText
from documents.wml import Element, Kind, Located, ParagraphId, Story
from documents.wordfile import WordFile

Contents = Mapping[int, list[str | Tag]]
"""The targets of a paragraph by the place of their segment, as strings and tags."""

TITLE_ID = identity.TITLE_ID
_WORD_LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}


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


class Sitting:
    """A file whose sentences are taken out and put back without reading it twice.

    ``paragraphs`` is what ``extract`` gives; ``merge`` may be called once. Raises ``DocumentError``
    for what is no Word file.
    """

    def __init__(self, data: bytes, cut: Cut | None = None) -> None:
        self._word = WordFile(data)
        self._cut = cut
        self._plans: list[tuple[ParagraphId, Located, Plan]] = []
        ids = identity.assign(self._word)
        found = []
        for located in self._word.paragraphs():
            plan = taken_apart(inline.parse(located.element), cut)
            kind, level = self._word.styles.role(located.element, located.in_cell)
            paragraph = ids[located.element]
            self._plans.append((paragraph, located, plan))
            found.append(_paragraph(paragraph, located.story, kind, level, plan))
        title = self._word.title_element()
        if title is not None and (title[1].text or "").strip():
            plan = taken_apart([Text(title[1].text or "", None, ())], cut)
            found.append(_paragraph(TITLE_ID, Story.TITLE, Kind.HEADING, 0, plan))
        self.paragraphs = tuple(found)

    def merge(
        self, targets: Mapping[tuple[ParagraphId, int], TaggedText], language: str | None
    ) -> bytes:
        """The file with targets in the place of their segments, as the function ``merge`` says."""
        if not targets:
            return self._word.data
        return _written(self._word, self._plans, targets, language, self._cut, None)


def extract(data: bytes, cut: Cut | None = None) -> tuple[Paragraph, ...]:
    """Every paragraph of every story with its segments, in reading order, the title last.

    A file without paragraph ids is read with the ids that ``identity.stamp`` would give it.
    Without ``cut`` a paragraph is one segment. Raises ``DocumentError`` for what is no Word file.
    """
    return Sitting(data, cut).paragraphs


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
    if not targets:
        return data
    ids = identity.assign(word)
    named = {paragraph for paragraph, _ in targets}
    plans = (
        (ids[located.element], located, taken_apart(inline.parse(located.element), cut))
        for located in list(word.paragraphs())
        if ids[located.element] in named
    )
    return _written(word, plans, targets, language, cut, sources)


def _written(
    word: WordFile,
    plans: Iterable[tuple[ParagraphId, Located, Plan]],
    targets: Mapping[tuple[ParagraphId, int], TaggedText],
    language: str | None,
    cut: Cut | None,
    sources: Mapping[tuple[ParagraphId, int], TaggedText] | None,
) -> bytes:
    wanted: dict[ParagraphId, dict[int, TaggedText]] = {}
    for (paragraph, index), target in targets.items():
        wanted.setdefault(paragraph, {})[index] = target
    tongue = _WORD_LANGUAGES.get(language, language) if language is not None else None
    changed: set[str] = set()
    for paragraph, located, plan in plans:
        texts = wanted.pop(paragraph, None)
        if texts is not None:
            _check_sources(paragraph, plan, texts, sources)
            changed |= _replace(located, paragraph, plan, texts, tongue, cut)
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
    paragraph: ParagraphId, story: Story, kind: Kind, level: int, plan: Plan
) -> Paragraph:
    return Paragraph(paragraph, story, kind, level, plan.sources, plan.plain, plan.letters)


def _check_sources(
    paragraph: ParagraphId,
    plan: Plan,
    texts: Mapping[int, TaggedText],
    sources: Mapping[tuple[ParagraphId, int], TaggedText] | None,
) -> None:
    if sources is None:
        return
    for index in texts:
        made_for = sources.get((paragraph, index))
        if made_for is not None and plan.sources[index : index + 1] != (made_for,):
            raise StaleSegmentError(paragraph, _shortened(plan.plain))


def _replace(
    located: Located,
    paragraph: ParagraphId,
    plan: Plan,
    texts: Mapping[int, TaggedText],
    language: str | None,
    cut: Cut | None,
) -> set[str]:
    """Write targets into a paragraph and its mirrors; the parts that changed."""
    for index in texts:
        if not 0 <= index < len(plan.segments):
            raise UnknownSegmentError(paragraph, index)
    if language is None and all(plan.sources[index] == text for index, text in texts.items()):
        return set()
    contents = {index: tags.read(text) for index, text in texts.items()}
    _write(located.element, plan, paragraph, contents, language)
    for mirror in located.mirrors:
        twin = taken_apart(inline.parse(mirror), cut)
        if twin.sources == plan.sources:
            _write(mirror, twin, paragraph, contents, language)
    return {located.part}


def _write(
    element: Element, plan: Plan, paragraph: ParagraphId, contents: Contents, language: str | None
) -> None:
    texts = _laid(plan, contents)
    if texts is None or not inline_place.write(texts, language):
        inline_writer.rewrite(element, _filled(plan, paragraph, contents, language))


def _laid(plan: Plan, contents: Contents) -> list[inline_place.Laid] | None:
    """Every text of the paragraph with what it says now; None where a target moves tags about."""
    texts: list[inline_place.Laid] = []
    index = 0
    for piece in plan.pieces:
        if isinstance(piece, list):
            texts.extend(inline_place.unchanged(piece))
            continue
        content = contents.get(index)
        if content is None:
            texts.extend(inline_place.unchanged(piece.nodes))
        else:
            found = inline_place.laid(piece.nodes, content, piece.objects)
            if found is None:
                return None
            texts += found
        index += 1
    return texts


def _filled(
    plan: Plan, paragraph: ParagraphId, contents: Contents, language: str | None
) -> list[Node]:
    nodes: list[Node] = []
    index = 0
    for piece in plan.pieces:
        if isinstance(piece, list):
            nodes.extend(piece)
            continue
        content = contents.get(index)
        if content is None:
            nodes.extend(piece.nodes)
        else:
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
    plan = taken_apart([Text(element.text or "", None, ())], cut)
    for index in texts:
        if not 0 <= index < len(plan.segments):
            raise UnknownSegmentError(TITLE_ID, index)
    contents = {index: tags.read(text) for index, text in texts.items()}
    written = inline.plain_text(_filled(plan, TITLE_ID, contents, None))
    if written == element.text:
        return False
    element.text = written
    return True


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"
