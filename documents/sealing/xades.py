"""The signed properties of XAdES as Word writes them: time, certificate, policy, claimed role.

SigningCertificate is the first version's (Word does not read V2); the policy is implied.
Timestamp tokens are ``timestamps``'s. Source: ETSI TS 101 903 V1.3.2, 7.2.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from documents.sealing import algorithms, names
from documents.sealing.c14n import tag
from documents.sealing.manifest import read_digest

PREFIXES = {"ds": names.DS, "xd": names.XADES, "m": names.MDSSI, "o": names.DIGSIG}


@dataclass(frozen=True, slots=True)
class SignedProperties:
    """What a signature says about itself, as far as it was signed."""

    signing_time: datetime | None
    certificate_digest: tuple[str, bytes] | None
    """Digest algorithm and digest of the signing certificate."""
    role: str | None


def build(certificate: x509.Certificate, signed_at: datetime, role: str | None, id: str) -> str:
    """Write ``SignedProperties`` with the namespaces that it stands in."""
    der = certificate.public_bytes(Encoding.DER)
    digest = base64.b64encode(algorithms.digest(names.SHA256, der)).decode()
    claimed = (
        "<xd:SignerRole><xd:ClaimedRoles><xd:ClaimedRole>"
        f"{escape(role)}</xd:ClaimedRole></xd:ClaimedRoles></xd:SignerRole>"
        if role
        else ""
    )
    return (
        f'<xd:SignedProperties xmlns="{names.DS}" xmlns:xd="{names.XADES}" Id="{id}">'
        "<xd:SignedSignatureProperties>"
        f"<xd:SigningTime>{write_time(signed_at)}</xd:SigningTime>"
        "<xd:SigningCertificate><xd:Cert><xd:CertDigest>"
        f'<DigestMethod Algorithm="{names.SHA256}"/><DigestValue>{digest}</DigestValue>'
        "</xd:CertDigest><xd:IssuerSerial>"
        f"<X509IssuerName>{escape(certificate.issuer.rfc4514_string())}</X509IssuerName>"
        f"<X509SerialNumber>{certificate.serial_number}</X509SerialNumber>"
        "</xd:IssuerSerial></xd:Cert></xd:SigningCertificate>"
        "<xd:SignaturePolicyIdentifier><xd:SignaturePolicyImplied/>"
        f"</xd:SignaturePolicyIdentifier>{claimed}"
        "</xd:SignedSignatureProperties></xd:SignedProperties>"
    )


def read(properties: etree._Element, part: str) -> SignedProperties:
    """Read ``SignedProperties``; raise ``SignatureFormatError`` for a certificate's bad digest."""
    own = properties.find(tag(names.XADES, "SignedSignatureProperties"))
    if own is None:
        return SignedProperties(None, None, None)
    time = own.findtext(tag(names.XADES, "SigningTime"))
    digest = own.find("xd:SigningCertificate/xd:Cert/xd:CertDigest", PREFIXES)
    role = own.findtext("xd:SignerRole/xd:ClaimedRoles/xd:ClaimedRole", None, PREFIXES)
    return SignedProperties(
        read_time(time),
        read_digest(digest, part) if digest is not None else None,
        role.strip() or None if role else None,
    )


def write_time(moment: datetime) -> str:
    """Write a moment as ``YYYY-MM-DDThh:mm:ssTZD`` in UTC; it must know its time zone."""
    if moment.tzinfo is None:
        raise ValueError("a signing time needs a time zone")
    return moment.astimezone(UTC).strftime(names.W3C_TIME)


def read_time(text: str | None) -> datetime | None:
    """Read a moment; None where there is none, or none that says its zone."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
