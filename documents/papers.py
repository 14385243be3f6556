"""What papers are made of: blocks, the paper that holds them, and the resolution's own fields.

Plain values with sentences already in the paper's language; ``writer`` lays them out. Whoever
makes a new kind of paper needs nothing but these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Mark(StrEnum):
    """What sets words apart inside a paragraph; each is a character style."""

    STRONG = "Strong"
    EMPHASIS = "Emphasis"
    ORDINAL = "House Ordinal"
    CAPITALS = "House Capitals"
    CODE = "House Code"
    SECOND = "House Second Language"
    """Words of a heading that repeat it in another language."""


class Role(StrEnum):
    """What a paragraph is; each is a paragraph style."""

    BODY = "Body Text"
    NUMBER = "House Number"
    TITLE = "Title"
    SUBTITLE = "Subtitle"
    OPENING = "House Opening"
    VISA = "House Visa"
    RECITAL = "House Recital"
    DECISION = "House Decision"
    BULLET = "List Bullet"
    NUMBERED = "House Numbered"
    """Counted 1, 2, 3; one such list in a paper."""
    ENTRY = "House Entry"
    """An entry of a key: what it is about hangs to the left."""
    QUOTE = "Quote"
    MOTTO = "House Motto"
    QUOTE_BULLET = "House Quote List"
    SOURCE = "House Source"
    AFTER_TABLE = "House After Table"
    DONE = "House Done"
    NOTE = "House Note"
    CERTIFICATION = "House Certification"
    """Stays on the page of the signatures that follow it."""
    SIDE = "House Side"
    """A paragraph beside its counterpart in another language; only in ``Facing``."""
    SIDE_BULLET = "House Side List"
    SIDE_QUOTE = "House Side Quote"
    DIGEST_LABEL = "House Digest Label"
    DIGEST = "House Digest"


@dataclass(frozen=True, slots=True)
class Span:
    """Words inside a paragraph that are set apart or in another language."""

    text: str
    mark: Mark | None = None
    language: str | None = None


Words = str | tuple[str | Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3; ``quoted`` belongs to a cited text, ``annex`` begins a page."""

    text: Words
    level: int = 1
    quoted: bool = False
    annex: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: Words
    role: Role = Role.BODY
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, whether it holds figures, its width beside the others."""

    label: Words
    figures: bool = False
    weight: int = 1
    language: str | None = None
    """The language of the whole column, where it is not the paper's: two texts side by side."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading row. ``description`` is read to those who do not see it."""

    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Words, ...], ...]
    description: str = ""
    total: bool = False
    """Whether the last row sums up the others."""
    width: int = 100
    """Percent of the line."""
    row_heads: bool = False
    """Whether the first column names its rows."""
    dense: bool = False
    """Set small, for a table with many columns."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: ``share`` between 0 and 1, None where the number is hidden."""

    label: Words
    share: float | None
    shown: Words
    """The figure, as it is written behind the bar."""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars, the widest as wide as there is room. ``description`` is read aloud."""

    caption: Words
    bars: tuple[Bar, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Facing:
    """Texts side by side, paragraph beside paragraph, under a heading row that names the columns.

    Every row has as many paragraphs as there are columns. ``title`` and ``description`` are read to
    those who do not see it; nothing is written above it.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """Room for one signature."""

    capacity: str
    name: str
    line: str = ""
    """What stands small on the line, such as *Signature*."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places for signatures beside one another; ``description`` names them for screen readers."""

    places: tuple[SignaturePlace, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (PNG or JPEG) with the sentence that says what it shows."""

    data: bytes
    alternative: str
    width_mm: int = 150
    caption: Words = ""
    """What stands above it, as above a table."""


Block = Heading | Text | Table | BarChart | Facing | Signatures | Picture


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper from letterhead to last block."""

    language: str
    """``fr`` or ``en``."""
    title: str
    """The document's title in its properties, which screen readers read first."""
    institution: str
    body: str
    """The body that speaks, under the institution's name: the board, the management …"""
    reference: str
    """What the running header and footer call the paper, such as its number."""
    page_of: str
    """The page line with ``{page}`` and ``{pages}``: *page {page} sur {pages}*."""
    blocks: tuple[Block, ...]
    subject: str = ""
    created: datetime | None = None
    """Written into the properties when given; nothing else in the file depends on a clock."""
    landscape: bool = False
    """Whether the sheet lies on its side, for wide tables."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its heading, its paragraphs, and a text that it adopts."""

    heading: Words
    paragraphs: tuple[Words, ...] = ()
    adopted: tuple[Heading | Text, ...] = ()
    """Quoted as it stands: headings with ``quoted``, texts with the quote's roles."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest in hexadecimal and what it is of."""

    label: Words
    value: str


@dataclass(frozen=True, slots=True)
class Origins:
    """Where a translation comes from and who answers for it, with a row for each paragraph."""

    heading: Words
    intro: tuple[Words, ...]
    table: Table | None = None

    def blocks(self) -> Iterator[Block]:
        """Its place on any paper: a heading, sentences, the table."""
        yield Heading(self.heading)
        yield from (Text(words) for words in self.intro)
        if self.table is not None:
            yield self.table


@dataclass(frozen=True, slots=True)
class ResolutionPaper:
    """A resolution (délibération), every sentence in its language."""

    language: str
    institution: str
    body: str
    number: str
    """*Délibération n° CA-2026-14*."""
    title: str
    """*Adoption de l’énoncé de mission*."""
    date: str
    """*Séance du 12 mars 2026*."""
    page_of: str
    opening: Words
    visas: tuple[Words, ...]
    recitals: tuple[Words, ...]
    decision: Words
    articles: tuple[Article, ...]
    vote_heading: Words
    vote_intro: tuple[Words, ...]
    vote: Table
    result: Words
    """What the chair proclaimed."""
    rule: Words
    """The rule applied, in a sentence."""
    rule_source: Words
    """Where the rule stands."""
    presence_heading: Words
    presence: tuple[Table, ...]
    """Seats, proxies, recusals."""
    certification_heading: Words
    certification: tuple[Words, ...]
    done: Words
    """*Fait à Palaiseau, le 12 mars 2026*."""
    signatures: Signatures
    annex_heading: Words
    annex_intro: tuple[Words, ...]
    digests: tuple[Digest, ...]
    created: datetime | None = None
    annex_notes: tuple[Words, ...] = field(default=())
    origins: Origins | None = None
