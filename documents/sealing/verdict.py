"""What the verifier answers, in the words of ETSI EN 319 102-1.

Plain frozen values; how they come about is ``verify``'s, how they are said to a person is the
command line's. ``Verdict.to_json`` is the machine's form.

Source: ETSI EN 319 102-1 V1.3.1, 5.1.3 (status indications) and tables 5 and 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from documents.errors import Value

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


class Indication(StrEnum):
    """The main status indication."""

    PASSED = "TOTAL-PASSED"
    FAILED = "TOTAL-FAILED"
    INDETERMINATE = "INDETERMINATE"


class SubIndication(StrEnum):
    """Why it is not TOTAL-PASSED."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    NO_POE = "NO_POE"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence: an English msgid with its fields."""

    message: str
    data: Mapping[str, Value]

    def __str__(self) -> str:
        return self.message.format_map(self.data)


@dataclass(frozen=True, slots=True)
class Check:
    """The answer to one question."""

    indication: Indication
    sub_indication: SubIndication | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the answer is TOTAL-PASSED."""
        return self.indication is Indication.PASSED

    @classmethod
    def failed(cls, sub: SubIndication, message: str, **data: Value) -> Check:
        """Answer TOTAL-FAILED for one reason."""
        return cls(Indication.FAILED, sub, (Reason(message, data),))

    @classmethod
    def unsure(cls, sub: SubIndication, message: str, **data: Value) -> Check:
        """Answer INDETERMINATE for one reason."""
        return cls(Indication.INDETERMINATE, sub, (Reason(message, data),))

    def to_json(self) -> dict[str, Json]:
        """Give plain values, the reasons in English."""
        return {
            "indication": self.indication.value,
            "sub_indication": self.sub_indication.value if self.sub_indication else None,
            "reasons": [str(reason) for reason in self.reasons],
        }


PASSED = Check(Indication.PASSED)


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature: who, when, how, and the answers about it alone.

    Where ``integrity`` is not TOTAL-PASSED nothing of what the signature says is repeated here.
    """

    part: str
    integrity: Check
    coverage: Check
    trust: Check
    time: Check
    signer: str = ""
    """Subject of the signing certificate, RFC 4514."""
    role: str | None = None
    """Claimed by the signer and checked by nobody."""
    comments: str = ""
    signing_time: datetime | None = None
    """Claimed by the signer."""
    timestamp: datetime | None = None
    """Proven by a trusted timestamp token, None where there is none."""
    algorithm: str = ""
    certificate_digest: str = ""
    """SHA-256 of the certificate, lower-case hex."""
    demonstration: bool = False
    """Made by a demonstration authority, whatever the anchors say."""

    def to_json(self) -> dict[str, Json]:
        """Give plain values."""
        return {
            "part": self.part,
            "signer": self.signer,
            "role": self.role,
            "comments": self.comments,
            "signing_time": _moment(self.signing_time),
            "timestamp": _moment(self.timestamp),
            "algorithm": self.algorithm,
            "certificate_digest": self.certificate_digest,
            "demonstration": self.demonstration,
            "integrity": self.integrity.to_json(),
            "coverage": self.coverage.to_json(),
            "trust": self.trust.to_json(),
            "time": self.time.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verifier's whole answer; ``overall`` is the worst of the six checks."""

    container: Check
    """The zip file: can two programs read two documents in it?"""
    package: Check
    """XML, content types and relationships: the same question one level up."""
    integrity: Check
    """Is what was signed unaltered, and are the signatures genuine?"""
    coverage: Check
    """Is there nothing in the file that was not signed?"""
    trust: Check
    """Does every signing certificate go back to a pinned authority?"""
    time: Check
    """Was each certificate valid when it signed?"""
    at: datetime
    """The moment of this verdict."""
    signatures: tuple[SignatureReport, ...] = ()

    @property
    def checks(self) -> Mapping[str, Check]:
        """The six checks by name, in the order in which they build on one another."""
        return {
            "container": self.container,
            "package": self.package,
            "integrity": self.integrity,
            "coverage": self.coverage,
            "trust": self.trust,
            "time": self.time,
        }

    @property
    def overall(self) -> Indication:
        """The main indication: failed if anything failed, passed if everything passed."""
        return worst(self.checks.values()).indication

    @property
    def sub_indication(self) -> SubIndication | None:
        """The sub-indication of the first check that decides ``overall``."""
        return worst(self.checks.values()).sub_indication

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Everything that keeps ``overall`` from TOTAL-PASSED, without repetition."""
        return tuple(
            {str(reason): reason for c in self.checks.values() for reason in c.reasons}.values()
        )

    @property
    def demonstration(self) -> bool:
        """Whether any signature is a demonstration authority's."""
        return any(signature.demonstration for signature in self.signatures)

    def to_json(self) -> dict[str, Json]:
        """Give plain values for ``enonce verify --json``."""
        return {
            "overall": self.overall.value,
            "sub_indication": self.sub_indication.value if self.sub_indication else None,
            "at": _moment(self.at),
            "demonstration": self.demonstration,
            **{name: check.to_json() for name, check in self.checks.items()},
            "signatures": [signature.to_json() for signature in self.signatures],
        }


def worst(checks: Iterable[Check]) -> Check:
    """Give the first check that failed, else the first that is unsure, else one that passed."""
    listed = list(checks)
    for indication in (Indication.FAILED, Indication.INDETERMINATE):
        for check in listed:
            if check.indication is indication:
                return check
    return PASSED


def together(checks: Iterable[Check]) -> Check:
    """Give one check for several: the worst indication with everybody's reasons."""
    listed = list(checks)
    first = worst(listed)
    reasons = {str(reason): reason for check in listed for reason in check.reasons}
    return Check(first.indication, first.sub_indication, tuple(reasons.values()))


def _moment(value: datetime | None) -> str | None:
    if value is None:
        return None
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
