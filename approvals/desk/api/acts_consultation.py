"""The acts of a consultation; its questionnaire, people and responses come as text in the body."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from approvals.consultation.life import Consultation
from approvals.desk.api import answers
from approvals.desk.api.act import Act, act
from approvals.desk.auth.guards.body import UPLOAD
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.ledger import Entry


@dataclass(frozen=True, slots=True)
class _One:
    consultation: str


@dataclass(frozen=True, slots=True)
class _Plan(_One):
    questionnaire: str


@dataclass(frozen=True, slots=True)
class _Open(_One):
    until: date
    open_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Invite(_One):
    people: str


@dataclass(frozen=True, slots=True)
class _Import(_One):
    responses: str
    name: str = "responses.csv"


def _own(seen: Seen, body: Any) -> Consultation:
    found = seen.desk.consulting.find(body.consultation)
    if found is None:
        raise GuardError("consultation:unknown", N_("There is no such consultation."))
    return found


def _plan(seen: Seen, key: str, body: Any) -> Entry:
    data = body.questionnaire.encode()
    return seen.desk.consulting.plan(body.consultation, data, by=seen.me, key=key)


def _open(seen: Seen, key: str, body: Any) -> Entry:
    own = _own(seen, body)
    return seen.desk.consulting.open(own.id, body.until, body.open_to, by=seen.me, key=key)


def _invite(seen: Seen, key: str, body: Any) -> Response:
    own = _own(seen, body)
    return _links(seen.desk.consulting.invite(own.id, body.people.encode(), by=seen.me, key=key))


def _remind(seen: Seen, key: str, body: Any) -> Response:
    return _links(seen.desk.consulting.remind(_own(seen, body).id, by=seen.me, key=key))


def _links(data: bytes) -> Response:
    """Give links once, as a CSV file; empty where they were given before."""
    return JSONResponse({"links": data.decode()})


def _import(seen: Seen, key: str, body: Any) -> Entry | Response:
    own = _own(seen, body)
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


def _end(name: str) -> Callable[[Seen, str, Any], Entry]:
    def carry(seen: Seen, key: str, body: Any) -> Entry:
        entry: Entry = getattr(seen.desk.consulting, name)(_own(seen, body).id, by=seen.me, key=key)
        return entry

    return carry


def _synthesise(seen: Seen, key: str, body: Any) -> Response:
    files = seen.desk.consulting.synthesis(_own(seen, body), by=seen.me, key=key)
    return JSONResponse(
        {"files": {name: base64.b64encode(data).decode() for name, data in files.items()}}
    )


LIST: Final[tuple[Act, ...]] = tuple(
    act(name, scope, says, kind, carry, house=True, **more)
    for name, scope, says, kind, carry, more in (
        ("plan-consultation", "submit", "Plan a consultation.", _Plan, _plan, {}),
        ("open-consultation", "submit", "Open it until a day.", _Open, _open, {}),
        ("invite", "submit", "Invite people; give links.", _Invite, _invite, {"other": True}),
        ("remind", "submit", "Give new links to the silent.", _One, _remind, {"other": True}),
        ("import-responses", "submit", "Take responses in.", _Import, _import, {"limits": UPLOAD}),
        ("close-consultation", "submit", "Close and count it.", _One, _end("close"), {}),
        ("erase-consultation", "submit|admin", "Erase single answers.", _One, _end("erase"), {}),
        ("synthesise", "submit", "Write the synthesis.", _One, _synthesise, {"other": True}),
    )
)
