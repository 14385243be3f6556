"""Intake: what an upload must pass before anything else reads it.

``inspect`` judges a file in a child process that has limits of memory, processor time and wall
time, and no third-party code; whatever becomes of the child, the answer is a report. The rules are
in ``intake_rules``; what the file says is read later, by ``reader``.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from documents.container import Limits
from documents.findings import Finding, Report
from documents.intake_rules import inspect_here
from documents.intake_words import SENTENCES, Notes

__all__ = ["SENTENCES", "Confinement", "Finding", "Limits", "Report", "inspect", "inspect_here"]

_START = (
    "import sys; sys.path.append(sys.argv.pop()); from documents.intake_child import main; main()"
)
# What the kernel sends a process that has used up its time or memory.
SPENT = (signal.SIGPROF, signal.SIGXCPU, signal.SIGKILL)
_PLACE = str(Path(__file__).resolve().parent.parent)


@dataclass(frozen=True, slots=True)
class Confinement:
    """What the inspecting process may use."""

    memory: int = 256 * 1024 * 1024
    """Address space in bytes."""
    cpu: float = 5.0
    """Processor time in seconds."""
    wall: float = 20.0
    """Time in seconds, whatever it is spent on."""


def inspect(
    data: bytes,
    *,
    name: str,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    confinement: Confinement = Confinement(),
) -> Report:
    """Judge an upload. Never raises for what the file holds or does to its reader.

    A child that dies, stalls or answers nonsense is a refusal too (``too-complex`` when it came to
    its limits, else ``unreadable``).
    """
    if len(data) > limits.size:
        # Refused by its length alone: no need to hand it over.
        return inspect_here(data, name=name, limits=limits)
    try:
        done = _child(data, limits, confinement)
    except subprocess.TimeoutExpired:
        return _refused(name, "too-complex")
    if -done.returncode in SPENT:
        return _refused(name, "too-complex")
    try:
        answer = json.loads(done.stdout)
        report = Report.from_json(answer if isinstance(answer, dict) else {})
    except (ValueError, TypeError):
        return _refused(name, "unreadable")
    return replace(report, name=name)


def _child(
    data: bytes, limits: Limits, confinement: Confinement
) -> subprocess.CompletedProcess[bytes]:
    order = {"limits": asdict(limits), "memory": confinement.memory, "cpu": confinement.cpu}
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", _START, json.dumps(order), _PLACE],
        input=data,
        capture_output=True,
        timeout=confinement.wall,
        check=False,
        cwd="/",
        env={},
    )


def _refused(name: str, code: str) -> Report:
    notes = Notes()
    notes.refuse(code)
    return Report(name, notes.refusals())
