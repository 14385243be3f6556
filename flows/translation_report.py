"""Words the report on a file that was translated without a house; ``documents.writer`` lays it out.

Every sentence with its translation, where that comes from, and what the checks say. Nobody has
vouched for any of it, and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from documents.papers import Column, Heading, Paper, Role, Span, Table, Text, Words
from documents.papers import Mark as Emphasis
from flows.translate_file import Translated
from locales.catalog import say
from locales.errors import N_
from locales.markup import plain
from locales.units import ORIGIN_NAMES, OriginKind, TranslationUnit


def report(made: Translated, name: str, language: str) -> Paper:
    """Word the report on the file called ``name``, in the language of who asks for it."""

    def tell(message: str, **data: object) -> str:
        return say(message, language, **data)

    counts = made.counts
    blocks: list[Heading | Text | Table] = [
        Text(tell("Translation report"), Role.NUMBER),
        Text(name, Role.TITLE),
        Text(
            tell(
                "Memory in context {ice}, memory {exact}, similar {fuzzy}, machine {machine}, "
                "not translated {missing}.",
                ice=counts.ice,
                exact=counts.exact,
                fuzzy=counts.fuzzy,
                machine=counts.machine,
                missing=counts.missing,
            )
        ),
        Text(tell("Nobody has vouched for this translation. It is a draft: have it revised.")),
    ]
    if made.fault is not None:
        reason = tell(made.fault.message, **made.fault.data)
        blocks.append(Text(tell("The engine gave up: {reason}", reason=reason)))
    blocks += [
        Heading(tell("Sentences")),
        Table(
            tell("Every sentence, its translation and where that comes from"),
            (
                Column("§"),
                Column(tell("Source"), weight=6),
                Column(tell("Translation"), weight=6),
                Column(tell("Origin"), weight=3),
                Column(tell("Remarks"), weight=4),
            ),
            tuple(_rows(made, language)),
            tell("A row for each sentence: source, translation, origin, remarks of the checks."),
            row_heads=True,
            dense=True,
        ),
    ]
    return Paper(
        language=language,
        title=tell("Translation report: {file}", file=name),
        institution="Énoncé",
        body="",
        reference=name,
        page_of=tell("page {page} of {pages}", page="{page}", pages="{pages}"),
        blocks=tuple(blocks),
        landscape=True,
    )


def _rows(made: Translated, language: str) -> Iterator[tuple[Words, ...]]:
    numbers: dict[str, int] = {}
    lacking = {(unit.paragraph, unit.index) for unit in made.missing}
    for unit in made.units:
        number = numbers.setdefault(unit.paragraph, len(numbers) + 1)
        at = unit.paragraph, unit.index
        remarks = [
            say(one.message, language, **one.data)
            for one in made.findings
            if (one.paragraph, one.index) == at
        ]
        missing = at in lacking
        yield (
            f"{number}.{unit.index + 1}",
            plain(unit.source),
            "–" if missing else plain(unit.target or ""),
            say(N_("not translated"), language) if missing else _origin(unit, language),
            "\n".join(remarks),
        )


def _origin(unit: TranslationUnit, language: str) -> Words:
    said = say(ORIGIN_NAMES[unit.origin.kind], language)
    if unit.origin.kind is OriginKind.FUZZY and unit.origin.score is not None:
        said = say(N_("{origin}, {score} %"), language, origin=said, score=unit.origin.score)
    if unit.origin.engine:
        engine = say(N_("machine ({engines})"), language, engines=unit.origin.engine)
        return (Span(engine, Emphasis.STRONG), "" if unit.origin.machine else f"\n{said}")
    return said
