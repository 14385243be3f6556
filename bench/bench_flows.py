"""Measure the machinery under the road: server starts, decision to stage, a crowd, a worker.

    python bench/bench_flows.py [start] [latency] [crowd] [workers] [--runs N]

Without a name everything is measured, in that order. Peers stand beside what they are compared
with and take turns with it, so that a busy machine is busy for both. Figures are medians. What a
run costs above bare Prefect is measured in ``bench/bench_road.py``.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import docx

from approvals.handlers import drafts
from approvals.handlers.base import Command
from approvals.names import Bilingual, PersonId
from approvals.standing import State
from flows import acts, founding, prefect_child
from flows.house import House
from flows.prefect_server import PrefectServer


def report(what: str, **figures: float | str) -> None:
    said = "  ".join(f"{name} {value}" for name, value in figures.items())
    print(f"{what:<58} {said}", flush=True)


def seconds(values: list[float]) -> dict[str, str]:
    ordered = sorted(values)
    return {
        "median": f"{statistics.median(ordered):.3f} s",
        "p95": f"{ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]:.3f} s",
        "n": str(len(ordered)),
    }


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="enonce-bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except OSError:
            assert process.poll() is None
            time.sleep(0.02)


def peer_start(home: Path) -> float:
    """``prefect server start`` with analytics off, until its health answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    environment = os.environ | {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_API_URL": url,
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until_healthy(url, process)
    taken = time.perf_counter() - began
    process.terminate()
    process.wait()
    return taken


def own_start(home: Path) -> float:
    server = PrefectServer(home)
    began = time.perf_counter()
    server.start()
    taken = time.perf_counter() - began
    server.stop()
    return taken


def bench_start(runs: int) -> None:
    """First start in a new folder, later starts in the same, and the return after kill -9."""
    runs = min(runs, 3)
    figures: dict[str, list[float]] = {}

    def add(what: str, taken: float) -> None:
        figures.setdefault(what, []).append(taken)

    with folder() as at:
        for turn in range(runs):
            add("prefect server start, new home", peer_start(at / f"peer{turn}"))
            prefect_child.template().unlink(missing_ok=True)
            add("enonce, first house of an installation", own_start(at / f"first{turn}"))
            add("enonce, new house", own_start(at / f"own{turn}"))
            add("prefect server start, known home", peer_start(at / f"peer{turn}"))
            add("enonce, known house", own_start(at / f"own{turn}"))
        with PrefectServer(at / "own0") as server:
            for _ in range(5):
                time.sleep(5)  # deaths that follow one another sooner are another matter
                before = server.server_pid
                assert before is not None
                began = time.perf_counter()
                os.kill(before, 9)
                while server.server_pid in (None, before):
                    time.sleep(0.005)
                server.wait()
                add(
                    "enonce, answering again after kill -9 of the server",
                    time.perf_counter() - began,
                )
    for what, taken in figures.items():
        report(what, **seconds(taken))


def small_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("Our mission is to teach.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@contextlib.contextmanager
def house_with(count: int) -> Iterator[tuple[House, list[str], PersonId]]:
    """A house founded with the sample, holding ``count`` small dossiers in draft."""
    with folder() as at:
        house = founding.found(at / "house", founding.sample_papers())
        drafter = PersonId(house.person("delmas").id)
        data = small_docx()
        names = []
        for number in range(count):
            title = Bilingual(f"Énoncé {number}", f"Statement {number}")
            done = acts.submit(
                house, data, "statement.docx", by=drafter, dossier=f"d{number}", title=title
            )
            names.append(done.dossier)
        try:
            yield house, names, drafter
        finally:
            house.close()


class Watch:
    """Notes when each dossier's translation stage began, by standing before the real one."""

    def __init__(self) -> None:
        from flows.stages import translate

        self.began: dict[str, float] = {}
        self._changed = threading.Condition()
        self._real: Callable[[House, str], str] = translate.run
        translate.run = self._run

    def end(self) -> None:
        from flows.stages import translate

        translate.run = self._real

    def _run(self, house: House, dossier: str) -> str:
        with self._changed:
            self.began.setdefault(dossier, time.perf_counter())
            self._changed.notify_all()
        return self._real(house, dossier)

    def wait(self, dossier: str, timeout: float = 60) -> float:
        with self._changed:
            assert self._changed.wait_for(lambda: dossier in self.began, timeout)
            return self.began[dossier]


def hand_over(house: House, dossier: str, by: PersonId) -> float:
    drafts.request_translation(Command(dossier=dossier, by=by, key=acts.new_key()), house.office)
    return time.perf_counter()


def bench_latency(runs: int) -> None:
    """One act at a time: from its commit to the next stage's first line."""
    from flows.embedded import Service

    with house_with(runs + 1) as (house, names, by), Service(house) as service:
        for name in names:
            service.settle(name)
        watch = Watch()
        taken, whole = [], []
        for number, name in enumerate(names):
            committed = hand_over(house, name, by)
            started = watch.wait(name)
            service.settle(name)
            if number:
                taken.append(started - committed)
                whole.append(time.perf_counter() - committed)
        report("decision committed → next stage running", **seconds(taken))
        report("decision committed → run ended, gate shown", **seconds(whole))


def cpu(process: int) -> float:
    """Seconds of processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bench_crowd(count: int = 50) -> None:
    """Fifty decisions in a second over fifty dossiers, until all have advanced."""
    from flows.embedded import Service

    with house_with(count) as (house, names, by), Service(house) as service:
        for name in names:
            service.settle(name)
        server = service.server.server_pid or os.getpid()
        ours, theirs = time.process_time(), cpu(server)
        began = time.perf_counter()
        for number, name in enumerate(names):
            time.sleep(max(0.0, began + number / count - time.perf_counter()))
            hand_over(house, name, by)
        committed = time.perf_counter()
        for name in names:
            service.settle(name)
        done = time.perf_counter()
        from approvals import policy

        assert all(
            house.dossier(name).state is State.TRANSLATING
            and policy.due(house.dossier(name), house.now()) is None
            for name in names
        )
        report(
            f"{count} decisions over {count} dossiers, all advanced",
            committed_in=f"{committed - began:.2f} s",
            all_after=f"{done - began:.2f} s",
            own_cpu=f"{time.process_time() - ours:.1f} s",
            server_cpu=f"{cpu(server) - theirs:.1f} s",
        )


def bench_workers(runs: int) -> None:
    """One act at a time through a process worker: its run running, its stage recorded."""
    from flows import prefect_env
    from flows.deployments import POOL, command
    from flows.embedded import Service
    from flows.prefect_api import Api
    from flows.settings import Runs

    with house_with(runs + 1) as (house, names, by), Service(house, runs=Runs.WORKER) as service:
        service.wait()
        worker = subprocess.Popen(
            command("worker", "start", "--pool", POOL, "--type", "process"),
            env=os.environ | prefect_env.worker_environment(house.home, service.server.url),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        running, recorded = [], []
        try:
            with Api(house.home, service.server.url) as api:
                for number, name in enumerate(names):
                    service.settle(name)
                    hand_over(house, name, by)
                    service.settle(name)
                    with house.store.read() as reader:
                        asked, *_, last = reader.history(name)[-2:]
                    wanted = {
                        "flow_runs": {"tags": {"all_": ["enonce", name]}},
                        "sort": "START_TIME_DESC",
                    }
                    run = api.post("/flow_runs/filter", wanted)[0]
                    if number:
                        started = datetime.fromisoformat(run["start_time"])
                        running.append((started - asked.time).total_seconds())
                        recorded.append((last.time - asked.time).total_seconds())
        finally:
            worker.terminate()
            worker.wait()
        report("through a worker: decision committed → run running", **seconds(running))
        report("through a worker: decision committed → stage recorded", **seconds(recorded))


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("what", nargs="*", choices=[[], "start", "latency", "crowd", "workers"])
    words.add_argument("--runs", type=int, default=20)
    told = words.parse_args()
    wanted = told.what or ["start", "latency", "crowd", "workers"]
    if "start" in wanted:
        bench_start(told.runs)
    if "latency" in wanted:
        bench_latency(told.runs)
    if "crowd" in wanted:
        bench_crowd()
    if "workers" in wanted:
        bench_workers(min(told.runs, 5))


if __name__ == "__main__":
    main()
