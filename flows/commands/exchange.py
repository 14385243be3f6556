"""Sentences out to a translator’s own tools and back in: ``enonce exchange``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import Exit, tell, tr

if TYPE_CHECKING:
    from flows.exchanges import Brought
    from flows.house import House
    from locales.exchange import Line, Report

FORMATS = ("xliff2", "xliff1", "omegat", "docx")


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    exchange = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    exchange.command("export", help=tr("Write the sentences of a dossier for another tool."))(
        write_out
    )
    exchange.command("import", help=tr("Propose what a file that came back holds."))(take_in)
    app.add_typer(
        exchange, name="exchange", help=tr("Translate in another tool, or in a Word table.")
    )


def write_out(
    dossier: Annotated[str, typer.Argument(help=tr("The dossier."))],
    out: Annotated[Path, typer.Option("--out", "-o", help=tr("The file to write."))],
    format: Annotated[
        str, typer.Option(help=tr("xliff2 (2.1), xliff1 (1.2), omegat (1.2) or docx (a table)."))
    ] = "xliff2",
) -> None:
    from documents.digest import byte_digest
    from flows import exchanges
    from flows.stages.publish import write

    if format not in FORMATS:
        raise typer.BadParameter(tr("It is xliff2, xliff1, omegat or docx."), param_hint="--format")
    house = console.house()
    data = exchanges.export(house, dossier, exchanges.Format(format), console.GLOBALS.lang)
    write(out, data)
    tell("The sentences of {dossier} are in {file}.", dossier=dossier, file=str(out))
    console.answer({"dossier": dossier, "file": str(out), "digest": byte_digest(data)})


def take_in(
    file: Annotated[Path, typer.Argument(help=tr("The file that came back."))],
    check: Annotated[
        bool, typer.Option("--check", help=tr("Only say what would be taken; propose nothing."))
    ] = False,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept", help=tr("Take prefilled translations that stand unchanged in the file too.")
        ),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help=tr("Take the whole file or nothing of it."))
    ] = False,
) -> None:
    from flows import exchanges, service
    from flows.files import read_file

    house = console.house()
    sheet = exchanges.read(read_file(file), file.name)
    if check:
        brought = exchanges.Brought(sheet.dossier, exchanges.compare(house, sheet), None)
    else:
        by = console.acting(house)
        brought = exchanges.bring(
            house, sheet, by=by, accept=accept, strict=strict, key=console.GLOBALS.key
        )
    _show(house, brought)
    if brought.proposal is not None and brought.proposal.entry is not None:
        service.catch_up(house)
    console.answer(_plain(house, brought))
    if not brought.report.clean:
        raise typer.Exit(int(Exit.WARNINGS))


def _show(house: House, brought: Brought) -> None:
    from locales.exchange import BAD, OUTCOME_NAMES, Outcome
    from locales.markup import plain

    report, proposal = brought.report, brought.proposal
    told = {*BAD, Outcome.UNKNOWN, Outcome.MISSING}
    rows = [
        (
            _number(house, brought, line),
            tr(OUTCOME_NAMES[line.outcome]),
            plain(line.source),
            "\n".join(_remarks(line)),
        )
        for line in report.lines
        if line.outcome in told or line.findings or line.notes
    ]
    if rows:
        console.table([tr("§"), tr("In the file"), tr("Source"), tr("Remarks")], rows)
    for outcome, count in report.counts.items():
        tell("{what}: {count}", what=tr(OUTCOME_NAMES[outcome]), count=count)
    for words in report.strange:
        tell("Not one of our sentences: {words}", words=words)
    if proposal is None or proposal.entry is None:
        tell("Nothing was proposed.")
    else:
        tell("Paragraphs proposed: {count}.", count=len(proposal.proposed))
    if proposal is not None and proposal.open:
        tell(
            "Sentences that nobody has vouched for hold their paragraphs back: {count}. "
            "--accept takes what was prefilled.",
            count=len(proposal.open),
        )
    if brought.lost:
        tell("Paragraphs that have to be certified again: {count}.", count=len(brought.lost))


def _number(house: House, brought: Brought, line: Line) -> str:
    from approvals.names import ParagraphId
    from flows import acts

    numbers = acts.paragraph_numbers(house.dossier(brought.dossier))
    number = numbers.get(ParagraphId(line.paragraph))
    return f"{line.paragraph if number is None else number}.{line.index + 1}"


def _remarks(line: Line) -> list[str]:
    return [
        *(tr(finding.message, **finding.data) for finding in line.findings),
        *(tr("Note: {note}", note=note) for note in line.notes),
    ]


def _plain(house: House, brought: Brought) -> dict[str, console.Json]:
    report: Report = brought.report
    proposal = brought.proposal
    return {
        "dossier": brought.dossier,
        "clean": report.clean,
        "counts": {outcome.value: count for outcome, count in report.counts.items()},
        "sentences": [
            {
                "paragraph": line.paragraph,
                "number": _number(house, brought, line),
                "sentence": line.index + 1,
                "outcome": line.outcome.value,
                "findings": [finding.check for finding in line.findings],
                "notes": list(line.notes),
            }
            for line in report.lines
        ],
        "strange": list(report.strange),
        "proposed": [] if proposal is None else list(proposal.proposed),
        "open": 0 if proposal is None else len(proposal.open),
        "lost": list(brought.lost),
        "state": house.dossier(brought.dossier).state.value,
    }
