"""Interviews of a consultation: who was heard, what they let be done with it, and its withdrawal.

Names and words are personal: only those who run the consultation see them here, and a consent that
is taken back erases them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.responses import Response

from approvals import events as ev
from approvals.consultation.life import PREFIX, Consultation
from approvals.desk.pages.consultations import MANAGES
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.evaluation import Evaluation
from approvals.handlers import evaluation as handlers
from approvals.names import Bilingual

SCOPES: Final[Mapping[ev.Scope, tuple[str, str]]] = {
    ev.Scope.ATTRIBUTABLE: (
        N_("Quoted under the name"),
        N_("what they said may be quoted with their name and capacity"),
    ),
    ev.Scope.CAPACITY: (
        N_("Quoted under the capacity"),
        N_("it may be quoted, and the name is shown nowhere"),
    ),
    ev.Scope.NOT_QUOTABLE: (
        N_("Not quoted"),
        N_("a finding may rest on it, and it is quoted nowhere"),
    ),
}
"""What a person may consent to: its name, and what it means."""

_ROOM: Final = 2
"""Points for which an empty form has room."""
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One interview as the page shows it; name and points are empty once they are erased."""

    registered: ev.InterviewRegistered
    withdrawn: bool
    name: str
    points: tuple[Bilingual, ...]
    findings: tuple[str, ...]
    """The findings that rest on it."""


def interviews(seen: Seen) -> Response:
    """List who was heard, and offer to register somebody."""
    own = seen.desk.consulting.find(seen.path("consultation"))
    if own is None:
        return refused(seen, 404, N_("There is no such page."))
    return _show(seen, own)


def _show(seen: Seen, own: Consultation, refusal: str = "", code: int = 200) -> Response:
    held = seen.books.evaluation(PREFIX + own.id)
    typed = _points(seen)
    room = max(_ROOM, len(typed) + (seen.said("act") == "more"))
    found = [_shown(seen, held, id) for id in held.interviews]
    return seen.render(
        "interviews.html",
        code,
        nav="consultations",
        own=own,
        form=seen.desk.consulting.form(own),
        found=found,
        heard=sum(not one.withdrawn for one in found),
        scopes=SCOPES,
        id=seen.said("id") or next_id("I", held.interviews),
        points=[*typed, *[Bilingual("", "")] * (room - len(typed))][:_MOST],
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def next_id(letter: str, taken: Iterable[str]) -> str:
    """Propose an id that nobody has taken: the letter, and a number behind those that there are."""
    numbers = [
        int(one[len(letter) :])
        for one in taken
        if one.startswith(letter) and one[len(letter) :].isdecimal() and len(one) < 8
    ]
    return f"{letter}{max(numbers, default=0) + 1}"


def _shown(seen: Seen, held: Evaluation, id: str) -> Shown:
    one, note = held.interviews[id], seen.desk.house.note
    told = one.registered
    points = (Bilingual(note(point.fr), note(point.en)) for point in told.points)
    return Shown(
        told,
        one.withdrawn,
        note(told.name),
        tuple(point for point in points if point.fr or point.en),
        tuple(
            finding.finding
            for finding in held.findings.values()
            for proof in finding.evidence
            if proof.kind is ev.EvidenceKind.INTERVIEW and proof.about == id
        ),
    )


def _points(seen: Seen) -> list[Bilingual]:
    """Read the points that were typed; one of which nothing was typed is none."""
    both = zip(seen.chosen("point_fr"), seen.chosen("point_en"), strict=False)
    return [Bilingual(fr.strip(), en.strip()) for fr, en in both if fr.strip() or en.strip()]


def _acted(seen: Seen, doing: Callable[[Seen, Consultation], str]) -> Response:
    """Do something to a consultation and say what was done; a refusal stays on the page."""
    own = seen.desk.consulting.find(seen.path("consultation"))
    if own is None:
        return refused(seen, 404, N_("There is no such page."))
    try:
        done = doing(seen, own)
    except REFUSALS as fault:
        return _show(seen, own, seen.tr(fault.message, **fault.data), status(fault))
    return seen.go(f"/consultations/{own.id}/interviews", done=done)


def register(seen: Seen) -> Response:
    """Register somebody who was heard; or give the form room for one more point."""
    if seen.said("act") == "more":
        return interviews(seen)
    return _acted(seen, _register)


def _register(seen: Seen, own: Consultation) -> str:
    capacity = Bilingual(seen.said("capacity_fr"), seen.said("capacity_en"))
    if not (capacity.fr and capacity.en):
        raise GuardError(
            "interview:capacity",
            N_("Say in which capacity the person was heard, in French and in English."),
        )
    on = _day(seen.said("on"))
    if on is None:
        raise GuardError("interview:when", N_("Choose the day of the interview."))
    scope = next((one for one in ev.Scope if one.value == seen.said("scope")), None)
    if scope is None:
        raise GuardError(
            "interview:scope", N_("Choose what the person lets be done with what they said.")
        )
    handlers.register_interview(
        handlers.RegisterInterview(
            dossier=PREFIX + own.id,
            by=seen.me,
            key=seen.key,
            interview=seen.said("id"),
            capacity=capacity,
            name=seen.said("name"),
            on=on,
            consented=_day(seen.said("consented")),
            scope=scope,
            points=tuple(_points(seen)),
        ),
        seen.desk.house.office,
    )
    return "interview-registered"


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def withdraw(seen: Seen) -> Response:
    """Take a consent back: the name and the words are erased."""
    return _acted(seen, _withdraw)


def _withdraw(seen: Seen, own: Consultation) -> str:
    handlers.withdraw_consent(
        handlers.WithdrawConsent(
            dossier=PREFIX + own.id,
            by=seen.me,
            key=seen.key,
            interview=seen.path("interview"),
        ),
        seen.desk.house.office,
    )
    return "consent-withdrawn"


_AT: Final = "/consultations/{consultation}/interviews"

ROUTES: Final = [
    page(_AT, interviews, MANAGES),
    page(_AT, register, MANAGES, ["POST"]),
    page(f"{_AT}/{{interview}}/withdraw", withdraw, MANAGES, ["POST"]),
]
