"""Gives the pages of coding what they ask of the house, as the commands do it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from approvals.consultation import coding as pure
from approvals.consultation.coding import Agreement, Codes
from approvals.consultation.life import Consultation
from approvals.consultation.questionnaire import Kind
from approvals.consultation.responses import BadRow
from approvals.desk.coding_ports import Asked, Part, Work
from approvals.errors import N_, GuardError, NotEntitledError
from approvals.evaluation import Coding
from approvals.ledger import Entry
from approvals.names import PersonId
from flows import coding, consulting, evaluating, sheets
from flows.house import House


class Codings:
    """Codings of one house; see ``approvals.desk.coding_ports.CodingWorks``."""

    def __init__(self, house: House) -> None:
        self._house = house

    def asked(self, own: Consultation) -> Sequence[Asked]:
        """Give the open questions."""
        source = evaluating.source(self._house, own.id)
        held = coding.evaluation(self._house, source.stream).codings
        return [
            Asked(one, len(source.answers(one.id)), held.get(one.id))
            for one in source.asked.questions
            if one.kind is Kind.OPEN
        ]

    def find(self, own: Consultation, question: str) -> Coding | None:
        """Give the coding of a question."""
        return coding.evaluation(self._house, consulting.stream(own.id)).codings.get(question)

    def waiting(self, person: PersonId) -> Sequence[tuple[Consultation, str]]:
        """Give the sheets that a person has still to bring."""
        return [
            (own, question)
            for own in [*consulting.every(self._house)]  # no reader is held meanwhile
            if own.closed is not None and own.erased is None
            for question, held in coding.evaluation(
                self._house, consulting.stream(own.id)
            ).codings.items()
            if person in held.coders and person not in held.sheets and held.settled is None
        ]

    def deal(
        self,
        own: Consultation,
        question: str,
        book: bytes,
        coders: tuple[PersonId, PersonId],
        share: int | None,
        *,
        by: PersonId,
        key: str,
    ) -> Entry:
        """Freeze a codebook and deal the answers."""
        source = evaluating.source(self._house, own.id)
        return coding.deal(
            self._house,
            source.stream,
            question,
            book.decode("utf-8", errors="replace"),
            source.answers(question),
            by=by,
            coders=coders,
            seed=1,
            share=share or self._house.settings.coding_share,
            key=key,
        )

    def work(self, own: Consultation, question: str, person: PersonId, part: Part) -> Work:
        """Give what a person codes."""
        source = evaluating.source(self._house, own.id)
        held = self.find(own, question)
        if held is None or (part is Part.SHEET) != (person in held.coders):
            raise NotEntitledError(
                "coding:coder",
                N_("Nothing of {question} is yours to code."),
                question=question,
            )
        answers = source.answers(question)
        book = coding.book_of(self._house, held)
        if part is Part.SHEET:
            dealt = coding.dealt_of(self._house, held)
            mine = dealt.first if person == held.opened.first else dealt.second
            return Work(part, book, [answers[id] for id in mine], {})
        differing = coding.compare(self._house, source.stream, question).disagreements
        return Work(
            part,
            book,
            [answers[one.answer] for one in differing],
            {one.answer: (one.first, one.second) for one in differing},
        )

    def sheet(self, own: Consultation, work: Work, language: str) -> bytes:
        """Give it as a CSV file."""
        answers = {one.id: one for one in work.answers}
        if work.part is Part.SHEET:
            return sheets.written(pure.COLUMNS, pure.sheet(answers, list(answers)), language)
        differing = [pure.Disagreement(id, *both) for id, both in work.compared.items()]
        return sheets.written(pure.COMPARED, pure.compared(answers, differing), language)

    def read(
        self, work: Work, data: bytes, name: str
    ) -> tuple[Mapping[str, Codes], Sequence[BadRow]]:
        """Read that file as it came back."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / (Path(name).name or "sheet.csv")
            path.write_bytes(data)
            columns, rows = sheets.read(path)
        found = pure.read(work.book, [one.id for one in work.answers], columns, rows)
        return found.codes, found.faults

    def agreement(self, own: Consultation, question: str) -> Agreement:
        """Compare both sheets."""
        return coding.compare(self._house, consulting.stream(own.id), question)

    def bring(
        self,
        own: Consultation,
        question: str,
        part: Part,
        codes: Mapping[str, Codes],
        *,
        by: PersonId,
        key: str,
    ) -> Entry:
        """Bring a whole sheet, or settle."""
        stream = consulting.stream(own.id)
        if part is Part.SHEET:
            return coding.take_codes(self._house, stream, question, codes, by=by, key=key)
        differing = {one.answer for one in self.agreement(own, question).disagreements}
        if missing := differing - codes.keys():
            raise GuardError(
                "coding:open",
                N_("{missing} of the answers on which the two differ are not decided yet."),
                missing=len(missing),
            )
        return coding.settle(self._house, stream, question, codes, by=by, key=key)
