"""Who holds a sealing key: the ``Signer`` protocol and the backend for a PKCS#12 file.

A signer gets a SHA-256 digest and never sees the document, so that a token or a remote service
(CSC v2 ``signHash``) can be one. The token's backend is ``pkcs11``; the demonstration's keys are
``authority``'s.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12

from documents.errors import N_
from documents.sealing.algorithms import MIN_RSA_BITS, to_raw
from documents.sealing.errors import KeyUnusableError
from documents.sealing.names import ECDSA_SHA256, RSA_SHA256


class Signer(Protocol):
    """A key that seals, with the certificates that say whose it is."""

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The signing certificate first, then its issuers; the root may be left out."""
        ...

    def sign(self, digest: bytes) -> bytes:
        """Sign a SHA-256 digest.

        RSA: PKCS#1 v1.5 over the digest. P-256: raw r and s, 32 bytes each.
        """
        ...


def algorithm_of(certificate: x509.Certificate) -> str:
    """Give the signature algorithm for a certificate's key; raise ``KeyUnusableError``."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= MIN_RSA_BITS:
        return RSA_SHA256
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return ECDSA_SHA256
    raise KeyUnusableError(
        N_("The key of {subject} cannot seal. Use RSA of 2048 bits or more, or the curve P-256."),
        subject=certificate.subject.rfc4514_string(),
    )


class FileSigner:
    """A sealing key from a PKCS#12 file, held in this process's memory."""

    def __init__(self, key: PrivateKeyTypes, chain: tuple[x509.Certificate, ...]) -> None:
        """Raise ``KeyUnusableError`` where key and certificate do not belong together."""
        algorithm_of(chain[0])
        if key.public_key() != chain[0].public_key() or not isinstance(
            key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
        ):
            raise KeyUnusableError(
                N_("The key does not belong to the certificate of {subject}. Export them again."),
                subject=chain[0].subject.rfc4514_string(),
            )
        self._key = key
        self._chain = chain

    @classmethod
    def load(cls, path: Path, passphrase: str | None = None) -> FileSigner:
        """Read a PKCS#12 file; raise ``KeyUnusableError`` where it cannot be opened or used."""
        try:
            data = path.read_bytes()
            key, leaf, others = pkcs12.load_key_and_certificates(
                data, passphrase.encode() if passphrase is not None else None
            )
        except (OSError, ValueError) as error:
            raise KeyUnusableError(
                N_("The key file {file} cannot be opened. Check its path and its passphrase."),
                file=str(path),
            ) from error
        if key is None or leaf is None:
            raise KeyUnusableError(
                N_("The key file {file} holds no key with its certificate. Export both."),
                file=str(path),
            )
        return cls(key, ordered(leaf, others))

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The signing certificate first, then its issuers."""
        return self._chain

    def sign(self, digest: bytes) -> bytes:
        """Sign a SHA-256 digest; see ``Signer.sign``."""
        prehashed = utils.Prehashed(hashes.SHA256())
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(digest, padding.PKCS1v15(), prehashed)
        try:
            # RFC 6979: sealing the same document again gives the same bytes.
            value = self._key.sign(digest, ec.ECDSA(prehashed, deterministic_signing=True))
        except UnsupportedAlgorithm:
            value = self._key.sign(digest, ec.ECDSA(prehashed))
        return to_raw(value, self._key.curve)


def ordered(leaf: x509.Certificate, others: list[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Order certificates from the leaf to its last known issuer, leaving out what is no issuer."""
    chain = [leaf]
    while True:
        last = chain[-1]
        if last.subject == last.issuer:
            return tuple(chain)
        issuers = [one for one in others if one.subject == last.issuer and one not in chain]
        if not issuers:
            return tuple(chain)
        chain.append(issuers[0])
