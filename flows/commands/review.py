"""The review: open it, decide in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.console import tell, tr


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(help=tr("Open the review of a certified pair, or go on with it."))(review)
    app.command(help=tr("Approve, request changes, reject or abstain."))(decide)


def review(
    dossier: Annotated[str, typer.Argument(help=tr("The dossier."))],
    circuit: Annotated[
        Path | None,
        typer.Option(help=tr("The circuit file; without one, the pinned or the only one.")),
    ] = None,
) -> None:
    from flows import acts, service

    house = console.house()
    entry = acts.open_review(
        house,
        dossier,
        by=console.acting(house),
        key=console.key(),
        circuit=service.circuit(house, dossier, circuit),
    )
    tell("The review of {dossier} is open.", dossier=dossier)
    service.after_act(house, dossier, entry)


def decide(
    dossier: Annotated[str, typer.Argument(help=tr("The dossier."))],
    decision: Annotated[
        str, typer.Argument(help=tr("approve, request-changes, reject or abstain."))
    ],
    step: Annotated[
        str | None, typer.Option(help=tr("The step, where you decide at several."))
    ] = None,
    paragraph: Annotated[
        list[str] | None,
        typer.Option(help=tr("The paragraph that the refusal is about. Repeatable.")),
    ] = None,
    reason: Annotated[str | None, typer.Option(help=tr("Why; a refusal needs it."))] = None,
    pair: Annotated[
        str | None,
        typer.Option(help=tr("The digest of the text that you read (its beginning will do).")),
    ] = None,
    behalf: Annotated[
        str | None,
        typer.Option("--for", help=tr("The absent decider in whose place you decide, by handle.")),
    ] = None,
) -> None:
    from approvals.events import Decision
    from approvals.handlers import review as handlers
    from approvals.names import PersonId
    from flows import acts, service

    try:
        choice = Decision(decision)
    except ValueError:
        raise typer.BadParameter(
            tr("Decide: approve, request-changes, reject or abstain."), param_hint="DECISION"
        ) from None
    house = console.house()
    by = console.acting(house)
    state = house.dossier(dossier)
    command = handlers.MakeDecision(
        dossier=dossier,
        by=by,
        key=console.key(),
        step=step,
        decision=choice,
        pair=service.pair(state, pair),
        paragraphs=tuple(acts.paragraph(state, name) for name in paragraph or ()),
        reason=reason,
        behalf=PersonId(house.person(behalf).id) if behalf is not None else None,
    )
    entry = handlers.decide(command, house.office)
    current = house.dossier(dossier).pair or ""
    tell("Recorded on the pair {pair}.", pair=current[:12] or command.pair[:12])
    service.after_act(house, dossier, entry)
