"""Tells other systems what happened: signed requests through the same rows as mails.

A body holds the public facts of an event and nothing a person wrote or is: no note, no name, no
vote. It is signed with HMAC-SHA256 (RFC 2104) over the time and the body, so that a receiver can
tell that it is genuine and not an old one sent again. The address is looked up once and checked:
what is not reachable from everywhere (loopback, private nets) is refused unless the house allows
it, and the connection goes to the very address that was checked. Redirects are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import secrets
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import structlog

from approvals import codec
from approvals import events as ev
from approvals.canon import stamp
from approvals.desk.mail.outcomes import Bounced, Later, Outcome, Sent
from approvals.desk.mail.smtp import one_line
from approvals.desk.mail.timing import Backoff
from approvals.dossier import read
from approvals.errors import N_, ApprovalError
from approvals.ledger import Entry
from approvals.register import is_dossier
from approvals.store import Store
from approvals.store.mails import FAILED, SENT, WAITING, Delivery

TIMEOUT: Final = 15.0
TRIES: Final = 15
"""Tries after which a delivery is given up and shown: a day and more."""
LEASE: Final = timedelta(minutes=5)

SIGNATURE: Final = "Enonce-Signature"
TIMESTAMP: Final = "Enonce-Timestamp"
DELIVERY: Final = "Enonce-Delivery"
EVENT: Final = "Enonce-Event"

log = structlog.get_logger("enonce.webhooks")


class WebhookAddressError(ApprovalError):
    """A webhook's address cannot be used."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One receiver: where it is, what its requests are signed with, which events it hears."""

    name: str
    url: str
    secret: Callable[[], bytes]
    events: frozenset[str]
    """Names of events; empty for all that have public facts."""
    private: bool = False
    """Whether the address may be one of this machine or of a private net."""


def _proclaimed(event: ev.ResultProclaimed) -> dict[str, Any]:
    return {"outcome": event.outcome.value, "number": event.number, "on": event.on.isoformat()}


def _editions(editions: Sequence[ev.Edition]) -> list[dict[str, str]]:
    return [
        {"kind": one.kind.value, "language": one.language, "sha256": one.sealed} for one in editions
    ]


_FACTS: Final[Mapping[type, Callable[[Any], dict[str, Any]]]] = {
    ev.DossierOpened: lambda one: {"source": one.source, "target": one.target},
    ev.DraftSubmitted: lambda one: {"text": one.text},
    ev.PairAligned: lambda one: {"pair": one.pair},
    ev.ReviewOpened: lambda one: {"pair": one.pair, "rule": one.rule},
    ev.DecisionMade: lambda one: {"pair": one.pair, "step": one.step},
    ev.MeetingConvened: lambda one: {"when": stamp(one.when), "second_call": one.second_call},
    ev.MeetingRecalled: lambda one: {},
    ev.QuorumMissed: lambda one: {"counted": one.counted, "required": one.required},
    ev.BallotOpened: lambda one: {"pair": one.pair, "secret": one.secret},
    ev.ResultProclaimed: _proclaimed,
    ev.EditionsSealed: lambda one: {"editions": _editions(one.editions)},
    ev.Published: lambda one: {"editions": _editions(one.editions)},
    ev.Superseded: lambda one: {"successor": one.successor},
    ev.Withdrawn: lambda one: {},
    ev.ErratumPublished: lambda one: {"editions": _editions([one.edition])},
    ev.Abandoned: lambda one: {},
}

EVENTS: Final = frozenset(kind.__name__ for kind in _FACTS)
"""The events of which webhooks may hear."""


def announce(
    hooks: Sequence[Webhook], stream: str, entries: Sequence[Entry]
) -> Iterator[tuple[str, int, str]]:
    """Give what is to be delivered of new entries: webhook, entry, body."""
    if not hooks or not is_dossier(stream):
        return
    for entry in entries:
        if entry.type not in EVENTS:
            continue
        body = ""
        for hook in hooks:
            if not hook.events or entry.type in hook.events:
                body = body or _body(entry)
                yield hook.name, entry.sequence, body


def _body(entry: Entry) -> str:
    event: Any = codec.decode(entry.type, read(entry.payload))
    told = {
        "event": entry.type,
        "dossier": entry.stream,
        "version": entry.version,
        "entry": entry.sequence,
        "hash": entry.hash,
        "time": stamp(entry.time),
        "facts": _FACTS[type(event)](event),
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """Give the signature: ``v1=`` and HMAC-SHA256 in hexadecimal over time, full stop and body."""
    return f"v1={hmac.new(secret, timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def resolve(host: str, port: int, *, private: bool) -> list[tuple[int, str]]:
    """Look a host up; raise ``WebhookAddressError`` where any of its addresses is not allowed."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys((int(one[0]), str(one[4][0])) for one in found))
    for _, address in addresses:
        seen: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(
            address.partition("%")[0]
        )
        mapped = getattr(seen, "ipv4_mapped", None)
        seen = mapped or seen
        if (not seen.is_global or seen.is_multicast) and not private:
            raise WebhookAddressError(
                N_(
                    "The webhook’s host {host} is {address}, on this machine or a private net. "
                    "Set private = true for it where that is meant."
                ),
                host=host,
                address=address,
            )
    return addresses


class _Connection(http.client.HTTPConnection):
    """Goes to an address that was checked, and asks it for the host by name."""

    def __init__(self, host: str, port: int, addresses: list[tuple[int, str]], tls: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._addresses, self._tls = addresses, tls

    def connect(self) -> None:
        fault: OSError | None = None
        for _, address in self._addresses:
            try:
                self.sock = socket.create_connection((address, self.port), TIMEOUT)
            except OSError as failed:
                fault = failed
                continue
            if self._tls:
                context = ssl.create_default_context()
                self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
            return
        raise fault or OSError("no address")


def post(hook: Webhook, delivery: str, event: str, body: bytes, now: datetime) -> Outcome:
    """Send one signed request and say what became of it."""
    parts = urlsplit(hook.url)
    tls = parts.scheme == "https"
    if not parts.hostname or not (tls or (parts.scheme == "http" and hook.private)):
        return Bounced("https")
    connection: _Connection | None = None
    try:
        port = parts.port or (443 if tls else 80)
        addresses = resolve(parts.hostname, port, private=hook.private)
        connection = _Connection(parts.hostname, port, addresses, tls)
        timestamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "enonce",
            TIMESTAMP: timestamp,
            SIGNATURE: sign(hook.secret(), timestamp, body),
            DELIVERY: delivery,
            EVENT: event,
        }
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read(1024)
    except WebhookAddressError as refused:
        return Later(str(refused))
    except (OSError, ValueError, http.client.HTTPException) as fault:
        said = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
        return Later(one_line(said))
    finally:
        if connection is not None:
            connection.close()
    said = one_line(f"{answer.status} {answer.reason}")
    return Sent(said) if 200 <= answer.status < 300 else Later(said)


@dataclass(slots=True)
class Deliverer:
    """Delivers what is due to the webhooks of a house."""

    store: Store
    hooks: Mapping[str, Webhook]
    now: Callable[[], datetime]
    backoff: Backoff = field(default_factory=Backoff)
    lease: timedelta = LEASE
    stopping: Callable[[], bool] = lambda: False

    def run(self) -> int:
        """Deliver everything that is due and give how many were taken."""
        count = 0
        while not self.stopping():
            now, token = self.now(), secrets.token_hex(16)
            with self.store.begin() as work:
                row = work.mail.claim_delivery(now, now + self.lease, token)
                if row is None:
                    return count
                work.commit()
            outcome = self._deliver(row)
            count += isinstance(outcome, Sent)
            self._settle(row, token, outcome)
        return count

    def _deliver(self, row: Delivery) -> Outcome:
        hook = self.hooks.get(row.hook)
        if hook is None:
            return Bounced(N_("The settings name no such webhook any more."))
        body = row.body.encode()
        event = str(json.loads(row.body)["event"])
        return post(hook, f"{row.hook}-{row.sequence}", event, body, self.now())

    def _settle(self, row: Delivery, token: str, outcome: Outcome) -> None:
        now = self.now()
        due: datetime | None = None
        if isinstance(outcome, Sent):
            state = SENT
        elif isinstance(outcome, Later) and row.tries + 1 < TRIES:
            state, due = WAITING, now + self.backoff.after(row.tries)
        else:
            state = FAILED
            log.warning("given up", hook=row.hook, entry=row.sequence, said=outcome.said)
        with self.store.begin() as work:
            work.mail.settle_delivery(row.id, token, state, now=now, said=outcome.said, due=due)
            work.commit()
