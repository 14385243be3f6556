"""Findings of a consultation: what each rests on and where it led, orphans first; registering one.

What a finding rests on is ticked among the numbers that are shown, and counted by the house. Where
findings led is said of texts that the person may know of, and of no other.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from approvals.consultation.life import PREFIX, Consultation
from approvals.desk import resting
from approvals.desk.findings_ports import Rest
from approvals.desk.pages.consultations import MANAGES, SEES
from approvals.desk.pages.interviews import SCOPES, next_id
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.events import EvidenceKind
from approvals.handlers.consultation import ALLOWED, MANAGE
from approvals.names import Bilingual, Role


def findings(seen: Seen) -> Response:
    """List them."""
    own = seen.desk.consulting.find(seen.path("consultation"))
    if own is None:
        return refused(seen, 404, N_("There is no such page."))
    found = resting.found_in(seen, own)
    return seen.render(
        "findings.html",
        nav="consultations",
        own=own,
        form=seen.desk.consulting.form(own),
        found=found,
        orphans=sum(one.orphan for one in found),
        texts=resting.resting_on(seen, own),
        drafter=Role.DRAFTER in seen.roles,
        manage=bool(seen.roles & set(MANAGE)),
        may_find=_may_find(seen, own),
    )


def _may_find(seen: Seen, own: Consultation) -> bool:
    manage = bool(seen.roles & set(MANAGE))
    return manage and own.stage in ALLOWED["find"] and own.erased is None


def new(seen: Seen, refusal: str = "", code: int = 200) -> Response:
    """Offer the numbers and interviews on which one more finding may rest."""
    own = seen.desk.consulting.find(seen.path("consultation"))
    if own is None:
        return refused(seen, 404, N_("There is no such page."))
    if not _may_find(seen, own):
        return refused(
            seen,
            422,
            N_(
                "Findings are registered once the consultation is closed, and as long as its "
                "answers are kept."
            ),
        )
    held = seen.books.evaluation(PREFIX + own.id)
    form = seen.desk.consulting.form(own)
    return seen.render(
        "finding_new.html",
        code,
        nav="consultations",
        own=own,
        form=form,
        id=seen.said("id") or next_id("C", held.findings),
        publics=form.publics,
        grounds=seen.desk.findings.grounds(own),
        interviews=[one.registered for one in held.interviews.values() if not one.withdrawn],
        scopes=SCOPES,
        ticked=frozenset(seen.chosen("rests")),
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def register(seen: Seen) -> Response:
    """Register one; the house counts how many people it speaks of."""
    own = seen.desk.consulting.find(seen.path("consultation"))
    if own is None:
        return refused(seen, 404, N_("There is no such page."))
    try:
        text = Bilingual(seen.said("text_fr"), seen.said("text_en"))
        rests = read(seen.chosen("rests"))
        seen.desk.findings.register(own, seen.said("id"), text, rests, by=seen.me, key=seen.key)
    except REFUSALS as fault:
        return new(seen, seen.tr(fault.message, **fault.data), status(fault))
    return seen.go(f"/consultations/{own.id}/findings", done="finding-registered")


def read(ticked: Sequence[str]) -> list[Rest]:
    """Read the boxes that were ticked; those of single publics of one answer are one proof.

    A box is called ``interview:`` and its id, or ``answer:`` or ``theme:`` and the question, the
    code and the public, which is empty where everybody is meant.
    """
    found: list[Rest] = []
    publics: dict[tuple[EvidenceKind, str, str], list[str]] = {}
    for one in ticked:
        kind, *parts = one.split(":")
        if kind == EvidenceKind.INTERVIEW.value and len(parts) == 1:
            found.append(Rest(EvidenceKind.INTERVIEW, parts[0]))
        elif kind in (EvidenceKind.ANSWER.value, EvidenceKind.THEME.value) and len(parts) == 3:
            about, code, public = parts
            if public:
                publics.setdefault((EvidenceKind(kind), about, code), []).append(public)
            else:
                found.append(Rest(EvidenceKind(kind), about, code))
        else:
            raise GuardError(
                "finding:ticked", N_("What was ticked is not among the answers that were counted.")
            )
    return [*found, *(Rest(*place, tuple(named)) for place, named in publics.items())]


_AT: Final = "/consultations/{consultation}/findings"

ROUTES: Final = [
    page(_AT, findings, SEES),
    page(f"{_AT}/new", new, MANAGES),
    page(f"{_AT}/new", register, MANAGES, ["POST"]),
]
