"""Working days: Monday to Friday without the public holidays of a part of France.

Sources: Code du travail, article L3133-1 (everywhere), L3134-13 (Alsace and Moselle), L3422-2 (the
abolition of slavery, overseas) and décret 83-1003 (Mayotte); Easter after the Gregorian computus
(Meeus, Astronomical Algorithms, chapter 8); the legal time of metropolitan France after Directive
2000/84/EC, that of the overseas departments after décret 2017-292. What is a holiday by custom only
is a working day here. Everything is computed, so that anyone can recompute a deadline without a
library or a time zone database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import cache
from typing import Final


class Calendar(StrEnum):
    """Whose public holidays count: the part of France in which the deciders work."""

    METROPOLE = "metropole"
    ALSACE_MOSELLE = "alsace-moselle"
    GUADELOUPE = "guadeloupe"
    GUYANE = "guyane"
    MARTINIQUE = "martinique"
    MAYOTTE = "mayotte"
    REUNION = "reunion"
    SAINT_BARTHELEMY = "saint-barthelemy"
    SAINT_MARTIN = "saint-martin"


_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)

_OWN: Final[Mapping[Calendar, tuple[int, int]]] = {
    Calendar.ALSACE_MOSELLE: (12, 26),
    Calendar.GUADELOUPE: (5, 27),
    Calendar.GUYANE: (6, 10),
    Calendar.MARTINIQUE: (5, 22),
    Calendar.MAYOTTE: (4, 27),
    Calendar.REUNION: (12, 20),
    Calendar.SAINT_BARTHELEMY: (10, 9),
    Calendar.SAINT_MARTIN: (5, 28),
}
_GOOD_FRIDAY = -2
_SAINT_MARTIN_UNTIL_2017 = (5, 27)

_HOURS: Final[Mapping[Calendar, int]] = {
    Calendar.GUADELOUPE: -4,
    Calendar.GUYANE: -3,
    Calendar.MARTINIQUE: -4,
    Calendar.MAYOTTE: 3,
    Calendar.REUNION: 4,
    Calendar.SAINT_BARTHELEMY: -4,
    Calendar.SAINT_MARTIN: -4,
}
"""Hours from UTC where no summer time is kept."""


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
def holidays(year: int, calendar: Calendar = Calendar.METROPOLE) -> frozenset[date]:
    """Give the public holidays of a year."""
    sunday = easter(year)
    moving = [sunday + timedelta(days=days) for days in _AFTER_EASTER]
    fixed = [*_FIXED]
    if calendar is Calendar.ALSACE_MOSELLE:
        moving.append(sunday + timedelta(days=_GOOD_FRIDAY))
    if calendar is Calendar.SAINT_MARTIN and year < 2018:
        fixed.append(_SAINT_MARTIN_UNTIL_2017)
    elif calendar in _OWN:
        fixed.append(_OWN[calendar])
    return frozenset((*(date(year, month, day) for month, day in fixed), *moving))


def is_working(day: date, calendar: Calendar = Calendar.METROPOLE) -> bool:
    """Say whether ``day`` is a working day."""
    return day.weekday() < 5 and day not in holidays(day.year, calendar)


def day(moment: datetime, calendar: Calendar = Calendar.METROPOLE) -> date:
    """Give the date of an aware ``moment`` where this calendar is kept.

    In metropolitan France summer time runs from the last Sunday of March to the last of October,
    both at 01:00 UTC.
    """
    utc = moment.astimezone(UTC)
    hours = _HOURS.get(calendar)
    if hours is None:
        return local(moment).date()
    return (utc + timedelta(hours=hours)).date()


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def after(start: date, days: int, calendar: Calendar = Calendar.METROPOLE) -> date:
    """Give the last of ``days`` working days that follow ``start``."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working(day, calendar)
    return day


def local(moment: datetime) -> datetime:
    """Give an aware ``moment`` in the legal time of metropolitan France, named CET or CEST."""
    utc = moment.astimezone(UTC)
    begins, ends = (_last_sunday(utc.year, month) for month in (3, 10))
    summer = begins <= utc < ends
    zone = timezone(timedelta(hours=2 if summer else 1), "CEST" if summer else "CET")
    return utc.astimezone(zone)


def at(on: date, hour: time) -> datetime:
    """Give the moment of a day and an hour in the legal time of Paris, in UTC.

    Of the hour that comes twice in October it is the first; the one that is left out in March
    is read as winter time.
    """
    said = datetime.combine(on, hour)
    summer, winter = ((said - timedelta(hours=hours)).replace(tzinfo=UTC) for hours in (2, 1))
    return summer if local(summer).replace(tzinfo=None) == said else winter
