"""Mails that come back, and the folder of a house without a mail server."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from approvals.desk.mail import bounces
from approvals.desk.mail.bounces import NoReportError, Report
from approvals.desk.mail.maildir import Maildir, NoSuchMailError
from approvals.desk.mail.outcomes import Sent, Trouble
from approvals.standing import State
from approvals.store import Store
from approvals.store.mails import SENT
from tests.approvals.town import Town
from tests.desk.mail.conftest import NOW
from tests.desk.mail.test_collect import gather, rows, take_over


def report(
    id: str = "<1@enonce.example>",
    address: str = "legal@example.org",
    action: str = "failed",
    status: str = "5.1.1",
    headers: bool = False,
) -> bytes:
    """A report as Postfix writes it (RFC 3464)."""
    original = f"Message-ID: {id}\r\nSubject: x\r\n"
    kind = "text/rfc822-headers" if headers else "message/rfc822"
    body = original if headers else f"{original}\r\nbody\r\n"
    return (
        "From: MAILER-DAEMON@mail.example\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mail.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no\r\n such user\r\n"
        f"\r\n--B\r\nContent-Type: {kind}\r\n\r\n{body}\r\n--B--\r\n"
    ).encode()


@pytest.mark.parametrize("headers", [True, False])
def test_a_report_names_the_mail_and_the_address(headers: bool) -> None:
    [one] = bounces.read(report(headers=headers))
    assert (one.message_id, one.address, one.failed) == (
        "<1@enonce.example>",
        "legal@example.org",
        True,
    )
    assert one.said.startswith("550 5.1.1 no")


def test_a_delay_is_no_failure() -> None:
    [one] = bounces.read(report(action="delayed", status="4.4.1"))
    assert isinstance(one, Report)
    assert not one.failed


NONE = {
    "an ordinary mail": b"From: a@x.example\r\nSubject: hello\r\n\r\nhello\r\n",
    "nothing": b"",
    "noise": bytes(range(256)) * 20,
    "a report without the mail": report().replace(b"message/rfc822", b"text/plain"),
}


@pytest.mark.parametrize("data", NONE.values(), ids=NONE.keys())
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(NoReportError):
        bounces.read(data)


def sent(store: Store) -> tuple[int, str, str]:
    """A mail that went out: its number, its Message-ID, its person."""
    town = Town.at(State.IN_REVIEW)
    take_over(town, store)
    gather(store, town)
    row = next(one for one in rows(store) if one.person == "legal")
    with store.begin() as work:
        for one in rows(store):
            claimed = work.mail.claim(town.clock.at, town.clock.at, str(one.id))
            assert claimed
            work.mail.settle(
                claimed.id, str(one.id), SENT, now=NOW, said="", address=f"{claimed.person}@example.org"
            )  # fmt: skip
        work.commit()
    return row.id, row.message_id, row.person


def test_a_returned_mail_marks_the_address_once_and_the_secretary_is_told(store: Store) -> None:
    number, id, person = sent(store)
    [row] = bounces.take(store, report(id), NOW, "enonce.example")
    assert (row.id, row.person) == (number, person)
    bounces.take(store, report(id), NOW, "enonce.example")
    with store.read() as reader:
        assert reader.mail.bounces()[person].address == "legal@example.org"
        told = [one for one in reader.mail.mails() if one.kind == "returned"]
        assert {one.state for one in reader.mail.mails(id=number)} == {"bounced"}
    assert [one.person for one in told] == ["secretary"]


FORGED = {
    "another address": {"address": "chair@example.org"},
    "another mail": {"id": "<x@enonce.example>"},
}


@pytest.mark.parametrize("what", FORGED.values(), ids=FORGED.keys())
def test_a_forged_report_marks_nothing(store: Store, what: dict[str, str]) -> None:
    _, id, _ = sent(store)
    with pytest.raises(NoReportError):
        bounces.take(store, report(**{"id": id, **what}), NOW, "enonce.example")
    with store.read() as reader:
        assert reader.mail.bounces() == {}


def test_a_delayed_mail_is_left_as_it_is(store: Store) -> None:
    _, id, _ = sent(store)
    late = report(id, action="delayed", status="4.4.1")
    assert bounces.take(store, late, NOW, "enonce.example") == ()
    with store.read() as reader:
        assert reader.mail.bounces() == {}


def letter(number: int = 1) -> EmailMessage:
    made = EmailMessage(policy=policy.SMTP)
    made["From"] = "desk@enonce.example"
    made["To"] = "Ada <ada@enonce.example>"
    made["Subject"] = f"Énoncé {number}"
    made["Date"] = f"Mon, 23 Nov 2026 09:00:0{number} +0000"
    made["Message-ID"] = f"<{number}@enonce.example>"
    made.set_content("Texte")
    made.add_alternative("<p>Texte</p>", subtype="html")
    made.add_attachment(b"x", maintype="application", subtype="ics", filename="a.ics")
    return made


def test_a_maildir_holds_each_mail_once_whole_and_private(tmp_path: Path) -> None:
    box = Maildir(tmp_path / "mail")
    for number in (1, 2, 1):
        assert isinstance(box.send(letter(number), "ada@enonce.example"), Sent)
    listed = list(box.listed())
    assert [one.subject for one in listed] == ["Énoncé 2", "Énoncé 1"]
    assert list((tmp_path / "mail" / "tmp").iterdir()) == []
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0
    assert all(one.stat().st_mode & 0o077 == 0 for one in (tmp_path / "mail" / "new").iterdir())
    read = box.read(listed[0].id)
    assert (read.text, read.html, read.files) == ("Texte\n", "<p>Texte</p>\n", ("a.ics",))
    assert list(box.listed(to="nobody@enonce.example")) == []


def test_a_mail_that_was_read_is_not_laid_down_again(tmp_path: Path) -> None:
    box = Maildir(tmp_path / "mail")
    box.send(letter(), "ada@enonce.example")
    [file] = (tmp_path / "mail" / "new").iterdir()
    file.rename(tmp_path / "mail" / "cur" / f"{file.name}:2,S")
    box.send(letter(), "ada@enonce.example")
    [one] = box.listed()
    assert one.id.endswith(":2,S")
    assert box.read(one.id).subject == "Énoncé 1"


def test_a_partial_file_of_a_killed_sender_stops_nothing(tmp_path: Path) -> None:
    box = Maildir(tmp_path / "mail")
    box.send(letter(2), "x")
    [file] = (tmp_path / "mail" / "new").iterdir()
    for number in range(3):
        (tmp_path / "mail" / "tmp" / f"{file.name}.{number}").write_text("half")
    box.send(letter(1), "x")
    assert len(list(box.listed())) == 2


@pytest.mark.parametrize(
    "name", ["../../enonce.toml", "x", "", "1.a.enonce", "/etc/passwd", "1." + "a" * 40 + ".enonce"]
)
def test_only_names_of_the_folder_are_read(tmp_path: Path, name: str) -> None:
    box = Maildir(tmp_path / "mail")
    box.send(letter(), "x")
    with pytest.raises(NoSuchMailError):
        box.read(name)


def test_a_link_in_the_folder_is_not_followed(tmp_path: Path) -> None:
    box = Maildir(tmp_path / "mail")
    box.send(letter(), "x")
    secret = tmp_path / "secret"
    secret.write_text("Subject: secret\n\nx")
    name = "2." + "b" * 40 + ".enonce"
    (tmp_path / "mail" / "new" / name).symlink_to(secret)
    assert len(list(box.listed())) == 1
    with pytest.raises(NoSuchMailError):
        box.read(name)


def test_a_folder_that_cannot_be_made_is_trouble_and_no_loss(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    assert isinstance(Maildir(tmp_path / "mail").send(letter(), "x"), Trouble)
