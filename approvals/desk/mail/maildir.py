"""Mails in a folder of the house, where no mail server is set: a maildir, and how it is read.

Written as the format asks: whole in ``tmp``, then linked into ``new``. The file's name is made of
the Message-ID, so that a mail that is delivered twice lies there once. ``read`` trusts nothing in
the file: it gives text, and hands the HTML on only for a frame that runs nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from approvals.desk.mail.outcomes import Outcome, Sent, Trouble
from approvals.errors import N_, ApprovalError

_NAME: Final = re.compile(r"[0-9]{1,12}\.[0-9a-f]{40}\.enonce(?::2,[A-Z]*)?")
FOLDER: Final = "mail"
"""The maildir's name in the house's folder."""
_MOST: Final = 10 * 1024 * 1024
"""Bytes of a mail that is shown."""


class NoSuchMailError(ApprovalError):
    """The folder holds no mail of that name."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One mail of the folder, as a list shows it."""

    id: str
    to: str
    subject: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, read. ``html`` may only be shown in a sandboxed frame, ``files`` are names."""

    id: str
    sender: str
    to: str
    subject: str
    at: datetime | None
    text: str
    html: str
    files: tuple[str, ...]


class Maildir:
    """The folder ``mail`` of a house; sends into it and reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def probe(self) -> Outcome:
        """Say whether the folder can be written."""
        try:
            self._make()
        except OSError as fault:
            return Trouble(fault.strerror or str(fault))
        return Sent("")

    def send(self, message: EmailMessage, recipient: str) -> Outcome:
        """Lay one mail into the folder, once."""
        name = name_of(str(message["Message-ID"]), _date(message))
        try:
            self._make()
            if self._find(name) is None:
                self._write(name, message.as_bytes(policy=policy.SMTP.clone(linesep="\n")))
        except OSError as fault:
            return Trouble(fault.strerror or str(fault))
        return Sent(name)

    def close(self) -> None:
        """Nothing is held open."""

    def _make(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        for name in ("tmp", "new", "cur"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)

    def _write(self, name: str, data: bytes) -> None:
        partial = self.folder / "tmp" / f"{name}.{os.getpid()}"
        partial.unlink(missing_ok=True)
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(0o600)
        with suppress(FileExistsError):
            os.link(partial, self.folder / "new" / name)
        partial.unlink()
        handle = os.open(self.folder / "new", os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _find(self, name: str) -> Path | None:
        for part in ("new", "cur"):
            place = self.folder / part
            if (place / name).exists():
                return place / name
            found = next(iter(sorted(place.glob(f"{name}:2,*"))), None)
            if found is not None:
                return found
        return None

    def listed(self, *, to: str | None = None) -> Iterator[Listed]:
        """List the mails, newest first; those to one address where it is named."""
        files = [
            file
            for part in ("new", "cur")
            for file in (self.folder / part).glob("*")
            if _NAME.fullmatch(file.name) and file.is_file() and not file.is_symlink()
        ]
        for file in sorted(files, key=lambda one: one.name, reverse=True):
            message = _parse(file, headers=True)
            address = str(message.get("To", ""))
            if to is None or to.casefold() in address.casefold():
                yield Listed(file.name, address, str(message.get("Subject", "")), _date(message))

    def read(self, id: str) -> Letter:
        """Read one mail; raise ``NoSuchMailError`` where the name is none of this folder's."""
        name = id.partition(":")[0]
        file = self._find(name) if _NAME.fullmatch(id) else None
        if file is None or file.is_symlink() or file.stat().st_size > _MOST:
            raise NoSuchMailError(N_("There is no mail {mail} in the folder."), mail=id[:80])
        message = _parse(file)
        return Letter(
            file.name,
            str(message.get("From", "")),
            str(message.get("To", "")),
            str(message.get("Subject", "")),
            _date(message),
            _part(message, "plain"),
            _part(message, "html"),
            tuple(part.get_filename() or "" for part in message.iter_attachments()),
        )


def name_of(message_id: str, at: datetime | None) -> str:
    """Give the name under which a mail lies in the folder."""
    made = hashlib.sha256(message_id.encode()).hexdigest()[:40]
    return f"{int(at.timestamp()) if at else 0}.{made}.enonce"


def _parse(file: Path, *, headers: bool = False) -> EmailMessage:
    with file.open("rb") as opened:
        message = BytesParser(policy=policy.default).parse(opened, headersonly=headers)
    assert isinstance(message, EmailMessage)
    return message


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        return ""


def _date(message: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        return None
