"""Answering: anonymous by construction. Nothing here writes who or what to the ledger.

An invitation says that somebody has answered; a response says what. They share no id, no time and
no order. What is put aside is kept under a code that only the respondent has; so is the receipt
with which they see or erase their response for as long as single responses are kept. What stands on
the form is ``form``'s matter.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from typing import Final

from approvals import events as ev
from approvals import workdays
from approvals.canon import canonical
from approvals.consultation.life import PREFIX, Consultation, Stage, answer_digest
from approvals.consultation.responses import Response
from approvals.errors import N_, GuardError
from approvals.handlers.base import Command, Office, Scene, carry_out
from approvals.names import Digest
from approvals.ports import Kept, UnitOfWork

_CODE: Final = re.compile(r"[0-9a-f]{20}")
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def code() -> str:
    """Make a code that nobody guesses: 80 random bits in twenty signs."""
    return secrets.token_hex(10)


def hashed(secret: str) -> str:
    """Hash a token or a code as it is kept."""
    return hashlib.sha256(f"enonce:consultation:v1\n{secret.strip()}".encode()).hexdigest()


def kept(response: Response, receipt: str | None = None) -> Kept:
    """Make of a response what is kept: a random id, canonical answers, a salt."""
    said: dict[str, dict[str, object]] = {
        "chosen": {question: list(codes) for question, codes in response.chosen.items()},
        "said": dict(response.said),
    }
    return Kept(
        secrets.token_hex(16),
        response.public,
        response.language,
        written(said),
        secrets.token_hex(16),
        hashed(receipt) if receipt else None,
    )


def written(said: Mapping[str, Mapping[str, object]]) -> str:
    """Write what a response holds as canonical JSON, faster than for any value.

    It is strings under names in ASCII, for which ``json`` writes what RFC 8785 asks for.
    """
    text = _ENCODER.encode(said)
    return text if text.isprintable() else canonical(said)


def response(one: Kept) -> Response:
    """Read a response back."""
    raw = json.loads(one.answers)
    chosen = {question: tuple(codes) for question, codes in raw["chosen"].items()}
    return Response(one.public, one.language, chosen, raw["said"])


def send(
    office: Office,
    id: str,
    given: Response,
    *,
    token: str | None = None,
    aside: str | None = None,
    receipt: str | None = None,
) -> str:
    """Take a response, once for an invitation, and give the code of its receipt.

    ``receipt`` is the code that ``code`` made for the form: the same answers sent again under it
    are the response that is there, so that a button pressed twice answers once.

    Raises ``GuardError`` where nobody may answer now, where the token was used, or where the public
    answers by invitation only.
    """
    with office.begin() as work:
        own = _open(work, office, id)
        if receipt is None or not _CODE.fullmatch(receipt):
            receipt = code()
        elif (known := work.answers.under(own.id, hashed(receipt))) is not None:
            if known.answers == kept(given).answers:
                return receipt
            receipt = code()
        if token is not None:
            public = work.answers.use(own.id, hashed(token))
            if public is None:
                raise _no_token()
            given = Response(public, given.language, given.chosen, given.said)
        elif not _open_to(own, given.public):
            raise _uninvited()
        work.answers.add(own.id, [kept(given, receipt)])
        if aside is not None:
            work.answers.forget_aside(own.id, hashed(aside))
        work.commit()
    return receipt


def invited(office: Office, id: str, token: str) -> str | None:
    """Give the public of a token that nobody has answered with yet; None where it is none."""
    with office.begin() as work:
        return work.answers.holds(id, hashed(token))


def unsubscribe(office: Office, id: str, token: str) -> bool:
    """Send no reminder to whoever has this token; False where it is none, or was used."""
    with office.begin() as work:
        found = work.answers.unsubscribe(id, token=hashed(token))
        work.commit()
    return found


def put_aside(
    office: Office, id: str, given: Response, aside: str | None = None, *, token: str | None = None
) -> str:
    """Keep a form that is not finished, and give the code with which one comes back to it.

    Only whoever may answer may put aside; the token is looked at and not kept. Codes are made here:
    one that is unknown, from wherever it came, is not taken. Raises ``GuardError``.
    """
    with office.begin() as work:
        own = _open(work, office, id)
        if token is not None and work.answers.holds(own.id, hashed(token)) is None:
            raise _no_token()
        if token is None and not _open_to(own, given.public):
            raise _uninvited()
        known = aside is not None and work.answers.aside(own.id, hashed(aside)) is not None
        secret = aside if aside is not None and known else code()
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


def sent(office: Office, id: str, receipt: str) -> Response | None:
    """Give the response that was sent under a form's receipt; None where none was."""
    with office.begin() as work:
        found = work.answers.under(id, hashed(receipt))
    return response(found) if found is not None else None


def look_back(office: Office, id: str, receipt: str) -> Response:
    """Give one's own response as it is kept; raise ``GuardError`` where there is none."""
    with office.begin() as work:
        found = work.answers.under(id, hashed(receipt))
    if found is None:
        raise _no_receipt()
    return response(found)


def take_back(office: Office, id: str, receipt: str) -> Response:
    """Erase one's own response for as long as it is kept, and give what it was.

    After the close the ledger says that one of those that were counted is gone, by its digest.
    """
    with office.begin() as work:
        own = _replay(work, id)
        found = work.answers.take(own.id, hashed(receipt))
        if found is None:
            raise _no_receipt()
        if own.stage is Stage.OPEN:
            work.commit()
            return response(found)
    digest = Digest(answer_digest(found.salt, found.answers))

    def decide(scene: Scene) -> ev.Event:
        if scene.work.answers.take(own.id, hashed(receipt)) is None:
            raise _no_receipt()
        return ev.ResponseTakenBack(ev.SYSTEM, digest)

    command = Command(dossier=PREFIX + own.id, by=ev.SYSTEM, key=f"taken-back-{digest}")
    carry_out(command, office, ev.ResponseTakenBack, decide)
    return response(found)


def _no_token() -> GuardError:
    return GuardError(
        "respond:token",
        N_(
            "This invitation was used already, was replaced by a later one, or is none. "
            "Each serves once."
        ),
    )


def _uninvited() -> GuardError:
    return GuardError(
        "respond:invited",
        N_("This public answers by invitation. Use the link that you were sent."),
    )


def _no_receipt() -> GuardError:
    return GuardError(
        "respond:receipt",
        N_("No response has this receipt. Check the code that you were given."),
    )


def _open_to(own: Consultation, public: str) -> bool:
    return own.opened is not None and public in own.opened.open_to


def _replay(work: UnitOfWork, id: str) -> Consultation:
    return Consultation.replay(PREFIX + id, work.history(PREFIX + id))


def _open(work: UnitOfWork, office: Office, id: str) -> Consultation:
    own = _replay(work, id)
    if not own.takes_answers(workdays.day(office.clock.now())):
        raise GuardError(
            "respond:open", N_("This consultation takes no answers now: it is not open, or closed.")
        )
    return own
