"""Words the minutes of a meeting in one language; ``documents.minutes`` lays them out.

The facts are plain values with names and titles already in the paper's language, so that whoever
has them (the ledger, a form, an imported file) can have minutes written. Numbers, dates and hours
are written as the language writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from documents.minutes import AgendaItem, BallotReport, MinutesPaper
from documents.papers import Column, Digest, SignaturePlace, Signatures, Table
from flows.vouching import Vouched, origins
from locales.catalog import plural, say
from locales.errors import N_


class Attendance(StrEnum):
    """How a member takes part."""

    PRESENT = "present"
    REMOTE = "remote"
    REPRESENTED = "represented"
    ABSENT = "absent"
    WROTE = "wrote"
    """Took part in a consultation in writing."""
    SILENT = "silent"


ROOM: Final = (
    Attendance.PRESENT,
    Attendance.REMOTE,
    Attendance.REPRESENTED,
    Attendance.ABSENT,
)
"""How members take part in a session."""

PEN: Final = (Attendance.WROTE, Attendance.SILENT)
"""How they take part in writing."""


class Outcome(StrEnum):
    """What the chair proclaimed."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Member:
    """A member and how they took part; ``proxy_to`` is the name of who votes for them."""

    name: str
    college: str
    attendance: Attendance
    proxy_to: str = ""
    recused: bool = False
    chair: bool = False


@dataclass(frozen=True, slots=True)
class Ballot:
    """One ballot as counted; ``rule`` and ``source`` are sentences in the paper's language."""

    question: str
    in_favour: int
    against: int
    abstentions: int
    not_voting: int
    outcome: Outcome
    rule: str
    source: str
    secret: bool = False
    resolution: str = ""
    """The number of the resolution, where there is one."""
    part_taken: str = ""
    """A sentence on proxies and recusals."""
    after: str = ""
    """What followed from the result, in a sentence."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the agenda, what was said on it, and its ballots."""

    title: str
    said: tuple[str, ...] = ()
    ballots: tuple[Ballot, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """What happened at a meeting."""

    number: str
    institution: str
    body: str
    place: str
    opened: datetime
    closed: datetime
    chair: str
    secretary: str
    members: tuple[Member, ...]
    guests: tuple[str, ...]
    seats: int
    counted: int
    required: int
    quorum_source: str
    items: tuple[Item, ...]
    digests: tuple[tuple[str, str], ...] = ()
    """What was voted on: a label and its SHA-256."""
    written: bool = False
    """Whether the board decided in writing; ``opened`` and ``closed`` are then its first and last
    day."""
    substitute: bool = False
    """Whether ``chair`` names a member who presided in the chair's place."""
    vacant: int = 0
    """Seats that nobody held."""
    items_recused: bool = False
    """Whether ``counted`` leaves out members who were recused from the item."""
    texts: tuple[Vouched, ...] = ()
    """Who answers for each paragraph of the translation that was voted on."""


_ATTENDANCES: Final = {
    Attendance.PRESENT: N_("present"),
    Attendance.REMOTE: N_("present by conference"),
    Attendance.REPRESENTED: N_("represented"),
    Attendance.ABSENT: N_("absent"),
    Attendance.WROTE: N_("took part in writing"),
    Attendance.SILENT: N_("took no part"),
}

_OUTCOMES: Final = {
    Outcome.ADOPTED: N_("The chair proclaims: adopted."),
    Outcome.REJECTED: N_("The chair proclaims: not adopted."),
    Outcome.DEFERRED: N_("The chair proclaims: put off to a later meeting."),
}


_PROCLAIMED: Final = {
    Outcome.ADOPTED: N_("{name} proclaims: adopted."),
    Outcome.REJECTED: N_("{name} proclaims: not adopted."),
    Outcome.DEFERRED: N_("{name} proclaims: put off to a later meeting."),
}


def minutes_paper(meeting: Meeting, language: str) -> MinutesPaper:
    """Word the minutes of a meeting."""
    return _Wording(meeting, language).paper()


class _Wording:
    """The sentences of the minutes in one language."""

    def __init__(self, meeting: Meeting, language: str) -> None:
        self.meeting, self.language = meeting, language

    def say(self, message: str, /, **data: object) -> str:
        return say(message, self.language, **data)

    def paper(self) -> MinutesPaper:
        own = self.meeting
        return MinutesPaper(
            language=self.language,
            institution=own.institution,
            body=own.body,
            number=self.say("Minutes no. {number}", number=own.number),
            title=self._title(),
            subtitle=self._subtitle(),
            page_of=self.say("page {page} of {pages}", page="{page}", pages="{pages}"),
            presence_heading=self.say("Attendance"),
            presence_intro=tuple(self._presence_intro()),
            presence=tuple(self._presence()),
            quorum_heading=self.say("Quorum"),
            quorum=(self._quorum(),),
            quorum_source=own.quorum_source,
            agenda_heading=self.say("Agenda"),
            agenda_intro=self.say("The agenda sent with the notice of meeting is:"),
            agenda=tuple(item.title for item in own.items),
            items=tuple(self._item(at, item) for at, item in enumerate(own.items, 1)),
            closing_heading=self.say("Closing"),
            closing=(
                self._closing(),
                self.say("These minutes were written by Énoncé for the chair and the secretary."),
            ),
            done=self.say("Done at {place}, on {day}", place=own.place, day=own.closed.date()),
            signatures=Signatures(
                (
                    SignaturePlace(self._capacity(), own.chair, self.say("Signature")),
                    SignaturePlace(
                        self.say("The secretary of the session"),
                        own.secretary,
                        self.say("Signature"),
                    ),
                ),
                self.say("Places for the signatures of the chair and of the secretary."),
            ),
            annex_heading=self.say("Annex: what was voted on") if own.digests else "",
            annex_intro=(
                self.say(
                    "These digests (SHA-256) name the texts and rules exactly; anyone can "
                    "recompute them."
                ),
            ),
            digests=tuple(Digest(label, value) for label, value in own.digests),
            origins=origins(own.texts, self.language),
        )

    def _title(self) -> str:
        own = self.meeting
        if own.written:
            return self.say("Consultation in writing of {day}", day=own.opened.date())
        return self.say("Meeting of {day}", day=own.opened.date())

    def _subtitle(self) -> str:
        own = self.meeting
        if own.written:
            return self.say(
                "open from {opened} to {closed}",
                opened=own.opened.date(),
                closed=own.closed.date(),
            )
        return self.say(
            "{place}, from {opened:%H:%M} to {closed:%H:%M}",
            place=own.place,
            opened=own.opened,
            closed=own.closed,
        )

    def _closing(self) -> str:
        own = self.meeting
        if own.written:
            return self.say("The consultation is closed on {day}.", day=own.closed.date())
        if own.counted < own.required:
            return self.say("The meeting is closed at {closed:%H:%M}.", closed=own.closed)
        if own.substitute:
            return self.say(
                "The agenda being exhausted, {name} closes the meeting at {closed:%H:%M}.",
                name=own.chair,
                closed=own.closed,
            )
        return self.say(
            "The agenda being exhausted, the chair closes the meeting at {closed:%H:%M}.",
            closed=own.closed,
        )

    def _capacity(self) -> str:
        if self.meeting.substitute:
            return self.say("The member presiding")
        return self.say("The chair")

    def _presence_intro(self) -> Iterator[str]:
        own = self.meeting
        if own.written:
            yield self.say("{secretary} is the secretary of the board.", secretary=own.secretary)
        elif own.substitute:
            yield self.say(
                "In the chair’s absence {name} presides; {secretary} is the secretary.",
                name=own.chair,
                secretary=own.secretary,
            )
        elif own.chair:
            yield self.say(
                "{chair} chairs the meeting; {secretary} is its secretary.",
                chair=own.chair,
                secretary=own.secretary,
            )
        if own.vacant:
            yield plural(
                "One seat of the board is vacant.",
                "{n} seats of the board are vacant.",
                own.vacant,
                self.language,
            )
        if own.guests:
            yield self.say("Also attending, without a vote: {guests}.", guests=own.guests)

    def _presence(self) -> Iterator[Table]:
        own = self.meeting
        ways = PEN if own.written else ROOM
        counts = {how: sum(1 for one in own.members if one.attendance is how) for how in ways}
        rows = [(self._name(one), one.college, self._how(one)) for one in own.members]
        yield Table(
            self.say("Members of the board"),
            (
                Column(self.say("Member"), weight=3),
                Column(self.say("College"), weight=4),
                Column(self.say("Attendance"), weight=4),
            ),
            tuple(rows),
            self.say("Every member of the board, their college and how they took part."),
            row_heads=True,
        )
        yield Table(
            self.say("Members by way of taking part"),
            (
                Column(self.say("Attendance"), weight=3),
                Column(self.say("Members"), figures=True),
            ),
            (
                *(
                    (self.say(_ATTENDANCES[how]), self.say("{count}", count=count))
                    for how, count in counts.items()
                ),
                (self.say("Total"), self.say("{count}", count=len(own.members))),
            ),
            self.say("How many members were present, represented and absent."),
            total=True,
            width=60,
        )

    def _name(self, member: Member) -> str:
        return self.say("{name}, chair", name=member.name) if member.chair else member.name

    def _how(self, member: Member) -> str:
        how = self.say(_ATTENDANCES[member.attendance])
        if member.proxy_to:
            how = self.say("{how}, proxy to {name}", how=how, name=member.proxy_to)
        return self.say("{how}, recused", how=how) if member.recused else how

    def _quorum(self) -> str:
        own = self.meeting
        message = N_(
            "Of {seats} seats, {counted} were present or represented; the quorum is {required}."
        )
        if own.written:
            message = N_("Of {seats} seats, {counted} took part; the quorum is {required}.")
        elif own.items_recused:
            message = N_(
                "Of {seats} seats, {counted} counted for this item, recusals left out; the quorum "
                "is {required}."
            )
        counted = self.say(
            message,
            seats=own.seats,
            counted=own.counted,
            required=own.required,
        )
        if own.counted >= own.required:
            return f"{counted} {self.say('The board can deliberate.')}"
        return f"{counted} {self.say('The board cannot deliberate.')}"

    def _numbered(self, at: int, item: Item) -> str:
        return self.say("{number}. {title}", number=at, title=item.title)

    def _item(self, at: int, item: Item) -> AgendaItem:
        return AgendaItem(
            self._numbered(at, item),
            item.said,
            tuple(self._ballot(ballot) for ballot in item.ballots),
        )

    def _proclaimed(self, ballot: Ballot) -> str:
        if self.meeting.substitute:
            return self.say(_PROCLAIMED[ballot.outcome], name=self.meeting.chair)
        return self.say(_OUTCOMES[ballot.outcome])

    def _ballot(self, ballot: Ballot) -> BallotReport:
        how = N_("By secret ballot, the board decides on: {question}.")
        if not ballot.secret:
            how = N_("By open vote, the board decides on: {question}.")
        figures = (
            (self.say("For"), ballot.in_favour),
            (self.say("Against"), ballot.against),
            (self.say("Abstentions"), ballot.abstentions),
            (self.say("Not voting"), ballot.not_voting),
        )
        total = sum(count for _, count in figures)
        rows = (*figures, (self.say("Members entitled to vote"), total))
        resolution = self.say("Resolution no. {number} records it.", number=ballot.resolution)
        return BallotReport(
            question=self.say(how, question=ballot.question),
            vote=Table(
                self.say("Result of the ballot"),
                (
                    Column(self.say("Vote"), weight=3),
                    Column(self.say("Votes"), figures=True),
                ),
                tuple((label, self.say("{count}", count=count)) for label, count in rows),
                self.say("Votes for, against, abstentions and not voting."),
                total=True,
                width=60,
            ),
            result=" ".join(filter(None, (ballot.part_taken, self._proclaimed(ballot)))),
            rule=ballot.rule,
            rule_source=ballot.source,
            resolution=" ".join(
                filter(None, (resolution if ballot.resolution else "", ballot.after))
            ),
        )
