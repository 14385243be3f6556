"""Consultations by command, without a house."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = str(ROOT / "samples" / "imt" / "questionnaire.toml")


def enonce(*words: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows", "consult", *words, "--lang", lang],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def test_invented_responses_are_written_read_and_counted(tmp_path: Path) -> None:
    file = str(tmp_path / "responses.csv")
    made = enonce("generate", SAMPLE, "-o", file, "--count", "400")
    assert made.returncode == 0, made.stderr
    assert "400 invented responses" in made.stdout
    checked = enonce("check", SAMPLE, file)
    assert checked.returncode == 0, checked.stderr
    assert "400 responses can be taken, 0 faults, 0 never sent" in checked.stdout
    counted = json.loads(enonce("tally", SAMPLE, file, "--json").stdout)
    assert counted["total"] == 400
    [useful] = [one for one in counted["questions"] if one["question"] == "useful"]
    assert sum(row["total"] for row in useful["rows"]) == 400
    french = enonce("tally", SAMPLE, file, lang="fr")
    assert "Entreprises" in french.stdout
    assert "sans réponse" in french.stdout


def test_a_file_with_bad_rows_is_told_row_by_row_and_nothing_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "responses.csv"
    file.write_bytes(
        "public;language;distinct;useful;ecology;wish\n"
        "staff;fr;companies;training;4;Être là\n"
        "dogs;fr;;;;\n"
        "staff;fr;;fame;9;\n".encode("cp1252")
    )
    checked = enonce("check", SAMPLE, str(file), "--json")
    assert checked.returncode == 4
    told = json.loads(checked.stdout)
    assert [(one["row"], one["column"]) for one in told["faults"]] == [
        (2, "public"),
        (3, "useful"),
        (3, "ecology"),
    ]
    counted = enonce("tally", SAMPLE, str(file))
    assert counted.returncode == 4
    assert "Nothing was counted: 3 faults to correct first." in counted.stdout


def test_what_is_no_csv_and_no_questionnaire_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_bytes(b"PK\0\0")
    told = enonce("check", SAMPLE, str(tmp_path / "file.csv"))
    assert (told.returncode, "is neither CSV nor XLSX" in told.stderr) == (4, True)
    told = enonce("check", str(tmp_path / "file.csv"))
    assert told.returncode == 4
    assert "not valid TOML" in told.stderr
    assert "Traceback" not in told.stderr
