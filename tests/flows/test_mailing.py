"""The mail of a real house: its settings, its thread, its commands, and what everybody gets."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from approvals import events as ev
from approvals.desk.mail.sender import Composed
from approvals.names import PersonId
from approvals.store.mails import Mail
from flows import certificates, cli, mailing
from flows.clock import SystemClock
from flows.house import House, open_house
from tests.flows import houses, rounds
from tests.flows.rounds import decide, who

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(home: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Bring a command and read its JSON."""

    def run(*words: str, by: str | None = None, code: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        actor = ["--as", by] if by else []
        assert cli.run(["--home", str(home), "--json", *actor, *words]) == code
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return run


class Taken:
    """What a mail server took."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.came = threading.Condition()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        made = BytesParser(policy=policy.default).parsebytes(content)
        assert isinstance(made, EmailMessage)
        with self.came:
            self.mails.append(made)
            self.came.notify_all()
        return "250 OK"

    def wait(self, count: int, seconds: float = 20) -> None:
        with self.came:
            assert self.came.wait_for(lambda: len(self.mails) >= count, seconds), len(self.mails)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Taken]:
    """A mail server that the house's settings name."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    taken = Taken()
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("ENONCE_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("ENONCE_SMTP_PORT", str(port))
    monkeypatch.setenv("ENONCE_SMTP_SECURITY", "none")
    monkeypatch.setenv("ENONCE_MAIL_FROM", "desk@enonce.example")
    yield taken
    with suppress(Exception):
        controller.stop()


def mails(house: House) -> list[Mail]:
    with house.store.read() as reader:
        return list(reader.mail.mails())


def test_without_a_server_mails_lie_in_the_folder_and_the_doctor_says_so(
    house: House, home: Path, ask: Ask
) -> None:
    rounds.in_review(house)
    seen = ask("mail", "preview")["mails"]
    assert seen
    told = ask("mail", "send")
    assert told["sent"] == told["made"] > 0
    assert len(list((home / "mail" / "new").iterdir())) == told["sent"]
    assert ask("mail", "send")["sent"] == 0
    assert ask("mail", "preview")["mails"] == []
    assert {one["state"] for one in ask("mail", "list", "--all")["mails"]} == {"kept"}
    found = {one["what"]: one for one in ask("doctor")["findings"]}
    assert found["Mail"]["mark"] == "note"
    assert str(home / "mail") in found["Mail"]["says"]


def test_the_commands_send_over_smtp_and_show_a_mail(
    home: Path, server: Taken, ask: Ask, house: House
) -> None:
    rounds.in_review(house)
    count = ask("mail", "send")["sent"]
    assert len(server.mails) == count > 0
    one = ask("mail", "list", "--all")["mails"][0]
    shown = ask("mail", "preview", str(one["id"]))
    assert shown["subject"] == str(server.mails[0]["Subject"])
    assert shown["text"].splitlines()[0] in shown["html"].replace("&#39;", "'")
    assert ask("mail", "preview", "9999", code=4)["error"]["guard"] == "mail:unknown"


def test_a_server_that_is_away_is_said_and_loses_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("ENONCE_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("ENONCE_SMTP_PORT", str(port))
    monkeypatch.setenv("ENONCE_SMTP_SECURITY", "none")
    monkeypatch.setenv("ENONCE_MAIL_FROM", "desk@enonce.example")
    rounds.in_review(house)
    told = ask("mail", "send")
    assert told["sent"] == 0
    assert told["trouble"]
    assert len(ask("mail", "list")["mails"]) == told["made"]
    faults = [one for one in ask("doctor", code=1)["findings"] if one["mark"] == "fault"]
    assert [one["what"] for one in faults] == ["Mail"]


def test_a_server_without_an_address_to_write_from_is_refused_in_words(
    house: House, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    monkeypatch.setenv("ENONCE_SMTP_HOST", "127.0.0.1")
    assert "mail_from" in ask("mail", "send", code=4)["error"]["message"]


def test_the_mail_room_sends_what_an_act_made_due_at_once(
    home: Path, server: Taken, house: House
) -> None:
    rounds.in_review(house)
    opened = open_house(home)
    room = mailing.MailRoom(opened)
    room.start()
    try:
        with server.came:
            assert server.came.wait_for(lambda: len(server.mails) > 3, 20)
        while any(one.state == "waiting" for one in mails(opened)):
            time.sleep(0.01)
        before = len(server.mails)
        began = time.monotonic()
        decide(opened, "vasseur")
        server.wait(before + 1)
        assert time.monotonic() - began < 2
        assert "Message-ID" in server.mails[-1]
        decide(house, "kerlann")
        room.hook(opened)
        server.wait(before + 2)
    finally:
        room.stop()
        opened.close()
    counted = Counter(str(one["Message-ID"]) for one in server.mails)
    assert set(counted.values()) == {1}


def test_a_new_word_after_approval_is_told_to_everybody_concerned_in_one_mail_each(
    house: House,
) -> None:
    rounds.in_review(house)
    decide(house, "vasseur")
    decide(house, "kerlann", ev.Decision.REQUEST_CHANGES, reason="One word more.")
    post = mailing.Post(house)
    post.collect()
    before = len(mails(house))
    changed = "We serve society well."
    rounds.submit(house, rounds.FIRST, changed)
    rounds.translate(house, {**rounds.FRENCH, changed: "Nous servons bien la société."})
    post.collect()
    told = [one for one in mails(house)[before:] if one.kind == "voided"]
    assert sorted(one.person for one in told) == sorted(
        who(house, one) for one in ("vasseur", "delmas")
    )
    for one in told:
        made = post.composer(one, ())
        assert isinstance(made, Composed)
        part = made.message.get_body(preferencelist=("plain",))
        assert part is not None
        text = str(part.get_content())
        assert "§ 2 EN + FR" in text.replace("\u00a0", " ")
        assert "{+well+}" in text.replace("{+ well+}", "{+well+}")
        assert "{+bien" in text
        assert rounds.FIRST not in text


def test_reminders_are_made_once_a_day_and_level(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    rounds.in_review(house)
    start = house.now()
    at = [start]
    monkeypatch.setattr(type(house.clock), "now", lambda self: at[0])
    post = mailing.Post(house)
    for hours in range(0, 24 * 9, 6):
        at[0] = start + timedelta(hours=hours)
        post.collect()
    near = [one for one in mails(house) if one.kind == "near"]
    assert near
    assert Counter(Counter((one.letter, one.person) for one in near).values()).keys() == {1}
    assert {one.person for one in near} <= {who(house, "vasseur"), who(house, "kerlann")}
    assert max(Counter(one.person for one in near).values()) <= 2


def test_a_person_chooses_when_and_what_waited_can_be_had_at_once(house: House, ask: Ask) -> None:
    ask("mail", "prefer", "paused", "--until", "2099-01-01", by="delmas")
    rounds.sealed(house)
    ask("mail", "send")
    waiting = ask("mail", "list", "--person", "delmas")["mails"]
    assert waiting
    assert {one["state"] for one in waiting} == {"waiting"}
    assert ask("mail", "list", "--all", "--person", "castagnet")["mails"]
    ask("mail", "prefer", "daily", "--hour", "7", by="delmas")
    ask("mail", "prefer", "now", by="delmas")
    ask("mail", "send")
    assert ask("mail", "list", "--person", "delmas")["mails"] == []


def test_an_address_that_came_back_is_shown_told_and_tried_again(
    house: House, home: Path, server: Taken, ask: Ask, tmp_path: Path
) -> None:
    from tests.desk.mail.test_bounces import report

    rounds.in_review(house)
    ask("mail", "send")
    one = next(one for one in ask("mail", "list", "--all")["mails"] if one["to"] == "vasseur")
    folder = tmp_path / "returned"
    (folder / "new").mkdir(parents=True)
    (folder / "new" / "1").write_bytes(report(one["message_id"], one["address"]))
    (folder / "new" / "2").write_bytes(b"Subject: lunch\n\nhello")
    told = ask("mail", "bounce", str(folder))
    assert [row["to"] for row in told["returned"]] == ["vasseur"]
    assert len(told["refused"]) == 1
    assert list((folder / "new").iterdir()) == [folder / "new" / "2"]
    listed = ask("mail", "list")
    assert [row["person"] for row in listed["addresses"]] == ["vasseur"]
    ask("mail", "send")
    assert "castagnet" in {
        row["to"] for row in ask("mail", "list", "--all")["mails"] if row["kind"] == "returned"
    }
    assert ask("mail", "retry", "--person", "vasseur")["again"] == 1
    assert ask("mail", "list")["addresses"] == []
    assert ask("mail", "send")["sent"] >= 1
    ids = Counter(str(mail["Message-ID"]) for mail in server.mails)
    assert ids[one["message_id"]] == 2


def test_a_webhook_of_the_settings_is_told(home: Path, house: House, tmp_path: Path) -> None:
    from approvals.desk.mail.webhooks import EVENTS

    secret = tmp_path / "secret"
    secret.write_text("s\n")
    with (home / "enonce.toml").open("a") as file:
        file.write(
            f'\n[webhooks.registry]\nurl = "https://127.0.0.1/x"\nsecret_file = "{secret}"\n'
            'events = ["DossierOpened"]\n'
        )
    opened = open_house(home)
    post = mailing.Post(opened)
    assert post.hooks["registry"].secret() == b"s"
    assert "DossierOpened" in EVENTS
    houses.submit(opened, "fresh")
    post.round()
    with opened.store.read() as reader:
        rows = [
            one for one in reader.mail.deliveries() if json.loads(one.body)["dossier"] == "fresh"
        ]
    assert [one.state for one in rows] == ["waiting"]
    assert "private" in rows[0].said
    opened.close()


class Then:
    """A clock that stands at a moment."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


def test_administrators_and_secretaries_are_told_once_at_each_alarm_of_a_certificate(
    house: House,
) -> None:
    end = min(one.last for one in certificates.of(house))
    told: list[tuple[int, int]] = []
    for left in (91, 90, 89, 31, 30, 8, 7, 6, 1):
        latest = end - timedelta(days=left)
        morning = latest.replace(hour=9, minute=0)
        house.clock = Then(morning if morning <= latest else morning - timedelta(days=1))
        mailing.Post(house).collect()
        mailing.Post(house).collect()
        with house.store.read() as reader:
            rows = [one for one in reader.mail.mails() if one.kind == "certificate"]
        told.append((left, len(rows)))
    assert told == [(91, 0), (90, 2), (89, 2), (31, 2), (30, 4), (8, 4), (7, 6), (6, 6), (1, 6)]
    people = {who(house, "carrel"), who(house, "castagnet")}
    assert {one.person for one in rows} == people
    contact = house.contacts()[PersonId(rows[0].person)]
    letter = mailing.Post(house).composer.letter(rows[0], (), contact, contact.mail)
    assert str(end.year) in " ".join(letter.parts[0].lines)


def test_the_doctor_says_that_a_certificate_ends(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_house(home)
    end = min(one.last for one in certificates.of(opened))
    opened.close()
    monkeypatch.setattr(SystemClock, "now", lambda self: end - timedelta(days=20))
    cli.run(["doctor", "--home", str(home), "--json"])
    found = [
        one for one in json.loads(capsys.readouterr().out)["findings"] if "ends on" in one["says"]
    ]
    assert [one["mark"] for one in found] == ["note"]
