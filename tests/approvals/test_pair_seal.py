"""An approval binds both texts, its step and its rule; and where each decider stands."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from approvals import codec, policy
from approvals import events as ev
from approvals.circuits import AtDeadline, rule_digest
from approvals.names import ENGLISH, FRENCH, ParagraphId, PersonId
from approvals.parts import Part, parts
from approvals.standing import State, StepStatus
from tests.approvals.town import CIRCUIT, TEXT, Town, step

P1, P2, P3 = (ParagraphId(f"0000000{n}") for n in (1, 2, 3))
LEGAL = PersonId("legal")


def last(town: Town) -> ev.DecisionMade:
    entry = town.history[-1]
    event = codec.decode(entry.type, json.loads(entry.payload))
    assert isinstance(event, ev.DecisionMade)
    return event


def test_a_decision_names_the_pair_the_step_and_the_rule_that_it_is_about() -> None:
    town = Town.at(State.IN_REVIEW)
    town.decide("legal")
    dossier, said = town.dossier, last(town)
    assert dossier.circuit is not None
    assert said.pair == dossier.pair
    assert said.rule == dossier.rule == rule_digest(codec.sparing(dossier.circuit))
    assert said.step == "legal"


def test_every_approval_is_of_both_languages_as_they_stand() -> None:
    town = Town.at(State.IN_REVIEW)
    town.decide("legal")
    dossier = town.dossier
    for id, (source, target) in dossier.pair_paragraphs.items():
        approval = dossier.approvals["legal", LEGAL][id]
        assert (approval.source, approval.target, approval.by) == (source, target, LEGAL)


def test_an_approval_counts_in_its_own_step_alone() -> None:
    town = Town.at(State.ALIGNED)
    steps = (step("first", ["legal"]), step("second", ["legal"], after=("first",)))
    town.review(circuit=replace(CIRCUIT, steps=steps))
    town.decide("legal")
    assert town.dossier.statuses() == {
        "first": StepStatus.APPROVED,
        "second": StepStatus.OPEN,
    }
    town.decide("legal")
    assert town.state is State.BOARD_READY


@pytest.mark.parametrize("side", [ENGLISH, FRENCH])
@pytest.mark.parametrize("changed", [P1, P2, P3])
def test_a_change_in_either_language_costs_that_paragraph_in_both_and_nothing_else(
    side: str, changed: ParagraphId
) -> None:
    town = Town.at(State.BOARD_READY)
    before = {place: dict(given) for place, given in town.dossier.approvals.items()}
    if side == ENGLISH:
        town.text = {**TEXT, changed: "Otherwise."}
        town.submit()
        town.certified()
    else:
        town.respell(changed)
    after = town.dossier
    for place, given in before.items():
        assert given.keys() - after.approvals[place].keys() == {changed}
        assert after.lost[place].keys() == {changed}
        for id in after.approvals[place]:
            assert after.approvals[place][id] == given[id]
    pairs = after.pair_paragraphs
    assert {one.paragraph for one in after.fell} == {changed}
    assert after.stood == sum(map(len, before.values()))
    assert policy.fallen(after, pairs) == ()


def test_the_same_steps_in_another_version_of_the_circuit_ask_for_everything_anew() -> None:
    town = Town.at(State.BOARD_READY)
    town.respell()
    town.review(circuit=replace(CIRCUIT, version=2))
    assert town.dossier.approvals == {}
    assert town.dossier.lost == {}
    assert set(town.dossier.statuses().values()) == {StepStatus.OPEN, StepStatus.WAITING}


def where(town: Town) -> dict[tuple[str, str], StepStatus]:
    found = parts(town.dossier, town.register, town.clock.at)
    return {(one.step, one.person): one.status for one in found}


def test_every_word_for_where_a_decider_stands_is_reached() -> None:
    town = Town.at(State.IN_REVIEW)
    assert where(town)["legal", "legal"] is StepStatus.OPEN
    assert where(town)["executive", "one"] is StepStatus.WAITING
    town.delegate("legal", "outsider")
    assert where(town)["legal", "legal"] is StepStatus.DELEGATED
    town.decide("outsider", behalf=LEGAL)
    found = parts(town.dossier, town.register, town.clock.at)
    assert found[0] == Part("legal", LEGAL, StepStatus.APPROVED, PersonId("outsider"))
    town.refuse("schools", P2)
    assert where(town)["schools", "schools"] is StepStatus.REFUSED
    town.text = {**TEXT, P2: "With you."}
    town.submit()
    town.certified()
    assert where(town)["legal", "legal"] is StepStatus.VOIDED
    town = Town.at(State.ALIGNED)
    quiet = step("legal", ["legal"], at_deadline=AtDeadline.NO_OPINION)
    town.review(circuit=replace(CIRCUIT, steps=(quiet, step("last", ["one"]))))
    town.expire()
    town.pass_deadline()
    assert where(town)["legal", "legal"] is StepStatus.NO_OPINION


def test_before_any_review_nobody_stands_anywhere() -> None:
    assert where(Town.at(State.ALIGNED)) == {}
