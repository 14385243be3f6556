"""Commands that need no house: verify a sealed file, compare two versions, show one as a page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import Exit, tell, tr

if TYPE_CHECKING:
    from documents.wml import ParagraphId
    from flows import editions


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
    verdicts.show(file, verdict, _standing(data))
    code = verdicts.exit_code(verdict)
    if code is not Exit.OK:
        raise typer.Exit(int(code))


def _standing(data: bytes) -> editions.Answer | None:
    """What has become of the copy, where the command names a house with --home."""
    if console.GLOBALS.home is None:
        return None
    from documents.digest import byte_digest
    from flows import editions

    return editions.answer(console.house(), byte_digest(data))


def redline(
    old: Annotated[Path, typer.Argument(help=tr("The earlier version."))],
    new: Annotated[Path, typer.Argument(help=tr("The later version."))],
    out: Annotated[Path, typer.Option("--out", "-o", help=tr("The file to write."))],
    author: Annotated[str, typer.Option(help=tr("Author of the tracked changes."))] = "Énoncé",
    mirror: Annotated[
        tuple[Path, Path] | None,
        typer.Option(help=tr("Both versions in the other language: one number for one change.")),
    ] = None,
    mirror_out: Annotated[
        Path | None,
        typer.Option("--mirror-out", "-m", help=tr("The file to write for the other language.")),
    ] = None,
) -> None:
    from documents import redline as comparing
    from documents.digest import byte_digest
    from flows import service
    from flows.stages.publish import write

    if (mirror is None) != (mirror_out is None):
        raise typer.BadParameter(
            tr("Give --mirror and --mirror-out together."), param_hint="--mirror"
        )
    pair = tuple(service.read_upload(one, checked=True) for one in (old, new))
    when = datetime.now(UTC).replace(microsecond=0)
    if mirror is None or mirror_out is None:
        data = comparing.redline(pair[0], pair[1], author=author, when=when)
        write(out, data)
        tell("The comparison is in {file}.", file=str(out))
        console.answer({"file": str(out), "digest": byte_digest(data)})
        return
    other = tuple(service.read_upload(one, checked=True) for one in mirror)
    first, second, changes = _mirrored(pair, other, author, when)
    write(out, first)
    write(mirror_out, second)
    tell("The comparison is in {file}.", file=str(out))
    tell("The comparison in the other language is in {file}.", file=str(mirror_out))
    tell("Changed paragraphs, numbered alike in both: {count}.", count=len(changes))
    console.answer(
        {
            "file": str(out),
            "digest": byte_digest(first),
            "mirror": {"file": str(mirror_out), "digest": byte_digest(second)},
            "changes": changes,
        }
    )


def _mirrored(
    pair: tuple[bytes, ...], other: tuple[bytes, ...], author: str, when: datetime
) -> tuple[bytes, bytes, list[console.Json]]:
    """The redlines of both pairs in the order given, and the table of their changes."""
    from documents.preview import language_of
    from documents.redline_mirror import mirrored

    swapped = language_of(pair[1]).startswith("en") and language_of(other[1]).startswith("fr")
    french, english = (other, pair) if swapped else (pair, other)
    done = mirrored(*french, *english, author=author, when=when)
    changes: list[console.Json] = [
        {
            "number": one.number,
            "paragraph": one.paragraph,
            "fr": one.french.kind.value if one.french else None,
            "en": one.english.kind.value if one.english else None,
        }
        for one in done.changes
    ]
    first, second = done.french, done.english
    return (second, first, changes) if swapped else (first, second, changes)


def preview(
    file: Annotated[Path, typer.Argument(help=tr("The Word file."))],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=tr("The page to write; else beside the file.")),
    ] = None,
    beside: Annotated[
        Path | None, typer.Option(help=tr("The other edition, to stand beside it."))
    ] = None,
    dossier: Annotated[
        str | None,
        typer.Option(help=tr("With --beside: say which paragraphs a machine drafted there.")),
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
        marks = _drafted(dossier, language) if dossier is not None else {}
        pair = side_by_side(
            Side(data, language_of(data), file.name, marks=marks),
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


def _drafted(dossier: str, language: str) -> dict[ParagraphId, str]:
    """The paragraphs of a dossier that a machine drafted, in the words of the interface."""
    from flows import vouching

    house = console.house()
    return vouching.marks(vouching.vouched(house, house.dossier(dossier)), language)
