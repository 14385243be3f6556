"""Signed heads: what a house publishes of its ledger, and the key that signs it.

A head promises the size and the root of the ledger at one moment. Nothing here reads a ledger:
``approvals.ledger`` makes heads and proves with them, ``approvals.merkle`` computes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from approvals import merkle
from approvals.canon import Row, canonical
from approvals.errors import N_, ApprovalError

_HEAD = b"enonce:head:v1\n"


class HeadKeyError(ApprovalError):
    """The file is not a key that signs heads."""

    def __init__(self, file: str) -> None:
        super().__init__(
            N_("{file} holds no Ed25519 key in PEM. Restore it from a backup of the house’s keys."),
            file=file,
        )


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A promise about the whole ledger at one moment, for others to keep.

    ``root`` is the RFC 6962 Merkle root over the entries' hashes, ``last`` the last entry's hash.
    """

    size: int
    root: str
    last: str
    time: str
    key_id: str
    signature: str

    def message(self) -> bytes:
        """Give the bytes that are signed: ``enonce:head:v1``, a newline, canonical JSON."""
        fields = asdict(self)
        del fields["signature"]
        return _HEAD + canonical(fields).encode()

    def to_json(self) -> dict[str, object]:
        """Give the head as plain values, to be published."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: object) -> Self:
        """Read what ``to_json`` gave; raise ``ExtractUnreadableError`` for anything else."""
        row = Row.of(given, "head")
        return cls(
            row.number("size"),
            row.digest("root"),
            row.digest("last"),
            row.text("time"),
            row.digest("key_id"),
            row.text("signature"),
        )


class HeadKey:
    """The Ed25519 key that signs heads; ``key_id`` is the SHA-256 of its public half."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key()
        self.key_id = key_id(self.public)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a key and keep it in a new file (0600, on the disk when this returns).

        Raises ``FileExistsError``: a key is never written over.
        """
        private = Ed25519PrivateKey.generate()
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as out:
            out.write(pem)
            out.flush()
            os.fsync(file)
        return cls(private)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a key that ``create`` made; raise ``HeadKeyError`` where there is another thing."""
        try:
            private = load_pem_private_key(path.read_bytes(), None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise HeadKeyError(str(path)) from error
        if not isinstance(private, Ed25519PrivateKey):
            raise HeadKeyError(str(path))
        return cls(private)

    def sign(self, message: bytes) -> bytes:
        """Sign a message."""
        return self._private.sign(message)

    def public_pem(self) -> bytes:
        """Give the public half as PEM."""
        return self.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def key_id(public: Ed25519PublicKey) -> str:
    """Name a public key: SHA-256 of its 32 bytes."""
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def load_public_key(path: Path) -> Ed25519PublicKey:
    """Read the PEM file of a public half; raise ``HeadKeyError`` where there is another thing."""
    try:
        public = load_pem_public_key(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise HeadKeyError(str(path)) from error
    if not isinstance(public, Ed25519PublicKey):
        raise HeadKeyError(str(path))
    return public


def verify_head(head: SignedHead, public: Ed25519PublicKey) -> bool:
    """Say whether a head carries this key's signature, in lowercase hexadecimal."""
    if head.key_id != key_id(public):
        return False
    try:
        signature = bytes.fromhex(head.signature)
        public.verify(signature, head.message())
    except (InvalidSignature, ValueError):
        return False
    return signature.hex() == head.signature


def verify_growth(first: SignedHead, second: SignedHead, proof: Sequence[str]) -> bool:
    """Say whether a proof shows that the second head's ledger begins with the first's."""
    try:
        steps = [bytes.fromhex(step) for step in proof]
        old, new = bytes.fromhex(first.root), bytes.fromhex(second.root)
    except ValueError:
        return False
    return merkle.verify_consistency(first.size, second.size, old, new, steps)
