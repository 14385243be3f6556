"""The papers of the whole demonstration, set in the house style from the sample's script.

What they say is data (``samples/imt/full.toml``); the figures in them come from the consultation,
the places of findings from the ledger. Every one says at its foot that it is a demonstration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from approvals.consultation.synthesis import Synthesis
from documents import papers, writer
from documents.papers import Block, Column, Heading, Role, Table, Text
from flows import places
from flows.places import Place
from flows.synthesis_paper import chart, question
from flows.synthesis_words import Wording
from locales.catalog import day, say
from locales.errors import N_

_ROLES: Final = {
    "body": Role.BODY,
    "bullet": Role.BULLET,
    "numbered": Role.NUMBERED,
    "motto": Role.MOTTO,
}


class Papers:
    """The papers in one language."""

    def __init__(
        self, script: Mapping[str, Any], language: str, institution: str, notice: str
    ) -> None:
        self.script, self.language = script, language
        self.institution, self.notice = institution, notice

    def say(self, message: str, /, **data: object) -> str:
        """Say a sentence in the papers' language."""
        return say(message, self.language, **data)

    def axes(self, now: datetime, author: str) -> bytes:
        """The work group's note."""
        return self._paper("axes", now, end=self._signed(now, author, N_("For the work group")))

    def presentation(self, now: datetime, own: Synthesis) -> bytes:
        """What the board is shown of the consultation before anything is drafted."""
        return self._paper("presentation", now, self._figures(own))

    def explanation(self, now: datetime, found: Sequence[Place], author: str) -> bytes:
        """Why the draft says what it says, finding by finding."""
        end = self._signed(now, author, N_("For the drafting"))
        return self._paper("explanation", now, [self._places(found)], end=end)

    def press(self, now: datetime, names: Mapping[str, str], contact: str) -> bytes:
        """The press release with its quotes."""
        blocks: list[Block] = []
        for one in self.script["press"]["quote"]:
            blocks.append(Text(self.say("“{words}”", words=one[self.language]), Role.QUOTE))
            capacity = one["capacity"][self.language]
            blocks.append(Text(f"{names[one['speaker']]}, {capacity}", Role.SOURCE))
        contacts: list[Block] = [Heading(self.say("Press contact")), Text(contact)]
        return self._paper("press", now, [*blocks, *contacts])

    def _paper(
        self, name: str, now: datetime, more: Sequence[Block] = (), end: Sequence[Block] = ()
    ) -> bytes:
        told = self.script[name]
        title, kind = told["title"][self.language], told["kind"][self.language]
        return writer.paper(
            papers.Paper(
                language=self.language,
                title=f"{kind} – {title}",
                institution=self.institution,
                body=told["body"][self.language],
                reference=title,
                page_of=self.say("page {page} of {pages}", page="{page}", pages="{pages}"),
                blocks=(
                    Text(kind, Role.NUMBER),
                    Text(title, Role.TITLE),
                    Text(day(now.date(), self.language), Role.SUBTITLE),
                    *self._texts(told.get("text", ())),
                    *more,
                    *self._texts(told.get("after", ())),
                    Text(self.notice, Role.NOTE),
                    *end,
                ),
                created=now,
            )
        )

    def _texts(self, texts: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
        for one in texts:
            words = one[self.language]
            if one["role"] == "heading":
                yield Heading(words)
            else:
                yield Text(words, _ROLES[one["role"]])

    def _signed(self, now: datetime, author: str, capacity: str) -> list[Block]:
        return [
            Text(self.say("Done on {day}", day=now.date()), Role.DONE),
            papers.Signatures(
                (papers.SignaturePlace(self.say(capacity), author, self.say("Signature")),),
                self.say("Place for the signature of {name}.", name=author),
            ),
        ]

    def _figures(self, own: Synthesis) -> list[Block]:
        words = Wording(own, self.language)
        responded = words.figure(own.participation)
        wanted = self.script["presentation"]["figures"]
        blocks: list[Block] = [
            Heading(self.say("Who responded")),
            Text(words.lede()),
            *chart(responded, responded.table.caption),
            Heading(self.say("What was answered")),
        ]
        for figure in own.questions:
            if figure.id in wanted:
                blocks.extend(question(words, figure))
        return blocks

    def _places(self, found: Sequence[Place]) -> Table:
        return Table(
            caption=self.say("Findings and the paragraphs that they shaped"),
            columns=(
                Column(self.say("Finding"), weight=5),
                Column(self.say("Where it went"), weight=4),
            ),
            rows=tuple(
                (f"{one.finding}. {one.text.in_(self.language)}", places.told(one, self.language))
                for one in found
            ),
            description=self.say("Each finding of the consultation and where it went."),
            row_heads=True,
        )
