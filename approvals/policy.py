"""What may happen next in a dossier, and what the house has to do itself. Pure.

Guards that need to know who acts are in ``approvals.handlers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from approvals import board, workdays
from approvals.circuits import AtDeadline, Step
from approvals.dossier import Dossier
from approvals.errors import N_, WrongStateError
from approvals.events import BoxVote, Choice, Fallen
from approvals.names import ORDER, Digest, ParagraphId, Role, amended_digest
from approvals.standing import Erratum, Meeting, PairText, Quote, State, StepStatus


class Stage(StrEnum):
    """What the house does by itself between two human acts."""

    TRANSLATE = "translate"
    ALIGN = "align"
    DEADLINE = "deadline"
    RESOLUTION = "resolution"
    SEAL = "seal"
    PUBLISH = "publish"
    SUCCESSION = "succession"
    ERRATUM = "correction"


BEFORE_BOARD: Final = frozenset(
    {
        State.DRAFT,
        State.TRANSLATING,
        State.ALIGNED,
        State.IN_REVIEW,
        State.CHANGES_REQUESTED,
        State.BOARD_READY,
    }
)

AFTER_BOARD: Final = frozenset(
    {
        State.ADOPTED,
        State.CONFORMITY,
        State.SEALING,
        State.SEALED,
        State.EMBARGOED,
        State.PUBLISHED,
        State.SUPERSEDED,
        State.WITHDRAWN,
    }
)

BEFORE_RELEASE: Final = frozenset(
    {
        State.BOARD_READY,
        State.CONVENED,
        State.NO_QUORUM,
        State.VOTING,
        State.AMENDING,
        State.ADOPTED,
        State.CONFORMITY,
        State.SEALING,
        State.SEALED,
    }
)
"""While the press is prepared: the text is before the board or behind it, and not released yet."""

READ: Final = frozenset(
    {
        State.TRANSLATING,
        State.ALIGNED,
        State.IN_REVIEW,
        State.CHANGES_REQUESTED,
        State.BOARD_READY,
        State.CONVENED,
    }
)
"""While people read the text and may say something of its words."""

ALLOWED: Final[Mapping[str, frozenset[State]]] = {
    "submit": BEFORE_BOARD | {State.NEW, State.NO_QUORUM, State.REJECTED, State.DEFERRED},
    "link": frozenset(State) - {State.ABANDONED},
    "attach": BEFORE_BOARD | {State.NEW},
    "link-finding": BEFORE_BOARD,
    "waive-finding": BEFORE_BOARD | {State.NEW},
    "remark": READ,
    "answer-remark": READ,
    "close-remark": READ,
    "translate": frozenset({State.DRAFT}),
    "revise": frozenset(
        {State.TRANSLATING, State.ALIGNED, State.IN_REVIEW, State.BOARD_READY, State.CONFORMITY}
    ),
    "certify": frozenset({State.TRANSLATING, State.CONFORMITY}),
    "review": frozenset({State.ALIGNED}),
    "decide": frozenset({State.IN_REVIEW}),
    "vouch": frozenset({State.ALIGNED, State.IN_REVIEW}),
    "waive": frozenset({State.ALIGNED, State.IN_REVIEW}),
    "convene": frozenset({State.BOARD_READY, State.NO_QUORUM}),
    "recall": frozenset({State.CONVENED}),
    "papers": frozenset({State.CONVENED}),
    "attend": frozenset({State.CONVENED, State.AMENDING}),
    "no-quorum": frozenset({State.CONVENED, State.VOTING}),
    "object": frozenset({State.CONVENED, State.VOTING}),
    "open-ballot": frozenset({State.CONVENED, State.AMENDING}),
    "vote": frozenset({State.VOTING}),
    "amend": frozenset({State.VOTING, State.AMENDING}),
    "defer": frozenset({State.VOTING, State.AMENDING}),
    "close-ballot": frozenset({State.VOTING}),
    "conform": frozenset({State.CONFORMITY}),
    "seal": frozenset({State.ADOPTED, State.CONFORMITY}),
    "extract": AFTER_BOARD,
    "quote": BEFORE_RELEASE,
    "approve-quote": BEFORE_RELEASE,
    "drop-quote": BEFORE_RELEASE,
    "press-release": BEFORE_RELEASE,
    "publish": frozenset({State.SEALED}),
    "withdraw": frozenset({State.PUBLISHED}),
    "confirm-withdrawal": frozenset({State.PUBLISHED}),
    "erratum": frozenset({State.PUBLISHED}),
    "certify-erratum": frozenset({State.PUBLISHED}),
    "abandon": BEFORE_BOARD
    | {State.NEW, State.CONVENED, State.NO_QUORUM, State.REJECTED, State.DEFERRED},
}
"""In which states each act is possible at all."""


def require(dossier: Dossier, act: str) -> None:
    """Raise ``WrongStateError`` unless ``act`` is possible where the dossier stands."""
    allowed = ALLOWED[act]
    if dossier.state not in allowed:
        raise WrongStateError(
            f"state:{act}",
            N_(
                "“{act}” is not possible now: {dossier} is in the state “{state}”, and this act "
                "needs {allowed}. Look at what comes next."
            ),
            act=act,
            dossier=dossier.id,
            state=dossier.state,
            allowed=tuple(state for state in State if state in allowed),
        )


def untranslated(dossier: Dossier) -> tuple[ParagraphId, ...]:
    """Give the paragraphs for which the house has not yet looked up anything."""
    return tuple(id for id, pair in translatable(dossier).items() if pair.units is None)


def translatable(dossier: Dossier) -> dict[ParagraphId, PairText]:
    """Give the pairs that carry words, in the order of the draft."""
    return {id: pair for id, pair in dossier.pairs.items() if id not in dossier.untranslatable}


def uncertified(dossier: Dossier) -> tuple[ParagraphId, ...]:
    """Give the paragraphs that no reviser has certified."""
    return tuple(id for id, pair in translatable(dossier).items() if pair.certified_by is None)


def due(dossier: Dossier, now: datetime) -> Stage | None:
    """Say what the house has to do by itself now, or None where it waits for people."""
    match dossier.state:
        case State.TRANSLATING | State.CONFORMITY if untranslated(dossier):
            return Stage.TRANSLATE
        case State.TRANSLATING if not uncertified(dossier):
            return Stage.ALIGN
        case State.IN_REVIEW if overdue(dossier, now):
            return Stage.DEADLINE
        case State.CONFORMITY if not dossier.aligned and not uncertified(dossier):
            return Stage.ALIGN
        case State.CONFORMITY if not conformed(dossier):
            return None
        case State.ADOPTED | State.CONFORMITY if dossier.resolution is None:
            return Stage.RESOLUTION
        case State.SEALING:
            return Stage.SEAL
        case State.EMBARGOED if dossier.ordered and dossier.ordered.not_before <= now:
            return Stage.PUBLISH
        case State.PUBLISHED if certified_errata(dossier):
            return Stage.ERRATUM
        case State.PUBLISHED if succeeds(dossier):
            return Stage.SUCCESSION
        case _:
            return None


def certified_errata(dossier: Dossier) -> tuple[Erratum, ...]:
    """Give the corrected editions that were certified and are not out yet."""
    return tuple(one for one in dossier.errata.values() if one.certified_by and one.edition is None)


def open_errata(dossier: Dossier) -> tuple[Erratum, ...]:
    """Give the corrected editions that nobody has certified."""
    return tuple(one for one in dossier.errata.values() if one.certified_by is None)


def unapproved(dossier: Dossier) -> tuple[Quote, ...]:
    """Give the quotes that their speakers have not approved in both languages."""
    return tuple(quote for quote in dossier.quotes.values() if quote.missing)


def succeeds(dossier: Dossier) -> str | None:
    """Give the dossier that this one supersedes, while that is not dealt with."""
    opened = dossier.opened
    return opened.succeeds if opened and not dossier.settled else None


def fallen(dossier: Dossier, pairs: Mapping[ParagraphId, tuple[str, str]]) -> tuple[Fallen, ...]:
    """Say which approvals do not outlive a new pair, paragraph by paragraph, and in what language.

    An approval whose paragraph has gone is told by the order of the paragraphs, which changed too.
    """
    opened = dossier.opened
    if opened is None:
        return ()
    fell = []
    for (step, person), given in dossier.approvals.items():
        for id, approval in given.items():
            new = pairs.get(id)
            if new is None:
                continue
            languages = tuple(
                language
                for language, old, now in (
                    (opened.source, approval.source, new[0]),
                    (opened.target, approval.target, new[1]),
                )
                if old != now
            )
            if languages:
                fell.append(Fallen(step, person, id, languages))
    return tuple(fell)


def deadline(dossier: Dossier, step: Step) -> date | None:
    """Give the last working day, on the circuit's calendar, on which a decision is in time."""
    opened = dossier.steps_opened.get(step.id)
    if opened is None or dossier.circuit is None:
        return None
    calendar = dossier.circuit.calendar
    return workdays.after(workdays.day(opened, calendar), step.working_days, calendar)


def past(dossier: Dossier, step: Step, now: datetime) -> bool:
    """Say whether the step's last day is over."""
    last = deadline(dossier, step)
    if last is None or dossier.circuit is None:
        return False
    return workdays.day(now, dossier.circuit.calendar) > last


def overdue(dossier: Dossier, now: datetime) -> tuple[Step, ...]:
    """Give the open steps whose deadline has passed and of which the house recorded nothing yet."""
    if dossier.circuit is None or dossier.state is not State.IN_REVIEW:
        return ()
    late = [
        step
        for step in dossier.circuit.steps
        if step.id in dossier.steps_opened
        and step.id not in dossier.lapsed
        and past(dossier, step, now)
    ]
    return tuple(step for step in late if dossier.status(step.id) is StepStatus.OPEN)


def too_late(dossier: Dossier, step: Step, now: datetime) -> bool:
    """Say whether the step's deadline has passed and its rule takes no late decision."""
    return step.at_deadline is not AtDeadline.ESCALATE and past(dossier, step, now)


def count(dossier: Dossier) -> board.Quorum:
    """Count the quorum of the meeting as it is attended now; in writing, by who took part."""
    if dossier.meeting is None:
        return board.Quorum(0, 0, 0)
    called = dossier.meeting.called
    if called.mode is board.Mode.WRITTEN:
        voted = len(dossier.ballot.voters) if dossier.ballot else 0
        return board.written_quorum(
            called.rules, len(called.seats), voted, second_call=called.second_call
        )
    return board.quorum(
        called.rules, called.seats, dossier.meeting.places, second_call=called.second_call
    )


def entitled(dossier: Dossier) -> tuple[str, ...]:
    """Give the seats that may vote: in the session or represented there, and not recused.

    In a written consultation everybody may who is not recused.
    """
    if dossier.meeting is None:
        return ()
    meeting = dossier.meeting
    if meeting.called.mode is board.Mode.WRITTEN:
        return tuple(
            seat.id
            for seat in meeting.called.seats
            if not meeting.places.get(seat.id, board.Place()).recused
        )
    return tuple(
        seat.id for seat in meeting.called.seats if board.takes_part(seat.id, meeting.places)
    )


def presiding(dossier: Dossier) -> str | None:
    """Give the seat of whoever presides: who was named when the ballot opened, else the chair."""
    if dossier.meeting is None:
        return None
    if dossier.ballot is not None and dossier.ballot.opened.presiding is not None:
        return dossier.ballot.opened.presiding
    return _chair(dossier.meeting)


def _chair(meeting: Meeting) -> str | None:
    """Give the chair's seat where its holder is in the session, or it meets in writing."""
    chair = next((seat.id for seat in meeting.called.seats if seat.chair), "")
    inside = meeting.places.get(chair, board.Place()).attendance in board.INSIDE
    written = meeting.called.mode is board.Mode.WRITTEN
    return chair if chair and (inside or written) else None


def count_ballot(
    dossier: Dossier, box: Iterable[BoxVote] = ()
) -> tuple[board.Tally, board.Outcome]:
    """Compute the result of the dossier's ballot from its votes, or from the box of a secret one.

    Once the result is proclaimed the box is in it.
    """
    if dossier.meeting is None or dossier.ballot is None:
        raise ValueError("no ballot")
    called, voters = dossier.meeting.called, entitled(dossier)
    seats = board.total_seats(called.rules, len(called.seats))
    if dossier.ballot.opened.secret:
        kept = dossier.result.box if dossier.result else tuple(box)
        choices = [one.choice for one in kept]
        return board.tally_box(called.rules, choices, entitled=len(voters), seats=seats)
    votes: dict[str, Choice] = dossier.ballot.votes
    casting = _chair(dossier.meeting)
    if casting is None and called.rules.substitute_casting_vote:
        casting = dossier.ballot.opened.presiding
    return board.tally(called.rules, votes=votes, entitled=voters, chair=casting, seats=seats)


def votable(dossier: Dossier) -> Digest | None:
    """Give the digest of what the board votes on: the pair, or the text amended in session."""
    if dossier.amended and dossier.opened and dossier.draft:
        return amended_digest(dossier.opened.source, dossier.draft.text)
    return dossier.pair


def conformed(dossier: Dossier) -> bool:
    """Say whether reviser and secretary certified the translation against the adopted text."""
    return dossier.aligned and {Role.REVISER, Role.SECRETARY} <= dossier.conformity.keys()


def adopted_pair(dossier: Dossier) -> Digest | None:
    """Give the pair that the board adopted, or that was certified against what it adopted."""
    if dossier.result is None or dossier.result.outcome is not board.Outcome.ADOPTED:
        return None
    if not dossier.amended:
        return dossier.result.pair
    same = dossier.result.pair == votable(dossier)
    return dossier.pair if same and conformed(dossier) else None


def notice(rules: board.BoardRules, *, second_call: bool, urgent: bool) -> int:
    """Give the calendar days that have to lie between convocation and meeting."""
    if urgent:
        return rules.urgent_notice_days
    return rules.second_call_notice_days if second_call else rules.notice_days


def papers_due(meeting: Meeting) -> datetime:
    """Give when the papers have to be in the members' hands; under urgency, with the session."""
    called = meeting.called
    days = 0 if called.urgency is not None else called.rules.papers_days
    if called.second_call:
        days = min(days, called.rules.second_call_notice_days)
    return called.when - timedelta(days=days)


def earliest(called_at: datetime, days: int) -> datetime:
    """Give the first moment at which a meeting called now may be held."""
    return called_at + timedelta(days=days)


def said_paragraphs(paragraphs: tuple[ParagraphId, ...]) -> tuple[ParagraphId, ...]:
    """Leave out what only stands for the order of paragraphs."""
    return tuple(id for id in paragraphs if id != ORDER)
