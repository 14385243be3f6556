"""A board's rules without a house: the presets, a template, a check, and any ballot counted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import Exit, tell, tr

if TYPE_CHECKING:
    from approvals.board import BoardRules


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    board = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    board.command(help=tr("List the rules that ship with enonce, or write one of them."))(presets)
    board.command(help=tr("Write a commented file to begin one’s own rules with."))(template)
    board.command(help=tr("Check a board file or a file of rules."))(check)
    board.command(help=tr("Count a ballot that belongs to no house."))(tally)
    app.add_typer(board, name="board", help=tr("The board’s rules, and any ballot counted."))


def presets(
    name: Annotated[str | None, typer.Argument(help=tr("The preset to write out."))] = None,
) -> None:
    from approvals.board import presets as kept

    if name is not None:
        text = kept.text(name)
        if not console.GLOBALS.json:
            print(text, end="")
        console.answer({"name": name, "file": text, "rules": _told(kept.rules(name))})
        return
    language = console.GLOBALS.lang
    rows: list[tuple[str, ...]] = []
    told: list[Mapping[str, console.Json]] = []
    for one in kept.names():
        rules = kept.rules(one)
        seats = sum(college.seats for college in rules.colleges)
        open_ = [cited.field for cited in rules.citations if cited.status == "to-be-confirmed"]
        rows.append(
            (
                one,
                rules.title.in_(language),
                rules.in_force_from.isoformat(),
                str(seats) if seats else "–",
                str(len(open_)),
            )
        )
        told.append({"name": one, "rules": _told(rules), "seats": seats, "to_be_confirmed": open_})
    console.table(
        [tr("Preset"), tr("Board"), tr("In force from"), tr("Seats"), tr("To be confirmed")], rows
    )
    console.answer({"presets": told})


def template() -> None:
    from approvals.board import presets as kept

    text = kept.template()
    if not console.GLOBALS.json:
        print(text, end="")
    console.answer({"file": text})


def check(file: Annotated[Path, typer.Argument(help=tr("The file (TOML)."))]) -> None:
    from approvals import board as boards
    from approvals.board import files
    from flows.files import read_text

    text = read_text(file)
    rules = boards.load_rules(text)
    seats = boards.load(text).seats if files.has_seats(text) else ()
    named = {cited.field for cited in rules.citations}
    uncited = [field for field in (*files.NEEDED, *files.OPTIONAL) if field not in named]
    open_ = [cited.field for cited in rules.citations if cited.status == "to-be-confirmed"]
    vacant = sum(seat.vacant for seat in seats)
    tell(
        "{rule} can be used: {seats} seats, {vacant} of them vacant.",
        rule=rules.rule,
        seats=len(seats),
        vacant=vacant,
    )
    if uncited:
        tell("No source is named for {fields}.", fields=tuple(uncited))
    if open_:
        tell("Still to be confirmed by the institution: {fields}.", fields=tuple(open_))
    console.answer(
        {
            "rules": _told(rules),
            "seats": len(seats),
            "vacant": vacant,
            "uncited": uncited,
            "to_be_confirmed": open_,
        }
    )
    if uncited or open_:
        raise typer.Exit(int(Exit.WARNINGS))


def tally(
    rules: Annotated[
        str, typer.Option("--rules", help=tr("A board file, a file of rules, or a preset's name."))
    ],
    ballot: Annotated[Path, typer.Option("--ballot", help=tr("The ballot (JSON)."))],
) -> None:
    from approvals import board as boards
    from approvals.board import case as cases
    from approvals.board import presets as kept
    from flows.files import read_text

    text = kept.text(rules) if rules in kept.names() else read_text(Path(rules))
    ruled = boards.load_rules(text)
    counted = cases.count(ruled, cases.load(read_text(ballot), ruled))
    figures, quorum = counted.tally, counted.quorum
    tell(
        "Quorum: {counted} of {required} needed ({seats} seats).",
        counted=quorum.counted,
        required=quorum.required,
        seats=quorum.seats,
    )
    tell(
        "For {for_}, against {against}, abstaining {abstentions}, not voting {silent}.",
        for_=figures.in_favour,
        against=figures.against,
        abstentions=figures.abstentions,
        silent=figures.not_voting,
    )
    if counted.outcome is None:
        tell("There is no quorum, so nothing is decided.")
    elif counted.outcome is boards.Outcome.ADOPTED:
        tell("Adopted: {needed} votes for were needed.", needed=figures.needed)
    else:
        tell("Not adopted: {needed} votes for were needed.", needed=figures.needed)
    if figures.casting_vote:
        tell("The chair’s vote broke the tie.")
    console.answer(
        {
            "rule": ruled.rule,
            "quorum": {
                "counted": quorum.counted,
                "required": quorum.required,
                "seats": quorum.seats,
                "met": quorum.met,
            },
            "for": figures.in_favour,
            "against": figures.against,
            "abstentions": figures.abstentions,
            "not_voting": figures.not_voting,
            "needed": figures.needed,
            "casting_vote": figures.casting_vote,
            "proxies": counted.proxies,
            "recusals": counted.recusals,
            "outcome": counted.outcome.value if counted.outcome else None,
        }
    )


def _told(rules: BoardRules) -> console.Json:
    """Give the rules as plain values, with where each is written."""
    from approvals import codec

    return codec.encode(rules)
