"""The house as its administrator sees it: what calls for attention, stand-ins, seal, settings.

An administrator keeps the house and decides nothing in it: there is no act on a text here. What is
changed of the house has modules of its own beside this one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from starlette.responses import Response

from approvals import workdays
from approvals.board import seats
from approvals.desk import alarms, judging
from approvals.desk.care_ports import Certificate
from approvals.desk.routes import REFUSALS, page
from approvals.desk.rules import Entrance, Rule, has
from approvals.desk.seen import Seen
from approvals.errors import N_
from approvals.names import Role

ADMINISTRATOR: Final = has(Role.ADMINISTRATOR)

FRESH: Final = timedelta(days=7)
"""How old the newest copy of the database may be."""

KEEPERS: Final = has(Role.ADMINISTRATOR, Role.SECRETARY)
"""Who looks after seats, stand-ins and mail: the secretary looks, the administrator changes."""

WORDS: Final = has(Role.ADMINISTRATOR, Role.TRANSLATOR, Role.REVISER)
"""Who works with glossary and memory; ``approvals.handlers.keeping`` says who changes them."""

PLACES: Final[Mapping[str, tuple[str, Rule]]] = {
    "/admin": (N_("Overview"), ADMINISTRATOR),
    "/admin/people": (N_("People"), ADMINISTRATOR),
    "/admin/circuits": (N_("Circuits"), ADMINISTRATOR),
    "/admin/seats": (N_("Seats"), KEEPERS),
    "/admin/delegations": (N_("Delegations"), KEEPERS),
    "/admin/engines": (N_("Engines"), ADMINISTRATOR),
    "/admin/glossary": (N_("Glossary"), WORDS),
    "/admin/memory": (N_("Memory"), WORDS),
    "/admin/seal": (N_("Seal"), ADMINISTRATOR),
    "/admin/ledger": (N_("Ledger and copies"), ADMINISTRATOR),
    "/admin/mail": (N_("Mail"), KEEPERS),
    "/admin/settings": (N_("Settings"), ADMINISTRATOR),
}
"""By address, the name of each part of the house and who comes in; people see those of theirs."""


@dataclass(frozen=True, slots=True)
class Call:
    """Something that calls for the administrator: its mark, a sentence, and where to look."""

    kind: str
    icon: str
    said: str
    href: str


def show(seen: Seen, template: str, status: int = 200, **more: Any) -> Response:
    """Fill a template of the house's pages."""
    here = seen.request.url.path
    places = {
        path: name for path, (name, rule) in PLACES.items() if rule.judge(seen) is Entrance.OPEN
    }
    inside = [one for one in PLACES if here == one or here.startswith(f"{one}/")]
    return seen.render(
        template,
        status,
        nav="admin",
        places=places,
        place=inside[-1] if inside else "",
        keeper=Role.ADMINISTRATOR in seen.roles,
        **more,
    )


def overview(seen: Seen) -> Response:
    """Show what calls for attention, and the house in figures."""
    calls = list(calling(seen))
    _, head = seen.desk.house.store.head()
    register = seen.register
    return show(
        seen,
        "admin.html",
        calls=calls,
        people=sum(bool(roles) for roles in register.roles.values()),
        dossiers=len(tuple(seen.books.dossiers())),
        tip=seen.books.tip,
        head_=head,
        circuits=len(seen.desk.care.circuits()),
        delegations=len(register.delegations),
    )


def calling(seen: Seen) -> Iterator[Call]:
    """Give what calls for an administrator: certificates, files, seats, mail, copies, the chain."""
    care = seen.desk.care
    certificates, fault = _certificates(seen)
    if fault:
        yield Call("stop", "no", fault, "/admin/seal")
    for certificate in certificates:
        level = alarms.level(certificate, seen.now)
        if level is not None:
            message, data = alarms.sentence(certificate, level)
            yield Call(*alarms.mark(level), seen.tr(message, **data), "/admin/seal")
    for circuit in care.circuits():
        if circuit.fault is not None:
            fault = seen.tr(circuit.fault.message, **circuit.fault.data)
            said = seen.tr(
                N_("The circuit {file} cannot be used: {fault}"), file=circuit.name, fault=fault
            )
            yield Call("stop", "no", said, "/admin/circuits")
    for board in care.boards():
        if board.fault is not None:
            fault = seen.tr(board.fault.message, **board.fault.data)
            said = seen.tr(
                N_("The board {file} cannot be used: {fault}"), file=board.name, fault=fault
            )
            yield Call("stop", "no", said, "/admin/seats")
        elif board.board is not None:
            away = seats.wanting(board.board, workdays.day(seen.now))
            if away:
                said = seen.plural(
                    "One seat of {board} is vacant or past its term.",
                    "{n} seats of {board} are vacant or past their terms.",
                    len(away),
                    board=board.board.rules.title,
                )
                yield Call("warn", "chg", said, "/admin/seats")
    for engine in care.engines():
        if engine.chosen and engine.sends_text_to and not engine.levels:
            said = seen.tr(
                N_("{engine} is chosen, and no level of confidentiality lets it be sent texts."),
                engine=engine.name,
            )
            yield Call("warn", "chg", said, "/admin/engines")
    letters = care.letters()
    if letters.returned or letters.lost:
        said = seen.plural(
            "Mail does not reach one person.",
            "Mail does not reach {n} people.",
            len({*(one.person for one in letters.returned), *(one.person for one in letters.lost)}),
        )
        yield Call("warn", "chg", said, "/admin/mail")
    newest = next(iter(care.backups()), None)
    if newest is None or seen.now - newest.at > FRESH:
        said = seen.tr(N_("There is no copy of the database of the last seven days here."))
        yield Call("warn", "chg", said, "/admin/ledger")
    found = care.inspection()
    if found is not None and found.ended is not None and not found.sound:
        yield Call("stop", "no", seen.tr(N_("The last check found a fault.")), "/admin/ledger")


def _certificates(seen: Seen) -> tuple[list[Certificate], str]:
    """Give the certificates of the seal, or why there are none."""
    try:
        return list(seen.desk.care.certificates()), ""
    except REFUSALS as fault:
        return [], seen.tr(fault.message, **fault.data)


def delegations(seen: Seen) -> Response:
    """List who stands in for whom."""
    return show(
        seen,
        "admin_delegations.html",
        given=sorted(seen.register.delegations.values(), key=lambda one: one.last, reverse=True),
        key=secrets.token_hex(8),
        today=workdays.day(seen.now),
    )


def seal(seen: Seen) -> Response:
    """Show the certificates of the seal and how long each has left."""
    listed, fault = _certificates(seen)
    return show(
        seen,
        "admin_seal.html",
        fault=fault,
        certificates=[
            (one, alarms.days(one, seen.now), alarms.mark(alarms.level(one, seen.now)))
            for one in listed
        ],
        soonest=min((alarms.days(one, seen.now) for one in listed), default=None),
        name=judging.common_name,
        demonstration=any(one.demonstration for one in listed),
    )


def settings(seen: Seen) -> Response:
    """Show the settings in force."""
    return show(seen, "admin_settings.html", settings=seen.desk.care.settings())


ROUTES: Final = [
    page("/admin", overview, ADMINISTRATOR),
    page("/admin/delegations", delegations, KEEPERS),
    page("/admin/seal", seal, ADMINISTRATOR),
    page("/admin/settings", settings, ADMINISTRATOR),
]
