"""Where the findings behind one text went: to paragraphs, chosen by their words, or to a reason.

A draft is handed over once none of them leads nowhere; the guard is ``handlers.findings``'.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from approvals import policy
from approvals.consultation.life import PREFIX, Consultation
from approvals.desk import resting, road, texts
from approvals.desk.pages.consultations import SEES
from approvals.desk.pages.dossier import said
from approvals.desk.resting import Led
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.rules import DOSSIER, Entrance
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.events import FindingRegistered
from approvals.handlers import findings as handlers
from approvals.names import ParagraphId, Role


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph with words: its number and what it says, the translation where there is one."""

    id: ParagraphId
    number: int
    source: str
    target: str
    findings: tuple[FindingRegistered, ...]
    """Those that shaped it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A consultation on which the text rests, and what its findings rest on."""

    own: Consultation
    evidence: Mapping[str, str]


def findings(seen: Seen, refusal: str = "", code: int = 200) -> Response:
    """Show where each finding went, those that lead nowhere first, and what shaped a paragraph."""
    it = seen.dossier
    found = resting.led(seen, it)
    drafter = Role.DRAFTER in seen.roles
    may_attach = drafter and it.state in policy.ALLOWED["attach"]
    return seen.render(
        "dossier_findings.html",
        code,
        nav="dossiers",
        road=road.of(it, said(seen, it)),
        it=it,
        found=sorted(found, key=lambda one: not one.place.orphan),
        orphans=sum(one.place.orphan for one in found),
        blocked=bool(resting.left(seen, it)),
        sources=_sources(seen, it),
        paragraphs=_paragraphs(seen, it, found) if found else [],
        may_place=drafter and it.state in policy.ALLOWED["waive-finding"],
        may_look=SEES.judge(seen) is Entrance.OPEN,
        may_attach=may_attach,
        others=_others(seen, it) if may_attach else [],
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def _sources(seen: Seen, it: Dossier) -> dict[str, Source]:
    found = {}
    for stream in it.consultations:
        own = seen.desk.consulting.find(stream.removeprefix(PREFIX))
        if own is not None:
            found[stream] = Source(own, seen.desk.findings.evidence(own, seen.language))
    return found


def _others(seen: Seen, it: Dossier) -> list[Consultation]:
    """Give the consultations on which the text does not rest yet, newest first."""
    every = reversed(seen.desk.consulting.every())
    return [one for one in every if PREFIX + one.id not in it.consultations]


def _paragraphs(seen: Seen, it: Dossier, found: Sequence[Led]) -> list[Words]:
    source = texts.of(seen, it.draft.version if it.draft else None)
    target = texts.of(seen, it.targets[-1].version if it.targets else None)
    return [
        Words(
            id,
            number,
            source[id],
            target.get(id, ""),
            tuple(one.place.finding for one in found if id in one.place.paragraphs),
        )
        for id, number in texts.numbers(it).items()
        if source.get(id) and id not in it.untranslatable
    ]


def attach(seen: Seen) -> Response:
    """Name a consultation that the text rests on."""
    it, chosen = seen.dossier, seen.said("consultation")
    try:
        if not chosen:
            raise GuardError("attach:which", N_("Choose the consultation that the text rests on."))
        command = handlers.AttachConsultation(
            dossier=it.id, by=seen.me, key=seen.key, consultation=PREFIX + chosen
        )
        handlers.attach_consultation(command, seen.desk.house.office)
    except REFUSALS as fault:
        return findings(seen, seen.tr(fault.message, **fault.data), status(fault))
    return seen.go(f"/dossiers/{it.id}/findings", done="consultation-attached")


def finding(seen: Seen, refusal: str = "", code: int = 200) -> Response:
    """Show one finding beside the paragraphs that it may have shaped."""
    it = seen.dossier
    stream, id = PREFIX + seen.path("consultation"), seen.path("finding")
    found = resting.led(seen, it)
    led = next(
        (
            one
            for one in found
            if (one.place.consultation, one.place.finding.finding) == (stream, id)
        ),
        None,
    )
    source = _sources(seen, it).get(stream)
    if led is None or source is None:
        return refused(seen, 404, N_("There is no such page."))
    paragraphs = _paragraphs(seen, it, found)
    typed = seen.request.method == "POST"
    drafter = Role.DRAFTER in seen.roles
    return seen.render(
        "finding_place.html",
        code,
        nav="dossiers",
        road=road.of(it, said(seen, it)),
        it=it,
        led_=led,
        source=source,
        paragraphs=paragraphs,
        both=any(one.target for one in paragraphs),
        chosen=frozenset(seen.chosen("paragraph")) if typed else frozenset(led.place.paragraphs),
        reason=seen.said("reason") if typed else led.reason,
        may_link=drafter and it.state in policy.ALLOWED["link-finding"] and bool(paragraphs),
        may_waive=drafter and it.state in policy.ALLOWED["waive-finding"],
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def _act(done: str, doing: Callable[[Seen, str, str], None]) -> Callable[[Seen], Response]:
    """Make the page of an act on one finding; a refusal is said beside what was typed."""

    def do(seen: Seen) -> Response:
        try:
            doing(seen, PREFIX + seen.path("consultation"), seen.path("finding"))
        except REFUSALS as fault:
            return finding(seen, seen.tr(fault.message, **fault.data), status(fault))
        return seen.go(f"/dossiers/{seen.dossier.id}/findings", done=done)

    return do


def _link(seen: Seen, consultation: str, finding: str) -> None:
    it, ticked = seen.dossier, frozenset(seen.chosen("paragraph"))
    if not ticked:
        raise GuardError("link-finding:none", N_("Tick at least one paragraph that it shaped."))
    paragraphs = tuple(one for one in texts.numbers(it) if one in ticked)
    if len(paragraphs) < len(ticked):
        raise GuardError(
            "link-finding:moved",
            N_(
                "A paragraph that you ticked is not in the draft any more. Look at the paragraphs "
                "as they stand and tick again."
            ),
        )
    command = handlers.LinkFinding(
        dossier=it.id,
        by=seen.me,
        key=seen.key,
        consultation=consultation,
        finding=finding,
        paragraphs=paragraphs,
    )
    handlers.link_finding(command, seen.desk.house.office)


def _waive(seen: Seen, consultation: str, finding: str) -> None:
    reason = seen.said("reason")
    if not reason:
        raise GuardError("waive-finding:why", N_("Write why it shaped no paragraph."))
    command = handlers.WaiveFinding(
        dossier=seen.dossier.id,
        by=seen.me,
        key=seen.key,
        consultation=consultation,
        finding=finding,
        reason=reason,
    )
    handlers.waive_finding(command, seen.desk.house.office)


_AT: Final = "/dossiers/{dossier}/findings"
_ONE: Final = f"{_AT}/{{consultation}}/{{finding}}"

ROUTES: Final = [
    page(_AT, findings, DOSSIER),
    page(_AT, attach, DOSSIER, ["POST"]),
    page(_ONE, finding, DOSSIER),
    page(f"{_ONE}/link", _act("finding-linked", _link), DOSSIER, ["POST"]),
    page(f"{_ONE}/waive", _act("finding-waived", _waive), DOSSIER, ["POST"]),
]
