"""Killed at every stage of the road, the house goes on: nothing lost, nothing made twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from approvals import policy
from approvals.dossier import State
from approvals.policy import Stage
from flows.demo import Demonstration, Script
from flows.house import open_house
from flows.picture import Picture
from flows.stages import RUNS

ROOT = Path(__file__).resolve().parents[2]

CHILD = """
import os, signal, sys
from pathlib import Path
from approvals.policy import Stage
from approvals.store.sql import SqlUnitOfWork
from documents.vault import Vault
from flows.house import open_house
from flows.stages import RUNS

home, dossier, stage, moment = Path(sys.argv[1]), *sys.argv[2:]
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
put, commit = Vault.put, SqlUnitOfWork.commit

def dying_put(self, data):
    digest = put(self, data)
    die()

def dying_before(self):
    die()

def dying_after(self):
    commit(self)
    die()

if moment == "in the middle of its work" and stage != "publish":
    Vault.put = dying_put
elif moment == "after its work, before it is recorded":
    SqlUnitOfWork.commit = dying_before
else:
    SqlUnitOfWork.commit = dying_after
RUNS[Stage(stage)](open_house(home), dossier)
"""

RECORDED = {
    Stage.TRANSLATE: "TranslationPrepared",
    Stage.ALIGN: "PairAligned",
    Stage.RESOLUTION: "ResolutionWritten",
    Stage.SEAL: "EditionsSealed",
    Stage.PUBLISH: "Published",
}


class StoppedError(Exception):
    """The road has come to the stage that is to be killed."""


class Direct:
    """Carries stages out in this process, and stops before one of them."""

    server_seconds = 0.0

    def __init__(self, house, stop):
        self.house, self.stop = house, stop

    def settle(self, dossier):
        while stage := policy.due(self.house.dossier(dossier), self.house.now()):
            if stage is self.stop:
                raise StoppedError
            RUNS[stage](self.house, dossier)

    def sweep(self):
        """Nothing to look for: ``settle`` looks every time."""


def travel_to(stage, home, out):
    """Carry the sample to where ``stage`` is due and not begun."""
    home.mkdir()
    road = Demonstration(Script.load(), out, home, Picture("en", quiet=True))
    road.service = Direct(road.house, stage)
    try:
        for act in (
            road.submit,
            road.translate,
            road.review_first,
            road.answer,
            road.review_second,
            road.meet,
            road.seal,
            road.publish,
        ):
            act()
    except StoppedError:
        return road
    raise AssertionError(f"{stage} never came")


@pytest.mark.parametrize(
    "moment",
    [
        "in the middle of its work",
        "after its work, before it is recorded",
        "right after it is recorded",
    ],
)
@pytest.mark.parametrize("stage", list(Stage))
def test_a_stage_killed(stage, moment, tmp_path):
    road = travel_to(stage, tmp_path / "house", tmp_path / "out")
    road.house.close()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "house"), road.id, stage.value, moment],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    house = open_house(tmp_path / "house")
    Direct(house, None).settle(road.id)
    entries = [entry for entry in house.store.entries() if entry.stream == road.id]
    drafts = sum(entry.type == "DraftSubmitted" for entry in entries)
    expected = 1 if stage in (Stage.TRANSLATE, Stage.ALIGN) and drafts == 1 else None
    made = sum(entry.type == RECORDED[stage] for entry in entries)
    assert made == (expected or (drafts if stage in (Stage.TRANSLATE, Stage.ALIGN) else 1))
    assert house.store.check().ok
    assert list(house.vault.check()) == []
    assert policy.due(house.dossier(road.id), house.now()) is None
    if stage is Stage.PUBLISH:
        published = sorted(path.name for path in (house.published / road.id).iterdir())
        assert len(published) == 4, published
        assert house.dossier(road.id).state is State.PUBLISHED
    keys = [json.loads(entry.payload)["by"] for entry in entries]
    assert keys.count("system") >= 1
    house.close()
