"""A consultation in a house by command: from plan to erasure."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from approvals.consultation import responding
from approvals.consultation.responses import Response
from approvals.errors import GuardError
from flows import consulting, founding
from flows.house import open_house

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "imt" / "questionnaire.toml"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    where = tmp_path / "house"
    founding.found(where, founding.sample_papers()).close()
    return where


def enonce(home: Path, *words: str, by: str = "castagnet") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows", "--home", str(home), "--as", by, "consult", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def soon() -> str:
    return (date.today() + timedelta(days=30)).isoformat()


def test_a_consultation_runs_from_plan_to_erasure(home: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "r.csv")
    assert enonce(home, "generate", str(SAMPLE), "-o", file, "--count", "300").returncode == 0
    for words in (
        ("new", str(SAMPLE), "--id", "imt"),
        ("open", "imt", "--until", soon(), "--open-to", "staff"),
        ("import", "imt", file),
        ("close", "imt"),
    ):
        done = enonce(home, *words)
        assert done.returncode == 0, done.stderr
    tally = json.loads(enonce(home, "tally", "imt", "--json").stdout)
    assert tally["total"] == 300
    shown = json.loads(enonce(home, "show", "imt", "--json").stdout)
    assert (shown["stage"], shown["total"], sum(shown["responses"].values())) == (
        "closed",
        300,
        300,
    )
    early = enonce(home, "erase", "imt")
    assert (early.returncode, "There is no synthesis yet" in early.stderr) == (4, True)


def test_the_same_file_and_a_faulty_one_leave_nothing_behind(home: Path, tmp_path: Path) -> None:
    enonce(home, "new", str(SAMPLE), "--id", "imt")
    enonce(home, "open", "imt", "--until", soon())
    file = tmp_path / "r.csv"
    enonce(home, "generate", str(SAMPLE), "-o", str(file), "--count", "20")
    assert enonce(home, "import", "imt", str(file)).returncode == 0
    again = enonce(home, "import", "imt", str(file))
    assert (again.returncode, "taken in already" in again.stderr) == (4, True)
    file.write_text(file.read_text() + "dogs,fr,,,,\n")
    faulty = enonce(home, "import", "imt", str(file))
    assert (faulty.returncode, "Nothing was taken in" in faulty.stdout) == (4, True)
    shown = json.loads(enonce(home, "show", "imt", "--json").stdout)
    assert sum(shown["responses"].values()) == 20


def test_whoever_does_not_run_consultations_is_refused(home: Path) -> None:
    told = enonce(home, "new", str(SAMPLE), "--id", "imt", by="vasseur")
    assert (told.returncode, "reserved to" in told.stderr) == (4, True)


def test_an_invitation_serves_once_and_says_nothing_of_the_answer(
    home: Path, tmp_path: Path
) -> None:
    people, tokens = tmp_path / "people.csv", tmp_path / "tokens.csv"
    people.write_text("address,public,language\na@example.org,staff,fr\nb@example.org,alumni,en\n")
    enonce(home, "new", str(SAMPLE), "--id", "imt")
    enonce(home, "open", "imt", "--until", soon())
    assert enonce(home, "invite", "imt", str(people), "-o", str(tokens)).returncode == 0
    with tokens.open() as given:
        token = next(csv.DictReader(given))["token"]
    house = open_house(home)
    said = Response("alumni", "fr", {"useful": ("science",)}, {})
    receipt = responding.send(house.office, "imt", said, token=token)
    with pytest.raises(GuardError) as twice:
        responding.send(house.office, "imt", said, token=token)
    assert twice.value.guard == "respond:token"
    [(_, kept)] = consulting.responses(house, "imt")
    assert kept.public == "staff"  # the invitation's, whatever the form says
    [held] = consulting.about(house, "imt", "a@example.org", by=house.person("castagnet").id)
    assert held.used
    with pytest.raises(GuardError) as uninvited:
        responding.send(house.office, "imt", said)
    assert uninvited.value.guard == "respond:invited"
    assert responding.take_back(house.office, "imt", receipt) == kept
    assert consulting.responses(house, "imt") == []
    house.close()


def test_what_is_put_aside_comes_back_until_it_is_sent(home: Path) -> None:
    enonce(home, "new", str(SAMPLE), "--id", "imt")
    enonce(home, "open", "imt", "--until", soon(), "--open-to", "staff")
    house = open_house(home)
    half = Response("staff", "en", {"useful": ("science",)}, {"wish": "More time."})
    code = responding.put_aside(house.office, "imt", half)
    assert responding.come_back(house.office, "imt", code) == half
    whole = Response("staff", "fr", {"useful": ("science",)}, {"wish": "Plus de temps."})
    responding.send(house.office, "imt", whole, aside=code)
    assert responding.come_back(house.office, "imt", code) is None
    house.close()


def test_erased_answers_leave_the_figures_the_chain_and_no_bytes(
    home: Path, tmp_path: Path
) -> None:
    enonce(home, "new", str(SAMPLE), "--id", "imt")
    enonce(home, "open", "imt", "--until", soon(), "--open-to", "staff")
    house = open_house(home)
    words = "a sentence that nobody else would ever write"
    responding.send(house.office, "imt", Response("staff", "en", {}, {"wish": words}))
    by = house.person("castagnet").id
    consulting.close(house, "imt", by=by, key="close-imt")
    assert words.encode() in _bytes(home)
    after = datetime.now(UTC) + timedelta(days=400)
    house.clock = type("Later", (), {"now": lambda self: after})()
    house.__dict__.pop("office", None)
    consulting.erase(house, "imt", by=by, key="erase-imt")
    report = house.store.check()
    own = consulting.find(house, "imt")
    house.close()
    assert report.ok
    assert own.closed is not None
    assert sum(one.count for one in own.closed.responses) == 1
    assert words.encode() not in _bytes(home)


def _bytes(home: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(home.glob("enonce.sqlite3*")))
