"""Commands that try a Word file before a house sees it: intake's verdict, pseudo-translation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import Exit, Json, tell, tr
from locales.errors import N_

if TYPE_CHECKING:
    from documents.findings import Finding


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(help=tr("Judge a Word file as an upload would be; needs no house."))(intake)
    app.command(help=tr("Try a translation without a translator; needs no house."))(pseudo)


def intake(file: Annotated[Path, typer.Argument(help=tr("The .docx file."))]) -> None:
    from flows.files import read_file
    from flows.uploads import judge

    report = judge(read_file(file), file.name)
    refusals = [_told(one) for one in report.refusals]
    warnings = [_told(one) for one in report.warnings]
    if refusals:
        tell("{file}: refused.", file=file.name)
    elif warnings:
        tell("{file}: accepted, with warnings.", file=file.name)
    else:
        tell("{file}: accepted.", file=file.name)
    for one in report.refusals + report.warnings:
        tell("· {reason}", reason=tr(one.message, **one.data))
        if one.near:
            tell("  Look for “{words}”.", words=one.near)
    told: dict[str, Json] = {"ok": report.accepted}
    if refusals:
        first = report.refusals[0]
        told["error"] = {"guard": "intake", "message": tr(first.message, **first.data)}
    console.answer(
        {
            **told,
            "file": str(file),
            "accepted": report.accepted,
            "refusals": refusals,
            "warnings": warnings,
        }
    )
    if refusals:
        raise typer.Exit(int(Exit.REFUSED))
    if warnings:
        raise typer.Exit(int(Exit.WARNINGS))


def _told(one: Finding) -> dict[str, Json]:
    return {
        "code": one.code,
        "message": tr(one.message, **one.data),
        "part": one.part,
        "paragraph": one.paragraph,
        "near": one.near,
    }


def pseudo(
    file: Annotated[Path, typer.Argument(help=tr("The .docx file."))],
    out: Annotated[Path, typer.Option("--out", "-o", help=tr("The file to write."))],
    engine: Annotated[str, typer.Option(help=tr("identity, upper or reverse."))] = "upper",
    to: Annotated[
        str, typer.Option(help=tr("Language that the text is marked as: fr, en."))
    ] = "en",
) -> None:
    from documents.digest import byte_digest
    from flows import pseudo as pseudo_
    from flows import service
    from flows.files import FileError
    from flows.stages.publish import write

    if engine not in pseudo_.ENGINES:
        raise typer.BadParameter(
            tr("The engine is identity, upper or reverse."), param_hint="--engine"
        )
    if to not in pseudo_.SOURCE:
        raise typer.BadParameter(tr("The language is fr or en."), param_hint="--to")
    if out.is_dir():
        raise FileError(N_("{file} is a folder; name a file."), file=str(out))
    data = service.read_upload(file, checked=True)
    if out.exists() and out.samefile(file):
        raise FileError(
            N_("{file} would be written over itself. Name another file with -o."), file=str(file)
        )
    done = pseudo_.translate(data, engine, to)
    write(out, done.data)
    tell(
        "{sentences} sentences of {paragraphs} paragraphs went through; the result is in {file}.",
        sentences=done.sentences,
        paragraphs=done.paragraphs,
        file=str(out),
    )
    console.answer(
        {
            "file": str(out),
            "digest": byte_digest(done.data),
            "paragraphs": done.paragraphs,
            "sentences": done.sentences,
        }
    )
