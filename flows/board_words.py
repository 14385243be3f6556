"""What every paper of a session says of it in one language: place, quorum, rule, proxies, people.

Made from the dossier alone; the papers (``resolution_paper``, ``board_facts``, ``extract_paper``)
put the sentences where they belong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from approvals import board, policy, workdays
from approvals.board import MajorityBasis, Mode, Reached
from approvals.dossier import Dossier
from approvals.names import Bilingual, PersonId, Role
from approvals.standing import Meeting
from locales.catalog import plural, say
from locales.errors import N_

_BASES: Final = {
    (MajorityBasis.VOTES_CAST, Reached.MORE_THAN): N_(
        "The majority is more than {share} of the votes cast; abstentions do not count."
    ),
    (MajorityBasis.VOTES_CAST, Reached.AT_LEAST): N_(
        "The majority is at least {share} of the votes cast; abstentions do not count."
    ),
    (MajorityBasis.MEMBERS, Reached.MORE_THAN): N_(
        "The majority is more than {share} of the members present or represented."
    ),
    (MajorityBasis.MEMBERS, Reached.AT_LEAST): N_(
        "The majority is at least {share} of the members present or represented."
    ),
    (MajorityBasis.ALL_SEATS, Reached.MORE_THAN): N_(
        "The majority is more than {share} of all the members of the board."
    ),
    (MajorityBasis.ALL_SEATS, Reached.AT_LEAST): N_(
        "The majority is at least {share} of all the members of the board."
    ),
}

_LANGUAGES: Final = {"fr": N_("French"), "en": N_("English")}


class BoardWords:
    """The sentences about one session in one language."""

    def __init__(self, dossier: Dossier, names: Mapping[PersonId, str], language: str) -> None:
        if dossier.opened is None or dossier.meeting is None:
            raise ValueError("there was no session")
        self.dossier, self.names, self.language = dossier, names, language
        self.opened = dossier.opened
        self.meeting: Meeting = dossier.meeting
        self.called = dossier.meeting.called
        self.rules = self.called.rules

    def say(self, message: str, /, **data: object) -> str:
        """Say a sentence in the paper's language."""
        return say(message, self.language, **data)

    def plural(self, one: str, many: str, n: int, /, **data: object) -> str:
        """Say a sentence that counts."""
        return plural(one, many, n, self.language, **data)

    def of(self, words: Bilingual) -> str:
        """Choose the paper's language."""
        return words.in_(self.language)

    @property
    def written(self) -> bool:
        """Whether the board decided in writing."""
        return self.called.mode is Mode.WRITTEN

    @property
    def place(self) -> str:
        """Where the board met, or how where it met nowhere."""
        if self.written:
            return self.say("in writing")
        if self.called.mode is Mode.CONFERENCE:
            return self.say("by conference")
        return self.called.place or "–"

    @property
    def total(self) -> int:
        """How many seats the board has, vacant ones included."""
        seats = sum(college.seats for college in self.rules.colleges)
        return max(seats, len(self.called.seats))

    def holder(self, seat: str | None) -> str:
        """Name who holds a seat."""
        found = next((one.holder for one in self.called.seats if one.id == seat), None)
        return self.names.get(PersonId(found), found) if found else ""

    def presiding(self) -> str:
        """Name whoever presides; the chair where the board decided in writing."""
        return self.holder(policy.presiding(self.dossier))

    def chair_presides(self) -> bool:
        """Say whether whoever presides is the chair."""
        chair = next((one.id for one in self.called.seats if one.chair), None)
        return policy.presiding(self.dossier) in (None, chair)

    def opening(self) -> str:
        """Say who decides, where and when, with the quorum there."""
        data = {
            "body": self.of(self.rules.title),
            "institution": self.of(self.rules.institution),
            "day": workdays.day(self.called.when),
        }
        if self.written and self.called.closes is not None:
            return self.say(
                "The {body} of {institution}, consulted in writing from {day} to {until}, the "
                "quorum being there,",
                **data,
                until=workdays.day(self.called.closes),
            )
        if self.called.mode is Mode.CONFERENCE:
            return self.say(
                "The {body} of {institution}, meeting by conference on {day}, the quorum being "
                "there,",
                **data,
            )
        return self.say(
            "The {body} of {institution}, meeting at {place} on {day}, the quorum being there,",
            **data,
            place=self.place,
        )

    def quorum(self) -> str:
        """Say how many counted and how many had to."""
        quorum = policy.count(self.dossier)
        message = N_(
            "Of {seats} seats, {counted} were present or represented; the quorum is {required}."
        )
        if self.written:
            message = N_("Of {seats} seats, {counted} took part; the quorum is {required}.")
        elif self.recused():
            message = N_(
                "Of {seats} seats, {counted} counted for this item, recusals left out; the quorum "
                "is {required}."
            )
        return self.say(
            message, seats=quorum.seats, counted=quorum.counted, required=quorum.required
        )

    def proxies(self) -> int:
        """How many of those who may vote do it by proxy."""
        return sum(
            self.meeting.places.get(seat, board.Place()).proxy_to is not None
            for seat in policy.entitled(self.dossier)
        )

    def recused(self) -> tuple[str, ...]:
        """Name the members who take no part in the item."""
        return tuple(
            self.holder(seat.id)
            for seat in self.called.seats
            if self.meeting.places.get(seat.id, board.Place()).recused
        )

    def part_taken(self) -> str:
        """Say how many votes go by proxy and how many members are recused."""
        proxies, recused = self.proxies(), self.recused()
        held = self.plural("One vote is given by proxy.", "{n} votes are given by proxy.", proxies)
        if not proxies:
            held = self.say("No vote is given by proxy.")
        none = self.say("Nobody is recused.")
        out = self.say("Recused: {names}.", names=recused) if recused else none
        return f"{held} {out}"

    def rule(self) -> str:
        """Say the majority, and whether the casting vote made it."""
        share = self.rules.majority_share
        words = {"1/2": self.say("half"), "2/3": self.say("two thirds")}.get(share, share)
        said = self.say(_BASES[self.rules.majority_basis, self.rules.majority_reached], share=words)
        result = self.dossier.result
        if result is not None and result.tally.casting_vote:
            broke = N_("The chair’s vote broke the tie.")
            if not self.chair_presides():
                broke = N_("The vote of the member presiding broke the tie.")
            said += " " + self.say(broke)
        return said

    def source(self, field: str) -> str:
        """Say where a rule is written, or name the rules."""
        cited = self.rules.cited(field)
        return self.of(cited.source) if cited else self.rules.rule

    def conformity(self) -> str:
        """Say in which language a text amended in session was adopted, and who certified."""
        if not self.dossier.amended:
            return ""
        adopted = self.say(
            "The text was amended in session and adopted in {language}, subject to conformity.",
            language=self.say(_LANGUAGES[self.opened.source]),
        )
        if not policy.conformed(self.dossier):
            return adopted
        return f"{adopted} " + self.say(
            "{reviser}, reviser, and {secretary}, secretary, certified that the text in {language} "
            "conforms to it.",
            reviser=self.names.get(self.dossier.conformity[Role.REVISER], ""),
            secretary=self.names.get(self.dossier.conformity[Role.SECRETARY], ""),
            language=self.say(_LANGUAGES[self.opened.target]),
        )

    def authority(self) -> str:
        """Say which text is authoritative."""
        if self.opened.authoritative == "fr":
            return self.say("The French text is authoritative.")
        return self.say("The English text is authoritative.")

    def figures(self) -> tuple[tuple[str, int], ...]:
        """Give the ballot's figures with their names, those who could vote last."""
        if self.dossier.result is None:
            return ()
        tally = self.dossier.result.tally
        figures = (
            (self.say("For"), tally.in_favour),
            (self.say("Against"), tally.against),
            (self.say("Abstentions"), tally.abstentions),
            (self.say("Not voting"), tally.not_voting),
        )
        total = sum(count for _, count in figures)
        return (*figures, (self.say("Members entitled to vote"), total))

    def digests(self) -> Iterator[tuple[str, str]]:
        """Give what was voted on, with its name."""
        draft, target, result = self.dossier.draft, self.dossier.target, self.dossier.result
        texts = {}
        if draft is not None:
            texts[self.opened.source] = draft.text
        if target is not None:
            texts[self.opened.target] = target.text
        labels = {"fr": self.say("Text in French"), "en": self.say("Text in English")}
        for language, digest in sorted(texts.items(), reverse=True):
            yield labels[language], digest
        if self.dossier.amended and result is not None:
            yield self.say("The text as it was amended and voted on"), result.pair
        pair = policy.adopted_pair(self.dossier) or self.called.pair
        if not self.dossier.amended or policy.conformed(self.dossier):
            yield self.say("The pair of both"), pair
        yield self.say("Rules of the board ({rule})", rule=self.rules.rule), self.called.rule
        if self.dossier.rule is not None and self.dossier.circuit is not None:
            rule = self.dossier.circuit.rule
            yield self.say("Review circuit ({rule})", rule=rule), self.dossier.rule
