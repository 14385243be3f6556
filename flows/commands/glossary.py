"""Commands for the house's glossary: take a CSV or TBX file in, write one out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.console import tell, tr


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    terms = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    terms.command("import", help=tr("Take a glossary in (CSV or TBX), in place of the house’s."))(
        take_in
    )
    terms.command("export", help=tr("Write the house’s glossary as CSV or TBX."))(write_out)
    app.add_typer(terms, name="glossary", help=tr("The institution’s terms."))


def take_in(
    file: Annotated[Path, typer.Argument(help=tr("A .csv or .tbx file."))],
    join: Annotated[
        bool, typer.Option("--join", help=tr("Add its lines; else they replace all."))
    ] = False,
) -> None:
    from flows import tending
    from flows.files import read_file

    house = console.house()
    new = tending.read_glossary(read_file(file), file.name)
    entry, change = tending.change_glossary(
        house,
        lambda known: tending.joined(known, new) if join else new,
        by=console.acting(house),
        key=console.key(),
    )
    count = len(house.glossary.terms)
    tell("Terms: {count}.", count=count)
    console.answer(
        {
            "terms": count,
            "added": change.added,
            "changed": change.changed,
            "gone": change.gone,
            "entry": {"sequence": entry.sequence, "hash": entry.hash},
        }
    )


def write_out(
    out: Annotated[Path, typer.Option("--out", "-o", help=tr("The file to write."))],
) -> None:
    from locales import tbx

    glossary = console.house().glossary
    if out.suffix.lower() == ".tbx":
        tbx.write(out, glossary)
    else:
        glossary.save(out)
    tell("Terms: {count}.", count=len(glossary.terms))
    console.answer({"file": str(out), "terms": len(glossary.terms)})
