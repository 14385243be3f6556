"""What is made of a consultation: coding its open answers, hearing people, saying what was found.

Every act is an event of the consultation's own stream. Who answered what is not known here: answers
are ids, and what coders say of them is a file in the vault under its digest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from approvals import events as ev
from approvals.errors import N_, GuardError, NotEntitledError
from approvals.evaluation import Coding, Evaluation
from approvals.handlers.base import Command, Office, Scene, carry_out
from approvals.handlers.consultation import consultation
from approvals.ledger import Entry
from approvals.names import Bilingual, Digest, PersonId, Role
from approvals.ports import NoteId
from approvals.workdays import day

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,29}")


def _evaluation(scene: Scene, by: PersonId, act: str, *more: Role) -> Evaluation:
    """Check the right and the stage, and give what was made of the consultation so far."""
    consultation(scene, by, act, *more)
    stream = scene.dossier.id
    return Evaluation.replay(stream, scene.work.history(stream))


def check_id(guard: str, id: str) -> None:
    """Raise ``GuardError`` where an id is none that a ledger, a file and a person can all use."""
    if not _ID.fullmatch(id):
        raise GuardError(
            guard,
            N_(
                "“{id}” cannot be an id here. Use letters without accents, digits and hyphens, "
                "at most 30."
            ),
            id=id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCoding(Command):
    """The answers to an open question, dealt to two coders under a codebook."""

    question: str
    book: Digest
    codebook: Digest
    first: PersonId
    second: PersonId
    answers: int
    sample: int
    share: int
    seed: int
    dealt: Digest


def open_coding(command: OpenCoding, office: Office) -> Entry:
    """Freeze the codebook and deal the answers; a question is dealt once."""

    def decide(scene: Scene) -> ev.Event:
        own = _evaluation(scene, command.by, "code")
        if command.question in own.codings:
            raise GuardError(
                "coding:dealt",
                N_(
                    "The answers to {question} were dealt already, and the codebook is frozen. "
                    "Fill in the sheets that were given out."
                ),
                question=command.question,
            )
        if command.first == command.second:
            raise GuardError(
                "coding:two", N_("Two different people code the answers. Name another second one.")
            )
        for coder in (command.first, command.second):
            scene.register.require(coder, "consult code", *Role)
        if not command.answers:
            raise GuardError(
                "coding:answers",
                N_("Nobody answered {question} in their own words; there is nothing to code."),
                question=command.question,
            )
        return ev.CodingOpened(
            command.by,
            command.question,
            command.book,
            command.codebook,
            command.first,
            command.second,
            command.answers,
            command.sample,
            command.share,
            command.seed,
            command.dealt,
        )

    return carry_out(command, office, ev.CodingOpened, decide, chosen=("question",))


def _coding(own: Evaluation, question: str) -> Coding:
    coding = own.codings.get(question)
    if coding is None:
        raise GuardError(
            "coding:none",
            N_("The answers to {question} were not dealt yet. Give the sheets out first."),
            question=question,
        )
    if coding.settled is not None:
        raise GuardError(
            "coding:settled",
            N_(
                "The coding of {question} is settled. It stays as it is; nothing more"
                " is to be done."
            ),
            question=question,
        )
    return coding


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeSheet(Command):
    """A coder's whole sheet; ``by`` is the coder."""

    question: str
    coded: int
    nothing: int
    codes: Digest


def take_sheet(command: TakeSheet, office: Office) -> Entry:
    """Take a coder's sheet; a later one takes its place until the coding is settled."""

    def decide(scene: Scene) -> ev.Event:
        own = _evaluation(scene, command.by, "code", *Role)
        coding = _coding(own, command.question)
        if command.by not in coding.coders:
            raise NotEntitledError(
                "coding:coder",
                N_(
                    "The answers to {question} were dealt to two other people. "
                    "Only they bring a sheet."
                ),
                question=command.question,
            )
        return ev.SheetTaken(
            command.by, command.question, command.coded, command.nothing, command.codes
        )

    return carry_out(command, office, ev.SheetTaken, decide, chosen=("question", "codes"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleCoding(Command):
    """Both sheets joined, with what a third person decided where they differ."""

    question: str
    sheets: tuple[Digest, Digest]
    """The very sheets, the first coder's first, that were compared."""
    double: int
    agreed: int
    kappa: str | None
    themes: tuple[ev.ThemeCount, ...]
    codes: Digest


def settle_coding(command: SettleCoding, office: Office) -> Entry:
    """Settle a coding; whoever does it is neither of the coders."""

    def decide(scene: Scene) -> ev.Event:
        own = _evaluation(scene, command.by, "code", *Role)
        coding = _coding(own, command.question)
        if command.by in coding.coders:
            raise NotEntitledError(
                "coding:third",
                N_(
                    "You coded answers to {question} yourself. A third person settles where the "
                    "two of you differ."
                ),
                question=command.question,
            )
        missing = [one for one in coding.coders if one not in coding.sheets]
        if missing:
            raise GuardError(
                "coding:sheets",
                N_(
                    "{missing} of the two sheets for {question} did not come back yet. Have the "
                    "coders bring theirs."
                ),
                missing=len(missing),
                question=command.question,
            )
        if tuple(coding.sheets[one].codes for one in coding.coders) != command.sheets:
            raise GuardError(
                "coding:moved",
                N_("A sheet for {question} was replaced meanwhile. Compare the sheets anew."),
                question=command.question,
            )
        return ev.CodingSettled(
            command.by,
            command.question,
            command.double,
            command.agreed,
            command.kappa,
            command.themes,
            command.codes,
        )

    return carry_out(command, office, ev.CodingSettled, decide, chosen=("question", "codes"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterInterview(Command):
    """Somebody was heard; ``points`` are what they said, in French and in English."""

    interview: str
    capacity: Bilingual
    name: str
    on: date
    consented: date | None
    scope: ev.Scope
    points: tuple[Bilingual, ...]


def register_interview(command: RegisterInterview, office: Office) -> Entry:
    """Register an interview; name and points are kept where they can be erased."""

    def decide(scene: Scene) -> ev.Event:
        own = _evaluation(scene, command.by, "interview")
        check_id("interview:id", command.interview)
        if command.interview in own.interviews:
            raise GuardError(
                "interview:twice",
                N_("There is an interview {interview} already. Choose another id."),
                interview=command.interview,
            )
        if command.consented is None:
            raise GuardError(
                "interview:consent",
                N_(
                    "Nothing that a person said is kept without their consent. Ask for it, and "
                    "write the day on which it was given."
                ),
            )
        if max(command.on, command.consented) > day(scene.now):
            raise GuardError(
                "interview:day",
                N_(
                    "An interview and a consent are registered once they were given, "
                    "not before. Correct the days."
                ),
            )
        if command.scope is ev.Scope.ATTRIBUTABLE and not command.name.strip():
            raise GuardError(
                "interview:name",
                N_("What may be quoted under a name needs the name. Write it, or another scope."),
            )
        if not all(point.fr.strip() and point.en.strip() for point in command.points):
            raise GuardError(
                "interview:languages",
                N_(
                    "A point of the interview is missing in one language. Write each "
                    "in French and in English."
                ),
            )
        return ev.InterviewRegistered(
            command.by,
            command.interview,
            command.capacity,
            scene.remark(command.name),
            command.on,
            command.consented,
            command.scope,
            tuple(
                ev.InterviewPoint(scene.note(point.fr.strip()), scene.note(point.en.strip()))
                for point in command.points
            ),
        )

    return carry_out(command, office, ev.InterviewRegistered, decide, chosen=("interview",))


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent(Command):
    """Somebody who was heard takes their consent back."""

    interview: str


def withdraw_consent(command: WithdrawConsent, office: Office) -> Entry:
    """Record that a consent was taken back and erase what was said, and the name, for good."""

    def decide(scene: Scene) -> ev.Event:
        own = _evaluation(scene, command.by, "interview")
        interview = own.interviews.get(command.interview)
        if interview is None:
            raise GuardError(
                "interview:none",
                N_(
                    "There is no interview {interview}. The list of interviews names those that "
                    "there are."
                ),
                interview=command.interview,
            )
        if interview.withdrawn:
            raise GuardError(
                "interview:withdrawn",
                N_(
                    "The consent for {interview} was taken back already, and its "
                    "words erased. Nothing more is to be done."
                ),
                interview=command.interview,
            )
        told = interview.registered
        notes = [note for point in told.points for note in (point.fr, point.en)]
        for note in (*notes, *((told.name,) if told.name else ())):
            scene.work.erase_note(NoteId(note.id))
        return ev.ConsentWithdrawn(command.by, command.interview)

    return carry_out(command, office, ev.ConsentWithdrawn, decide, chosen=("interview",))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFinding(Command):
    """One thing that was learned, and what it rests on."""

    finding: str
    text: Bilingual
    evidence: tuple[ev.Evidence, ...]


def register_finding(command: RegisterFinding, office: Office) -> Entry:
    """Register a finding; it stays as it is."""

    def decide(scene: Scene) -> ev.Event:
        own = _evaluation(scene, command.by, "find")
        check_id("finding:id", command.finding)
        if command.finding in own.findings:
            raise GuardError(
                "finding:twice",
                N_("There is a finding {finding} already. Choose another id."),
                finding=command.finding,
            )
        if not (command.text.fr.strip() and command.text.en.strip()):
            raise GuardError(
                "finding:languages",
                N_("The finding is missing in one language. Say it in French and in English."),
            )
        if not command.evidence:
            raise GuardError(
                "finding:evidence",
                N_(
                    "A finding rests on something: an answer, a theme or an interview. Name what "
                    "{finding} rests on."
                ),
                finding=command.finding,
            )
        for one in command.evidence:
            _check_evidence(own, one)
        return ev.FindingRegistered(command.by, command.finding, command.text, command.evidence)

    return carry_out(command, office, ev.FindingRegistered, decide, chosen=("finding",))


def _check_evidence(own: Evaluation, one: ev.Evidence) -> None:
    checks: dict[ev.EvidenceKind, Callable[[], bool]] = {
        ev.EvidenceKind.ANSWER: lambda: one.count > 0,
        ev.EvidenceKind.THEME: lambda: (
            one.count > 0
            and one.about in own.codings
            and own.codings[one.about].settled is not None
        ),
        ev.EvidenceKind.INTERVIEW: lambda: (
            one.about in own.interviews and not own.interviews[one.about].withdrawn
        ),
    }
    if not checks[one.kind]():
        raise GuardError(
            "finding:proof",
            N_(
                "A finding cannot rest on {about} {code}: it is not there, nobody gave it, or it "
                "is not settled yet."
            ),
            about=one.about,
            code=one.code,
        )
