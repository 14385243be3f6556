"""What every act has in common: keys, versions, and sentences that say what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from approvals import events as ev
from approvals import terms
from approvals.errors import ApprovalError, KeyReusedError, StaleVersionError
from approvals.handlers.base import refusal
from approvals.ledger import Entry
from approvals.names import Role
from approvals.standing import State
from tests.approvals.town import Town

HERE = Path(__file__).parent
CORE = HERE.parents[1] / "approvals"
SOURCES = [*sorted(CORE.glob("*.py")), *sorted((CORE / "handlers").rglob("*.py"))]

REPEATED: dict[str, tuple[State, Callable[..., Entry]]] = {
    "opening": (State.NEW, lambda town, **k: town.open(dossier="another", **k)),
    "submitting": (State.NEW, lambda town, **k: town.submit(**k)),
    "handing over": (State.DRAFT, lambda town, **k: town.translate(**k)),
    "proposing": (State.TRANSLATING, lambda town, **k: town.propose(**k)),
    "reviewing": (State.ALIGNED, lambda town, **k: town.review(**k)),
    "deciding": (State.IN_REVIEW, lambda town, **k: town.decide("legal", reason="Fine.", **k)),
    "refusing": (State.IN_REVIEW, lambda town, **k: town.refuse("legal", **k)),
    "convening": (State.BOARD_READY, lambda town, **k: town.convene(**k)),
    "voting": (State.VOTING, lambda town, **k: town.vote("m2", "S2", **k)),
    "enrolling": (State.NEW, lambda town, **k: town.enrol("new", Role.DRAFTER, **k)),
}


@pytest.mark.parametrize("act", REPEATED)
def test_the_same_key_gives_the_same_entry_and_one_event(act: str) -> None:
    state, bring = REPEATED[act]
    town = Town.at(state)
    first = bring(town, key="once")
    before = town.paper.snapshot()
    for _ in range(3):
        assert bring(town, key="once") == first
    assert town.paper.snapshot() == before


def test_a_key_that_comes_again_is_answered_though_the_dossier_has_moved_on() -> None:
    town = Town.at(State.IN_REVIEW)
    version = town.dossier.version
    first = town.decide("legal", key="once", expected=version)
    town.decide("schools")
    assert town.decide("legal", key="once", expected=version) == first


FOREIGN: dict[str, Callable[[Town], Any]] = {
    "by another person": lambda town: town.decide("schools", key="once"),
    "for another act of the same person": lambda town: town.release("legal", key="once"),
    "for another dossier": lambda town: town.decide("legal", key="once", dossier="another"),
    "for another decision": lambda town: town.refuse("legal", key="once"),
    "for another paragraph": lambda town: town.decide(
        "legal", key="once", paragraphs=("00000002",)
    ),
    "for another step": lambda town: town.decide("legal", key="once", step="schools"),
    "by an administrator": lambda town: town.enrol("friend", key="once"),
    "by the house": lambda town: town.align(key="once"),
}


@pytest.mark.parametrize("how", FOREIGN)
def test_a_key_that_was_used_is_refused(how: str) -> None:
    town = Town.at(State.IN_REVIEW)
    town.decide("legal", key="once")
    before = town.paper.snapshot()
    with pytest.raises(KeyReusedError, match="once"):
        FOREIGN[how](town)
    assert town.paper.snapshot() == before


CHANGED: dict[str, tuple[State, Callable[[Town, int], Entry]]] = {
    "another choice": (
        State.VOTING,
        lambda town, n: town.vote("m2", "S2", [*ev.Choice][n], key="once"),
    ),
    "another seat": (
        State.VOTING,
        lambda town, n: town.vote("m2", ("S2", "S3")[n], key="once"),
    ),
    "another attendance": (
        State.VOTING,
        lambda town, n: town.attend("S1", recused=bool(n), key="once"),
    ),
    "another number": (
        State.VOTING,
        lambda town, n: town.close_ballot(number=f"2026-{n}", key="once"),
    ),
    "another file": (
        State.NEW,
        lambda town, n: town.submit(upload=str(n), key="once"),
    ),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_key_does_not_answer_what_was_not_asked(what: str) -> None:
    state, bring = CHANGED[what]
    town = Town.at(State.CONVENED if what == "another attendance" else state)
    if town.state is State.CONVENED:
        town.begin()
    if what == "another number":
        town.vote("m2", "S2")
    first = bring(town, 0)
    assert bring(town, 0) == first
    with pytest.raises(KeyReusedError):
        bring(town, 1)


def test_a_version_that_has_moved_on_is_told_with_both_numbers() -> None:
    town = Town.at(State.IN_REVIEW)
    seen = town.dossier.version
    town.decide("legal")
    before = town.paper.snapshot()
    with pytest.raises(StaleVersionError) as refused:
        town.decide("schools", expected=seen)
    assert refused.value.data == {"dossier": "statement", "expected": seen, "found": seen + 1}
    assert town.paper.snapshot() == before


def test_every_act_wakes_the_flow_once() -> None:
    town = Town.at(State.PUBLISHED)
    assert [sequence for _, sequence in town.paper.outbox] == [
        entry.sequence for entry in town.paper.entries
    ]


def calls() -> Iterator[tuple[str, str, str]]:
    """Every refusal in the core: its file, its guard, its sentence."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name == "reason" and isinstance(node.args[0], ast.Constant):
                yield path.name, str(node.args[0].value), "This act needs a reason. Give one."
            if name in ("GuardError", "NotEntitledError", "StalePairError", "WrongStateError"):
                guard = node.args[0]
                said = node.args[1]
                if isinstance(said, ast.Call) and isinstance(said.args[0], ast.Constant):
                    word = guard.value if isinstance(guard, ast.Constant) else ""
                    yield path.name, str(word), str(said.args[0].value)


OUT_OF_REACH = {
    "review:pair": "ALIGNED has a pair",
    "convene:papers": "BOARD_READY has a pair",
    "decide:review": "IN_REVIEW has a circuit and a pair",
    "meeting:none": "CONVENED and VOTING have a meeting",
    "ballot:none": "VOTING has a ballot",
}
"""Guards that no ledger can come to, because the state before them says so; the types need them."""


def test_every_guard_of_the_core_is_tried() -> None:
    files = [*HERE.glob("test_handlers_*.py"), HERE / "test_consultation_life.py"]
    tests = "".join(path.read_text("utf-8") for path in files)
    guards = {guard for _, guard, _ in calls() if guard}
    assert sorted(one for one in guards - {*OUT_OF_REACH} if f'"{one}"' not in tests) == []
    assert {*OUT_OF_REACH} <= guards


def test_every_refusal_says_what_is_wrong_and_then_what_to_do() -> None:
    short = [said for _, _, said in calls() if len(re.findall(r"[.;:](?: |$)", said)) < 2]
    assert short == []


def test_no_sentence_shouts_or_blames() -> None:
    for _, _, said in calls():
        assert "!" not in said
        assert not re.search(r"\b(invalid|illegal|failed to|you must|error)\b", said, re.I)
        assert said.endswith((".", ")."))


def test_a_refusal_is_named_for_machines() -> None:
    assert refusal(ApprovalError("x")) == "ApprovalError"


def test_the_words_of_a_refusal_can_be_translated_one_by_one() -> None:
    town = Town.at(State.IN_REVIEW)
    with pytest.raises(ApprovalError) as refused:
        town.close_ballot()
    state, allowed = refused.value.data["state"], refused.value.data["allowed"]
    assert terms.term(state) == "in review"
    assert isinstance(allowed, tuple)
    assert [terms.term(one) for one in allowed] == ["voting"]
    assert "in-review" in str(refused.value)
    assert "(needs" not in str(refused.value)
    assert terms.term("in-review") is None
