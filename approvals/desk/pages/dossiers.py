"""Every dossier that the person may know of, with its place on the road."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from approvals.desk import road, story
from approvals.desk.routes import page
from approvals.desk.rules import SIGNED_IN
from approvals.desk.seen import Seen
from approvals.names import Role
from approvals.sight import may_see


def dossiers(seen: Seen) -> Response:
    """List them, newest first."""
    visible = [one for one in seen.books.dossiers() if may_see(one, seen.me, seen.register)]
    tasks = seen.desk.works.tasks(seen.me)
    return seen.render(
        "dossiers.html",
        nav="dossiers",
        rows=[
            (one, road.PLACES[one.state], story.expected(seen, one))
            for one in reversed(visible)
            if one.opened
        ],
        stations=road.STATIONS,
        road=road.of_all(visible, tasks),
        asked=len({one.summary.dossier for one in tasks} & {one.id for one in visible}),
        may_open=Role.DRAFTER in seen.roles,
    )


ROUTES: Final = [page("/dossiers", dossiers, SIGNED_IN)]
