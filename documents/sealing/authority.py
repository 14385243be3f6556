"""A demonstration authority for each installation: enough to show sealing, worth no trust.

``create`` makes a root and two leaves (RSA 2048 and P-256) and forgets the root's key, so that
nobody can make a further certificate with it. An institution brings its own key instead
(``signers.FileSigner``, ``pkcs11.TokenSigner``).

What the files protect: the leaves lie in PKCS#12 files under a random passphrase that stands
beside them, all of them mode 0600 in a folder of mode 0700. That keeps the keys from other
accounts of the machine and from a tool that copies ``*.p12`` only. It keeps nothing from whoever
can read as the account itself, or from a copy of the whole folder.

Sources: RFC 5280; CA/Browser Forum S/MIME baseline (825 days); MS-OFFCRYPTO 2.5.2.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from documents.errors import N_
from documents.sealing.errors import KeyUnusableError
from documents.sealing.signers import FileSigner

DEMO = "DEMO"
NOT_TRUSTED = "NOT TRUSTED"
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12")
"""Microsoft's extended key usage for signing documents (szOID_KP_DOCUMENT_SIGNING)."""

ROOT_FILE = "demo-root.pem"
PASSPHRASE_FILE = "demo-passphrase"  # noqa: S105 (a file's name)
_ROOT_BITS = 3072
_LEAF_BITS = 2048
_ROOT_DAYS = 3650
_LEAF_DAYS = 825
# A machine's clock may run a little behind the one that checks.
_SKEW = timedelta(hours=1)
_MAX_NAME = 64


class Kind(StrEnum):
    """The two kinds of key that seal."""

    RSA = "rsa"
    P256 = "p256"


@dataclass(frozen=True, slots=True)
class Authority:
    """A demonstration authority, loaded: a signer and the root that it goes back to."""

    signer: FileSigner
    root: x509.Certificate


def create(directory: Path, name: str, now: datetime) -> None:
    """Make an authority for the institution ``name`` in ``directory`` (made if need be).

    Raises ``KeyUnusableError`` where there is one already; ``now`` needs a time zone.
    """
    if (directory / ROOT_FILE).exists():
        raise KeyUnusableError(
            N_("There is a demonstration authority in {directory} already. Choose another folder."),
            directory=str(directory),
        )
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)
    root_key = rsa.generate_private_key(public_exponent=65537, key_size=_ROOT_BITS)
    root_name = _name(name, f"{DEMO} authority - {NOT_TRUSTED}")
    root = _root(root_key, root_name, now)
    passphrase = secrets.token_urlsafe(32)
    _write(directory / PASSPHRASE_FILE, passphrase.encode())
    leaf_name = _name(name, f"{DEMO} seal - {NOT_TRUSTED}")
    for kind in Kind:
        key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = (
            rsa.generate_private_key(public_exponent=65537, key_size=_LEAF_BITS)
            if kind is Kind.RSA
            else ec.generate_private_key(ec.SECP256R1())
        )
        leaf = _leaf(key, leaf_name, root_key, root, now)
        packed = pkcs12.serialize_key_and_certificates(
            None, key, leaf, [root], BestAvailableEncryption(passphrase.encode())
        )
        _write(directory / _file(kind), packed)
    _write(directory / ROOT_FILE, root.public_bytes(Encoding.PEM))


def load(directory: Path, kind: Kind = Kind.RSA) -> Authority:
    """Open the authority in ``directory``; raise ``KeyUnusableError`` where there is none."""
    try:
        passphrase = (directory / PASSPHRASE_FILE).read_text()
        root = certificates((directory / ROOT_FILE).read_bytes())[0]
    except OSError as error:
        raise KeyUnusableError(
            N_(
                "There is no demonstration authority in {directory}. "
                "Restore the folder from a backup."
            ),
            directory=str(directory),
        ) from error
    return Authority(FileSigner.load(directory / _file(kind), passphrase), root)


def certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """Read certificates from PEM or one from DER; raise ``KeyUnusableError``."""
    try:
        if b"-----BEGIN" in data:
            return tuple(x509.load_pem_x509_certificates(data))
        return (x509.load_der_x509_certificate(data),)
    except ValueError as error:
        raise KeyUnusableError(
            N_("The authority's certificate cannot be read. Give it as PEM or DER.")
        ) from error


def is_demonstration(certificate: x509.Certificate) -> bool:
    """Say whether a certificate calls itself, or its issuer, a demonstration's."""
    return any(
        DEMO in text and NOT_TRUSTED in text
        for text in (
            certificate.subject.rfc4514_string(),
            certificate.issuer.rfc4514_string(),
        )
    )


def _root(key: rsa.RSAPrivateKey, name: x509.Name, now: datetime) -> x509.Certificate:
    public = key.public_key()
    return (
        _builder(name, name, now, _ROOT_DAYS)
        .public_key(public)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    name: x509.Name,
    root_key: rsa.RSAPrivateKey,
    root: x509.Certificate,
    now: datetime,
) -> x509.Certificate:
    public = key.public_key()
    issuer_id = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _builder(name, root.subject, now, _LEAF_DAYS)
        .public_key(public)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING]),
            critical=False,
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.RFC822Name("demo@enonce.invalid")]), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_id),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:_MAX_NAME]),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _file(kind: Kind) -> str:
    return f"demo-{kind.value}.p12"


def _write(path: Path, data: bytes) -> None:
    """Write a file that nobody else may read, from its first moment on.

    A leftover of a creation that was cut short is replaced: the root is written last of all.
    """
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
