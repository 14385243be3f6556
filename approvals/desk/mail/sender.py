"""Sends what is due: claims one row, sends it, says what became of it together with the next claim.

Several senders may work on one house. A row is claimed for longer than a try can take; whoever is
killed leaves a claim that runs out, and the mail is sent again with the same Message-ID: at least
once, never lost. Where the server takes nothing at all, nothing is claimed until its pause is over.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Final, Protocol

import structlog

from approvals.desk.mail.outcomes import Bounced, Later, Outcome, Sent, Trouble
from approvals.desk.mail.timing import Backoff
from approvals.store import Store
from approvals.store.mails import BOUNCED, FAILED, KEPT, SENT, WAITING, Bounce, Mail, SqlMails

LEASE: Final = timedelta(minutes=15)
"""How long a claim holds: longer than every answer of one try may take together."""

log = structlog.get_logger("enonce.mail")


class Transport(Protocol):
    """Takes one mail after another."""

    def send(self, message: EmailMessage, recipient: str) -> Outcome:
        """Hand one mail in."""
        ...

    def close(self) -> None:
        """Let the connection go."""
        ...


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail that is ready, and the address to which it goes."""

    message: EmailMessage
    address: str


@dataclass(frozen=True, slots=True)
class Unsendable:
    """Why a mail cannot be written: nobody of that id, no address."""

    said: str


Compose = Callable[[Mail, tuple[Mail, ...]], Composed | Unsendable]
"""Writes a mail, together with those folded into it."""

Returned = Callable[[SqlMails, Mail, str, datetime], None]
"""What else is written where an address took no mail: somebody has to be told."""


@dataclass(slots=True)
class _Done:
    """What is still to be written down about the row before."""

    row: Mail
    token: str
    outcome: Outcome | Unsendable
    address: str | None


@dataclass(slots=True)
class Sender:
    """One sender of one house; ``local`` says that mails stay in the house's folder."""

    store: Store
    transport: Transport
    compose: Compose
    now: Callable[[], datetime]
    returned: Returned = lambda mails, mail, said, at: None
    local: bool = False
    lease: timedelta = LEASE
    backoff: Backoff = field(default_factory=Backoff)
    stopping: Callable[[], bool] = lambda: False
    trouble: str = ""
    """What the server said when it last took nothing; empty while it takes mail."""
    again: datetime | None = None
    """When the server is asked next, while it takes nothing."""
    _failures: int = 0

    def run(self) -> int:
        """Send everything that is due and give how many were sent."""
        if self.again is not None and self.now() < self.again:
            return 0
        count = 0
        before: _Done | None = None
        try:
            while True:
                claimed = self._turn(before)
                before = None
                if claimed is None:
                    return count
                row, folded, token = claimed
                before = self._try(row, folded, token)
                count += isinstance(before.outcome, Sent)
        finally:
            if before is not None:
                self._write(before)
            self.transport.close()

    def _turn(self, before: _Done | None) -> tuple[Mail, tuple[Mail, ...], str] | None:
        """Write down what became of the row before and claim the next, in one transaction."""
        token = secrets.token_hex(16)
        with self.store.begin() as work:
            mails = work.mail
            stop = self.stopping()
            if before is not None:
                self._settle(mails, before)
                stop = stop or isinstance(before.outcome, Trouble)
            now = self.now()
            row = None if stop else mails.claim(now, now + self.lease, token)
            folded = mails.fold(row, now) if row is not None else ()
            if row is not None or before is not None:
                work.commit()
        return None if row is None else (row, folded, token)

    def _write(self, done: _Done) -> None:
        with self.store.begin() as work:
            self._settle(work.mail, done)
            work.commit()

    def _try(self, row: Mail, folded: tuple[Mail, ...], token: str) -> _Done:
        address: str | None = None
        outcome: Outcome | Unsendable
        try:
            made = self.compose(row, folded)
            if isinstance(made, Unsendable):
                outcome = made
            else:
                address = made.address
                outcome = self.transport.send(made.message, address)
        except Exception as fault:  # one mail that cannot be made keeps nobody else's back
            log.error("mail", mail=row.id, exc_info=fault)
            outcome = Later(type(fault).__name__)
        if isinstance(outcome, Trouble):
            self._failures += 1
            self.trouble = outcome.said
            self.again = self.now() + self.backoff.after(self._failures - 1)
            log.warning("server", said=outcome.said, again=self.again.isoformat())
        else:
            self._failures, self.trouble, self.again = 0, "", None
        return _Done(row, token, outcome, address)

    def _settle(self, mails: SqlMails, done: _Done) -> None:
        row, now, outcome = done.row, self.now(), done.outcome
        due: datetime | None = None
        if isinstance(outcome, Sent):
            state = KEPT if self.local else SENT
        elif isinstance(outcome, Bounced):
            state = BOUNCED
        elif isinstance(outcome, Unsendable):
            state = FAILED
        elif isinstance(outcome, Later):
            state, due = WAITING, now + self.backoff.after(row.tries)
        else:
            mails.release(row.id, done.token)
            return
        mine = mails.settle(
            row.id, done.token, state, now=now, said=outcome.said, address=done.address, due=due
        )
        if not mine:
            log.warning("claim lost", mail=row.id)
            return
        if isinstance(outcome, Bounced) and outcome.address and done.address:
            mails.bounce(Bounce(row.person, done.address, outcome.said, now))
            self.returned(mails, row, outcome.said, now)
