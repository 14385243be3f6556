"""The acts of the interface: a name, a command, its handler, and the scope that a token needs.

An act whose command a program can fill in by itself is one line here. Its body is the command
without the dossier (the address has it), the person (the token says who) and the key (the header
``Idempotency-Key``).
"""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel as Model
from pydantic import ConfigDict, create_model

from approvals import events as ev
from approvals.desk import signing
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.handlers import board as session
from approvals.handlers import (
    delegation,
    drafts,
    findings,
    life,
    press,
    publication,
    remarks,
    review,
    waiver,
)
from approvals.handlers.base import Command, Office, WithReason
from approvals.ledger import Entry
from approvals.names import Bilingual, Digest, ParagraphId

Carry = Callable[[Seen, str, Any], Entry | None]
"""Brings an act: what is seen, the key, and the body as it was read."""

SIGNED: Final = frozenset({"vote", "drop-vote", "close-ballot", "seal"})
"""Acts that a house may take with a passkey only."""

_OWN: Final = frozenset({"dossier", "by", "key", "signoff"})
"""What a body has not: the address, the token and the header say it, or a browser alone can."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its name in the address, the scope, what the body is, and how it is brought."""

    name: str
    scope: str
    says: str
    body: type[Model]
    carry: Carry
    house: bool = False
    """Whether it is about the house and not about one dossier."""


def _body(name: str, kind: type[Any]) -> type[Model]:
    """Make the model of a body from a dataclass."""
    hints = typing.get_type_hints(kind)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        if field.name in _OWN:
            continue
        required = field.default is dataclasses.MISSING
        fields[field.name] = (hints[field.name], ... if required else field.default)
    title = "".join(word.capitalize() for word in name.split("-"))
    return create_model(title, __config__=ConfigDict(extra="forbid"), **fields)


def _simple(
    name: str,
    scope: str,
    says: str,
    kind: type[Command],
    handler: Callable[[Any, Office], Entry],
    *,
    house: bool = False,
) -> Act:
    model = _body(name, kind)

    def carry(seen: Seen, key: str, body: Model) -> Entry:
        if name in SIGNED and signing.required(seen):
            raise GuardError(
                signing.REQUIRED,
                N_("This house takes this act with a passkey only, and so at the desk."),
            )
        given = {field: getattr(body, field) for field in type(body).model_fields}
        dossier = "" if house else seen.dossier.id
        command = kind(dossier=dossier, by=seen.me, key=key, **given)
        return handler(command, seen.desk.house.office)

    return Act(name, scope, says, model, carry, house)


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


def _file(seen: Seen, digest: Digest) -> bytes:
    """Give a file that was sent before, whole."""
    if not re.fullmatch("[0-9a-f]{64}", digest) or not seen.desk.house.vault.has(digest):
        raise GuardError(
            "file",
            N_("No file with the digest {digest} was sent. Send it to /api/v1/files first."),
            digest=digest[:64],
        )
    return seen.desk.house.vault.get(digest)


def _submit(seen: Seen, key: str, body: Any) -> Entry:
    return seen.desk.works.submit(
        _file(seen, body.file),
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
        _file(seen, body.file),
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
class _Publish:
    not_before: datetime | None = None


def _publish(seen: Seen, key: str, body: Any) -> Entry:
    command = publication.OrderPublication(
        dossier=seen.dossier.id, by=seen.me, key=key, not_before=body.not_before or seen.now
    )
    return publication.order_publication(command, seen.desk.house.office)


def _act(name: str, scope: str, says: str, kind: type[Any], carry: Carry) -> Act:
    return Act(name, scope, says, _body(name, kind), carry)


_LIST: Final = (
    Act("begin", "submit", "Begin a text.", _body("begin", _Begin), _begin, house=True),
    _act("submit", "submit", "Submit a new version.", _Submit, _submit),
    _act("translate", "submit", "Hand the draft over to translation.", _Translate, _translate),
    _act("propose", "translate", "Propose one paragraph's sentences.", _Propose, _propose),
    _act("certify", "translate", "Certify what somebody else proposed.", _Certify, _certify),
    _simple(
        "attach",
        "submit",
        "Name a consultation that the text rests on.",
        findings.AttachConsultation,
        findings.attach_consultation,
    ),
    _simple(
        "link-finding",
        "submit",
        "Say which paragraphs a finding shaped.",
        findings.LinkFinding,
        findings.link_finding,
    ),
    _simple(
        "waive-finding",
        "submit",
        "Say why a finding shaped none.",
        findings.WaiveFinding,
        findings.waive_finding,
    ),
    _act("review", "submit", "Open the review under a circuit.", _Review, _review),
    _simple(
        "decide", "decide", "Decide on the pair at a step.", review.MakeDecision, review.decide
    ),
    _simple("remark", "decide", "Say something of words.", remarks.MakeRemark, remarks.make_remark),
    _simple(
        "answer-remark", "decide", "Answer a remark.", remarks.AnswerRemark, remarks.answer_remark
    ),
    _simple("close-remark", "decide", "Close a remark.", remarks.CloseRemark, remarks.close_remark),
    _simple(
        "delegate",
        "decide",
        "Have somebody else decide for some days.",
        delegation.GiveDelegation,
        delegation.give_delegation,
        house=True,
    ),
    _simple(
        "withdraw-delegation",
        "decide",
        "End a delegation.",
        delegation.WithdrawDelegation,
        delegation.withdraw_delegation,
        house=True,
    ),
    _simple("vouch", "decide", "Call a change typographic.", waiver.Waive, waiver.vouch_typography),
    _simple("waive", "decide", "Second that, as another.", waiver.Waive, waiver.waive_typography),
    _simple("recall", "board", "Take a convocation back.", WithReason, session.recall),
    _simple("papers", "board", "Say that the papers were sent.", Command, session.send_papers),
    _simple("attend", "board", "Record who is there.", session.Attend, session.attend),
    _simple("no-quorum", "board", "Declare no quorum.", Command, session.declare_no_quorum),
    _simple("object", "board", "Ask for a session.", session.Object, session.object_to_writing),
    _simple("open-ballot", "board", "Open the ballot.", session.OpenBallot, session.open_ballot),
    _simple("vote", "board", "Cast one seat's vote.", session.Vote, session.vote),
    _simple("drop-vote", "board", "Vote in secret.", session.DropVote, session.drop_vote),
    _simple("defer", "board", "Put the decision off.", WithReason, session.defer),
    _simple(
        "close-ballot", "board", "Close the ballot.", session.CloseBallot, session.close_ballot
    ),
    _simple("conform", "board", "Certify conformity.", session.Conform, session.certify_conformity),
    _simple("seal", "board", "Order the seal.", Command, publication.order_seal),
    _simple(
        "approve-quote", "publish", "Approve one's words.", press.ApproveQuote, press.approve_quote
    ),
    _simple("quote", "publish", "Propose somebody's words.", press.AddQuote, press.add_quote),
    _simple("drop-quote", "publish", "Leave a quote out.", press.DropQuote, press.drop_quote),
    _act("publish", "publish", "Release the publication.", _Publish, _publish),
    _simple("withdraw", "publish", "Order a withdrawal.", life.Withdraw, life.withdraw),
    _simple(
        "confirm-withdrawal", "board", "Confirm a withdrawal.", Command, life.confirm_withdrawal
    ),
    _simple("certify-erratum", "translate", "Certify a correction.", Command, life.certify_erratum),
    _simple("abandon", "submit", "Give the text up.", WithReason, drafts.abandon),
)

ACTS: Final[Mapping[str, Act]] = {one.name: one for one in _LIST}
"""By name."""
