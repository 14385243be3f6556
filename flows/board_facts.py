"""The facts of a session for its minutes, out of the dossier; ``minutes_paper`` words the rest.

Everything said here stands in the ledger. What was said in the room does not: the secretary adds it
to the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from approvals import board, policy, workdays
from approvals import events as ev
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.names import ENGLISH, FRENCH, PersonId
from approvals.standing import Ballot, State
from flows import minutes_paper as paper
from flows.board_words import BoardWords
from flows.vouching import Vouched

Read = Callable[[ev.NoteRef | None], str]
"""Reads a note; empty where it was erased."""


def minutes_facts(
    dossier: Dossier,
    names: Mapping[PersonId, str],
    read: Read,
    language: str,
    texts: tuple[Vouched, ...] = (),
) -> paper.Meeting:
    """Give what happened in the dossier's session; raise ``GuardError`` before it is over."""
    over = dossier.result is not None or dossier.state is State.NO_QUORUM
    if dossier.meeting is None or not over:
        raise GuardError(
            "minutes:none",
            N_("The session of {dossier} is not over, so there are no minutes of it yet."),
            dossier=dossier.id,
        )
    return replace(_Facts(dossier, names, read, language).meeting_facts(), texts=texts)


_AMENDED: Final = {
    FRENCH: N_("It amends the French text, and the English follows it."),
    ENGLISH: N_("It amends the English text, and the French follows it."),
}
"""Which text a board amended; ledgers from before the choice do not say."""


class _Facts(BoardWords):
    """The facts in one language."""

    def __init__(
        self, dossier: Dossier, names: Mapping[PersonId, str], read: Read, language: str
    ) -> None:
        super().__init__(dossier, names, language)
        self.read = read

    def meeting_facts(self) -> paper.Meeting:
        ended = self.dossier.proclaimed_at or self.dossier.since or self.called.when
        opened, closed = workdays.local(self.called.when), workdays.local(ended)
        quorum = policy.count(self.dossier)
        return paper.Meeting(
            number=f"{workdays.day(self.called.when)}",
            institution=self.of(self.rules.institution),
            body=self.of(self.rules.title),
            place=self.called.place if self.called.place else self.place,
            opened=opened,
            closed=closed,
            chair=self.presiding(),
            secretary=self.names.get(self.called.by, ""),
            members=tuple(self._members()),
            guests=(),
            seats=quorum.seats,
            counted=quorum.counted,
            required=quorum.required,
            quorum_source=self.source(
                "second_call_quorum_share" if self.called.second_call else "quorum_share"
            ),
            items=(self._item(),),
            digests=tuple(self.digests()),
            written=self.written,
            substitute=not self.chair_presides(),
            vacant=self.total - len(self.called.seats),
            items_recused=bool(self.recused()),
        )

    def _members(self) -> Iterator[paper.Member]:
        titles = {college.id: self.of(college.title) for college in self.rules.colleges}
        voters = self.dossier.ballot.voters if self.dossier.ballot else {}
        for seat in self.called.seats:
            place = self.meeting.places.get(seat.id, board.Place())
            how = paper.Attendance(place.attendance.value)
            if self.written:
                how = paper.Attendance.WROTE if seat.id in voters else paper.Attendance.SILENT
            yield paper.Member(
                self.holder(seat.id),
                titles.get(seat.college, seat.college),
                how,
                proxy_to=self.holder(place.proxy_to) if place.proxy_to else "",
                recused=place.recused,
                chair=seat.chair,
            )

    def _item(self) -> paper.Item:
        title = self.say("Adoption: {title}", title=self.of(self.opened.title))
        return paper.Item(title, tuple(self._said()), tuple(self._ballots()))

    def _said(self) -> Iterator[str]:
        yield from self._convocation()
        recused = self.recused()
        if recused:
            yield self.say("Recused, and out of the count for this item: {names}.", names=recused)
        for seat, note in self.meeting.objections.items():
            yield self.say(
                "{name} objects to deciding in writing: {reason}",
                name=self.holder(seat),
                reason=self.read(note) or "–",
            )
        voided = {ballot.opened.ballot: ballot for ballot in self.meeting.voided}
        for at, amended in self.meeting.amendments:
            if amended.ballot in voided:
                yield self._opened(voided[amended.ballot])
            yield self._amended(at, amended)
        if self.dossier.ballot is not None:
            yield self._opened(self.dossier.ballot)
        result = self.dossier.result
        if result is not None and result.outcome is board.Outcome.DEFERRED:
            yield self.say(
                "The board puts its decision off, and no vote is counted: {reason}",
                reason=self.read(result.note) or "–",
            )

    def _convocation(self) -> Iterator[str]:
        called = self.called
        yield self.say(
            "The board was convened on {day}; its members have had the papers since {papers}.",
            day=workdays.day(self.meeting.called_at),
            papers=workdays.day(self.meeting.papers_at or called.when),
        )
        if called.urgency is not None:
            yield self.say(
                "The notice was shortened for urgency: {reason}",
                reason=self.read(called.urgency) or "–",
            )
        if called.second_call:
            yield self.say("The board meets upon a second convocation, under its own terms.")

    def _opened(self, ballot: Ballot) -> str:
        opened = ballot.opened
        if self.written:
            return self.say(
                "The vote opens in writing on {day}.",
                day=workdays.day(ballot.opened_at or self.called.when),
            )
        return self.say(
            "At {at:%H:%M}, with {counted} seats counting towards a quorum of {required}, the vote "
            "opens.",
            at=workdays.local(ballot.opened_at or self.called.when),
            counted=opened.counted,
            required=opened.required,
        )

    def _amended(self, at: datetime, amended: ev.TextAmended) -> str:
        data = {"at": workdays.local(at), "name": self.holder(amended.seat)}
        void = N_(
            "At {at:%H:%M} the board amends the text, upon a motion of {name}; the votes cast "
            "before are void and uncounted."
        )
        if amended.seat is None:
            void = N_(
                "At {at:%H:%M} the board amends the text; the votes cast before are void and "
                "uncounted."
            )
        which = _AMENDED.get(amended.language) if amended.language else None
        return " ".join([self.say(void, **data), *([self.say(which)] if which else [])])

    def _ballots(self) -> Iterator[paper.Ballot]:
        result, ballot = self.dossier.result, self.dossier.ballot
        if result is None or ballot is None or result.outcome is board.Outcome.DEFERRED:
            return
        question = N_("adopting the text in both languages")
        if self.dossier.amended:
            question = N_("adopting the text as it was amended")
        tally = result.tally
        yield paper.Ballot(
            question=self.say(question),
            in_favour=tally.in_favour,
            against=tally.against,
            abstentions=tally.abstentions,
            not_voting=tally.not_voting,
            outcome=paper.Outcome(result.outcome.value),
            rule=self.rule(),
            source=self.source("majority_basis"),
            secret=ballot.opened.secret,
            resolution=result.number or "",
            part_taken=self.part_taken(),
            after=self.conformity() if result.outcome is board.Outcome.ADOPTED else "",
        )
