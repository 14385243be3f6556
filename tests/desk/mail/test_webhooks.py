"""Webhooks against a real receiver: signed, public facts alone, retried, never led astray."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from approvals.desk.mail import collect, webhooks
from approvals.desk.mail.outcomes import Bounced, Later, Sent
from approvals.desk.mail.timing import Backoff
from approvals.desk.mail.webhooks import Deliverer, Webhook
from approvals.standing import State
from approvals.store import Store
from tests.approvals.town import Town
from tests.desk.mail.conftest import NOW
from tests.desk.mail.test_collect import take_over

SECRET = b"a secret"


@dataclass
class Receiver:
    port: int = 0
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    seen = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.got.append((self.path, dict(self.headers.items()), body))
            status, headers = seen.answers.pop(0) if seen.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    seen.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield seen
    server.shutdown()
    server.server_close()
    thread.join()


def hook(port: int, **more: Any) -> Webhook:
    values: dict[str, Any] = {
        "name": "registry",
        "url": f"http://127.0.0.1:{port}/in?x=1",
        "secret": lambda: SECRET,
        "events": frozenset(),
        "private": True,
        **more,
    }
    return Webhook(**values)


def announced(store: Store, *hooks: Webhook, state: State = State.PUBLISHED) -> None:
    town = Town.at(state)
    take_over(town, store)
    collect.collect(
        store, town.clock.at, "x.example", lambda one, new: webhooks.announce(hooks, one, new)
    )


def deliverer(store: Store, *hooks: Webhook, **more: Any) -> Deliverer:
    named = {one.name: one for one in hooks}
    return Deliverer(store, named, lambda: datetime(2030, 1, 1, tzinfo=UTC), **more)


def test_each_event_comes_once_signed_over_time_and_body(store: Store, receiver: Receiver) -> None:
    one = hook(receiver.port)
    announced(store, one)
    count = deliverer(store, one).run()
    assert count == len(receiver.got) > 5
    for path, headers, body in receiver.got:
        assert path == "/in?x=1"
        stamp = headers[webhooks.TIMESTAMP]
        right = hmac.new(SECRET, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        assert headers[webhooks.SIGNATURE] == f"v1={right}"
        told = json.loads(body)
        assert headers[webhooks.EVENT] == told["event"]
        assert headers[webhooks.DELIVERY] == f"registry-{told['entry']}"
    assert len({headers[webhooks.DELIVERY] for _, headers, _ in receiver.got}) == count
    assert deliverer(store, one).run() == 0


def test_a_body_holds_no_person_no_note_and_no_vote(store: Store, receiver: Receiver) -> None:
    one = hook(receiver.port)
    announced(store, one)
    deliverer(store, one).run()
    for _, _, body in receiver.got:
        told = json.loads(body)
        assert set(told) == {"event", "dossier", "version", "entry", "hash", "time", "facts"}
        assert told["event"] in webhooks.EVENTS
        flat = json.dumps(told["facts"])
        for word in ("drafter", "chair", "note", '"by"', "choice", "holder"):
            assert word not in flat, (told["event"], word)


def test_a_webhook_hears_only_the_events_that_it_names(store: Store, receiver: Receiver) -> None:
    one = hook(receiver.port, events=frozenset({"Published", "ResultProclaimed"}))
    announced(store, one)
    assert deliverer(store, one).run() == 2
    assert [json.loads(body)["event"] for _, _, body in receiver.got] == [
        "ResultProclaimed",
        "Published",
    ]


def test_what_is_refused_is_tried_again_and_a_redirect_is_not_followed(
    store: Store, receiver: Receiver
) -> None:
    one = hook(receiver.port, events=frozenset({"Published"}))
    receiver.answers = [(503, {}), (302, {"Location": f"http://127.0.0.1:{receiver.port}/else"})]
    announced(store, one)
    working = deliverer(store, one, backoff=Backoff(0, 0, 0))
    assert working.run() == 1
    assert [path for path, _, _ in receiver.got] == ["/in?x=1"] * 3
    with store.read() as reader:
        [row] = reader.mail.deliveries()
    assert (row.state, row.tries, row.said) == ("sent", 3, "204 No Content")


def test_after_its_last_try_it_is_given_up_and_shown(store: Store, receiver: Receiver) -> None:
    one = hook(receiver.port, events=frozenset({"Published"}))
    receiver.answers = [(500, {})] * webhooks.TRIES
    announced(store, one)
    assert deliverer(store, one, backoff=Backoff(0, 0, 0)).run() == 0
    with store.read() as reader:
        [row] = reader.mail.deliveries(states=["failed"])
    assert row.tries == webhooks.TRIES
    assert row.said.startswith("500")


def test_a_webhook_that_the_settings_lost_is_said(store: Store) -> None:
    announced(store, hook(1, events=frozenset({"Published"})))
    deliverer(store).run()
    with store.read() as reader:
        [row] = reader.mail.deliveries()
    assert (row.state, row.said) == ("failed", "The settings name no such webhook any more.")


INSIDE = {
    "this machine": "127.0.0.1",
    "this machine by name": "localhost",
    "this machine in IPv6": "::1",
    "a private net": "10.1.2.3",
    "another private net": "192.168.1.1",
    "the cloud's own address": "169.254.169.254",
    "an IPv4 address in IPv6": "::ffff:127.0.0.1",
    "nowhere": "0.0.0.0",
    "a crowd": "224.0.0.1",
    "a number for this machine": "2130706433",
}


@pytest.mark.parametrize("host", INSIDE.values(), ids=INSIDE.keys())
def test_an_address_inside_is_refused_unless_it_is_allowed(host: str) -> None:
    with pytest.raises(webhooks.WebhookAddressError):
        webhooks.resolve(host, 443, private=False)
    assert webhooks.resolve(host, 443, private=True)


def test_a_refused_address_is_never_connected_to(receiver: Receiver) -> None:
    url = f"https://127.0.0.1:{receiver.port}/"
    said = webhooks.post(hook(receiver.port, url=url, private=False), "d", "E", b"{}", NOW)
    assert isinstance(said, Later)
    assert "private" in said.said
    assert receiver.got == []


def test_plain_http_is_for_private_nets_alone(receiver: Receiver) -> None:
    said = webhooks.post(hook(receiver.port, private=False), "d", "E", b"{}", NOW)
    assert isinstance(said, Bounced)
    assert receiver.got == []


def test_what_is_looked_up_is_what_is_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    known = webhooks.socket.getaddrinfo

    def once(host: str, *words: Any, **more: Any) -> Any:
        asked.append(host)
        return known("127.0.0.1" if host == "receiver.example" else host, *words, **more)

    monkeypatch.setattr(webhooks.socket, "getaddrinfo", once)
    one = hook(receiver.port, url=f"http://receiver.example:{receiver.port}/")
    assert isinstance(webhooks.post(one, "d", "E", b"{}", NOW), Sent)
    assert asked.count("receiver.example") == 1
    assert receiver.got[0][1]["Host"] == f"receiver.example:{receiver.port}"


def test_no_event_of_the_house_or_of_a_consultation_goes_out(
    store: Store, receiver: Receiver, rows: Callable[..., None]
) -> None:
    town = Town.at(State.PUBLISHED)
    found = list(webhooks.announce((hook(1),), "house", town.paper.entries))
    assert found == []
