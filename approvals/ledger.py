"""The chain of proof: one entry per event, each bound to the one before.

This module computes and checks; it stores nothing (``approvals.store`` does).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger.

    ``sequence`` counts over the whole ledger from 1, ``version`` within ``stream`` from 1.
    ``payload`` is canonical JSON (RFC 8785) as text. ``previous`` is the hash of the row before (64
    zeros for the first), ``hash`` this row's own.
    """

    sequence: int
    stream: str
    version: int
    type: str
    payload: str
    time: datetime
    key: str
    previous: str
    hash: str
