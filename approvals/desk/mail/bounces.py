"""Reads what mail servers send back: delivery status notifications (RFC 3464, RFC 3462).

Anybody can forge one. Only a report that names a mail of this house by its Message-ID, and the very
address to which that mail went, marks an address; every other is refused in words. The mail comes
from a file or a maildir that the institution's mail server fills; nothing is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from typing import Final

from approvals.desk.mail import collect
from approvals.desk.mail.smtp import one_line
from approvals.errors import N_, ApprovalError
from approvals.names import PersonId, Role
from approvals.notices import Kind, Notice
from approvals.register import HOUSE, Register
from approvals.store import Store
from approvals.store.mails import Bounce as Mark
from approvals.store.mails import Mail as Row
from approvals.store.mails import NewMail, SqlMails

_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{1,200}>")
_MOST: Final = 10 * 1024 * 1024


class NoReportError(ApprovalError):
    """The file is no report of a mail server, or of no mail of this house."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says of one address: refused for good, or only late."""

    message_id: str
    address: str
    failed: bool
    said: str


def read(data: bytes) -> tuple[Report, ...]:
    """Read a returned mail; raise ``NoReportError`` where it is none."""
    if len(data) > _MOST:
        raise NoReportError(N_("The file is too long for a report of a mail server."))
    message = BytesParser(policy=policy.default).parsebytes(data)
    assert isinstance(message, EmailMessage)
    status = next(
        (one for one in message.walk() if one.get_content_type() == "message/delivery-status"), None
    )
    id = _original(message)
    if status is None or id is None:
        raise NoReportError(
            N_("This is no report of a mail server that names the mail that came back.")
        )
    blocks = status.get_payload()
    found = [
        report
        for block in (blocks if isinstance(blocks, list) else [])
        if isinstance(block, Message) and (report := _report(id, block)) is not None
    ]
    return tuple(found)


def _report(id: str, block: Message) -> Report | None:
    final = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
    address = final.rpartition(";")[2].strip().strip("<>")
    if not address:
        return None
    status = str(block.get("Status", ""))
    action = str(block.get("Action", "")).strip().lower()
    said = str(block.get("Diagnostic-Code", "")) or status
    failed = action == "failed" and not status.startswith("4")
    return Report(id, address, failed, one_line(said.partition(";")[2] or said))


def _original(message: EmailMessage) -> str | None:
    """Find the Message-ID of the mail that came back, in the part that holds it or its headers."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            headers = inner[0] if isinstance(inner, list) and inner else None
            found = str(headers.get("Message-ID", "")) if isinstance(headers, Message) else ""
        elif kind == "text/rfc822-headers":
            found = str(part.get_payload())
            line = re.search(r"^Message-ID:\s*(<[^<>\s]+>)", found, re.IGNORECASE | re.MULTILINE)
            found = line[1] if line else ""
        else:
            continue
        if match := _MESSAGE_ID.search(found):
            return match[0]
    return None


def take(store: Store, data: bytes, now: datetime, domain: str) -> tuple[Row, ...]:
    """Mark what a report says for good, tell the secretary, and give the mails that came back.

    Raises ``NoReportError`` where no mail of this house went to that address. A report that only
    says that a mail is late changes nothing.
    """
    returned: list[Row] = []
    known = False
    with store.begin() as work:
        for report in read(data):
            row = work.mail.by_message_id(report.message_id)
            if row is None or (row.address or "").casefold() != report.address.casefold():
                continue
            known = True
            if report.failed:
                work.mail.returned(row.id, now, report.said)
                work.mail.bounce(Mark(row.person, row.address or "", report.said, now))
                founding = work.history(HOUSE)
                register, house = Register.replay(founding), collect.house_id(founding)
                tell(work.mail, row, report.said, now, register, house, domain)
                returned.append(row)
        if returned:
            work.commit()
    if not known:
        raise NoReportError(N_("The report is about no mail that this house sent to that address."))
    return tuple(returned)


def tell(
    mails: SqlMails,
    row: Row,
    said: str,
    now: datetime,
    register: Register,
    house: str,
    domain: str,
) -> None:
    """Make the mail by which the secretaries learn that an address takes none."""
    id = f"returned-{row.id}"
    for person in register.holders(Role.SECRETARY):
        if person == row.person:
            continue
        notice = Notice(
            id,
            HOUSE,
            0,
            now,
            Kind.RETURNED,
            (PersonId(person),),
            N_("The mail to {person} came back: {reason}"),
            {"person": row.person, "reason": said},
        )
        new = NewMail(
            letter=id,
            person=person,
            stream=HOUSE,
            sequence=0,
            kind=Kind.RETURNED.value,
            body=collect.pack([notice]),
            at=now,
            message_id=collect.message_id(house, id, person, domain),
            due=now,
        )
        mails.add([new])
