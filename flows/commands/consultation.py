"""A consultation in a house: plan, open, invite, take files, close, show, export, erase."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import Exit, Json, tell, tr

if TYPE_CHECKING:
    from approvals.consultation.life import Consultation
    from flows.consulting import Invited
    from flows.house import House

Id = Annotated[str, typer.Argument(metavar="ID", help=tr("The consultation."))]


def add_to(consult: typer.Typer) -> None:
    """Put these commands under ``enonce consult``."""
    consult.command(help=tr("Plan a consultation with a questionnaire."))(new)
    consult.command("open", help=tr("Open it until a day; from then on the form is frozen."))(open_)
    consult.command(help=tr("Invite the people of a file, each by a link of their own."))(invite)
    consult.command(help=tr("Give those who have not answered a new link."))(remind)
    consult.command(help=tr("Send no more reminders to an address."))(unsubscribe)
    consult.command("import", help=tr("Take a file of responses in, whole or not at all."))(import_)
    consult.command(help=tr("Close it: nobody answers any more."))(close)
    consult.command(help=tr("Hold the responses to the list that the close bound."))(verify)
    consult.command("list", help=tr("List the consultations of the house."))(list_)
    consult.command(help=tr("Say where a consultation stands."))(show)
    consult.command("status", hidden=True)(show)
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


_Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", help=tr("A CSV file for the tokens and links, for a mailing.")),
]
_Letters = Annotated[
    Path | None,
    typer.Option(
        help=tr("A folder (maildir) for the letters; without it and --out, in the house.")
    ),
]


def invite(
    consultation: Id,
    people: Annotated[Path, typer.Argument(help=tr("A CSV file: address, public, language."))],
    out: _Out = None,
    letters: _Letters = None,
) -> None:
    from flows import consulting

    house = console.house()
    invited = consulting.invite(
        house, consultation, people, by=console.acting(house), key=console.key()
    )
    tell("People invited: {count}.", count=len(invited))
    told = _hand_over(house, consultation, invited, out, letters, reminder=False)
    console.answer({"consultation": consultation, "invited": len(invited), **told})


def remind(consultation: Id, out: _Out = None, letters: _Letters = None) -> None:
    from flows import consulting

    house = console.house()
    reminded = consulting.remind(house, consultation, by=console.acting(house), key=console.key())
    tell(
        "People with a new link: {count}. Their old ones serve no more.",
        count=len(reminded),
    )
    told = _hand_over(house, consultation, reminded, out, letters, reminder=True)
    console.answer({"consultation": consultation, "reminded": len(reminded), **told})


def _hand_over(
    house: House,
    id: str,
    people: Sequence[Invited],
    out: Path | None,
    folder: Path | None,
    *,
    reminder: bool,
) -> dict[str, Json]:
    """Write the links where they were asked for, and say where; nothing where there is none."""
    import csv
    import io

    from flows import consulting, letters
    from flows.stages.publish import write

    if not people:
        tell("Nothing was written: this act was carried out before, and tokens are not kept.")
        return {"file": None, "letters": None}
    own = consulting.find(house, id)
    if out is None and folder is None:
        folder = house.home / "letters" / own.id
    if out is not None:
        text = io.StringIO(newline="")
        file = csv.writer(text)
        file.writerow(["address", "public", "language", "token", "link"])
        file.writerows(
            (one.address, one.public, one.language, one.token, letters.link(house, own.id, token))
            for one in people
            for token in (one.token,)
        )
        write(out, text.getvalue().encode(), private=True)
        tell(
            "The links are in {file} and nowhere else. Send them and erase the file.",
            file=str(out),
        )
    if folder is not None:
        publics = {one.id: one.title for one in consulting.form(house, own).publics}
        sender = console.actor(house)
        letters.write(house, own, people, folder, sender=sender, publics=publics, reminder=reminder)
        tell(
            "The letters are in the mail folder {folder} and were not sent. Send them with a mail "
            "program and erase the folder.",
            folder=str(folder),
        )
    return {
        "file": str(out) if out is not None else None,
        "letters": str(folder) if folder is not None else None,
    }


def unsubscribe(
    consultation: Id, address: Annotated[str, typer.Argument(help=tr("The mail address."))]
) -> None:
    from flows import consulting

    house = console.house()
    found = consulting.leave_alone(house, consultation, address, by=console.acting(house))
    if found:
        tell("{address} gets no more reminders.", address=address)
    else:
        tell("Nothing is held about {address}.", address=address)
    console.answer({"consultation": consultation, "address": address, "found": found})


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
    if reading.sheet:
        tell("Read from the sheet “{sheet}”.", sheet=reading.sheet)
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
            "sheet": reading.sheet or None,
            "unfinished": reading.unfinished,
        }
    )


def close(
    consultation: Id,
    threshold: Annotated[
        int, typer.Option(min=1, help=tr("Numbers of people below it are hidden."))
    ] = 5,
) -> None:
    from flows import consulting

    house = console.house()
    consulting.close(
        house, consultation, by=console.acting(house), key=console.key(), threshold=threshold
    )
    own = consulting.find(house, consultation)
    tell(
        "The consultation {consultation} is closed: {count} responses.",
        consultation=consultation,
        count=_total(own),
    )
    _answer(own)


def _total(own: Consultation) -> int:
    return sum(own.responded.values())


def verify(consultation: Id) -> None:
    from flows import consulting

    house = console.house()
    found = consulting.verify(house, consultation)
    tell(
        "Responses counted: {listed}; held: {held}; taken back: {taken}.",
        listed=found.listed,
        held=found.held,
        taken=found.taken_back,
    )
    if not found.ok:
        tell(
            "Responses that are not those counted: {strange}; missing: {missing}. "
            "Compare with a backup.",
            strange=found.strange,
            missing=found.missing,
        )
    elif found.erased:
        tell("Single answers are erased; the figures and every digest stay.")
    else:
        tell("They are exactly those that the ledger bound at the close.")
    console.answer(
        {
            "ok": found.ok,
            "consultation": consultation,
            "listed": found.listed,
            "held": found.held,
            "taken_back": found.taken_back,
            "strange": found.strange,
            "missing": found.missing,
            "erased": found.erased,
        }
    )
    if not found.ok:
        raise typer.Exit(int(Exit.TAMPERED))


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
    came = consulting.came(house, own) if own.opened is not None else {}
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
    receipt: Annotated[
        str | None, typer.Option(help=tr("Give the response of this receipt instead."))
    ] = None,
) -> None:
    from flows import consulting, responses_file
    from flows.stages.publish import write

    house = console.house()
    own = consulting.find(house, consultation)
    if receipt is not None:
        _own_response(house, own, receipt)
        return
    if address is not None:
        _held_about(house, own, address)
        return
    if out is None:
        raise typer.BadParameter(
            tr("Name a file with --out, a person with --address, or a response with --receipt.")
        )
    given = consulting.exported(house, own.id, by=console.acting(house))
    write(
        out,
        responses_file.written(consulting.form(house, own), given).encode(),
        private=True,
    )
    tell("{count} responses are in {file}.", count=len(given), file=str(out))
    console.answer({"consultation": own.id, "responses": len(given), "file": str(out)})


def _held_about(house: House, own: Consultation, address: str) -> None:
    from flows import consulting

    found = consulting.about(house, own.id, address, by=console.acting(house))
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
                {
                    "public": one.public,
                    "language": one.language,
                    "answered": one.used,
                    "unsubscribed": one.unsubscribed,
                }
                for one in found
            ],
        }
    )


def _own_response(house: House, own: Consultation, receipt: str) -> None:
    from approvals.consultation import form as sheets
    from approvals.consultation import responding
    from flows import consulting

    language = console.GLOBALS.lang
    given = responding.look_back(house.office, own.id, receipt)
    sheet = sheets.sheet(consulting.form(house, own), language, sheets.values(given))
    for one in sheet.fields:
        chosen = [choice.label for choice in one.choices if choice.chosen]
        said = one.words or ", ".join(chosen) or tr("no answer")
        tell("{question} {answer}", question=one.label, answer=said)
    console.answer(
        {
            "consultation": own.id,
            "public": given.public,
            "language": given.language,
            "answers": {
                id: one if isinstance(one, str) else list(one)
                for id, one in {**given.chosen, **given.said}.items()
            },
        }
    )


def erase(
    consultation: Id,
    address: Annotated[
        str | None, typer.Option(help=tr("Only the invitation of this mail address."))
    ] = None,
    receipt: Annotated[
        str | None, typer.Option(help=tr("Only the response of this receipt."))
    ] = None,
) -> None:
    from flows import consulting

    house = console.house()
    if receipt is not None:
        from approvals.consultation import responding

        responding.take_back(house.office, consulting.find(house, consultation).id, receipt)
        tell("The response of this receipt is erased.")
        console.answer({"consultation": consultation, "erased": True})
        return
    by = console.acting(house)
    if address is not None:
        consulting.forget(house, consultation, address, by=by, key=console.key())
        tell("The invitation of {address} is erased.", address=address)
        console.answer({"consultation": consultation, "erased": True})
        return
    consulting.erase(house, consultation, by=by, key=console.key())
    own = consulting.find(house, consultation)
    tell(
        "{responses} responses and {invitations} invitations are erased; the figures stay.",
        responses=own.erased.responses if own.erased else 0,
        invitations=own.erased.invitations if own.erased else 0,
    )
    _answer(own)
