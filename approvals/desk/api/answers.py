"""What the interface gives back: dossiers, entries, people and errors as JSON objects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

from approvals.desk import resting
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import GuardError
from approvals.ledger import Entry
from approvals.standing import State, StepStatus
from approvals.todo import Task


def entry(one: Entry) -> dict[str, Any]:
    """Give a ledger entry, its payload as an object."""
    return {
        "sequence": one.sequence,
        "dossier": one.stream,
        "version": one.version,
        "type": one.type,
        "payload": json.loads(one.payload),
        "time": one.time.isoformat(),
        "previous": one.previous,
        "hash": one.hash,
    }


def summary(it: Dossier, seen: Seen) -> dict[str, Any]:
    """Give a dossier as a list shows it."""
    waiting = resting.waiting_on(seen, it)
    opened = it.opened
    return {
        "dossier": it.id,
        "title": {"fr": opened.title.fr, "en": opened.title.en} if opened else None,
        "state": it.state.value,
        "version": it.version,
        "since": it.since.isoformat() if it.since else None,
        "pair": it.pair,
        "waiting": seen.tr(waiting.message, **waiting.data),
        "next": waiting.act,
    }


def dossier(it: Dossier, seen: Seen) -> dict[str, Any]:
    """Give a dossier in full."""
    steps = it.circuit.steps if it.circuit else ()
    return {
        **summary(it, seen),
        "paragraphs": [
            {"id": one.id, "number": number, "digest": one.digest}
            for number, one in enumerate(it.draft.paragraphs if it.draft else (), 1)
        ],
        "steps": [
            {
                "step": step.id,
                "status": it.status(step.id).value,
                "required": step.required,
                "deciders": list(it.deciders(step)),
                "approved": [one for one in it.deciders(step) if it.approved(step.id, one)],
                "missing": {
                    one: list(it.missing(step.id, one))
                    for one in it.deciders(step)
                    if it.state is State.IN_REVIEW and it.status(step.id) is StepStatus.OPEN
                },
            }
            for step in steps
        ],
        "points": [
            {"point": one.sequence, "step": one.step, "paragraphs": list(one.paragraphs)}
            for one in it.open_points
        ],
        "remarks": [
            {
                "remark": id,
                "paragraph": one.made.paragraph,
                "language": one.made.language,
                "by": one.made.by,
                "closed": one.closed_by is not None,
            }
            for id, one in it.remarks.items()
        ],
        "number": it.result.number if it.result else None,
        "published": it.published_at.isoformat() if it.published_at else None,
        "superseded_by": it.superseded_by,
    }


def task(one: Task) -> dict[str, Any]:
    """Give a line of the to-do list."""
    return {
        "dossier": one.summary.dossier,
        "act": one.act,
        "step": one.step,
        "last": one.last.isoformat() if one.last else None,
        "for": one.behalf,
    }


def error(
    status: int, guard: str, message: str, data: Mapping[str, object] | None = None
) -> JSONResponse:
    """Say a refusal: which guard, the sentence in the language of the request, and its fields."""
    plain = {name: str(value) for name, value in (data or {}).items()}
    body = {"error": {"guard": guard, "message": message, "data": plain}}
    return JSONResponse(body, status_code=status)


def guard_of(fault: Exception) -> str:
    """Give the name of the guard that refused."""
    return fault.guard if isinstance(fault, GuardError) else type(fault).__name__
