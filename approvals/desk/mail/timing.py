"""When a mail goes: at once, with others at an hour, after a pause; and when it is tried again.

Days and hours are those of Paris. A mail that asks for an act goes at once where waiting for the
next round would take it past its last day; what is formal never waits.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from approvals import workdays
from approvals.notices import Kind, Notice
from approvals.store.mails import Preference

NOW, DAILY, PAUSED = "now", "daily", "paused"
MODES: Final = (NOW, DAILY, PAUSED)

FORMAL: Final = frozenset(
    {Kind.CONVENED, Kind.RECALLED, Kind.BALLOT, Kind.RECEIPT, Kind.NO_QUORUM, Kind.NEAR}
)
"""What nobody puts off: convocations, ballots, receipts, the last reminders."""


@dataclass(frozen=True, slots=True)
class When:
    """When a mail is due, and whether it may be told together with others."""

    due: datetime
    folds: bool


def when(notices: Sequence[Notice], preference: Preference, now: datetime) -> When:
    """Say when a mail with these notices is due for a person."""
    if preference.mode == NOW or any(one.kind in FORMAL for one in notices):
        return When(now, False)
    round_ = next_round(preference, now)
    # A round on the last day itself is too late for an act that needs reading.
    days = [one.data["last"] for one in notices if "last" in one.data]
    reads = workdays.local(round_).date()
    if any(isinstance(day, date) and day <= reads for day in days):
        return When(now, False)
    return When(round_, True)


def next_round(preference: Preference, now: datetime) -> datetime:
    """Give when the person's next mail is due: their hour, or the morning after their pause."""
    here = workdays.local(now)
    day = here.date()
    if preference.mode == PAUSED:
        if preference.until is None or preference.until <= day:
            return now
        return _at(preference.until, preference.hour)
    today = _at(day, preference.hour)
    return today if today > now else _at(day + timedelta(days=1), preference.hour)


def _at(day: date, hour: int) -> datetime:
    """Give an hour of a day in Paris."""
    guess = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return guess - (workdays.local(guess).utcoffset() or timedelta())


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before the next try: twice as long each time, never twice the same."""

    first: float = 60.0
    most: float = 4 * 3600.0
    jitter: float = 0.25

    def after(self, tries: int) -> timedelta:
        """Give the pause after so many tries that failed."""
        seconds = min(self.most, self.first * 2.0 ** min(tries, 30))
        spread = random.uniform(1 - self.jitter, 1 + self.jitter)  # noqa: S311 (no secret)
        return timedelta(seconds=seconds * spread)
