"""Signing a formal act with a passkey: a vote, a proclamation, a seal.

What is signed is a statement of the act: who, what, which dossier at which version, both languages'
digests, the choice, and a nonce. The passkey's challenge is the SHA-256 of a domain tag and the
statement in RFC 8785 form, so the signature stands for these words and no others. The statement
and the assertion together are evidence: ``check_signoff`` needs neither database nor network.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from webauthn import generate_authentication_options, options_to_json
from webauthn import verify_authentication_response as verify_assertion
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from approvals.canon import canonical
from approvals.desk.auth.challenges import Challenges, Purpose
from approvals.desk.auth.errors import PasskeyError
from approvals.desk.auth.passkeys import Passkeys, client_data, read_answer
from approvals.desk.auth.people import Person
from approvals.desk.auth.rows import Rows
from approvals.desk.auth.site import Site
from approvals.names import Digest

TAG = "enonce:signoff:v1"
_NONCE = 32


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody is about to do, as the page shows it; a secret ballot leaves ``choice`` empty.

    ``fr`` and ``en`` are the digests of what the act binds, ``version`` the text's.
    """

    kind: str
    dossier: str
    version: int
    fr: Digest
    en: Digest
    choice: str


@dataclass(frozen=True, slots=True)
class Signoff:
    """A signed act: the statement in canonical JSON, and the passkey's assertion in base64url.

    ``key`` is the SHA-256 of the credential's COSE public key, by which evidence names it.
    """

    statement: str
    credential: str
    authenticator_data: str
    client_data: str
    signature: str
    key: str

    def to_json(self) -> dict[str, str]:
        """Give the plain values that an event carries."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: Mapping[str, object]) -> Signoff:
        """Read what ``to_json`` gave; raise ``PasskeyError`` for anything else."""
        names = ("statement", "credential", "authenticator_data", "client_data", "signature", "key")
        values = [given.get(name) for name in names]
        if given.keys() != set(names) or not all(isinstance(one, str) for one in values):
            raise PasskeyError("unverified")
        return cls(*map(str, values))


class Signoffs:
    """Asks for signatures and verifies them."""

    def __init__(self, rows: Rows, passkeys: Passkeys, site: Site) -> None:
        self._rows = rows
        self._passkeys = passkeys
        self._site = site
        self._challenges = Challenges(rows)

    def begin(self, person: Person, act: Act) -> str:
        """Give the options for ``navigator.credentials.get`` as JSON, for the person's passkeys.

        Raises ``PasskeyError`` where they have none, or the desk's address allows none.
        """
        held = self._passkeys.of(person.id)
        if self._site.rp_id is None:
            raise PasskeyError("address")
        if not held:
            raise PasskeyError("unknown")
        statement = canonical(
            {
                **_fields(act),
                "nonce": secrets.token_hex(_NONCE),
                "origin": self._site.origin,
                "person": person.id,
                "time": self._rows.now(),
            }
        )
        challenge = challenge_of(statement)
        self._challenges.keep(challenge, Purpose.SIGN_OFF, person.id, statement)
        options = generate_authentication_options(
            rp_id=self._site.rp_id,
            challenge=challenge,
            timeout=5 * 60 * 1000,
            allow_credentials=[
                PublicKeyCredentialDescriptor(base64url_to_bytes(one.id)) for one in held
            ],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def verify_signoff(self, person: Person, act: Act, answer: str) -> Signoff:
        """Verify the signature of an act as it stands now; raise ``PasskeyError``.

        ``act`` is made anew from the dossier and the form, so that a signature for another choice,
        another version or another text is refused though it be genuine.
        """
        credential = read_answer(answer)
        response = credential.response
        said = client_data(response.client_data_json)
        kept = self._challenges.take(said.challenge, Purpose.SIGN_OFF, person.id)
        held = self._passkeys.find(bytes_to_base64url(credential.raw_id))
        if held is None:
            raise PasskeyError("unknown")
        if held.person != person.id:
            raise PasskeyError("stranger")
        statement = json.loads(kept.statement)
        if any(statement.get(name) != value for name, value in _fields(act).items()):
            raise PasskeyError("changed")
        self._passkeys.verify(credential, held, challenge_of(kept.statement))
        return Signoff(
            kept.statement,
            held.id,
            bytes_to_base64url(response.authenticator_data),
            bytes_to_base64url(response.client_data_json),
            bytes_to_base64url(response.signature),
            hashlib.sha256(held.public_key).hexdigest(),
        )


def check_signoff(signoff: Signoff, public_key: bytes) -> Mapping[str, object]:
    """Check a signed act offline against a COSE public key, and give its statement.

    Holds the signature to the statement's own origin; whether that is the house's, and whether the
    key is the person's, is for whoever asks. Raises ``PasskeyError``.
    """
    try:
        statement = json.loads(signoff.statement)
        if not isinstance(statement, dict) or canonical(statement) != signoff.statement:
            raise PasskeyError("changed")
        site = Site(str(statement.get("origin")))
        if client_data(base64url_to_bytes(signoff.client_data)).origin != site.origin:
            raise PasskeyError("unverified")
        if hashlib.sha256(public_key).hexdigest() != signoff.key:
            raise PasskeyError("stranger")
        verify_assertion(
            credential={
                "id": signoff.credential,
                "rawId": signoff.credential,
                "type": "public-key",
                "response": {
                    "authenticatorData": signoff.authenticator_data,
                    "clientDataJSON": signoff.client_data,
                    "signature": signoff.signature,
                },
            },
            expected_challenge=challenge_of(signoff.statement),
            expected_rp_id=site.rp_id or "",
            expected_origin=site.origin,
            credential_public_key=public_key,
            # A counter is worth something while it is counted; evidence is looked at in any order.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except PasskeyError:
        raise
    except Exception as error:
        raise PasskeyError("unverified") from error
    return statement


def challenge_of(statement: str) -> bytes:
    """Give the challenge that stands for a statement: SHA-256 of the tag, a line feed, and it."""
    return hashlib.sha256(f"{TAG}\n{statement}".encode()).digest()


def _fields(act: Act) -> dict[str, object]:
    return {
        "act": act.kind,
        "choice": act.choice,
        "digests": {"en": act.en, "fr": act.fr},
        "dossier": act.dossier,
        "version": act.version,
    }
