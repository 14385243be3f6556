"""Sending against a real mail server that refuses, forgets, hangs up, is away; and senders killed."""

from __future__ import annotations

import signal
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from random import Random

import pytest

from approvals.desk.mail.outcomes import Bounced, Outcome, Sent, Trouble
from approvals.desk.mail.sender import Composed, Sender, Unsendable
from approvals.desk.mail.smtp import PlainLoginError, Security, Server, Smtp
from approvals.desk.mail.timing import Backoff
from approvals.store import Store
from approvals.store.mails import Mail
from tests.desk.mail.conftest import NOW, Office, new
from tests.desk.mail.sending import compose, sender

ROOT = Path(__file__).resolve().parents[3]


def states(store: Store) -> Counter[str]:
    with store.read() as reader:
        return Counter(one.state for one in reader.mail.mails())


def until_done(store: Store, one: Sender, seconds: float = 30) -> None:
    """Go on sending, as the mail room does, until nothing waits."""
    last = time.monotonic() + seconds
    while states(store)["waiting"]:
        assert time.monotonic() < last, states(store)
        one.run()
        with store.read() as reader:
            due = reader.mail.next_due()
        waits = [due, one.again] if one.again else [due]
        now = datetime.now(UTC)
        left = max(((one_ - now).total_seconds() for one_ in waits if one_), default=0.0)
        time.sleep(max(0.0, left))


def test_everything_that_is_due_is_sent_once(
    store: Store, rows: Callable[..., None], post_office: Callable[..., Office]
) -> None:
    office = post_office()
    rows(12)
    assert sender(store, office.port).run() == 12
    assert sorted(office.box.ids) == sorted(f"<{n}@enonce.example>" for n in range(1, 13))
    assert states(store) == {"sent": 12}
    assert sender(store, office.port).run() == 0


def test_what_is_due_later_waits(
    store: Store, rows: Callable[..., None], post_office: Callable[..., Office]
) -> None:
    office = post_office()
    later = datetime.now(UTC) + timedelta(hours=1)
    rows(1, due=later)
    assert sender(store, office.port).run() == 0
    with store.read() as reader:
        assert reader.mail.next_due() == later


def test_a_451_is_tried_again_and_arrives(
    store: Store, rows: Callable[..., None], post_office: Callable[..., Office]
) -> None:
    office = post_office()
    office.box.replies = ["451 later", "452 later still"]
    rows(3)
    one = sender(store, office.port, backoff=Backoff(0.5, 0.5, 0))
    assert one.run() == 1
    assert states(store) == {"sent": 1, "waiting": 2}
    with store.read() as reader:
        assert {row.said for row in reader.mail.mails(states=["waiting"])} == {
            "451 later",
            "452 later still",
        }
    until_done(store, one)
    assert sorted(Counter(office.box.ids).values()) == [1, 1, 1]


def test_a_lost_reply_is_sent_again_under_the_same_message_id(
    store: Store, rows: Callable[..., None], post_office: Callable[..., Office]
) -> None:
    office = post_office()
    office.box.replies = ["hang"]
    rows(2)
    until_done(store, sender(store, office.port))
    counted = Counter(office.box.ids)
    assert counted == {"<1@enonce.example>": 2, "<2@enonce.example>": 1}


def test_a_server_that_is_away_loses_nothing_and_is_not_asked_for_every_mail(
    store: Store, rows: Callable[..., None], post_office: Callable[..., Office]
) -> None:
    office = post_office()
    office.stop()
    rows(5)
    one = sender(store, office.port, backoff=Backoff(0.05, 0.1, 0))
    assert one.run() == 0
    assert one.trouble
    assert one.again is not None
    with store.read() as reader:
        assert {row.tries for row in reader.mail.mails()} == {0}
    back = post_office()
    one.transport = Smtp(Server("127.0.0.1", back.port, Security.NONE), "desk@enonce.example")
    until_done(store, one)
    assert len(back.box.taken) == 5
    assert one.trouble == ""


def test_a_recipient_refused_for_good_bounces_marks_the_address_and_is_told(
    store: Store, rows: Callable[..., None], post_office: Callable[..., Office]
) -> None:
    office = post_office()
    office.box.rcpt = {"p1@enonce.example": "550 5.1.1 no such user"}
    rows(2)
    told: list[int] = []
    one = sender(store, office.port, returned=lambda mails, row, said, at: told.append(row.id))
    assert one.run() == 1
    assert states(store) == {"sent": 1, "bounced": 1}
    with store.read() as reader:
        [bounce] = reader.mail.bounces().values()
    assert (bounce.person, bounce.address) == ("p1", "p1@enonce.example")
    assert "550 5.1.1 no such user" in bounce.said
    assert told == [1]


def test_a_text_refused_for_good_bounces_without_a_mark_on_the_address(
    store: Store, rows: Callable[..., None], post_office: Callable[..., Office]
) -> None:
    office = post_office()
    office.box.replies = ["554 5.7.1 looks like spam"]
    rows(1)
    sender(store, office.port).run()
    assert states(store) == {"bounced": 1}
    with store.read() as reader:
        assert reader.mail.bounces() == {}
    with store.begin() as work:
        assert work.mail.again(NOW) == 1
        work.commit()
    assert sender(store, office.port).run() == 1


def test_a_mail_that_cannot_be_written_stops_no_other(
    store: Store, rows: Callable[..., None], post_office: Callable[..., Office]
) -> None:
    office = post_office()
    rows(3)

    def half(row: Mail, folded: tuple[Mail, ...]) -> Composed | Unsendable:
        if row.id == 1:
            raise ValueError("no")
        return Unsendable("No address.") if row.id == 2 else compose(row, folded)

    one = sender(store, office.port, backoff=Backoff(3600))
    one.compose = half
    assert one.run() == 1
    assert states(store) == {"waiting": 1, "failed": 1, "sent": 1}


def test_a_claim_that_was_lost_settles_nothing(store: Store, rows: Callable[..., None]) -> None:
    rows(1)
    until = NOW + timedelta(minutes=1)
    with store.begin() as work:
        first = work.mail.claim(NOW, until, "a")
        assert first
        assert work.mail.claim(NOW, until, "b") is None
        second = work.mail.claim(until, until + timedelta(minutes=1), "b")
        assert second
        assert not work.mail.settle(1, "a", "sent", now=NOW, said="", address=None)
        assert work.mail.settle(1, "b", "sent", now=NOW, said="", address=None)


def test_a_digest_folds_what_waits_for_a_person_and_stays_the_same_when_sent_again(
    store: Store, post_office: Callable[..., Office]
) -> None:
    office = post_office()
    office.box.replies = ["hang"]
    with store.begin() as work:
        work.mail.add(new(number, person="p", folds=True) for number in (1, 2, 3))
        work.mail.add([new(4, person="other", folds=True)])
        work.commit()
    one = sender(store, office.port, backoff=Backoff(0.2, 0.2, 0))
    one.run()
    with store.begin() as work:
        work.mail.add([new(5, person="p", folds=True)])
        work.commit()
    until_done(store, one)
    mine = [m for m in office.box.taken if m["To"] == "p@enonce.example"]
    texts = Counter((str(m["Message-ID"]), *m.get_content().split()) for m in mine)
    assert texts[("<1@enonce.example>", "1", "2", "3")] == 2
    assert sum(texts.values()) == 3
    assert states(store) == {"sent": 5}


def test_several_senders_at_once_send_each_mail_once(
    store: Store, rows: Callable[..., None], post_office: Callable[..., Office]
) -> None:
    office = post_office()
    rows(60)
    senders = [sender(store, office.port, lease=timedelta(minutes=5)) for _ in range(4)]
    threads = [threading.Thread(target=one.run) for one in senders]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Counter(Counter(office.box.ids).values()) == {1: 60}


@pytest.mark.slow
def test_400_mails_survive_20_kills_and_duplicates_share_their_message_id(
    tmp_path: Path, post_office: Callable[..., Office]
) -> None:
    office = post_office()
    path = tmp_path / "house.sqlite3"
    store = Store(path)
    with store.begin() as work:
        work.mail.add(new(number) for number in range(1, 401))
        work.commit()
    random = Random(20261123)
    office.box.replies = ["451 later", "250 OK", "hang"] * 10
    script = [sys.executable, "-m", "tests.desk.mail.sending", str(path), str(office.port)]
    for _ in range(20):
        child = subprocess.Popen(script, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert child.stdout
        assert child.stdout.readline() == "begins\n"
        seen = len(office.box.taken)
        more = random.randint(1, 15)
        last = time.monotonic() + 5
        while len(office.box.taken) < seen + more and child.poll() is None:
            assert time.monotonic() < last
            time.sleep(0.001)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
    until_done(store, sender(store, office.port), 120)
    counted = Counter(office.box.ids)
    assert set(counted) == {f"<{number}@enonce.example>" for number in range(1, 401)}
    doubles = sum(counted.values()) - 400
    assert doubles <= 30, counted
    assert states(store) == {"sent": 400}
    store.close()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(True, 0), True)
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "mail.pem", tmp_path / "mail.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


def message() -> EmailMessage:
    made = EmailMessage()
    made["To"], made["From"], made["Subject"] = "a@enonce.example", "b@enonce.example", "c"
    made.set_content("d")
    return made


def test_starttls_and_the_password_file_open_the_server_and_nothing_less_does(
    tmp_path: Path, certificate: tuple[Path, Path], post_office: Callable[..., Office]
) -> None:
    from aiosmtpd.smtp import AuthResult, LoginPassword

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, certificate))

    def judge(server: object, session: object, envelope: object, how: str, data: object) -> object:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=data == LoginPassword(b"house", b"secret"), handled=False)

    office = post_office(
        tls_context=context, require_starttls=True, authenticator=judge, auth_required=True
    )
    password = tmp_path / "password"
    password.write_text("secret\n")

    def tried(server: Server) -> Outcome:
        one = Smtp(server, "b@enonce.example")
        try:
            return one.send(message(), "a@enonce.example")
        finally:
            one.close()

    good = Server("127.0.0.1", office.port, Security.STARTTLS, "house", password, certificate[0])
    assert isinstance(tried(good), Sent)
    strange = Server("127.0.0.1", office.port, Security.STARTTLS, "house", password)
    assert isinstance(tried(strange), Trouble)
    password.write_text("wrong")
    refused = tried(good)
    assert isinstance(refused, Trouble)
    assert refused.said.startswith("535")
    with pytest.raises(PlainLoginError):
        Smtp(Server("127.0.0.1", office.port, Security.NONE, "house", password), "b@x.example")
    assert len(office.box.taken) == 1


def test_an_address_beyond_ascii_bounces_where_the_server_cannot(
    post_office: Callable[..., Office],
) -> None:
    office = post_office(enable_SMTPUTF8=False)
    one = Smtp(Server("127.0.0.1", office.port, Security.NONE), "b@enonce.example")
    made = message()
    assert isinstance(one.send(made, "hélène@enonce.example"), Bounced)
    assert isinstance(one.send(made, "a@enonce.example"), Sent)
    one.close()


def test_each_pause_is_longer_than_the_one_before_up_to_the_longest_and_never_twice_the_same() -> (
    None
):
    even = Backoff(60, 4 * 3600, 0)
    pauses = [even.after(tries).total_seconds() for tries in range(12)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[1], pauses[-1]) == (60, 120, 4 * 3600)
    assert even.after(10**6).total_seconds() == 4 * 3600
    assert len({Backoff().after(3) for _ in range(50)}) > 40
