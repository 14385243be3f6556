"""Whatever is killed or deleted, the dossier goes on from the ledger: service, server, database."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "imt"

pytestmark = [pytest.mark.needs_prefect, pytest.mark.slow]


def test_a_service_killed_and_its_prefect_deleted_the_next_command_goes_on(house, serve):
    service = serve(house)
    house.json("submit", SAMPLE / "statement.en.docx", "--dossier", "d", "--as", "delmas")
    house.json("translate", "d", "--as", "delmas")
    service.kill()
    shutil.rmtree(house.home / "prefect")
    answer = house.json("status", "d")
    assert answer["next"] == "revise"
    kinds = [entry["type"] for entry in house.json("log", "d")["entries"]]
    assert kinds.count("TranslationPrepared") == 1
    assert house.json("log", "--check")["ledger"]["ok"]


def test_a_service_killed_is_started_again_and_carries_on_by_itself(house, serve):
    service = serve(house)
    house.json("submit", SAMPLE / "statement.en.docx", "--dossier", "d", "--as", "delmas")
    service.kill()
    house.json("--no-run", "translate", "d", "--as", "delmas")
    again = serve(house)
    from_now = house.json("--no-run", "status", "d")
    assert from_now["state"] == "translating"
    wait_until_next(house, "d", "revise")
    assert again.stop() == 0


def test_a_second_service_for_the_same_house_is_refused_in_one_sentence(house, serve):
    serve(house)
    done = house.run("serve", "--port", "0")
    assert done.returncode == 4
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_tampered_ledger_row_stops_the_command_that_meets_it_and_is_named(house):
    house.json("submit", SAMPLE / "statement.en.docx", "--dossier", "d", "--as", "delmas")
    row = house.json("log", "d")["entries"][-1]["sequence"]
    with closing(sqlite3.connect(house.home / "enonce.sqlite3")) as raw:
        raw.execute("DROP TRIGGER ledger_no_update")
        raw.execute(
            "UPDATE ledger SET payload = replace(payload, 'internal', 'public') "
            "WHERE sequence = ?", (row - 1,)
        )  # fmt: skip
        raw.commit()
    for words in (["status", "d"], ["translate", "d", "--as", "delmas"], ["log", "--check"]):
        done = house.here(*words)
        assert done.returncode == 5, done.stderr
        assert f" {row - 1} " in done.stderr + done.stdout
    with closing(sqlite3.connect(house.home / "enonce.sqlite3")) as raw:
        [[size]] = raw.execute("SELECT count(*) FROM ledger").fetchall()
    assert size == row


def wait_until_next(house, dossier, act, seconds=90):
    import time

    last = time.monotonic() + seconds
    while (answer := house.json("--no-run", "status", dossier))["next"] != act:
        assert time.monotonic() < last, answer
        time.sleep(0.1)
