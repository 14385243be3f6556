"""What a person may do wrong at the terminal: one sentence each, in their language, nothing written."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "imt"


def test_a_command_without_a_house_says_how_to_found_one(enonce):
    done = enonce.run("status")
    assert done.returncode == 4
    assert "enonce init" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_same_in_french(enonce):
    done = enonce.run("--lang", "fr", "status")
    assert "enonce init" in done.stderr
    assert "There is no house" not in done.stderr


def test_a_house_is_not_founded_twice(house):
    assert house.refused("init", guard="HouseExistsError")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["submit"], 2),
        (["frobnicate"], 2),
        (["submit", "a.docx", "b.docx"], 2),
        (["decide", "d", "perhaps", "--as", "vasseur"], 2),
        (["vote", "d", "maybe", "--as", "vasseur"], 2),
        (["status", "--nothing"], 2),
        (["status", "--lang", "de"], 2),
        (["submit", str(SAMPLE / "statement.en.docx")], 2),
        (["submit", str(SAMPLE / "statement.en.docx"), "--as", "nobody"], 4),
        (["submit", "missing.docx", "--as", "delmas"], 4),
        (["submit", str(SAMPLE), "--as", "delmas"], 4),
        (["status", "no-such-dossier"], 4),
        (["translate", "no-such-dossier", "--as", "delmas"], 4),
        (["convene", "d", "--at", "soon", "--as", "castagnet"], 4),
    ],
)
def test_wrong_words_are_answered_by_one_sentence_and_a_code(house, words, code):
    before = house.json("log")["entries"]
    done = house.run(*words)
    assert done.returncode == code, (done.stdout, done.stderr)
    assert done.stderr.startswith("enonce: ")
    assert len(done.stderr.strip().splitlines()) == 1
    assert house.json("log")["entries"] == before


def test_a_file_that_intake_refuses_leaves_nothing_behind(house):
    before = house.json("log")["entries"]
    stored = sorted((house.home / "vault").rglob("*"))
    done = house.run("submit", SAMPLE / "statement.refused.docx", "--as", "delmas")
    assert done.returncode == 4
    assert "In Word" in done.stderr
    assert house.json("log")["entries"] == before
    assert sorted((house.home / "vault").rglob("*")) == stored


def test_a_person_without_the_role_is_told_who_holds_it(house):
    sentence = house.refused(
        "submit", SAMPLE / "statement.en.docx", "--as", "vasseur", guard="role:submit"
    )
    assert "drafter" in sentence


def test_a_tampered_vault_file_stops_the_command_that_meets_it_and_is_named(house):
    answer = house.json("submit", SAMPLE / "statement.en.docx", "--as", "delmas", "--dossier", "d")
    assert answer["state"] == "draft"
    files = [path for path in (house.home / "vault").rglob("*") if path.is_file()]
    for path in files:
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    done = house.run("status", "d")
    assert done.returncode == 5
    assert any(path.name in done.stderr for path in files)
    assert house.run("log", "--check").returncode == 5


def without_triggers(house):
    """Open the ledger's file as somebody does who holds the disk."""
    connection = sqlite3.connect(house.home / "enonce.sqlite3")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        connection.execute(f"DROP TRIGGER {name}")
    return connection


def test_a_tampered_ledger_stops_the_act_that_meets_it_and_names_the_row(house):
    house.json("submit", SAMPLE / "statement.en.docx", "--as", "delmas", "--dossier", "d")
    connection = without_triggers(house)
    (row,) = connection.execute("SELECT max(sequence) FROM ledger WHERE stream = 'd'").fetchone()
    connection.execute("UPDATE ledger SET key = key || 'x' WHERE sequence = ?", (row,))
    connection.commit()
    connection.close()
    done = house.run("translate", "d", "--as", "delmas", "--lang", "fr")
    assert done.returncode == 5
    assert f" {row} " in done.stderr
    assert "son contenu ne donne pas son empreinte" in done.stderr
    assert house.run("log", "--check").returncode == 5


def test_a_ledger_cut_short_is_found_by_the_head_that_somebody_kept(house, tmp_path):
    house.json("submit", SAMPLE / "statement.en.docx", "--as", "delmas", "--dossier", "d")
    assert house.run("export", "d", "-o", tmp_path).returncode == 0
    kept = tmp_path / "evidence" / "ledger.json"
    assert house.run("log", "--check", "--head", kept).returncode == 0
    connection = without_triggers(house)
    connection.execute("DELETE FROM ledger WHERE sequence = (SELECT max(sequence) FROM ledger)")
    connection.commit()
    connection.close()
    assert house.run("log", "--check", "--head", kept).returncode == 5
    told = json.loads(kept.read_text())
    told["head"]["size"] -= 1
    kept.write_text(json.dumps(told))
    done = house.run("log", "--check", "--head", kept)
    assert done.returncode == 4
    assert "not signed" in done.stderr


def test_help_is_there_in_both_languages(enonce):
    english, french = enonce.run("--help"), enonce.run("--help", "--lang", "fr")
    assert english.returncode == french.returncode == 0
    assert "Usage:" in english.stdout
    assert "Usage\u00a0:" in french.stdout
    assert "Submit" not in french.stdout
