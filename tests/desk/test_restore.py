"""A house backed up while it is open, and opened again from the copy on a machine that has none."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from documents.sealing.verify import verify
from flows import desk as wiring
from flows.house import House, open_house
from tests.flows import houses
from tests.flows.commands import ROOT, environment

LEFT_OUT = shutil.ignore_patterns(
    "enonce.sqlite3*", "memory.sqlite3*", "backups", "prefect", "logs"
)
"""The databases, which are copied by their own means, and what docs/approvals/ledger.md leaves out."""


def test_a_house_restored_on_an_empty_machine_has_the_same_head_and_goes_on(
    house: House, tmp_path: Path
) -> None:
    head = house.store.head()
    was = {one.id: one.state for one in house.dossiers()}
    published = house.dossier("raison-d-etre").sealed
    assert published is not None
    copy = wiring.desk(house).care.folder() / wiring.desk(house).care.back_up().name
    house.dossier("rules")  # the house is open all the while
    began = time.monotonic()
    place = tmp_path / "another machine" / "house"
    shutil.copytree(house.home, place, ignore=LEFT_OUT)
    shutil.copyfile(copy, place / "enonce.sqlite3")
    with sqlite3.connect(house.home / "memory.sqlite3") as old:
        with sqlite3.connect(place / "memory.sqlite3") as new:
            old.backup(new)
        new.close()
    old.close()
    house.close()
    house.home.rename(tmp_path / "gone")
    said = subprocess.run(
        [sys.executable, "-m", "flows", "--home", str(place), "--json", "log", "--check"],
        capture_output=True, text=True, check=True, cwd=ROOT, env=environment(place),
    )  # fmt: skip
    took = time.monotonic() - began
    print(f"restored and checked in {took:.1f} s")
    assert took < 60
    told = json.dumps(json.loads(said.stdout))
    assert head[1] in told
    again = open_house(place)
    assert again.store.head() == head
    assert {one.id: one.state for one in again.dossiers()} == was
    assert list(again.vault.check()) == []
    for edition in published.editions:
        verdict = verify(again.vault.get(edition.sealed), again.identity.anchors, at=again.now())
        assert verdict.overall == "TOTAL-PASSED"
    houses.hand_over(again, "rules")
    houses.carry_out(again, "rules")
    assert again.dossier("rules").state == "translating"
    assert again.store.check().ok
    again.close()
