"""What an administrator keeps: adopting a circuit or board file, and consent to an engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import Json, tell, tr

if TYPE_CHECKING:
    from flows.house import House


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(help=tr("Have a circuit or board file hold from now on."))(adopt)
    app.command(help=tr("Say whose texts an engine may be sent, or list it."))(consent)


def adopt(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=tr("circuit or board."))],
    file: Annotated[Path, typer.Argument(help=tr("The file."))],
    instead: Annotated[
        str | None,
        typer.Option(help=tr("The house’s file whose place it takes; else it is a new one.")),
    ] = None,
) -> None:
    from approvals.events import RuleKind
    from flows import tending
    from flows.files import read_text

    if kind not in [one.value for one in RuleKind]:
        raise typer.BadParameter(tr("It is circuit or board."), param_hint="KIND")
    house = console.house()
    entry = tending.adopt(
        house,
        RuleKind(kind),
        read_text(file),
        instead or "",
        by=console.acting(house),
        key=console.key(),
    )
    tell("The file holds from now on. Reviews and sessions under way keep theirs.")
    console.answer({"entry": {"sequence": entry.sequence, "hash": entry.hash}})


def consent(
    engine: Annotated[str | None, typer.Argument(help=tr("The engine; without one, all."))] = None,
    level: Annotated[
        list[str] | None,
        typer.Option(help=tr("public, internal or confidential. Repeatable; none takes it back.")),
    ] = None,
    provider: Annotated[
        str, typer.Option(help=tr("Who gets the texts, as the list names it."))
    ] = "",
) -> None:
    from approvals.events import Confidentiality
    from flows import tending

    house = console.house()
    if engine is None:
        _list(house)
        return
    levels = level or []
    if not {*levels} <= {one.value for one in Confidentiality}:
        raise typer.BadParameter(
            tr("It is public, internal or confidential."), param_hint="--level"
        )
    entry = tending.allow(
        house,
        engine,
        [Confidentiality(one) for one in levels],
        provider,
        by=console.acting(house),
        key=console.key(),
    )
    tell("The consent is recorded under your name and holds from now on.")
    console.answer({"entry": {"sequence": entry.sequence, "hash": entry.hash}})


def _list(house: House) -> None:
    from flows.desk_care import Care

    found = [one for one in Care(house).engines() if one.sends_text_to]
    handles = {id: who.handle for id, who in house.contacts().items()}
    told: list[dict[str, Json]] = [
        {
            "engine": one.name,
            "provider": one.sends_text_to,
            "levels": [level.value for level in one.levels],
            "by": handles.get(one.by, one.by) if one.by else None,
            "at": one.at.isoformat() if one.at else None,
        }
        for one in found
    ]
    console.table(
        [tr("Engine"), tr("Sends texts to"), tr("May be sent"), tr("By whom")],
        [
            (
                one.name,
                one.sends_text_to,
                ", ".join(level.value for level in one.levels) or tr("nothing"),
                handles.get(one.by, one.by) if one.by else "–",
            )
            for one in found
        ],
    )
    console.answer({"engines": told})
