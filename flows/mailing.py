"""Mail and webhooks of one house: what its settings make of ``approvals.desk.mail``.

``MailRoom`` is one thread beside the dispatcher: it waits for a commit, for what the dispatcher
sees of other processes, or for the next mail to come due, whichever is first. ``enonce mail send``
does one round of the same without it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

import structlog

from approvals import workdays
from approvals.desk import alarms
from approvals.desk.mail import bounces, collect, compose, smtp, webhooks
from approvals.desk.mail.maildir import FOLDER, Maildir
from approvals.desk.mail.outcomes import Outcome
from approvals.desk.mail.sender import Sender
from approvals.desk.mail.webhooks import Deliverer, Webhook
from approvals.errors import N_, ApprovalError
from approvals.names import Role
from approvals.notices import Kind, Notice
from approvals.register import HOUSE, Register
from approvals.store.mails import Mail, SqlMails
from documents.errors import DocumentError
from flows import certificates, deadlines, logs
from flows.house import House
from flows.settings import Webhook as WebhookSetting

NOBODY: Final = "desk@enonce.invalid"
"""The address of a house that has none: RFC 2606 keeps ``.invalid`` from ever being one."""

MORNING: Final = 7
"""The hour in Paris from which a day's reminders are made."""

LONGEST: Final = 3600.0
"""Seconds after which the mail room looks again even where nothing is due."""

log = structlog.get_logger("enonce.mail")


class MailFromError(ApprovalError):
    """A mail server is set, and no address from which the house writes."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    made: int
    sent: int
    delivered: int


class Post:
    """Everything by which one house writes to people and systems."""

    def __init__(self, house: House) -> None:
        logs.begin(house.home)
        self.house = house
        settings = house.settings
        if settings.smtp_host is not None and settings.mail_from is None:
            raise MailFromError(
                N_("smtp_host is set and mail_from is not. Set the address that mails come from.")
            )
        self.sender_address = settings.mail_from or NOBODY
        self.stopping = threading.Event()
        self._reminded: date | None = None

    @property
    def local(self) -> bool:
        """Whether mails stay in the house's folder."""
        return self.house.settings.smtp_host is None

    @property
    def domain(self) -> str:
        """The domain of Message-IDs."""
        return self.sender_address.rpartition("@")[2]

    @cached_property
    def composer(self) -> compose.Composer:
        """What writes the mails."""
        sender = compose.From(self.sender_address, self.house.settings.desk_url)
        return compose.Composer(self.house, sender)

    @cached_property
    def maildir(self) -> Maildir:
        """The house's folder of mails."""
        return Maildir(self.house.home / FOLDER)

    @cached_property
    def transport(self) -> smtp.Smtp | Maildir:
        """The mail server, or the folder."""
        settings = self.house.settings
        if settings.smtp_host is None:
            return self.maildir
        server = smtp.Server(
            settings.smtp_host,
            settings.smtp_port or 0,
            smtp.Security(settings.smtp_security.value),
            settings.smtp_user,
            settings.smtp_password_file,
            settings.smtp_ca_file,
        )
        return smtp.Smtp(server, self.sender_address)

    @cached_property
    def sender(self) -> Sender:
        """What sends the mails that are due."""
        return Sender(
            self.house.store,
            self.transport,
            self.composer,
            self.house.now,
            self._returned,
            self.local,
            stopping=self.stopping.is_set,
        )

    @cached_property
    def hooks(self) -> dict[str, Webhook]:
        """The webhooks of the settings."""
        return {
            name: _hook(name, one) for name, one in sorted(self.house.settings.webhooks.items())
        }

    @cached_property
    def deliverer(self) -> Deliverer:
        """What delivers to webhooks."""
        house = self.house
        return Deliverer(house.store, self.hooks, house.now, stopping=self.stopping.is_set)

    def collect(self) -> int:
        """Make rows of what is new in the ledger and of the deadlines that are near."""
        house = self.house
        hooks = tuple(self.hooks.values())
        return collect.collect(
            house.store,
            house.now(),
            self.domain,
            lambda stream, entries: webhooks.announce(hooks, stream, entries),
            self._reminders(),
        )

    def round(self) -> Round:
        """Make, send and deliver everything that is due."""
        return Round(self.collect(), self.sender.run(), self.deliverer.run())

    def probe(self) -> Outcome:
        """Say whether mails can be handed in now."""
        return self.transport.probe()

    def _reminders(self) -> Iterator[Notice]:
        """Give the reminders of the last days that are near, once a day: it reads every dossier."""
        now = self.house.now()
        here = workdays.local(now)
        if here.hour < MORNING or here.date() == self._reminded:
            return
        for one in deadlines.near(deadlines.readable(self.house), now):
            if one.level is not deadlines.Level.PASSED:
                notice = _reminder(self.house, one, now)
                if notice is not None:
                    yield notice
        yield from _ending(self.house, now)
        self._reminded = here.date()

    def _returned(self, mails: SqlMails, row: Mail, said: str, now: datetime) -> None:
        with self.house.store.read() as reader:
            founding = reader.history(HOUSE)
        register, house = Register.replay(founding), collect.house_id(founding)
        bounces.tell(mails, row, said, now, register, house, self.domain)


def _hook(name: str, one: WebhookSetting) -> Webhook:
    return Webhook(
        name,
        one.url,
        lambda: one.secret_file.read_bytes().strip(),
        frozenset(one.events),
        one.private,
    )


def _reminder(house: House, near: deadlines.Deadline, now: datetime) -> Notice | None:
    dossier = house.dossier(near.dossier)
    step = next((one for one in (dossier.circuit.steps if dossier.circuit else ())
                 if one.id == near.step), None)  # fmt: skip
    if step is None:
        return None
    people = tuple(
        one
        for one in dossier.deciders(step)
        if not dossier.approved(step.id, one) and (step.id, one) not in dossier.abstained
    )
    if not people:
        return None
    if near.level is deadlines.Level.TODAY:
        message = N_("{dossier}: today, {last}, is the last day for step {step}.")
    else:
        message = N_("{dossier}: step {step} still waits for you, until {last}.")
    return Notice(
        f"near-{near.id}-{(dossier.pair or '')[:12]}",
        near.dossier,
        0,
        now,
        Kind.NEAR,
        people,
        message,
        {"dossier": near.dossier, "step": near.step, "last": near.last},
    )


def _ending(house: House, now: datetime) -> Iterator[Notice]:
    """Tell whoever keeps the house and whoever orders seals that a certificate ends."""
    register = house.register()
    people = dict.fromkeys(
        (*register.holders(Role.ADMINISTRATOR), *register.holders(Role.SECRETARY))
    )
    try:
        found = list(certificates.alarms(house, now))
    except (ApprovalError, DocumentError, OSError) as fault:
        log.error("certificates", exc_info=fault)
        return
    for one in found if people else ():
        message, data = alarms.sentence(one.certificate, one.level)
        yield Notice(one.id, HOUSE, 0, now, Kind.CERTIFICATE, tuple(people), message, data)


class MailRoom:
    """The thread that sends; a hook of the dispatcher tells it of other processes' commits."""

    def __init__(self, house: House) -> None:
        self.post = Post(house)
        self._house = house
        self._woken = threading.Event()
        self._seen: tuple[int, str] = (0, "")
        self._thread = threading.Thread(target=self._loop, name="enonce-mail", daemon=True)
        house.store.on_commit(self.wake)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once."""
        self._woken.set()

    def hook(self, house: House) -> None:
        """Wake where another process has added to the ledger; called by the dispatcher."""
        head = house.store.head()
        if head != self._seen:
            self._seen = head
            self.wake()

    def stop(self, seconds: float = 20) -> None:
        """Finish the mail that is under way, and no more."""
        self.post.stopping.set()
        self.wake()
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def _loop(self) -> None:
        stopping = self.post.stopping
        while not stopping.is_set():
            self._woken.clear()
            try:
                self.post.round()
                pause = self._pause()
            except Exception as fault:  # the database may come back; the room has to be there then
                log.error("mail", exc_info=fault)
                pause = 60.0
            if not stopping.is_set():
                self._woken.wait(pause)

    def _pause(self) -> float:
        """Give the seconds until something comes due."""
        now = self._house.now()
        moments = [now + timedelta(seconds=LONGEST)]
        with self._house.store.read() as reader:
            due = reader.mail.next_due()
        again = self.post.sender.again
        if due is not None:
            moments.append(max(due, again) if again is not None else due)
        return max(0.05, (min(moments) - now).total_seconds())
