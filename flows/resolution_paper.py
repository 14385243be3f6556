"""Words the resolution in one language from the ledger; ``documents.writer`` lays it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from approvals import board, policy, workdays
from approvals.dossier import Dossier
from approvals.names import PersonId
from documents.papers import (
    Article,
    Column,
    Digest,
    Heading,
    ResolutionPaper,
    Role,
    SignaturePlace,
    Signatures,
    Table,
    Text,
)
from documents.reader import on_one_line
from documents.segments import extract
from documents.wml import Kind, Story
from flows.board_words import BoardWords
from flows.vouching import Vouched, origins
from locales.errors import N_

_ROLES: Final = {Kind.LIST: Role.QUOTE_BULLET, Kind.QUOTE: Role.MOTTO}

_ATTENDANCES: Final = {
    board.Attendance.PRESENT: N_("present"),
    board.Attendance.REMOTE: N_("present by conference"),
    board.Attendance.REPRESENTED: N_("represented"),
    board.Attendance.ABSENT: N_("absent"),
}


class Wording(BoardWords):
    """The resolution's sentences in one language."""

    def __init__(
        self,
        dossier: Dossier,
        names: Mapping[PersonId, str],
        language: str,
        texts: Sequence[Vouched] = (),
    ) -> None:
        super().__init__(dossier, names, language)
        if dossier.result is None:
            raise ValueError("a resolution needs an adopted text")
        self.result = dossier.result
        self.texts = texts

    def paper(self, edition: bytes) -> ResolutionPaper:
        """Word the whole resolution on ``edition``, the adopted text in the paper's language."""
        title = self.of(self.opened.title)
        number = self.result.number or ""
        return ResolutionPaper(
            language=self.language,
            institution=self.of(self.rules.institution),
            body=self.of(self.rules.title),
            number=self.say("Resolution no. {number}", number=number),
            title=self.say("Adoption: {title}", title=title),
            date=self.say("Session of {day}", day=workdays.day(self.called.when)),
            page_of=self.say("page {page} of {pages}", page="{page}", pages="{pages}"),
            opening=self.opening(),
            visas=tuple(self._visas()),
            recitals=tuple(self._recitals()),
            decision=self.say("After deliberation, decides:"),
            articles=(
                Article(
                    self.say("Article 1"),
                    (self.say("The text “{title}” is adopted as it stands below.", title=title),),
                    tuple(quoted(edition)),
                ),
                Article(self.say("Article 2"), tuple(self._pair())),
            ),
            vote_heading=self.say("The vote"),
            vote_intro=tuple(self._intro()),
            vote=self._vote(),
            result=self.say(
                "The text is adopted under number {number} on {day}.",
                number=number,
                day=self.result.on,
            ),
            rule=self.rule(),
            rule_source=self.source("majority_basis"),
            presence_heading=self.say("Attendance"),
            presence=tuple(self._presence()),
            certification_heading=self.say("Certification"),
            certification=(
                self.say(
                    "Written by Énoncé from the ledger of the institution, where every act "
                    "named here is recorded."
                ),
            ),
            done=self.say(
                "Done at {place}, on {day}",
                place=self.called.place or self.of(self.rules.institution),
                day=self.result.on,
            ),
            signatures=self._signatures(),
            annex_heading=self.say("Annex: what was voted on"),
            annex_intro=(
                self.say(
                    "These digests (SHA-256) name the texts and rules exactly; anyone can "
                    "recompute them."
                ),
            ),
            digests=tuple(Digest(label, value) for label, value in self.digests()),
            origins=origins(self.texts, self.language),
        )

    def _visas(self) -> Iterator[str]:
        for field in ("colleges", "quorum_share", "majority_basis", "casting_vote"):
            cited = self.rules.cited(field)
            if cited is not None and cited.status == "cited":
                yield self.say("Having regard to: {source};", source=self.of(cited.source))

    def _recitals(self) -> Iterator[str]:
        circuit = self.dossier.circuit
        if circuit is not None:
            yield self.say(
                "Whereas both languages were reviewed and approved under the circuit “{circuit}” "
                "({rule});",
                circuit=self.of(circuit.title),
                rule=circuit.rule,
            )
        certified = policy.translatable(self.dossier)
        yield self.say(
            "Whereas a translator proposed and another person certified each of the {count} "
            "paragraphs;",
            count=len(certified),
        )

    def _pair(self) -> Iterator[str]:
        if self.dossier.amended:
            yield self.conformity()
        else:
            yield self.say("Both languages are adopted as one pair.")
        yield self.authority()

    def _intro(self) -> Iterator[str]:
        if self.called.second_call:
            yield self.say("The board meets upon a second convocation, under its own terms.")
        yield self.quorum()
        secret = self.dossier.ballot is not None and self.dossier.ballot.opened.secret
        yield self.say("The ballot is secret.") if secret else self.say("The ballot is open.")
        yield self.part_taken()

    def _vote(self) -> Table:
        return Table(
            caption=self.say("Result of the ballot"),
            columns=(
                Column(self.say("Vote"), weight=3),
                Column(self.say("Votes"), figures=True),
            ),
            rows=tuple(
                (label, self.say("{count}", count=count)) for label, count in self.figures()
            ),
            description=self.say("Votes for, against, abstentions and not voting."),
            total=True,
            width=60,
        )

    def _presence(self) -> Iterator[Table]:
        titles = {college.id: self.of(college.title) for college in self.rules.colleges}
        rows = []
        voters = self.dossier.ballot.voters if self.dossier.ballot else {}
        for seat in self.called.seats:
            place = self.meeting.places.get(seat.id, board.Place())
            how = self.say(_ATTENDANCES[place.attendance])
            if self.written:
                took = N_("took part in writing")
                how = self.say(took) if seat.id in voters else self.say("took no part")
            if place.proxy_to:
                how = self.say("{how} by seat {seat}", how=how, seat=place.proxy_to)
            if place.recused:
                how = self.say("{how}, recused", how=how)
            name = self.names.get(PersonId(seat.holder), seat.holder)
            if seat.chair:
                name = self.say("{name}, chair", name=name)
            rows.append((seat.id, name, titles.get(seat.college, seat.college), how))
        yield Table(
            caption=self.say("Seats and attendance"),
            columns=(
                Column(self.say("Seat")),
                Column(self.say("Member"), weight=4),
                Column(self.say("College"), weight=5),
                Column(self.say("Attendance"), weight=3),
            ),
            rows=tuple(rows),
            description=self.say("Every seat of the board, who holds it and how it was filled."),
        )

    def _signatures(self) -> Signatures:
        secretary = self.names.get(self.called.by, "")
        capacity = N_("The chair") if self.chair_presides() else N_("The member presiding")
        return Signatures(
            (
                SignaturePlace(self.say(capacity), self.presiding(), self.say("Signature")),
                SignaturePlace(
                    self.say("The secretary of the session"), secretary, self.say("Signature")
                ),
            ),
            self.say("Places for the signatures of the chair and of the secretary."),
        )


def quoted(edition: bytes) -> Iterator[Heading | Text]:
    """Quote the body of the adopted text, its headings, lists and quotations told apart."""
    for one in extract(edition):
        if one.story is not Story.BODY or not one.text.strip():
            continue
        words = on_one_line(one.text)
        if one.kind is Kind.HEADING:
            yield Heading(words, level=min(3, max(1, one.level)), quoted=True)
        else:
            yield Text(words, _ROLES.get(one.kind, Role.QUOTE))
