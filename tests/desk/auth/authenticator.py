"""An authenticator in software (ES256), with a browser around it that can be told to misbehave."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """Holds one passkey; ``synced`` ones report a counter of 0 for ever."""

    origin: str = "https://desk.example.org"
    synced: bool = True
    rp_id: str | None = None
    flags: int = PRESENT | VERIFIED
    count: int = 0
    extra: dict[str, object] = field(default_factory=dict)
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    handle: bytes | None = None

    def cose(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )

    def create(self, options: str) -> str:
        asked = json.loads(options)
        self.rp_id = self.rp_id or asked["rp"]["id"]
        self.handle = unb64(asked["user"]["id"])
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + self.cose()
        data = self._data(ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential(
            {
                "clientDataJSON": b64(self._client("webauthn.create", asked["challenge"])),
                "attestationObject": b64(statement),
            }
        )

    def get(self, options: str, **client: object) -> str:
        asked = json.loads(options)
        said = self._client("webauthn.get", asked["challenge"], **client)
        data = self._data()
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            {
                "clientDataJSON": b64(said),
                "authenticatorData": b64(data),
                "signature": b64(signature),
                "userHandle": b64(self.handle) if self.handle is not None else None,
            }
        )

    def _client(self, kind: str, challenge: str, **more: object) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps({**said, **self.extra, **more}).encode()

    def _data(self, more: int = 0) -> bytes:
        if not self.synced:
            self.count += 1
        backed = ELIGIBLE | BACKED_UP if self.synced else 0
        rp = hashlib.sha256((self.rp_id or "desk.example.org").encode()).digest()
        return rp + struct.pack(">BI", self.flags | backed | more, self.count)

    def _credential(self, response: dict[str, object]) -> str:
        id = b64(self.id)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response})
