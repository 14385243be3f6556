"""The routes of the interface, and how a request becomes an act and an error becomes JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

import structlog
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from approvals.desk import unfinished
from approvals.desk.api import answers, document, looks
from approvals.desk.api.act import Act
from approvals.desk.api.acts import ACTS
from approvals.desk.api.looks_consultation import (
    coding,
    consultation,
    consultations,
    findings,
)
from approvals.desk.auth.guards.body import UPLOAD, Limits, admit
from approvals.desk.pages.consultations import SEES
from approvals.desk.routes import REFUSALS, Door, Page, see, status
from approvals.desk.rules import ANYBODY, DOSSIER, SIGNED_IN, Entrance, Rule, scoped
from approvals.desk.seen import Seen
from approvals.errors import N_
from approvals.ledger import Entry

log = structlog.get_logger("enonce.desk")

FILES: Final = "submit|translate|board|publish"
"""The scopes of the acts that name a file."""

_TURNED_AWAY: Final = {
    Entrance.SIGN_IN: (401, "token", N_("A valid token is needed: Authorization: Bearer …")),
    Entrance.FORBIDDEN: (403, "scope", N_("This token does not go so far.")),
    Entrance.UNKNOWN: (404, "unknown", N_("There is no such dossier.")),
}


def _route(
    path: str, handler: Page, rule: Rule, method: str = "GET", limits: Limits | None = None
) -> Door:
    async def endpoint(request: Request) -> Response:
        seen = see(request)
        turned_away = await run_in_threadpool(_at_the_door, seen, rule)
        if turned_away is not None:
            return turned_away
        if method == "POST":
            admit(request.scope, limits)
            seen.body = await request.body()
        return await run_in_threadpool(_answer, seen, handler)

    route = Door(path, endpoint, methods=[method], name=f"api {method} {path}")
    route.rule = rule
    return route


def _at_the_door(seen: Seen, rule: Rule) -> Response | None:
    entrance = rule.judge(seen)
    if entrance in _TURNED_AWAY:
        code, guard, message = _TURNED_AWAY[entrance]
        answer = answers.error(code, guard, seen.tr(message))
        if code == 401:
            answer.headers["WWW-Authenticate"] = 'Bearer realm="enonce"'
        return answer
    return None


def _answer(seen: Seen, handler: Page) -> Response:
    try:
        return handler(seen)
    except REFUSALS as fault:
        if status(fault) >= 500:
            log.error("database", exc_info=fault)
        message = seen.tr(fault.message, **fault.data)
        return answers.error(status(fault), answers.guard_of(fault), message, fault.data)


def bring(act: Act) -> Callable[[Seen], Response]:
    """Make the page of an act."""

    def handler(seen: Seen) -> Response:
        key = seen.request.headers.get("idempotency-key", "")
        if not 8 <= len(key) <= 100 or not key.isascii() or not key.isprintable() or " " in key:
            return answers.error(
                422,
                "key",
                seen.tr(N_("The header Idempotency-Key is missing or not of 8 to 100 signs.")),
            )
        kind = seen.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            return answers.error(415, "json", seen.tr(N_("Send JSON: application/json.")))
        try:
            said = json.loads(seen.body)
        except (ValueError, RecursionError):
            return answers.error(400, "json", seen.tr(N_("What was sent is no JSON.")))
        try:
            body = act.body.model_validate_json(seen.body)
        except ValidationError as fault:
            places = {
                ".".join(map(str, one["loc"])) or "body": one["msg"] for one in fault.errors()
            }
            code = 422 if isinstance(said, dict) else 400
            return answers.error(
                code, "body", seen.tr(N_("The body is not as the description says.")), places
            )
        entry = act.carry(seen, f"api:{seen.me}:{key}", body)
        if entry is None:
            return answers.error(
                422, "open", seen.tr(N_("Nothing was proposed: a sentence has no translation."))
            )
        return JSONResponse(answers.entry(entry)) if isinstance(entry, Entry) else entry

    return handler


def take(seen: Seen) -> Response:
    """Take a Word file that passes intake, for an act to name by its digest."""
    report = seen.desk.works.judge(seen.body, "file.docx")
    if not report.accepted:
        found = {
            f"{place}.{one.code}": seen.tr(one.message, **one.data)
            for place, one in enumerate(report.refusals, 1)
        }
        message = seen.tr(N_("The file was not taken in, and nothing was stored."))
        return answers.error(422, "intake", message, found)
    warned = [seen.tr(one.message, **one.data) for one in report.warnings]
    digest = seen.desk.house.vault.put(seen.body)
    unfinished.send(seen.desk.house.store, seen.me, digest, seen.now)
    return JSONResponse({"file": digest, "size": len(seen.body), "warnings": warned})


def routes() -> list[Door]:
    """Give every route of the interface."""
    found = [
        _route("/api/v1/openapi.json", document.document, ANYBODY),
        _route("/api/v1/files", take, scoped(FILES, SIGNED_IN), "POST", UPLOAD),
        _route("/api/v1/tasks", looks.tasks, scoped("read", SIGNED_IN)),
        _route("/api/v1/dossiers", looks.dossiers, scoped("read", SIGNED_IN)),
        _route("/api/v1/dossiers/{dossier}", looks.dossier, scoped("read", DOSSIER)),
        _route("/api/v1/dossiers/{dossier}/events", looks.events, scoped("read", DOSSIER)),
        _route("/api/v1/dossiers/{dossier}/findings", findings, scoped("read", DOSSIER)),
        _route("/api/v1/consultations", consultations, scoped("read", SEES)),
        _route("/api/v1/consultations/{consultation}", consultation, scoped("read", SEES)),
        _route(
            "/api/v1/consultations/{consultation}/coding/{question}",
            coding,
            scoped("read", SIGNED_IN),
        ),
        _route("/api/v1/people", looks.people, scoped("read", SIGNED_IN)),
        _route("/api/v1/head", looks.head, scoped("read", SIGNED_IN)),
    ]
    for act in ACTS.values():
        path = f"/api/v1/acts/{act.name}" if act.house else document.path(act.name)
        rule = scoped(act.scope, SIGNED_IN if act.house else DOSSIER)
        found.append(_route(path, bring(act), rule, "POST", act.limits))
    return found
