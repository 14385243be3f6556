"""The documentation of approvals is held to the code: states, acts, guards, columns, errors."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from approvals import policy
from approvals.policy import Stage
from approvals.store import errors
from approvals.store.tables import LEDGER
from tests.approvals import citations, roads

ROOT = Path(__file__).resolve().parents[2]
LEDGER_DOC = (ROOT / "docs" / "approvals" / "ledger.md").read_text(encoding="utf-8")
ROAD_DOC = roads.ROAD.read_text(encoding="utf-8")
CONSULTATION_DOC = (roads.ROAD.parent / "consultation.md").read_text(encoding="utf-8")
HANDLERS = sorted((ROOT / "approvals" / "handlers").rglob("*.py"))


def test_the_road_in_the_documentation_is_the_one_in_the_code() -> None:
    assert roads.rewritten(ROAD_DOC) == ROAD_DOC, "python -m tests.approvals.roads rewrites it"


def test_every_rule_of_the_boards_that_ship_is_listed_with_what_it_rests_on() -> None:
    page = citations.PAGE.read_text(encoding="utf-8")
    assert citations.rewritten(page) == page, "python -m tests.approvals.citations rewrites it"
    shipped = {one.stem for one in citations.PRESETS.glob("*.toml")} - {"template"}
    assert set(citations.NAMES) == shipped


def test_every_act_and_every_stage_has_a_handler_that_is_walked() -> None:
    assert set(roads.HANDLERS.values()) == {*policy.ALLOWED, *Stage}
    assert {act for _, act, _ in roads.ways()} == {*map(roads._name, (*policy.ALLOWED, *Stage))}


@pytest.mark.parametrize("seed", range(12))
def test_no_walk_finds_a_way_that_the_documentation_does_not_show(seed: int) -> None:
    assert roads.stroll(seed, 60) <= roads.ways()


def guards() -> set[str]:
    """The name of every guard in the handlers, but for those that every act has."""
    found = set()
    for file in HANDLERS:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.args[0].value
                if isinstance(name, str) and re.fullmatch(r"[a-z-]+:[a-z-]+", name):
                    found.add(name)
    return found


def test_every_guard_is_explained_and_every_one_explained_exists() -> None:
    explained = set(re.findall(r"`([a-z-]+:[a-z-]+)`", ROAD_DOC + CONSULTATION_DOC))
    assert explained == guards()


def test_every_column_of_the_ledger_is_documented() -> None:
    documented = re.findall(r"^\| `(\w+)` \| ", LEDGER_DOC.partition("## What is hashed")[0], re.M)
    assert documented == [column.name for column in LEDGER.columns]


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type)
        and issubclass(kind, errors.DatabaseError)
        and kind is not errors.DatabaseError
    ],
)
def test_every_fault_of_the_database_is_documented(name: str) -> None:
    assert f"`{name}`" in LEDGER_DOC
