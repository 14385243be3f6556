"""The acts of a consultation; its questionnaire, people and responses come as text in the body."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from approvals.desk.api import answers
from approvals.desk.api.act import Act, act
from approvals.desk.api.consulted import One, own_of
from approvals.desk.auth.guards.body import UPLOAD
from approvals.desk.seen import Seen
from approvals.ledger import Entry


@dataclass(frozen=True, slots=True)
class _Plan(One):
    questionnaire: str


@dataclass(frozen=True, slots=True)
class _Open(One):
    until: date
    open_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Invite(One):
    people: str


@dataclass(frozen=True, slots=True)
class _Forget(One):
    address: str


@dataclass(frozen=True, slots=True)
class _Import(One):
    responses: str
    name: str = "responses.csv"


def _plan(seen: Seen, key: str, body: Any) -> Entry:
    data = body.questionnaire.encode()
    return seen.desk.consulting.plan(body.consultation, data, by=seen.me, key=key)


def _open(seen: Seen, key: str, body: Any) -> Entry:
    own = own_of(seen, body)
    return seen.desk.consulting.open(own.id, body.until, body.open_to, by=seen.me, key=key)


def _invite(seen: Seen, key: str, body: Any) -> Response:
    own = own_of(seen, body)
    return _links(seen.desk.consulting.invite(own.id, body.people.encode(), by=seen.me, key=key))


def _remind(seen: Seen, key: str, body: Any) -> Response:
    return _links(seen.desk.consulting.remind(own_of(seen, body).id, by=seen.me, key=key))


def _links(data: bytes) -> Response:
    """Give links once, as a CSV file; empty where they were given before."""
    return JSONResponse({"links": data.decode()})


def _import(seen: Seen, key: str, body: Any) -> Entry | Response:
    own = own_of(seen, body)
    data = body.responses.encode()
    entry, reading = seen.desk.consulting.take(own.id, data, body.name, by=seen.me, key=key)
    if entry is not None:
        return entry
    said = seen.plural(
        "One cell of {file} is faulty. Nothing was taken.",
        "{n} cells of {file} are faulty. Nothing was taken.",
        len(reading.faults),
        file=body.name,
    )
    places = {f"{one.row}.{one.column}": seen.tr(one.message, **one.data) for one in reading.faults}
    return answers.error(422, "consultation:responses", said, places)


def _forget(seen: Seen, key: str, body: Any) -> Entry:
    own = own_of(seen, body)
    return seen.desk.consulting.forget(own.id, body.address, by=seen.me, key=key)


def _end(name: str) -> Callable[[Seen, str, Any], Entry]:
    def carry(seen: Seen, key: str, body: Any) -> Entry:
        entry: Entry = getattr(seen.desk.consulting, name)(
            own_of(seen, body).id, by=seen.me, key=key
        )
        return entry

    return carry


def _synthesise(seen: Seen, key: str, body: Any) -> Response:
    files = seen.desk.consulting.synthesis(own_of(seen, body), by=seen.me, key=key)
    return JSONResponse(
        {"files": {name: base64.b64encode(data).decode() for name, data in files.items()}}
    )


LIST: Final[tuple[Act, ...]] = tuple(
    act(name, scope, says, kind, carry, house=True, **more)
    for name, scope, says, kind, carry, more in (
        ("plan-consultation", "submit", "Plan a consultation.", _Plan, _plan, {}),
        ("open-consultation", "submit", "Open it until a day.", _Open, _open, {}),
        ("invite", "submit", "Invite people; give links.", _Invite, _invite, {"other": True}),
        ("remind", "submit", "Give new links to the silent.", One, _remind, {"other": True}),
        ("import-responses", "submit", "Take responses in.", _Import, _import, {"limits": UPLOAD}),
        ("close-consultation", "submit", "Close and count it.", One, _end("close"), {}),
        ("erase-consultation", "submit|admin", "Erase single answers.", One, _end("erase"), {}),
        ("erase-invitation", "submit|admin", "Erase one invitation.", _Forget, _forget, {}),
        ("synthesise", "submit", "Write the synthesis.", One, _synthesise, {"other": True}),
    )
)
