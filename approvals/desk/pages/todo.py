"""What waits for the person, the most pressing first, and what waits for others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.responses import Response

from approvals import workdays
from approvals.desk import road, story
from approvals.desk.acts import ACTS, Act
from approvals.desk.pages.admin import calling
from approvals.desk.routes import page
from approvals.desk.rules import SIGNED_IN
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_
from approvals.names import Role
from approvals.sight import may_see
from approvals.standing import State
from approvals.todo import Task

LAST: Final = 5
"""Of one's own acts, how many are shown."""

_OVER: Final = frozenset(
    {State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN, State.ABANDONED, State.EMBARGOED}
)


@dataclass(frozen=True, slots=True)
class Due:
    """One line of the list: the task, its words, and how long is left in working days."""

    task: Task
    act: Act
    dossier: Dossier
    href: str
    left: int | None


def todo(seen: Seen) -> Response:
    """Show the list."""
    tasks = [one for one in seen.desk.works.tasks(seen.me) if one.act in ACTS]
    mine = [due for one in tasks if (due := _due(seen, one)) is not None]
    asked = {one.dossier.id for one in mine}
    visible = [one for one in seen.books.dossiers() if may_see(one, seen.me, seen.register)]
    others = [
        (one, story.expected(seen, one))
        for one in visible
        if one.id not in asked and one.state not in _OVER
    ]
    sheets = seen.desk.coding.waiting(seen.me)
    calls = list(calling(seen)) if Role.ADMINISTRATOR in seen.roles else []
    return seen.render(
        "todo.html",
        nav="todo",
        road=road.of_all(visible, tasks),
        mine=mine,
        others=others,
        lines=_own(seen, visible),
        title=_title(seen, len(mine) + len(sheets) + bool(calls)),
        calls=calls,
        sheets=sheets,
    )


def _title(seen: Seen, count: int) -> str:
    if not count:
        return seen.tr(N_("Nothing waits for you"))
    return seen.plural("One act waits for you", "{n} acts wait for you", count)


def _due(seen: Seen, task: Task) -> Due | None:
    dossier = seen.books.dossier(task.summary.dossier)
    if dossier is None:
        return None
    act = ACTS[task.act]
    href = f"/dossiers/{dossier.id}/{act.page}".rstrip("/")
    if task.step:
        href += f"?step={task.step}" + (f"&for={task.behalf}" if task.behalf else "")
    today = workdays.day(seen.now)
    return Due(task, act, dossier, href, _left(today, task.last) if task.last else None)


def _left(today: date, last: date) -> int:
    """Count the working days until a day; below 0 where it has passed."""
    if last < today:
        return -1
    days, at = 0, today
    while at < last and days < 60:
        at = workdays.after(at, 1)
        days += at <= last
    return days


def _own(seen: Seen, visible: list[Dossier]) -> list[tuple[Dossier, story.Line]]:
    """Give the last things that the person did, newest first."""
    found: list[tuple[int, Dossier]] = []
    for dossier in visible:
        entries = seen.books.entries(dossier.id)
        found += [
            (entry.sequence, dossier) for entry in entries if f'"by":"{seen.me}"' in entry.payload
        ]
    newest = sorted(found, key=lambda one: one[0], reverse=True)[:LAST]
    return [(dossier, story.one(seen, dossier, sequence)) for sequence, dossier in newest]


ROUTES: Final = [page("/", todo, SIGNED_IN)]
