"""The board in session and in writing: papers, objections, amendments, conformity, papers out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.console import tell, tr


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(help=tr("Record that the members have the papers."))(papers)
    app.command("object", help=tr("Object to deciding in writing."))(object_)
    app.command(help=tr("Bring the text as the board amends it in session."))(amend)
    app.command(help=tr("Put the decision off; the ballot is void."))(defer)
    app.command(help=tr("Certify that the translation says what was adopted."))(conform)
    app.command(help=tr("Show the votes of a secret ballot by receipt, or find one’s own."))(
        receipts
    )
    app.command(help=tr("Write the minutes of the session in both languages."))(minutes)
    app.command(help=tr("Write and certify an extract of the resolution."))(extract)


Dossier = Annotated[str, typer.Argument(help=tr("The dossier."))]
Reason = Annotated[str | None, typer.Option(help=tr("Why."))]
Out = Annotated[Path, typer.Option("--out", "-o", help=tr("The folder to write to."))]


def papers(dossier: Dossier) -> None:
    from approvals.handlers import board as handlers
    from approvals.handlers.base import Command
    from flows import service

    house = console.house()
    command = Command(dossier=dossier, by=console.acting(house), key=console.key())
    entry = handlers.send_papers(command, house.office)
    tell("It is recorded that the members have the papers.")
    service.after_act(house, dossier, entry)


def object_(
    dossier: Dossier,
    reason: Reason = None,
    seat: Annotated[str | None, typer.Option(help=tr("Your seat."))] = None,
) -> None:
    from approvals.handlers import board as handlers
    from flows import service

    house = console.house()
    by = console.acting(house)
    command = handlers.Object(
        dossier=dossier,
        by=by,
        key=console.key(),
        seat=seat or service.own_seat(house, dossier, by),
        reason=reason,
    )
    entry = handlers.object_to_writing(command, house.office)
    tell("The objection of seat {seat} is recorded.", seat=command.seat)
    service.after_act(house, dossier, entry)


def amend(
    dossier: Dossier,
    file: Annotated[Path, typer.Argument(help=tr("The amended text (.docx)."))],
    language: Annotated[
        str | None,
        typer.Option(help=tr("The language that is amended: fr or en; the draft's by default.")),
    ] = None,
    moved_by: Annotated[
        str | None, typer.Option(help=tr("The seat of the member who moved the amendment."))
    ] = None,
) -> None:
    from approvals import policy
    from approvals.names import Language
    from flows import ballots, service

    house = console.house()
    done = ballots.amend(
        house,
        dossier,
        service.read_upload(file),
        file.name,
        by=console.acting(house),
        language=Language(language) if language else None,
        seat=moved_by,
        key=console.key(),
    )
    votable = policy.votable(house.dossier(dossier)) or ""
    tell("The ballot is void. The board votes anew, on the amended text {text}.", text=votable[:12])
    service.after_act(house, dossier, done.entry, done.report, {"votable": votable})


def defer(dossier: Dossier, reason: Reason = None) -> None:
    from approvals.handlers import board as handlers
    from approvals.handlers.base import WithReason
    from flows import service

    house = console.house()
    command = WithReason(
        dossier=dossier, by=console.acting(house), key=console.key(), reason=reason
    )
    entry = handlers.defer(command, house.office)
    tell("The decision is put off.")
    service.after_act(house, dossier, entry)


def conform(
    dossier: Dossier,
    pair: Annotated[
        str | None,
        typer.Option(help=tr("The digest of the pair that you read (its beginning will do).")),
    ] = None,
) -> None:
    from approvals.handlers import board as handlers
    from approvals.names import Digest
    from flows import service

    house = console.house()
    known = house.dossier(dossier)
    command = handlers.Conform(
        dossier=dossier,
        by=console.acting(house),
        key=console.key(),
        pair=service.pair(known, pair) if known.pair else Digest(""),
    )
    entry = handlers.certify_conformity(command, house.office)
    tell("The conformity is certified.")
    service.after_act(house, dossier, entry)


def receipts(
    dossier: Dossier,
    receipt: Annotated[str | None, typer.Argument(help=tr("Your receipt."))] = None,
) -> None:
    from flows import ballots
    from flows.showing import CHOICES

    kept = ballots.receipts(console.house(), dossier)
    wanted = receipt.strip().upper() if receipt else None
    found = {code: choice for code, choice in kept.items() if wanted in (None, code)}
    console.table(
        [tr("Receipt"), tr("Vote")],
        [(code, tr(CHOICES[choice.value])) for code, choice in found.items()],
    )
    if wanted is not None and not found:
        tell(
            "There is no vote under this receipt among the {count} that were counted.",
            count=len(kept),
        )
    console.answer(
        {
            "dossier": dossier,
            "votes": [{"receipt": code, "choice": one.value} for code, one in found.items()],
            "found": bool(found),
        }
    )
    if not found:
        raise typer.Exit(int(console.Exit.REFUSED))


def minutes(dossier: Dossier, out: Out) -> None:
    from flows import board_papers

    files = board_papers.write_minutes(console.house(), dossier, out)
    console.table([tr("File")], [[str(path)] for path in files])
    console.answer({"dossier": dossier, "files": [str(path) for path in files]})


def extract(dossier: Dossier, out: Out) -> None:
    from flows import board_papers

    house = console.house()
    files = board_papers.certify_extract(
        house, dossier, out, by=console.acting(house), key=console.key()
    )
    console.table([tr("File")], [[str(path)] for path in files])
    console.answer({"dossier": dossier, "files": [str(path) for path in files]})
