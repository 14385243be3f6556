"""How good the checks are on real pairs: what they miss, and how often they speak for nothing."""

from __future__ import annotations

import importlib.util
import lzma
import os
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from locales import checks, markup
from locales.checks import CHECKS, Check
from locales.glossary import Glossary, Status, Term
from locales.units import TranslationUnit

GLOSSARY = Glossary(
    (
        Term("conseil d’administration", "board of directors", Status.PREFERRED),
        Term("IMT", "IMT", Status.DO_NOT_TRANSLATE),
        Term("leader", "", Status.FORBIDDEN),
    )
)
SEEDED = [check for check in CHECKS if check.id != "fuzzy-unedited"]
COUNT = 200


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, str]]:
    """English and French sentences that people translated, in the order of a fixed shuffle."""
    place = os.environ.get("ENONCE_CORPUS")
    if place is None:
        if os.environ.get("ENONCE_REQUIRE_ALL") == "1":
            pytest.fail("ENONCE_CORPUS is not set")
        pytest.skip("ENONCE_CORPUS is not set")
    with lzma.open(Path(place) / "tm" / "laws180k.tsv.xz", "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    found = [(row[0], row[1]) for row in rows if 25 <= len(row[0]) <= 250 and len(row[1]) >= 20]
    random.Random(20261123).shuffle(found)
    return found


@pytest.fixture(scope="module")
def faults() -> ModuleType:
    spec = importlib.util.spec_from_file_location("faults", Path(__file__).with_name("faults.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def found(source: str, target: str, only: Sequence[Check] = CHECKS) -> tuple[checks.Finding, ...]:
    unit = TranslationUnit("1", 0, source, target)
    return checks.run(unit, "en", "fr", glossary=GLOSSARY, checks=only)


@pytest.mark.parametrize("check", SEEDED, ids=lambda check: check.id)
def test_of_two_hundred_faults_of_its_kind_a_check_catches_nearly_all(
    check: Check, pairs: list[tuple[str, str]], faults: ModuleType
) -> None:
    chance = random.Random(check.id)
    seeded = caught = 0
    missed: list[tuple[str, str]] = []
    for source, target in pairs:
        source, target = markup.escape(source), markup.escape(target)
        if found(source, target, [check]):
            continue
        fault = faults.FAULTS[check.id](source, target, chance)
        if fault is None:
            continue
        seeded += 1
        if found(*fault, [check]):
            caught += 1
        else:
            missed.append(fault)
        if seeded == COUNT:
            break
    assert seeded == COUNT
    assert caught >= 0.95 * COUNT, missed[:5]


def test_blocking_checks_hardly_ever_speak_on_what_people_translated(
    pairs: list[tuple[str, str]],
) -> None:
    blocking: Counter[str] = Counter()
    flagged = 0
    for source, target in pairs[:1000]:
        ids = {
            one.check for one in found(markup.escape(source), markup.escape(target)) if one.blocking
        }
        blocking.update(ids)
        flagged += bool(ids)
    assert flagged <= 20, blocking
