"""Hands mails to the institution's mail server, by the standard library alone.

RFC 5321: a 4yz reply means "not now", a 5yz reply "never". What a server refuses before it heard of
any recipient is the house's trouble and no bounce. A lost reply after the text leaves open whether
the mail was taken; it is sent again under the same Message-ID.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Final

from approvals.desk.mail.outcomes import Bounced, Later, Outcome, Sent, Trouble
from approvals.errors import N_, ApprovalError

TIMEOUT: Final = 30.0
"""Seconds for each answer of the server."""


class Security(StrEnum):
    """How the connection is kept from being read."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


PORTS: Final = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


class PlainLoginError(ApprovalError):
    """A password would go over a connection that anybody can read."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where mails are handed in, and as whom."""

    host: str
    port: int = 0
    security: Security = Security.STARTTLS
    user: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    timeout: float = TIMEOUT

    def check(self) -> None:
        """Raise ``PlainLoginError`` where the password would be readable on its way."""
        if self.user and self.security is Security.NONE:
            raise PlainLoginError(
                N_(
                    "The mail server {host} would be sent a password that anybody can read. "
                    "Set smtp_security to starttls or tls."
                ),
                host=self.host,
            )


class Smtp:
    """Sends one mail after another over one connection, opened at need.

    ``sender`` is the envelope's address, to which bounces come back.
    """

    def __init__(self, server: Server, sender: str) -> None:
        server.check()
        self._server, self._sender = server, sender
        self._open: smtplib.SMTP | None = None

    def probe(self) -> Outcome:
        """Say whether the server answers and lets this house in."""
        try:
            self._connection().noop()
        except _FAULTS as fault:
            return Trouble(_words(fault))
        finally:
            self.close()
        return Sent("")

    def send(self, message: EmailMessage, recipient: str) -> Outcome:
        """Hand one mail in."""
        try:
            connection = self._connection()
        except _FAULTS as fault:
            self.close()
            return Trouble(_words(fault))
        try:
            connection.send_message(message, self._sender, [recipient])
        except smtplib.SMTPRecipientsRefused as refused:
            code, text = next(iter(refused.recipients.values()))
            return self._refused(code, text, address=True)
        except smtplib.SMTPSenderRefused as refused:
            self.close()
            return Trouble(_reply(refused.smtp_code, refused.smtp_error))
        except smtplib.SMTPNotSupportedError as fault:
            return Bounced(_words(fault), address=True)
        except smtplib.SMTPResponseException as refused:
            return self._refused(refused.smtp_code, refused.smtp_error, address=False)
        except _FAULTS as fault:
            self.close()
            return Later(_words(fault))
        return Sent("250")

    def _refused(self, code: int, text: bytes | str, *, address: bool) -> Outcome:
        said = _reply(code, text)
        if code == 421:
            self.close()
        return Bounced(said, address) if 500 <= code < 600 else Later(said)

    def _connection(self) -> smtplib.SMTP:
        if self._open is not None:
            return self._open
        server = self._server
        port = server.port or PORTS[server.security]
        context = ssl.create_default_context(cafile=server.ca_file)
        if server.security is Security.TLS:
            opened: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, port, timeout=server.timeout, context=context
            )
        else:
            opened = smtplib.SMTP(server.host, port, timeout=server.timeout)
        self._open = opened
        opened.ehlo_or_helo_if_needed()
        if server.security is Security.STARTTLS:
            opened.starttls(context=context)
            opened.ehlo()
        if server.user:
            secret = server.password_file
            opened.login(server.user, secret.read_text().strip() if secret else "")
        return opened

    def close(self) -> None:
        """End the connection, politely where that is possible."""
        opened, self._open = self._open, None
        if opened is not None:
            with contextlib.suppress(*_FAULTS):
                opened.quit()
            opened.close()


_FAULTS: Final = (smtplib.SMTPException, OSError, UnicodeError)


def _words(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        return _reply(fault.smtp_code, fault.smtp_error)
    said = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
    return one_line(str(said))


def _reply(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(f"{code} {said}")


def one_line(text: str) -> str:
    """Give a foreign reply as one printable line of at most 500 signs."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:500].strip()
