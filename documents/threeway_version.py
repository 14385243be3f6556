"""One of the three files of a merge, opened: its paragraphs' identities, what they say and how.

``exact`` files were saved by one program, so a difference in formatting is somebody's doing. Files
of different programs are compared by what they say and stress (``canonical``): no two programs
write fonts, spacing or drawings alike, and nobody means those differences.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from documents import identity, inline
from documents.canonical import VOLATILE, Reader
from documents.inline import Mark, Role
from documents.redline_atoms import Atomizer, Span, Token
from documents.redline_changes import mark_look, properties, table_shape
from documents.redline_notes import NOTES
from documents.revisions import accept_all
from documents.wml import ID, PPR, TBL, TR, Element, Located, P, ParagraphId, Story, Style, w
from documents.wordfile import WordFile


def program(word: WordFile) -> str:
    """The program that saved the file, as it says itself; empty where it does not say."""
    package = word.package
    for relationship in package.relationships("/"):
        if relationship.kind == "extended-properties" and relationship.part is not None:
            root = package.xml(relationship.part)
            for child in root:
                if isinstance(child.tag, str) and child.tag.endswith("}Application"):
                    words = (child.text or "").split()
                    return words[0].partition("/")[0] if words else ""
    return ""


@dataclass(frozen=True, slots=True, eq=False)
class Note:
    """A footnote or an endnote: the part that holds it and its element."""

    part: str
    element: Element


class Version:
    """A file whose tracked changes are taken as accepted, its paragraphs named as in the base."""

    def __init__(self, data: bytes, base: Version | None, *, exact: bool) -> None:
        self.word = WordFile(data)
        self.exact = exact
        for _, root in self.word.story_roots():
            accept_all(root)
        self.ids = identity.assign(self.word, base.word if base is not None else None)
        self.notes: dict[tuple[str, str], Note] = {}
        for story in self.word.stories():
            if story.story in (Story.FOOTNOTE, Story.ENDNOTE):
                kind = str(story.root.tag).rpartition("}")[2]
                self.notes[kind, story.root.get(ID, "")] = Note(story.part, story.root)
        self.atomizer = Atomizer(self.word, self.note_key)
        self._reader = Reader(self.word)
        self._cells = {one.element: one for one in self.word.paragraphs()}
        self._said: dict[Element, Hashable] = {}

    def note_key(self, tag: str, one: str) -> Hashable:
        """What a note is called: by its first paragraph, which is the same in all versions."""
        note = self.notes.get((NOTES[tag], one))
        first = next(note.element.iter(P), None) if note is not None else None
        return ("note", self.ids.get(first)) if first is not None else ("lost", one)

    def note_of(self, key: Hashable) -> tuple[str, str] | None:
        """The kind and the id that a note of that name has in this file."""
        for kind, one in self.notes:
            if self.note_key(w(f"{kind}Reference"), one) == key:
                return kind, one
        return None

    def located(self, paragraph: Element) -> Located | None:
        """Where a paragraph stands."""
        return self._cells.get(paragraph)

    def said(self, element: Element, part: str) -> Hashable:
        """What a paragraph or table says, as a value to compare with other versions."""
        if element not in self._said:
            self._said[element] = self._say(element, part)
        return self._said[element]

    def forget(self) -> None:
        """Read again what is said next: the file has changed."""
        self._said = {}

    def _say(self, element: Element, part: str) -> Hashable:
        if element.tag == TBL:
            shape: Hashable = table_shape(element)
            if not self.exact:
                shape = tuple(len(row) for row in element.iter(TR))
            return shape, tuple(
                (self.ids.get(one), self.said(one, part)) for one in element.iter(P)
            )
        if self.exact:
            text = self.atomizer.said(element, part)[0]
            return properties(element.find(PPR), "pPr"), mark_look(element), text
        located = self._cells.get(element) or Located(element, Story.BODY, part, False, True)
        return self._reader.fingerprint(located).digest

    def role(self, element: Element) -> Hashable:
        """What a paragraph is: exactly its properties, or heading, list and level."""
        if self.exact:
            return properties(element.find(PPR), "pPr"), mark_look(element)
        located = self._cells.get(element)
        return self.word.styles.role(element, located.in_cell if located is not None else False)

    def look(self, span: Span, style: Style) -> Hashable:
        """How a span looks, as a value to compare."""
        return span.key if self.exact else self._reader.marks(span.rpr, style)

    def keys(self, spans: Sequence[Span], tokens: Sequence[Token]) -> list[Hashable]:
        """What each token is, as a value to compare."""
        if self.exact:
            return [token.key for token in tokens]
        found: list[Hashable] = []
        for token in tokens:
            span = spans[token.span]
            link = span.link.rstrip("/")
            if span.mark is None:
                word = token.key[0] if isinstance(token.key, tuple) else token.key
                found.append((word, link))
            else:
                found.append((self._object(span.mark), link))
        return found

    def _object(self, mark: Mark) -> Hashable:
        if mark.role is Role.NOTE:
            element = mark.pieces[0].element
            return self.note_key(str(element.tag), element.get(ID, ""))
        if mark.role is Role.FIELD:
            name = inline.field_name(mark.code)
            return mark.role, name, "" if name in VOLATILE else mark.plain
        return mark.role, mark.plain


def text_of(element: Element | None) -> str:
    """The text of a paragraph, of a table one line a paragraph; empty for nothing."""
    if element is None:
        return ""
    paragraphs = [element] if element.tag == P else list(element.iter(P))
    return "\n".join(inline.plain_text(inline.parse(one)) for one in paragraphs)


def paragraph_ids(ids: Mapping[Element, ParagraphId], element: Element) -> list[ParagraphId]:
    """The ids of a paragraph, or of all that a table or row holds."""
    paragraphs = [element] if element.tag == P else list(element.iter(P))
    return [ids[one] for one in paragraphs if one in ids]
