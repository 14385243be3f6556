"""Words the certified extract (extrait certifié conforme) of a resolution in one language.

What the board decided, by what vote, under whose certificate; ``documents.writer`` lays it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from approvals import board, workdays
from approvals.dossier import Dossier
from approvals.names import PersonId
from documents.papers import (
    Block,
    Column,
    Heading,
    Paper,
    Role,
    SignaturePlace,
    Signatures,
    Table,
    Text,
)
from flows.board_words import BoardWords
from flows.resolution_paper import quoted


class ExtractWords(BoardWords):
    """The extract's sentences in one language."""

    def __init__(
        self,
        dossier: Dossier,
        names: Mapping[PersonId, str],
        language: str,
        *,
        secretary: str,
        day: date,
    ) -> None:
        super().__init__(dossier, names, language)
        if dossier.result is None or dossier.resolution is None:
            raise ValueError("an extract needs a written resolution")
        self.result, self.resolution = dossier.result, dossier.resolution
        self.secretary, self.day = secretary, day

    def paper(self, edition: bytes) -> Paper:
        """Word the extract on ``edition``, the adopted text in the paper's language."""
        number = self.say("Resolution no. {number}", number=self.result.number or "")
        return Paper(
            language=self.language,
            title=self.say("Certified extract: {number}", number=number),
            institution=self.of(self.rules.institution),
            body=self.of(self.rules.title),
            reference=number,
            page_of=self.say("page {page} of {pages}", page="{page}", pages="{pages}"),
            subject=self.say("Session of {day}", day=workdays.day(self.called.when)),
            blocks=tuple(self._blocks(number, edition)),
        )

    def _blocks(self, number: str, edition: bytes) -> Iterator[Block]:
        title = self.of(self.opened.title)
        yield Text(self.say("Certified extract"), Role.NUMBER)
        yield Text(self.say("Extract of the register of resolutions"), Role.TITLE)
        yield Text(
            self.say(
                "{number}, session of {day}", number=number, day=workdays.day(self.called.when)
            ),
            Role.SUBTITLE,
        )
        yield Text(self.opening(), Role.OPENING)
        yield Text(self.say("After deliberation, decides:"), Role.DECISION)
        yield Heading(self.say("Article 1"))
        yield Text(
            self.say("The text “{title}” is adopted as it stands below.", title=title),
        )
        yield from quoted(edition)
        yield Heading(self.say("Article 2"))
        if self.dossier.amended:
            yield Text(self.conformity())
        else:
            yield Text(self.say("Both languages are adopted as one pair."))
        yield Text(self.authority())
        yield Heading(self.say("The vote"))
        yield Text(self.quorum())
        yield self._vote()
        yield Text(
            self.part_taken(),
            Role.AFTER_TABLE,
        )
        yield Text(self.rule())
        yield Text(self.source("majority_basis"), Role.SOURCE)
        yield Heading(self.say("Certification"))
        yield Text(
            self.say(
                "Certified to conform to the register of resolutions, where the resolution stands "
                "whole with the members who sat."
            ),
            Role.CERTIFICATION,
        )
        place = self.called.place or self.of(self.rules.institution)
        yield Text(self.say("Done at {place}, on {day}", place=place, day=self.day), Role.DONE)
        yield Signatures(
            (
                SignaturePlace(
                    self.say("The secretary of the session"), self.secretary, self.say("Signature")
                ),
            ),
            self.say("Place for the signature of the secretary."),
        )
        yield Text(self.say("The resolution that this is an extract of"), Role.DIGEST_LABEL)
        yield Text(self.resolution.fr if self.language == "fr" else self.resolution.en, Role.DIGEST)

    def _vote(self) -> Table:
        rows = tuple((label, self.say("{count}", count=count)) for label, count in self.figures())
        return Table(
            caption=self.say("Result of the ballot"),
            columns=(
                Column(self.say("Vote"), weight=3),
                Column(self.say("Votes"), figures=True),
            ),
            rows=rows,
            description=self.say("Votes for, against, abstentions and not voting."),
            total=True,
            width=60,
        )


def possible(dossier: Dossier) -> bool:
    """Say whether there is a resolution to extract from."""
    adopted = dossier.result is not None and dossier.result.outcome is board.Outcome.ADOPTED
    return adopted and dossier.resolution is not None
