"""One-time links to the desk, made by an administrator at the terminal."""

from __future__ import annotations

from approvals import events as ev
from approvals.desk.auth.reception import Reception
from approvals.desk.auth.site import Site
from approvals.handlers import people as handlers
from approvals.names import PersonId
from approvals.register import HOUSE
from flows.house import House


def new_link(house: House, handle: str, here: str, *, by: PersonId, key: str) -> str:
    """Record that a link is made for somebody, make it, and give its address.

    ``here`` is where the desk stands as long as the settings give it no address of its own.
    """
    person = PersonId(house.person(handle).id)
    handlers.change_account(
        handlers.ChangeAccount(
            dossier=HOUSE, by=by, key=key, person=person, act=ev.AccountAct.LINK
        ),
        house.office,
    )
    site = Site(house.settings.desk_url or here)
    return Reception.over(house.store, house.clock, site).new_link(person)
