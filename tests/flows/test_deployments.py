"""``prefect deploy`` and a process worker: a dossier is carried to its gate by somebody else."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from approvals.standing import State
from flows import deployments, prefect_child
from flows.house import House
from flows.prefect_api import Api
from flows.prefect_server import PrefectServer
from flows.settings import Runs, load
from tests.flows.commands import ROOT, Started, done
from tests.flows.houses import due, hand_over, submit, types

pytestmark = pytest.mark.needs_prefect

SAID = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("one", SAID["deployments"], ids=lambda one: one["name"])
def test_a_deployment_names_a_flow_that_can_be_loaded_from_anywhere(one):
    from prefect.flows import load_flow_from_entrypoint

    flow = load_flow_from_entrypoint(one["entrypoint"], use_placeholder_flow=False)
    assert flow.name == one["name"]
    assert flow.persist_result is False
    assert one["work_pool"]["name"] == deployments.POOL


def test_the_file_says_nothing_of_this_machine():
    text = (ROOT / "prefect.yaml").read_text(encoding="utf-8")
    assert SAID["pull"] == []
    assert not re.search(r"(^|[\s\"'])/[a-z]", text)
    assert deployments.file() == ROOT / "prefect.yaml"


def test_the_deployment_that_the_dispatcher_asks_for_is_in_the_file():
    assert deployments.NAME in {f"{one['name']}/{one['name']}" for one in SAID["deployments"]}


def test_prefect_s_server_answers_from_what_it_ships_and_asks_nobody():
    from prefect.server.api import collections

    prefect_child.stay_at_home()
    assert not any(collections.KNOWN_VIEWS.values())
    view = asyncio.run(collections.get_collection_view("aggregate-worker-metadata"))
    assert view["prefect"]["process"]["type"] == "process"


def test_the_environment_of_a_worker_names_the_house(tmp_path):
    from flows import prefect_env

    told = prefect_env.worker_environment(tmp_path, "http://127.0.0.1:1/api")
    assert told["ENONCE_HOME"] == str(tmp_path)
    assert told["PREFECT_API_URL"] == "http://127.0.0.1:1/api"


def test_the_setting_is_read_from_the_house(home):
    assert load(home).runs is Runs.EMBEDDED
    with (home / "enonce.toml").open("a", encoding="utf-8") as file:
        file.write('runs = "worker"\n')
    assert load(home).runs is Runs.WORKER


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "“enonce serve” starts it"), ("fr", "«\u00a0enonce serve\u00a0» le démarre")],
)
def test_prefect_s_command_needs_the_service(home, language, said):
    refused = done(home, "--lang", language, "prefect", "work-pool", "ls")
    assert refused.returncode == 4
    assert said in refused.stderr


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., Started]]:
    started: list[Started] = []

    def begin(*words: str) -> Started:
        started.append(Started(home, *words))
        return started[-1]

    yield begin
    for one in reversed(started):
        one.kill()


def ended(api: Api, run: str) -> bool:
    found = api.get(f"/flow_runs/{run}")
    return found is not None and found["state_type"] == "COMPLETED"


@pytest.mark.slow
def test_a_worker_carries_a_dossier_that_waited_for_it(
    home: Path, house: House, start: Callable[..., Started], eventually: Callable[..., None]
) -> None:
    """From ``prefect deploy --all`` to the gate, in one service, because each start takes seconds."""
    with (home / "enonce.toml").open("a", encoding="utf-8") as file:
        file.write('runs = "worker"\n')
    service = start("serve", "--port", "0")
    stands = service.until("Prefect’s server stands at")
    url = stands.split()[-1].rstrip(".")

    deployed = done(home, "prefect", "deploy", "--all", "--prefect-file", "prefect.yaml")
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert "'statement/statement' successfully" in deployed.stdout
    assert "'reminders/reminders' successfully" in deployed.stdout

    with Api(home, url) as api:
        deployments.ensure(home, api)
        reminders = api.get("/deployments/name/reminders/reminders")
        assert reminders is not None
        assert [one["schedule"]["timezone"] for one in reminders["schedules"]] == ["Europe/Paris"]
        wanted = {"state": {"type": "SCHEDULED"}}
        asked = api.post(f"/deployments/{reminders['id']}/create_flow_run", wanted)

        submit(house, "shown")
        eventually(lambda: api.get("/artifacts/road-shown/latest"))
        eventually(lambda: house.store.pending() == ())
        wanted = {"flow_runs": {"tags": {"all_": ["enonce", "shown"]}}, "sort": "START_TIME_DESC"}
        shown = api.post("/flow_runs/filter", wanted)[0]
        assert shown["state_type"] == "COMPLETED"
        assert shown["state_name"].startswith("Waiting for the drafter")

        hand_over(house, "a")
        service.until("No worker is there: what is due waits, and nothing is lost.")
        assert due(house, "a")
        assert {errand.stream for errand in house.store.pending()} == {"a"}

        worker = start("prefect", "worker", "start", "--pool", "enonce", "--type", "process")
        service.until("A worker is there again.")
        eventually(lambda: not due(house, "a"), 120)
        assert types(house, "a").count("TranslationPrepared") == 1
        assert house.dossier("a").state is State.TRANSLATING
        eventually(lambda: house.store.pending() == (), 180)
        eventually(lambda: ended(api, asked["id"]), 180)

        wanted = {"flow_runs": {"tags": {"all_": ["enonce", "a"]}}}
        [run] = api.post("/flow_runs/filter", wanted)
        assert run["total_run_time"] > 0
        assert re.fullmatch(r"a · errand \d+", run["name"])
        assert run["state_name"] == "Waiting for a translator: 1 of 1 paragraphs to propose"
        assert run["deployment_id"]
        assert set(run["parameters"]) == {"dossier", "errand"}
        table = api.get("/artifacts/deadlines/latest")
        assert table is not None
        assert json.loads(table["data"]) == []
        pool = api.get(f"/work_pools/{deployments.POOL}")
        assert pool is not None
        assert pool["type"] == "process"

    worker.kill()  # how long Prefect's worker takes to end by itself is Prefect's
    assert service.end(signal.SIGTERM) == 0
    assert not any("Traceback" in line for line in service.lines)


def test_a_file_that_does_not_deploy_is_told_with_the_command_that_says_why(
    server: PrefectServer, prefect_home, monkeypatch
):
    monkeypatch.setattr(deployments, "NAME", "statement/another")
    monkeypatch.setattr(deployments, "_deploy", lambda *_: None)
    with (
        Api(prefect_home, server.url) as api,
        pytest.raises(deployments.NotDeployedError, match="enonce prefect deploy --all"),
    ):
        deployments.ensure(prefect_home, api)
