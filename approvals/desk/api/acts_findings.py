"""The acts by which a consultation is evaluated: coding open answers, interviews, findings.

How many people a finding speaks of is counted by the house; a body names answers and no numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from approvals import events as ev
from approvals.consultation.life import PREFIX
from approvals.desk.api.act import Act, act
from approvals.desk.api.consulted import One, own_of
from approvals.desk.coding_ports import Part
from approvals.desk.findings_ports import Rest
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.events import EvidenceKind
from approvals.handlers import evaluation as handlers
from approvals.ledger import Entry
from approvals.names import Bilingual, PersonId


@dataclass(frozen=True, slots=True)
class _OpenCoding(One):
    question: str
    codebook: str
    first: PersonId
    second: PersonId
    share: int | None = None


@dataclass(frozen=True, slots=True)
class _Codes(One):
    question: str
    codes: dict[str, tuple[str, ...]]
    """The themes of each answer, by its id; none where it is about none."""


@dataclass(frozen=True, slots=True)
class _Interview(One):
    interview: str
    capacity: Bilingual
    on: date
    consented: date | None
    scope: ev.Scope
    points: tuple[Bilingual, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Withdraw(One):
    interview: str


@dataclass(frozen=True, slots=True)
class _Proof:
    """An answer or a theme of a question, of everybody or of some publics; or an interview."""

    question: str = ""
    answer: str = ""
    theme: str = ""
    publics: tuple[str, ...] = ()
    interview: str = ""


@dataclass(frozen=True, slots=True)
class _Finding(One):
    finding: str
    text: Bilingual
    evidence: tuple[_Proof, ...]


def _open(seen: Seen, key: str, body: Any) -> Entry:
    if body.share is not None and not 1 <= body.share <= 100:
        raise GuardError(
            "coding:share", N_("Give the share that both code in percent, from 1 to 100.")
        )
    return seen.desk.coding.deal(
        own_of(seen, body),
        body.question,
        body.codebook.encode(),
        (body.first, body.second),
        body.share,
        by=seen.me,
        key=key,
    )


def _take(seen: Seen, key: str, body: Any) -> Entry:
    return _bring(seen, key, body, Part.SHEET)


def _settle(seen: Seen, key: str, body: Any) -> Entry:
    return _bring(seen, key, body, Part.SETTLE)


def _bring(seen: Seen, key: str, body: Any, part: Part) -> Entry:
    own, codes = own_of(seen, body), body.codes
    work = seen.desk.coding.work(own, body.question, seen.me, part)
    answers, themes = {one.id for one in work.answers}, set(work.book.codes)
    if answers != codes.keys():
        raise GuardError(
            "coding:whole",
            N_(
                "Code every answer that is yours, and no other: {missing} are missing, {more} are "
                "not yours."
            ),
            missing=len(answers - codes.keys()),
            more=len(codes.keys() - answers),
        )
    unknown = sorted({one for chosen in codes.values() for one in chosen} - themes)
    if unknown:
        raise GuardError(
            "coding:theme",
            N_("The codebook has no theme {unknown}. It has {themes}."),
            unknown=tuple(unknown),
            themes=tuple(work.book.codes),
        )
    brought: Mapping[str, frozenset[str]] = {id: frozenset(one) for id, one in codes.items()}
    return seen.desk.coding.bring(own, body.question, part, brought, by=seen.me, key=key)


def _hear(seen: Seen, key: str, body: Any) -> Entry:
    command = handlers.RegisterInterview(
        dossier=PREFIX + own_of(seen, body).id,
        by=seen.me,
        key=key,
        interview=body.interview,
        capacity=body.capacity,
        name=body.name,
        on=body.on,
        consented=body.consented,
        scope=body.scope,
        points=body.points,
    )
    return handlers.register_interview(command, seen.desk.house.office)


def _withdraw(seen: Seen, key: str, body: Any) -> Entry:
    command = handlers.WithdrawConsent(
        dossier=PREFIX + own_of(seen, body).id, by=seen.me, key=key, interview=body.interview
    )
    return handlers.withdraw_consent(command, seen.desk.house.office)


def _find(seen: Seen, key: str, body: Any) -> Entry:
    rests = [_rest(one) for one in body.evidence]
    return seen.desk.findings.register(
        own_of(seen, body), body.finding, body.text, rests, by=seen.me, key=key
    )


def _rest(one: Any) -> Rest:
    named = [bool(one.answer), bool(one.theme), bool(one.interview)]
    if named.count(True) != 1 or bool(one.question) == bool(one.interview):
        raise GuardError(
            "finding:ticked",
            N_(
                "Each piece of evidence names a question and an answer or a theme, or an interview."
            ),
        )
    if one.interview:
        return Rest(EvidenceKind.INTERVIEW, one.interview)
    kind = EvidenceKind.THEME if one.theme else EvidenceKind.ANSWER
    return Rest(kind, one.question, one.theme or one.answer, one.publics)


LIST: Final[tuple[Act, ...]] = tuple(
    act(name, scope, says, kind, carry, house=True)
    for name, scope, says, kind, carry in (
        ("open-coding", "submit", "Deal open answers to two coders.", _OpenCoding, _open),
        ("take-sheet", "submit|decide", "Bring one's whole sheet of codes.", _Codes, _take),
        ("settle-coding", "submit", "Settle where two coders differ.", _Codes, _settle),
        ("register-interview", "submit", "Register who was heard.", _Interview, _hear),
        (
            "withdraw-consent",
            "submit",
            "Take a consent back: erase the words.",
            _Withdraw,
            _withdraw,
        ),
        ("register-finding", "submit", "Register a finding; it is counted.", _Finding, _find),
    )
)
