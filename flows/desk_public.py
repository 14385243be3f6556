"""Gives the desk's public pages and the matrix what they ask of the house."""

from __future__ import annotations

import io
import threading
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

from approvals import board, policy
from approvals.desk.public_ports import Cell, Matrix, MatrixRow, MatrixStep, Vote
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from documents.sealing import confined
from documents.sealing.verdict import Verdict
from documents.signoff import signoff
from flows import acts, evidence, signoff_facts
from flows.board_words import BoardWords
from flows.house import House
from flows.signoff_paper import Decision, Said, signoff_paper
from flows.stages.publish import erratum_name, names

AT_ONCE: Final = 2
"""How many strangers' files are judged at the same time."""

PATIENCE: Final = 20.0
"""Seconds that a file waits for its turn."""

KEPT: Final = 8
"""How many zip files of evidence are kept ready."""

_APPROVED: Final = Said.APPROVED.value


class Public:
    """See ``approvals.desk.public_ports.Public``."""

    def __init__(
        self, house: House, healthy: Callable[[], Mapping[str, bool]] | None = None
    ) -> None:
        self._house = house
        self._healthy = healthy
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._making = threading.Lock()
        self._evidence: OrderedDict[tuple[str, int], bytes] = OrderedDict()

    @property
    def origin(self) -> str | None:
        """The desk's one address, where the settings name it."""
        return self._house.settings.desk_url

    @property
    def largest(self) -> int:
        """How many bytes a file may have."""
        return self._house.settings.intake_size_mb * 1024 * 1024

    def verify(self, data: bytes) -> Verdict:
        """Judge a file in a process of its own."""
        if not self._turns.acquire(timeout=PATIENCE):
            raise GuardError(
                "verify:busy",
                N_("Many files are being checked just now. Send yours again in a minute."),
            )
        try:
            house = self._house
            return confined.verify(data, house.identity.anchors, at=house.now())
        finally:
            self._turns.release()

    def vote(self, dossier: Dossier, language: str) -> Vote | None:
        """Say how the board voted."""
        result = dossier.result
        if result is None or dossier.meeting is None or dossier.ballot is None:
            return None
        words = BoardWords(
            dossier, {id: who.name for id, who in self._house.contacts().items()}, language
        )
        deferred = result.outcome is board.Outcome.DEFERRED
        return Vote(
            words.figures(),
            words.quorum(),
            words.rule(),
            words.source("majority_basis"),
            words.part_taken(),
            words.conformity(),
            deferred or policy.count_ballot(dossier) == (result.tally, result.outcome),
        )

    def evidence(self, dossier: Dossier) -> bytes:
        """Give the zip file; made once for each version of a dossier."""
        place = (dossier.id, dossier.version)
        with self._making:
            found = self._evidence.get(place)
            if found is None:
                found = self._evidence[place] = _zip(evidence.published_files(self._house, dossier))
                if len(self._evidence) > KEPT:
                    self._evidence.popitem(last=False)
            return found

    def names(self, dossier: Dossier) -> Mapping[str, str]:
        """Name each published file by its digest."""
        found: dict[str, str] = {one.sealed: name for name, one in names(dossier).items()}
        for erratum in dossier.errata.values():
            if erratum.edition is not None:
                found[erratum.edition.sealed] = erratum_name(dossier.id, erratum.proposed)
        return found

    def matrix(self, dossier: Dossier, language: str) -> Matrix:
        """Give the matrix."""
        facts = signoff_facts.review(self._house, dossier, language)
        ids = tuple(acts.paragraph_numbers(dossier))
        steps = dossier.circuit.steps if dossier.circuit else ()
        places = [(step, person) for step in steps for person in dossier.deciders(step)]
        rows = tuple(
            MatrixRow(
                step.id,
                signer.step,
                signer.person,
                tuple(_cell(row[at]) for row in facts.decisions),
            )
            for at, ((step, _), signer) in enumerate(zip(places, facts.signers, strict=True))
        )
        statuses = dossier.statuses()
        return Matrix(
            facts.circuit,
            facts.body,
            tuple(
                (one.number, id, one.text) for id, one in zip(ids, facts.paragraphs, strict=True)
            ),
            rows,
            tuple(
                MatrixStep(
                    step.id,
                    step.title.in_(language),
                    step.required,
                    len(dossier.deciders(step)),
                    statuses[step.id],
                    tuple(
                        sum(row.cells[at].said == _APPROVED for row in rows if row.step == step.id)
                        for at in range(len(ids))
                    ),
                )
                for step in steps
            ),
        )

    def matrix_paper(self, dossier: Dossier, language: str) -> bytes:
        """Give the matrix as a Word file."""
        facts = signoff_facts.review(self._house, dossier, language)
        return signoff(signoff_paper(facts, language))

    def healthy(self) -> Mapping[str, bool]:
        """Say which programs stand."""
        return self._healthy() if self._healthy is not None else {}


def _cell(one: Decision) -> Cell:
    return Cell(one.said.value, one.on, one.by, one.fell, one.why, one.changed)


def _zip(files: Mapping[str, bytes]) -> bytes:
    """Pack files without their times, so that the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in files.items():
            box.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
