"""Signing votes, proclamations and seals with a passkey, for any page that has such an act.

A page takes three lines: ``offered(seen)`` for the template (the form has ``data-signoff``, the
address of ``page_of``), ``page_of(kind, choice)`` as a route that asks for the signature, and
``taken(seen, kind, choice)`` in the act, which gives the digest under which statement and signature
lie in the vault, or None where the person has no passkey.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import JSONResponse, Response

from approvals.canon import canonical
from approvals.desk.auth.errors import AuthError
from approvals.desk.auth.passkeys import Passkeys
from approvals.desk.auth.people import Directory
from approvals.desk.auth.signoff import Act, Signoffs
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.names import Digest

REQUIRED: Final = "signoff:required"


@dataclass(frozen=True, slots=True)
class Signing:
    """What is needed to sign; ``required``: nothing formal is done without."""

    signoffs: Signoffs
    passkeys: Passkeys
    people: Directory
    required: bool


def _of(seen: Seen) -> Signing | None:
    found: Signing | None = getattr(seen.request.app.state, "signing", None)
    return found


def offered(seen: Seen) -> bool:
    """Say whether the person has a passkey to sign with."""
    signing = _of(seen)
    return signing is not None and bool(signing.passkeys.of(seen.me))


def required(seen: Seen) -> bool:
    """Say whether the house takes such an act only with a signature."""
    signing = _of(seen)
    return signing is not None and signing.required


def act_of(it: Dossier, kind: str, choice: str) -> Act:
    """Say what is signed: the act, the version of the text, both texts' digests, the choice."""
    source = it.draft.text if it.draft else Digest("")
    target = it.target.text if it.target else Digest("")
    french = it.opened is None or it.opened.source == "fr"
    fr, en = (source, target) if french else (target, source)
    return Act(kind, it.id, len(it.drafts), fr, en, choice)


def page_of(kind: str, choice: Callable[[Seen], str]) -> Callable[[Seen], Response]:
    """Make the page that asks a browser for the signature of the act that its form describes."""

    def begin(seen: Seen) -> Response:
        signing = _of(seen)
        person = signing.people.person(seen.me) if signing is not None else None
        try:
            if signing is None or person is None:
                raise GuardError(REQUIRED, N_("Nothing can be signed here."))
            options = signing.signoffs.begin(person, act_of(seen.dossier, kind, choice(seen)))
        except (GuardError, AuthError) as fault:
            return JSONResponse({"detail": seen.tr(fault.message, **fault.data)}, 422)
        return Response(options, media_type="application/json")

    return begin


def taken(seen: Seen, kind: str, choice: str) -> Digest | None:
    """Verify the signature that came with the form, keep it as evidence, and give its digest.

    Raises ``PasskeyError``, or ``GuardError`` where the house asks for a signature and none came.
    """
    signing, answer = _of(seen), seen.said("signoff")
    if signing is None:
        return None
    if not answer:
        if signing.required:
            raise GuardError(
                REQUIRED,
                N_(
                    "This house takes this act with a passkey only. Add one under your name, in a "
                    "browser with JavaScript, and come back."
                ),
            )
        return None
    person = signing.people.person(seen.me)
    if person is None:
        return None
    signed = signing.signoffs.verify_signoff(person, act_of(seen.dossier, kind, choice), answer)
    held = signing.passkeys.find(signed.credential)
    told = {**signed.to_json(), "public_key": held.public_key.hex() if held else ""}
    return Digest(seen.desk.house.vault.put(canonical(told).encode()))
