"""The acts by which the house is kept: rule files, consent, glossary, memory, mail sent again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from approvals import events as ev
from approvals.desk.api import answers
from approvals.desk.api.act import Act, act
from approvals.desk.auth.guards.body import UPLOAD
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.ledger import Entry
from approvals.names import PersonId, Role
from approvals.sight import may_see
from locales.glossary import Status, Term

WORDS: Final = "translate|admin"
"""The scopes of glossary and memory: of revisers, and of administrators."""


@dataclass(frozen=True, slots=True)
class _Try:
    circuit: str
    tried_on: str


@dataclass(frozen=True, slots=True)
class _Adopt:
    text: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class _Allow:
    engine: str
    provider: str
    levels: tuple[ev.Confidentiality, ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    fr: str = ""
    en: str = ""
    status: Status = Status.PREFERRED
    forms_fr: tuple[str, ...] = ()
    forms_en: tuple[str, ...] = ()
    note: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class _Drop:
    term: str


@dataclass(frozen=True, slots=True)
class _Import:
    glossary: str
    name: str = "glossary.csv"
    join: bool = False


@dataclass(frozen=True, slots=True)
class _Offer:
    unit: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class _Again:
    person: PersonId


def _try(seen: Seen, key: str, body: Any) -> Response:
    _administrator(seen)
    found = seen.books.dossier(body.tried_on)
    if found is None or not may_see(found, seen.me, seen.register):
        raise GuardError("try:dossier", N_("Choose a text that was reviewed to try it on."))
    trial, _ = seen.desk.care.attempt(body.circuit, body.tried_on)
    return JSONResponse(
        {
            "rule": trial.rule,
            "tried": trial.tried,
            "complete": trial.complete,
            "steps": [
                {
                    "step": one.step.id,
                    "deciders": list(one.deciders),
                    "opened": one.opened.isoformat() if one.opened else None,
                    "last": one.last.isoformat() if one.last else None,
                    "status": one.status.value,
                    "taken": [
                        {"at": said.at.isoformat(), "by": said.by, "decision": said.decision.value}
                        for said in one.taken
                    ],
                }
                for one in trial.steps
            ],
            "differences": [
                {"at": one.at.isoformat(), "message": seen.tr(one.message, **one.data)}
                for one in trial.differences
            ],
        }
    )


def _administrator(seen: Seen) -> None:
    """Ask for the role where nothing is brought to a handler that would."""
    seen.register.require(seen.me, "keep", Role.ADMINISTRATOR)


def _adopt(kind: ev.RuleKind) -> Any:
    def carry(seen: Seen, key: str, body: Any) -> Entry:
        return seen.desk.care.adopt(kind, body.text, body.file, by=seen.me, key=key)

    return carry


def _allow(seen: Seen, key: str, body: Any) -> Entry:
    care = seen.desk.care
    if body.engine not in {one.name for one in care.engines()}:
        raise GuardError("consent:engine", N_("There is no engine of that name."))
    return care.allow(body.engine, body.levels, body.provider, by=seen.me, key=key)


def _change(seen: Seen, key: str, body: Any) -> Entry:
    term = Term(body.fr, body.en, body.status, body.forms_fr, body.forms_en, body.note)
    return seen.desk.care.change_term(term, body.before, by=seen.me, key=key)


def _drop(seen: Seen, key: str, body: Any) -> Entry:
    return seen.desk.care.drop_term(body.term, by=seen.me, key=key)


def _import(seen: Seen, key: str, body: Any) -> Entry:
    data = body.glossary.encode()
    care = seen.desk.care
    return care.take_glossary(data, body.name, join=body.join, by=seen.me, key=key)[0]


def _offer(seen: Seen, key: str, body: Any) -> Response:
    care = seen.desk.care
    done = care.offer_unit(body.unit, again=body.again, by=seen.me, key=key)
    return JSONResponse({"changed": done})


def _again(seen: Seen, key: str, body: Any) -> Response:
    _administrator(seen)
    if body.person not in seen.books.contacts:
        return answers.error(422, "person", seen.tr(N_("There is no such person.")))
    return JSONResponse({"mails": seen.desk.care.send_again(body.person)})


LIST: Final[tuple[Act, ...]] = tuple(
    act(name, scope, says, kind, carry, house=True, **more)
    for name, scope, says, kind, carry, more in (
        ("try-circuit", "admin", "Try a circuit; write nothing.", _Try, _try, {"other": True}),
        ("adopt-circuit", "admin", "Adopt it.", _Adopt, _adopt(ev.RuleKind.CIRCUIT), {}),
        ("adopt-board", "admin", "Adopt a board file.", _Adopt, _adopt(ev.RuleKind.BOARD), {}),
        ("allow-engine", "admin", "Say what it may be sent.", _Allow, _allow, {}),
        ("change-term", WORDS, "Add or change a term.", _Change, _change, {}),
        ("drop-term", WORDS, "Take a term out.", _Drop, _drop, {}),
        ("import-glossary", WORDS, "Take a file in.", _Import, _import, {"limits": UPLOAD}),
        ("offer-unit", WORDS, "Retire or revive a unit.", _Offer, _offer, {"other": True}),
        ("send-again", "admin", "Send what did not arrive.", _Again, _again, {"other": True}),
    )
)
