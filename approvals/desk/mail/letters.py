"""A letter as plain values, and the message made of it: text and HTML that say the same.

Nothing in it comes from outside but words, and each is escaped or made one line before it gets
here or here at the latest. No picture, no script, no foreign address, nothing that reports that the
mail was read. One link at most.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from approvals.desk.mail import safe
from approvals.desk.mail.calendar import Party
from documents.worddiff import DiffPiece, Op

_WIDTH: Final = 76

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    auto_reload=False,
)


@dataclass(frozen=True, slots=True)
class Changed:
    """One changed paragraph: its label, its language, what stays, goes and comes."""

    label: str
    language: str
    pieces: tuple[DiffPiece, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What a letter says of one thing: what happened, what to do, until when."""

    heading: str
    lines: tuple[str, ...]
    changes: tuple[Changed, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    doing: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar file and what it asks a calendar to do."""

    data: str
    method: str
    name: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: ``link`` with the words on it, or a ``command``; ``thread`` ties mails together."""

    language: str
    house: str
    sender: Party
    to: Party
    subject: str
    parts: tuple[Part, ...]
    label: str
    link: str
    command: str
    foot: str
    message_id: str
    thread: str
    list_id: str
    at: datetime
    calendars: tuple[Calendar, ...] = ()


def message(letter: Letter) -> EmailMessage:
    """Make the message; the same letter gives the same headers."""
    made = EmailMessage(policy=SMTP)
    made["From"] = _address(letter.sender)
    made["To"] = _address(letter.to)
    made["Subject"] = safe.header(letter.subject)
    made["Date"] = format_datetime(letter.at)
    made["Message-ID"] = letter.message_id
    made["References"] = letter.thread
    made["List-Id"] = letter.list_id
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(text(letter), cte="quoted-printable")
    made.add_alternative(html(letter), subtype="html", cte="quoted-printable")
    for one in letter.calendars:
        made.add_alternative(
            one.data,
            subtype="calendar",
            params={"method": one.method},
            cte="base64",
        )
    for one in letter.calendars:
        made.add_attachment(
            one.data.encode(),
            maintype="application",
            subtype="ics",
            filename=one.name,
        )
    made["Content-Language"] = letter.language  # last, or it would go with the first part
    return made


def _address(party: Party) -> Address:
    return Address(display_name=safe.header(party.name, most=100), addr_spec=party.address)


def html(letter: Letter) -> str:
    """Write the HTML."""
    return _TEMPLATES.get_template("mail.html").render(it=letter)


def text(letter: Letter) -> str:
    """Write the text, in lines of at most 76 signs where words allow it."""
    return "\n".join(_lines(letter)).rstrip("\n") + "\n"


def _lines(letter: Letter) -> Iterator[str]:
    for part in letter.parts:
        yield from (_filled(part.heading), "=" * min(_WIDTH, len(part.heading)), "")
        for line in part.lines:
            yield from (_filled(line), "")
        for change in part.changes:
            said = "".join(_marked(one) for one in change.pieces)
            yield from (f"{change.label}", textwrap.indent(_filled(said), "    "), "")
        for name, value in part.facts:
            yield f"{name}\n    {value}"
        if part.facts:
            yield ""
        for line in (part.doing, part.until):
            if line:
                yield from (_filled(line), "")
    if letter.link:
        yield from (letter.label, letter.link, "")
    elif letter.command:
        yield from (letter.label, f"    {letter.command}", "")
    yield "-- "
    yield _filled(letter.house)
    yield _filled(letter.foot)


def _marked(piece: DiffPiece) -> str:
    if piece.op is Op.DELETE:
        return f"[-{piece.text}-]"
    return f"{{+{piece.text}+}}" if piece.op is Op.INSERT else piece.text


def _filled(line: str) -> str:
    return textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False)
