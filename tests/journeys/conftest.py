"""What the journeys share: the command as a person runs it, and a house with its service."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows import cli

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "imt"


@dataclass
class Command:
    """Runs ``enonce`` in a child process, as a person does."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, *words: object, **options: Any) -> subprocess.Popen[str]:
        """Start a command and give its process."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("ENONCE_")
        }
        # No engine, installed or not: what the memory does not know waits for a person.
        environment |= {"HOME": str(self.home.parent), "LANG": "C.UTF-8"}
        environment |= {"ENONCE_APERTIUM_COMMAND": "none", **self.environment}
        return subprocess.Popen(
            [sys.executable, "-m", "flows", "--home", str(self.home), *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
            start_new_session=True,
            **options,
        )

    def run(self, *words: object, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def here(self, *words: object) -> subprocess.CompletedProcess[str]:
        """Run a command in this process: the same code without the second that Python starts in."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.run(["--home", str(self.home), *map(str, words)])
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())

    def json(self, *words: object, code: int = 0) -> dict[str, Any]:
        """Run a command under ``--json`` and give its answer."""
        done = self.here("--json", *words)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def refused(self, *words: object, guard: str, code: int = 4) -> str:
        """Run a command that has to be refused by ``guard``; give the sentence."""
        answer = self.json(*words, code=code)
        assert answer["ok"] is False
        assert answer["error"]["guard"] == guard, answer
        return str(answer["error"]["message"])

    def state(self, dossier: str) -> str:
        """Say where a dossier stands, without letting the command carry anything out."""
        return str(self.json("--no-run", "status", dossier)["state"])

    def until(self, dossier: str, state: str, seconds: float = 60) -> None:
        """Wait until a dossier has come to a state by itself."""
        last = time.monotonic() + seconds
        while (now := self.state(dossier)) != state:
            assert time.monotonic() < last, f"{dossier} is {now}, not {state}"
            time.sleep(0.1)


@pytest.fixture
def enonce(tmp_path: Path) -> Command:
    """The command, on a house that is not founded yet."""
    return Command(tmp_path / "house")


@pytest.fixture
def house(enonce: Command) -> Command:
    """The command, on a house founded with the sample."""
    done = enonce.run("init", "--sample")
    assert done.returncode == 0, done.stderr
    return enonce


@dataclass
class Service:
    """A running ``enonce serve``."""

    process: subprocess.Popen[str]

    def kill(self) -> None:
        """Kill it with -9; what it started has to end by itself."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> int:
        """Stop it as Ctrl-C does and give its exit code."""
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture
def serve() -> Iterator[Callable[[Command], Service]]:
    """Start ``enonce serve`` on a house and wait until it stands."""
    started: list[Service] = []

    def start(command: Command) -> Service:
        process = command.start("serve", "--port", "0")
        started.append(Service(process))
        assert process.stdout is not None
        for line in process.stdout:
            if "http://" in line:
                return started[-1]
        raise AssertionError(process.stderr.read() if process.stderr else "")

    yield start
    for service in started:
        if service.process.poll() is None:
            service.kill()
