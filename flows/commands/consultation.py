"""A consultation in a house: plan, open, invite, take files, close, show, export, erase."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import Exit, Json, tell, tr

if TYPE_CHECKING:
    from approvals.consultation.life import Consultation

Id = Annotated[str, typer.Argument(metavar="ID", help=tr("The consultation."))]


def add_to(consult: typer.Typer) -> None:
    """Put these commands under ``enonce consult``."""
    consult.command(help=tr("Plan a consultation with a questionnaire."))(new)
    consult.command("open", help=tr("Open it until a day; from then on the form is frozen."))(open_)
    consult.command(help=tr("Invite the people of a file, each by a link of their own."))(invite)
    consult.command("import", help=tr("Take a file of responses in, whole or not at all."))(import_)
    consult.command(help=tr("Close it: nobody answers any more."))(close)
    consult.command("list", help=tr("List the consultations of the house."))(list_)
    consult.command(help=tr("Say where a consultation stands."))(show)
    consult.command(help=tr("Write the responses to a file, or what is held about a person."))(
        export
    )
    consult.command(help=tr("Erase single answers and invitations; the figures stay."))(erase)


def new(
    questionnaire: Annotated[Path, typer.Argument(help=tr("The questionnaire (TOML)."))],
    id: Annotated[str, typer.Option("--id", help=tr("The id that it is to have."))],
) -> None:
    from flows import consulting

    house = console.house()
    consulting.plan(house, id, questionnaire, by=console.acting(house), key=console.key())
    tell(
        "The consultation {consultation} is planned. “enonce consult open” opens it.",
        consultation=id,
    )
    _answer(consulting.find(house, id))


def open_(
    consultation: Id,
    until: Annotated[str, typer.Option(help=tr("The last day, as 2026-12-31."))],
    open_to: Annotated[
        list[str] | None,
        typer.Option(help=tr("A public that answers without an invitation. Repeatable.")),
    ] = None,
) -> None:
    from flows import consulting

    house = console.house()
    consulting.open_(
        house,
        consultation,
        _day(until),
        open_to or (),
        by=console.acting(house),
        key=console.key(),
    )
    tell("The consultation {consultation} is open.", consultation=consultation)
    _answer(consulting.find(house, consultation))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise typer.BadParameter(
            tr("Write the day as 2026-12-31."), param_hint="--until"
        ) from fault


def invite(
    consultation: Id,
    people: Annotated[Path, typer.Argument(help=tr("A CSV file: address, public, language."))],
    out: Annotated[
        Path, typer.Option("--out", "-o", help=tr("The CSV file for the tokens, for a mailing."))
    ],
) -> None:
    import csv
    import io

    from flows import consulting
    from flows.stages.publish import write

    house = console.house()
    invited = consulting.invite(
        house, consultation, people, by=console.acting(house), key=console.key()
    )
    text = io.StringIO(newline="")
    file = csv.writer(text)
    file.writerow(["address", "public", "language", "token"])
    file.writerows([one.address, one.public, one.language, one.token] for one in invited)
    write(out, text.getvalue().encode())
    out.chmod(0o600)
    tell(
        "{count} people are invited; their tokens are in {file} and nowhere else. "
        "Send them and erase the file.",
        count=len(invited),
        file=str(out),
    )
    console.answer({"consultation": consultation, "invited": len(invited), "file": str(out)})


def import_(
    consultation: Id,
    responses: Annotated[
        Path, typer.Argument(help=tr("A file of responses (CSV, or from LimeSurvey)."))
    ],
) -> None:
    from flows import consulting
    from flows.commands.faults import fault_of, tell_faults

    house = console.house()
    entry, reading = consulting.take(
        house, consultation, responses, by=console.acting(house), key=console.key()
    )
    if entry is None:
        tell_faults(reading.faults)
        tell("Nothing was taken in: {bad} faults to correct first.", bad=len(reading.faults))
        console.answer({"ok": False, "faults": [fault_of(one) for one in reading.faults]})
        raise typer.Exit(int(Exit.REFUSED))
    tell(
        "{count} responses were taken in; {unfinished} were never sent.",
        count=len(reading.responses),
        unfinished=reading.unfinished,
    )
    console.answer(
        {
            "ok": True,
            "consultation": consultation,
            "responses": len(reading.responses),
            "unfinished": reading.unfinished,
        }
    )


def close(consultation: Id) -> None:
    from flows import consulting

    house = console.house()
    consulting.close(house, consultation, by=console.acting(house), key=console.key())
    own = consulting.find(house, consultation)
    tell(
        "The consultation {consultation} is closed: {count} responses.",
        consultation=consultation,
        count=_total(own),
    )
    _answer(own)


def _total(own: Consultation) -> int:
    return sum(one.count for one in own.closed.responses) if own.closed else 0


def list_() -> None:
    from approvals.handlers.consultation import STAGES
    from flows import consulting

    house = console.house()
    found = list(consulting.every(house))
    rows = [
        (
            own.id,
            own.planned.title.in_(console.GLOBALS.lang) if own.planned else "",
            tr(STAGES[own.stage]),
            str(_total(own)) if own.closed else "–",
        )
        for own in found
    ]
    if rows:
        console.table(
            [tr("Consultation"), tr("Title"), tr("State"), tr("Responses")],
            rows,
        )
    else:
        tell("There is no consultation yet. “enonce consult new” plans one.")
    console.answer({"consultations": [_shown(own) for own in found]})


def show(consultation: Id) -> None:
    from approvals.handlers.consultation import STAGES
    from flows import consulting

    house = console.house()
    own = consulting.find(house, consultation)
    language = console.GLOBALS.lang
    if own.planned is not None:
        tell(
            "{title}: {stage}.", title=own.planned.title.in_(language), stage=tr(STAGES[own.stage])
        )
        tell("{purpose}", purpose=own.planned.purpose.in_(language))
    if own.opened is not None and own.closed is None:
        tell("People may answer until {until}.", until=own.opened.until)
    asked = consulting.form(house, own)
    came: dict[str, int] = {}
    if own.closed is not None:
        came = {one.public: one.count for one in own.closed.responses}
    elif own.opened is not None:
        for _, one in consulting.responses(house, own.id):
            came[one.public] = came.get(one.public, 0) + 1
    rows = [
        (
            public.title.in_(language),
            str(own.invited.get(public.id, 0)),
            str(came.get(public.id, 0)),
        )
        for public in asked.publics
    ]
    console.table([tr("Public"), tr("Invited"), tr("Responses")], rows)
    if own.closed is not None and own.erased is None:
        tell("Single answers are kept until {day}.", day=own.erasable_from or date.max)
    if own.erased is not None:
        tell("Single answers are erased; the figures and every digest stay.")
    console.answer({**_shown(own), "responses": dict(came), "invited": dict(own.invited)})


def _shown(own: Consultation) -> dict[str, Json]:
    return {
        "consultation": own.id,
        "stage": own.stage.value,
        "version": own.version,
        "form": own.form,
        "until": own.opened.until.isoformat() if own.opened else None,
        "total": _total(own) if own.closed else None,
        "digest": own.closed.digest if own.closed else None,
        "erasable_from": own.erasable_from.isoformat() if own.erasable_from else None,
        "erased": own.erased is not None,
    }


def _answer(own: Consultation) -> None:
    console.answer(_shown(own))


def export(
    consultation: Id,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=tr("The CSV file for the responses."))
    ] = None,
    address: Annotated[
        str | None, typer.Option(help=tr("Say what is held about this mail address instead."))
    ] = None,
) -> None:
    from flows import consulting, responses_file
    from flows.stages.publish import write

    house = console.house()
    own = consulting.find(house, consultation)
    if address is not None:
        found = consulting.about(house, own.id, address)
        for one in found:
            tell(
                "{address} was invited as one of “{public}” and has {answered}.",
                address=one.address,
                public=one.public,
                answered=tr("answered") if one.used else tr("not answered"),
            )
        if not found:
            tell("Nothing is held about {address}.", address=address)
        tell("What somebody answered is held without a name: nobody can say whose it is.")
        console.answer(
            {
                "address": address,
                "held": [
                    {"public": one.public, "language": one.language, "answered": one.used}
                    for one in found
                ],
            }
        )
        return
    if out is None:
        raise typer.BadParameter(tr("Name a file with --out, or a person with --address."))
    console.acting(house)
    given = [one for _, one in consulting.responses(house, own.id)]
    write(out, responses_file.written(consulting.form(house, own), given).encode())
    tell("{count} responses are in {file}.", count=len(given), file=str(out))
    console.answer({"consultation": own.id, "responses": len(given), "file": str(out)})


def erase(
    consultation: Id,
    address: Annotated[
        str | None, typer.Option(help=tr("Only the invitation of this mail address."))
    ] = None,
) -> None:
    from flows import consulting

    house = console.house()
    by = console.acting(house)
    if address is not None:
        gone = consulting.forget(house, consultation, address)
        if gone:
            tell("The invitation of {address} is erased.", address=address)
        else:
            tell("Nothing is held about {address}.", address=address)
        console.answer({"consultation": consultation, "erased": gone})
        return
    consulting.erase(house, consultation, by=by, key=console.key())
    own = consulting.find(house, consultation)
    tell(
        "{responses} responses and {invitations} invitations are erased; the figures stay.",
        responses=own.erased.responses if own.erased else 0,
        invitations=own.erased.invitations if own.erased else 0,
    )
    _answer(own)
