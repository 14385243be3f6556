"""The sessions of the board on every text that the person may know of: to come, running, past."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from approvals.desk.routes import page
from approvals.desk.rules import SIGNED_IN
from approvals.desk.seen import Seen
from approvals.names import Role
from approvals.sight import may_see
from approvals.standing import State

RUNNING: Final = (State.CONVENED, State.VOTING, State.AMENDING)


def sessions(seen: Seen) -> Response:
    """List them: what is awaited first, then what is over, the newest first."""
    visible = [one for one in seen.books.dossiers() if may_see(one, seen.me, seen.register)]
    held = [one for one in visible if one.meeting is not None]
    coming = [one for one in held if one.state in RUNNING]
    over = [one for one in held if one.state not in RUNNING]
    ready = [one for one in visible if one.state in (State.BOARD_READY, State.NO_QUORUM)]
    return seen.render(
        "sessions.html",
        nav="sessions",
        coming=sorted(coming, key=lambda one: one.meeting.called.when if one.meeting else seen.now),
        over=sorted(
            over, key=lambda one: one.meeting.called.when if one.meeting else seen.now, reverse=True
        ),
        ready=ready if Role.SECRETARY in seen.roles else [],
    )


ROUTES: Final = [page("/sessions", sessions, SIGNED_IN)]
