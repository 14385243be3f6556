"""Words the resolution in one language from the ledger; ``documents.writer`` lays it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from approvals import board, policy
from approvals.dossier import Dossier
from approvals.names import Bilingual, PersonId
from approvals.standing import Meeting
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
from documents.segments import extract
from documents.wml import Kind, Story
from locales.catalog import say
from locales.errors import N_

_ROLES: Final = {Kind.LIST: Role.QUOTE_BULLET, Kind.QUOTE: Role.MOTTO}

_ATTENDANCES: Final = {
    board.Attendance.PRESENT: N_("present"),
    board.Attendance.REMOTE: N_("present by conference"),
    board.Attendance.REPRESENTED: N_("represented"),
    board.Attendance.ABSENT: N_("absent"),
}

_BASES: Final = {
    board.MajorityBasis.VOTES_CAST: N_(
        "Adopted by more than {share} of the votes cast; abstentions do not count."
    ),
    board.MajorityBasis.MEMBERS: N_(
        "Adopted by more than {share} of the members present or represented."
    ),
}


class Wording:
    """The resolution's sentences in one language."""

    def __init__(self, dossier: Dossier, names: Mapping[PersonId, str], language: str) -> None:
        if dossier.opened is None or dossier.meeting is None or dossier.result is None:
            raise ValueError("a resolution needs an adopted text")
        self.dossier, self.names, self.language = dossier, names, language
        self.opened, self.result = dossier.opened, dossier.result
        self.meeting: Meeting = dossier.meeting
        self.rules = dossier.meeting.called.rules

    def say(self, message: str, /, **data: object) -> str:
        """Say a sentence in the paper's language."""
        return say(message, self.language, **data)

    def of(self, words: Bilingual) -> str:
        """Choose the paper's language."""
        return words.in_(self.language)

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
            date=self.say("Session of {day}", day=self.meeting.called.when.date()),
            page_of=self.say("page {page} of {pages}", page="{page}", pages="{pages}"),
            opening=self.say(
                "The {body} of {institution}, meeting at {place} on {day}, the quorum being there,",
                body=self.of(self.rules.title),
                institution=self.of(self.rules.institution),
                place=self.meeting.called.place or "–",
                day=self.meeting.called.when.date(),
            ),
            visas=tuple(self._visas()),
            recitals=tuple(self._recitals()),
            decision=self.say("After deliberation, decides:"),
            articles=(
                Article(
                    self.say("Article 1"),
                    (self.say("The text “{title}” is adopted as it stands below.", title=title),),
                    tuple(_quoted(edition)),
                ),
                Article(
                    self.say("Article 2"),
                    (
                        self.say("Both languages are adopted as one pair.")
                        + " "
                        + self._authority(),
                    ),
                ),
            ),
            vote_heading=self.say("The vote"),
            vote_intro=(self._quorum(),),
            vote=self._vote(),
            result=self.say(
                "The text is adopted under number {number} on {day}.",
                number=number,
                day=self.result.on,
            ),
            rule=self._rule(),
            rule_source=self._source("majority_basis"),
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
                place=self.meeting.called.place or "–",
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
            digests=tuple(self._digests()),
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

    def _authority(self) -> str:
        if self.opened.authoritative == "fr":
            return self.say("The French text is authoritative.")
        return self.say("The English text is authoritative.")

    def _quorum(self) -> str:
        quorum = policy.count(self.dossier)
        return self.say(
            "Of {seats} seats, {counted} were present or represented; the quorum is {required}.",
            seats=quorum.seats,
            counted=quorum.counted,
            required=quorum.required,
        )

    def _vote(self) -> Table:
        tally = self.result.tally
        figures = (
            (self.say("For"), tally.in_favour),
            (self.say("Against"), tally.against),
            (self.say("Abstentions"), tally.abstentions),
            (self.say("Not voting"), tally.not_voting),
        )
        total = sum(count for _, count in figures)
        rows = (*figures, (self.say("Members entitled to vote"), total))
        return Table(
            caption=self.say("Result of the ballot"),
            columns=(
                Column(self.say("Vote"), weight=3),
                Column(self.say("Votes"), figures=True),
            ),
            rows=tuple((label, self.say("{count}", count=count)) for label, count in rows),
            description=self.say("Votes for, against, abstentions and not voting."),
            total=True,
            width=60,
        )

    def _rule(self) -> str:
        share = self.rules.majority_share
        words = {"1/2": self.say("half"), "2/3": self.say("two thirds")}.get(share, share)
        said = self.say(_BASES[self.rules.majority_basis], share=words)
        if self.result.tally.casting_vote:
            said += " " + self.say("The chair’s vote broke the tie.")
        return said

    def _source(self, field: str) -> str:
        cited = self.rules.cited(field)
        return self.of(cited.source) if cited else self.rules.rule

    def _presence(self) -> Iterator[Table]:
        titles = {college.id: self.of(college.title) for college in self.rules.colleges}
        rows = []
        for seat in self.meeting.called.seats:
            place = self.meeting.places.get(seat.id, board.Place())
            how = self.say(_ATTENDANCES[place.attendance])
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
        chair = next((seat for seat in self.meeting.called.seats if seat.chair), None)
        name = self.names.get(PersonId(chair.holder), "") if chair else ""
        secretary = self.names.get(self.meeting.called.by, "")
        return Signatures(
            (
                SignaturePlace(self.say("The chair"), name, self.say("Signature")),
                SignaturePlace(
                    self.say("The secretary of the session"), secretary, self.say("Signature")
                ),
            ),
            self.say("Places for the signatures of the chair and of the secretary."),
        )

    def _digests(self) -> Iterator[Digest]:
        draft, target = self.dossier.draft, self.dossier.target
        texts = {}
        if draft is not None and target is not None:
            texts = {self.opened.source: draft.text, self.opened.target: target.text}
        labels = {"fr": self.say("Text in French"), "en": self.say("Text in English")}
        for language, digest in sorted(texts.items(), reverse=True):
            yield Digest(labels[language], digest)
        yield Digest(self.say("The pair of both"), self.result.pair)
        yield Digest(
            self.say("Rules of the board ({rule})", rule=self.rules.rule), self.result.rule
        )
        if self.dossier.rule is not None and self.dossier.circuit is not None:
            rule = self.dossier.circuit.rule
            yield Digest(self.say("Review circuit ({rule})", rule=rule), self.dossier.rule)


def _quoted(edition: bytes) -> Iterator[Heading | Text]:
    """Quote the body of the adopted text, its headings, lists and quotations told apart."""
    for one in extract(edition):
        if one.story is not Story.BODY or not one.text.strip():
            continue
        words = " ".join(one.text.split())
        if one.kind is Kind.HEADING:
            yield Heading(words, level=min(3, max(1, one.level)), quoted=True)
        else:
            yield Text(words, _ROLES.get(one.kind, Role.QUOTE))
