"""When the seal's certificates end, and the alarms 90, 30 and 7 days before.

Whoever is told, and how, is the callers': the desk's pages, the daily mail, ``enonce doctor``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from approvals.desk import alarms as levels
from approvals.desk.care_ports import Certificate
from documents.sealing.authority import is_demonstration
from flows.house import House


@dataclass(frozen=True, slots=True)
class Alarm:
    """A certificate that ends within ``level`` days; level 0: it has ended."""

    certificate: Certificate
    level: int

    @property
    def id(self) -> str:
        """Give the same id for the same certificate and level: told once, however often."""
        return f"certificate-{self.certificate.digest[:24]}-{self.level}"


def of(house: House) -> Iterator[Certificate]:
    """Give the certificates that the seal depends on, the signing one first."""
    identity = house.identity
    chain = {one.subject.rfc4514_string(): one for one in identity.signer.chain}
    for anchor in identity.anchors:
        chain.setdefault(anchor.subject.rfc4514_string(), anchor)
    yield from map(_read, chain.values())


def alarms(house: House, now: datetime) -> Iterator[Alarm]:
    """Give what is to be said of the certificates at a moment."""
    for one in of(house):
        level = levels.level(one, now)
        if level is not None:
            yield Alarm(one, level)


def _read(one: x509.Certificate) -> Certificate:
    return Certificate(
        one.subject.rfc4514_string(),
        one.issuer.rfc4514_string(),
        one.not_valid_before_utc,
        one.not_valid_after_utc,
        is_demonstration(one),
        one.fingerprint(hashes.SHA256()).hex(),
    )
