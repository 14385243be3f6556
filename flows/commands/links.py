"""Documents beside a text: the axes it began with, its explanation, what was presented."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.console import tell, tr


def register(app: typer.Typer) -> None:
    """Put this command on the command line."""
    app.command(
        help=tr("Lay a document beside a text, such as its explanation, or list those there are.")
    )(link)


def link(
    dossier: Annotated[str, typer.Argument(help=tr("The dossier."))],
    file: Annotated[
        Path | None, typer.Argument(help=tr("A Word file or a PDF; without one, the list."))
    ] = None,
    kind: Annotated[
        str, typer.Option(help=tr("axes, synthesis, presentation, explanation or other."))
    ] = "other",
    language: Annotated[
        str | None, typer.Option(help=tr("Its language, fr or en; nothing where it has both."))
    ] = None,
    title_fr: Annotated[str | None, typer.Option(help=tr("Its title, French."))] = None,
    title_en: Annotated[str | None, typer.Option(help=tr("Its title, English."))] = None,
) -> None:
    from approvals.events import LinkKind
    from approvals.names import Bilingual, Language
    from flows import links, service, showing
    from flows.files import read_file

    house = console.house()
    if file is None:
        showing.links(house, dossier)
        return
    if kind not in {one.value for one in LinkKind}:
        raise typer.BadParameter(
            tr("It is axes, synthesis, presentation, explanation or other."), param_hint="--kind"
        )
    if language not in (None, "fr", "en"):
        raise typer.BadParameter(tr("The language is fr or en."), param_hint="--language")
    title = title_fr or title_en
    entry = links.link(
        house,
        dossier,
        read_file(file),
        file.name,
        by=console.acting(house),
        kind=LinkKind(kind),
        title=Bilingual(title_fr or title, title_en or title) if title else None,
        language=Language(language) if language else None,
        key=console.GLOBALS.key,
    )
    tell("{file} lies beside {dossier} now.", file=file.name, dossier=dossier)
    service.after_act(house, dossier, entry)
