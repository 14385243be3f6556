"""The alarms of the seal's certificates, 90, 30 and 7 days before they end, and once they have."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from approvals.desk import judging
from approvals.desk.care_ports import Certificate
from approvals.errors import N_, Value

LEVELS: Final = (7, 30, 90)
"""Days before a certificate ends at which its alarm is raised."""

ENDED: Final = 0
"""The level of a certificate that has ended."""


def days(certificate: Certificate, now: datetime) -> int:
    """Give the whole days that a certificate has left; below 0 where it has ended."""
    return (certificate.last - now).days


def level(certificate: Certificate, now: datetime) -> int | None:
    """Give the alarm that is raised at a moment; None where there is none yet."""
    left = days(certificate, now)
    return ENDED if left < 0 else next((one for one in LEVELS if left <= one), None)


def sentence(certificate: Certificate, level: int) -> tuple[str, dict[str, Value]]:
    """Say what is the matter with a certificate."""
    message = N_("The certificate of {name} ends on {day}.")
    if level == ENDED:
        message = N_("The certificate of {name} ended on {day}. Nothing can be sealed.")
    name = judging.common_name(certificate.subject)
    return message, {"name": name, "day": certificate.last.date()}


def mark(level: int | None) -> tuple[str, str]:
    """Give the kind and the shape of an alarm."""
    if level is None:
        return ("ok", "ok")
    return ("stop", "no") if level <= LEVELS[0] else ("warn", "chg")
