"""The demonstration's door: enter as anybody of the cast, without a password.

These routes are there only where ``enonce serve --demo`` asks for them; the page says what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from approvals.desk.auth.reception import Reception
from approvals.desk.auth.sessions import How, set_cookie
from approvals.desk.routes import Page, page, refused
from approvals.desk.rules import ANYBODY
from approvals.desk.seen import Seen
from approvals.errors import N_
from approvals.names import PersonId, Role

ORDER: Final = tuple(Role)


def routes(reception: Reception) -> Sequence[Route]:
    """Give the demonstration's page and the act of entering."""
    return [
        page("/demo", choose, ANYBODY),
        page("/demo/enter", entering(reception), ANYBODY, ["POST"]),
    ]


def choose(seen: Seen) -> Response:
    """List the cast by role, with how much waits for each."""
    roles = seen.register.roles
    cast = [
        (id, who.name, [role for role in ORDER if role in roles.get(id, ())])
        for id, who in seen.books.contacts.items()
        if roles.get(id)
    ]
    alone = [one for one in cast if one[2] != [Role.MEMBER]]
    members = [one for one in cast if one[2] == [Role.MEMBER]]
    waiting = {id: len(seen.desk.works.tasks(id)) for id, _, _ in cast}
    return seen.render(
        "demo.html", cast=alone, members=members, waiting=waiting, texts=seen.books.dossiers()
    )


def entering(reception: Reception) -> Page:
    """Make the page that lets somebody in."""

    def enter(seen: Seen) -> Response:
        person = reception.people.person(PersonId(seen.said("person")))
        if person is None:
            return refused(seen, 404, N_("There is nobody of that name in the demonstration."))
        reception.accounts.open(person.id)
        secret = reception.sessions.begin(person, How.LINK)
        response = seen.go("/")
        response.headers.append("set-cookie", set_cookie(reception.site, secret))
        return response

    return enter
