"""Circuits and boards: who is asked and who sits where; files tried, adopted, and seats filled.

A review and a session keep the rules that they were opened under. A trial writes nothing: the
decisions that were taken are brought to a copy of the text under the other circuit.
"""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from starlette.responses import Response

from approvals import circuits as circuit_files
from approvals import events as ev
from approvals import workdays
from approvals.board import Board, Seat, seats
from approvals.circuits import Circuit
from approvals.desk.auth.guards.body import Limits
from approvals.desk.pages.admin import ADMINISTRATOR, KEEPERS, show
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError, Value
from approvals.names import PersonId, Role
from approvals.register import Adopted
from approvals.sight import may_see
from approvals.trial import Trial

LONGEST: Final = 200_000
"""Signs that a rule file may have."""

SOON: Final = 90
"""Days before a term ends from which the seat is marked."""

FILE: Final = Limits(size=2**20)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial came to, in the words of the page."""

    dossier: Dossier
    trial: Trial
    missing: tuple[str, ...]
    differences: tuple[tuple[Any, str], ...]


def circuits(seen: Seen) -> Response:
    """Show the circuits of the house; try one where it was chosen."""
    tried: Tried | None = None
    fault = ""
    file, dossier = seen.query("circuit"), seen.query("dossier")
    if file and dossier:
        try:
            tried = _tried(seen, seen.desk.care.rule_text(ev.RuleKind.CIRCUIT, file), dossier)
        except REFUSALS as refusal:
            fault = seen.tr(refusal.message, **refusal.data)
    return show(
        seen,
        "admin_circuits.html",
        circuits=[
            (one, _adopted(seen, ev.RuleKind.CIRCUIT, one.circuit.id, one.digest))
            if one.circuit
            else (one, None)
            for one in seen.desk.care.circuits()
        ],
        people=lambda names: [_decider(seen, one) for one in names],
        reviewed=_reviewed(seen),
        file=file,
        dossier=dossier,
        tried=tried,
        fault=fault,
    )


def _reviewed(seen: Seen) -> list[Dossier]:
    """Give the texts that a circuit may be tried on: those that were reviewed and may be known."""
    register = seen.register
    return [
        one
        for one in seen.books.dossiers()
        if one.circuit is not None and may_see(one, seen.me, register)
    ]


def _adopted(seen: Seen, kind: ev.RuleKind, id: str, digest: str) -> Adopted | None:
    """Give by whom and when this very file was adopted; None where an operator laid it there."""
    found = seen.register.adopted.get((kind, id))
    return found if found is not None and found.said.file == digest else None


def _tried(seen: Seen, text: str, dossier: str) -> Tried:
    known = next((one for one in _reviewed(seen) if one.id == dossier), None)
    if known is None:
        raise GuardError("try:dossier", N_("Choose a text that was reviewed to try it on."))
    trial, lacking = seen.desk.care.attempt(text, dossier)
    return Tried(
        known,
        trial,
        tuple(one.in_(seen.language) for one in lacking),
        tuple((one.at, seen.tr(one.message, **_told(seen, one.data))) for one in trial.differences),
    )


def _decider(seen: Seen, name: str) -> str:
    """Say who a circuit names: everybody with a role, or somebody by handle."""
    if name.startswith("role:"):
        return seen.tr(N_("every {role}"), role=Role(name.removeprefix("role:")))
    known = seen.books.contacts.values()
    return next((who.name for who in known if name in (who.handle, who.id)), name)


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


def board_seats(seen: Seen) -> Response:
    """Show who sits where, in which college, until when, and what is vacant."""
    today = workdays.day(seen.now)
    boards = seen.desk.care.boards()
    return show(
        seen,
        "admin_seats.html",
        boards=[
            (one, _adopted(seen, ev.RuleKind.BOARD, one.rules.id, one.digest))
            if one.rules
            else (one, None)
            for one in boards
        ],
        wanting=sum(len(seats.wanting(one.board, today)) for one in boards if one.board),
        holder=lambda name: _decider(seen, name),
        today=today,
        soon=SOON,
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule file as it is typed, what is odd in it, and what it would change."""

    text: str = ""
    read: Circuit | Board | None = None
    odd: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    tried: Tried | None = None


@dataclass(frozen=True, slots=True)
class Editor:
    """The pages on which files of one kind are changed."""

    kind: ev.RuleKind
    home: str

    def open(self, seen: Seen) -> Response:
        """Show a file to be changed; an empty one where none is named."""
        file = seen.query("file")
        text = seen.desk.care.rule_text(self.kind, file) if file else ""
        return self._page(seen, file, Draft(text))

    def bring(self, seen: Seen) -> Response:
        """Look at what was typed, or adopt it."""
        file, act = seen.said("file"), seen.said("act")
        draft = Draft(_typed(seen))
        try:
            draft = self._look(seen, file, draft)
            if act == "adopt":
                seen.desk.care.adopt(self.kind, draft.text, file, by=seen.me, key=seen.key)
                return seen.go(self.home, done="adopted")
            if seen.said("dossier"):
                draft = replace(draft, tried=_tried(seen, draft.text, seen.said("dossier")))
        except REFUSALS as refusal:
            said = seen.tr(refusal.message, **refusal.data)
            return self._page(seen, file, draft, status(refusal), said)
        return self._page(seen, file, draft)

    def _look(self, seen: Seen, file: str, draft: Draft) -> Draft:
        if not draft.text.strip() or len(draft.text) > LONGEST:
            raise GuardError("adopt:text", N_("Write or choose the file that is to hold."))
        read = seen.desk.care.read_rule(self.kind, draft.text)
        present = seen.desk.care.rule_text(self.kind, file) if file else ""
        odd: tuple[str, ...] = ()
        if isinstance(read, Circuit):
            odd = tuple(seen.tr(message, **data) for message, data in circuit_files.remarks(read))
        return replace(draft, read=read, odd=odd, lines=tuple(_changed(present, draft.text)))

    def _page(
        self, seen: Seen, file: str, draft: Draft, code: int = 200, refusal: str = ""
    ) -> Response:
        return show(
            seen,
            "admin_rule.html",
            code,
            kind=self.kind.value,
            home=self.home,
            file=file,
            draft=draft,
            refusal=refusal,
            reviewed=_reviewed(seen) if self.kind is ev.RuleKind.CIRCUIT else [],
            dossier=seen.said("dossier"),
            key=secrets.token_hex(8),
        )


def _typed(seen: Seen) -> str:
    """Give the file that was chosen, else what stands in the field."""
    upload = seen.upload("upload")
    if upload is None:
        return seen.said("text").replace("\r\n", "\n") + "\n"
    try:
        return upload.file.read().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        raise GuardError(
            "adopt:text", N_("The file is not text in UTF-8. Save it as UTF-8 and try again.")
        ) from fault


def _changed(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Give the lines that a file loses and gains, in their order."""
    old, new = before.splitlines(), after.splitlines()
    for line in difflib.unified_diff(old, new, lineterm="", n=0):
        if line[:1] in "+-" and line[:3] not in ("+++", "---"):
            yield line[0], line[1:]


def _seat(seen: Seen) -> tuple[Board, Seat] | None:
    for one in seen.desk.care.boards():
        if one.name == seen.path("file") and one.board is not None:
            for seat in one.board.seats:
                if seat.id == seen.path("seat"):
                    return one.board, seat
    return None


def seat(seen: Seen) -> Response:
    """Show one seat, to be filled or emptied."""
    found = _seat(seen)
    if found is None:
        return refused(seen, 404, N_("There is no such page."))
    return _seat_page(seen, *found)


def _seat_page(seen: Seen, board: Board, it: Seat, code: int = 200, refusal: str = "") -> Response:
    holders = {one.holder for one in board.seats if one.id != it.id}
    members = {*seen.register.holders(Role.MEMBER), *seen.register.holders(Role.CHAIR)}
    free = [
        who
        for id, who in seen.books.contacts.items()
        if (id in members and not holders & {who.handle, who.id})
        or it.holder in (who.handle, who.id)
    ]
    return show(
        seen,
        "admin_seat.html",
        code,
        file=seen.path("file"),
        board=board,
        it=it,
        college=next(one for one in board.rules.colleges if one.id == it.college),
        free=sorted(free, key=lambda one: one.name),
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def fill(seen: Seen) -> Response:
    """Put somebody on a seat, or say that it is vacant."""
    found = _seat(seen)
    if found is None:
        return refused(seen, 404, N_("There is no such page."))
    board, before = found
    new = before
    try:
        new = _filled(seen, before)
        text = seen.desk.care.seated(seen.path("file"), new)
        seen.desk.care.adopt(ev.RuleKind.BOARD, text, seen.path("file"), by=seen.me, key=seen.key)
    except REFUSALS as refusal:
        said = seen.tr(refusal.message, **refusal.data)
        return _seat_page(seen, board, new, status(refusal), said)
    return seen.go("/admin/seats", done="seat")


def _filled(seen: Seen, before: Seat) -> Seat:
    holder = seen.said("holder")
    chair, deputy = seen.said("chair") == "yes", seen.said("deputy") == "yes"
    if not holder:
        return Seat(before.id, before.college, "", date.min, date.max, chair, deputy)
    first, last = _day(seen.said("first")), _day(seen.said("last"))
    if last < first:
        raise GuardError(
            "seat:days", N_("The term would end before it begins. Correct one of the two days.")
        )
    return Seat(before.id, before.college, holder, first, last, chair, deputy)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise GuardError(
            "seat:day", N_("“{text}” is no day. Write 2027-03-12."), text=text
        ) from None


CIRCUITS: Final = Editor(ev.RuleKind.CIRCUIT, "/admin/circuits")
BOARDS: Final = Editor(ev.RuleKind.BOARD, "/admin/seats")

ROUTES: Final = [
    page("/admin/circuits", circuits, ADMINISTRATOR),
    page("/admin/circuits/file", CIRCUITS.open, ADMINISTRATOR),
    page("/admin/circuits/file", CIRCUITS.bring, ADMINISTRATOR, ["POST"], FILE),
    page("/admin/seats", board_seats, KEEPERS),
    page("/admin/seats/file", BOARDS.open, ADMINISTRATOR),
    page("/admin/seats/file", BOARDS.bring, ADMINISTRATOR, ["POST"], FILE),
    page("/admin/seats/{file}/{seat}", seat, ADMINISTRATOR),
    page("/admin/seats/{file}/{seat}", fill, ADMINISTRATOR, ["POST"]),
]
