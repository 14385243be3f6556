"""The ballot: opening, votes, putting off, proclamation."""

from __future__ import annotations

import json
from dataclasses import dataclass

from approvals import events as ev
from approvals import policy, workdays
from approvals.board import INSIDE, Outcome, Place, Presiding, SecretBallot, Tally
from approvals.errors import N_, GuardError, NotEntitledError, StalePairError
from approvals.handlers.base import (
    Command,
    Office,
    Scene,
    WithReason,
    carry_out,
    no_administrator,
    require,
)
from approvals.handlers.board import box
from approvals.handlers.board.common import ballot_of, closes, holder_of, in_writing, meeting_of
from approvals.ledger import Entry
from approvals.names import Digest, PersonId, Role
from approvals.register import is_dossier
from approvals.standing import Ballot, Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBallot(Command):
    """Open the vote on exactly ``pair``, or on the digest of a text that was amended in session.

    ``presiding`` is the seat of whoever presides where the chair is not there.
    """

    pair: Digest
    secret: bool = False
    presiding: str | None = None


def open_ballot(command: OpenBallot, office: Office) -> Entry:
    """Open the vote; the quorum has to be there now, or in writing at the end."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "open-ballot", Role.SECRETARY, Role.CHAIR)
        meeting = meeting_of(scene.dossier)
        _papers_in_time(scene, meeting)
        quorum = policy.count(scene.dossier)
        if in_writing(meeting):
            _open_now(scene, meeting)
        elif not quorum.met:
            raise GuardError(
                "ballot:quorum",
                N_(
                    "There is no quorum: {counted} members count and {rule} asks for {required} "
                    "of {seats}. Record more attendance, or declare that there is no quorum."
                ),
                counted=quorum.counted,
                required=quorum.required,
                seats=quorum.seats,
                rule=meeting.called.rules.rule,
            )
        votable = policy.votable(scene.dossier)
        if votable is None or command.pair != votable:
            raise StalePairError(
                "ballot:pair",
                N_(
                    "This is not the text that the board was convened to decide on ({current}). "
                    "Open the ballot on that one."
                ),
                current=(votable or meeting.called.pair)[:12],
            )
        return ev.BallotOpened(
            command.by,
            meeting.called.meeting,
            ev.BallotId(scene.ids.new("ballot")),
            command.pair,
            quorum.counted,
            quorum.required,
            secret=_secrecy(meeting, command.secret),
            presiding=_presiding(scene, meeting, command.presiding),
            amended=scene.dossier.amended,
        )

    return carry_out(command, office, ev.BallotOpened, decide, chosen=("pair",))


def _papers_in_time(scene: Scene, meeting: Meeting) -> None:
    due = policy.papers_due(meeting)
    if meeting.papers_at is None or (meeting.called.rules.papers_days and meeting.papers_at > due):
        raise GuardError(
            "ballot:papers",
            N_(
                "The papers were to be in the members’ hands by {due}, under {rule}. Recall the "
                "session and convene it anew."
            ),
            due=due,
            rule=meeting.called.rules.rule,
            dossier=scene.dossier.id,
        )


def _open_now(scene: Scene, meeting: Meeting) -> None:
    if not meeting.called.when <= scene.now < closes(meeting):
        raise GuardError(
            "ballot:hours",
            N_(
                "The written consultation is open from {when} to {closes}, and not now. "
                "Open the ballot between the two."
            ),
            when=meeting.called.when,
            closes=closes(meeting),
        )


def _secrecy(meeting: Meeting, asked: bool) -> bool:
    rules = meeting.called.rules
    if asked and rules.secret_ballot is SecretBallot.NEVER:
        raise GuardError(
            "ballot:secret",
            N_("{rule} knows no secret ballot. Hold an open one."),
            rule=rules.rule,
        )
    return asked or rules.secret_ballot is SecretBallot.ALWAYS


def _presiding(scene: Scene, meeting: Meeting, named: str | None) -> str | None:
    """Give the seat of whoever presides; by rule, where it is not the chair."""
    chair = policy.presiding(scene.dossier)
    if chair is not None:
        if named not in (None, chair):
            raise GuardError(
                "ballot:presiding",
                N_("The chair is in the session and presides. Name nobody else."),
            )
        return chair
    rules = meeting.called.rules
    if rules.presiding is Presiding.CHAIR:
        raise GuardError(
            "ballot:chair",
            N_(
                "Under {rule} only the chair presides, who is not in the session. "
                "Record the chair’s attendance first, or recall the session."
            ),
            rule=rules.rule,
        )
    able = tuple(
        seat.id
        for seat in meeting.called.seats
        if meeting.places.get(seat.id, Place()).attendance in INSIDE
        and (seat.deputy or rules.presiding is Presiding.ELECTED)
    )
    if named is None and rules.presiding is Presiding.DEPUTY and able:
        return able[0]
    if named not in able:
        raise GuardError(
            "ballot:presiding",
            N_(
                "The chair is not in the session. Say which seat presides under {rule}; it can be "
                "{seats}."
            ),
            rule=rules.rule,
            seats=able or ("–",),
        )
    return named


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote(Command):
    """Cast one seat's vote; ``signoff`` is where the evidence of a signature lies."""

    seat: str
    choice: ev.Choice
    signoff: Digest | None = None


def vote(command: Vote, office: Office) -> Entry:
    """Cast a vote for one's own seat or for the seat whose proxy one holds; once."""

    def decide(scene: Scene) -> ev.Event:
        ballot = _may_vote(scene, command.by, command.seat)
        if ballot.opened.secret:
            raise GuardError(
                "vote:secret",
                N_("This ballot is secret. Put the vote in the box, under a receipt."),
            )
        return ev.VoteCast(
            command.by, ballot.opened.ballot, command.seat, command.choice, command.signoff
        )

    return carry_out(command, office, ev.VoteCast, decide, chosen=("seat", "choice"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DropVote(Command):
    """Cast one seat's vote in a secret ballot; ``receipt`` is random, made by whoever asks.

    Brought again under the same key it is answered and not repeated, whatever choice it names: the
    ledger does not know the first one.
    """

    seat: str
    choice: ev.Choice
    receipt: str
    signoff: Digest | None = None


def drop_vote(command: DropVote, office: Office) -> Entry:
    """Put a vote in the box of a secret ballot; the ledger holds only that the seat took part."""

    def decide(scene: Scene) -> ev.Event:
        ballot = _may_vote(scene, command.by, command.seat)
        if not ballot.opened.secret:
            raise GuardError(
                "vote:open", N_("This ballot is open: every vote is recorded with its seat.")
            )
        box.drop(scene.work, ballot.opened.ballot, command.receipt, command.choice)
        return ev.VoteDropped(command.by, ballot.opened.ballot, command.seat, command.signoff)

    return carry_out(command, office, ev.VoteDropped, decide, chosen=("seat",))


def _may_vote(scene: Scene, by: PersonId, seat: str) -> Ballot:
    """Give the ballot if this person may vote for this seat in it now."""
    require(scene, by, "vote", Role.MEMBER)
    no_administrator(scene, by, "vote")
    meeting, ballot = meeting_of(scene.dossier), ballot_of(scene.dossier)
    holder = holder_of(meeting, seat)
    if in_writing(meeting) and scene.now >= closes(meeting):
        raise GuardError(
            "vote:late",
            N_("The written consultation ended on {when}. No vote is taken any more."),
            when=closes(meeting),
        )
    if seat not in policy.entitled(scene.dossier):
        raise NotEntitledError(
            "vote:entitled",
            N_(
                "Seat {seat} has no vote in this ballot: it, or who holds its proxy, is absent "
                "or takes no part in the item."
            ),
            seat=seat,
        )
    proxy_to = meeting.places.get(seat, Place()).proxy_to
    if by != (holder_of(meeting, proxy_to) if proxy_to else holder):
        raise NotEntitledError(
            "vote:holder",
            N_(
                "Seat {seat} is not yours to vote for: its holder votes for it, or whoever "
                "holds its proxy. Vote for your own seat."
            ),
            seat=seat,
        )
    if seat in ballot.voters:
        raise GuardError(
            "vote:twice",
            N_("Seat {seat} has voted already. A vote that was cast stays as it is."),
            seat=seat,
        )
    return ballot


def defer(command: WithReason, office: Office) -> Entry:
    """Put the decision off: the ballot is void and uncounted."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "defer", Role.SECRETARY, Role.CHAIR)
        dossier = scene.dossier
        meeting = meeting_of(dossier)
        note = scene.reason("defer:reason", command.reason)
        ballot = ev.BallotId("")
        if dossier.ballot is not None:
            ballot = dossier.ballot.opened.ballot
            box.burn(scene.work, ballot)
        return ev.ResultProclaimed(
            by=command.by,
            ballot=ballot,
            pair=policy.votable(dossier) or meeting.called.pair,
            rule=meeting.called.rule,
            tally=Tally(0, 0, 0, len(policy.entitled(dossier)), 0, False),
            outcome=Outcome.DEFERRED,
            number=None,
            on=workdays.day(scene.now),
            note=note,
        )

    return carry_out(command, office, ev.ResultProclaimed, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseBallot(Command):
    """Close the vote and proclaim; ``number`` is the resolution's, or the next one of the year."""

    number: str | None = None
    signoff: Digest | None = None


def close_ballot(command: CloseBallot, office: Office) -> Entry:
    """Close the ballot and proclaim what the formula gives, never anything else."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "close-ballot", Role.SECRETARY, Role.CHAIR)
        meeting, ballot = meeting_of(scene.dossier), ballot_of(scene.dossier)
        if not ballot.voters:
            raise GuardError(
                "ballot:empty",
                N_("Nobody has voted yet. Close the ballot when the votes are cast."),
            )
        if in_writing(meeting):
            _at_the_end(scene, meeting, ballot)
        choices = _opened_box(scene, ballot)
        tally, outcome = policy.count_ballot(scene.dossier, choices)
        number = None
        if outcome is Outcome.ADOPTED:
            number = _number(scene, command.number)
        return ev.ResultProclaimed(
            by=command.by,
            ballot=ballot.opened.ballot,
            pair=ballot.opened.pair,
            rule=meeting.called.rule,
            tally=tally,
            outcome=outcome,
            number=number,
            on=workdays.day(scene.now),
            box=choices,
            signoff=command.signoff,
        )

    return carry_out(command, office, ev.ResultProclaimed, decide, chosen=("number",))


def _at_the_end(scene: Scene, meeting: Meeting, ballot: Ballot) -> None:
    """Let a written consultation end at its hour, or when everybody has voted; with its quorum."""
    everybody = len(ballot.voters) == len(policy.entitled(scene.dossier))
    if scene.now < closes(meeting) and not everybody:
        raise GuardError(
            "ballot:early",
            N_(
                "The written consultation is open until {when}. Come back then, or when everybody "
                "has voted."
            ),
            when=closes(meeting),
        )
    quorum = policy.count(scene.dossier)
    if not quorum.met:
        raise GuardError(
            "ballot:participation",
            N_(
                "{counted} members took part and {rule} asks for {required} of {seats}. Declare "
                "that there is no quorum."
            ),
            counted=quorum.counted,
            rule=meeting.called.rules.rule,
            required=quorum.required,
            seats=quorum.seats,
            dossier=scene.dossier.id,
        )


def _opened_box(scene: Scene, ballot: Ballot) -> tuple[ev.BoxVote, ...]:
    """Take the choices out of a secret ballot's box; there are as many as seats that voted."""
    if not ballot.opened.secret:
        return ()
    choices = box.read(scene.work, ballot.opened.ballot)
    if len(choices) != len(ballot.voters):
        raise GuardError(
            "ballot:box",
            N_(
                "The box holds {found} votes and {cast} seats voted: somebody touched the "
                "database. Put the decision off and vote again."
            ),
            found=len(choices),
            cast=len(ballot.voters),
        )
    box.burn(scene.work, ballot.opened.ballot)
    return choices


def _number(scene: Scene, wanted: str | None) -> str:
    """Give the number asked for, unless another resolution has it; else the year's next one."""
    taken = {
        json.loads(entry.payload)["number"]
        for stream in scene.work.streams()
        if is_dossier(stream)
        for entry in scene.work.history(stream)
        if entry.type == ev.ResultProclaimed.__name__
    }
    if wanted is None or not wanted.strip():
        year = workdays.day(scene.now).year
        numbers = (f"{year}-{count:02d}" for count in range(1, len(taken) + 2))
        return next(number for number in numbers if number not in taken)
    if wanted.strip() in taken:
        raise GuardError(
            "ballot:number",
            N_("The number {number} belongs to another resolution. Choose another."),
            number=wanted.strip(),
        )
    return wanted.strip()
