"""Asks when a signature was made, and whether its certificate was valid then.

Without a timestamp nothing proves that moment: what counts is the validity now (``at``). A
timestamp token that goes back to an anchor proves that the signature existed at its time.

Source: ETSI EN 319 102-1 V1.3.1, 5.2.6, 5.3 and 5.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cryptography import x509

from documents.errors import N_
from documents.sealing import timestamps
from documents.sealing.envelope import Envelope
from documents.sealing.verdict import PASSED, Check, SubIndication, together

SKEW = timedelta(minutes=5)
"""How far a signer's clock may run before the verifier's."""


@dataclass(frozen=True, slots=True)
class Moments:
    """The answer about time, and the moments that the other answers need."""

    check: Check
    chain_at: datetime
    """When the certificate's path is judged."""
    timestamp: datetime | None


def judge(envelope: Envelope, anchors: Sequence[x509.Certificate], at: datetime) -> Moments:
    """Answer for one signature."""
    stamps = [timestamps.judge(token, envelope.value, anchors) for token in envelope.tokens]
    moments = [stamp.moment for stamp in stamps if stamp.moment is not None]
    stamp = min(moments, default=None)
    certificate = envelope.certificate
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    proven = stamp or at
    checks = [*(one.check for one in stamps), _check_claims(envelope, at, moments)]
    fields: dict[str, str | date] = {
        "subject": certificate.subject.rfc4514_string(),
        "start": start.date(),
        "end": end.date(),
    }
    claimed = envelope.properties.signing_time
    if proven < start:
        checks.append(
            Check.failed(
                SubIndication.NOT_YET_VALID,
                N_("The certificate of {subject} is valid from {start} only."),
                **fields,
            )
        )
    elif claimed is not None and claimed > end:
        checks.append(
            Check.failed(
                SubIndication.EXPIRED,
                N_("The certificate of {subject} had expired ({end}) when it signed."),
                **fields,
            )
        )
    elif proven > end:
        checks.append(
            Check.unsure(
                SubIndication.OUT_OF_BOUNDS_NO_POE,
                N_(
                    "The certificate of {subject} expired on {end}, and no timestamp "
                    "proves that the signature is older."
                ),
                **fields,
            )
        )
    return Moments(together(checks), min(max(proven, start), end), stamp)


def _check_claims(envelope: Envelope, at: datetime, stamps: Sequence[datetime]) -> Check:
    """Ask that the claimed times agree and do not lie ahead or before the certificate."""
    claimed, package = envelope.properties.signing_time, envelope.package_time
    if claimed is None:
        claimed = package
    if claimed is None or (package is not None and package != claimed):
        return Check.unsure(
            SubIndication.SIG_CONSTRAINTS_FAILURE,
            N_("The signature does not say when it was made, or says it in two ways."),
        )
    if claimed > at + SKEW or claimed < envelope.certificate.not_valid_before_utc - SKEW:
        return Check.unsure(
            SubIndication.TIMESTAMP_ORDER_FAILURE,
            N_(
                "The signature claims to be of {claimed}, which is in the future or "
                "before its certificate. A clock was wrong, or the date was made up."
            ),
            claimed=claimed,
        )
    if any(stamp > at + SKEW or stamp < claimed - SKEW for stamp in stamps):
        return Check.unsure(
            SubIndication.TIMESTAMP_ORDER_FAILURE,
            N_(
                "The timestamp is older than the signature claims to be ({claimed}"
                "), or in the future. A clock was wrong, or the date was made up."
            ),
            claimed=claimed,
        )
    return PASSED
