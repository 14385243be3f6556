"""The process in which an upload is inspected: limits first, then the bytes, then a report.

Started by ``intake`` with nothing but the standard library on its path. Limits as JSON in the
first argument, the file on standard input, the report as JSON on standard output.
"""

from __future__ import annotations

import json
import resource
import signal
import sys

from documents.container import Limits
from documents.findings import Report
from documents.intake_rules import inspect_here
from documents.intake_words import Notes


def main() -> None:
    """Inspect standard input. Exit status 0 whatever the verdict."""
    order = json.loads(sys.argv[1])
    confine(order["memory"], order["cpu"])
    try:
        data = sys.stdin.buffer.read()
        report = inspect_here(data, name="", limits=Limits(**order["limits"]))
    except MemoryError:
        notes = Notes()
        notes.refuse("too-complex")
        report = Report("", notes.refusals())
    sys.stdout.write(json.dumps(report.to_json()))


def confine(memory: int, cpu: float) -> None:
    """Memory in bytes, processor time in seconds; no files, no cores, no children."""
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, int(cpu) + 1),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (value, value))
    # The limit above counts whole seconds; this timer ends the process on the fraction.
    signal.setitimer(signal.ITIMER_PROF, cpu)
