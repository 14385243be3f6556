"""LibreOffice as a judge: files saved by it, and texts after it accepted or rejected all changes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

_JOB = Path(__file__).with_name("docx_office_job.py")
_PYTHON = "/usr/bin/python3"


def _missing(what: str) -> None:
    if os.environ.get("ENONCE_REQUIRE_ALL") == "1":
        pytest.fail(what)
    pytest.skip(what)


def save(sources: Iterable[Path], folder: Path) -> None:
    """Have LibreOffice write each file again into the folder, under the same name."""
    office = shutil.which("soffice")
    if office is None:
        _missing("soffice (LibreOffice) is not installed")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    target = ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder)]
    subprocess.run(
        [str(office), profile, "--headless", *target, *map(str, sources)],
        check=True,
        capture_output=True,
        timeout=240,
    )


def texts(jobs: list[tuple[Path, str]], folder: Path, *, looks: bool = False) -> list[list[str]]:
    """The paragraphs of each file once LibreOffice did ``accept``, ``reject`` or ``read``.

    With ``looks`` a line for how each paragraph looks comes after it, and one for each of its runs.
    """
    if shutil.which("soffice") is None:
        _missing("soffice (LibreOffice) is not installed")
    probe = subprocess.run([_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    if probe.returncode:
        _missing("python3-uno is not installed for the system's Python")
    told = json.dumps([{"path": str(path), "do": do, "looks": looks} for path, do in jobs])
    pipe = f"enonce{os.getpid()}"
    done = subprocess.run(
        [_PYTHON, str(_JOB), str(folder / "profile"), pipe],
        input=told,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    answers: list[list[str]] = json.loads(done.stdout)
    return answers
