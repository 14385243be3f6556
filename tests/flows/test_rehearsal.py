"""``enonce intake`` and ``enonce pseudo`` at the terminal: no house, exit codes, plain sentences."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from documents.intake import SENTENCES
from documents.segments import extract
from flows import pseudo, uploads
from flows.settings import Settings
from locales.catalog import say
from tests.documents.docx_make import docx, para, run

ROOT = Path(__file__).resolve().parents[2]
Enonce = Callable[..., subprocess.CompletedProcess[str]]
CLEAN = docx(para("Nous formons."))
COMMENTED = docx(para("Nous ", f'<w:ins w:id="1" w:author="A">{run("formons")}</w:ins>'))
FETCHING = docx(para("Voir"), links={"l1": "file:///c:/calc.exe"})


@pytest.fixture
def enonce(tmp_path: Path) -> Enonce:
    """The command in a folder of its own, without a house and without settings."""

    def call(*words: object, **environ: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if "ENONCE" not in name}
        return subprocess.run(
            [sys.executable, "-m", "flows", *map(str, words)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(ROOT), "ENONCE_HOME": str(tmp_path / "none"), **environ},
        )

    return call


VERDICTS = {
    "a clean file is accepted": (CLEAN, 0, [], []),
    "a file with tracked changes is accepted with a warning": (
        COMMENTED,
        3,
        [],
        ["tracked-changes"],
    ),
    "a file that leads out is refused": (FETCHING, 4, ["external-link"], []),
    "a file that is no Word file is refused": (b"%PDF-1.7", 4, ["pdf"], []),
}


@pytest.mark.parametrize(
    ("data", "code", "refusals", "warnings"), VERDICTS.values(), ids=VERDICTS.keys()
)
def test_intake(
    data: bytes,
    code: int,
    refusals: list[str],
    warnings: list[str],
    enonce: Enonce,
    tmp_path: Path,
) -> None:
    (tmp_path / "projet.docx").write_bytes(data)
    done = enonce("intake", "projet.docx", "--json")
    assert (done.returncode, done.stderr) == (code, "")
    answer = json.loads(done.stdout)
    assert answer["ok"] is answer["accepted"] is not refusals
    assert [one["code"] for one in answer["refusals"]] == refusals
    assert [one["code"] for one in answer["warnings"]] == warnings
    assert all(one["message"].endswith(".") for one in answer["refusals"] + answer["warnings"])
    assert not (tmp_path / "none").exists()


def test_intake_speaks_the_language_of_the_person_and_shows_the_place(
    enonce: Enonce, tmp_path: Path
) -> None:
    (tmp_path / "projet.docx").write_bytes(COMMENTED)
    english, french = (enonce("intake", "projet.docx", "--lang", one) for one in ("en", "fr"))
    assert "Tracked changes are still in the draft: 1." in english.stdout
    assert "“Nous formons”" in english.stdout
    assert "suivi" in french.stdout.lower()
    assert (english.returncode, french.returncode) == (3, 3)


@pytest.mark.parametrize("code", SENTENCES)
def test_every_finding_has_its_sentence_in_french(code: str) -> None:
    english, french = (say(SENTENCES[code], one, **FIELDS) for one in ("en", "fr"))
    assert french != english
    assert french.endswith(".")
    assert "Word" in french or code == "signed"


FIELDS = dict.fromkeys(("part", "limit", "target", "field", "span", "count", "size"), "x")


def test_a_limit_from_the_environment_or_the_house_s_file_is_kept(
    enonce: Enonce, tmp_path: Path
) -> None:
    (tmp_path / "projet.docx").write_bytes(CLEAN)
    done = enonce("intake", "projet.docx", "--json", ENONCE_INTAKE_PARTS="3")
    assert [one["code"] for one in json.loads(done.stdout)["refusals"]] == ["too-many-parts"]
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "enonce.toml").write_text("intake_parts = 3\n")
    assert enonce("intake", "projet.docx").returncode == 4


def test_every_limit_of_intake_is_a_setting() -> None:
    told = Settings(
        home=Path(),
        intake_size_mb=1,
        intake_parts=2,
        intake_unpacked_mb=3,
        intake_xml_mb=4,
        intake_ratio=5,
        intake_depth=6,
        intake_columns=7,
        intake_memory_mb=80,
        intake_cpu_seconds=0.9,
        intake_wall_seconds=1.5,
    )
    mb = 1024 * 1024
    limits, confinement = uploads.limits(told), uploads.confinement(told)
    assert (limits.size, limits.entries, limits.inflated) == (mb, 2, 3 * mb)
    assert (limits.xml_part, limits.ratio, limits.depth, limits.grid_span) == (4 * mb, 5, 6, 7)
    assert (confinement.memory, confinement.cpu, confinement.wall) == (80 * mb, 0.9, 1.5)


def test_without_settings_the_limits_are_those_of_intake_itself() -> None:
    told = Settings(home=Path())
    assert uploads.limits(told) == uploads.Limits()
    assert uploads.confinement(told) == uploads.Confinement()


ENGINES = {
    "identity leaves the text as it is": ("identity", "Une e\u0301cole."),
    "upper writes capitals": ("upper", "UNE E\u0301COLE."),
    "reverse turns letters with their accents": ("reverse", ".eloce\u0301 enU"),
}


@pytest.mark.parametrize(("engine", "wanted"), ENGINES.values(), ids=ENGINES.keys())
def test_pseudo_writes_what_the_engine_says(
    engine: str, wanted: str, enonce: Enonce, tmp_path: Path
) -> None:
    (tmp_path / "in.docx").write_bytes(docx(para("Une e\u0301cole.")))
    done = enonce("pseudo", "in.docx", "--engine", engine, "-o", "out.docx", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert (answer["paragraphs"], answer["sentences"]) == (1, 1)
    assert extract((tmp_path / "out.docx").read_bytes())[0].text == wanted


WRONG = {
    "another kind of file": (["pseudo", "text.txt", "-o", "o.docx"], 4, "not a Word file"),
    "a file that is not there": (["pseudo", "no.docx", "-o", "o.docx"], 4, "There is no file"),
    "a folder for a file": (["pseudo", ".", "-o", "o.docx"], 4, "is a folder"),
    "a folder to write": (["pseudo", "in.docx", "-o", "."], 4, "is a folder"),
    "the file itself to write": (["pseudo", "in.docx", "-o", "in.docx"], 4, "over itself"),
    "the file itself by another way": (["pseudo", "in.docx", "-o", "./in.docx"], 4, "over itself"),
    "a file behind a file": (["pseudo", "in.docx", "-o", "in.docx/o.docx"], 1, "in.docx"),
    "an engine that is not there": (
        ["pseudo", "in.docx", "--engine", "deepl", "-o", "o.docx"],
        2,
        "identity, upper or reverse",
    ),
    "a language that is not there": (
        ["pseudo", "in.docx", "--to", "de", "-o", "o.docx"],
        2,
        "fr or en",
    ),
    "no file to write": (["pseudo", "in.docx"], 2, "missing"),
    "a file that intake refuses": (["pseudo", "bad.docx", "-o", "o.docx"], 4, "calc.exe"),
    "no file to judge": (["intake"], 2, "missing"),
    "a folder to judge": (["intake", "."], 4, "is a folder"),
    "nothing to judge": (["intake", "no.docx"], 4, "There is no file"),
}


@pytest.mark.parametrize(("words", "code", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_person_is_told(
    words: list[str], code: int, said: str, enonce: Enonce, tmp_path: Path
) -> None:
    (tmp_path / "in.docx").write_bytes(CLEAN)
    (tmp_path / "bad.docx").write_bytes(FETCHING)
    (tmp_path / "text.txt").write_text("Bonjour")
    done = enonce(*words)
    assert done.returncode == code
    assert done.stderr.startswith("enonce: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "in.docx").read_bytes() == CLEAN
    assert not (tmp_path / "o.docx").exists()


def test_reversing_twice_gives_the_text_back() -> None:
    data = docx(para("R&D<", run("été", "<w:b/>"), "👩\u200d🎓 non\u2011dit"))
    once = pseudo.translate(data, "reverse", "fr").data
    assert extract(once)[0].segments[0].endswith("tid\u2011non 👩\u200d🎓")
    twice = pseudo.translate(once, "reverse", "fr").data
    assert extract(twice)[0].segments == extract(data)[0].segments
