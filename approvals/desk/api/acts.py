"""The acts of the interface: a line each, on texts here, of boards and consultations beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from approvals import events as ev
from approvals.desk.api import acts_board, acts_consultation, acts_findings, acts_keeping
from approvals.desk.api.act import Act, act, body_of, file_of, simple
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.handlers import (
    delegation,
    drafts,
    findings,
    people,
    remarks,
    review,
    waiver,
)
from approvals.handlers.base import WithReason
from approvals.ledger import Entry
from approvals.names import Bilingual, Digest, Language, ParagraphId, PersonId, Role
from approvals.ports import Contact
from approvals.register import HOUSE


@dataclass(frozen=True, slots=True)
class _Translate:
    pass


@dataclass(frozen=True, slots=True)
class _Propose:
    paragraph: ParagraphId
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Certify:
    paragraphs: tuple[ParagraphId, ...] | None = None
    ignore: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Review:
    circuit: str | None = None


def _translate(seen: Seen, key: str, body: Any) -> Entry:
    return seen.desk.works.request_translation(seen.dossier, by=seen.me, key=key)


def _propose(seen: Seen, key: str, body: Any) -> Entry | None:
    return seen.desk.works.propose(
        seen.dossier, body.paragraph, body.sentences, by=seen.me, key=key
    )


def _certify(seen: Seen, key: str, body: Any) -> Entry:
    return seen.desk.works.certify(
        seen.dossier, body.paragraphs, by=seen.me, key=key, ignore=body.ignore, reason=body.reason
    )


def _review(seen: Seen, key: str, body: Any) -> Entry:
    known = {one.id: one for one in seen.desk.works.circuits()}
    if seen.dossier.circuit is not None:
        known = {seen.dossier.circuit.id: seen.dossier.circuit}
    circuit = known.get(body.circuit or "") or (
        next(iter(known.values())) if len(known) == 1 and body.circuit is None else None
    )
    if circuit is None:
        raise GuardError("review:circuit", N_("Choose the circuit under which the review opens."))
    return seen.desk.works.open_review(seen.dossier, circuit, by=seen.me, key=key)


@dataclass(frozen=True, slots=True)
class _Submit:
    file: Digest
    name: str = "draft.docx"
    answers: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Begin:
    file: Digest
    title: Bilingual
    source: Literal["fr", "en"]
    confidentiality: ev.Confidentiality = ev.Confidentiality.INTERNAL
    name: str = "draft.docx"


def _submit(seen: Seen, key: str, body: Any) -> Entry:
    return seen.desk.works.submit(
        file_of(seen, body.file),
        body.name,
        by=seen.me,
        key=key,
        dossier=seen.dossier.id,
        title=None,
        source="",
        confidentiality=ev.Confidentiality.INTERNAL,
        answers=body.answers,
    ).entry


def _begin(seen: Seen, key: str, body: Any) -> Entry:
    return seen.desk.works.submit(
        file_of(seen, body.file),
        body.name,
        by=seen.me,
        key=key,
        dossier=None,
        title=body.title,
        source=body.source,
        confidentiality=body.confidentiality,
        answers=(),
    ).entry


@dataclass(frozen=True, slots=True)
class _Link:
    file: Digest
    name: str
    kind: ev.LinkKind
    title: Bilingual | None = None
    language: Literal["fr", "en"] | None = None


def _link(seen: Seen, key: str, body: Any) -> Entry:
    return seen.desk.works.link(
        seen.dossier,
        file_of(seen, body.file),
        body.name,
        body.kind,
        body.title,
        Language(body.language) if body.language else None,
        by=seen.me,
        key=key,
    )


@dataclass(frozen=True, slots=True)
class _Enrol:
    handle: str
    name: str
    mail: str
    roles: tuple[Role, ...]
    language: Literal["fr", "en"] = "fr"
    person: PersonId | None = None
    """Whose roles or contact are changed; somebody new where it is left out."""


def _enrol(seen: Seen, key: str, body: Any) -> Entry:
    known = seen.books.contacts
    if body.person is not None and body.person not in known:
        raise GuardError("enrol:unknown", N_("Nobody has this id. Leave it out to enrol somebody."))
    if not body.name.strip() or "@" not in body.mail:
        raise GuardError("enrol:contact", N_("Give a name, and an address that mail reaches."))
    id = body.person or seen.desk.house.office.ids.new("person")
    command = people.EnrolPerson(
        dossier=HOUSE,
        by=seen.me,
        key=key,
        contact=Contact(id, body.handle, body.name.strip(), body.mail, body.language),
        roles=tuple(role for role in Role if role in body.roles),
    )
    return people.enrol_person(command, seen.desk.house.office)


_LIST: Final = (
    Act("begin", "submit", "Begin a text.", body_of("begin", _Begin), _begin, house=True),
    act("submit", "submit", "Submit a new version.", _Submit, _submit),
    act("translate", "submit", "Hand the draft over to translation.", _Translate, _translate),
    act("propose", "translate", "Propose one paragraph's sentences.", _Propose, _propose),
    act("certify", "translate", "Certify what somebody else proposed.", _Certify, _certify),
    simple(
        "attach",
        "submit",
        "Name a consultation that the text rests on.",
        findings.AttachConsultation,
        findings.attach_consultation,
    ),
    simple(
        "link-finding",
        "submit",
        "Say which paragraphs a finding shaped.",
        findings.LinkFinding,
        findings.link_finding,
    ),
    simple(
        "waive-finding",
        "submit",
        "Say why a finding shaped none.",
        findings.WaiveFinding,
        findings.waive_finding,
    ),
    act("review", "submit", "Open the review under a circuit.", _Review, _review),
    simple("decide", "decide", "Decide on the pair at a step.", review.MakeDecision, review.decide),
    simple("remark", "decide", "Say something of words.", remarks.MakeRemark, remarks.make_remark),
    simple(
        "answer-remark", "decide", "Answer a remark.", remarks.AnswerRemark, remarks.answer_remark
    ),
    simple("close-remark", "decide", "Close a remark.", remarks.CloseRemark, remarks.close_remark),
    simple(
        "delegate",
        "decide",
        "Have somebody else decide for some days.",
        delegation.GiveDelegation,
        delegation.give_delegation,
        house=True,
    ),
    simple(
        "withdraw-delegation",
        "decide",
        "End a delegation.",
        delegation.WithdrawDelegation,
        delegation.withdraw_delegation,
        house=True,
    ),
    simple("vouch", "decide", "Call a change typographic.", waiver.Waive, waiver.vouch_typography),
    simple("waive", "decide", "Second that, as another.", waiver.Waive, waiver.waive_typography),
    act("link-document", "submit|publish", "Lay a Word file beside the text.", _Link, _link),
    act("enrol", "admin", "Enrol somebody, or change roles.", _Enrol, _enrol, house=True),
    simple("abandon", "submit", "Give the text up.", WithReason, drafts.abandon),
)

ACTS: Final[Mapping[str, Act]] = {
    one.name: one
    for one in (
        *_LIST,
        *acts_board.LIST,
        *acts_consultation.LIST,
        *acts_findings.LIST,
        *acts_keeping.LIST,
    )
}
"""By name."""
