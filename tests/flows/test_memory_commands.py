from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from flows import cli
from locales.memory import Memory
from locales.tmx import Entry

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "imt" / "memory.tmx"


@pytest.fixture
def memory(tmp_path: Path) -> str:
    file = tmp_path / "memory.sqlite3"
    assert cli.run(["tm", "import", str(SAMPLE), "--memory", str(file)]) == 0
    return str(file)


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    capsys.readouterr()
    assert cli.run([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict)
    return told


def test_a_memory_goes_out_and_comes_in_again(
    memory: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units = answer(capsys, "tm", "stats", "--memory", memory)["units"]
    out = tmp_path / "out.tmx"
    assert answer(capsys, "tm", "export", "-o", str(out), "--memory", memory)["units"] == units
    again = str(tmp_path / "again.sqlite3")
    assert answer(capsys, "tm", "import", str(out), "--memory", again)["added"] == units
    assert answer(capsys, "tm", "import", str(out), "--memory", again)["added"] == 0


def test_each_line_of_standard_input_gets_one_object(
    memory: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = Memory.open(Path(memory))
    entry = next(known.entries("en"))
    known.close()
    lines = f"{entry.source}\nThe zebra plays chess on Sundays with nobody.\n\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    capsys.readouterr()
    assert cli.run(["tm", "lookup", "--from", "en", "--to", "fr", "--memory", memory]) == 0
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["matches"][0]["score"], first["matches"][0]["target"]) == (100, entry.target)
    assert {"score", "source", "target", "origin"} <= first["matches"][0].keys()
    assert second == third == {"matches": []}


def lookup(memory: str, asked: IO[bytes] | int = subprocess.PIPE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "flows", "tm", "lookup", "--from", "en", "--to", "fr",
         "--memory", memory],
        stdin=asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip


def test_a_thousand_lines_get_a_thousand_objects_in_their_order(memory: str) -> None:
    known = Memory.open(Path(memory))
    entries = list(known.entries("en"))
    known.close()
    asked = [entries[number % len(entries)] for number in range(1000)]
    lines = "".join(f"{entry.source if at % 10 else ''}\n" for at, entry in enumerate(asked))
    process = lookup(memory)
    out, err = process.communicate(lines, timeout=120)
    assert (process.returncode, err) == (0, "")
    told = [json.loads(line)["matches"] for line in out.splitlines()]
    assert len(told) == 1000
    for at, (entry, matches) in enumerate(zip(asked, told, strict=True)):
        assert [one["score"] for one in matches[:1]] == ([100] if at % 10 else [])
        assert not matches or entry.target in [one["target"] for one in matches]


def test_a_reader_who_goes_away_ends_the_lookup_without_a_word(memory: str, tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.write_text("Nothing alike.\n" * 20_000, encoding="utf-8")
    with lines.open("rb") as asked, lookup(memory, asked) as process:
        assert process.stdout
        assert process.stderr
        assert json.loads(process.stdout.readline()) == {"matches": []}
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == ""


def test_a_similar_sentence_comes_with_its_difference(
    memory: str, capsys: pytest.CaptureFixture[str]
) -> None:
    known = Memory.open(Path(memory))
    entry = max(known.entries("en"), key=lambda one: len(one.source))
    known.close()
    line = ["tm", "lookup", f"{entry.source} Today", "--from", "en", "--to", "fr"]
    [match, *_] = answer(capsys, *line, "--memory", memory)["matches"]  # type: ignore[misc]
    assert 95 <= match["score"] < 100
    assert match["difference"] == [{"old": "", "new": "Today"}]


def test_a_memory_is_kept_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "memory.sqlite3")
    memory = Memory.open(Path(file))
    memory.add(
        [
            Entry("L'école forme.", "The school teaches.", "fr", "en", "person", dossier="a"),
            Entry("L’école forme.", "The school teaches.", "fr", "en", "machine", dossier="b"),
            Entry("Le conseil vote.", "The board votes.", "fr", "en", "person", dossier="b"),
        ]
    )
    memory.close()
    assert answer(capsys, "tm", "tidy", "--twins", "--memory", file)["units"] == 1
    retire = ("tm", "tidy", "--retire", "--dossier", "b", "--memory", file)
    assert answer(capsys, *retire, "--origin", "person")["units"] == 1
    look = ("tm", "lookup", "--from", "fr", "--to", "en", "Le conseil vote.", "--memory", file)
    assert answer(capsys, *look)["matches"] == []
    revive = ("tm", "tidy", "--revive", "--dossier", "b", "--memory", file)
    assert answer(capsys, *revive)["units"] == 1
    assert answer(capsys, *look)["matches"] != []
    answer(capsys, *retire)
    assert answer(capsys, "tm", "tidy", "--purge", "--memory", file)["units"] == 2
    assert answer(capsys, "tm", "stats", "--memory", file)["units"] == 0


@pytest.mark.parametrize(
    "words",
    [
        ["tm", "tidy"],
        ["tm", "tidy", "--twins", "--purge"],
        ["tm", "tidy", "--retire"],
        ["tm", "lookup", "--from", "de", "--to", "fr", "x"],
        ["tm", "nothing"],
    ],
)
def test_a_wrong_use_is_said(words: list[str], tmp_path: Path) -> None:
    assert cli.run([*words, "--home", str(tmp_path)]) == 2


def test_a_glossary_goes_out_as_tbx_and_comes_in_again(tmp_path: Path) -> None:
    home, out = str(tmp_path / "house"), tmp_path / "terms.tbx"
    assert cli.run(["init", "--sample", "--home", home]) == 0
    before = (tmp_path / "house" / "glossary.csv").read_bytes()
    assert cli.run(["glossary", "export", "-o", str(out), "--home", home]) == 0
    (tmp_path / "house" / "glossary.csv").unlink()
    taking = ["glossary", "import", str(out), "--home", home]
    assert cli.run(taking) == 2
    assert cli.run([*taking, "--as", "fontanel"]) == 4
    assert cli.run([*taking, "--as", "roumier"]) == 0
    assert (tmp_path / "house" / "glossary.csv").read_bytes() == before


def test_the_house_s_own_memory_is_kept_in_somebody_s_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path / "house")]
    assert cli.run(["init", "--sample", *home]) == 0
    taking = ["tm", "import", str(SAMPLE), *home]
    assert cli.run(taking) == 2
    assert cli.run([*taking, "--as", "fontanel"]) == 4
    assert answer(capsys, *taking, "--as", "roumier")["added"] == 0
    tidying = ["tm", "tidy", "--retire", "--before", "2099-01-01", *home]
    assert cli.run([*tidying, "--as", "fontanel"]) == 4
    assert answer(capsys, *tidying, "--as", "carrel", "--key", "once")["units"] != 0
    assert answer(capsys, *tidying, "--as", "carrel", "--key", "once")["units"] == 0


def test_a_circuit_is_adopted_by_an_administrator(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path / "house")]
    assert cli.run(["init", "--sample", *home]) == 0
    present = tmp_path / "house" / "circuits" / "circuit.toml"
    new = tmp_path / "new.toml"
    new.write_text(present.read_text("utf-8").replace("version = 1", "version = 2"), "utf-8")
    words = ["adopt", "circuit", str(new), "--instead", "circuit.toml", *home]
    assert cli.run([*words, "--as", "castagnet"]) == 4
    assert "entry" in answer(capsys, *words, "--as", "carrel")
    assert present.read_bytes() == new.read_bytes()
    assert cli.run(["adopt", "nothing", str(new), *home, "--as", "carrel"]) == 2
