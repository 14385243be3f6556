"""Deadlines of review steps: near, today, past; counted in working days; told once each."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime

import pytest

from approvals.circuits import AtDeadline, Circuit, Step
from approvals.dossier import Dossier
from approvals.names import Bilingual
from approvals.standing import State
from flows import deadlines, logs
from flows.deadlines import Level

BOTH = Bilingual("Deux", "Two")


def step(name: str, days: int, *after: str) -> Step:
    return Step(name, BOTH, ("p-1",), 1, after, days, AtDeadline.ESCALATE)


def dossier(opened: date, *steps: Step, state: State = State.IN_REVIEW) -> Dossier:
    """A dossier whose first step was opened at noon of a day."""
    return Dossier(
        "d",
        state=state,
        circuit=Circuit("c", 1, BOTH, steps or (step("legal", 5),)),
        steps_opened={"legal": datetime(opened.year, opened.month, opened.day, 12, tzinfo=UTC)},
    )


def found(one: Dossier, today: date) -> list[tuple[str, date, Level]]:
    now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    return [(it.step, it.last, it.level) for it in deadlines.near([one], now)]


MONDAY = date(2026, 11, 23)
LAST = date(2026, 11, 30)

DAYS = {
    "five working days before the last one is not near": (MONDAY, None),
    "three working days before is not near": (date(2026, 11, 25), None),
    "two working days before is near": (date(2026, 11, 26), Level.NEAR),
    "over the weekend one working day is left": (date(2026, 11, 28), Level.NEAR),
    "the last day is told apart": (LAST, Level.TODAY),
    "the day after is past": (date(2026, 12, 1), Level.PASSED),
}


@pytest.mark.parametrize("name", DAYS)
def test_level(name: str) -> None:
    today, level = DAYS[name]
    expected = [] if level is None else [("legal", LAST, level)]
    assert found(dossier(MONDAY), today) == expected


def test_a_step_that_has_not_opened_has_no_deadline() -> None:
    one = dossier(MONDAY, step("legal", 5), step("finance", 1, "legal"))
    assert [name for name, _, _ in found(one, date(2027, 1, 4))] == ["legal"]


def test_a_dossier_that_is_not_in_review_has_none() -> None:
    assert found(dossier(MONDAY, state=State.CHANGES_REQUESTED), date(2027, 1, 4)) == []


def test_a_deadline_is_the_same_one_however_often_it_is_found_until_its_level_changes() -> None:
    one = dossier(MONDAY)

    def id_on(day: int) -> object:
        [deadline] = deadlines.near([one], datetime(2026, 12, day, 9, tzinfo=UTC))
        return deadline.id

    [today] = deadlines.near([one], datetime(2026, 11, 30, 9, tzinfo=UTC))
    assert id_on(1) == id_on(2) != today.id


def test_a_tampered_dossier_hides_no_other(home, house) -> None:
    with closing(sqlite3.connect(home / "enonce.sqlite3")) as raw:
        raw.execute("DROP TRIGGER ledger_no_update")
        raw.execute(
            "UPDATE ledger SET payload = replace(payload, 'internal', 'public') WHERE stream = 'a'"
        )
        raw.commit()
    logs.begin(home)
    assert [one.id for one in deadlines.readable(house)] == list("bcdef")
    [line] = logs.path(home).read_text().splitlines()
    assert json.loads(line)["dossier"] == "a"


def test_the_service_writes_what_is_near_into_its_log_once_a_day(house, monkeypatch) -> None:
    late = dossier(date(2026, 1, 5))
    monkeypatch.setattr(deadlines, "readable", lambda _house: [late])
    logs.begin(house.home)
    look = deadlines.Daily()
    look(house)
    look(house)
    [line] = map(json.loads, logs.path(house.home).read_text().splitlines())
    assert line["event"] == "deadline"
    assert line["comes"] == "passed"
    assert line["dossier"] == "d"
