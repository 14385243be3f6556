"""Signature and digest algorithms of XML-DSig: which are known, which are still good.

Integrity is judged with every known algorithm, so that an old file of Word's can be called
intact; whether an algorithm still carries trust is asked separately (``weakness``).

Sources: XML-Signature Syntax and Processing; RFC 6931; ETSI TS 119 312 (SHA-1 and short RSA out).
"""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from documents.sealing.names import DS, SHA1, SHA256

_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
DIGESTS: Final = {
    SHA1: "sha1",
    SHA256: "sha256",
    _MORE + "sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1(),  # noqa: S303 (old files of Word's can be intact; trust is refused)
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
SIGNATURES: Final = {
    DS + "rsa-sha1": ("rsa", "sha1"),
    **{f"{_MORE}{kind}-{name}": (kind, name) for kind in ("rsa", "ecdsa") for name in _HASHES},
}
MIN_RSA_BITS: Final = 2048
MIN_EC_BITS: Final = 256


def digest(algorithm: str, data: bytes) -> bytes:
    """Digest ``data``; raise ``KeyError`` for an algorithm that is not known."""
    return hashlib.new(DIGESTS[algorithm], data, usedforsecurity=algorithm != SHA1).digest()


def verifies(key: PublicKeyTypes, algorithm: str, value: bytes, data: bytes) -> bool:
    """Say whether ``value`` is a signature of ``data``; raise ``KeyError`` if not known.

    ECDSA values are raw r and s, each as long as the curve's order (RFC 4050, 3.3).
    """
    kind, name = SIGNATURES[algorithm]
    try:
        if kind == "rsa" and isinstance(key, rsa.RSAPublicKey):
            key.verify(value, data, padding.PKCS1v15(), _HASHES[name])
            return True
        if kind == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(from_raw(value, key.curve), data, ec.ECDSA(_HASHES[name]))
            return True
    except (InvalidSignature, ValueError):
        return False
    return False


def weakness(algorithm: str, digests: frozenset[str], key: PublicKeyTypes) -> str | None:
    """Name what no longer carries trust (SHA-1, short keys), None where all is good."""
    if SIGNATURES[algorithm][1] == "sha1" or SHA1 in digests:
        return "SHA-1"
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < MIN_RSA_BITS:
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size < MIN_EC_BITS:
        return f"EC {key.key_size}"
    return None


def label(algorithm: str) -> str:
    """Give an algorithm the short name that its URI ends in."""
    return algorithm.rpartition("#")[2]


def to_raw(der: bytes, curve: ec.EllipticCurve) -> bytes:
    """Turn a DER-encoded ECDSA value into raw r and s."""
    size = (curve.key_size + 7) // 8
    r, s = utils.decode_dss_signature(der)
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def from_raw(raw: bytes, curve: ec.EllipticCurve) -> bytes:
    """Turn raw r and s into DER; raise ``ValueError`` for a wrong length."""
    size = (curve.key_size + 7) // 8
    if len(raw) != 2 * size:
        raise ValueError(len(raw))
    return utils.encode_dss_signature(
        int.from_bytes(raw[:size], "big"), int.from_bytes(raw[size:], "big")
    )
