"""A verdict as JSON and back, with its sentences as msgids, so that it can be said in any language.

``Verdict.to_json`` is for people's machines and says the sentences in English; this is for another
process of ours. ``read`` trusts nothing: it raises on whatever is no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from documents.errors import Value
from documents.sealing.verdict import (
    Check,
    Indication,
    Json,
    Reason,
    SignatureReport,
    SubIndication,
    Verdict,
)

_CHECKS = ("container", "package", "integrity", "coverage", "trust", "time")
_OWN = ("integrity", "coverage", "trust", "time")
_WORDS = ("part", "signer", "comments", "algorithm", "certificate_digest")


def write(verdict: Verdict) -> dict[str, Json]:
    """Give a verdict as plain values."""
    checks: dict[str, Json] = {name: _check(one) for name, one in verdict.checks.items()}
    return {
        **checks,
        "at": verdict.at.isoformat(),
        "signatures": [_signature(one) for one in verdict.signatures],
    }


def read(raw: Mapping[str, Any]) -> Verdict:
    """Read a verdict. Raises ``ValueError``, ``TypeError`` or ``LookupError``."""
    return Verdict(
        **{name: _read_check(raw[name]) for name in _CHECKS},
        at=datetime.fromisoformat(raw["at"]),
        signatures=tuple(_read_signature(one) for one in raw["signatures"]),
    )


def _check(check: Check) -> Json:
    return {
        "indication": check.indication.value,
        "sub": check.sub_indication.value if check.sub_indication else None,
        "reasons": [
            {"message": one.message, "data": {name: _value(it) for name, it in one.data.items()}}
            for one in check.reasons
        ],
    }


def _read_check(raw: Mapping[str, Any]) -> Check:
    return Check(
        Indication(raw["indication"]),
        SubIndication(raw["sub"]) if raw["sub"] is not None else None,
        tuple(
            Reason(str(one["message"]), {str(k): _read_value(v) for k, v in one["data"].items()})
            for one in raw["reasons"]
        ),
    )


def _signature(report: SignatureReport) -> Json:
    words: dict[str, Json] = {name: getattr(report, name) for name in _WORDS}
    checks: dict[str, Json] = {name: _check(getattr(report, name)) for name in _OWN}
    return {
        **words,
        **checks,
        "role": report.role,
        "signing_time": report.signing_time.isoformat() if report.signing_time else None,
        "timestamp": report.timestamp.isoformat() if report.timestamp else None,
        "demonstration": report.demonstration,
    }


def _read_signature(raw: Mapping[str, Any]) -> SignatureReport:
    integrity, coverage, trust, time = (_read_check(raw[name]) for name in _OWN)
    return SignatureReport(
        str(raw["part"]),
        integrity,
        coverage,
        trust,
        time,
        signer=str(raw["signer"]),
        comments=str(raw["comments"]),
        algorithm=str(raw["algorithm"]),
        certificate_digest=str(raw["certificate_digest"]),
        role=None if raw["role"] is None else str(raw["role"]),
        signing_time=_moment(raw["signing_time"]),
        timestamp=_moment(raw["timestamp"]),
        demonstration=raw["demonstration"] is True,
    )


def _moment(raw: str | None) -> datetime | None:
    return None if raw is None else datetime.fromisoformat(raw)


def _value(value: Value) -> Json:
    """Tag what JSON has no type for."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return list(value) if isinstance(value, tuple) else value


def _read_value(raw: object) -> Value:
    if isinstance(raw, str | int):
        return raw
    if isinstance(raw, list):
        return tuple(str(one) for one in raw)
    if isinstance(raw, dict) and "moment" in raw:
        return datetime.fromisoformat(raw["moment"])
    if isinstance(raw, dict) and "day" in raw:
        return date.fromisoformat(raw["day"])
    raise TypeError("no value of a sentence")
