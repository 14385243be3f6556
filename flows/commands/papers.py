"""Commands on drafters' papers that need no house: merge two versions, list comments."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import Exit, tell, tr

if TYPE_CHECKING:
    from documents.returned import Proposal


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(help=tr("Merge two versions that began with one draft."))(merge)
    app.command(help=tr("List the comments of a Word file, or what a reviewer proposes."))(comments)


def merge(
    base: Annotated[Path, typer.Argument(help=tr("The draft that both versions began with."))],
    mine: Annotated[Path, typer.Argument(help=tr("Your version."))],
    theirs: Annotated[Path, typer.Argument(help=tr("The other version."))],
    out: Annotated[Path, typer.Option("--out", "-o", help=tr("The file to write."))],
) -> None:
    from documents import threeway
    from documents.digest import byte_digest
    from flows import service
    from flows.stages.publish import write

    files = [service.read_upload(path, checked=True) for path in (base, mine, theirs)]
    done = threeway.merge(
        files[0],
        files[1],
        files[2],
        when=datetime.now(UTC).replace(microsecond=0),
        say=lambda message, data: tr(message, **data),
    )
    write(out, done.data)
    tell("The merged text is in {file}.", file=str(out))
    conflicts = []
    for conflict in done.conflicts:
        message, data = threeway.describe(conflict)
        sentence = tr(message, **data)
        tell("Decide: {sentence}", sentence=sentence)
        conflicts.append(
            {
                "kind": str(conflict.kind),
                "paragraph": conflict.paragraph,
                "base": conflict.base,
                "mine": conflict.mine,
                "theirs": conflict.theirs,
                "kept": str(conflict.kept),
                "message": sentence,
            }
        )
    for one in done.joined:
        tell("Read again, words of both are in it: {text}", text=one.text)
    left = [tr(one.message, **one.data) for one in done.left]
    for sentence in left:
        tell("Do by hand: {sentence}", sentence=sentence)
    console.answer(
        {
            "file": str(out),
            "digest": byte_digest(done.data),
            "taken": done.taken,
            "conflicts": conflicts,
            "joined": [
                {
                    "paragraph": one.paragraph,
                    "mine": one.mine,
                    "theirs": one.theirs,
                    "text": one.text,
                }
                for one in done.joined
            ],
            "left": left,
        }
    )
    if done.conflicts:
        raise typer.Exit(int(Exit.WARNINGS))


def comments(
    file: Annotated[Path, typer.Argument(help=tr("The Word file."))],
    base: Annotated[
        Path | None,
        typer.Option(help=tr("The draft that was sent: list every change to it as well.")),
    ] = None,
) -> None:
    from documents import comments as remarks
    from documents import returned
    from flows import service

    data = service.read_upload(file, checked=True)
    if base is not None:
        _proposals(returned.read(service.read_upload(base, checked=True), data))
        return
    found = remarks.read(data)
    if not found:
        tell("There are no comments in {file}.", file=file.name)
    else:
        console.table(
            (tr("Author"), tr("Date"), tr("Words"), tr("Comment")),
            [
                (
                    one.author,
                    one.date.date().isoformat() if one.date else "",
                    one.quoted,
                    f"{one.text} ({tr('resolved')})" if one.resolved else one.text,
                )
                for one in found
            ],
        )
    console.answer(
        {
            "comments": [
                {
                    "id": one.id,
                    "author": one.author,
                    "initials": one.initials,
                    "date": one.date.isoformat() if one.date else None,
                    "text": one.text,
                    "quoted": one.quoted,
                    "paragraph": one.paragraph,
                    "span": list(one.span) if one.span else None,
                    "parent": one.parent,
                    "resolved": one.resolved,
                }
                for one in found
            ]
        }
    )


def _proposals(found: tuple[Proposal, ...]) -> None:
    kinds = {
        "comment": tr("comment"),
        "insertion": tr("insertion"),
        "deletion": tr("deletion"),
        "replacement": tr("replacement"),
        "move": tr("move"),
        "formatting": tr("formatting"),
        "paragraph inserted": tr("paragraph inserted"),
        "paragraph deleted": tr("paragraph deleted"),
        "paragraph split": tr("paragraph split"),
        "paragraphs joined": tr("paragraphs joined"),
        "row inserted": tr("row inserted"),
        "row deleted": tr("row deleted"),
    }
    if not found:
        tell("The file proposes nothing: it is the draft as it was sent.")
    else:
        console.table(
            ("", tr("Proposal"), tr("Author"), tr("Before"), tr("After")),
            [
                (
                    one.id,
                    kinds[one.kind],
                    one.author if one.tracked else tr("not tracked"),
                    one.before,
                    one.after,
                )
                for one in found
            ],
        )
    console.answer(
        {
            "proposals": [
                {
                    "id": one.id,
                    "kind": str(one.kind),
                    "paragraph": one.paragraph,
                    "before": one.before,
                    "after": one.after,
                    "author": one.author,
                    "date": one.date.isoformat() if one.date else None,
                    "tracked": one.tracked,
                }
                for one in found
            ]
        }
    )
