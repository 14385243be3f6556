"""Lays the synthesis of a consultation out as a Word file in the house style, in one language.

Findings come first, since they are what the text is drafted from; the figures follow, each chart
with the table behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from approvals.consultation.synthesis import Figure, Heard, Synthesis, Themes
from documents import papers, writer
from documents.papers import Block, Column, Heading, Mark, Role, Span, Text
from flows.synthesis_words import FigureWords, TableWords, Wording
from locales.errors import N_


def synthesis_paper(own: Synthesis, language: str, created: datetime | None = None) -> bytes:
    """Give the synthesis as a DOCX."""
    words = Wording(own, language)
    return writer.paper(
        papers.Paper(
            language=language,
            title=f"{words.say('Synthesis of the consultation')} – {words.title}",
            institution=own.institution.in_(language),
            body=words.say("Consultation"),
            reference=words.title,
            page_of=words.say("page {page} of {pages}", page="{page}", pages="{pages}"),
            subject=own.purpose.in_(language),
            created=created,
            blocks=tuple(_blocks(words)),
        )
    )


def _blocks(words: Wording) -> Iterator[Block]:
    own = words.own
    yield Text(words.say("Synthesis of the consultation"), Role.NUMBER)
    yield Text(words.title, Role.TITLE)
    yield Text(words.lede(), Role.SUBTITLE)
    if own.notice is not None:
        yield Text((Span(own.notice.in_(words.language), Mark.STRONG),), Role.NOTE)
    if own.findings:
        yield Heading(words.say("What was found"))
        for one in own.findings:
            yield Text((Span(f"{one.id}. ", Mark.STRONG), one.text.in_(words.language)), Role.ENTRY)
            yield Text(words.evidence(one), Role.SOURCE)
    yield Heading(words.say("Who responded"))
    responded = words.figure(own.participation)
    yield from chart(responded, responded.table.caption)
    if words.invitations:
        yield _table(responded.table, responded.title)
    yield Text(f"{words.anonymous()} {words.hidden()}")
    yield Heading(words.say("What was answered"))
    for figure in own.questions:
        yield from question(words, figure)
    if own.themes:
        yield Heading(words.say("What was said in own words"))
    for themes in own.themes:
        yield from _themes(words, themes)
    if own.heard or own.unquoted:
        yield Heading(words.say("Who was heard"))
    for heard in own.heard:
        yield from _heard(words, heard)
    if words.unquoted():
        yield Text(words.unquoted())
    yield from _digests(words)


def chart(one: FigureWords, caption: str) -> Iterator[Block]:
    """Lay a chart out."""
    yield papers.BarChart(
        caption,
        tuple(
            papers.Bar(bar.label, None if bar.share is None else float(bar.share), bar.shown)
            for bar in one.bars
        ),
        one.description,
    )


def question(words: Wording, figure: Figure) -> Iterator[Block]:
    """Lay a question out: what it shows above all, its chart, the table behind it."""
    one = words.figure(figure)
    yield Heading(one.title, level=2)
    if one.message:
        yield Text(one.message)
    yield from chart(one, one.base)
    yield _table(one.table, one.title)


def _table(table: TableWords, title: str) -> papers.Table:
    return papers.Table(
        caption=table.caption,
        columns=(
            Column(table.heads[0], weight=30),
            *(Column(head, figures=True) for head in table.heads[1:]),
        ),
        rows=table.rows,
        description=f"{title} – {table.caption}",
        total=table.total,
        row_heads=True,
        dense=True,
    )


def _themes(words: Wording, themes: Themes) -> Iterator[Block]:
    yield from question(words, themes.figure)
    book = words.book(themes)
    yield Text(words.agreement(themes), Role.AFTER_TABLE)
    yield papers.Table(
        caption=book.caption,
        columns=(
            Column(book.heads[0], weight=3),
            Column(book.heads[1], weight=6),
            Column(book.heads[2], figures=True),
        ),
        rows=book.rows,
        description=book.caption,
        row_heads=True,
        dense=True,
    )


def _heard(words: Wording, heard: Heard) -> Iterator[Block]:
    capacity = heard.capacity.in_(words.language)
    who = f"{heard.name}, {capacity}" if heard.name else capacity
    yield Text((Span(who, Mark.STRONG), f", {words.heard_on(heard.on)}"))
    for point in heard.points:
        yield Text(point.in_(words.language), Role.BULLET)


def _digests(words: Wording) -> Iterator[Block]:
    digests = tuple(words.digests())
    if not digests:
        return
    yield Heading(words.say("How it was counted"))
    told = N_(
        "These digests (SHA-256) name exactly what was asked and by what it was coded; anyone who "
        "has the files can recompute them."
    )
    yield Text(words.say(told))
    for label, value in digests:
        yield Text(label, Role.DIGEST_LABEL)
        yield Text(value, Role.DIGEST)
