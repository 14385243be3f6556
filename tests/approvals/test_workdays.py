from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals import workdays
from approvals.workdays import Calendar
from tests.conftest import missing

HOLIDAYS = {
    2025: "01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-01 11-11 12-25",
    2026: "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25",
    2027: "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25",
    2028: "01-01 04-17 05-01 05-08 05-25 06-05 07-14 08-15 11-01 11-11 12-25",
}


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_public_holidays_of_a_year_are_the_known_ones(year: int) -> None:
    known = {date.fromisoformat(f"{year}-{day}") for day in HOLIDAYS[year].split()}
    assert workdays.holidays(year) == known


def test_ascension_may_fall_on_another_holiday() -> None:
    assert date(2008, 5, 1) in workdays.holidays(2008)
    assert len(workdays.holidays(2008)) == 10


def gauss(year: int) -> date:
    """Easter after Gauss, with Lichtenberg's correction: another formula than the one in use."""
    k = year // 100
    m = 15 + (3 * k + 3) // 4 - (8 * k + 13) // 25
    s = 2 - (3 * k + 3) // 4
    a = year % 19
    d = (19 * a + m) % 30
    r = (d + a // 11) // 29
    og = 21 + d - r
    sz = 7 - (year + year // 4 + s) % 7
    return date(year, 3, 1) + timedelta(days=og + 7 - (og - sz) % 7 - 1)


def test_easter_agrees_with_another_formula_from_1583_to_4099() -> None:
    assert [year for year in range(1583, 4100) if workdays.easter(year) != gauss(year)] == []


DEADLINES = {
    "five days from a Monday end on the next Monday": ((2026, 11, 23), 5, (2026, 11, 30)),
    "a weekend does not count": ((2026, 11, 20), 1, (2026, 11, 23)),
    "a step that opens on a Sunday counts from Monday": ((2026, 11, 22), 1, (2026, 11, 23)),
    "Christmas does not count": ((2026, 12, 24), 1, (2026, 12, 28)),
    "the bridge of Ascension 2026 counts, the holiday does not": ((2026, 5, 13), 1, (2026, 5, 15)),
    "Whit Monday does not count": ((2026, 5, 22), 1, (2026, 5, 26)),
    "two holidays in one week of May 2028": ((2028, 4, 28), 5, (2028, 5, 9)),
    "the first of May 2027 is a Saturday and costs nothing": ((2027, 4, 30), 1, (2027, 5, 3)),
    "the year turns": ((2026, 12, 31), 1, (2027, 1, 4)),
    "no day is the day itself": ((2026, 11, 22), 0, (2026, 11, 22)),
}


@pytest.mark.parametrize("case", DEADLINES)
def test_a_deadline_counts_working_days(case: str) -> None:
    start, days, end = DEADLINES[case]
    assert workdays.after(date(*start), days) == date(*end)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_between_start_and_deadline_lie_exactly_that_many_working_days(
    start: date, days: int
) -> None:
    end = workdays.after(start, days)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(map(workdays.is_working, between)) == days
    assert workdays.is_working(end)


@given(st.datetimes(datetime(1997, 1, 1), datetime(2099, 12, 30), timezones=st.just(UTC)))
def test_the_day_of_a_moment_is_the_one_on_the_calendar_in_paris(moment: datetime) -> None:
    assert workdays.day(moment) == moment.astimezone(ZoneInfo("Europe/Paris")).date()


MIDNIGHTS = {
    "22:30 UTC in summer is the next day": ("2026-07-01T22:30:00+00:00", "2026-07-02"),
    "22:30 UTC in winter is the same day": ("2026-12-01T22:30:00+00:00", "2026-12-01"),
    "23:30 UTC in winter is the next day": ("2026-12-01T23:30:00+00:00", "2026-12-02"),
    "another zone's midnight is not ours": ("2026-12-02T00:30:00+09:00", "2026-12-01"),
}


@pytest.mark.parametrize("case", MIDNIGHTS)
def test_midnight_is_midnight_in_france(case: str) -> None:
    moment, day = MIDNIGHTS[case]
    assert workdays.day(datetime.fromisoformat(moment)) == date.fromisoformat(day)


CUSTOM = {"Good Friday", "Mi-Careme", "Victor Schoelcher Day"}
"""Days off by local custom, which the Code du travail does not name outside Alsace and Moselle."""

SUBDIVISIONS = {
    Calendar.METROPOLE: None,
    Calendar.ALSACE_MOSELLE: "57",
    Calendar.GUADELOUPE: "971",
    Calendar.MARTINIQUE: "972",
    Calendar.GUYANE: "973",
    Calendar.REUNION: "974",
    Calendar.MAYOTTE: "976",
    Calendar.SAINT_BARTHELEMY: "BL",
    Calendar.SAINT_MARTIN: "MF",
}


def test_the_judge_is_asked_about_every_calendar() -> None:
    assert set(SUBDIVISIONS) == set(Calendar)


@pytest.mark.parametrize("calendar", Calendar)
def test_the_holidays_of_2020_to_2050_are_those_of_an_independent_library(
    calendar: Calendar,
) -> None:
    try:
        import holidays as judge
    except ImportError:
        missing("the independent library “holidays” is not installed")
    for year in range(2020, 2051):
        ours = workdays.holidays(year, calendar)
        theirs = judge.France(years=year, subdiv=SUBDIVISIONS[calendar])
        assert ours <= set(theirs)
        for day in set(theirs) - ours:
            assert calendar is not Calendar.ALSACE_MOSELLE
            assert {part.strip() for part in theirs[day].split(";")} <= CUSTOM


def test_a_deadline_depends_on_where_the_deciders_work() -> None:
    ends = {calendar: workdays.after(date(2026, 5, 21), 5, calendar) for calendar in Calendar}
    assert ends[Calendar.METROPOLE] == date(2026, 5, 29)
    assert ends[Calendar.MARTINIQUE] == date(2026, 6, 1)
    assert ends[Calendar.GUADELOUPE] == date(2026, 6, 1)


ZONES = {
    Calendar.METROPOLE: "Europe/Paris",
    Calendar.ALSACE_MOSELLE: "Europe/Paris",
    Calendar.GUADELOUPE: "America/Guadeloupe",
    Calendar.GUYANE: "America/Cayenne",
    Calendar.MARTINIQUE: "America/Martinique",
    Calendar.MAYOTTE: "Indian/Mayotte",
    Calendar.REUNION: "Indian/Reunion",
    Calendar.SAINT_BARTHELEMY: "America/St_Barthelemy",
    Calendar.SAINT_MARTIN: "America/Marigot",
}


@pytest.mark.parametrize("calendar", Calendar)
@given(st.datetimes(datetime(1997, 1, 1), datetime(2099, 12, 30), timezones=st.just(UTC)))
def test_the_day_of_a_moment_is_the_one_on_the_calendar_there(
    calendar: Calendar, moment: datetime
) -> None:
    assert workdays.day(moment, calendar) == moment.astimezone(ZoneInfo(ZONES[calendar])).date()
