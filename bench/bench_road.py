"""Measures the road: demo, decision to stage, cost above bare Prefect, seal, ledger, start.

One command, one run, medians; each figure beside its reference from the same run. Prints Markdown.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench_flows import Watch

from approvals.handlers import drafts
from approvals.handlers.base import Command
from approvals.names import PersonId
from approvals.store import Store
from documents.sealing.sign import seal
from documents.sealing.verify import verify
from flows import acts, embedded, founding
from flows.house import House

RUNS = 15


def median(values: list[float]) -> float:
    return statistics.median(values)


def timed(work: Callable[[], Any], runs: int = RUNS) -> float:
    """Give the median of ``runs`` runs in seconds, after one that does not count."""
    work()
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return median(seconds)


def enonce(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("enonce")), *words],
        capture_output=True,
        text=True,
        check=True,
    )


def demonstration(folder: Path, runs: int = 3) -> list[tuple[str, str, str]]:
    beyond, server = [], []
    for run in range(runs):
        done = json.loads(enonce("--json", "demo", "--out", str(folder / f"demo{run}")).stdout)
        server.append(float(done["server_seconds"]))
        beyond.append(float(done["seconds"]) - float(done["server_seconds"]))
    return [
        ("demonstration, beyond Prefect’s server start", f"{median(beyond):.1f} s", "≤ 12 s"),
        ("Prefect’s server start", f"{median(server):.1f} s", "stated"),
    ]


@contextmanager
def sample_house(folder: Path) -> Iterator[House]:
    house = founding.found(folder, founding.sample_papers())
    yield house
    house.close()


def people(house: House) -> dict[str, PersonId]:
    return {who.handle: id for id, who in house.contacts().items()}


def decision_to_stage(house: House, service: embedded.Service) -> list[float]:
    """Measure from the commit of the act that makes a stage due to the stage's first line."""
    watch = Watch()
    by = people(house)["delmas"]
    draft = (founding.sample_folder() / "statement.en.docx").read_bytes()
    seconds = []
    try:
        for number in range(RUNS + 1):
            name = f"latency-{number}"
            acts.submit(house, draft, "statement.docx", by=by, dossier=name)
            service.settle(name)
            command = Command(dossier=name, by=by, key=acts.new_key())
            drafts.request_translation(command, house.office)
            committed = time.perf_counter()
            seconds.append(watch.wait(name) - committed)
            service.settle(name)
    finally:
        watch.end()
    return seconds[1:]


def cost_above_bare(house: House, service: embedded.Service) -> tuple[float, float]:
    """Run the road over one stage without work, and a bare flow with one no-op task, in turn."""
    from prefect import flow, task
    from prefect.settings import (
        PREFECT_API_AUTH_STRING,
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    from flows import prefect_env, travel
    from flows.embedded_run import run_statement

    @task(persist_result=False)
    def nothing() -> None:
        return None

    @flow(name="bare", persist_result=False)
    def bare() -> None:
        nothing()

    told = {
        PREFECT_API_URL: service.server.url,
        PREFECT_API_AUTH_STRING: prefect_env.secret(house.home),
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
    }
    original = travel.Road.stage
    state = {"due": False}

    def once(self: travel.Road, stage: Any, run: Any) -> None:
        if state["due"]:
            state["due"] = False
            run_task = task(lambda: None, name=stage.value, persist_result=False)
            run_task()

    travel.Road.stage = once  # type: ignore[method-assign]
    ours, theirs = [], []
    try:
        for _ in range(RUNS + 1):
            state["due"] = True
            began = time.perf_counter()
            run_statement(house, service.server.url, "latency-0", ())
            middle = time.perf_counter()
            with temporary_settings(told):
                bare()
            ours.append(middle - began)
            theirs.append(time.perf_counter() - middle)
    finally:
        travel.Road.stage = original  # type: ignore[method-assign]
    return median(ours[1:]), median(theirs[1:])


def sealing(house: House) -> list[tuple[str, str, str]]:
    data = (founding.sample_folder() / "statement.en.docx").read_bytes()
    identity, now = house.identity, datetime.now(UTC)

    def make() -> bytes:
        return seal(data, identity.signer, signed_at=now, comments="bench", role=None)

    sealed = make()
    later = now + timedelta(minutes=1)
    signing = timed(make)
    checking = timed(lambda: verify(sealed, identity.anchors, at=later))
    size = len(data) // 1024
    return [
        (f"seal the sample ({size} KB)", f"{signing * 1000:.1f} ms", "≤ 25 ms"),
        ("verify it strictly", f"{checking * 1000:.1f} ms", "≤ 6 ms"),
    ]


def appends(folder: Path, count: int = 500) -> list[tuple[str, str, str]]:
    store = Store(folder / "ledger.sqlite3")
    began = time.perf_counter()
    for number in range(count):
        with store.begin() as work:
            work.append(
                "bench",
                expected=number,
                type="Bench",
                payload={"by": "bench", "number": number},
                key=f"bench-{number}",
                at=datetime.now(UTC),
            )
            work.commit()
    ours = count / (time.perf_counter() - began)
    store.close()
    return [
        ("ledger appends, one writer", f"{ours:.0f}/s", f"{bare_appends(folder, count):.0f}/s bare")
    ]


def bare_appends(folder: Path, count: int) -> float:
    """Count what SQLite itself does with the same pragmas: one row, one fsync."""
    from approvals.store.sql import SQLITE

    connection = SQLITE.connect(str(folder / "bare.sqlite3"), isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)")
    began = time.perf_counter()
    for number in range(count):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO row VALUES (?, ?)", (number, "x" * 400))
        connection.execute("COMMIT")
    return count / (time.perf_counter() - began)


def main() -> None:
    rows: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows += demonstration(folder)
        with sample_house(folder / "house") as house:
            with embedded.Service(house) as service:
                service.wait()
                latency = decision_to_stage(house, service)
                ours, bare = cost_above_bare(house, service)
            rows.append(
                ("decision committed → next stage running", f"{median(latency):.2f} s", "≤ 0.5 s")
            )
            rows.append(
                (
                    "one run of the road with one empty stage",
                    f"{ours * 1000:.0f} ms",
                    f"{bare * 1000:.0f} ms bare Prefect: {ours / bare:.2f} ×",
                )
            )
            rows += sealing(house)
        rows += appends(folder)
        rows.append(("enonce --help", f"{timed(lambda: enonce('--help'), 7):.2f} s", "≤ 0.3 s"))
    print("| | measured | bar, or reference from the same run |\n|---|---|---|")
    for what, found, bar in rows:
        print(f"| {what} | {found} | {bar} |")


if __name__ == "__main__":
    main()
