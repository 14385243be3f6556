"""A mail server on loopback that refuses, forgets and hangs up on demand; rows without a house."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from approvals.store import Store
from approvals.store.mails import NewMail

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Mailbox:
    """What came in, and what the server is to say: one reply for each DATA, then 250 again.

    ``hang`` takes the mail and closes the connection instead of saying so.
    """

    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 (the server's own name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        reply = self.replies.pop(0) if self.replies else "250 OK"
        if reply.startswith("250") or reply == "hang":
            content = envelope.content
            assert isinstance(content, bytes)
            message = BytesParser(policy=policy.default).parsebytes(content)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
            self.recipients += envelope.rcpt_tos
        if reply == "hang":
            assert server.transport is not None
            server.transport.abort()
        return reply

    @property
    def ids(self) -> list[str]:
        return [str(one["Message-ID"]) for one in self.taken]


@dataclass
class Office:
    """A running server and its mailbox."""

    box: Mailbox
    host: str
    port: int
    stop: Callable[[], None]


@pytest.fixture
def post_office() -> Iterator[Callable[..., Office]]:
    """Start a mail server on loopback."""
    running: list[Any] = []

    def start(**more: Any) -> Office:
        box = Mailbox()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(box, hostname="127.0.0.1", port=port, **more)
        controller.start()
        running.append(controller)

        def stop() -> None:
            if controller in running:
                running.remove(controller)
                controller.stop(no_assert=True)

        return Office(box, "127.0.0.1", port, stop)

    yield start
    for one in running:
        one.stop(no_assert=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "house.sqlite3")
    yield opened
    opened.close()


def new(number: int, **more: Any) -> NewMail:
    """A row for one person; what it tells does not matter here."""
    values: dict[str, Any] = {
        "letter": str(number),
        "person": f"p{number}",
        "stream": "statement",
        "sequence": number,
        "kind": "asked",
        "body": "[]",
        "at": NOW,
        "message_id": f"<{number}@enonce.example>",
        "due": NOW,
        **more,
    }
    return NewMail(**values)


@pytest.fixture
def rows(store: Store) -> Callable[..., None]:
    """Put rows into the outbox."""

    def put(count: int, **more: Any) -> None:
        with store.begin() as work:
            work.mail.add(new(number, **more) for number in range(1, count + 1))
            work.commit()

    return put
