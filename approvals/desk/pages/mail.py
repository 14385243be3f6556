"""A person's own mail: what was sent to them, when they want it; without a server, to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.responses import Response

from approvals.desk.figures import whole
from approvals.desk.mail import collect, timing, wording
from approvals.desk.mail.maildir import FOLDER, Maildir, NoSuchMailError, name_of
from approvals.desk.routes import page, refused
from approvals.desk.rules import SIGNED_IN
from approvals.desk.seen import Seen
from approvals.errors import N_
from approvals.store.mails import Mail, Preference

LAST: Final = 100
"""Mails that the list shows, newest first."""

_STATES: Final = {
    "waiting": ("mute", "wait", N_("waits")),
    "folded": ("mute", "wait", N_("in another mail")),
    "sent": ("ok", "ok", N_("sent")),
    "kept": ("ok", "ok", N_("to read here")),
    "bounced": ("stop", "no", N_("came back")),
    "failed": ("stop", "no", N_("cannot be sent")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One mail of the list."""

    mail: Mail
    subject: str
    state: tuple[str, str, str]
    readable: bool


def mine(seen: Seen) -> Response:
    """Show what was sent, and the choice of when."""
    return _list(seen)


def _list(seen: Seen, fault: str = "", status: int = 200) -> Response:
    with seen.desk.house.store.read() as reader:
        rows = list(reader.mail.mails(person=seen.me))[-LAST:]
        preference = reader.mail.preference(seen.me)
        mark = reader.mail.bounces().get(seen.me)
    contact = seen.contact
    takes_none = mark is not None and contact is not None and mark.address == contact.mail
    return seen.render(
        "my_mail.html",
        status,
        nav="me",
        lines=[_line(seen, row) for row in reversed(rows)],
        preference=preference,
        takes_none=takes_none,
        fault=fault,
    )


def _line(seen: Seen, row: Mail) -> Line:
    notices = collect.unpack(row.body, row.stream, row.sequence, row.at, row.person)
    first = min(notices, key=lambda one: wording.PRESSING.index(one.kind))
    dossier = seen.books.dossier(row.stream)
    title = dossier.opened.title if dossier and dossier.opened else row.stream
    subject = wording.WORDS[first.kind].subject
    if subject:
        said = seen.tr(subject, title=title)
    else:
        said = seen.tr(first.message, **{**first.data, "dossier": title}).rstrip(".")
    return Line(row, said, _STATES[row.state], row.state == "kept")


def read(seen: Seen) -> Response:
    """Show one mail of the house's folder to the person whom it is for: its text, nothing else."""
    number = whole(seen.path("number"))
    if number is None:
        return refused(seen, 404, N_("There is no such mail here."))
    with seen.desk.house.store.read() as reader:
        row = next(reader.mail.mails(id=number, person=seen.me), None)
        if row is not None and row.head is not None and row.head != row.id:
            row = next(reader.mail.mails(id=row.head, person=seen.me), None)
    try:
        if row is None:
            raise NoSuchMailError(N_("There is no mail {mail} in the folder."), mail=str(number))
        folder = Maildir(seen.desk.house.home / FOLDER)
        letter = folder.read(name_of(row.message_id, row.at))
    except NoSuchMailError:
        return refused(seen, 404, N_("There is no such mail here."))
    return seen.render("my_mail_one.html", nav="me", letter=letter, row=row)


def prefer(seen: Seen) -> Response:
    """Keep when the person wants their mail."""
    mode, hour, until = seen.said("mode"), seen.said("hour"), seen.said("until")
    if mode not in timing.MODES:
        return _list(seen, seen.tr(N_("Choose when your mail comes.")), 422)
    last: date | None = None
    if mode == timing.PAUSED:
        try:
            last = date.fromisoformat(until)
        except ValueError:
            return _list(seen, seen.tr(N_("Say on which day the pause ends.")), 422)
    at = whole(hour)
    with seen.desk.house.store.begin() as work:
        work.mail.prefer(Preference(seen.me, mode, at if at is not None and at < 24 else 8, last))
        if mode == timing.NOW:
            work.mail.hurry(seen.me, seen.now)
        work.commit()
    return seen.go("/me/mail", done="mail")


ROUTES: Final = [
    page("/me/mail", mine, SIGNED_IN),
    page("/me/mail", prefer, SIGNED_IN, ["POST"]),
    page("/me/mail/{number}", read, SIGNED_IN),
]
