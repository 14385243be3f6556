"""Consultations: planned, open and closed; who has answered by public; what they answered.

Nothing here shows a single answer. The figures come with the close, small numbers hidden.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from starlette.responses import Response

from approvals.consultation.life import PREFIX, Consultation, Stage
from approvals.consultation.responses import Reading
from approvals.desk import resting, working
from approvals.desk.auth.guards.body import UPLOAD
from approvals.desk.pages.files import attached
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.rules import has
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.handlers import consultation as handlers
from approvals.names import Role

MANAGES: Final = has(*handlers.MANAGE)
SEES: Final = has(*handlers.MANAGE, Role.ADMINISTRATOR, Role.CHAIR, Role.MEMBER)
_SHOWN: Final = 20
"""Faults of a file that are listed."""


def consultations(seen: Seen, refusal: str = "", code: int = 200) -> Response:
    """List them, newest first."""
    found = list(reversed(seen.desk.consulting.every()))
    return seen.render(
        "consultations.html",
        code,
        nav="consultations",
        found=[(one, sum(seen.desk.consulting.came(one).values())) for one in found],
        stages=handlers.STAGES,
        may=seen.roles & set(handlers.MANAGE),
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def plan(seen: Seen) -> Response:
    """Plan one with a questionnaire."""
    upload = seen.upload("file")
    try:
        if upload is None:
            raise GuardError("consultation:file", N_("Choose a questionnaire file."))
        id = seen.said("id")
        seen.desk.consulting.plan(id, upload.file.read(), by=seen.me, key=seen.key)
    except REFUSALS as fault:
        return consultations(seen, seen.tr(fault.message, **fault.data), status(fault))
    return seen.go(f"/consultations/{id}", done="planned")


def consultation(
    seen: Seen, refusal: str = "", code: int = 200, reading: Reading | None = None
) -> Response:
    """Show how one goes: by public how many were invited and how many answered, and no person."""
    own = _own(seen)
    if own is None:
        return refused(seen, 404, N_("There is no such page."))
    form = seen.desk.consulting.form(own)
    came = seen.desk.consulting.came(own) if own.opened is not None else {}
    manage = bool(seen.roles & set(handlers.MANAGE))
    return seen.render(
        "consultation.html",
        code,
        nav="consultations",
        own=own,
        form=form,
        stage=handlers.STAGES[own.stage],
        publics=[(one, own.invited.get(one.id, 0), came.get(one.id, 0)) for one in form.publics],
        total=sum(came.values()),
        may={
            "open": manage and own.stage is Stage.PLANNED,
            "invite": manage and own.stage is Stage.OPEN,
            "close": manage and own.stage is Stage.OPEN,
            "erase": Role.ADMINISTRATOR in seen.roles
            and own.closed is not None
            and own.erased is None,
        },
        results=seen.desk.consulting.results(own, seen.language),
        found=resting.found_in(seen, own),
        drafter=Role.DRAFTER in seen.roles,
        faults=reading.faults[:_SHOWN] if reading else (),
        more=max(0, len(reading.faults) - _SHOWN) if reading else 0,
        manage=manage,
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def _own(seen: Seen) -> Consultation | None:
    return seen.desk.consulting.find(seen.path("consultation"))


def _act(name: str, doing: Callable[[Seen, str], Response | None]) -> Callable[[Seen], Response]:
    """Make the page of an act; a refusal is said on the same page, what was typed kept."""

    def do(seen: Seen) -> Response:
        own = _own(seen)
        if own is None:
            return refused(seen, 404, N_("There is no such page."))
        try:
            answer = doing(seen, own.id)
        except REFUSALS as fault:
            return consultation(seen, seen.tr(fault.message, **fault.data), status(fault))
        return answer or seen.go(f"/consultations/{own.id}", done=f"consultation-{name}")

    return do


def _open(seen: Seen, id: str) -> None:
    try:
        until = date.fromisoformat(seen.said("until"))
    except ValueError as fault:
        raise GuardError("consultation:until", N_("Choose the last day for answers.")) from fault
    seen.desk.consulting.open(id, until, seen.chosen("open_to"), by=seen.me, key=seen.key)


def _invite(seen: Seen, id: str) -> Response:
    upload = seen.upload("file")
    if upload is None:
        raise GuardError(
            "consultation:people", N_("Choose a CSV file with address, public and language.")
        )
    return _links(
        seen, id, seen.desk.consulting.invite(id, upload.file.read(), by=seen.me, key=seen.key)
    )


def _remind(seen: Seen, id: str) -> Response:
    return _links(seen, id, seen.desk.consulting.remind(id, by=seen.me, key=seen.key))


def _links(seen: Seen, id: str, data: bytes) -> Response:
    if not data:
        raise GuardError(
            "consultation:links",
            N_(
                "There is nobody to write to, or this was done before: links are not kept and are "
                "given once."
            ),
        )
    return attached(data, f"{id}.links.csv", "text/csv; charset=utf-8")


def _import(seen: Seen, id: str) -> Response | None:
    upload = seen.upload("file")
    if upload is None:
        raise GuardError("consultation:responses", N_("Choose a file of responses."))
    name = upload.filename or "responses.csv"
    entry, reading = seen.desk.consulting.take(
        id, upload.file.read(), name, by=seen.me, key=seen.key
    )
    if entry is None:
        sentence = seen.plural(
            "One cell of {file} is faulty. Nothing was taken.",
            "{n} cells of {file} are faulty. Nothing was taken.",
            len(reading.faults),
            file=name,
        )
        return consultation(seen, sentence, 422, reading)
    return None


def _close(seen: Seen, id: str) -> None:
    seen.desk.consulting.close(id, by=seen.me, key=seen.key)


def _erase(seen: Seen, id: str) -> None:
    seen.desk.consulting.erase(id, by=seen.me, key=seen.key)


def work(seen: Seen) -> Response:
    """Show how far a file of responses is that is being taken in; empty when none is."""
    own = _own(seen)
    if own is None:
        return refused(seen, 404, N_("There is no such page."))
    look = f"/consultations/{own.id}/work"
    stream = PREFIX + own.id
    return seen.render("working.html", working=working.taking_in(seen, stream, look))


def synthesis(seen: Seen) -> Response:
    """Write the synthesis and hand out one of its files; its digests are recorded."""
    own = _own(seen)
    if own is None:
        return refused(seen, 404, N_("There is no such page."))
    try:
        files = seen.desk.consulting.synthesis(own, by=seen.me, key=seen.key)
    except REFUSALS as fault:
        return consultation(seen, seen.tr(fault.message, **fault.data), status(fault))
    wanted = seen.said("file")
    name = next((one for one in files if one.endswith(wanted) and wanted), "")
    if not name:
        return consultation(seen, seen.tr(N_("Choose which file you want.")), 422)
    kinds = {".html": "text/html; charset=utf-8", ".json": "application/json"}
    kind = next((kind for ending, kind in kinds.items() if name.endswith(ending)), None)
    return attached(files[name], name, kind) if kind else attached(files[name], name)


_ACTS: Final[Mapping[str, Callable[[Seen, str], Response | None]]] = {
    "open": _open,
    "invite": _invite,
    "remind": _remind,
    "import": _import,
    "close": _close,
}

ROUTES: Final = [
    page("/consultations", consultations, SEES),
    page("/consultations", plan, MANAGES, ["POST"], UPLOAD),
    page("/consultations/{consultation}", consultation, SEES),
    page("/consultations/{consultation}/work", work, SEES),
    page("/consultations/{consultation}/synthesis", synthesis, MANAGES, ["POST"]),
    page(
        "/consultations/{consultation}/erase",
        _act("erase", _erase),
        has(Role.ADMINISTRATOR),
        ["POST"],
    ),
    *(
        page(
            f"/consultations/{{consultation}}/{name}",
            _act(name, doing),
            MANAGES,
            ["POST"],
            UPLOAD if name in ("invite", "import") else None,
        )
        for name, doing in _ACTS.items()
    ),
]
