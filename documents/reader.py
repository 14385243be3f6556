"""Read a Word file into plain values: its title and its paragraphs in reading order.

The reader sees what a person sees: inserted text, content controls, text boxes once, the last
results of fields. It never gives deleted text, comments or field codes as text. It reads Strict
files and passes over relationships that lead nowhere. It does not judge a file (``intake``) and
does not cut sentences (``segments``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents import identity, inline
from documents.wml import Kind, ParagraphId, Story, style_id
from documents.wordfile import WordFile


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph.

    ``level`` is 0 (the title) to 9 for a heading, 1 to 9 for a list, else 0. ``style`` is the id of
    its style, empty for the default. ``in_table`` says that it stands in a cell, whatever its kind.
    """

    id: ParagraphId
    story: Story
    kind: Kind
    level: int
    style: str
    in_table: bool
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A Word file as read: ``title`` from its properties (empty without one), ``blocks`` in order.

    Order: the body with its tables, each text box after the paragraph that holds it; then headers,
    footers, footnotes and endnotes.
    """

    title: str
    blocks: tuple[Block, ...]

    def story(self, story: Story) -> tuple[Block, ...]:
        """The blocks of one story."""
        return tuple(block for block in self.blocks if block.story is story)

    @property
    def text(self) -> str:
        """The text of the body with its text boxes, one line per paragraph."""
        told = (Story.BODY, Story.TEXT_BOX)
        return "\n".join(block.text for block in self.blocks if block.story in told)


def read(data: bytes) -> Document:
    """Read a Word file. Raises ``DocumentError`` for what is no Word file."""
    word = WordFile(data)
    ids = identity.assign(word)
    blocks = []
    for located in word.paragraphs():
        kind, level = word.styles.role(located.element, located.in_cell)
        blocks.append(
            Block(
                id=ids[located.element],
                story=located.story,
                kind=kind,
                level=level,
                style=style_id(located.element) or "",
                in_table=located.in_cell,
                text=inline.plain_text(inline.parse(located.element)),
            )
        )
    title = word.title_element()
    return Document((title[1].text or "").strip() if title is not None else "", tuple(blocks))


def on_one_line(text: str) -> str:
    """A text with its tabs and line breaks as spaces; spaces that hold words together stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
