"""The chain of proof: one entry per event, each bound to the one before; heads signed for others.

This module computes and checks; it stores nothing (``approvals.store`` does) and knows no event.
What is hashed is written down in docs/adr/0003-what-is-hashed.md.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from approvals import merkle
from approvals.errors import N_, ApprovalError

START = "0" * 64
"""What the first entry names as the hash before it."""

_ENTRY = b"enonce:entry:v1\n"
_HEAD = b"enonce:head:v1\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger.

    ``sequence`` counts over the whole ledger from 1, ``version`` within ``stream`` from 1.
    ``payload`` is canonical JSON (RFC 8785) as text. ``previous`` is the hash of the row before (64
    zeros for the first), ``hash`` this row's own.
    """

    sequence: int
    stream: str
    version: int
    type: str
    payload: str
    time: datetime
    key: str
    previous: str
    hash: str


class LedgerTamperedError(ApprovalError):
    """An entry is not what was written; ``sequence`` names the first that does not fit."""

    def __init__(self, sequence: int, reason: str) -> None:
        self.sequence, self.reason = sequence, reason
        super().__init__(
            N_(
                "The ledger was tampered with: entry {sequence} does not fit ({reason}). Nothing "
                "more is written to it. Restore a backup whose head is the one you published."
            ),
            sequence=sequence,
            reason=reason,
        )


def canonical(value: Mapping[str, Any]) -> str:
    """Give the canonical JSON text of an object (RFC 8785)."""
    return rfc8785.dumps(dict(value)).decode()


def stamp(time: datetime) -> str:
    """Write a time as the ledger does: UTC, microseconds, ``Z``."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def unstamp(text: str) -> datetime:
    """Read a time that ``stamp`` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def entry_hash(
    *,
    sequence: int,
    stream: str,
    version: int,
    type: str,
    payload: str,
    time: datetime,
    key: str,
    previous: str,
) -> str:
    """Hash one row: SHA-256 over ``enonce:entry:v1`` and the canonical JSON of all its fields.

    The payload enters by its own digest, so that a row can be checked without being read. For
    strings and integers under ASCII names, ``json`` writes what RFC 8785 asks for, faster.
    """
    fields: dict[str, Any] = {
        "sequence": sequence,
        "stream": stream,
        "version": version,
        "type": type,
        "payload": hashlib.sha256(payload.encode()).hexdigest(),
        "time": stamp(time),
        "key": key,
        "previous": previous,
    }
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(_ENTRY + text.encode()).hexdigest()


def rehash(entry: Entry) -> str:
    """Compute what an entry's hash has to be."""
    return entry_hash(
        sequence=entry.sequence,
        stream=entry.stream,
        version=entry.version,
        type=entry.type,
        payload=entry.payload,
        time=entry.time,
        key=entry.key,
        previous=entry.previous,
    )


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a check of the chain found; ``first_bad`` is the sequence of the first bad row."""

    ok: bool
    size: int
    head: str
    first_bad: int | None = None
    reason: str | None = None

    def require(self) -> None:
        """Raise ``LedgerTamperedError`` unless the chain is whole."""
        if not self.ok:
            raise LedgerTamperedError(self.first_bad or 0, self.reason or "")


def check(entries: Iterable[Entry]) -> ChainReport:
    """Check a whole ledger from its first entry: order, chain, hashes, versions of every stream."""
    previous, size = START, 0
    versions: dict[str, int] = {}
    for entry in entries:
        expected = versions.get(entry.stream, 0) + 1
        faults = (
            (entry.sequence != size + 1, N_("a row is missing or out of order")),
            (entry.previous != previous, N_("it does not name the hash of the row before")),
            (entry.version != expected, N_("its dossier’s versions do not follow one another")),
            (entry.hash != rehash(entry), N_("its content does not give its hash")),
        )
        for wrong, reason in faults:
            if wrong:
                return ChainReport(False, size, previous, size + 1, reason)
        previous, size, versions[entry.stream] = entry.hash, size + 1, expected
    return ChainReport(True, size, previous)


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
        """Give the bytes that are signed."""
        fields: dict[str, Any] = {
            "size": self.size,
            "root": self.root,
            "last": self.last,
            "time": self.time,
            "key_id": self.key_id,
        }
        return _HEAD + rfc8785.dumps(fields)


class HeadKey:
    """The Ed25519 key that signs heads; ``key_id`` is the SHA-256 of its public half."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key()
        self.key_id = key_id(self.public)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a key and keep it in a file that only its owner may read."""
        private = Ed25519PrivateKey.generate()
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as out:
            out.write(pem)
        return cls(private)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a key that ``create`` made."""
        private = load_pem_private_key(path.read_bytes(), None)
        if not isinstance(private, Ed25519PrivateKey):
            raise TypeError(f"{path} holds no Ed25519 key")
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


def tree(entries: Iterable[Entry]) -> merkle.Tree:
    """Build the Merkle tree over the entries' hashes."""
    return merkle.Tree([merkle.leaf(bytes.fromhex(entry.hash)) for entry in entries])


def sign_head(entries: Sequence[Entry], key: HeadKey, now: datetime) -> SignedHead:
    """Sign the ledger as it stands."""
    unsigned = SignedHead(
        size=len(entries),
        root=tree(entries).root().hex(),
        last=entries[-1].hash if entries else START,
        time=stamp(now),
        key_id=key.key_id,
        signature="",
    )
    return SignedHead(
        unsigned.size,
        unsigned.root,
        unsigned.last,
        unsigned.time,
        unsigned.key_id,
        key.sign(unsigned.message()).hex(),
    )


def verify_head(head: SignedHead, public: Ed25519PublicKey) -> bool:
    """Say whether a head carries this key's signature."""
    if head.key_id != key_id(public):
        return False
    try:
        public.verify(bytes.fromhex(head.signature), head.message())
    except (InvalidSignature, ValueError):
        return False
    return True


def extract(entries: Sequence[Entry], head: SignedHead, *, stream: str) -> dict[str, Any]:
    """Write down one stream's entries with what ties each of them to a signed head."""
    whole = tree(entries)
    return {
        "format": "enonce:extract:v1",
        "stream": stream,
        "head": {name: getattr(head, name) for name in SignedHead.__slots__},
        "entries": [
            {
                "sequence": entry.sequence,
                "version": entry.version,
                "type": entry.type,
                "payload": entry.payload,
                "time": stamp(entry.time),
                "key": entry.key,
                "previous": entry.previous,
                "hash": entry.hash,
                "proof": [step.hex() for step in whole.inclusion(entry.sequence - 1)],
            }
            for entry in entries
            if entry.stream == stream
        ],
    }


def check_extract(extract: Mapping[str, Any], public: Ed25519PublicKey) -> tuple[Entry, ...]:
    """Check an extract offline and give its entries.

    Raises ``LedgerTamperedError`` where the head is not this key's, an entry does not give its
    hash, is not in the signed tree, or one of the stream is missing between two others.
    """
    head = SignedHead(**extract["head"])
    if not verify_head(head, public):
        raise LedgerTamperedError(0, N_("the head does not carry this key’s signature"))
    root, entries = bytes.fromhex(head.root), []
    for number, row in enumerate(extract["entries"], 1):
        entry = Entry(
            sequence=row["sequence"],
            stream=extract["stream"],
            version=row["version"],
            type=row["type"],
            payload=row["payload"],
            time=unstamp(row["time"]),
            key=row["key"],
            previous=row["previous"],
            hash=row["hash"],
        )
        proof = [bytes.fromhex(step) for step in row["proof"]]
        tied = merkle.verify_inclusion(
            merkle.leaf(bytes.fromhex(entry.hash)), entry.sequence - 1, head.size, proof, root
        )
        if entry.version != number or entry.hash != rehash(entry) or not tied:
            raise LedgerTamperedError(entry.sequence, N_("it is not in the signed ledger"))
        json.loads(entry.payload)
        entries.append(entry)
    return tuple(entries)
