"""Gives the pages of interviews and findings what they ask of the house, as the commands do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from approvals.consultation.life import Consultation
from approvals.consultation.questionnaire import Kind
from approvals.consultation.synthesis import point
from approvals.consultation.tally import SILENT, QuestionTally
from approvals.desk.findings_ports import Ground, GroundRow, Rest
from approvals.errors import N_, GuardError
from approvals.events import EvidenceKind
from approvals.handlers import evaluation as handlers
from approvals.ledger import Entry
from approvals.names import Bilingual, PersonId
from flows import coding, consulting, evaluating
from flows.evaluating import Source
from flows.house import House
from flows.synthesis_words import EvidenceWords


class Findings:
    """Findings of one house; see ``approvals.desk.findings_ports.FindingWorks``."""

    def __init__(self, house: House) -> None:
        self._house = house

    def grounds(self, own: Consultation) -> Sequence[Ground]:
        """Give what was counted."""
        return list(self._grounds(evaluating.source(self._house, own.id)))

    def _grounds(self, source: Source) -> Iterator[Ground]:
        for one in source.counted.questions:
            yield _ground(EvidenceKind.ANSWER, one, one.question.title)
        for question, held in coding.evaluation(self._house, source.stream).codings.items():
            if held.settled is not None:
                title = source.question(question).title
                yield _ground(EvidenceKind.THEME, source.themes(self._house, held), title, question)

    def evidence(self, own: Consultation, language: str) -> Mapping[str, str]:
        """Say of each finding what it rests on."""
        stream = consulting.stream(own.id)
        asked = Source(stream, consulting.form(self._house, own), {})
        words = EvidenceWords(language)
        held = coding.evaluation(self._house, stream)
        found = evaluating.found_in(self._house, asked, held)
        return {one.id: words.evidence(one) for one in found}

    def register(
        self,
        own: Consultation,
        finding: str,
        text: Bilingual,
        rests: Sequence[Rest],
        *,
        by: PersonId,
        key: str,
    ) -> Entry:
        """Count what a finding rests on and register it."""
        source = evaluating.source(self._house, own.id)
        held = coding.evaluation(self._house, source.stream)
        evidence = []
        for rest in rests:
            proof = evaluating.counted(self._house, source, held, rest)
            if proof is None:
                raise GuardError(
                    "finding:proof",
                    N_(
                        "A finding cannot rest on {about} {code}: it is not there, nobody gave it, "
                        "or it is not settled yet."
                    ),
                    about=rest.about,
                    code=rest.code,
                )
            evidence.append(proof)
        return handlers.register_finding(
            handlers.RegisterFinding(
                dossier=source.stream,
                by=by,
                key=key,
                finding=finding,
                text=text,
                evidence=tuple(evidence),
            ),
            self._house.office,
        )


def _ground(
    kind: EvidenceKind, counted: QuestionTally, title: Bilingual, question: str | None = None
) -> Ground:
    scale = counted.question.kind is Kind.SCALE
    titles = {
        option.code: point(option.code, option.title) if scale else option.title
        for option in counted.question.options
    }
    rows = [
        GroundRow(row.code, titles[row.code], row.total, row.by_public)
        for row in counted.rows
        if row.code != SILENT
    ]
    return Ground(kind, question or counted.question.id, title, rows)
