"""What the pages of coding need of the house; ``flows.desk_coding`` gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from approvals.consultation.codebook import Codebook
from approvals.consultation.coding import Agreement, Answer, Codes
from approvals.consultation.life import Consultation
from approvals.consultation.questionnaire import Question
from approvals.consultation.responses import BadRow
from approvals.evaluation import Coding
from approvals.ledger import Entry
from approvals.names import PersonId


class Part(StrEnum):
    """What somebody does in a coding: fill in a sheet, or settle where two sheets differ."""

    SHEET = "sheet"
    SETTLE = "settle"


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question, how many answered it, and how its coding stands."""

    question: Question
    answers: int
    coding: Coding | None


@dataclass(frozen=True, slots=True)
class Work:
    """The answers that somebody codes, in their order; ``compared`` has both coders' themes."""

    part: Part
    book: Codebook
    answers: Sequence[Answer]
    compared: Mapping[str, tuple[Codes, Codes]]


class CodingWorks(Protocol):
    """Coding the open answers of one house's consultations."""

    def asked(self, own: Consultation) -> Sequence[Asked]:
        """Give the open questions; raise ``GuardError`` where the answers were erased."""
        ...

    def find(self, own: Consultation, question: str) -> Coding | None:
        """Give the coding of a question; None where nothing was dealt."""
        ...

    def waiting(self, person: PersonId) -> Sequence[tuple[Consultation, str]]:
        """Give the consultations and questions whose sheet a person has still to bring."""
        ...

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
        """Freeze a codebook and deal the answers to two people."""
        ...

    def work(self, own: Consultation, question: str, person: PersonId, part: Part) -> Work:
        """Give what a person codes; raise ``GuardError`` where it is not theirs, or not yet."""
        ...

    def sheet(self, own: Consultation, work: Work, language: str) -> bytes:
        """Give it as a CSV file for a spreadsheet."""
        ...

    def read(
        self, work: Work, data: bytes, name: str
    ) -> tuple[Mapping[str, Codes], Sequence[BadRow]]:
        """Read that file as it came back; codes only where nothing in it is faulty."""
        ...

    def agreement(self, own: Consultation, question: str) -> Agreement:
        """Compare both sheets; raise ``GuardError`` while one is missing."""
        ...

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
        """Bring a whole sheet, or settle with what was decided where the two differ."""
        ...
