"""Clocks that are wrong, hours that come twice or never, certificates that end in between."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from approvals import events as ev
from approvals import workdays
from approvals.errors import GuardError
from approvals.handlers import publication
from approvals.standing import State
from documents.sealing import authority
from documents.sealing.verify import verify
from flows.house import House
from tests.flows import houses, rounds
from tests.flows.rounds import NAME


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[House, rounds.Watch]]:
    house, watch = rounds.started(tmp_path / "house")
    yield house, watch
    house.close()


JUMPS = {
    "a day back": (-24.0,),
    "a day ahead": (24.0,),
    "a day ahead and back again": (24.0, -24.0),
    "a day back and ahead again": (-24.0, 24.0),
    "an hour back, as at the end of summer": (-1.0,),
    "five minutes back and forth": (-1 / 12, 1 / 12, -1 / 12, 1 / 12),
}


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_jumps_between_decisions_changes_no_order(
    jump: str, started: tuple[House, rounds.Watch]
) -> None:
    """The ledger's order is its sequence; what an act may do does not hang on who was later."""
    house, watch = started
    rounds.in_review(house)
    hours = iter(JUMPS[jump])
    for handle in ("vasseur", "kerlann", "marsaudon", "tahiri"):
        rounds.decide(house, handle)
        watch.later(hours=next(hours, 0.0))
    dossier = house.dossier(NAME)
    assert dossier.state is State.BOARD_READY
    with house.store.read() as reader:
        entries = list(reader.history(NAME))
    assert [one.version for one in entries] == list(range(1, len(entries) + 1))
    assert [one.sequence for one in entries] == sorted(one.sequence for one in entries)
    times = [one.time for one in entries]
    assert (times == sorted(times)) == (min(JUMPS[jump]) > 0)
    assert house.store.check().ok


def test_a_text_sealed_under_a_clock_a_day_behind_is_sound_for_everybody_else(
    started: tuple[House, rounds.Watch],
) -> None:
    """The seal's time is the order's; whoever checks by a right clock finds it in the past."""
    house, watch = started
    watch.later(days=1)
    rounds.ready(house)
    watch.later(days=-1)
    rounds.sealed(house, "second")
    edition = sealed(house, "second")[0]
    for days in (0, 1, 30):
        at = watch.now() + timedelta(days=days)
        verdict = verify(house.vault.get(edition.sealed), house.identity.anchors, at=at)
        assert verdict.overall == "TOTAL-PASSED", (days, verdict)


def test_a_text_sealed_under_a_clock_a_day_ahead_is_not_yet_believed_and_says_why(
    started: tuple[House, rounds.Watch],
) -> None:
    house, watch = started
    watch.later(days=1)
    rounds.sealed(house)
    data = house.vault.get(sealed(house)[0].sealed)
    early = verify(data, house.identity.anchors, at=watch.now() - timedelta(days=1))
    assert early.overall != "TOTAL-PASSED"
    assert early.reasons
    assert verify(data, house.identity.anchors, at=watch.now()).overall == "TOTAL-PASSED"


def sealed(house: House, dossier: str = NAME) -> tuple[ev.Edition, ...]:
    found = house.dossier(dossier).sealed
    assert found is not None
    return found.editions


def test_a_certificate_that_ended_between_vote_and_seal_stops_the_seal_until_there_is_another(
    started: tuple[House, rounds.Watch], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day is named, nothing is recorded, and with a new certificate the same order is sealed."""
    house, watch = started
    order = publication.order_seal
    monkeypatch.setattr(publication, "order_seal", lambda command, office: None)
    rounds.sealed(house)
    assert house.dossier(NAME).state is State.ADOPTED
    ends = house.identity.signer.chain[0].not_valid_after_utc
    watch.at = ends + timedelta(hours=1)
    order(rounds.command(house, "castagnet"), house.office)
    with pytest.raises(GuardError, match="valid from") as stopped:
        houses.carry_out(house, NAME)
    assert stopped.value.guard == "seal:certificate"
    assert stopped.value.data["last"] == workdays.day(ends)
    dossier = house.dossier(NAME)
    assert (dossier.state, dossier.sealed) == (State.SEALING, None)
    watch.later(days=1)
    shutil.rmtree(house.home / "keys")
    authority.create(house.home / "keys", "Institut", watch.now())
    del house.__dict__["identity"]
    watch.later(hours=1)
    houses.carry_out(house, NAME)
    assert {one.verdict for one in sealed(house)} == {"TOTAL-PASSED"}


def test_a_certificate_that_ended_after_the_seal_is_doubt_and_not_a_fault(
    started: tuple[House, rounds.Watch],
) -> None:
    house, _ = started
    rounds.sealed(house)
    rounds.publish(house)
    ends = house.identity.signer.chain[0].not_valid_after_utc
    data = house.vault.get(sealed(house)[0].sealed)
    verdict = verify(data, house.identity.anchors, at=ends + timedelta(seconds=1))
    assert verdict.overall == "INDETERMINATE"
    assert verdict.integrity.passed
    assert verdict.reasons
    assert house.dossier(NAME).state is State.PUBLISHED


HOURS = {
    "an hour that comes twice is its first": (date(2026, 10, 25), time(2, 30), "00:30"),
    "the hour before it": (date(2026, 10, 25), time(1, 30), "23:30"),
    "the hour behind it": (date(2026, 10, 25), time(3, 30), "02:30"),
    "an hour that never comes is the next one": (date(2027, 3, 28), time(2, 30), "01:30"),
}


@pytest.mark.parametrize("name", HOURS)
def test_an_hour_of_paris_is_one_moment(name: str) -> None:
    on, at, utc = HOURS[name]
    moment = workdays.at(on, at)
    assert moment.astimezone(UTC).strftime("%H:%M") == utc
    back = workdays.local(moment)
    assert back.date() == on


def test_the_working_day_behind_a_change_of_the_hour_is_the_next_one() -> None:
    for friday, monday in (
        (datetime(2026, 10, 23, 21, 59, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(2027, 3, 19, 22, 59, tzinfo=UTC), date(2027, 3, 22)),
        (datetime(2027, 3, 25, 22, 59, tzinfo=UTC), date(2027, 3, 26)),
    ):
        assert workdays.after(workdays.day(friday), 1) == monday
