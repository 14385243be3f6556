"""One dossier: where it stands, the next act, the text, what happened, the documents."""

from __future__ import annotations

import secrets
from typing import Any, Final

from starlette.responses import Response

from approvals import policy, todo, voiding
from approvals.circuits import Circuit
from approvals.desk import resting, road, story, texts, words, working
from approvals.desk.acts import ACTS
from approvals.desk.pages import exports
from approvals.desk.routes import page
from approvals.desk.rules import DOSSIER
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.handlers import drafts
from approvals.handlers.base import WithReason
from approvals.names import Role
from approvals.standing import State, StepStatus

_REVIEWED: Final = frozenset({State.ALIGNED, State.IN_REVIEW, State.CHANGES_REQUESTED})
"""Where it still matters whose approvals fell."""

LINES: Final = 12
"""Events that are shown before somebody asks for all of them."""


def dossier(seen: Seen) -> Response:
    """Show it."""
    it = seen.dossier
    mine = [one for one in seen.desk.works.tasks(seen.me) if one.summary.dossier == it.id]
    act = ACTS.get(mine[0].act) if mine else None
    found = resting.led(seen, it)
    lines = story.of(seen, it, None if seen.query("all") else LINES)
    opened = it.opened
    return seen.render(
        "dossier.html",
        nav="dossiers",
        road=road.of(it, said(seen, it), full=True),
        working=working.of(seen, it),
        it=it,
        waiting=story.expected(seen, it),
        act=act,
        href=_href(it, mine),
        fell=[seen.tr(message, **data) for message, data in voiding.sentences(it)]
        if it.state in _REVIEWED
        else [],
        people=_people(seen, it),
        editions=_editions(seen, it),
        lines=lines,
        older=len(seen.books.entries(it.id)) - sum(line.events for line in lines),
        events=len(seen.books.entries(it.id)),
        tip=seen.books.tip,
        key=secrets.token_hex(8),
        may=_may(seen, it),
        circuits=_circuits(seen, it),
        opened=opened,
        exports=exports.offered(it),
        behind=len(found),
        orphans=sum(one.place.orphan for one in found),
    )


def work(seen: Seen) -> Response:
    """Show what the house is doing for it just now, as a piece of a page; empty when it is done."""
    return seen.render("working.html", working=working.of(seen, seen.dossier))


def said(seen: Seen, it: Dossier) -> dict[int, list[str]]:
    """Say under each station what there is to say of it."""
    found: dict[int, list[str]] = {}
    if it.drafts:
        found[1] = [seen.tr(N_("version {number}"), number=len(it.drafts))]
    pairs = policy.translatable(it)
    certified = sum(one.certified_by is not None for one in pairs.values())
    if it.aligned:
        found[2] = [seen.tr(N_("certified"))]
    elif pairs:
        found[2] = [seen.tr(N_("{done} of {all} certified"), done=certified, all=len(pairs))]
    if it.circuit is not None:
        statuses = it.statuses()
        approved = sum(
            one in (StepStatus.APPROVED, StepStatus.NO_OPINION) for one in statuses.values()
        )
        said = seen.plural("{n} of {all} steps", "{n} of {all} steps", approved, all=len(statuses))
        found[3] = [said]
    if it.meeting is not None:
        found[4] = [words.lately(it.meeting.called.when, seen.now, seen.language)]
    if it.result is not None and it.result.number:
        found[4] = [seen.tr(N_("resolution {number}"), number=it.result.number)]
    if it.published_at is not None:
        found[6] = [words.lately(it.published_at, seen.now, seen.language)]
    return found


def _href(it: Dossier, mine: list[todo.Task]) -> str:
    if not mine or mine[0].act not in ACTS:
        return ""
    page_ = ACTS[mine[0].act].page
    return f"/dossiers/{it.id}/{page_}" if page_ else ""


def _people(seen: Seen, it: Dossier) -> list[dict[str, Any]]:
    """Say of each decider of an open review how they stand."""
    rows: list[dict[str, Any]] = []
    for step in it.circuit.steps if it.circuit and it.state is State.IN_REVIEW else ():
        status = it.status(step.id)
        for person in it.deciders(step):
            fell = it.lost.get((step.id, person))
            if it.approved(step.id, person):
                mark = ("ok", "ok", N_("Approved"))
            elif status is StepStatus.WAITING:
                mark = ("mute", "wait", N_("Comes later"))
            elif fell:
                mark = ("warn", "fell", N_("Approval fell"))
            elif (step.id, person) in it.abstained:
                mark = ("mute", "abst", N_("Abstained"))
            else:
                mark = ("mute", "wait", N_("Asked"))
            rows.append(
                {
                    "name": seen.name(person),
                    "step": step.title,
                    "mark": mark,
                    "last": policy.deadline(it, step),
                    "silence": step.at_deadline,
                }
            )
    return rows


def _editions(seen: Seen, it: Dossier) -> list[dict[str, Any]]:
    """Give both languages' beginning, with the digest that people approve."""
    if it.opened is None or it.draft is None:
        return []
    found = {it.opened.source: (it.draft.version, it.draft.text)}
    if it.targets:
        found[it.opened.target] = (it.targets[-1].version, it.targets[-1].text)
    return [
        {
            "language": language,
            "first": texts.first(texts.of(seen, version)),
            "digest": text,
            "authoritative": language == it.opened.authoritative,
            "stale": language == it.opened.target and not it.aligned,
        }
        for language in ("fr", "en")
        for version, text in [found.get(language, (None, None))]  # type: ignore[call-overload]
        if version is not None
    ]


def _may(seen: Seen, it: Dossier) -> dict[str, bool]:
    drafter = Role.DRAFTER in seen.roles
    return {
        "translate": drafter
        and it.state in policy.ALLOWED["translate"]
        and not resting.left(seen, it),
        "attach": drafter and it.state in policy.ALLOWED["attach"],
        "review": drafter and it.state in policy.ALLOWED["review"],
        "submit": drafter and it.state in policy.ALLOWED["submit"],
        "abandon": bool(seen.roles & {Role.DRAFTER, Role.SECRETARY})
        and it.state in policy.ALLOWED["abandon"],
    }


def _circuits(seen: Seen, it: Dossier) -> list[Circuit]:
    if it.state is not State.ALIGNED or Role.DRAFTER not in seen.roles:
        return []
    return [it.circuit] if it.circuit else list(seen.desk.works.circuits())


def translate(seen: Seen) -> Response:
    """Hand the draft over to the translators."""
    seen.desk.works.request_translation(seen.dossier, by=seen.me, key=seen.key)
    return seen.go(f"/dossiers/{seen.dossier.id}", done="translating")


def review(seen: Seen) -> Response:
    """Open the review under the circuit that was chosen."""
    known = {one.id: one for one in _circuits(seen, seen.dossier)}
    circuit = known.get(seen.said("circuit")) or (
        next(iter(known.values())) if len(known) == 1 else None
    )
    if circuit is None:
        raise GuardError("review:circuit", N_("Choose the circuit under which the review opens."))
    seen.desk.works.open_review(seen.dossier, circuit, by=seen.me, key=seen.key)
    return seen.go(f"/dossiers/{seen.dossier.id}", done="review")


def abandon(seen: Seen) -> Response:
    """Give the text up."""
    command = WithReason(
        dossier=seen.dossier.id, by=seen.me, key=seen.key, reason=seen.said("reason")
    )
    drafts.abandon(command, seen.desk.house.office)
    return seen.go(f"/dossiers/{seen.dossier.id}", done="abandoned")


ROUTES: Final = [
    page("/dossiers/{dossier}", dossier, DOSSIER),
    page("/dossiers/{dossier}/work", work, DOSSIER),
    page("/dossiers/{dossier}/translate", translate, DOSSIER, ["POST"]),
    page("/dossiers/{dossier}/review", review, DOSSIER, ["POST"]),
    page("/dossiers/{dossier}/abandon", abandon, DOSSIER, ["POST"]),
]
