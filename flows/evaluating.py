"""Interviews, findings and the synthesis of a consultation, with a house.

Interviews and findings are brought as TOML files in both languages, read whole before anything of
them is recorded. How many people a finding speaks of is counted here, from figures that are shown:
nobody types it, and a hidden number is no evidence.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from approvals import events as ev
from approvals import workdays
from approvals.circuits import bilingual
from approvals.consultation import coding as pure
from approvals.consultation import synthesis
from approvals.consultation.coding import Answer
from approvals.consultation.life import PREFIX
from approvals.consultation.questionnaire import Kind, Question, Questionnaire
from approvals.consultation.responses import Response
from approvals.consultation.synthesis import Found, Heard, Proof, Synthesis
from approvals.consultation.tally import SILENT, THRESHOLD, QuestionTally, Tally, tally
from approvals.desk.findings_ports import Rest
from approvals.errors import ApprovalError, GuardError
from approvals.evaluation import Coding, Evaluation, Interview
from approvals.handlers import consultation as lives
from approvals.handlers import evaluation as handlers
from approvals.ledger import Entry
from approvals.names import Bilingual, Digest, PersonId
from documents.digest import byte_digest
from flows import coding, consulting
from flows.house import House
from locales.errors import N_


class EvaluationFileError(ApprovalError):
    """A file of interviews or findings cannot be used."""


@dataclass
class Source:
    """A consultation that is closed: what was asked, what came back, and when."""

    stream: str
    asked: Questionnaire
    responses: Mapping[str, Response]
    """By an id that says nothing of who gave it."""
    questionnaire: Digest | None = None
    opened: date | None = None
    closed: date | None = None
    threshold: int = THRESHOLD
    notice: Bilingual | None = None
    invited: Mapping[str, int] = field(default_factory=dict)
    """How many of each public were invited by a link of their own."""
    _themes: dict[str, QuestionTally] = field(default_factory=dict)

    @cached_property
    def counted(self) -> Tally:
        """The tally by public, small numbers hidden."""
        return tally(self.asked, self.responses.values(), self.threshold)

    def question(self, id: str) -> Question:
        """Give a question; raise ``GuardError`` where there is none."""
        for one in self.asked.questions:
            if one.id == id:
                return one
        raise GuardError(
            "consultation:question",
            N_("There is no question {question}. The questionnaire has {questions}."),
            question=id,
            questions=tuple(one.id for one in self.asked.questions),
        )

    def answers(self, question: str) -> dict[str, Answer]:
        """Give the answers to an open question; raise ``GuardError`` where it is not open."""
        if self.question(question).kind is not Kind.OPEN:
            raise GuardError(
                "coding:open",
                N_("Question {question} is not answered in own words; there is nothing to code."),
                question=question,
            )
        return {
            id: Answer(id, one.public, one.language, one.said[question])
            for id, one in self.responses.items()
            if one.said.get(question)
        }

    def themes(self, house: House, own: Coding) -> QuestionTally:
        """Count a settled coding by public."""
        question = own.opened.question
        if question not in self._themes:
            if own.settled is None:
                raise ValueError(f"{question} is not settled")
            codes = coding.codes_of(house, own.settled.codes)
            self._themes[question] = pure.by_public(
                self.asked,
                coding.book_of(house, own),
                codes,
                {id: self.responses[id].public for id in codes},
                self.threshold,
            )
        return self._themes[question]


@dataclass(frozen=True, slots=True)
class InterviewFile:
    """One interview as a file has it."""

    id: str
    capacity: Bilingual
    name: str
    on: date
    consented: date | None
    scope: ev.Scope
    points: tuple[Bilingual, ...]


def _raw(text: str, kind: str) -> Sequence[Mapping[str, Any]]:
    try:
        tables = tomllib.loads(text)[kind]
    except tomllib.TOMLDecodeError as fault:
        raise EvaluationFileError(
            N_("The file is not valid TOML ({fault}). Correct it and try again."), fault=str(fault)
        ) from fault
    except KeyError as fault:
        raise EvaluationFileError(
            N_("The file has no [[{kind}]]. Compare it with the sample’s."), kind=kind
        ) from fault
    if not isinstance(tables, list):
        raise EvaluationFileError(
            N_("Write [[{kind}]] with two brackets, one such table for each."), kind=kind
        )
    ids = [str(one.get("id", "")) for one in tables]
    twice = next((id for id in ids if ids.count(id) > 1), None)
    if twice is not None:
        raise EvaluationFileError(
            N_(
                "{id} stands twice in the file. Give each an id of its own; nothing was registered."
            ),
            id=twice,
        )
    return tables


def _misspelt(kind: str, number: int, fault: Exception) -> EvaluationFileError:
    return EvaluationFileError(
        N_("[[{kind}]] no. {number} lacks or misspells {fault}. Compare it with the sample’s."),
        kind=kind,
        number=number,
        fault=str(fault),
    )


def read_interviews(text: str) -> tuple[InterviewFile, ...]:
    """Read a TOML file of ``[[interview]]``; raise ``EvaluationFileError`` with the place."""
    found = []
    for number, raw in enumerate(_raw(text, "interview"), 1):
        try:
            found.append(
                InterviewFile(
                    str(raw["id"]),
                    bilingual(raw["capacity"]),
                    str(raw.get("name", "")),
                    _day(raw["on"]),
                    _day(raw["consented"]) if "consented" in raw else None,
                    ev.Scope(str(raw["scope"])),
                    tuple(bilingual(point) for point in raw.get("point", ())),
                )
            )
        except (KeyError, TypeError, ValueError) as fault:
            raise _misspelt("interview", number, fault) from fault
    return tuple(found)


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"day {value}")
    return value


def register_interviews(
    house: House, stream: str, interviews: Sequence[InterviewFile], *, by: PersonId, key: str
) -> None:
    """Register interviews, each under a key of its own made of ``key``."""
    for one in interviews:
        handlers.register_interview(
            handlers.RegisterInterview(
                dossier=stream,
                by=by,
                key=f"{key}:{one.id}",
                interview=one.id,
                capacity=one.capacity,
                name=one.name,
                on=one.on,
                consented=one.consented,
                scope=one.scope,
                points=one.points,
            ),
            house.office,
        )


@dataclass(frozen=True, slots=True)
class FindingFile:
    """One finding as a file has it, its evidence counted."""

    id: str
    text: Bilingual
    evidence: tuple[ev.Evidence, ...]


def read_findings(house: House, source: Source, text: str) -> tuple[FindingFile, ...]:
    """Read a TOML file of ``[[finding]]`` and count what each rests on.

    Raises ``EvaluationFileError`` with the place, ``GuardError`` for evidence that is not there.
    """
    own = coding.evaluation(house, source.stream)
    found = []
    for number, raw in enumerate(_raw(text, "finding"), 1):
        try:
            evidence = tuple(_counted(house, source, own, one) for one in raw.get("evidence", ()))
            found.append(FindingFile(str(raw["id"]), bilingual(raw["text"]), evidence))
        except (KeyError, TypeError, ValueError) as fault:
            raise _misspelt("finding", number, fault) from fault
    return tuple(found)


def _counted(house: House, source: Source, own: Evaluation, raw: Mapping[str, Any]) -> ev.Evidence:
    rest = rest_of(raw)
    found = counted(house, source, own, rest)
    if found is None:
        raise ValueError(f"{rest.about}: {rest.code}")
    return found


def rest_of(raw: Mapping[str, Any]) -> Rest:
    """Read one piece of evidence of a findings file; raise ``KeyError`` for what it lacks."""
    if "interview" in raw:
        return Rest(ev.EvidenceKind.INTERVIEW, str(raw["interview"]))
    kind = ev.EvidenceKind.THEME if "theme" in raw else ev.EvidenceKind.ANSWER
    code = str(raw["theme"] if kind is ev.EvidenceKind.THEME else raw["answer"])
    return Rest(kind, str(raw["question"]), code, tuple(map(str, raw.get("publics", ()))))


def counted(house: House, source: Source, own: Evaluation, rest: Rest) -> ev.Evidence | None:
    """Count the people of whom a finding would speak; None where there is no such answer or public.

    Raises ``GuardError`` where the number is hidden, or the answers are not coded yet.
    """
    if rest.kind is ev.EvidenceKind.INTERVIEW:
        return ev.Evidence(rest.kind, rest.about)
    found = _tally_of(house, source, own, rest.about, rest.kind)
    row = next((row for row in found.rows if row.code == rest.code != SILENT), None)
    if row is None or not row.by_public.keys() >= set(rest.publics):
        return None
    numbers = [row.by_public[one] for one in rest.publics] if rest.publics else [row.total]
    if any(number is None for number in numbers):
        raise GuardError(
            "finding:hidden",
            N_(
                "How many of {publics} said “{code}” is hidden, because they are few. A finding "
                "cannot rest on it."
            ),
            publics=rest.publics,
            code=rest.code,
        )
    people = sum(one or 0 for one in numbers)
    return ev.Evidence(rest.kind, rest.about, rest.code, people, rest.publics)


def _tally_of(
    house: House, source: Source, own: Evaluation, question: str, kind: ev.EvidenceKind
) -> QuestionTally:
    if kind is ev.EvidenceKind.ANSWER:
        if source.question(question).kind is Kind.OPEN:
            raise GuardError(
                "finding:open",
                N_(
                    "{question} was answered in own words. A finding rests on its themes, once "
                    "they are coded."
                ),
                question=question,
            )
        return next(one for one in source.counted.questions if one.question.id == question)
    held = own.codings.get(question)
    if held is None or held.settled is None:
        raise GuardError(
            "finding:proof",
            N_("The answers to {question} are not coded yet; no finding can rest on a theme."),
            question=question,
        )
    return source.themes(house, held)


def register_findings(
    house: House, stream: str, found: Sequence[FindingFile], *, by: PersonId, key: str
) -> None:
    """Register findings, each under a key of its own made of ``key``."""
    for one in found:
        handlers.register_finding(
            handlers.RegisterFinding(
                dossier=stream,
                by=by,
                key=f"{key}:{one.id}",
                finding=one.id,
                text=one.text,
                evidence=one.evidence,
            ),
            house.office,
        )


def source(house: House, id: str) -> Source:
    """Give a consultation with its responses; raise ``GuardError`` where there is none."""
    own = consulting.find(house, id)
    if own.erased is not None:
        raise GuardError(
            "consultation:erased",
            N_("The responses of {consultation} were erased; its synthesis is what stays."),
            consultation=own.id,
        )
    asked = consulting.form(house, own)
    with house.store.read() as reader:
        entries = reader.history(consulting.stream(id))
    days = {entry.type: workdays.day(entry.time) for entry in entries}
    return Source(
        consulting.stream(id),
        asked,
        dict(consulting.responses(house, id)),
        questionnaire=own.form,
        opened=days.get(ev.ConsultationOpened.__name__),
        closed=days.get(ev.ConsultationClosed.__name__),
        notice=asked.notice,
        invited=own.invited,
    )


def record_synthesis(
    house: House, id: str, files: Mapping[str, bytes], *, by: PersonId, key: str
) -> Entry:
    """Record a synthesis by the digests of its files.

    The files are not kept in the vault: they may quote somebody who takes their consent back.
    """
    digests = {name: Digest(byte_digest(data)) for name, data in files.items()}
    return lives.synthesise(
        lives.Synthesise(
            dossier=consulting.stream(id),
            by=by,
            key=key,
            data=next(one for name, one in digests.items() if name.endswith(".json")),
            papers=tuple(one for name, one in digests.items() if not name.endswith(".json")),
        ),
        house.office,
    )


def synthesis_of(house: House, source: Source) -> Synthesis:
    """Put together everything that may be shown of a consultation."""
    own = coding.evaluation(house, source.stream)
    counted = source.counted
    founded = house.register().founded
    settled = [one for one in own.codings.values() if one.settled is not None]
    return Synthesis(
        id=source.stream.removeprefix(PREFIX),
        title=source.asked.title,
        purpose=source.asked.purpose,
        institution=founded.institution if founded else Bilingual("", ""),
        opened=source.opened,
        closed=source.closed,
        threshold=source.threshold,
        publics=tuple(public.title for public in source.asked.publics),
        total=counted.total,
        participation=synthesis.participation(source.asked, counted, source.invited),
        questions=tuple(synthesis.figure(one, counted.total) for one in counted.questions),
        themes=tuple(_themes(house, source, one) for one in settled),
        heard=tuple(_heard(house, own)),
        unquoted=sum(
            not one.withdrawn and one.registered.scope is ev.Scope.NOT_QUOTABLE
            for one in own.interviews.values()
        ),
        findings=found_in(house, source, own),
        questionnaire=source.questionnaire,
        notice=source.notice,
    )


def found_in(house: House, source: Source, own: Evaluation) -> tuple[Found, ...]:
    """Put findings together with what they rest on; no response is needed for it."""
    return tuple(
        Found(id, one.text, tuple(_proofs(house, source, own, one.evidence)))
        for id, one in own.findings.items()
    )


def _themes(house: House, source: Source, own: Coding) -> synthesis.Themes:
    first, second = (coding.codes_of(house, own.sheets[one].codes) for one in own.coders)
    book = coding.book_of(house, own)
    return synthesis.themes(
        own.opened.question,
        source.question(own.opened.question).title,
        book,
        own.opened.book,
        source.themes(house, own),
        own.opened.answers,
        pure.compare(book, first, second),
    )


def _heard(house: House, own: Evaluation) -> Iterator[Heard]:
    for one in own.interviews.values():
        told = one.registered
        if one.withdrawn or told.scope is ev.Scope.NOT_QUOTABLE:
            continue
        points = (Bilingual(house.note(point.fr), house.note(point.en)) for point in told.points)
        yield Heard(
            told.capacity,
            told.on,
            house.note(told.name) if told.scope is ev.Scope.ATTRIBUTABLE else "",
            tuple(point for point in points if point.fr and point.en),
        )


def _proofs(
    house: House, source: Source, own: Evaluation, evidence: Sequence[ev.Evidence]
) -> Iterator[Proof]:
    publics = {public.id: public.title for public in source.asked.publics}
    for one in evidence:
        if one.kind is ev.EvidenceKind.INTERVIEW:
            yield _interviewed(own.interviews[one.about])
            continue
        question = source.question(one.about)
        named = tuple(publics[public] for public in one.publics)
        if one.kind is ev.EvidenceKind.THEME:
            theme = coding.book_of(house, own.codings[one.about]).theme(one.code)
            title = theme.title if theme else Bilingual(one.code, one.code)
        else:
            title = next(option.title for option in question.options if option.code == one.code)
        yield Proof(title, question.title, one.count, named)


def _interviewed(one: Interview) -> Proof:
    """Name who was heard; nothing of somebody who took their consent back or is not quoted."""
    quoted = not one.withdrawn and one.registered.scope is not ev.Scope.NOT_QUOTABLE
    nobody = Bilingual("", "")
    return Proof(nobody, one.registered.capacity if quoted else nobody, 0)


def as_json(own: Synthesis) -> bytes:
    """Give the synthesis as JSON text, the same for the same synthesis."""
    told = synthesis.to_json(own)
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def synthesis_files(own: Synthesis, created: datetime) -> dict[str, bytes]:
    """Write the synthesis: a Word file in each language, the page in both, the figures as JSON."""
    from flows.synthesis_page import synthesis_page
    from flows.synthesis_paper import synthesis_paper

    return {
        f"{own.id}.synthesis.fr.docx": synthesis_paper(own, "fr", created),
        f"{own.id}.synthesis.en.docx": synthesis_paper(own, "en", created),
        f"{own.id}.synthesis.html": synthesis_page(own),
        f"{own.id}.synthesis.json": as_json(own),
    }


def write_files(files: Mapping[str, bytes], out: Path) -> list[Path]:
    """Write files to a folder and give where they are."""
    from flows.stages.publish import write

    for name, data in files.items():
        write(out / name, data)
    return [out / name for name in files]
