"""A session as calendars read it: RFC 5545 (iCalendar) and RFC 5546 (invitations).

One meeting keeps one UID for ever; whatever changes it counts its SEQUENCE up, and a recall cancels
it. The invitation names nobody but the person who gets it. Times are those of Paris, with the rule
of its summer time (Directive 2000/84/EC) written out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from approvals import workdays
from approvals.desk.mail import safe

LENGTH: Final = timedelta(hours=2)
"""How long a session is taken to last; a board's convocation does not say."""

_PARIS: Final = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Paris",
    "BEGIN:DAYLIGHT",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "DTSTART:19810329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "DTSTART:19961027T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True)
class Party:
    """A name and an address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Session:
    """One meeting as one person is invited to it; ``sequence`` counts its changes from 0."""

    uid: str
    sequence: int
    made: datetime
    begins: datetime
    ends: datetime | None
    title: str
    place: str
    description: str
    url: str
    organizer: Party
    attendee: Party
    cancelled: bool = False

    @property
    def method(self) -> str:
        """Give what a calendar is asked to do (RFC 5546, 3.2)."""
        return "CANCEL" if self.cancelled else "REQUEST"


def write(session: Session) -> str:
    """Write the calendar file, lines folded and ended as RFC 5545, 3.1 says."""
    return "".join(fold(line) + "\r\n" for line in _lines(session))


def _lines(session: Session) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "PRODID:-//Enonce//Desk//FR"
    yield "VERSION:2.0"
    yield "CALSCALE:GREGORIAN"
    yield f"METHOD:{session.method}"
    yield from _PARIS
    yield "BEGIN:VEVENT"
    yield f"UID:{text(session.uid)}"
    yield f"SEQUENCE:{session.sequence}"
    yield f"DTSTAMP:{session.made.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID=Europe/Paris:{_local(session.begins)}"
    yield f"DTEND;TZID=Europe/Paris:{_local(session.ends or session.begins + LENGTH)}"
    yield f"SUMMARY:{text(session.title)}"
    if session.place:
        yield f"LOCATION:{text(session.place)}"
    if session.description:
        yield f"DESCRIPTION:{text(session.description)}"
    if session.url:
        yield f"URL:{session.url}"
    yield f"ORGANIZER;CN={_quoted(session.organizer.name)}:mailto:{session.organizer.address}"
    yield (
        f"ATTENDEE;CN={_quoted(session.attendee.name)};ROLE=REQ-PARTICIPANT;"
        f"PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:{session.attendee.address}"
    )
    yield f"STATUS:{'CANCELLED' if session.cancelled else 'CONFIRMED'}"
    yield "TRANSP:OPAQUE"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"
    yield "END:VCALENDAR"


def _local(at: datetime) -> str:
    return f"{workdays.local(at):%Y%m%dT%H%M%S}"


def text(value: str) -> str:
    """Escape a text (RFC 5545, 3.3.11); line breaks stay, other controls go."""
    lines = (safe.line(one, most=2000) for one in value.splitlines())
    kept = "\n".join(lines).replace("\\", "\\\\")
    return kept.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _quoted(name: str) -> str:
    """Quote a parameter's value (RFC 5545, 3.2; RFC 6868 for what may not stand in it)."""
    kept = safe.line(name).replace("^", "^^").replace('"', "^'")
    return f'"{kept}"'


def fold(line: str) -> str:
    """Fold a content line after 75 octets, never within a character."""
    parts: list[str] = []
    part, size = "", 0
    for sign in line:
        length = len(sign.encode())
        if size + length > 75:
            parts.append(part)
            part, size = " ", 1
        part, size = part + sign, size + length
    return "\r\n".join((*parts, part))
