"""Writes invitations to a consultation as mails in both languages, into a folder (maildir).

Nothing is sent here: any mail program reads the folder. The person's own language comes first. A
letter has the link, which says nothing of the answer; it is the only place where the token stands.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from pathlib import Path
from urllib.parse import quote

from approvals.consultation.life import Consultation
from approvals.names import Bilingual
from approvals.ports import Contact
from flows.consulting import Invited
from flows.files import FileError
from flows.house import House
from locales.catalog import say
from locales.errors import N_

_INVITED = N_("Your view on “{title}”")
_REMINDED = N_("Reminder: your view on “{title}”")

_WHAT = (
    N_("{institution} asks you, as one of “{public}”, about “{title}”."),
    N_("Purpose: {purpose}"),
)
_WHEN = N_("Answer until {until}: {link}")
_LATER = N_("Answer once it is open: {link}")
_KEPT = (
    N_(
        "The link is yours and serves once. That you answered is noted, without a time; what you "
        "answered is kept without your name, and nothing joins the two."
    ),
    N_("Single answers are erased {days} days after the close."),
)
_REPLACED = N_("This link replaces the one that you were sent before.")
_LEAVE = N_("If you want no reminder, reply to this mail and say so.")


def link(house: House, id: str, token: str) -> str:
    """Give the address at which somebody answers; the desk's own where none is set."""
    base = house.settings.desk_url or f"http://127.0.0.1:{house.settings.desk_port}"
    return f"{base.rstrip('/')}/c/{quote(id)}?t={quote(token)}"


@dataclass(frozen=True, slots=True)
class _Subject:
    own: Consultation
    institution: Bilingual
    publics: dict[str, Bilingual]
    reminder: bool


def write(
    house: House,
    own: Consultation,
    people: Iterable[Invited],
    folder: Path,
    *,
    sender: Contact,
    publics: dict[str, Bilingual],
    reminder: bool = False,
) -> int:
    """Write a letter for each into ``folder`` and give their number.

    Raises ``FileError`` where the folder cannot be written.
    """
    founded = house.register().founded
    subject = _Subject(
        own, founded.institution if founded else Bilingual("", ""), publics, reminder
    )
    now = house.clock.now()
    try:
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        count = 0
        for count, one in enumerate(people, 1):  # noqa: B007
            letter = _letter(subject, one, link(house, own.id, one.token), sender, now)
            _put(folder, _name(one), letter.as_bytes())
    except OSError as fault:
        raise FileError(
            N_("{file} cannot be written ({fault}). Name another folder."),
            file=str(folder),
            fault=fault.strerror or str(fault),
        ) from fault
    return count


def _letter(
    subject: _Subject, one: Invited, at: str, sender: Contact, now: datetime
) -> EmailMessage:
    planned = subject.own.planned
    assert planned is not None
    first = one.language
    letter = EmailMessage(policy=SMTP)
    letter["From"] = formataddr((" ".join(sender.name.split()), sender.mail))
    letter["To"] = one.address
    head = _REMINDED if subject.reminder else _INVITED
    letter["Subject"] = say(head, first, title=" ".join(planned.title.in_(first).split()))
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = f"<{_name(one)}@enonce.invalid>"
    letter["Content-Language"] = "fr, en" if first == "fr" else "en, fr"
    letter["Auto-Submitted"] = "auto-generated"
    second = "en" if first == "fr" else "fr"
    parts = (_body(subject, one, at, language) for language in (first, second))
    letter.set_content("\n\n— — —\n\n".join(parts) + "\n", cte="quoted-printable")
    return letter


def _body(subject: _Subject, one: Invited, at: str, language: str) -> str:
    own = subject.own
    assert own.planned is not None
    data = {
        "institution": subject.institution.in_(language),
        "public": subject.publics[one.public].in_(language),
        "title": own.planned.title.in_(language),
        "purpose": own.planned.purpose.in_(language),
        "until": own.opened.until if own.opened else "",
        "link": at,
        "days": own.planned.keep_days,
    }
    when = _WHEN if own.opened is not None else _LATER
    words = [say(sentence, language, **data) for sentence in (*_WHAT, when, *_KEPT)]
    if subject.reminder:
        words.append(say(_REPLACED, language))
    return "\n\n".join([*words, say(_LEAVE, language)])


def _name(one: Invited) -> str:
    """Name a letter after its token, so that the same one is not there twice."""
    return hashlib.sha256(f"enonce:letter:v1\n{one.token}".encode()).hexdigest()[:40]


def _put(folder: Path, name: str, data: bytes) -> None:
    file = folder / "tmp" / name
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(data)
    file.rename(folder / "new" / f"{name}.enonce")
