"""What a board's rules say, as plain values; ``approvals.board.files`` reads them from files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from approvals.errors import ApprovalError
from approvals.names import Bilingual


class BoardFileError(ApprovalError):
    """A board file cannot be used."""


class Attendance(StrEnum):
    """How a seat is filled in the room."""

    PRESENT = "present"
    REMOTE = "remote"
    REPRESENTED = "represented"
    ABSENT = "absent"


INSIDE = (Attendance.PRESENT, Attendance.REMOTE)
"""Who is in the session in person, and so may hold a proxy."""


class MajorityBasis(StrEnum):
    """What a majority is a share of: whether abstentions count against.

    ``VOTES_CAST`` counts only votes for and against (suffrages exprimés), ``MEMBERS`` whoever takes
    part, ``ALL_SEATS`` every seat of the board, there or not (majorité absolue des membres).
    """

    VOTES_CAST = "votes-cast"
    MEMBERS = "members-present-or-represented"
    ALL_SEATS = "all-seats"


class Reached(StrEnum):
    """Whether exactly the share is enough."""

    AT_LEAST = "at-least"
    MORE_THAN = "more-than"


class ProxyScope(StrEnum):
    """To whom a member may give a proxy."""

    BOARD = "board"
    COLLEGE = "college"


class Presiding(StrEnum):
    """Who presides where the chair is not in the session.

    ``CHAIR``: nobody else, so there is no vote. ``DEPUTY``: a seat that the board file marks as
    deputy. ``ELECTED``: whom the members in the session choose.
    """

    CHAIR = "chair"
    DEPUTY = "deputy"
    ELECTED = "elected"


class Mode(StrEnum):
    """How a board meets: in a room, by conference, or by writing alone."""

    SESSION = "session"
    CONFERENCE = "conference"
    WRITTEN = "written"


class SecretBallot(StrEnum):
    """Whether a ballot is secret."""

    NEVER = "never"
    ALLOWED = "allowed"
    ALWAYS = "always"


class Outcome(StrEnum):
    """What a ballot decided."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule is written.

    ``status`` is ``cited``, ``to-be-confirmed`` (a default: the institution still has to say) or
    ``chosen`` (the source leaves it open and this file chooses).
    """

    field: str
    source: Bilingual
    status: str


@dataclass(frozen=True, slots=True)
class College:
    """A group of seats that are filled in the same way."""

    id: str
    title: Bilingual
    seats: int


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat and who holds it from when to when; ``holder`` is a person's handle or id.

    A vacant seat has no holder.
    """

    id: str
    college: str
    holder: str
    term_start: date
    term_end: date
    chair: bool
    deputy: bool = False

    @property
    def vacant(self) -> bool:
        """Say whether nobody holds it."""
        return not self.holder

    def valid_on(self, day: date) -> bool:
        """Say whether the term covers ``day``."""
        return self.term_start <= day <= self.term_end


@dataclass(frozen=True, slots=True)
class BoardRules:
    """How this board meets and votes; shares are fractions written ``"1/2"``, days calendar days.

    What came after the first ledgers has a default, with which those ledgers are read.
    """

    id: str
    version: int
    title: Bilingual
    institution: Bilingual
    in_force_from: date
    notice_days: int
    urgent_notice_days: int
    quorum_share: str
    quorum_counts: tuple[Attendance, ...]
    second_call_notice_days: int
    second_call_quorum_share: str
    proxies_per_person: int
    majority_share: str
    majority_basis: MajorityBasis
    casting_vote: bool
    colleges: tuple[College, ...]
    citations: tuple[Citation, ...]
    quorum_reached: Reached = Reached.AT_LEAST
    majority_reached: Reached = Reached.MORE_THAN
    vacant_seats_count: bool = False
    """Whether a vacant seat counts among the seats that a share is taken of."""
    papers_days: int = 0
    """How long before the session the papers are in the members' hands."""
    proxy_scope: ProxyScope = ProxyScope.BOARD
    no_proxy_colleges: tuple[str, ...] = ()
    """Colleges whose members give no proxy."""
    presiding: Presiding = Presiding.ELECTED
    substitute_casting_vote: bool = False
    """Whether whoever presides in the chair's place has the casting vote."""
    secret_ballot: SecretBallot = SecretBallot.ALLOWED
    modes: tuple[Mode, ...] = (Mode.SESSION,)
    written_days: int = 0
    """How long a written consultation stays open, at the least."""
    written_quorum_share: str = "1/2"
    """The share of the seats that have to take part in a written consultation."""
    written_objections: int = 0
    """How many members can force a meeting instead; 0: none can."""

    @property
    def rule(self) -> str:
        """Give the short name by which people know this rule."""
        return f"{self.id} v{self.version}"

    def cited(self, field: str) -> Citation | None:
        """Give where ``field`` is written."""
        return next((citation for citation in self.citations if citation.field == field), None)


@dataclass(frozen=True, slots=True)
class Board:
    """A board file: the rules and who sits where."""

    rules: BoardRules
    seats: tuple[Seat, ...]
