"""Counts: who takes part, the quorum, a ballot. Pure; the rules are ``approvals.board.rules``'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from approvals.board.rules import (
    INSIDE,
    Attendance,
    BoardRules,
    MajorityBasis,
    Outcome,
    Reached,
    Seat,
)


@dataclass(frozen=True, slots=True)
class Place:
    """How one seat stands in a meeting."""

    attendance: Attendance = Attendance.ABSENT
    proxy_to: str | None = None
    recused: bool = False


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many seats count and how many have to."""

    counted: int
    required: int
    seats: int

    @property
    def met(self) -> bool:
        """Say whether the board may deliberate."""
        return self.counted >= self.required and self.counted > 0


@dataclass(frozen=True, slots=True)
class Tally:
    """A ballot in figures; ``needed`` is the number of votes for from which the text is adopted.

    ``casting_vote`` is set where a tie was broken by the chair's own vote.
    """

    in_favour: int
    against: int
    abstentions: int
    not_voting: int
    needed: int
    casting_vote: bool


def takes_part(seat: str, places: Mapping[str, Place]) -> bool:
    """Say whether a seat takes part: in the session or represented in it, and not recused.

    A proxy is worth what its holder is: it falls with a holder who left the session or is recused.
    """
    place = places.get(seat, Place())
    if place.recused:
        return False
    if place.attendance is not Attendance.REPRESENTED:
        return place.attendance in INSIDE
    holder = places.get(place.proxy_to or "", Place())
    return holder.attendance in INSIDE and not holder.recused


def total_seats(rules: BoardRules, filled: int) -> int:
    """Give the seats that a share is taken of: the filled ones, or all where vacant ones count."""
    if not rules.vacant_seats_count:
        return filled
    return max(filled, sum(college.seats for college in rules.colleges))


def quorum(
    rules: BoardRules,
    seats: Iterable[Seat],
    places: Mapping[str, Place],
    *,
    second_call: bool = False,
) -> Quorum:
    """Count the quorum over the seats; ``seats`` are those that somebody holds.

    A recused seat does not count towards it and stays in the number that it is a share of: a
    recusal can cost a quorum, never make one. A seat counts only while it takes part.
    """
    filled = tuple(seats)
    counted = sum(
        takes_part(seat.id, places) and places[seat.id].attendance in rules.quorum_counts
        for seat in filled
    )
    share = rules.second_call_quorum_share if second_call else rules.quorum_share
    return _quorum(rules, counted, total_seats(rules, len(filled)), share)


def written_quorum(
    rules: BoardRules, filled: int, voted: int, *, second_call: bool = False
) -> Quorum:
    """Count the quorum of a written consultation: who took part in it."""
    share = rules.second_call_quorum_share if second_call else rules.written_quorum_share
    return _quorum(rules, voted, total_seats(rules, filled), share)


def _quorum(rules: BoardRules, counted: int, seats: int, text: str) -> Quorum:
    share = Fraction(text)
    required = ceil(share * seats)
    if rules.quorum_reached is Reached.MORE_THAN and share:
        required = floor(share * seats) + 1
    return Quorum(counted=counted, required=required, seats=seats)


def tally(
    rules: BoardRules,
    *,
    votes: Mapping[str, str],
    entitled: Iterable[str],
    chair: str | None,
    secret: bool = False,
    seats: int = 0,
) -> tuple[Tally, Outcome]:
    """Count a ballot.

    ``votes`` gives each seat's choice (``for``, ``against``, ``abstain``), ``entitled`` the seats
    that could vote, ``chair`` the seat that has the casting vote where its holder is in the
    session, ``seats`` how many seats the board has (where the majority is one of all seats). The
    order of the votes does not matter. A tie without a casting vote is not adopted.
    """
    voters = tuple(dict.fromkeys(entitled))
    choices = [votes[seat] for seat in voters if seat in votes]
    casting = not secret and chair in voters and votes.get(chair or "") == "for"
    return _count(rules, choices, len(voters), seats, casting=casting)


def tally_box(
    rules: BoardRules, choices: Iterable[str], *, entitled: int, seats: int = 0
) -> tuple[Tally, Outcome]:
    """Count a secret ballot from its choices, which say nothing about who made them.

    ``entitled`` is how many seats could vote. Nobody has a casting vote in it.
    """
    return _count(rules, list(choices), entitled, seats, casting=False)


def _count(
    rules: BoardRules, choices: list[str], voters: int, seats: int, *, casting: bool
) -> tuple[Tally, Outcome]:
    """Count choices; ``casting`` says whether the chair voted for.

    The casting vote is the vote that the chair cast as a member, counted once more. It breaks a tie
    only where one vote more makes the majority: a tie never adopts what a vote more in favour would
    not (four against four among ten members, or under a majority of two thirds).
    """
    ayes, noes, blanks = (choices.count(name) for name in ("for", "against", "abstain"))
    basis = {
        MajorityBasis.VOTES_CAST: ayes + noes,
        MajorityBasis.MEMBERS: voters,
        MajorityBasis.ALL_SEATS: max(seats, voters),
    }[rules.majority_basis]
    once_more = basis + (rules.majority_basis is MajorityBasis.VOTES_CAST)
    needed = _needed(rules, basis)
    adopted = ayes >= needed
    cast = (
        not adopted
        and ayes == noes
        and ayes + 1 >= _needed(rules, once_more)
        and rules.casting_vote
        and casting
    )
    figures = Tally(
        in_favour=ayes,
        against=noes,
        abstentions=blanks,
        not_voting=voters - len(choices),
        needed=needed,
        casting_vote=cast,
    )
    return figures, Outcome.ADOPTED if adopted or cast else Outcome.REJECTED


def _needed(rules: BoardRules, basis: int) -> int:
    """Give the votes for from which a text is adopted; never fewer than one."""
    share = Fraction(rules.majority_share)
    if rules.majority_reached is Reached.MORE_THAN:
        return floor(share * basis) + 1
    return max(1, ceil(share * basis))
