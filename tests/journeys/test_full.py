"""The whole process by one command: from the work group's axes to the press release."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from documents.intake import inspect
from tests.documents.docx_office import texts

pytestmark = [pytest.mark.needs_prefect, pytest.mark.slow]

INVENTED = {"fr": "que personne n’a données", "en": "which nobody gave"}
NAMES = {
    "fr": ("axes.fr.docx", "presentation.fr.docx", "expose-des-motifs.fr.docx"),
    "en": ("axes.en.docx", "presentation.en.docx", "explanation.en.docx"),
}
PRESS = {"fr": "communique.fr.docx", "en": "press-release.en.docx"}


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("full")
    own = {name: value for name, value in os.environ.items() if not name.startswith("ENONCE_")}
    done = subprocess.run(
        [sys.executable, "-m", "flows", "demo", "--full", "--json", "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
        cwd=Path(__file__).resolve().parents[2],
        env=own | {"HOME": str(out), "LANG": "C.UTF-8", "ENONCE_APERTIUM_COMMAND": "none"},
    )
    assert done.returncode == 0, done.stderr
    return out, json.loads(done.stdout)


def papers(out: Path, language: str) -> list[Path]:
    return [
        out / "consultation" / f"raison-d-etre.synthesis.{language}.docx",
        *(out / "linked" / name for name in NAMES[language]),
        out / "press" / PRESS[language],
    ]


def test_the_whole_process_ends_in_a_publication_that_verifies(
    carried: tuple[Path, dict[str, Any]],
) -> None:
    _, told = carried
    assert [one["verdict"] for one in told["published"]] == ["TOTAL-PASSED"] * 4
    assert told["ledger"]["ok"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_paper_passes_intake_without_a_word(
    carried: tuple[Path, dict[str, Any]], language: str
) -> None:
    out, _ = carried
    for path in papers(out, language):
        report = inspect(path.read_bytes(), name=path.name)
        assert report.accepted, path.name
        assert not report.warnings, path.name


@pytest.mark.needs_libreoffice
@pytest.mark.parametrize("language", ["fr", "en"])
def test_libreoffice_reads_every_paper_and_finds_the_notice_in_it(
    carried: tuple[Path, dict[str, Any]], language: str, tmp_path: Path
) -> None:
    out, _ = carried
    own = papers(out, language)
    for path, lines in zip(own, texts([(path, "read") for path in own], tmp_path), strict=True):
        assert INVENTED[language] in " ".join(lines), path.name


def test_the_page_and_the_figures_say_that_they_are_invented(
    carried: tuple[Path, dict[str, Any]],
) -> None:
    out, _ = carried
    told = json.loads((out / "consultation" / "raison-d-etre.synthesis.json").read_text("utf-8"))
    assert told["responses"] == 5000
    assert "nobody gave" in told["notice"]["en"]
    assert [one["id"] for one in told["findings"]] == ["C1", "C2", "C3", "C4", "C5"]
    page = (out / "consultation" / "raison-d-etre.synthesis.html").read_text("utf-8")
    assert "que personne n’a données" in page
