"""Working days: Monday to Friday without the public holidays of metropolitan France.

Sources: Code du travail, article L3133-1; Easter after the Gregorian computus (Meeus, Astronomical
Algorithms, chapter 8); the legal time of metropolitan France after Directive 2000/84/EC. Everything
is computed here, so that anyone can recompute a deadline without a time zone database.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache

_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)


def easter(year: int) -> date:
    """Give Easter Sunday of a Gregorian year."""
    century = year // 100
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    full = moon - (moon // 28) * (1 - (moon // 28) * (29 // (moon + 1)) * ((21 - year % 19) // 11))
    weekday = (year + year // 4 + full + 2 - century + century // 4) % 7
    offset = full - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


@cache
def holidays(year: int) -> frozenset[date]:
    """Give the public holidays of a year."""
    sunday = easter(year)
    moving = (sunday + timedelta(days=days) for days in _AFTER_EASTER)
    return frozenset((*(date(year, month, day) for month, day in _FIXED), *moving))


def is_working(day: date) -> bool:
    """Say whether ``day`` is a working day."""
    return day.weekday() < 5 and day not in holidays(day.year)


def day(moment: datetime) -> date:
    """Give the date of an aware ``moment`` on the calendars of metropolitan France.

    Summer time runs from the last Sunday of March to the last of October, both at 01:00 UTC.
    """
    return local(moment).date()


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def after(start: date, days: int) -> date:
    """Give the last of ``days`` working days that follow ``start``."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working(day)
    return day


def local(moment: datetime) -> datetime:
    """Give an aware ``moment`` in the legal time of metropolitan France, named CET or CEST."""
    utc = moment.astimezone(UTC)
    begins, ends = (_last_sunday(utc.year, month) for month in (3, 10))
    summer = begins <= utc < ends
    zone = timezone(timedelta(hours=2 if summer else 1), "CEST" if summer else "CET")
    return utc.astimezone(zone)
