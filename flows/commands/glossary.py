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
) -> None:
    from locales import tbx
    from locales.glossary import Glossary

    house = console.house()
    glossary = tbx.read(file) if file.suffix.lower() == ".tbx" else Glossary.load(file)
    place = house.home / "glossary.csv"
    partial = place.with_suffix(".part")
    glossary.save(partial)
    partial.replace(place)
    tell("Terms: {count}.", count=len(glossary.terms))
    console.answer({"terms": len(glossary.terms)})


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
