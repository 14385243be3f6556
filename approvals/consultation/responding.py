"""Answering: anonymous by construction. Nothing here writes to the ledger.

An invitation says that somebody has answered; a response says what. They share no id, no time and
no order. What is put aside is kept under a code that only the respondent has; so is the receipt
with which they see or erase their response while the consultation is open.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from approvals import workdays
from approvals.canon import canonical
from approvals.consultation.life import PREFIX, Consultation
from approvals.consultation.questionnaire import Kind, Questionnaire
from approvals.consultation.responses import LONGEST, Response
from approvals.errors import N_, GuardError, Value
from approvals.handlers.base import Office
from approvals.ports import Kept, UnitOfWork


def code() -> str:
    """Make a code that nobody guesses: 100 random bits in twenty signs."""
    return secrets.token_hex(10)


def hashed(secret: str) -> str:
    """Hash a token or a code as it is kept."""
    return hashlib.sha256(f"enonce:consultation:v1\n{secret.strip()}".encode()).hexdigest()


def kept(response: Response, receipt: str | None = None) -> Kept:
    """Make of a response what is kept: a random id, canonical answers, a salt."""
    said = {
        "chosen": {question: list(codes) for question, codes in response.chosen.items()},
        "said": dict(response.said),
    }
    return Kept(
        secrets.token_hex(16),
        response.public,
        response.language,
        canonical(said),
        secrets.token_hex(16),
        hashed(receipt) if receipt else None,
    )


def response(one: Kept) -> Response:
    """Read a response back."""
    raw = json.loads(one.answers)
    chosen = {question: tuple(codes) for question, codes in raw["chosen"].items()}
    return Response(one.public, one.language, chosen, raw["said"])


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one answer of a form."""

    question: str
    message: str
    data: Mapping[str, Value] = field(default_factory=dict)


def read(
    form: Questionnaire, public: str, language: str, values: Mapping[str, Iterable[str]]
) -> tuple[Response, tuple[Fault, ...]]:
    """Read a form that was sent: codes and words by the question's id, and every fault."""
    chosen: dict[str, tuple[str, ...]] = {}
    said: dict[str, str] = {}
    faults: list[Fault] = []
    for question in form.questions:
        given = [one.strip() for one in values.get(question.id, ()) if one.strip()]
        if question.kind is Kind.OPEN:
            words = "\n".join(given).replace("\r\n", "\n")
            if len(words) > LONGEST:
                message = N_("The answer has {found} characters; at most {most} are taken.")
                faults.append(Fault(question.id, message, {"found": len(words), "most": LONGEST}))
            elif words:
                said[question.id] = words
            continue
        codes = tuple(dict.fromkeys(given))
        most = question.at_most or (len(question.options) if question.kind is Kind.MULTIPLE else 1)
        if not set(codes) <= question.codes:
            faults.append(Fault(question.id, N_("Choose among the answers that are given.")))
        elif len(codes) > most:
            message = N_("{found} answers are chosen where at most {most} may be.")
            faults.append(Fault(question.id, message, {"found": len(codes), "most": most}))
        elif codes:
            chosen[question.id] = codes
    return Response(public, language, chosen, said), tuple(faults)


def send(
    office: Office, id: str, given: Response, *, token: str | None = None, aside: str | None = None
) -> str:
    """Take a response, once for an invitation, and give the code of its receipt.

    Raises ``GuardError`` where nobody may answer now, where the token was used, or where the public
    answers by invitation only.
    """
    with office.begin() as work:
        own = _open(work, office, id)
        if token is not None:
            public = work.answers.use(own.id, hashed(token))
            if public is None:
                raise GuardError(
                    "respond:token",
                    N_("This invitation was used already, or is none. Each serves once."),
                )
            given = Response(public, given.language, given.chosen, given.said)
        elif own.opened is None or given.public not in own.opened.open_to:
            raise GuardError(
                "respond:invited",
                N_("This public answers by invitation. Use the link that you were sent."),
            )
        receipt = code()
        work.answers.add(own.id, [kept(given, receipt)])
        if aside is not None:
            work.answers.forget_aside(own.id, hashed(aside))
        work.commit()
    return receipt


def put_aside(office: Office, id: str, given: Response, aside: str | None = None) -> str:
    """Keep a form that is not finished, and give the code with which one comes back to it."""
    secret = aside or code()
    with office.begin() as work:
        own = _open(work, office, id)
        one = kept(given)
        said = canonical({"public": given.public, **json.loads(one.answers)})
        work.answers.put_aside(own.id, hashed(secret), given.language, said)
        work.commit()
    return secret


def come_back(office: Office, id: str, aside: str) -> Response | None:
    """Give what was put aside under a code; None where there is nothing."""
    with office.begin() as work:
        found = work.answers.aside(id, hashed(aside))
    if found is None:
        return None
    language, answers = found
    raw = json.loads(answers)
    chosen = {question: tuple(codes) for question, codes in raw["chosen"].items()}
    return Response(raw["public"], language, chosen, raw["said"])


def take_back(office: Office, id: str, receipt: str) -> Response:
    """Erase one's own response, while the consultation is open, and give what it was."""
    with office.begin() as work:
        own = _open(work, office, id)
        found = work.answers.take(own.id, hashed(receipt))
        if found is None:
            raise GuardError(
                "respond:receipt",
                N_("No response has this receipt. Check the code that you were given."),
            )
        work.commit()
    return response(found)


def _open(work: UnitOfWork, office: Office, id: str) -> Consultation:
    own = Consultation.replay(PREFIX + id, work.history(PREFIX + id))
    if not own.takes_answers(workdays.day(office.clock.now())):
        raise GuardError(
            "respond:open", N_("This consultation takes no answers now: it is not open, or closed.")
        )
    return own
