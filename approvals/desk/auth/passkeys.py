"""Passkeys (WebAuthn Level 3): registering them and signing in with them.

User verification is always required. Synced passkeys report a counter of 0, so the counter stops
no replay; that a challenge is taken once does. Signing a formal act is ``signoff``'s.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, insert, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from approvals.canon import unstamp
from approvals.desk.auth.challenges import Challenges, Purpose
from approvals.desk.auth.errors import PasskeyError
from approvals.desk.auth.people import Directory, Person
from approvals.desk.auth.rows import Rows
from approvals.desk.auth.site import Site
from approvals.names import PersonId
from approvals.store.desk_tables import PASSKEYS

ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_LARGEST = 16 * 1024
_TIMEOUT = 5 * 60 * 1000
_VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class Passkey:
    """A registered passkey; ``backed_up`` where it is synced between a person's devices."""

    id: str
    person: PersonId
    public_key: bytes
    sign_count: int
    backed_up: bool
    name: str
    created: datetime
    used: datetime | None


class Passkeys:
    """Registers passkeys, and lets people in who hold one."""

    def __init__(self, rows: Rows, people: Directory, site: Site, house: str = "Énoncé") -> None:
        self._rows = rows
        self._people = people
        self._site = site
        self._house = house
        self._challenges = Challenges(rows)

    @property
    def possible(self) -> bool:
        """Whether the desk's address is one to which passkeys can be bound."""
        return self._site.rp_id is not None

    def begin_registration(self, person: Person) -> str:
        """Give the options for ``navigator.credentials.create`` as JSON."""
        challenge = secrets.token_bytes(32)
        options = generate_registration_options(
            rp_id=self._rp_id(),
            rp_name=self._house,
            user_id=user_handle(person.id),
            user_name=person.handle,
            user_display_name=person.name,
            challenge=challenge,
            timeout=_TIMEOUT,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(base64url_to_bytes(one.id))
                for one in self.of(person.id)
            ],
            supported_pub_key_algs=ALGORITHMS,
        )
        self._challenges.keep(challenge, Purpose.REGISTER, person.id)
        return options_to_json(options)

    def register(self, person: Person, answer: str, name: str) -> Passkey:
        """Keep the passkey that a browser made; raise ``PasskeyError``."""
        with _believing_nothing():
            credential = parse_registration_credential_json(_small(answer))
        said = client_data(credential.response.client_data_json)
        kept = self._challenges.take(said.challenge, Purpose.REGISTER, person.id)
        with _believing_nothing():
            made = verify_registration_response(
                credential=credential,
                expected_challenge=kept.value,
                expected_rp_id=self._rp_id(),
                expected_origin=self._site.origin,
                require_user_verification=True,
                supported_pub_key_algs=ALGORITHMS,
            )
        id = bytes_to_base64url(made.credential_id)
        with self._rows.writing() as connection:
            if connection.execute(select(PASSKEYS.c.id).where(PASSKEYS.c.id == id)).first():
                raise PasskeyError("held")
            connection.execute(
                insert(PASSKEYS).values(
                    id=id,
                    person=person.id,
                    public_key=made.credential_public_key,
                    sign_count=made.sign_count,
                    backed_up=int(made.credential_backed_up),
                    name=name.strip()[:60] or "Passkey",
                    created=self._rows.now(),
                )
            )
            row = connection.execute(select(PASSKEYS).where(PASSKEYS.c.id == id)).one()
        return _passkey(row)

    def begin_sign_in(self) -> str:
        """Give the options for ``navigator.credentials.get`` as JSON; any passkey of this desk."""
        challenge = secrets.token_bytes(32)
        options = generate_authentication_options(
            rp_id=self._rp_id(),
            challenge=challenge,
            timeout=_TIMEOUT,
            user_verification=_VERIFIED,
        )
        self._challenges.keep(challenge, Purpose.SIGN_IN)
        return options_to_json(options)

    def sign_in(self, answer: str) -> Person:
        """Give who signs in with a passkey; raise ``PasskeyError``."""
        credential = read_answer(answer)
        said = client_data(credential.response.client_data_json)
        kept = self._challenges.take(said.challenge, Purpose.SIGN_IN)
        found = self.find(bytes_to_base64url(credential.raw_id))
        person = self._people.person(found.person) if found is not None else None
        if found is None or person is None:
            raise PasskeyError("unknown")
        if credential.response.user_handle != user_handle(person.id):
            raise PasskeyError("stranger")
        self.verify(credential, found, kept.value)
        return person

    def verify(self, credential: AuthenticationCredential, held: Passkey, challenge: bytes) -> None:
        """Hold an answer to a challenge and a passkey and count its use; raise ``PasskeyError``."""
        with self._rows.writing() as connection:
            count = connection.execute(
                select(PASSKEYS.c.sign_count).where(PASSKEYS.c.id == held.id)
            ).scalar()
            if count is None:
                raise PasskeyError("unknown")
            with _believing_nothing():
                seen = verify_authentication_response(
                    credential=credential,
                    expected_challenge=challenge,
                    expected_rp_id=self._rp_id(),
                    expected_origin=self._site.origin,
                    credential_public_key=held.public_key,
                    credential_current_sign_count=int(count),
                    require_user_verification=True,
                )
            connection.execute(
                update(PASSKEYS)
                .where(PASSKEYS.c.id == held.id)
                .values(
                    sign_count=seen.new_sign_count,
                    backed_up=int(seen.credential_backed_up),
                    used=self._rows.now(),
                )
            )

    def find(self, id: str) -> Passkey | None:
        """Give a passkey by its credential id in base64url."""
        with self._rows.reading() as connection:
            row = connection.execute(select(PASSKEYS).where(PASSKEYS.c.id == id)).first()
        return None if row is None else _passkey(row)

    def of(self, person: PersonId) -> tuple[Passkey, ...]:
        """List a person's passkeys, the oldest first."""
        with self._rows.reading() as connection:
            found = connection.execute(
                select(PASSKEYS)
                .where(PASSKEYS.c.person == person)
                .order_by(PASSKEYS.c.created, PASSKEYS.c.id)
            )
            return tuple(map(_passkey, found))

    def remove(self, person: PersonId, id: str) -> bool:
        """Forget one of a person's own passkeys; False where it is not theirs."""
        with self._rows.writing() as connection:
            gone = delete(PASSKEYS).where(PASSKEYS.c.person == person, PASSKEYS.c.id == id)
            return bool(connection.execute(gone).rowcount)

    def _rp_id(self) -> str:
        if self._site.rp_id is None:
            raise PasskeyError("address")
        return self._site.rp_id


@dataclass(frozen=True, slots=True)
class Said:
    """What the browser says that it asked the passkey (WebAuthn, 5.8.1)."""

    challenge: bytes
    kind: str
    origin: str


def client_data(data: bytes) -> Said:
    """Read a browser's client data; raise ``PasskeyError`` for anything odd, frames included."""
    try:
        said = json.loads(data)
    except ValueError as error:
        raise PasskeyError("unverified") from error
    if not isinstance(said, Mapping) or said.get("crossOrigin") not in (None, False):
        raise PasskeyError("unverified")
    if "topOrigin" in said:
        raise PasskeyError("unverified")
    fields = (said.get("challenge"), said.get("type"), said.get("origin"))
    if not all(isinstance(one, str) for one in fields):
        raise PasskeyError("unverified")
    try:
        return Said(base64url_to_bytes(str(fields[0])), str(fields[1]), str(fields[2]))
    except ValueError as error:
        raise PasskeyError("unverified") from error


def read_answer(answer: str) -> AuthenticationCredential:
    """Read what a browser sent as an answer; raise ``PasskeyError``."""
    with _believing_nothing():
        return parse_authentication_credential_json(_small(answer))


def user_handle(person: PersonId) -> bytes:
    """Give the bytes by which a passkey knows its person; they tell nothing about them."""
    return hashlib.sha256(f"enonce:user:v1\n{person}".encode()).digest()


@contextmanager
def _believing_nothing() -> Iterator[None]:
    """Take whatever a stranger's bytes make the readers of CBOR, COSE and JSON raise for a no."""
    try:
        yield
    except PasskeyError:
        raise
    except Exception as error:
        raise PasskeyError("unverified") from error


def _small(answer: str) -> str:
    if len(answer) > _LARGEST:
        raise PasskeyError("unverified")
    return answer


def _passkey(row: Row[tuple[object, ...]]) -> Passkey:
    return Passkey(
        row.id,
        PersonId(row.person),
        bytes(row.public_key),
        int(row.sign_count),
        bool(row.backed_up),
        row.name,
        unstamp(row.created),
        unstamp(row.used) if row.used else None,
    )
