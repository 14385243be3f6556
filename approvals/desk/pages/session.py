"""The board's session on one text: convening, who is there, the ballot, what was proclaimed.

One page that follows the state. Every act is its own form, so it works without JavaScript; the
quorum is looked at again by a script where there is one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Final

from starlette.responses import Response

from approvals import board, policy, workdays
from approvals import events as ev
from approvals.board import Attendance, Mode, Place
from approvals.desk import amending, road, signing, sitting, texts, working
from approvals.desk.auth.guards.body import UPLOAD
from approvals.desk.figures import whole
from approvals.desk.pages.dossier import said
from approvals.desk.pages.files import attached
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.rules import DOSSIER
from approvals.desk.seen import Seen
from approvals.dossier import Dossier, read
from approvals.errors import N_, GuardError
from approvals.handlers import board as handlers
from approvals.handlers.base import Command, Office, WithReason
from approvals.names import Digest, Language, Role
from approvals.standing import State

CHOICES: Final = (
    (ev.Choice.FOR, "ok", N_("In favour")),
    (ev.Choice.AGAINST, "no", N_("Opposed")),
    (ev.Choice.ABSTAIN, "abst", N_("Abstention")),
)
WAYS: Final = {
    Attendance.PRESENT: ("sq", N_("present")),
    Attendance.REMOTE: ("sqh", N_("remote")),
    Attendance.REPRESENTED: ("sqo", N_("represented")),
    Attendance.ABSENT: ("sqe", N_("absent")),
}
MODES: Final = {
    Mode.SESSION: N_("in a room"),
    Mode.CONFERENCE: N_("by conference"),
    Mode.WRITTEN: N_("in writing"),
}


def session(seen: Seen, refusal: str = "", code: int = 200) -> Response:
    """Show it as it stands."""
    it = seen.dossier
    found = sitting.of(seen, it)
    may = _may(seen, it)
    boards = seen.desk.sessions.boards() if may["convene"] else []
    called = it.meeting.called if it.meeting else None
    paragraphs = amending.paragraphs(seen, it) if may["amend"] else {}
    return seen.render(
        "session.html",
        code,
        nav="sessions",
        road=road.of(it, said(seen, it)),
        working=working.of(seen, it),
        it=it,
        opened=it.opened,
        sitting=found,
        called=called,
        begun=called is not None and called.when <= seen.now,
        cited=seen.desk.sessions.cited(it, seen.language) if called else None,
        votable=policy.votable(it),
        to_vote=[one for one in found.to_cast if sitting.may_vote(it, one)] if found else [],
        may=may,
        boards=boards,
        told=[sitting.told(seen, one) for one in boards],
        numbered=texts.numbers(it),
        amending=paragraphs,
        first_words=amending.first_words(paragraphs),
        editions=_editions(seen, it),
        agreed=_ballot_list(seen, it),
        extracts=_extracts(seen, it),
        choices=CHOICES,
        ways=WAYS,
        modes=MODES,
        refusal=refusal,
        seats=found.rows if found else [],
        key=secrets.token_hex(8),
        signs=signing.offered(seen),
        must_sign=signing.required(seen),
    )


def quorum(seen: Seen) -> Response:
    """Give the part that is counted while people come in, for the script of the page."""
    it = seen.dossier
    found = sitting.of(seen, it)
    if found is None:
        return refused(seen, 404, N_("There is no such page."))
    return seen.render(
        "session_quorum.html",
        it=it,
        sitting=found,
        cited=seen.desk.sessions.cited(it, seen.language),
        ways=WAYS,
        called=found.meeting.called,
    )


def _may(seen: Seen, it: Dossier) -> dict[str, bool]:
    """Say which acts the page offers; the handlers judge once more."""
    roles = {
        "convene": {Role.SECRETARY},
        "recall": {Role.SECRETARY},
        "papers": {Role.SECRETARY},
        "attend": {Role.SECRETARY},
        "no-quorum": {Role.SECRETARY},
        "open-ballot": {Role.SECRETARY},
        "amend": {Role.SECRETARY},
        "defer": {Role.SECRETARY, Role.CHAIR},
        "close-ballot": {Role.SECRETARY, Role.CHAIR},
        "object": {Role.MEMBER},
        "extract": {Role.SECRETARY},
    }
    may = {
        act: bool(seen.roles & held) and it.state in policy.ALLOWED[act]
        for act, held in roles.items()
    }
    meeting = it.meeting
    writing = meeting is not None and meeting.called.mode is Mode.WRITTEN
    may["papers"] = may["papers"] and meeting is not None and meeting.papers_at is None
    may["amend"] = may["amend"] and not writing
    may["declare"] = (
        Role.MEMBER in seen.roles
        and Role.SECRETARY not in seen.roles
        and it.state in policy.ALLOWED["attend"]
    )
    may["object"] = (
        may["object"]
        and writing
        and meeting is not None
        and bool(meeting.called.rules.written_objections)
    )
    may["extract"] = may["extract"] and it.resolution is not None
    return may


def _editions(seen: Seen, it: Dossier) -> list[dict[str, object]]:
    """Give both texts, as the board reads them."""
    if it.opened is None or it.draft is None:
        return []
    versions = {it.opened.source: (it.draft.version, it.draft.text)}
    if it.target is not None:
        versions[it.opened.target] = (it.target.version, it.target.text)
    return [
        {
            "language": language,
            "digest": text,
            "lines": list(texts.of(seen, version).values()),
            "authoritative": language == it.opened.authoritative,
            "stale": language == it.opened.target and not it.aligned,
        }
        for language, (version, text) in sorted(versions.items(), reverse=True)
    ]


def _ballot_list(seen: Seen, it: Dossier) -> list[tuple[str, str]]:
    """Give who voted what in an open ballot, once its result is proclaimed."""
    if it.result is None or it.ballot is None or it.ballot.opened.secret or it.meeting is None:
        return []
    words = {choice: name for choice, _, name in CHOICES}
    return [
        (seen.name(seat.holder), words[it.ballot.votes[seat.id]])
        for seat in it.meeting.called.seats
        if seat.id in it.ballot.votes
    ]


def _extracts(seen: Seen, it: Dossier) -> list[str]:
    """Give the languages in which a certified extract can be had."""
    certified = any(one.type == "ExtractCertified" for one in seen.books.entries(it.id))
    return ["fr", "en"] if certified else []


def _act(name: str, doing: Callable[[Seen], Response | None]) -> Callable[[Seen], Response]:
    """Make the page of an act; a refusal is said on the session's page, what was typed kept."""

    def do(seen: Seen) -> Response:
        try:
            answer = doing(seen)
        except REFUSALS as fault:
            return session(seen, seen.tr(fault.message, **fault.data), status(fault))
        return answer or seen.go(f"/dossiers/{seen.dossier.id}/session", done=name)

    return do


def _convene(seen: Seen) -> None:
    known = seen.desk.sessions.boards()
    place = whole(seen.said("board"))
    if place is None or place >= len(known):
        raise GuardError("convene:board", N_("Choose the board that is convened."))
    try:
        mode = Mode(seen.said("mode") or Mode.SESSION)
    except ValueError as fault:
        raise GuardError("convene:mode", N_("Choose how the board meets.")) from fault
    written = mode is Mode.WRITTEN
    urgent = seen.said("urgent") == "yes"
    command = handlers.Convene(
        dossier=seen.dossier.id,
        by=seen.me,
        key=seen.key,
        board=known[place],
        when=moment(seen, "day", "hour"),
        place=seen.said("place"),
        urgency=seen.said("urgency") if urgent else None,
        mode=mode,
        closes=moment(seen, "closes_day", "closes_hour") if written else None,
        papers=seen.said("papers") != "later",
    )
    handlers.convene(command, seen.desk.house.office)


def moment(seen: Seen, day: str, hour: str) -> datetime:
    """Read a day and an hour in the legal time of Paris."""
    try:
        on = datetime.fromisoformat(seen.said(day)).date()
        at = time.fromisoformat(seen.said(hour) or "x")
    except ValueError as fault:
        raise GuardError(
            "convene:when", N_("A day or an hour is missing. Write both, for example 14:00.")
        ) from fault
    return workdays.at(on, at)


def _plain(
    handler: Callable[[Command, Office], object],
) -> Callable[[Seen], None]:
    def do(seen: Seen) -> None:
        handler(Command(dossier=seen.dossier.id, by=seen.me, key=seen.key), seen.desk.house.office)

    return do


def _with_reason(
    handler: Callable[[WithReason, Office], object],
) -> Callable[[Seen], None]:
    def do(seen: Seen) -> None:
        command = WithReason(
            dossier=seen.dossier.id, by=seen.me, key=seen.key, reason=seen.said("reason") or None
        )
        handler(command, seen.desk.house.office)

    return do


def _attend(seen: Seen) -> None:
    """Record what changed in the list: who is there first, then who is represented by them."""
    it = seen.dossier
    meeting = it.meeting
    if meeting is None:
        raise GuardError("attend:none", N_("The board is not convened."))
    wanted: list[tuple[str, Place]] = []
    for seat in meeting.called.seats:
        how = seen.said(f"how-{seat.id}")
        if not how:
            continue
        try:
            attendance = Attendance(how)
        except ValueError as fault:
            raise GuardError("attend:how", N_("Choose how each seat is filled.")) from fault
        to = seen.said(f"to-{seat.id}") or None
        if attendance is not Attendance.REPRESENTED:
            to = None
        was = meeting.places.get(seat.id, Place())
        declared_since = was.recused and seen.said(f"declared-{seat.id}") != "yes"
        recused = declared_since or seen.said(f"recused-{seat.id}") == "yes"
        place = Place(attendance, to, recused)
        if place != was:
            wanted.append((seat.id, place))
    # A proxy needs its holder in the room, and one who leaves must not hold it any more.
    wanted.sort(
        key=lambda one: (one[1].proxy_to is not None, one[1].attendance not in board.INSIDE)
    )
    for id, place in wanted:
        command = handlers.Attend(
            dossier=it.id,
            by=seen.me,
            key=f"{seen.key}:{id}",
            seat=id,
            attendance=place.attendance,
            proxy_to=place.proxy_to,
            recused=place.recused,
        )
        handlers.attend(command, seen.desk.house.office)


def _declare(seen: Seen) -> None:
    """Take a member's word that they have an interest: every seat of theirs is recused."""
    it = seen.dossier
    found = sitting.of(seen, it)
    if found is None or not found.holds:
        raise GuardError("vote:seat", N_("You hold no seat in this session."))
    for row in found.declarable:
        command = handlers.Attend(
            dossier=it.id,
            by=seen.me,
            key=f"{seen.key}:{row.seat.id}",
            seat=row.seat.id,
            attendance=row.place.attendance,
            proxy_to=row.place.proxy_to,
            recused=True,
        )
        handlers.attend(command, seen.desk.house.office)


def _open_ballot(seen: Seen) -> None:
    command = handlers.OpenBallot(
        dossier=seen.dossier.id,
        by=seen.me,
        key=seen.key,
        pair=Digest(seen.said("pair")),
        secret=seen.said("secret") == "yes",
        presiding=seen.said("presiding") or None,
    )
    handlers.open_ballot(command, seen.desk.house.office)


def _vote(seen: Seen) -> Response:
    """Cast the votes of every seat on the form; all have to be chosen, or none is cast."""
    it = seen.dossier
    found = sitting.of(seen, it)
    asked = [one for one in found.votes if sitting.may_vote(it, one)] if found else []
    given: dict[str, ev.Choice] = {}
    for one in asked:
        if seen.said(f"seat-{one.row.seat.id}") == "":
            continue
        try:
            given[one.row.seat.id] = ev.Choice(seen.said(f"seat-{one.row.seat.id}"))
        except ValueError as fault:
            raise GuardError("vote:choice", N_("Vote for, against or abstain.")) from fault
    missing = [one for one in asked if not one.cast and one.row.seat.id not in given]
    if not asked or missing or not given:
        raise GuardError("vote:choice", N_("Choose a vote for each seat first."))
    if seen.said("pair") != (policy.votable(it) or ""):
        raise GuardError(
            "vote:pair",
            N_("The text that is voted on has changed since this page was opened. Read it again."),
        )
    fresh = [one for one in asked if not one.cast]
    signoff = signing.taken(seen, "vote", _ballot_choice(seen)) if fresh else None
    receipts = []
    for seat, choice in given.items():
        entry, receipt = seen.desk.sessions.vote(
            it, seat, choice, by=seen.me, key=f"{seen.key}:{seat}", signoff=signoff
        )
        receipts.append((seat, entry, receipt))
    return seen.render(
        "voted.html",
        nav="sessions",
        road=road.of(it, said(seen, it)),
        it=it,
        receipts=receipts,
        secret=it.ballot is not None and it.ballot.opened.secret,
    )


def _ballot_choice(seen: Seen) -> str:
    """Say what a signature stands for: the ballot, and of an open one what each seat votes."""
    ballot = seen.dossier.ballot
    if ballot is None:
        return ""
    if ballot.opened.secret:
        return ballot.opened.ballot
    given = sorted(
        f"{name.removeprefix('seat-')}={seen.said(name)}"
        for name in seen.form
        if name.startswith("seat-")
    )
    return " ".join((ballot.opened.ballot, *given))


def _ballot(seen: Seen) -> str:
    ballot = seen.dossier.ballot
    return ballot.opened.ballot if ballot is not None else ""


def _close(seen: Seen) -> None:
    is_open = seen.dossier.state is State.VOTING
    command = handlers.CloseBallot(
        dossier=seen.dossier.id,
        by=seen.me,
        key=seen.key,
        number=seen.said("number") or None,
        signoff=signing.taken(seen, "proclaim", _ballot(seen)) if is_open else None,
    )
    handlers.close_ballot(command, seen.desk.house.office)


def _object(seen: Seen) -> None:
    it = seen.dossier
    seats = (
        [one.id for one in it.meeting.called.seats if one.holder == seen.me] if it.meeting else []
    )
    if not seats:
        raise GuardError("vote:seat", N_("You hold no seat in this session."))
    command = handlers.Object(
        dossier=it.id, by=seen.me, key=seen.key, seat=seats[0], reason=seen.said("reason") or None
    )
    handlers.object_to_writing(command, seen.desk.house.office)


def _extract(seen: Seen) -> None:
    seen.desk.sessions.extract(seen.dossier, by=seen.me, key=seen.key)


_ACTS: Final[Mapping[str, Callable[[Seen], Response | None]]] = {
    "convene": _convene,
    "recall": _with_reason(handlers.recall),
    "papers": _plain(handlers.send_papers),
    "attend": _attend,
    "declare": _declare,
    "no-quorum": _plain(handlers.declare_no_quorum),
    "open-ballot": _open_ballot,
    "vote": _vote,
    "object": _object,
    "amend": amending.amend,
    "defer": _with_reason(handlers.defer),
    "close-ballot": _close,
    "extract": _extract,
}


def paper(seen: Seen) -> Response:
    """Hand out the minutes or a certified extract."""
    it, name = seen.dossier, seen.path("name")
    kind, _, language = name.partition("-")
    if language in ("fr", "en") and kind == "minutes" and _over(it):
        data = seen.desk.sessions.minutes(it)[Language(language)]
        return attached(data, f"{it.id}.minutes.{language}.docx")
    if language in ("fr", "en") and kind == "extract":
        made = [one for one in seen.books.entries(it.id) if one.type == "ExtractCertified"]
        if made:
            digest = Digest(str(read(made[-1].payload)[language]))
            data = seen.desk.house.vault.get(digest)
            return attached(data, f"{it.id}.extract.{language}.docx")
    return refused(seen, 404, N_("There is no such file in this dossier."))


def _over(it: Dossier) -> bool:
    return it.meeting is not None and (it.result is not None or it.state is State.NO_QUORUM)


ROUTES: Final = [
    page("/dossiers/{dossier}/session", session, DOSSIER),
    page("/dossiers/{dossier}/session/quorum", quorum, DOSSIER),
    page("/dossiers/{dossier}/session/papers/{name}", paper, DOSSIER),
    page(
        "/dossiers/{dossier}/session/vote/sign",
        signing.page_of("vote", _ballot_choice),
        DOSSIER,
        ["POST"],
    ),
    page(
        "/dossiers/{dossier}/session/close-ballot/sign",
        signing.page_of("proclaim", _ballot),
        DOSSIER,
        ["POST"],
    ),
    *(
        page(
            f"/dossiers/{{dossier}}/session/{name}",
            _act(name, doing),
            DOSSIER,
            ["POST"],
            UPLOAD if name == "amend" else None,
        )
        for name, doing in _ACTS.items()
    ),
]
