"""What the public pages and the matrix need of the house, as protocols; ``flows`` gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from approvals.dossier import Dossier
from approvals.names import ParagraphId
from approvals.standing import StepStatus
from documents.sealing.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Vote:
    """How a board voted, as its resolution says it, in one language."""

    figures: tuple[tuple[str, int], ...]
    """Each figure with its name: for, against, abstentions, not voting, entitled to vote."""
    quorum: str
    rule: str
    source: str
    """Where the majority is written."""
    part_taken: str
    conformity: str
    agrees: bool
    """Whether counting the votes of the ledger anew gives the result that was proclaimed."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What somebody said on a paragraph: a word of ``flows.signoff_paper.Said``, when, for whom."""

    said: str
    on: date | None = None
    by: str = ""
    """Who said it in their place."""
    fell: date | None = None
    why: str = ""
    changed: tuple[str, ...] = ()
    """The languages whose change made an approval fall."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One person in one step, with a cell for each paragraph."""

    step: str
    title: str
    person: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class MatrixStep:
    """A step: how many approvals it asks for, how it stands, how many each paragraph has."""

    id: str
    title: str
    required: int
    of: int
    status: StepStatus
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Reviewer × paragraph × language, as the paper has it."""

    circuit: str
    title: str
    paragraphs: tuple[tuple[int, ParagraphId, str], ...]
    """Number, identity and text, in their order."""
    rows: tuple[MatrixRow, ...]
    steps: tuple[MatrixStep, ...]


class Public(Protocol):
    """What anybody may see, and the matrix of a review."""

    @property
    def origin(self) -> str | None:
        """The desk’s one address (scheme and host), where the house has set it."""
        ...

    @property
    def largest(self) -> int:
        """How many bytes a file may have that is to be verified."""
        ...

    def verify(self, data: bytes) -> Verdict:
        """Judge a file at arm's length; raise ``GuardError`` where too many wait already."""
        ...

    def vote(self, dossier: Dossier, language: str) -> Vote | None:
        """Say how the board voted; None before a result."""
        ...

    def evidence(self, dossier: Dossier) -> bytes:
        """Give what somebody outside needs to check a published dossier, as a zip file."""
        ...

    def names(self, dossier: Dossier) -> Mapping[str, str]:
        """Name each published file: its name to keep by its digest."""
        ...

    def matrix(self, dossier: Dossier, language: str) -> Matrix:
        """Give the matrix; raise ``GuardError`` where no review was opened."""
        ...

    def matrix_paper(self, dossier: Dossier, language: str) -> bytes:
        """Give the matrix as a Word file."""
        ...

    def healthy(self) -> Mapping[str, bool]:
        """Say which of the programs that belong to the house stand, by name; none where alone."""
        ...
