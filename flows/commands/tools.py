"""Commands that need no house: verify a sealed file, compare two versions, show one as a page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.console import Exit, tell, tr


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(help=tr("Check a sealed file strictly; needs no house."))(verify)
    app.command(help=tr("Compare two versions into a Word file with tracked changes."))(redline)
    app.command(help=tr("Show a Word file as a page with numbered paragraphs."))(preview)


def verify(
    file: Annotated[Path, typer.Argument(help=tr("The sealed .docx file."))],
    anchor: Annotated[
        list[Path] | None,
        typer.Option(help=tr("The authority that the seal has to go back to (PEM). Repeatable.")),
    ] = None,
) -> None:
    from documents.sealing import authority
    from documents.sealing.verify import verify as check
    from flows import verdicts
    from flows.files import read_file

    data = read_file(file)
    anchors = [
        certificate
        for path in anchor or ()
        for certificate in authority.certificates(read_file(path))
    ]
    verdict = check(data, anchors, at=datetime.now(UTC))
    verdicts.show(file, verdict)
    code = verdicts.exit_code(verdict)
    if code is not Exit.OK:
        raise typer.Exit(int(code))


def redline(
    old: Annotated[Path, typer.Argument(help=tr("The earlier version."))],
    new: Annotated[Path, typer.Argument(help=tr("The later version."))],
    out: Annotated[Path, typer.Option("--out", "-o", help=tr("The file to write."))],
    author: Annotated[str, typer.Option(help=tr("Author of the tracked changes."))] = "Énoncé",
) -> None:
    from documents import redline as comparing
    from documents.digest import byte_digest
    from flows import service
    from flows.stages.publish import write

    data = comparing.redline(
        service.read_upload(old, checked=True),
        service.read_upload(new, checked=True),
        author=author,
        when=datetime.now(UTC).replace(microsecond=0),
    )
    write(out, data)
    tell("The comparison is in {file}.", file=str(out))
    console.answer({"file": str(out), "digest": byte_digest(data)})


def preview(
    file: Annotated[Path, typer.Argument(help=tr("The Word file."))],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=tr("The page to write; else beside the file.")),
    ] = None,
    beside: Annotated[
        Path | None, typer.Option(help=tr("The other edition, to stand beside it."))
    ] = None,
) -> None:
    from documents.digest import byte_digest
    from documents.preview import language_of
    from documents.preview import preview as show
    from documents.preview_page import page
    from documents.preview_pair import Side, side_by_side
    from flows import service
    from flows.stages.publish import write

    language = console.GLOBALS.lang
    data = service.read_upload(file, checked=True)
    if beside is None:
        seen = show(data, say=tr, interface=language, top=2)
        made = page(seen, name=file.name, language=language, say=tr)
    else:
        other = service.read_upload(beside, checked=True)
        pair = side_by_side(
            Side(data, language_of(data), file.name),
            Side(other, language_of(other), beside.name),
            say=tr,
            interface=language,
        )
        made = page(pair, name=file.name, language=language, say=tr)
    target = out or file.with_suffix(".html")
    whole = made.encode()
    write(target, whole)
    tell("The preview is in {file}.", file=str(target))
    console.answer({"file": str(target), "digest": byte_digest(whole)})
