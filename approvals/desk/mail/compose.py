"""Writes what a mail says, from its notices and the dossier as it stood, in the reader's language.

Of a confidential text a mail says the title and the numbers of paragraphs, never its words. Every
word from people is made one line first (``safe``); the message itself is ``letters``'.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any, Final
from urllib.parse import quote

from approvals import codec
from approvals import events as ev
from approvals.desk.acts import ACTS
from approvals.desk.mail import calendar, changed, collect, letters, safe, wording
from approvals.desk.mail.calendar import Party
from approvals.desk.mail.sender import Composed, Unsendable
from approvals.desk.ports import House
from approvals.desk.words import digest, moment
from approvals.dossier import Dossier, read
from approvals.errors import N_, Value
from approvals.ledger import Entry
from approvals.names import ENGLISH, FRENCH, Bilingual, PersonId
from approvals.notices import Kind, Notice
from approvals.ports import Contact
from approvals.register import HOUSE, is_dossier
from approvals.store.mails import Mail
from locales.catalog import day, plural, say

NOBODY: Final = N_("Nobody of this id is enrolled.")
NO_ADDRESS: Final = N_("There is no address that a mail server takes.")
BOUNCED_BEFORE: Final = N_("The address took no mail before. Correct it, or try again.")


@dataclass(frozen=True, slots=True)
class From:
    """As whom the house writes, and the desk's address, where there is a desk."""

    address: str
    desk_url: str | None = None

    @property
    def domain(self) -> str:
        """The domain of Message-IDs, which never changes a mail's name once it was made."""
        return self.address.rpartition("@")[2]


@dataclass(slots=True)
class _Scene:
    """What the mails of one stream need, read once for as long as the stream does not grow."""

    history: tuple[Entry, ...]
    dossier: Dossier | None


@dataclass(slots=True)
class Composer:
    """Writes the mails of one house."""

    house: House
    sender: From
    _scenes: dict[str, _Scene] = field(default_factory=dict)
    _institution: Bilingual | None = None
    _head: tuple[int, str] = (0, "")

    def __call__(self, row: Mail, folded: tuple[Mail, ...]) -> Composed | Unsendable:
        """Write one mail, together with those folded into it."""
        contact = self.house.contacts().get(PersonId(row.person))
        if contact is None:
            return Unsendable(NOBODY)
        address = safe.address(contact.mail)
        if address is None:
            return Unsendable(NO_ADDRESS)
        with self.house.store.read() as reader:
            bounce = reader.mail.bounces().get(row.person)
        if bounce is not None and bounce.address == address:
            return Unsendable(BOUNCED_BEFORE)
        return Composed(self.message(row, folded, contact, address), address)

    def message(
        self, row: Mail, folded: tuple[Mail, ...], contact: Contact, address: str
    ) -> EmailMessage:
        """Write the message itself."""
        return letters.message(self.letter(row, folded, contact, address))

    def letter(
        self, row: Mail, folded: tuple[Mail, ...], contact: Contact, address: str
    ) -> letters.Letter:
        """Give the letter as plain values."""
        language = contact.language if contact.language in ("fr", "en") else "fr"
        writing = _Writing(self, contact, language)
        told = [writing.part(one) for one in (row, *folded)]
        first = told[0]
        subject = first.subject
        if folded:
            subject = plural(
                "{house}: one thing to tell you",
                "{house}: {n} things to tell you",
                len(told),
                language,
                house=writing.institution,
            )
        link, command = first.link, first.command
        if folded:
            link = f"{self.sender.desk_url.rstrip('/')}/" if self.sender.desk_url else ""
            command = "" if link else f"enonce status --mine --as {contact.handle}"
        domain = self.sender.domain
        me = Party(writing.institution or "Énoncé", self.sender.address)
        return letters.Letter(
            language=language,
            house=writing.institution,
            sender=me,
            to=Party(contact.name, address),
            subject=subject,
            parts=tuple(one.part for one in told),
            label=writing.say(N_("See it on the desk")) if link else writing.say(N_("Command:")),
            link=link,
            command=command,
            foot=writing.say(N_("The house wrote this by itself, and nobody reads answers to it.")),
            message_id=row.message_id,
            thread=f"<{_short_hash(f'enonce:thread:v1 {row.stream}')}@{domain}>",
            list_id=f"<enonce.{domain}>",
            at=row.at,
            calendars=tuple(
                made
                for one in (row, *folded)
                for made in writing.calendars(one, Party(contact.name, address), me)
            )[:1],
        )

    def scene(self, stream: str) -> _Scene:
        """Read a stream, or give it as it was read where the ledger has not grown since."""
        self._refresh()
        known = self._scenes.get(stream)
        if known is None:
            with self.house.store.read() as reader:
                history = reader.history(stream)
            dossier = Dossier.replay(stream, history) if is_dossier(stream) and history else None
            known = self._scenes[stream] = _Scene(history, dossier)
        return known

    def institution(self) -> Bilingual:
        """Give the house's name."""
        self._refresh()
        if self._institution is None:
            founded = self.house.register().founded
            self._institution = founded.institution if founded else Bilingual("", "")
        return self._institution

    def _refresh(self) -> None:
        head = self.house.store.head()
        if head != self._head:
            self._head, self._institution = head, None
            self._scenes.clear()


@dataclass(frozen=True, slots=True)
class _Told:
    """A part of a letter, with the subject and the way on that it would give the whole."""

    part: letters.Part
    subject: str
    link: str
    command: str


class _Writing:
    """One letter in the making."""

    def __init__(self, composer: Composer, contact: Contact, language: str) -> None:
        self._composer, self._language, self._contact = composer, language, contact
        people = composer.house.contacts()
        self._names = {id: safe.line(who.name) for id, who in people.items()}
        self.institution = safe.line(composer.institution().in_(language))

    def say(self, message: str, **data: Value) -> str:
        """Say a sentence in the reader's language."""
        return say(message, self._language, **data)

    def part(self, row: Mail) -> _Told:
        """Write what one row tells."""
        scene = self._composer.scene(row.stream)
        notices = collect.unpack(row.body, row.stream, row.sequence, row.at, row.person)
        pressing = min(notices, key=lambda one: wording.PRESSING.index(one.kind))
        words = wording.WORDS[pressing.kind]
        title = self._title(scene, row.stream)
        sentences = [self._sentence(scene, one) for one in notices]
        own = sentences[notices.index(pressing)]
        subject = self.say(words.subject, title=title) if words.subject else own.rstrip(".")
        lines = [one for one in sentences if words.subject or one != own]
        act = words.act or str(pressing.data.get("act", ""))
        part = letters.Part(
            heading=subject,
            lines=tuple(dict.fromkeys(lines)),
            changes=tuple(self._changes(scene, row, notices)),
            facts=tuple(self._facts(notices)),
            doing=self.say(words.doing) if words.doing else "",
            until=self._until(notices),
        )
        return _Told(part, subject, self._link(row, act, pressing), self._command(row, act))

    def _title(self, scene: _Scene, stream: str) -> str:
        opened = scene.dossier.opened if scene.dossier else None
        return safe.line(opened.title.in_(self._language)) if opened else safe.line(stream)

    def _sentence(self, scene: _Scene, notice: Notice) -> str:
        data: dict[str, Any] = dict(safe.fields(notice.data))
        for name, value in notice.data.items():
            if name in ("dossier", "successor"):
                found = self._composer.scene(str(value)) if value != HOUSE else scene
                data[name] = self._title(found, str(value))
            elif isinstance(value, datetime):
                data[name] = moment(value, self._language)
            elif name == "step":
                data[name] = self._step(scene, str(value))
            elif isinstance(value, str) and value in self._names:
                data[name] = self._names[PersonId(value)]
        return say(notice.message, self._language, **data)

    def _step(self, scene: _Scene, step: str) -> str:
        circuit = scene.dossier.circuit if scene.dossier else None
        titles: Mapping[str, Bilingual] = {
            one.id: one.title for one in (circuit.steps if circuit else ())
        }
        return safe.line(titles[step].in_(self._language) if step in titles else step)

    def _until(self, notices: Sequence[Notice]) -> str:
        days = [one.data["last"] for one in notices if "last" in one.data]
        found = [one for one in days if isinstance(one, date)]
        if found and any(one.kind in (Kind.ASKED, Kind.NEAR) for one in notices):
            return self.say(N_("Until {day}."), day=day(min(found), self._language))
        for one in notices:
            closes = one.data.get("closes")
            if isinstance(closes, datetime):
                return self.say(N_("Until {day}."), day=moment(closes, self._language))
        return ""

    def _changes(
        self, scene: _Scene, row: Mail, notices: Sequence[Notice]
    ) -> Iterator[letters.Changed]:
        if not any(one.kind is Kind.VOIDED for one in notices):
            return
        for one in changed.of(self._composer.house.vault, scene.history, row.sequence):
            label = f"§\N{NO-BREAK SPACE}{one.number} {one.language.upper()}"
            yield letters.Changed(label, one.language, one.pieces)

    def _facts(self, notices: Sequence[Notice]) -> Iterator[tuple[str, str]]:
        for one in notices:
            if one.kind is not Kind.RECEIPT:
                continue
            named = (
                (f"digest_{FRENCH}", N_("French text")),
                (f"digest_{ENGLISH}", N_("English text")),
            )
            for name, label in named:
                if name in one.data:
                    yield self.say(label), digest(str(one.data[name]))
            yield self.say(N_("Ledger entry")), str(one.data["entry"])
            yield self.say(N_("Its hash")), str(one.data["hash"])

    def _link(self, row: Mail, act: str, notice: Notice) -> str:
        url = self._composer.sender.desk_url
        if not url:
            return ""
        if not is_dossier(row.stream):
            return f"{url.rstrip('/')}/{wording.HOUSE_PAGES.get(act, '')}"
        page = ACTS[act].page if act in ACTS else ""
        query = ""
        if page == "step" and "step" in notice.data:
            query = f"?step={quote(str(notice.data['step']), safe='')}"
        path = f"/dossiers/{quote(row.stream, safe='')}/{page}".rstrip("/")
        return f"{url.rstrip('/')}{path}{query}"

    def _command(self, row: Mail, act: str) -> str:
        if row.stream == HOUSE:
            return wording.COMMANDS.get(act, "enonce delegation list")
        return wording.COMMANDS.get(act, "enonce status {dossier}").format(
            dossier=safe.line(row.stream)
        )

    def calendars(self, row: Mail, to: Party, me: Party) -> Iterator[letters.Calendar]:
        """Give the calendar file of a convocation, or the one that takes it back."""
        notices = collect.unpack(row.body, row.stream, row.sequence, row.at, row.person)
        told = [one for one in notices if one.kind in (Kind.CONVENED, Kind.RECALLED)]
        if not told:
            return
        scene = self._composer.scene(row.stream)
        cancelled = told[0].kind is Kind.RECALLED
        meeting = str(told[0].data.get("meeting", ""))
        called: ev.MeetingConvened | None = None
        count = -1
        for entry in scene.history:
            if entry.sequence > row.sequence:
                break
            event: Any = codec.decode(entry.type, read(entry.payload))
            if getattr(event, "meeting", None) == meeting and _changes_date(event):
                count += 1
                called = event if isinstance(event, ev.MeetingConvened) else called
        if called is None:
            return
        title = self._title(scene, row.stream)
        session = calendar.Session(
            uid=f"{meeting}.{_short_hash(row.stream)}@enonce",
            sequence=max(count, 0),
            made=row.at,
            begins=called.when,
            ends=called.closes,
            title=title,
            place=called.place,
            description=self._sentence(scene, told[0]),
            url=self._link(row, "attend", told[0]),
            organizer=me,
            attendee=to,
            cancelled=cancelled,
        )
        name = "annulation.ics" if cancelled else "convocation.ics"
        yield letters.Calendar(calendar.write(session), session.method, name)


def _changes_date(event: object) -> bool:
    if isinstance(event, ev.ObjectionRaised):
        return event.forces
    return isinstance(event, ev.MeetingConvened | ev.MeetingRecalled)


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
