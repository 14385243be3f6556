"""The house as its administrator sees it: what calls for attention, circuits, languages, seal.

An administrator keeps the house and decides nothing in it: there is no act on a text here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from starlette.responses import Response

from approvals import events as ev
from approvals import workdays
from approvals.desk import judging
from approvals.desk.care_ports import Certificate
from approvals.desk.routes import REFUSALS, page
from approvals.desk.rules import has
from approvals.desk.seen import Seen
from approvals.errors import N_, Value
from approvals.names import PersonId, Role
from approvals.sight import may_see
from approvals.trial import Trial

ADMINISTRATOR: Final = has(Role.ADMINISTRATOR)

ALARMS: Final = (7, 30, 90)
"""Days before a certificate ends at which its alarm is raised."""

FRESH: Final = timedelta(days=7)
"""How old the newest copy of the database may be."""

PLACES: Final[Mapping[str, str]] = {
    "/admin": N_("Overview"),
    "/admin/people": N_("People"),
    "/admin/circuits": N_("Circuits and boards"),
    "/admin/delegations": N_("Delegations"),
    "/admin/translation": N_("Translation"),
    "/admin/seal": N_("Seal"),
    "/admin/ledger": N_("Ledger and copies"),
    "/admin/mail": N_("Mail"),
    "/admin/settings": N_("Settings"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """Something that calls for the administrator: its mark, a sentence, and where to look."""

    kind: str
    icon: str
    said: str
    href: str


def show(seen: Seen, template: str, status: int = 200, **more: Any) -> Response:
    """Fill a template of the house's pages."""
    return seen.render(
        template, status, nav="admin", places=PLACES, place=seen.request.url.path, **more
    )


def overview(seen: Seen) -> Response:
    """Show what calls for attention, and the house in figures."""
    calls = list(_calls(seen))
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


def _calls(seen: Seen) -> Iterator[Call]:
    care = seen.desk.care
    for certificate, days in left(seen):
        alarm = next((one for one in ALARMS if days <= one), None)
        if alarm is None:
            continue
        name = judging.common_name(certificate.subject)
        message = N_("The certificate of {name} ends on {day}.")
        if days < 0:
            message = N_("The certificate of {name} ended on {day}. Nothing can be sealed.")
        said = seen.tr(message, name=name, day=certificate.last.date())
        kind = ("stop", "no") if days <= ALARMS[0] else ("warn", "chg")
        yield Call(*kind, said, "/admin/seal")
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
            yield Call("stop", "no", said, "/admin/circuits")
    for engine in care.engines():
        if engine.chosen and engine.sends_text_to and not engine.levels:
            said = seen.tr(
                N_("{engine} is chosen, and no level of confidentiality lets it be sent texts."),
                engine=engine.name,
            )
            yield Call("warn", "chg", said, "/admin/translation")
    newest = next(iter(care.backups()), None)
    if newest is None or seen.now - newest.at > FRESH:
        said = seen.tr(N_("There is no copy of the database of the last seven days here."))
        yield Call("warn", "chg", said, "/admin/ledger")
    found = care.inspection()
    if found is not None and found.ended is not None and not found.sound:
        yield Call("stop", "no", seen.tr(N_("The last check found a fault.")), "/admin/ledger")


def left(seen: Seen) -> list[tuple[Certificate, int]]:
    """Give the certificates with the days that each has left; below 0 where it has ended."""
    return [(one, (one.last - seen.now).days) for one in seen.desk.care.certificates()]


def circuits(seen: Seen) -> Response:
    """Show the circuits and boards of the house; try a circuit where one was chosen."""
    tried: Trial | None = None
    missing: tuple[str, ...] = ()
    fault = ""
    file, dossier = seen.query("circuit"), seen.query("dossier")
    reviewed = [
        one
        for one in seen.books.dossiers()
        if one.circuit is not None and may_see(one, seen.me, seen.register)
    ]
    if file and dossier in {one.id for one in reviewed}:
        try:
            tried, lacking = seen.desk.care.attempt(file, dossier)
            missing = tuple(one.in_(seen.language) for one in lacking)
        except REFUSALS as refusal:
            fault = seen.tr(refusal.message, **refusal.data)
    return show(
        seen,
        "admin_circuits.html",
        circuits=seen.desk.care.circuits(),
        boards=seen.desk.care.boards(),
        people=lambda names: [_decider(seen, one) for one in names],
        today=workdays.day(seen.now),
        reviewed=reviewed,
        file=file,
        dossier=dossier,
        tried=tried,
        missing=missing,
        fault=fault,
        differences=[
            (one.at, seen.tr(one.message, **_told(seen, one.data)))
            for one in (tried.differences if tried else ())
        ],
    )


def _decider(seen: Seen, name: str) -> str:
    """Say who a circuit names: everybody with a role, or somebody by handle."""
    if name.startswith("role:"):
        return seen.tr(N_("every {role}"), role=Role(name.removeprefix("role:")))
    return next((who.name for who in seen.books.contacts.values() if who.handle == name), name)


def _told(seen: Seen, data: Mapping[str, Value]) -> dict[str, object]:
    """Put names in the place of people's ids, and words in the place of decisions."""
    known = seen.books.contacts
    found: dict[str, object] = {}
    for name, value in data.items():
        if name == "decision":
            found[name] = ev.Decision(str(value))
        elif isinstance(value, str) and PersonId(value) in known:
            found[name] = seen.name(value)
        else:
            found[name] = value
    return found


def delegations(seen: Seen) -> Response:
    """List who stands in for whom."""
    return show(
        seen,
        "admin_delegations.html",
        given=list(seen.register.delegations.values()),
        today=workdays.day(seen.now),
    )


def translation(seen: Seen) -> Response:
    """Show who may be sent texts, what the memory holds, and the glossary."""
    words = seen.query("q").strip()
    found, count = seen.desk.care.terms(words)
    return show(
        seen,
        "admin_translation.html",
        engines=seen.desk.care.engines(),
        memory=seen.desk.care.memory(),
        terms=found,
        count=count,
        q=words,
        statuses=_STATUSES,
    )


_STATUSES: Final[Mapping[str, str]] = {
    "preferred": N_("preferred"),
    "admitted": N_("admitted"),
    "forbidden": N_("forbidden"),
    "do-not-translate": N_("not translated"),
}


def seal(seen: Seen) -> Response:
    """Show the certificates of the seal and how long each has left."""
    listed = left(seen)
    return show(
        seen,
        "admin_seal.html",
        certificates=[(one, days, _alarm(days)) for one, days in listed],
        soonest=min((days for _, days in listed), default=None),
        name=judging.common_name,
        demonstration=any(one.demonstration for one, _ in listed),
    )


def _alarm(days: int) -> tuple[str, str]:
    if days <= ALARMS[0]:
        return ("stop", "no")
    return ("warn", "chg") if days <= ALARMS[-1] else ("ok", "ok")


def settings(seen: Seen) -> Response:
    """Show the settings in force."""
    return show(seen, "admin_settings.html", settings=seen.desk.care.settings())


def mail(seen: Seen) -> Response:
    """Show the mail in figures."""
    return show(seen, "admin_mail.html", letters=seen.desk.care.letters())


ROUTES: Final = [
    page("/admin", overview, ADMINISTRATOR),
    page("/admin/circuits", circuits, ADMINISTRATOR),
    page("/admin/delegations", delegations, ADMINISTRATOR),
    page("/admin/translation", translation, ADMINISTRATOR),
    page("/admin/seal", seal, ADMINISTRATOR),
    page("/admin/settings", settings, ADMINISTRATOR),
    page("/admin/mail", mail, ADMINISTRATOR),
]
