"""Mail: what waits, was sent or came back; who would get what; when people want theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import Json, tell, tr
from locales.errors import N_

if TYPE_CHECKING:
    from approvals.store.mails import Mail
    from flows.house import House

_STATES = {
    "waiting": N_("waits"),
    "folded": N_("in another mail"),
    "sent": N_("sent"),
    "kept": N_("in the folder"),
    "bounced": N_("came back"),
    "failed": N_("cannot be sent"),
}


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    mail = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    mail.command("list", help=tr("List what waits, what did not arrive, or all."))(list_)
    mail.command(help=tr("Make and send everything that is due."))(send)
    mail.command(help=tr("Say who will be told what, or show one mail; nothing is sent."))(preview)
    mail.command(help=tr("Take in what a mail server sent back."))(bounce)
    mail.command(help=tr("Send again what did not arrive."))(retry)
    mail.command(help=tr("Say when somebody wants their mail."))(prefer)
    app.add_typer(mail, name="mail", help=tr("The house’s mail: sent, waiting, come back."))


def list_(
    all: Annotated[bool, typer.Option("--all", help=tr("Those that arrived, too."))] = False,
    person: Annotated[str | None, typer.Option(help=tr("Only to this person, by handle."))] = None,
) -> None:
    from approvals.store.mails import BOUNCED, FAILED, WAITING

    house = console.house()
    only = house.person(person).id if person is not None else None
    states = () if all else (WAITING, BOUNCED, FAILED)
    with house.store.read() as reader:
        rows = list(reader.mail.mails(states=states, person=only))
        marks = reader.mail.bounces()
        lost = list(reader.mail.deliveries(states=() if all else (WAITING, FAILED)))
    people = house.contacts()
    handles = {str(id): who.handle for id, who in people.items()}
    if rows:
        console.table(
            [
                tr("No."),
                tr("To"),
                tr("Dossier"),
                tr("Kind"),
                tr("State"),
                tr("Tries"),
                tr("Last reply"),
            ],
            [
                (
                    str(one.id),
                    handles.get(one.person, one.person),
                    one.stream,
                    one.kind,
                    tr(_STATES[one.state]),
                    str(one.tries),
                    tr(one.said),
                )
                for one in rows
            ],
        )
    else:
        tell("No mail waits, and none came back.")
    for one in marks.values():
        tell(
            "{person}: {address} takes no mail ({reason}).",
            person=handles.get(one.person, one.person),
            address=one.address,
            reason=one.said,
        )
    for told in lost:
        tell(
            "Webhook {name}, entry {entry}: {state} ({reason}).",
            name=told.hook,
            entry=str(told.sequence),
            state=tr(_STATES[told.state]),
            reason=tr(told.said) or "–",
        )
    console.answer(
        {
            "mails": [_told(one, handles) for one in rows],
            "addresses": [
                {
                    "person": handles.get(one.person, one.person),
                    "address": one.address,
                    "reason": one.said,
                    "at": one.at.isoformat(),
                }
                for one in marks.values()
            ],
            "webhooks": [
                {
                    "name": one.hook,
                    "entry": one.sequence,
                    "state": one.state,
                    "tries": one.tries,
                    "reply": one.said,
                }
                for one in lost
            ],
        }
    )


def _told(one: Mail, handles: dict[str, str]) -> dict[str, Json]:
    return {
        "id": one.id,
        "to": handles.get(one.person, one.person),
        "address": one.address,
        "dossier": one.stream,
        "entry": one.sequence,
        "kind": one.kind,
        "state": one.state,
        "due": one.due.isoformat(),
        "tries": one.tries,
        "reply": one.said,
        "message_id": one.message_id,
    }


def send() -> None:
    from flows.mailing import Post

    house = console.house()
    post = Post(house)
    done = post.round()
    if post.sender.trouble:
        tell(
            "The mail server takes nothing now: {reason}. Nothing is lost; it is tried again.",
            reason=post.sender.trouble,
        )
    elif post.local:
        tell(
            "{count} mails were laid into {folder}; no mail server is set.",
            count=done.sent,
            folder=str(post.maildir.folder),
        )
    else:
        tell("{count} mails were sent.", count=done.sent)
    console.answer(
        {
            "made": done.made,
            "sent": done.sent,
            "delivered": done.delivered,
            "trouble": post.sender.trouble,
        }
    )


def preview(
    mail: Annotated[
        int | None, typer.Argument(metavar="NUMBER", help=tr("Show this mail as it would be sent."))
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help=tr("Write its HTML to this file, to look at."))
    ] = None,
) -> None:
    house = console.house()
    if mail is not None:
        _show(house, mail, html)
        return
    rows = list(_waiting(house))
    if rows:
        shown = [(one["to"], one["address"], one["when"], one["what"]) for one in rows]
        console.table([tr("To"), tr("Address"), tr("When"), tr("What")], shown)
    else:
        tell("Nobody is to be sent anything.")
    console.answer({"mails": rows})


def _waiting(house: House) -> Iterator[dict[str, str]]:
    from approvals.desk.mail import collect
    from approvals.desk.mail import preview as previews
    from approvals.names import PersonId
    from approvals.store.mails import WAITING
    from flows import telling

    with house.store.read() as reader:
        kept = list(reader.mail.mails(states=(WAITING,)))
    people = house.contacts()
    found = [
        previews.Reader(
            PersonId(one.person),
            collect.unpack(one.body, one.stream, one.sequence, one.at, one.person),
            one.due,
        )
        for one in kept
    ]
    for one in (*found, *previews.of_new(house.store, house.now())):
        who = people.get(one.person)
        for notice in one.notices:
            yield {
                "to": who.handle if who else one.person,
                "address": who.mail if who else "–",
                "when": f"{one.due.astimezone():%Y-%m-%d %H:%M}",
                "what": telling.sentence(notice, people, console.GLOBALS.lang),
            }


def _show(house: House, mail: int, html: Path | None) -> None:
    from approvals.desk.mail import letters, safe
    from approvals.errors import GuardError
    from approvals.names import PersonId
    from flows.mailing import Post
    from flows.stages.publish import write

    with house.store.read() as reader:
        row = next(reader.mail.mails(id=mail), None)
    who = house.contacts().get(PersonId(row.person)) if row else None
    if row is None or who is None:
        raise GuardError(
            "mail:unknown",
            N_("There is no mail {mail}. “enonce mail list --all” numbers them."),
            mail=str(mail),
        )
    address = safe.address(who.mail) or "nobody@enonce.invalid"
    letter = Post(house).composer.letter(row, (), who, address)
    text = letters.text(letter)
    if html is not None:
        write(html, letters.html(letter).encode())
    tell("{line}", line=f"{letter.to.name} <{address}>")
    tell("{line}", line=letter.subject)
    if not console.GLOBALS.json:
        typer.echo()
        typer.echo(text)
    console.answer(
        {
            "id": row.id,
            "to": address,
            "subject": letter.subject,
            "text": text,
            "html": letters.html(letter),
            "calendar": [one.data for one in letter.calendars],
        }
    )


def bounce(
    file: Annotated[
        Path, typer.Argument(help=tr("The mail that came back, or a maildir of such mails."))
    ],
) -> None:
    from approvals.desk.mail import bounces
    from flows.files import read_file
    from flows.mailing import Post

    house = console.house()
    post = Post(house)
    people = house.contacts()
    handles = {str(id): who.handle for id, who in people.items()}
    told: list[dict[str, Json]] = []
    refused: list[str] = []
    for one in _files(file):
        try:
            found = bounces.take(house.store, read_file(one), house.now(), post.domain)
        except bounces.NoReportError as fault:
            if not file.is_dir():
                raise
            refused.append(tr(fault.message, **fault.data))
            tell("{file}: {reason}", file=one.name, reason=refused[-1])
            continue
        for row in found:
            told.append(_told(row, handles))
            tell(
                "The mail {mail} to {person} came back; the secretary is told.",
                mail=str(row.id),
                person=handles.get(row.person, row.person),
            )
        if file.is_dir():
            (file / "cur").mkdir(exist_ok=True)
            one.rename(file / "cur" / f"{one.name.partition(':')[0]}:2,S")
    console.answer({"returned": told, "refused": refused})


def _files(given: Path) -> list[Path]:
    if not given.is_dir():
        return [given]
    return sorted(one for one in (given / "new").glob("*") if one.is_file())


def retry(
    mail: Annotated[
        int | None, typer.Argument(metavar="NUMBER", help=tr("Only this mail."))
    ] = None,
    person: Annotated[
        str | None, typer.Option(help=tr("Only those to this person, by handle."))
    ] = None,
) -> None:
    house = console.house()
    only = house.person(person).id if person is not None else None
    with house.store.begin() as work:
        if mail is not None:
            only = next((one.person for one in work.mail.mails(id=mail)), "")
        work.mail.clear(only)
        count = work.mail.again(house.now(), id=mail, person=only)
        work.commit()
    tell("{count} mails are sent again.", count=count)
    console.answer({"again": count})


def prefer(
    mode: Annotated[str, typer.Argument(help=tr("now, daily or paused."))],
    hour: Annotated[int, typer.Option(min=0, max=23, help=tr("The hour, in Paris."))] = 8,
    until: Annotated[
        str | None, typer.Option(help=tr("The day on which a pause ends, as 2026-12-31."))
    ] = None,
) -> None:
    from approvals.desk.mail import timing
    from approvals.store.mails import Preference

    if mode not in timing.MODES:
        raise typer.BadParameter(tr("Say now, daily or paused."), param_hint="MODE")
    last: date | None = None
    if mode == timing.PAUSED:
        try:
            last = date.fromisoformat(until or "")
        except ValueError:
            raise typer.BadParameter(
                tr("A pause has a last day: --until 2026-12-31."), param_hint="--until"
            ) from None
    house = console.house()
    person = console.acting(house)
    with house.store.begin() as work:
        work.mail.prefer(Preference(person, mode, hour, last))
        if mode == timing.NOW:
            work.mail.hurry(person, house.now())
        work.commit()
    tell("Kept. What is formal, and what would come too late, is sent at once all the same.")
    console.answer({"mode": mode, "hour": hour, "until": last.isoformat() if last else None})
