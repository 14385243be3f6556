"""From adoption to the public: seal, publish, export the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.console import tell, tr


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(help=tr("Order the seal on what the board adopted."))(seal)
    app.command(help=tr("Release the sealed editions, now or after an embargo."))(publish)
    app.command(help=tr("Write the editions, the redline and the evidence to a folder."))(export)


Dossier = Annotated[str, typer.Argument(help=tr("The dossier."))]


def seal(dossier: Dossier) -> None:
    from approvals.handlers import publication
    from approvals.handlers.base import Command
    from flows import service

    house = console.house()
    command = Command(dossier=dossier, by=console.acting(house), key=console.key())
    entry = publication.order_seal(command, house.office)
    tell("The seal is ordered.")
    service.after_act(house, dossier, entry)


def publish(
    dossier: Dossier,
    not_before: Annotated[
        str | None, typer.Option(help=tr("End of the embargo: 2027-03-12T14:00."))
    ] = None,
) -> None:
    from approvals.handlers import publication
    from flows import service

    house = console.house()
    command = publication.OrderPublication(
        dossier=dossier,
        by=console.acting(house),
        key=console.key(),
        not_before=service.moment(not_before) if not_before else None,
    )
    entry = publication.order_publication(command, house.office)
    tell("The publication is released.")
    service.after_act(house, dossier, entry)


def export(
    dossier: Dossier,
    out: Annotated[Path, typer.Option("--out", "-o", help=tr("The folder to write to."))],
) -> None:
    from flows import evidence

    house = console.house()
    files = evidence.export(house, dossier, out)
    console.table([tr("File")], [[str(path)] for path in files])
    console.answer({"files": [str(path) for path in files]})
