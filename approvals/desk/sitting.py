"""The board's session as a page shows it: seats by college, proxies, who may vote for which seat.

Before the proclamation nothing here says what anybody voted, nor who has voted but oneself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from approvals import board, policy
from approvals import events as ev
from approvals.board import Attendance, Place, Quorum, Seat
from approvals.desk.mail import safe
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.names import Bilingual, PersonId
from approvals.standing import Meeting

ORDER = (Attendance.PRESENT, Attendance.REMOTE, Attendance.REPRESENTED, Attendance.ABSENT)
"""As the page counts them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One seat: who holds it and how it is filled."""

    seat: Seat
    name: str
    college: Bilingual
    place: Place
    proxy_to: str
    """Who holds its proxy, by name."""


@dataclass(frozen=True, slots=True)
class CollegeRow:
    """A college: how its seats are filled, one after the other, and counted."""

    title: Bilingual
    filled: tuple[Attendance, ...]

    def count(self, how: Attendance) -> int:
        """Count the seats that are filled in one way."""
        return self.filled.count(how)


@dataclass(frozen=True, slots=True)
class OwnVote:
    """A seat that somebody may vote for: their own, or one whose proxy they hold."""

    row: Row
    own: bool
    cast: bool
    choice: ev.Choice | None
    """What they voted, where the ballot is open and the vote cast."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session."""

    meeting: Meeting
    rows: Sequence[Row]
    colleges: Sequence[CollegeRow]
    quorum: Quorum
    entitled: int
    cast: int
    votes: Sequence[OwnVote]
    holds: Sequence[Row]
    """The seats that the person holds, whoever votes for them."""

    @property
    def declarable(self) -> list[Row]:
        """Give the person's own seats for which no interest is declared."""
        return [row for row in self.holds if not row.place.recused]

    @property
    def proxies(self) -> list[Row]:
        """Give the seats that somebody else votes for."""
        return [row for row in self.rows if row.place.proxy_to]

    @property
    def recused(self) -> list[Row]:
        """Give the seats that take no part in the item."""
        return [row for row in self.rows if row.place.recused]

    @property
    def to_cast(self) -> list[OwnVote]:
        """Give the seats that the person has still to vote for."""
        return [one for one in self.votes if not one.cast]

    @property
    def own(self) -> list[Row]:
        """Give the rows of the seats that the person holds or votes for."""
        return [one.row for one in self.votes]


def of(seen: Seen, it: Dossier) -> Sitting | None:
    """Read the session of a dossier; None before the board is convened."""
    meeting = it.meeting
    if meeting is None:
        return None
    colleges = {one.id: one.title for one in meeting.called.rules.colleges}
    holders = {one.id: one.holder for one in meeting.called.seats}
    rows = []
    for seat in meeting.called.seats:
        place = meeting.places.get(seat.id, Place())
        to = seen.name(holders.get(place.proxy_to)) if place.proxy_to else ""
        title = colleges.get(seat.college, Bilingual(seat.college, seat.college))
        rows.append(Row(seat, seen.name(seat.holder), title, place, to))
    voting = policy.entitled(it)
    return Sitting(
        meeting,
        rows,
        [
            CollegeRow(title, tuple(sorted(_ways(rows, id), key=ORDER.index)))
            for id, title in colleges.items()
            if any(row.seat.college == id for row in rows)
        ],
        policy.count(it),
        len(voting),
        len(it.ballot.voters) if it.ballot else 0,
        [_vote(it, row, seen.me) for row in rows if _voter(row, holders) == seen.me]
        if it.ballot
        else [],
        [row for row in rows if row.seat.holder == seen.me],
    )


def _ways(rows: Sequence[Row], college: str) -> list[Attendance]:
    return [row.place.attendance for row in rows if row.seat.college == college]


def _voter(row: Row, holders: dict[str, str]) -> PersonId:
    """Give who votes for a seat."""
    return PersonId(holders.get(row.place.proxy_to or row.seat.id, ""))


def _vote(it: Dossier, row: Row, me: PersonId) -> OwnVote:
    ballot = it.ballot
    cast = ballot is not None and row.seat.id in ballot.voters
    choice = ballot.votes.get(row.seat.id) if ballot is not None else None
    return OwnVote(row, row.seat.holder == me, cast, choice)


def may_vote(it: Dossier, one: OwnVote) -> bool:
    """Say whether a seat has a vote in this ballot."""
    return one.row.seat.id in policy.entitled(it)


def inside(rows: Sequence[Row]) -> list[Row]:
    """Give the seats whose holders are in the session."""
    return [row for row in rows if row.place.attendance in board.INSIDE]


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a convocation would reach: the seat's holder, their address, and whether it takes mail.

    ``address`` is empty where there is none that a mail server takes.
    """

    name: str
    address: str
    returned: bool


def told(seen: Seen, of: board.Board) -> tuple[Told, ...]:
    """Give who would be told that this board is convened, before anybody is."""
    with seen.desk.house.store.read() as reader:
        bounces = reader.mail.bounces()
    known = {name: who for who in seen.books.contacts.values() for name in (who.handle, who.id)}
    found = []
    for seat in of.seats:
        who = known.get(seat.holder)
        if seat.vacant or who is None:
            continue
        mark = bounces.get(who.id)
        returned = mark is not None and mark.address == who.mail
        found.append(Told(who.name, safe.address(who.mail) or "", returned))
    return tuple(found)
