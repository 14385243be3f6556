"""The acts of the board and of what follows its vote: session, seal, press, life afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from approvals.board import Mode
from approvals.desk.api.act import Act, act, file_of, simple
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.handlers import board as session
from approvals.handlers import life, press, publication
from approvals.handlers.base import Command, WithReason
from approvals.ledger import Entry
from approvals.names import Digest, Language, ParagraphId
from documents.digest import text_digest


@dataclass(frozen=True, slots=True)
class _Convene:
    when: datetime | None = None
    place: str = ""
    board: str | None = None
    mode: Mode = Mode.SESSION
    closes: datetime | None = None
    urgency: str | None = None
    papers: bool = True


def _convene(seen: Seen, key: str, body: Any) -> Entry:
    known = {one.rules.id: one for one in seen.desk.sessions.boards()}
    board = known.get(body.board or "") or (
        next(iter(known.values())) if len(known) == 1 and body.board is None else None
    )
    if board is None:
        raise GuardError("convene:board", N_("Choose the board that is convened."))
    command = session.Convene(
        dossier=seen.dossier.id,
        by=seen.me,
        key=key,
        board=board,
        when=body.when,
        place=body.place,
        urgency=body.urgency,
        mode=body.mode,
        closes=body.closes,
        papers=body.papers,
    )
    return session.convene(command, seen.desk.house.office)


@dataclass(frozen=True, slots=True)
class _Amend:
    paragraph: ParagraphId | None = None
    words: str | None = None
    file: Digest | None = None
    language: Language | None = None
    seat: str | None = None


def _amend(seen: Seen, key: str, body: Any) -> Entry:
    it = seen.dossier
    if body.file is not None:
        data = file_of(seen, body.file)
    elif body.paragraph is not None and body.words:
        data = seen.desk.sessions.reworded(it, body.paragraph, body.words, body.language)
    else:
        raise GuardError(
            "amend:what", N_("Write the new words of a paragraph, or choose a Word file.")
        )
    return seen.desk.sessions.amend(
        it,
        data,
        f"{it.id}.docx",
        by=seen.me,
        language=body.language,
        seat=body.seat,
        key=key,
    )


@dataclass(frozen=True, slots=True)
class _Nothing:
    pass


def _extract(seen: Seen, key: str, body: Any) -> Entry:
    return seen.desk.sessions.extract(seen.dossier, by=seen.me, key=key)


@dataclass(frozen=True, slots=True)
class _PressRelease:
    fr: Digest
    en: Digest


def _press_release(seen: Seen, key: str, body: Any) -> Entry:
    for digest in (body.fr, body.en):
        file_of(seen, digest)
    command = press.KeepPressRelease(
        dossier=seen.dossier.id, by=seen.me, key=key, fr=body.fr, en=body.en
    )
    return press.keep_press_release(command, seen.desk.house.office)


@dataclass(frozen=True, slots=True)
class _Publish:
    not_before: datetime | None = None


def _publish(seen: Seen, key: str, body: Any) -> Entry:
    command = publication.OrderPublication(
        dossier=seen.dossier.id, by=seen.me, key=key, not_before=body.not_before or seen.now
    )
    return publication.order_publication(command, seen.desk.house.office)


@dataclass(frozen=True, slots=True)
class _Erratum:
    language: Literal["fr", "en"]
    file: Digest
    reason: str | None = None


def _erratum(seen: Seen, key: str, body: Any) -> Entry:
    command = life.ProposeErratum(
        dossier=seen.dossier.id,
        by=seen.me,
        key=key,
        language=Language(body.language),
        version=body.file,
        text=Digest(text_digest(file_of(seen, body.file)).document),
        reason=body.reason,
    )
    return life.propose_erratum(command, seen.desk.house.office)


LIST: Final[tuple[Act, ...]] = (
    act("convene", "board", "Convene the board.", _Convene, _convene),
    simple("recall", "board", "Take a convocation back.", WithReason, session.recall),
    simple("papers", "board", "Say that the papers were sent.", Command, session.send_papers),
    simple("attend", "board", "Record who is there.", session.Attend, session.attend),
    simple("no-quorum", "board", "Declare no quorum.", Command, session.declare_no_quorum),
    simple("object", "board", "Ask for a session.", session.Object, session.object_to_writing),
    simple("open-ballot", "board", "Open the ballot.", session.OpenBallot, session.open_ballot),
    simple("vote", "board", "Cast one seat's vote.", session.Vote, session.vote),
    simple("drop-vote", "board", "Vote in secret.", session.DropVote, session.drop_vote),
    simple("defer", "board", "Put the decision off.", WithReason, session.defer),
    simple("close-ballot", "board", "Close the ballot.", session.CloseBallot, session.close_ballot),
    simple("conform", "board", "Certify conformity.", session.Conform, session.certify_conformity),
    simple("seal", "board", "Order the seal.", Command, publication.order_seal),
    act("amend", "board", "Bring the text as the board amends it.", _Amend, _amend),
    act("extract", "board", "Certify an extract of the resolution.", _Nothing, _extract),
    simple(
        "approve-quote", "publish", "Approve one's words.", press.ApproveQuote, press.approve_quote
    ),
    simple("quote", "publish", "Propose somebody's words.", press.AddQuote, press.add_quote),
    simple("drop-quote", "publish", "Leave a quote out.", press.DropQuote, press.drop_quote),
    act("publish", "publish", "Release the publication.", _Publish, _publish),
    simple("withdraw", "publish", "Order a withdrawal.", life.Withdraw, life.withdraw),
    simple(
        "confirm-withdrawal", "board", "Confirm a withdrawal.", Command, life.confirm_withdrawal
    ),
    simple("certify-erratum", "translate", "Certify a correction.", Command, life.certify_erratum),
    act("press-release", "publish", "Keep the press release.", _PressRelease, _press_release),
    act("erratum", "translate", "Propose a corrected edition.", _Erratum, _erratum),
)
