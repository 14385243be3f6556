"""Killed at every stage of the road, the house goes on: nothing lost, nothing made twice."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from approvals import policy
from approvals.handlers import life, publication
from approvals.names import Digest
from approvals.policy import Stage
from approvals.standing import State
from documents.digest import text_digest
from flows import founding
from flows.demo import Demonstration, Script
from flows.house import open_house
from flows.picture import Picture
from flows.stages import RUNS
from tests.flows import houses, rounds

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

if moment == "in the middle of its work" and stage in {"translate", "align", "resolution", "seal", "correction"}:
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
    Stage.DEADLINE: "DeadlinePassed",
    Stage.SUCCESSION: "SuccessionSettled",
    Stage.ERRATUM: "ErratumPublished",
}


class Direct:
    """Carries stages out in this process; ``before`` is called before each of them."""

    server_seconds = 0.0

    def __init__(self, house, before=lambda stage: None):
        self.house, self.before = house, before

    def settle(self, dossier):
        while stage := policy.due(self.house.dossier(dossier), self.house.now()):
            self.before(stage)
            RUNS[stage](self.house, dossier)

    def sweep(self):
        """Nothing to look for: ``settle`` looks every time."""


@pytest.fixture(scope="module")
def stops(tmp_path_factory):
    """By stage, a dossier and a copy of its house, taken where it is due and not begun."""
    folder = tmp_path_factory.mktemp("road")
    stops = along_the_road(folder) | in_an_older_house(folder)
    assert set(stops) == set(Stage)
    return stops


def copied(house, stage, folder):
    copy = folder / stage.value
    shutil.copytree(house.home, copy, ignore=shutil.ignore_patterns("enonce.sqlite3*"))
    house.store.backup(copy / "enonce.sqlite3")
    return copy


def along_the_road(folder):
    home = folder / "house"
    home.mkdir()
    road = Demonstration(Script.load(), folder / "out", home, Picture("en", quiet=True))
    stops = {}

    def copy(stage):
        if stage not in stops:
            stops[stage] = road.id, copied(road.house, stage, folder)

    road.service = Direct(road.house, copy)
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
    road.house.close()
    return stops


def in_an_older_house(folder):
    """What is due only after a while: a deadline, a correction, a successor."""
    watch = rounds.Watch()
    watch.at = datetime.now(UTC) - timedelta(days=60)
    house = founding.found(folder / "older", founding.sample_papers(), clock=watch)
    stops = {}

    def stop(stage, dossier=rounds.NAME):
        assert policy.due(house.dossier(dossier), datetime.now(UTC)) is stage
        stops[stage] = dossier, copied(house, stage, folder)

    rounds.in_review(house, "late")
    stop(Stage.DEADLINE, "late")
    rounds.sealed(house)
    rounds.publish(house)
    corrected = rounds.word_file(rounds.FIRST, "We serve society at large.")
    told = rounds.command(house, "fontanel")
    life.propose_erratum(
        life.ProposeErratum(
            dossier=told.dossier,
            by=told.by,
            key=told.key,
            language="en",
            version=Digest(house.vault.put(corrected)),
            text=Digest(text_digest(corrected).document),
            reason="A word was missing.",
        ),
        house.office,
    )
    life.certify_erratum(rounds.command(house, "roumier"), house.office)
    stop(Stage.ERRATUM)
    houses.carry_out(house, rounds.NAME)
    rounds.sealed(house, "second", succeeds=rounds.NAME)
    told = rounds.command(house, "lemoal", "second")
    order = publication.OrderPublication(dossier="second", by=told.by, key=told.key)
    publication.order_publication(order, house.office)
    RUNS[Stage.PUBLISH](house, "second")
    stop(Stage.SUCCESSION, "second")
    house.close()
    return stops


@pytest.mark.parametrize(
    "moment",
    [
        "in the middle of its work",
        "after its work, before it is recorded",
        "right after it is recorded",
    ],
)
@pytest.mark.parametrize("stage", list(Stage))
def test_a_stage_killed(stage, moment, stops, tmp_path):
    dossier, copy = stops[stage]
    home = tmp_path / "house"
    shutil.copytree(copy, home)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(home), dossier, stage.value, moment],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    house = open_house(home)
    Direct(house).settle(dossier)
    entries = [entry for entry in house.store.entries() if entry.stream == dossier]
    drafts = sum(entry.type == "DraftSubmitted" for entry in entries)
    made = sum(entry.type == RECORDED[stage] for entry in entries)
    assert made == 1
    assert drafts == 1 or stage not in (Stage.TRANSLATE, Stage.ALIGN)
    assert house.store.check().ok
    assert list(house.vault.check()) == []
    assert policy.due(house.dossier(dossier), house.now()) is None
    if stage is Stage.PUBLISH:
        published = sorted(path.name for path in (house.published / dossier).iterdir())
        assert len(published) == 4, published
        assert house.dossier(dossier).state is State.PUBLISHED
    house.close()
