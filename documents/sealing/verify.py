"""Judges a sealed file strictly: six separate answers, none of which another program's word.

Runs on untrusted bytes: caps, no document types, no network, no system trust store. Each question
has its own module: ``container``, ``package``, ``envelope`` with ``manifest`` (integrity),
``coverage``, ``trust``, ``moments`` (time). This one asks them in order and gathers the answers.

Source: ETSI EN 319 102-1 V1.3.1, clause 5, in which an INDETERMINATE is no pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from documents.errors import N_
from documents.sealing import algorithms, container, coverage, manifest, moments, trust
from documents.sealing.authority import is_demonstration
from documents.sealing.envelope import Envelope, open_
from documents.sealing.errors import (
    DigestMismatchError,
    SealingError,
    SignatureFormatError,
    SignatureValueError,
)
from documents.sealing.package import Package
from documents.sealing.verdict import (
    PASSED,
    Check,
    SignatureReport,
    SubIndication,
    Verdict,
    together,
)

NOT_ASKED = N_("This was not asked, because an earlier check did not pass.")
_NO_DATA = Check.unsure(SubIndication.SIGNED_DATA_NOT_FOUND, NOT_ASKED)
_NO_SIGNER = Check.unsure(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, NOT_ASKED)
_NO_TIME = Check.unsure(SubIndication.NO_POE, NOT_ASKED)
_ODD_CERTIFICATE = Check.unsure(
    SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
    N_("The signing certificate cannot be read, so whose signature this is stays open."),
)
# What the certificate libraries raise on certificates that break their own format.
_UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
)
_SUBS = {
    DigestMismatchError: SubIndication.HASH_FAILURE,
    SignatureValueError: SubIndication.SIG_CRYPTO_FAILURE,
    SignatureFormatError: SubIndication.FORMAT_FAILURE,
}


def verify(data: bytes, anchors: Sequence[x509.Certificate], *, at: datetime) -> Verdict:
    """Judge the bytes of a file as of ``at`` (with a time zone); never raises on bad bytes.

    ``anchors`` are the only authorities that count, for signatures and for timestamps.
    """
    if at.tzinfo is None:
        raise ValueError("the moment of a verdict needs a time zone")
    try:
        box = container.read(data)
    except SealingError as error:
        return Verdict(_failed(error), _NO_DATA, _NO_DATA, _NO_DATA, _NO_SIGNER, _NO_TIME, at)
    try:
        package = Package.of(box)
    except SealingError as error:
        return Verdict(PASSED, _failed(error), _NO_DATA, _NO_DATA, _NO_SIGNER, _NO_TIME, at)
    if not package.signatures:
        unsigned = Check.failed(
            SubIndication.FORMAT_FAILURE, N_("The file carries no signature. It was not sealed.")
        )
        return Verdict(PASSED, PASSED, unsigned, _NO_DATA, _NO_SIGNER, _NO_TIME, at)
    opened = {part: _open(package, part) for part in package.signatures}
    whole = all(isinstance(one, Envelope) for one in opened.values())
    free = coverage.free_bytes(package) if whole else None
    reports = tuple(
        _report(package, one, free, anchors, at)
        if isinstance(one, Envelope)
        else SignatureReport(part, one, _NO_DATA, _NO_SIGNER, _NO_TIME)
        for part, one in opened.items()
    )
    return Verdict(
        PASSED,
        PASSED,
        together(report.integrity for report in reports),
        together(report.coverage for report in reports),
        together(report.trust for report in reports),
        together(report.time for report in reports),
        at,
        reports,
    )


def _open(package: Package, part: str) -> Envelope | Check:
    """Open a signature and compare the package with its manifest; give why not otherwise."""
    try:
        envelope = open_(package.entries[part].content, part)
        manifest.check(envelope.references, package)
        _check_named_certificate(envelope)
    except SealingError as error:
        return _failed(error)
    return envelope


def _report(
    package: Package,
    envelope: Envelope,
    free: str | None,
    anchors: Sequence[x509.Certificate],
    at: datetime,
) -> SignatureReport:
    covered = coverage.check(package, envelope, free)
    try:
        when = moments.judge(envelope, anchors, at)
        trusted = trust.check(envelope, anchors, when.chain_at)
        signer = envelope.certificate.subject.rfc4514_string()
        demonstration = is_demonstration(envelope.certificate)
    except _UNREADABLE:
        return SignatureReport(envelope.part, PASSED, covered, _ODD_CERTIFICATE, _NO_TIME)
    der = envelope.certificate.public_bytes(Encoding.DER)
    return SignatureReport(
        envelope.part,
        PASSED,
        covered,
        trusted,
        when.check,
        signer=signer,
        role=envelope.properties.role,
        comments=envelope.comments,
        signing_time=envelope.properties.signing_time or envelope.package_time,
        timestamp=when.timestamp,
        algorithm=algorithms.label(envelope.algorithm),
        certificate_digest=hashlib.sha256(der).hexdigest(),
        demonstration=demonstration,
    )


def _check_named_certificate(envelope: Envelope) -> None:
    """Ask that the certificate shown is the one whose digest was signed: look-alikes end here."""
    named = envelope.properties.certificate_digest
    der = envelope.certificate.public_bytes(Encoding.DER)
    if named is not None and algorithms.digest(named[0], der) != named[1]:
        raise DigestMismatchError(
            N_(
                "The signature in {part} shows another certificate than the one that it names. "
                "Do not trust this file."
            ),
            part=envelope.part,
        )


def _failed(error: SealingError) -> Check:
    sub = _SUBS.get(type(error), SubIndication.FORMAT_FAILURE)
    return Check.failed(sub, error.message, **error.data)
