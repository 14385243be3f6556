"""The minutes (procès-verbal) of a meeting, laid out from sentences in the paper's language.

What was said and counted is worded by the caller; what belongs where on the paper is decided here.
The resolution that a meeting adopts is a paper of its own (``writer.resolution``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from documents.papers import (
    Block,
    Digest,
    Heading,
    Origins,
    Paper,
    Role,
    Signatures,
    Table,
    Text,
    Words,
)
from documents.writer import paper


@dataclass(frozen=True, slots=True)
class BallotReport:
    """One ballot: the question, the count, the outcome, the rule applied and where it stands."""

    question: Words
    vote: Table
    result: Words
    rule: Words
    rule_source: Words
    resolution: Words = ""
    """*Délibération n° CA-2026-14*, where the ballot led to one."""


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One item of the agenda as it was dealt with."""

    heading: Words
    paragraphs: tuple[Words, ...] = ()
    ballots: tuple[BallotReport, ...] = ()


@dataclass(frozen=True, slots=True)
class MinutesPaper:
    """Minutes, every sentence in their language."""

    language: str
    institution: str
    body: str
    number: str
    """*Procès-verbal n° 2026-03*."""
    title: str
    """*Séance du 12 mars 2026*."""
    subtitle: str
    """Where and how the meeting was held, when it opened and closed."""
    page_of: str
    presence_heading: Words
    presence_intro: tuple[Words, ...]
    presence: tuple[Table, ...]
    """Members with their attendance, proxies, others who were heard."""
    quorum_heading: Words
    quorum: tuple[Words, ...]
    quorum_source: Words
    agenda_heading: Words
    agenda_intro: Words
    agenda: tuple[Words, ...]
    items: tuple[AgendaItem, ...]
    closing_heading: Words
    closing: tuple[Words, ...]
    done: Words
    signatures: Signatures
    annex_heading: Words = ""
    annex_intro: tuple[Words, ...] = ()
    digests: tuple[Digest, ...] = ()
    created: datetime | None = None
    origins: Origins | None = None


def minutes(content: MinutesPaper) -> bytes:
    """The minutes as a DOCX."""
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
            blocks=tuple(_blocks(content)),
        )
    )


def _blocks(own: MinutesPaper) -> Iterator[Block]:
    yield Text(own.number, Role.NUMBER)
    yield Text(own.title, Role.TITLE)
    yield Text(own.subtitle, Role.SUBTITLE)
    yield Heading(own.presence_heading)
    yield from (Text(words) for words in own.presence_intro)
    yield from own.presence
    yield Heading(own.quorum_heading)
    yield from (Text(words) for words in own.quorum)
    if own.quorum_source:
        yield Text(own.quorum_source, Role.SOURCE)
    yield Heading(own.agenda_heading)
    yield Text(own.agenda_intro)
    yield from (Text(words, Role.NUMBERED) for words in own.agenda)
    for item in own.items:
        yield Heading(item.heading)
        yield from (Text(words) for words in item.paragraphs)
        for ballot in item.ballots:
            yield from _ballot(ballot)
    yield Heading(own.closing_heading)
    yield from (Text(words, Role.CERTIFICATION) for words in own.closing)
    yield Text(own.done, Role.DONE)
    yield own.signatures
    if own.annex_heading:
        yield Heading(own.annex_heading)
        yield from (Text(words) for words in own.annex_intro)
    for digest in own.digests:
        yield Text(digest.label, Role.DIGEST_LABEL)
        yield Text(digest.value, Role.DIGEST)
    if own.origins is not None:
        yield from own.origins.blocks()


def _ballot(ballot: BallotReport) -> Iterator[Block]:
    yield Text(ballot.question)
    yield ballot.vote
    yield Text(ballot.result, Role.AFTER_TABLE)
    yield Text(ballot.rule)
    if ballot.rule_source:
        yield Text(ballot.rule_source, Role.SOURCE)
    if ballot.resolution:
        yield Text(ballot.resolution)
