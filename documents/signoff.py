"""The sign-off matrix: who decided what on which paragraph, on sheets that lie on their side.

Rows are paragraphs, columns are people in their steps; a matrix with more people than a sheet holds
goes on in a further table with the same rows. What a cell says is a shape and a word, so that
nothing hangs on colour. The caller brings every sentence in the paper's language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from documents.papers import (
    Block,
    Column,
    Digest,
    Heading,
    Mark,
    Origins,
    Paper,
    Role,
    Signatures,
    Span,
    Table,
    Text,
    Words,
)
from documents.writer import paper

WIDEST = 7
"""How many people one table holds beside the paragraphs."""


@dataclass(frozen=True, slots=True)
class Decider:
    """A person in a step of the review."""

    step: str
    person: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A paragraph: its number (*§ 4*), how it begins, and what each decider said on it."""

    number: str
    text: str
    cells: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class SignoffPaper:
    """A sign-off matrix, every sentence in its language."""

    language: str
    institution: str
    body: str
    number: str
    """*Dossier 2026-003, tableau des visas*."""
    title: str
    subtitle: str
    """The state of the review and the day that it is of."""
    page_of: str
    summary: tuple[Words, ...]
    matrix_heading: Words
    matrix_caption: str
    """With ``{part}`` and ``{parts}`` where people need more than one table."""
    matrix_description: str
    paragraph_label: str
    deciders: tuple[Decider, ...]
    rows: tuple[MatrixRow, ...]
    key_heading: Words
    key: tuple[Words, ...]
    """What each shape means."""
    voided_heading: Words
    voided_intro: tuple[Words, ...]
    voided: Table | None
    """The approvals that fell, when and why."""
    annex_heading: Words
    annex_intro: tuple[Words, ...] = ()
    digests: tuple[Digest, ...] = ()
    done: Words = ""
    signatures: Signatures | None = None
    created: datetime | None = None
    origins: Origins | None = None


def signoff(content: SignoffPaper) -> bytes:
    """The sign-off matrix as a DOCX. Raises ``ValueError`` for a row with too few or many cells."""
    return paper(
        Paper(
            language=content.language,
            title=f"{content.number} – {content.title}",
            institution=content.institution,
            body=content.body,
            reference=content.number,
            page_of=content.page_of,
            subject=content.subtitle,
            created=content.created,
            landscape=True,
            blocks=tuple(_blocks(content)),
        )
    )


def _blocks(own: SignoffPaper) -> Iterator[Block]:
    yield Text(own.number, Role.NUMBER)
    yield Text(own.title, Role.TITLE)
    yield Text(own.subtitle, Role.SUBTITLE)
    yield from (Text(words) for words in own.summary)
    yield Heading(own.matrix_heading)
    yield from _tables(own)
    yield Heading(own.key_heading, 2)
    yield from (Text(words, Role.ENTRY) for words in own.key)
    yield Heading(own.voided_heading)
    yield from (Text(words) for words in own.voided_intro)
    if own.voided is not None:
        yield own.voided
    if own.origins is not None:
        yield from own.origins.blocks()
    yield Heading(own.annex_heading)
    yield from (Text(words) for words in own.annex_intro)
    for digest in own.digests:
        yield Text(digest.label, Role.DIGEST_LABEL)
        yield Text(digest.value, Role.DIGEST)
    if own.done:
        yield Text(own.done, Role.DONE)
    if own.signatures is not None:
        yield own.signatures


def _tables(own: SignoffPaper) -> Iterator[Table]:
    count = len(own.deciders)
    parts = -(-count // WIDEST)
    size = -(-count // parts) if parts else 0
    for part in range(parts):
        here = slice(part * size, (part + 1) * size)
        columns = (
            Column(own.paragraph_label, weight=5),
            *(_column(decider) for decider in own.deciders[here]),
        )
        rows = []
        for row in own.rows:
            if len(row.cells) != count:
                raise ValueError(row.number)
            head: Words = (Span(row.number, Mark.STRONG), f"\u2002{row.text}")
            rows.append((head, *row.cells[here]))
        caption = own.matrix_caption.format(part=part + 1, parts=parts)
        yield Table(
            caption, columns, tuple(rows), own.matrix_description, row_heads=True, dense=True
        )


def _column(decider: Decider) -> Column:
    return Column((Span(decider.step, Mark.EMPHASIS), f"\n{decider.person}"), weight=2)
