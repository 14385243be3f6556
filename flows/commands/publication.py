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
    app.command(help=tr("Order the withdrawal of a published text."))(withdraw)
    app.command("confirm-withdrawal", help=tr("Confirm a withdrawal as the chair."))(confirm)
    erratum = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    erratum.command("propose", help=tr("Propose a corrected edition in one language."))(propose)
    erratum.command("certify", help=tr("Certify what another person corrected."))(certify)
    app.add_typer(erratum, name="erratum", help=tr("Correct a published edition beside itself."))
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


def withdraw(
    dossier: Dossier,
    resolution: Annotated[
        str | None, typer.Option(help=tr("The resolution by which it is withdrawn."))
    ] = None,
    court: Annotated[
        str | None, typer.Option(help=tr("The judgment by which it is withdrawn."))
    ] = None,
    reason: Annotated[str | None, typer.Option(help=tr("Why, for everybody to read."))] = None,
) -> None:
    from approvals.events import Ground
    from approvals.handlers import life
    from flows import service

    if (resolution is None) == (court is None):
        raise typer.BadParameter(
            tr("Give --resolution or --court, one of them."), param_hint="--resolution"
        )
    house = console.house()
    command = life.Withdraw(
        dossier=dossier,
        by=console.acting(house),
        key=console.key(),
        ground=Ground.COURT if resolution is None else Ground.RESOLUTION,
        reference=resolution if resolution is not None else court or "",
        reason=reason,
    )
    entry = life.withdraw(command, house.office)
    tell("The withdrawal is ordered; the chair confirms it.")
    service.after_act(house, dossier, entry)


def confirm(dossier: Dossier) -> None:
    from approvals.handlers import life
    from approvals.handlers.base import Command
    from flows import service

    house = console.house()
    command = Command(dossier=dossier, by=console.acting(house), key=console.key())
    entry = life.confirm_withdrawal(command, house.office)
    tell("{dossier} is withdrawn; its files stay.", dossier=dossier)
    service.after_act(house, dossier, entry)


def propose(
    dossier: Dossier,
    file: Annotated[Path, typer.Argument(help=tr("The corrected Word file."))],
    language: Annotated[str, typer.Option(help=tr("The language of the edition: fr or en."))],
    reason: Annotated[str | None, typer.Option(help=tr("What is corrected."))] = None,
) -> None:
    from approvals.handlers import life
    from approvals.names import Digest, Language
    from documents.digest import text_digest
    from flows import acts, service

    if language not in acts.OTHER:
        raise typer.BadParameter(tr("The language is fr or en."), param_hint="--language")
    house = console.house()
    by = console.acting(house)
    data = service.read_upload(file, checked=True)
    command = life.ProposeErratum(
        dossier=dossier,
        by=by,
        key=console.key(),
        language=Language(language),
        version=Digest(house.vault.put(data)),
        text=Digest(text_digest(data).document),
        reason=reason,
    )
    entry = life.propose_erratum(command, house.office)
    tell("The correction is proposed; a reviser certifies it.")
    service.after_act(house, dossier, entry)


def certify(dossier: Dossier) -> None:
    from approvals.handlers import life
    from approvals.handlers.base import Command
    from flows import service

    house = console.house()
    command = Command(dossier=dossier, by=console.acting(house), key=console.key())
    entry = life.certify_erratum(command, house.office)
    tell("The correction is certified.")
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
