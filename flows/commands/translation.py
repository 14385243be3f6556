"""Translation without a house: ``enonce translate-file``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import Exit, tell, tr, warn

if TYPE_CHECKING:
    from flows.translate_file import Leaving, Translated
    from locales.units import TranslationUnit


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command("translate-file", help=tr("Translate one Word file; needs no house."))(
        translate_file
    )


def translate_file(
    file: Annotated[Path, typer.Argument(help=tr("The .docx file."))],
    source: Annotated[str, typer.Option("--from", help=tr("Language of the file: fr or en."))],
    target: Annotated[str, typer.Option("--to", help=tr("Language of the translation."))],
    out: Annotated[Path, typer.Option("--out", "-o", help=tr("The file to write."))],
    memory: Annotated[
        list[str] | None,
        typer.Option(help=tr("A TMX file (repeatable), or a memory’s file or PostgreSQL URL.")),
    ] = None,
    glossary: Annotated[Path | None, typer.Option(help=tr("A glossary, as CSV."))] = None,
    engine: Annotated[
        str | None, typer.Option(help=tr("Engine to ask for what the memory does not have."))
    ] = None,
    consent: Annotated[
        list[str] | None,
        typer.Option(help=tr("Engine to which texts may be sent, by name. Repeatable.")),
    ] = None,
    typography: Annotated[
        str, typer.Option(help=tr("French spacing: fr-FR-typo, fr-FR-word or fr-CA."))
    ] = "fr-FR-typo",
    report: Annotated[
        Path | None,
        typer.Option(help=tr("A Word file to write: each sentence, its origin, its remarks.")),
    ] = None,
) -> None:
    from flows import service, translate_file
    from flows.stages.publish import write

    for option, language in (("--from", source), ("--to", target)):
        if language not in console.LANGUAGES:
            raise typer.BadParameter(tr("The language is fr or en."), param_hint=option)
    if source == target:
        raise typer.BadParameter(tr("The two languages are the same."), param_hint="--to")
    if out.exists() and out.samefile(file):
        raise typer.BadParameter(tr("Name another file than the one read."), param_hint="--out")
    answers = out.with_name(f"{out.name}.answers")
    made = translate_file.translate(
        service.read_upload(file, checked=True),
        source,
        target,
        memories=memory or (),
        glossary=glossary,
        engine=engine,
        consent=frozenset(consent or ()),
        profile=typography,
        before_sending=_say_what_leaves,
        answers=answers,
        progress=_say_how_far if sys.stderr.isatty() else None,
    )
    write(out, made.data)
    if report is not None:
        from documents.writer import paper
        from flows import translation_report

        told = translation_report.report(made, file.name, console.GLOBALS.lang)
        write(report, paper(told))
    if not made.gave_up:
        answers.unlink(missing_ok=True)
    _show(made, out, answers)
    console.answer(_plain(made, out))
    if made.fault or made.missing or any(finding.blocking for finding in made.findings):
        raise typer.Exit(int(Exit.WARNINGS))


def _say_what_leaves(leaving: Leaving) -> None:
    if leaving.provider:
        warn(
            "Sentences that leave for {provider} through {engine}: {sentences} "
            "({characters} characters).",
            provider=leaving.provider,
            engine=leaving.engine,
            sentences=leaving.sentences,
            characters=leaving.characters,
        )


def _say_how_far(done: int, of: int) -> None:
    said = tr("Sentences from the engine: {done} of {of}", done=done, of=of)
    print(f"\r{said}", end="\n" if done == of else "", file=sys.stderr, flush=True)


def _show(made: Translated, out: Path, answers: Path) -> None:
    from locales.markup import plain

    counts = made.counts
    tell(
        "Memory in context {ice}, memory {exact}, similar {fuzzy}, machine {machine}, "
        "not translated {missing}.",
        ice=counts.ice,
        exact=counts.exact,
        fuzzy=counts.fuzzy,
        machine=counts.machine,
        missing=counts.missing,
    )
    if made.fault is not None and not made.gave_up:
        tell(made.fault.message, **made.fault.data)
    if made.fault is not None and made.gave_up:
        tell("The engine gave up: {reason}", reason=tr(made.fault.message, **made.fault.data))
        if answers.exists():
            tell(
                "What it answered is kept in {file}: the same command goes on from there.",
                file=str(answers),
            )
    units = {(unit.paragraph, unit.index): unit for unit in made.units}
    if made.findings:
        console.table(
            [tr("Sentence"), tr("Remark")],
            [
                (
                    plain(units[one.paragraph, one.index].target or ""),
                    tr(one.message, **one.data),
                )
                for one in made.findings
            ],
        )
    for unit in made.missing:
        tell("Not translated: {sentence}", sentence=plain(unit.source))
    tell("The translation is in {file}. It is a draft: have it revised.", file=str(out))


def _plain(made: Translated, out: Path) -> dict[str, console.Json]:
    from documents.digest import byte_digest

    counts = made.counts
    lacking = {(unit.paragraph, unit.index) for unit in made.missing}
    return {
        "file": str(out),
        "digest": byte_digest(made.data),
        "counts": {
            "ice": counts.ice,
            "exact": counts.exact,
            "fuzzy": counts.fuzzy,
            "machine": counts.machine,
            "missing": counts.missing,
        },
        "sentences": [
            {
                **_sentence(unit),
                "written": (unit.paragraph, unit.index) not in lacking,
            }
            for unit in made.units
        ],
        "findings": [
            {
                "paragraph": one.paragraph,
                "sentence": one.index + 1,
                "check": one.check,
                "blocking": one.blocking,
                "message": tr(one.message, **one.data),
            }
            for one in made.findings
        ],
        "fault": None if made.fault is None else tr(made.fault.message, **made.fault.data),
    }


def _sentence(unit: TranslationUnit) -> dict[str, console.Json]:
    return {
        "paragraph": unit.paragraph,
        "sentence": unit.index + 1,
        "source": unit.source,
        "target": unit.target,
        "origin": unit.origin.kind.value,
        "score": unit.origin.score,
    }
