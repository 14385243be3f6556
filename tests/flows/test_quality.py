from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows import cli

ROOT = Path(__file__).resolve().parents[2]
PAIRS = "En 2019.\tIn 2018.\n\nLe texte.\tThe  text.\nR&D\tR&D\n"


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    file = tmp_path / "pairs.tsv"
    file.write_text(PAIRS, encoding="utf-8")
    return file


def test_the_checks_run_over_any_bilingual_file(
    pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = cli.run(["check", str(pairs), "--from", "fr", "--to", "en", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["pairs"], answer["blocking"]) == (4, 3, 1)
    assert answer["counts"] == {"numbers": 1, "double-spaces": 1}
    assert [one["line"] for one in answer["findings"]] == [1, 3]
    assert answer["findings"][1]["fix"] == "The text."


def test_findings_are_told_in_french(pairs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--lang", "fr", "check", str(pairs), "--from", "fr", "--to", "en"]) == 4
    assert "Ligne 1\u00a0:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Le texte.\tThe text.\n", 0),
        ("Le texte.\tThe  text.\n", 3),
        ("no tab\n", 4),
        ("\xff".encode("latin-1"), 4),
    ],
    ids=["good pairs", "a warning", "a line without a tab", "another encoding"],
)
def test_the_exit_code_says_what_was_found(text: str | bytes, code: int, tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert cli.run(["check", str(file), "--from", "fr", "--to", "en"]) == code


def test_a_circuit_weighs_the_findings_anew(
    pairs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    circuit = tmp_path / "circuit.toml"
    text = (ROOT / "samples" / "imt" / "circuit.toml").read_text(encoding="utf-8")
    table = '[checks]\nnumbers = "off"\ndouble-spaces = "blocking"\n'
    circuit.write_text(text.replace("[[step]]", f"{table}\n[[step]]", 1), encoding="utf-8")
    line = ["check", str(pairs), "--from", "fr", "--to", "en", "--circuit", str(circuit), "--json"]
    assert cli.run(line) == 4
    answer = json.loads(capsys.readouterr().out)
    assert answer["counts"] == {"double-spaces": 1}
    assert answer["findings"][0]["severity"] == "blocking"


def test_a_language_that_is_none_of_both_is_a_wrong_use(pairs: Path) -> None:
    assert cli.run(["check", str(pairs), "--from", "de", "--to", "en"]) == 2
