"""The flow of a dossier as Prefect sees it: names, tags, states, artifacts, events, and no text."""

from __future__ import annotations

import base64
import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from approvals.errors import ApprovalError
from approvals.ports import Errand
from flows import founding, prefect_env, showing
from flows.house import House, open_house
from flows.prefect_server import PrefectServer
from flows.stages import translate
from tests.flows.houses import SENTENCE, hand_over, submit, types

pytestmark = pytest.mark.needs_prefect

Ask = Callable[..., Any]
Run = Callable[[str], None]


@pytest.fixture(scope="module")
def home(server: PrefectServer, prefect_home: Path) -> Path:
    """The house whose Prefect server the session shares, founded."""
    if not (prefect_home / "enonce.toml").exists():
        founding.found(prefect_home, founding.sample_papers()).close()
    return prefect_home


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    opened = open_house(home)
    yield opened
    opened.close()


@pytest.fixture
def ask(server: PrefectServer, prefect_home: Path) -> Ask:
    """Ask Prefect's interface something."""
    password = base64.b64encode(prefect_env.secret(prefect_home).encode()).decode()

    def question(path: str, body: object | None = None) -> Any:
        request = urllib.request.Request(
            f"{server.url}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Basic {password}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    return question


@pytest.fixture
def run(house: House, server: PrefectServer) -> Iterator[Run]:
    """Run the flow of a dossier for the errands that it has."""
    from flows import embedded_run

    def once(dossier: str) -> None:
        errands = pending(house, dossier)
        embedded_run.run_statement(house, server.url, dossier, errands)
        house.store.settle(*(errand.id for errand in errands))

    yield once
    embedded_run.finish()
    embedded_run.leave()


def pending(house: House, dossier: str) -> list[Errand]:
    return [errand for errand in house.store.pending() if errand.stream == dossier]


def runs_of(ask: Ask, dossier: str) -> list[dict[str, Any]]:
    """A dossier's flow runs, oldest first."""
    wanted = {
        "flow_runs": {"tags": {"all_": ["enonce", dossier]}},
        "sort": "EXPECTED_START_TIME_ASC",
    }
    found: list[dict[str, Any]] = ask("/flow_runs/filter", wanted)
    return found


def tasks_of(ask: Ask, flow_run: dict[str, Any], eventually: Callable[..., None]) -> list[str]:
    """A run's tasks by name; the server hears of them a moment after they have ended."""
    wanted = {"flow_runs": {"id": {"any_": [flow_run["id"]]}}}
    found: list[dict[str, Any]] = []

    def told() -> bool:
        found[:] = ask("/task_runs/filter", wanted)
        return bool(found) and all(one["state_type"] == "COMPLETED" for one in found)

    eventually(told)
    return [one["name"] for one in found]


def test_a_run_bears_the_dossier_and_ends_at_the_gate_that_people_open(house, run, ask, eventually):
    submit(house, "names")
    hand_over(house, "names")
    errand = pending(house, "names")[-1].id
    run("names")
    [found] = runs_of(ask, "names")
    assert found["name"] == f"names · errand {errand}"
    assert found["parameters"] == {"dossier": "names", "errand": errand}
    assert found["state_type"] == "COMPLETED"
    assert found["state_name"] == "Waiting for a translator: 1 of 1 paragraphs to propose"
    assert tasks_of(ask, found, eventually) == ["translate · names"]
    assert types(house, "names")[-1] == "TranslationPrepared"


def test_a_task_s_log_says_how_far_the_engine_is(
    house, run, ask, eventually, tmp_path, monkeypatch
):
    echo = tmp_path / "apertium"
    echo.write_text("#!/bin/sh\nexec cat\n")
    echo.chmod(0o700)
    monkeypatch.setenv("ENONCE_APERTIUM_COMMAND", str(echo))
    house.settings = house.settings.model_copy(update={"engine": "apertium"})
    submit(house, "engine-log")
    hand_over(house, "engine-log")
    run("engine-log")
    [found] = runs_of(ask, "engine-log")

    def said() -> list[str]:
        wanted = {"logs": {"flow_run_id": {"any_": [found["id"]]}}}
        return [one["message"] for one in ask("/logs/filter", wanted)]

    eventually(lambda: "engine-log: 1 of 1 sentences" in said())


def test_running_it_again_does_nothing_but_say_where_it_waits(house, run, ask):
    submit(house, "again")
    hand_over(house, "again")
    run("again")
    before = house.dossier("again").version
    run("again")
    run("again")
    assert house.dossier("again").version == before
    runs = runs_of(ask, "again")
    assert len(runs) == 3
    last = runs[-1]
    assert last["state_name"] == "Waiting for a translator: 1 of 1 paragraphs to propose"
    assert ask("/task_runs/filter", {"flow_runs": {"id": {"any_": [last["id"]]}}}) == []


def test_the_same_errand_brought_again_is_a_run_of_its_own(house, run, ask, server):
    """After a crash an errand comes again: the run that was begun is left, and one more is made."""
    from flows import embedded_run

    submit(house, "twice")
    errands = pending(house, "twice")
    for _ in range(2):
        embedded_run.run_statement(house, server.url, "twice", errands)
    runs = runs_of(ask, "twice")
    assert len({one["id"] for one in runs}) == 2
    assert {one["idempotency_key"] for one in runs} == {
        f"errand-{errands[-1].id}",
        f"errand-{errands[-1].id}.1",
    }


def test_the_road_is_drawn_with_the_present_place_marked(house, run, ask):
    submit(house, "drawn")
    run("drawn")
    hand_over(house, "drawn")
    run("drawn")
    versions = ask("/artifacts/filter", {"artifacts": {"key": {"any_": ["road-drawn"]}}})
    assert len(versions) == 2
    latest = ask("/artifacts/road-drawn/latest")
    assert latest["type"] == "markdown"
    dossier = house.dossier("drawn")
    assert showing.road(dossier.state, "en") in latest["data"]
    assert "**being translated**" in latest["data"]
    assert "Waiting for a translator: 1 of 1 paragraphs to propose." in latest["data"]


def test_every_act_is_an_event_of_the_dossier(house, run, ask, eventually):
    submit(house, "told")
    hand_over(house, "told")
    run("told")
    [found] = runs_of(ask, "told")
    wanted = {"filter": {"resource": {"id": ["enonce.dossier.told"]}}}
    names = {"enonce.DossierOpened", "enonce.DraftSubmitted", "enonce.TranslationRequested"}
    eventually(lambda: {one["event"] for one in ask("/events/filter", wanted)["events"]} >= names)
    for event in ask("/events/filter", wanted)["events"]:
        assert event["related"][0]["prefect.resource.id"] == f"prefect.flow-run.{found['id']}"
        assert set(event["payload"]) == {"sequence", "errand"}


def test_nothing_that_prefect_keeps_holds_the_text(house, run, prefect_home):
    submit(house, "secretive")
    hand_over(house, "secretive")
    run("secretive")
    from flows import embedded_run

    embedded_run.finish()
    words = [word.encode() for word in re.findall(r"[a-z]{8,}", SENTENCE)]
    assert b"crystallography" in words
    kept = [path for path in (prefect_home / "prefect").rglob("*") if path.is_file()]
    assert any(path.name.startswith("prefect.db") for path in kept)
    assert any(b"secretive" in path.read_bytes() for path in kept)
    for path in (*kept, *(prefect_home / "logs").iterdir()):
        data = path.read_bytes()
        assert not [word for word in words if word in data], path


def test_a_stage_that_fails_for_a_moment_is_tried_again(house, run, ask, monkeypatch):
    submit(house, "moment")
    hand_over(house, "moment")
    faults = [OSError("the disk was busy")]

    def once(of, dossier):
        if faults:
            raise faults.pop()
        return real(of, dossier)

    real = translate.run
    monkeypatch.setattr(translate, "run", once)
    run("moment")
    assert types(house, "moment").count("TranslationPrepared") == 1
    [found] = runs_of(ask, "moment")
    assert found["state_type"] == "COMPLETED"


def test_a_refusal_is_not_tried_again_and_comes_out_as_it_was(house, run, ask, monkeypatch):
    submit(house, "refused")
    hand_over(house, "refused")
    tries = []

    def refuse(_house, dossier):
        tries.append(dossier)
        raise ApprovalError("There is a reason.")

    monkeypatch.setattr(translate, "run", refuse)
    with pytest.raises(ApprovalError, match="There is a reason"):
        run("refused")
    assert tries == ["refused"]
    [found] = runs_of(ask, "refused")
    assert found["state_type"] == "FAILED"
    assert pending(house, "refused")


def test_a_dossier_that_is_not_there_fails_its_run_alone(run, ask):
    with pytest.raises(ApprovalError, match="There is no dossier nowhere"):
        run("nowhere")
    [found] = runs_of(ask, "nowhere")
    assert found["state_type"] == "FAILED"


def test_the_reminders_are_one_table_and_decide_nothing(house, run, ask):
    from flows import travel
    from flows.reminders import reminders

    before = house.store.head()
    with travel.inside(house):
        state = reminders(return_state=True)
    assert state.name == "0 deadlines near or past, 0 past"
    latest = ask("/artifacts/deadlines/latest")
    assert json.loads(latest["data"]) == []
    assert house.store.head() == before
