"""The board: convene, attend, open and close the ballot, vote."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.console import tell, tr


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(help=tr("Convene the board to decide on the pair."))(convene)
    app.command(help=tr("Take a convocation back."))(recall)
    app.command(help=tr("Record who is in the session, or see the quorum."))(attend)
    app.command("no-quorum", help=tr("Record that too few came."))(no_quorum)
    app.command("open-ballot", help=tr("Open the vote."))(open_ballot)
    app.command(help=tr("Cast a vote."))(vote)
    app.command("close-ballot", help=tr("Close the vote and proclaim the result."))(close_ballot)


Dossier = Annotated[str, typer.Argument(help=tr("The dossier."))]
Reason = Annotated[str | None, typer.Option(help=tr("Why."))]


def convene(
    dossier: Dossier,
    when: Annotated[
        str,
        typer.Option("--at", help=tr("When: 2027-03-12T14:00, or “now”.")),
    ],
    place: Annotated[str, typer.Option(help=tr("Where the board meets."))] = "",
    board: Annotated[
        Path | None, typer.Option(help=tr("The board file; without one, the house's only one."))
    ] = None,
    urgent: Annotated[str | None, typer.Option(help=tr("The reason for a shorter notice."))] = None,
    mode: Annotated[str, typer.Option(help=tr("session, conference or written."))] = "session",
    closes: Annotated[
        str | None, typer.Option(help=tr("The end of a written consultation."))
    ] = None,
    papers_later: Annotated[
        bool,
        typer.Option("--papers-later", help=tr("The papers do not go with the convocation.")),
    ] = False,
) -> None:
    from approvals.board import Mode
    from approvals.handlers import board as handlers
    from flows import service

    if mode not in [one.value for one in Mode]:
        raise typer.BadParameter(tr("It is session, conference or written."), param_hint="--mode")
    house = console.house()
    command = handlers.Convene(
        dossier=dossier,
        by=console.acting(house),
        key=console.key(),
        board=service.board(house, board),
        when=None if when == "now" else service.moment(when),
        place=place,
        urgency=urgent,
        mode=Mode(mode),
        closes=service.moment(closes) if closes else None,
        papers=not papers_later,
    )
    entry = handlers.convene(command, house.office)
    tell("The board is convened for {when}.", when=service.session(house, dossier))
    service.after_act(house, dossier, entry)


def recall(dossier: Dossier, reason: Reason = None) -> None:
    from approvals.handlers import board as handlers
    from approvals.handlers.base import WithReason
    from flows import service

    house = console.house()
    command = WithReason(
        dossier=dossier, by=console.acting(house), key=console.key(), reason=reason
    )
    entry = handlers.recall(command, house.office)
    tell("The convocation was taken back.")
    service.after_act(house, dossier, entry)


def attend(
    dossier: Dossier,
    seats: Annotated[
        list[str] | None, typer.Argument(help=tr("The seats; none shows the quorum."))
    ] = None,
    how: Annotated[
        str, typer.Option("--how", help=tr("present, remote, represented or absent."))
    ] = "present",
    proxy_to: Annotated[str | None, typer.Option(help=tr("The seat that holds the proxy."))] = None,
    recused: Annotated[
        bool, typer.Option("--recused", help=tr("The member takes no part in this item."))
    ] = False,
) -> None:
    from approvals.board import Attendance
    from approvals.handlers import board as handlers
    from flows import service

    try:
        attendance = Attendance(how)
    except ValueError:
        raise typer.BadParameter(
            tr("It is present, remote, represented or absent."), param_hint="--how"
        ) from None
    house = console.house()
    entry = None
    base = console.key()
    for seat in seats or ():
        command = handlers.Attend(
            dossier=dossier,
            by=console.acting(house),
            key=f"{base}:{seat}",
            seat=seat,
            attendance=attendance,
            proxy_to=proxy_to,
            recused=recused,
        )
        entry = handlers.attend(command, house.office)
    service.show_quorum(house, dossier)
    service.after_act(house, dossier, entry)


def no_quorum(dossier: Dossier) -> None:
    from approvals.handlers import board as handlers
    from approvals.handlers.base import Command
    from flows import service

    house = console.house()
    command = Command(dossier=dossier, by=console.acting(house), key=console.key())
    entry = handlers.declare_no_quorum(command, house.office)
    tell("There is no quorum. The board may be convened a second time.")
    service.after_act(house, dossier, entry)


def open_ballot(
    dossier: Dossier,
    pair: Annotated[
        str | None,
        typer.Option(help=tr("The digest of the text that is voted on (its beginning will do).")),
    ] = None,
    secret: Annotated[bool, typer.Option("--secret", help=tr("A secret ballot."))] = False,
    presided_by: Annotated[
        str | None,
        typer.Option(help=tr("The seat of whoever presides, where the chair is not there.")),
    ] = None,
) -> None:
    from approvals.handlers import board as handlers
    from flows import service

    house = console.house()
    by = console.acting(house)
    command = handlers.OpenBallot(
        dossier=dossier,
        by=by,
        key=console.key(),
        pair=service.pair(house.dossier(dossier), pair),
        secret=secret,
        presiding=presided_by,
    )
    entry = handlers.open_ballot(command, house.office)
    tell("The ballot is open on the pair {pair}.", pair=command.pair[:12])
    service.after_act(house, dossier, entry)


def vote(
    dossier: Dossier,
    choice: Annotated[
        str, typer.Argument(help=tr("for, against or abstain; “-” reads it from standard input."))
    ],
    seat: Annotated[
        str | None,
        typer.Option(help=tr("The seat, where you vote for one whose proxy you hold.")),
    ] = None,
) -> None:
    from approvals.events import Choice
    from flows import ballots, service

    try:
        chosen = Choice(sys.stdin.readline().strip() if choice == "-" else choice)
    except ValueError:
        raise typer.BadParameter(tr("Vote for, against or abstain."), param_hint="CHOICE") from None
    house = console.house()
    by = console.acting(house)
    own = seat or service.own_seat(house, dossier, by)
    entry, receipt = ballots.vote(house, dossier, own, chosen, by=by, key=console.key())
    tell("The vote of seat {seat} is cast.", seat=own)
    if receipt is not None:
        tell("Your receipt, which nobody else has: {receipt}. Note it down.", receipt=receipt)
    service.after_act(house, dossier, entry, more={"receipt": receipt})


def close_ballot(
    dossier: Dossier,
    number: Annotated[
        str | None, typer.Option(help=tr("The resolution's number; otherwise the next free one."))
    ] = None,
) -> None:
    from approvals.handlers import board as handlers
    from flows import service

    house = console.house()
    command = handlers.CloseBallot(
        dossier=dossier, by=console.acting(house), key=console.key(), number=number
    )
    entry = handlers.close_ballot(command, house.office)
    service.show_result(house, dossier)
    service.after_act(house, dossier, entry)
