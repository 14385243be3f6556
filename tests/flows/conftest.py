"""What the flow tests share: one Prefect server for the session, and processes to be killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows import founding, prefect_env
from flows.house import House, open_house
from flows.prefect_server import PrefectServer
from tests.flows import houses

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def eventually() -> Callable[..., None]:
    """Wait until something holds, and fail where it never does."""

    def wait(what: Callable[[], object], seconds: float = 20) -> None:
        last = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < last, f"not within {seconds} s"
            time.sleep(0.01)

    return wait


@pytest.fixture(scope="session")
def alive() -> Callable[[int], bool]:
    """Say whether a process runs (one that has ended and was not waited for does not)."""

    def runs(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False

    return runs


@pytest.fixture(scope="session")
def told() -> list[str]:
    """What the session's server said of itself."""
    return []


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house whose Prefect server the session shares."""
    return tmp_path_factory.mktemp("prefect-house")


@pytest.fixture(scope="session")
def server(prefect_home: Path, told: list[str]) -> Iterator[PrefectServer]:
    """One running Prefect server, and this process set up to talk to it."""
    running = PrefectServer(
        prefect_home, on_progress=lambda said, data: told.append(said.format_map(data))
    )
    url = running.start(wait=False)
    prefect_env.apply(prefect_home, url)
    import prefect  # noqa: F401 (loaded while the server loads)

    running.wait()
    yield running
    running.stop()


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Run a piece of Python in a process of its own, killed at the end of the test."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=os.environ | {"ENONCE_HOME": str(tmp_path)},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house founded with the sample's papers, with six dossiers in draft and nothing pending."""
    home = tmp_path_factory.mktemp("founded") / "house"
    house = founding.found(home, founding.sample_papers())
    for name in "abcdef":
        houses.submit(house, name)
    house.store.settle(*(errand.id for errand in house.store.pending()))
    house.close()
    return home


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Path:
    """A copy of that house for one test."""
    return Path(shutil.copytree(founded, tmp_path / "house"))


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """The copy, opened."""
    opened = open_house(home)
    yield opened
    opened.close()
