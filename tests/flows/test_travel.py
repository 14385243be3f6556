"""What a run makes of a dossier's road, without a Prefect server: what is due, gates, retries."""

from __future__ import annotations

import threading

import pytest

from approvals.errors import ApprovalError, StaleVersionError
from approvals.policy import Stage
from approvals.standing import State
from approvals.store.errors import DatabaseBusyError
from documents.vault import VaultTamperedError
from flows import travel
from flows.house import NoHouseError
from locales.errors import LocaleError
from tests.flows.houses import hand_over


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    """No house stays open for the next test."""
    yield
    if travel._opened.cache_info().currsize:
        travel.here().close()
        travel._opened.cache_clear()


def never(_house, dossier):
    raise AssertionError(f"{dossier} has nothing due")


def test_a_stage_that_is_not_due_is_passed_by_without_a_task(house):
    road = travel.Road(house, "a")
    for stage in Stage:
        road.stage(stage, never)
    assert road.ran == []
    assert road.waits_at(State.DRAFT)
    assert not road.waits_at(State.TRANSLATING, State.ALIGNED)


def test_only_the_stage_that_is_due_is_carried_out(house):
    hand_over(house, "a")
    road = travel.Road(house, "a")
    assert not road.waits_at(State.TRANSLATING)
    for stage in Stage:
        if stage is not Stage.TRANSLATE:
            road.stage(stage, never)
    assert road.ran == []


def test_a_task_is_made_once_and_named_after_stage_and_dossier():
    made = travel.as_task(Stage.SEAL, never)
    assert travel.as_task(Stage.SEAL, never) is made
    assert made.name == "seal"
    assert made.task_run_name == "seal · {dossier}"
    assert made.retries == travel.RETRIES
    assert made.persist_result is False


class Ended:
    """A task's end, as Prefect's retry condition sees it."""

    def __init__(self, fault):
        self.fault = fault

    def result(self, *, raise_on_failure):
        assert raise_on_failure is False
        return self.fault


FAULTS = {
    "a busy disk may be free next time": (OSError("busy"), True),
    "a busy database may be free next time": (DatabaseBusyError("ledger"), True),
    "a dossier that moved on is looked at again": (StaleVersionError("moved"), True),
    "an unknown fault may have been a moment's": (RuntimeError("?"), True),
    "a refusal of a guard stays one": (ApprovalError("no"), False),
    "a tampered file stays so": (VaultTamperedError("file", "a" * 64, "b" * 64), False),
    "a refusal of an engine stays one": (LocaleError("no"), False),
}


@pytest.mark.parametrize("name", FAULTS)
def test_another_try(name):
    fault, again = FAULTS[name]
    assert travel._worth_retrying(None, None, Ended(fault)) is again


def test_a_worker_s_run_opens_the_house_that_its_environment_names(home, house, monkeypatch):
    monkeypatch.setenv("ENONCE_HOME", str(home))
    assert travel.here().home == home
    assert travel.here() is travel.here()


def test_a_run_in_this_process_works_on_the_house_that_made_it_whatever_the_environment(
    house, monkeypatch, tmp_path
):
    monkeypatch.setenv("ENONCE_HOME", str(tmp_path / "none"))
    with travel.inside(house):
        assert travel.here() is house
        seen: list[str] = []

        def elsewhere():
            try:
                travel.here()
            except NoHouseError as fault:
                seen.append(fault.data["home"])

        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
        assert seen == [str(tmp_path / "none")]
    with pytest.raises(NoHouseError):
        travel.here()
