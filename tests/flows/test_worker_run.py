"""What the dispatcher makes of a worker's run: how it may end, stay, or come to nothing.

The server is real; the worker is played, because each way for it to fail takes minutes of its own.
``test_deployments`` has a real one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from approvals.ports import Errand
from flows import deployments, founding, worker_run
from flows.dispatch import LeftBehindError
from flows.house import House, open_house
from flows.prefect_api import Api
from flows.prefect_server import PrefectServer
from flows.worker_run import WorkerRunError, WorkerRuns
from tests.flows.houses import carry_out, hand_over, submit

pytestmark = pytest.mark.needs_prefect

Go = Callable[[str], "Future[None]"]


@pytest.fixture(scope="module")
def api(server: PrefectServer, prefect_home: Path) -> Iterator[Api]:
    """The session's server, with the deployment that the dispatcher asks for on it."""
    with Api(prefect_home, server.url) as asked:
        if asked.get(f"/deployments/name/{deployments.NAME}") is None:
            deployments._make_pool(asked)
            flow = asked.post("/flows/", {"name": "statement"})
            asked.post(
                "/deployments/",
                {"name": "statement", "flow_id": flow["id"], "work_pool_name": deployments.POOL},
            )
        yield asked


@pytest.fixture(scope="module")
def house(api: Api, prefect_home: Path) -> Iterator[House]:
    if not (prefect_home / "enonce.toml").exists():
        founding.found(prefect_home, founding.sample_papers()).close()
    opened = open_house(prefect_home)
    yield opened
    opened.close()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def closing() -> threading.Event:
    return threading.Event()


@pytest.fixture
def go(house: House, api: Api, said: list[str], closing: threading.Event) -> Iterator[Go]:
    """Have a dossier run; the answer comes when the run has ended."""
    runs = WorkerRuns(
        house,
        api.url,
        say=lambda message, data: said.append(message.format_map(data)),
        closing=closing,
    )

    def once(dossier: str) -> None:
        try:
            runs(dossier, pending(house, dossier))
        finally:
            runs.leave()

    with ThreadPoolExecutor(4) as threads:
        yield lambda dossier: threads.submit(once, dossier)
        closing.set()


def pending(house: House, dossier: str) -> list[Errand]:
    return [errand for errand in house.store.pending() if errand.stream == dossier]


def runs_of(api: Api, dossier: str) -> list[dict[str, Any]]:
    wanted = {"flow_runs": {"tags": {"all_": [dossier]}}, "sort": "EXPECTED_START_TIME_ASC"}
    found: list[dict[str, Any]] = api.post("/flow_runs/filter", wanted)
    return found


def become(api: Api, run: dict[str, Any], state: str, message: str = "") -> None:
    told = {"state": {"type": state, "message": message}, "force": True}
    api.post(f"/flow_runs/{run['id']}/set_state", told)


@pytest.fixture
def scheduled(api: Api, eventually: Callable[..., None]) -> Callable[..., dict[str, Any]]:
    """Wait for a dossier's run to be there for a worker, and give it."""

    def wait(dossier: str, count: int = 1) -> dict[str, Any]:
        eventually(lambda: len(runs_of(api, dossier)) == count)
        return runs_of(api, dossier)[-1]

    return wait


def test_a_run_that_a_worker_carries_out_ends_well(house, api, go, scheduled):
    submit(house, "well")
    hand_over(house, "well")
    going = go("well")
    run = scheduled("well")
    assert run["deployment_id"]
    assert run["parameters"]["dossier"] == "well"
    become(api, run, "RUNNING")
    carry_out(house, "well")
    become(api, run, "COMPLETED")
    assert going.result(20) is None


def test_a_failed_run_is_a_fault_with_the_worker_s_own_words(house, api, go, scheduled):
    submit(house, "failed")
    hand_over(house, "failed")
    going = go("failed")
    become(api, scheduled("failed"), "FAILED", "OSError: the disk was full")
    with pytest.raises(WorkerRunError, match="failed ended as Failed: OSError: the disk was full"):
        going.result(20)
    again = go("failed")
    second = scheduled("failed", 2)
    assert second["idempotency_key"].endswith(".1")
    carry_out(house, "failed")
    become(api, second, "COMPLETED")
    again.result(20)


def test_a_run_of_another_house_s_worker_comes_to_nothing_and_says_so(house, api, go, scheduled):
    submit(house, "nothing")
    hand_over(house, "nothing")
    going = go("nothing")
    become(api, scheduled("nothing"), "COMPLETED")
    with pytest.raises(WorkerRunError, match="Was the worker started for another house"):
        going.result(20)


def test_a_house_that_closes_leaves_the_run_and_the_next_one_takes_it_up(
    house, api, go, scheduled, closing, eventually
):
    def acts_told() -> int:
        wanted = {"filter": {"resource": {"id": ["enonce.dossier.left"]}}}
        return len(api.post("/events/filter", wanted)["events"])

    submit(house, "left")
    hand_over(house, "left")
    going = go("left")
    run = scheduled("left")
    eventually(lambda: acts_told() == 3)
    closing.set()
    with pytest.raises(LeftBehindError):
        going.result(20)
    closing.clear()
    again = go("left")
    eventually(lambda: acts_told() == 6)
    carry_out(house, "left")
    become(api, run, "COMPLETED")
    again.result(20)
    assert [one["id"] for one in runs_of(api, "left")] == [run["id"]]


def test_a_run_whose_worker_died_is_given_up_and_comes_again(
    house, api, go, scheduled, monkeypatch
):
    monkeypatch.setattr(worker_run, "PATIENCE", 0.2)
    submit(house, "died")
    hand_over(house, "died")
    going = go("died")
    become(api, scheduled("died"), "RUNNING")
    with pytest.raises(WorkerRunError, match="died ended as Crashed: Its worker is gone"):
        going.result(20)
    [run] = runs_of(api, "died")
    assert run["state_type"] == "CRASHED"


def test_nobody_there_is_told_once_however_many_wait(
    house, api, go, scheduled, said, monkeypatch, eventually
):
    monkeypatch.setattr(worker_run, "PATIENCE", 0.2)
    for name in ("one", "two", "three"):
        submit(house, name)
        hand_over(house, name)
        go(name)
    for name in ("one", "two", "three"):
        scheduled(name)
    eventually(lambda: said)
    eventually(lambda: api.get(f"/work_pools/{deployments.POOL}"))
    assert len(said) == 1
    assert "enonce prefect worker start --pool enonce --type process" in said[0]
    become(api, runs_of(api, "one")[0], "RUNNING")
    eventually(lambda: len(said) > 1)
    assert said[1] == "A worker is there again."


def test_where_nothing_is_due_the_road_is_shown_without_a_worker(house, api, go):
    submit(house, "shown")
    go("shown").result(20)
    [run] = runs_of(api, "shown")
    assert run["state_type"] == "COMPLETED"
    assert run["state_name"].startswith("Waiting for the drafter")
    road = api.get("/artifacts/road-shown/latest")
    assert road is not None
    assert road["flow_run_id"] == run["id"]
    assert "**draft**" in road["data"]
