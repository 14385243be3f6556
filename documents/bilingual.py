"""Both editions of a text on one paper, in two columns, paragraph beside paragraph.

Paragraphs are paired by identity, never by their order. A heading stands across both columns, one
language under the other, so that programs that list headings find it; between headings the
paragraphs are rows of a table whose heading row names the languages on every page. Emphasis and
notes come along; links come as their words, which the editions themselves keep. The sentences of
the paper are the caller's; ``writer`` lays it out; on screen the same is ``preview_pair``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from documents import identity, inline
from documents.canonical import Reader
from documents.inline import Mark as InlineMark
from documents.inline import Node
from documents.inline import Role as InlineRole
from documents.inline import Text as InlineText
from documents.pairing import paired
from documents.papers import (
    Block,
    Column,
    Facing,
    Heading,
    Mark,
    Origins,
    Paper,
    Role,
    Span,
    Text,
    Words,
)
from documents.wml import ID, Element, Kind, ParagraphId, Story, Style, w
from documents.wordfile import WordFile
from documents.writer import paper

_MARGINS = frozenset({Story.HEADER, Story.FOOTER})
_NOTES = frozenset({Story.FOOTNOTE, Story.ENDNOTE})
_ROLES = {Kind.LIST: Role.SIDE_BULLET, Kind.QUOTE: Role.SIDE_QUOTE}


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: its file, its language, what its column is called (*Français, texte adopté*)."""

    data: bytes
    language: str
    label: str


@dataclass(frozen=True, slots=True)
class BilingualPaper:
    """The words of the paper that are not the text's own, in the language of the first edition."""

    institution: str
    body: str
    number: Words
    """What stands above the titles: *Édition bilingue*."""
    title: str
    reference: str
    page_of: str
    first: Edition
    second: Edition
    table_title: str
    """Read before each table: *Les deux textes côte à côte*."""
    description: str
    notes_heading: tuple[str, str]
    """The heading of the notes in both languages."""
    missing: tuple[str, str]
    """What stands where an edition lacks a paragraph, in both languages."""
    remarks: tuple[Words, ...] = ()
    """Paragraphs at the end: which text is authoritative, by which resolution."""
    subject: str = ""
    created: datetime | None = None
    origins: Origins | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    kind: Kind
    level: int
    note: bool
    words: tuple[str | Span, ...]


def bilingual(content: BilingualPaper) -> bytes:
    """The bilingual edition as a DOCX.

    Raises ``DocumentError`` for editions that are no Word files.
    """
    return paper(
        Paper(
            language=content.first.language,
            title=content.title,
            institution=content.institution,
            body=content.body,
            reference=content.reference,
            page_of=content.page_of,
            subject=content.subject,
            created=content.created,
            blocks=tuple(_blocks(content)),
        )
    )


def _blocks(content: BilingualPaper) -> Iterator[Block]:
    first, second = _read(content.first.data), _read(content.second.data)
    tongues = content.first.language, content.second.language
    yield Text(content.number, Role.NUMBER)
    rows: list[tuple[Text, Text]] = []
    in_notes = titled = False
    order = paired(list(first), list(second))
    highest = min(
        (one.level for one in first.values() if one.kind is Kind.HEADING and one.level), default=1
    )
    for name in order:
        pair = first.get(name), second.get(name)
        said = pair[0] or pair[1]
        if said is None:
            continue
        if said.kind is Kind.HEADING and not said.note:
            yield from _table(content, rows)
            rows = []
            if said.level == 0 and not titled:
                titled = True
                yield from _titles(pair, tongues)
            else:
                level = max(1, said.level - highest + 1)
                yield Heading(_heading(pair, tongues[1]), level, language=tongues[0])
            continue
        if said.note and not in_notes:
            in_notes = True
            yield from _table(content, rows)
            rows = []
            yield Heading(_both(content.notes_heading, tongues[1]))
        left, right = (
            _side(one, said, lacking) for one, lacking in zip(pair, content.missing, strict=True)
        )
        rows.append((left, right))
    yield from _table(content, rows)
    yield from (Text(remark) for remark in content.remarks)
    if content.origins is not None:
        yield from content.origins.blocks()


def _titles(pair: Sequence[_Said | None], tongues: tuple[str, str]) -> Iterator[Text]:
    roles = (Role.TITLE, Role.SUBTITLE)
    for said, role, tongue in zip(pair, roles, tongues, strict=True):
        if said is not None:
            yield Text(said.words, role, tongue)


def _heading(pair: Sequence[_Said | None], tongue: str) -> Words:
    left, right = pair
    words: list[str | Span] = list(left.words) if left is not None else []
    if right is not None:
        if words:
            words.append("\n")
        words.extend(
            _second(one if isinstance(one, str) else one.text, tongue) for one in right.words
        )
    return tuple(words)


def _both(labels: tuple[str, str], tongue: str) -> Words:
    first, second = labels
    return first if first == second else (f"{first}\n", _second(second, tongue))


def _second(text: str, tongue: str) -> Span:
    return Span(text, Mark.SECOND, tongue)


def _side(said: _Said | None, model: _Said, lacking: str) -> Text:
    if said is None:
        return Text((Span(lacking, Mark.EMPHASIS),), Role.SIDE)
    return Text(said.words, _ROLES.get(model.kind, Role.SIDE))


def _table(content: BilingualPaper, rows: Sequence[tuple[Text, Text]]) -> Iterator[Facing]:
    if rows:
        columns = tuple(
            Column(one.label, language=one.language) for one in (content.first, content.second)
        )
        yield Facing(columns, tuple(rows), content.table_title, content.description)


def _read(data: bytes) -> dict[ParagraphId, _Said]:
    """What an edition says, headers and footers left out, notes at the end."""
    word = WordFile(data)
    ids = identity.assign(word)
    labels = _note_labels(word)
    reader = Reader(word)
    numbered: set[int] = set()
    said: dict[ParagraphId, _Said] = {}
    of_note = _note_of_paragraph(word, labels)
    for located in word.paragraphs():
        if located.story in _MARGINS:
            continue
        style = word.styles.of(located.element)
        words = tuple(_words(inline.parse(located.element), reader, style, labels))
        kind, level = word.styles.role(located.element, located.in_cell)
        note = located.story in _NOTES
        if not any((one if isinstance(one, str) else one.text).strip() for one in words):
            continue
        number = of_note.get(located.element)
        if number is not None and number not in numbered:
            numbered.add(number)
            words = (Span(f"{number}\u00a0", Mark.ORDINAL), *words)
        said[ids[located.element]] = _Said(kind, level, note, words)
    return said


def _note_labels(word: WordFile) -> dict[tuple[str, str], int]:
    """A number for each note: footnotes first, then endnotes, each in the order of the text."""
    labels: dict[tuple[str, str], int] = {}
    for story in word.stories():
        if story.story in _NOTES:
            labels[story.story.value, story.root.get(ID, "")] = len(labels) + 1
    return labels


def _note_of_paragraph(word: WordFile, labels: dict[tuple[str, str], int]) -> dict[Element, int]:
    return {
        paragraph: labels[story.story.value, story.root.get(ID, "")]
        for story in word.stories()
        if story.story in _NOTES
        for paragraph in story.root.iter(w("p"))
    }


def _words(
    nodes: Sequence[Node], reader: Reader, style: Style, labels: dict[tuple[str, str], int]
) -> Iterator[str | Span]:
    for node in nodes:
        if isinstance(node, InlineText):
            yield _marked(node.text, reader.marks(node.rpr, style))
        elif isinstance(node, InlineMark):
            if node.role is InlineRole.NOTE:
                element = node.pieces[0].element
                story = str(element.tag).rpartition("}")[2].removesuffix("Reference")
                number = labels.get((story, element.get(ID, "")))
                if number is not None:
                    yield Span(str(number), Mark.ORDINAL)
            elif node.plain:
                yield node.plain.replace("\t", " ")
        else:
            yield from _words(node.nodes, reader, style, labels)


def _marked(text: str, marks: Sequence[str]) -> str | Span:
    if "superscript" in marks:
        return Span(text, Mark.ORDINAL)
    if "bold" in marks:
        return Span(text, Mark.STRONG)
    return Span(text, Mark.EMPHASIS) if "italic" in marks else text
