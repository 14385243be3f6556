"""What a program reads: its tasks, the dossiers that its person may know of, their events."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from approvals.desk.api import answers
from approvals.desk.figures import whole
from approvals.desk.seen import Seen
from approvals.sight import may_see

MOST = 500
"""Entries that one answer gives."""


def tasks(seen: Seen) -> Response:
    """Give what waits for the person."""
    return JSONResponse({"tasks": [answers.task(one) for one in seen.desk.works.tasks(seen.me)]})


def dossiers(seen: Seen) -> Response:
    """Give every dossier that the person may know of."""
    visible = (one for one in seen.books.dossiers() if may_see(one, seen.me, seen.register))
    return JSONResponse({"dossiers": [answers.summary(one, seen) for one in visible]})


def dossier(seen: Seen) -> Response:
    """Give one dossier in full."""
    return JSONResponse(answers.dossier(seen.dossier, seen))


def events(seen: Seen) -> Response:
    """Give a dossier's ledger entries behind a version, oldest first."""
    behind = whole(seen.query("after")) or 0
    found = [one for one in seen.books.entries(seen.dossier.id) if one.version > behind]
    return JSONResponse(
        {"events": [answers.entry(one) for one in found[:MOST]], "more": len(found) > MOST}
    )


def people(seen: Seen) -> Response:
    """Give who is enrolled, with their roles; no address."""
    roles = seen.register.roles
    return JSONResponse(
        {
            "people": [
                {
                    "person": id,
                    "handle": who.handle,
                    "name": who.name,
                    "roles": sorted(role.value for role in roles.get(id, ())),
                }
                for id, who in seen.books.contacts.items()
            ]
        }
    )


def head(seen: Seen) -> Response:
    """Give how far the ledger is, and its newest hash."""
    size, hash = seen.desk.house.store.head()
    return JSONResponse({"size": size, "head": hash})
