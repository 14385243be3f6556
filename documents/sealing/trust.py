"""Asks whose certificate signed, and whether it goes back to an authority that was pinned.

Chains end at the anchors that the caller gives and nowhere else: not the system's store, not the
network. Revocation is not looked up, since nothing here goes out; an authority that revokes is
unpinned. When the signature was made is ``moments``' question.

Sources: RFC 5280, 6 (path validation, by pyhanko-certvalidator); ETSI EN 319 102-1, 5.2.6.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from asn1crypto import x509 as asn1  # type: ignore[import-untyped, unused-ignore]
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator import errors as chain_errors
from pyhanko_certvalidator.authority import CertTrustAnchor

from documents.errors import N_
from documents.sealing import algorithms
from documents.sealing.authority import DOCUMENT_SIGNING
from documents.sealing.envelope import Envelope
from documents.sealing.verdict import PASSED, Check, SubIndication, together

_RFC9336 = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_PURPOSES = frozenset(
    {
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        DOCUMENT_SIGNING,
        _RFC9336,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    }
)
_WEAK = frozenset({"md2", "md5", "sha1"})
_Result = TypeVar("_Result")


def check(envelope: Envelope, anchors: Sequence[x509.Certificate], moment: datetime) -> Check:
    """Answer for one signature as of ``moment``, with every reason that there is."""
    return together(
        (
            _names_its_certificate(envelope),
            _uses_good_algorithms(envelope),
            _is_meant_to_sign(envelope.certificate),
            check_chain(envelope.certificate, envelope.others, anchors, moment),
        )
    )


def check_chain(
    leaf: x509.Certificate,
    others: Iterable[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    moment: datetime,
) -> Check:
    """Build and validate a path from ``leaf`` to one of ``anchors``."""
    subject = leaf.subject.rfc4514_string()
    if not anchors:
        return Check.unsure(
            SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
            N_("No trusted authority was given, so whose signature this is stays open."),
        )
    context = ValidationContext(
        # An anchor's own limits (path length, names) bind what is below it: RFC 5937.
        trust_roots=[
            CertTrustAnchor(_convert(one), derive_default_quals_from_cert=True) for one in anchors
        ],
        other_certs=[_convert(one) for one in others],
        moment=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
        weak_hash_algos=_WEAK,
    )
    validator = CertificateValidator(_convert(leaf), validation_context=context)
    try:
        _drive(validator.async_validate_path())
    except chain_errors.PathBuildingError:
        return Check.unsure(
            SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
            N_(
                "The certificate of {subject} does not go back to a trusted authority. "
                "Its name alone proves nothing."
            ),
            subject=subject,
        )
    except chain_errors.DisallowedAlgorithmError:
        return Check.unsure(
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
            N_("The certificate of {subject} rests on an algorithm that is no longer safe."),
            subject=subject,
        )
    except (chain_errors.ExpiredError, chain_errors.NotYetValidError):
        return Check.unsure(
            SubIndication.OUT_OF_BOUNDS_NO_POE,
            N_("A certificate between {subject} and the trusted authority is not valid then."),
            subject=subject,
        )
    except (chain_errors.PathError, chain_errors.ValidationError, ValueError):
        return Check.unsure(
            SubIndication.CHAIN_CONSTRAINTS_FAILURE,
            N_(
                "The certificates between {subject} and the trusted authority break their own "
                "rules."
            ),
            subject=subject,
        )
    return PASSED


def _names_its_certificate(envelope: Envelope) -> Check:
    if envelope.properties.certificate_digest is None:
        return Check.unsure(
            SubIndication.SIG_CONSTRAINTS_FAILURE,
            N_("The signature does not say which certificate made it, so another may be shown."),
        )
    return PASSED


def _uses_good_algorithms(envelope: Envelope) -> Check:
    key = envelope.certificate.public_key()
    weakness = algorithms.weakness(envelope.algorithm, envelope.digests, key)
    if weakness is not None:
        return Check.unsure(
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
            N_("The signature rests on {algorithm}, which is no longer safe."),
            algorithm=weakness,
        )
    return PASSED


def _is_meant_to_sign(certificate: x509.Certificate) -> Check:
    extensions = certificate.extensions
    usage = _find(extensions, x509.KeyUsage)
    purposes = _find(extensions, x509.ExtendedKeyUsage)
    if (usage is None or usage.digital_signature or usage.content_commitment) and (
        purposes is None or _PURPOSES & set(purposes)
    ):
        return PASSED
    return Check.unsure(
        SubIndication.CHAIN_CONSTRAINTS_FAILURE,
        N_("The certificate of {subject} is not meant for signing documents."),
        subject=certificate.subject.rfc4514_string(),
    )


_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


def _find(extensions: x509.Extensions, kind: type[_Extension]) -> _Extension | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


@lru_cache(maxsize=64)
def _convert(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


def _drive(coroutine: Coroutine[object, None, _Result]) -> _Result:
    """Run a coroutine that waits for nothing, inside or outside an event loop.

    Without fetching, path validation never suspends; one that did would go to the network.
    """
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    coroutine.close()
    raise RuntimeError("path validation tried to wait")
