from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from approvals import events as ev
from approvals.errors import ApprovalError, NotEntitledError
from approvals.names import ParagraphId, PersonId, Role
from approvals.standing import State, StepStatus
from tests.approvals.town import CIRCUIT, ID, WORDS, Act, Town, step, tried

LEGAL, OUTSIDER = PersonId("legal"), PersonId("outsider")


def reviewing(town: Town) -> Town:
    return town.reach(State.IN_REVIEW)


def delegated(town: Town) -> Town:
    reviewing(town).delegate("legal", "outsider")
    return town


def instead(town: Town, by: str = "outsider", behalf: str = "legal", **more: object) -> object:
    return town.decide(by, behalf=PersonId(behalf), **more)


def given_id(town: Town) -> ev.DelegationId:
    [id] = town.register.delegations
    return id


def jack_in_the_circuit(town: Town) -> None:
    """A circuit from elsewhere in which an author has a place."""
    town.reach(State.TRANSLATING)
    town.propose("jack")
    town.certify()
    town.align()
    circuit = replace(CIRCUIT, steps=(step("only", ["jack", "legal"]),))
    town.inject(ev.ReviewOpened(PersonId("drafter"), circuit, town.pair, town.pair))


def jack_delegates_circuit(town: Town) -> None:
    """What no handler lets happen in one dossier: an author gives their place in the circuit."""
    jack_in_the_circuit(town)
    town.delegate("jack", "outsider", within=None, circuit="circuit")


def three_of_three(town: Town) -> None:
    circuit = replace(CIRCUIT, steps=(step("all", ["one", "two", "three"], 2),))
    town.reach(State.ALIGNED).review(circuit=circuit)


CASES: dict[str, tuple[Act, Act, str, Act]] = {
    "giving a delegation without being a reviewer": (
        reviewing,
        lambda town: town.delegate("press", "outsider"),
        "role:delegate",
        lambda town: town.delegate("legal", "outsider"),
    ),
    "naming somebody who is not enrolled": (
        reviewing,
        lambda town: town.delegate("legal", "ghost"),
        "UnknownPersonError",
        lambda town: (town.enrol("ghost", Role.REVIEWER), town.delegate("legal", "ghost")),
    ),
    "standing in for oneself": (
        reviewing,
        lambda town: town.delegate("legal", "legal"),
        "delegate:self",
        lambda town: town.delegate("legal", "outsider"),
    ),
    "naming somebody who does not review": (
        reviewing,
        lambda town: town.delegate("legal", "press"),
        "delegate:right",
        lambda town: (town.enrol("press", Role.REVIEWER), town.delegate("legal", "press")),
    ),
    "a delegation of everything": (
        reviewing,
        lambda town: town.delegate("legal", "outsider", within=None),
        "delegate:scope",
        lambda town: town.delegate("legal", "outsider", within=None, circuit="circuit"),
    ),
    "a delegation in a dossier that is not there": (
        reviewing,
        lambda town: town.delegate("legal", "outsider", within="other"),
        "delegate:dossier",
        lambda town: town.delegate("legal", "outsider"),
    ),
    "a delegation to an author": (
        lambda town: (
            town.reach(State.TRANSLATING),
            town.propose("jack"),
            town.certify(),
            town.align(),
            town.review(),
        ),
        lambda town: town.delegate("legal", "jack"),
        "delegate:author",
        lambda town: town.delegate("legal", "outsider"),
    ),
    "a delegation by an author": (
        jack_in_the_circuit,
        lambda town: town.delegate("jack", "outsider"),
        "delegate:author",
        lambda town: town.delegate("legal", "outsider"),
    ),
    "a delegation that is over": (
        reviewing,
        lambda town: town.delegate("legal", "outsider", last=date(2026, 11, 22)),
        "delegate:days",
        lambda town: town.delegate("legal", "outsider", last=date(2026, 11, 23)),
    ),
    "a delegation that ends before it begins": (
        reviewing,
        lambda town: town.delegate(
            "legal", "outsider", first=date(2026, 12, 9), last=date(2026, 12, 8)
        ),
        "delegate:days",
        lambda town: town.delegate(
            "legal", "outsider", first=date(2026, 12, 9), last=date(2026, 12, 9)
        ),
    ),
    "a delegation to somebody who is away too": (
        lambda town: (reviewing(town), town.delegate("three", "two")),
        lambda town: town.delegate("legal", "three"),
        "delegate:chain",
        lambda town: town.delegate("legal", "outsider"),
    ),
    "a second delegation for the same days": (
        delegated,
        lambda town: town.delegate("legal", "three"),
        "delegate:given",
        lambda town: (town.withdraw("legal", given_id(town)), town.delegate("legal", "three")),
    ),
    "withdrawing what somebody else gave": (
        delegated,
        lambda town: town.withdraw("three", given_id(town)),
        "delegate:none",
        lambda town: town.withdraw("outsider", given_id(town)),
    ),
    "withdrawing twice": (
        lambda town: (delegated(town), town.withdraw("legal", given_id(town))),
        lambda town: town.withdraw("legal", "delegation-1"),
        "delegate:none",
        lambda town: town.delegate("legal", "outsider"),
    ),
    "deciding for somebody without a delegation": (
        reviewing,
        instead,
        "decide:delegation",
        lambda town: (town.delegate("legal", "outsider"), instead(town)),
    ),
    "deciding for somebody whose delegation was withdrawn": (
        lambda town: (delegated(town), town.withdraw("legal", given_id(town))),
        instead,
        "decide:delegation",
        lambda town: town.decide("legal"),
    ),
    "deciding for somebody before the first day": (
        lambda town: (
            reviewing(town),
            town.delegate("legal", "outsider", first=date(2026, 11, 24), last=date(2026, 11, 25)),
        ),
        instead,
        "decide:delegation",
        lambda town: (town.later(days=1), instead(town)),
    ),
    "deciding for somebody after the last day": (
        lambda town: (
            reviewing(town),
            town.delegate("legal", "outsider", last=date(2026, 11, 23)),
            town.later(days=1),
        ),
        instead,
        "decide:delegation",
        lambda town: town.decide("legal"),
    ),
    "deciding for somebody in another step than that of the scope": (
        lambda town: (reviewing(town), town.delegate("legal", "outsider", step="schools")),
        instead,
        "decide:delegation",
        lambda town: town.decide("legal"),
    ),
    "passing on what one holds for another": (
        lambda town: (delegated(town), town.delegate("outsider", "three")),
        lambda town: instead(town, by="three"),
        "decide:delegation",
        instead,
    ),
    "deciding for somebody who is not in the circuit": (
        lambda town: (reviewing(town), town.delegate("outsider", "three")),
        lambda town: instead(town, by="three", behalf="outsider"),
        "decide:decider",
        lambda town: town.decide("legal"),
    ),
    "deciding for somebody who worked on the text": (
        jack_delegates_circuit,
        lambda town: instead(town, behalf="jack"),
        "decide:author-behalf",
        lambda town: town.decide("legal"),
    ),
    "an author deciding for somebody": (
        lambda town: (
            jack_in_the_circuit(town),
            town.delegate("legal", "jack", within=None, circuit="circuit"),
        ),
        lambda town: instead(town, by="jack"),
        "decide:author",
        lambda town: town.decide("legal"),
    ),
    "deciding for somebody who is no reviewer any more": (
        lambda town: (delegated(town), town.enrol("legal")),
        instead,
        "decide:behalf",
        lambda town: (town.enrol("legal", Role.REVIEWER), instead(town)),
    ),
    "a decider of the same step deciding for another": (
        lambda town: (three_of_three(town), town.delegate("one", "two")),
        lambda town: instead(town, by="two", behalf="one"),
        "decide:one-voice",
        lambda town: town.decide("two"),
    ),
    "one person deciding for two of the same step": (
        lambda town: (
            three_of_three(town),
            town.delegate("one", "outsider"),
            town.delegate("two", "outsider"),
            instead(town, behalf="one"),
        ),
        lambda town: instead(town, behalf="two"),
        "decide:one-voice",
        lambda town: town.decide("two"),
    ),
    "deciding for somebody who has decided": (
        lambda town: (delegated(town), town.decide("legal", paragraphs=(ParagraphId("00000001"),))),
        lambda town: instead(town, paragraphs=(ParagraphId("00000001"),)),
        "decide:twice",
        instead,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_guard_refuses_writes_nothing_and_can_be_satisfied(case: str) -> None:
    tried(*CASES[case])


def test_a_decision_says_who_spoke_and_for_whom() -> None:
    town = delegated(Town.founded())
    instead(town, reason="In her absence.")
    said = town.dossier.approvals["legal", LEGAL]
    assert {one.by for one in said.values()} == {OUTSIDER}
    assert town.dossier.status("legal") is StepStatus.APPROVED
    event = _last(town)
    assert (event.by, event.behalf, event.delegation) == (OUTSIDER, LEGAL, given_id(town))


def _last(town: Town) -> ev.DecisionMade:
    import json

    from approvals import codec

    entry = town.history[-1]
    event = codec.decode(entry.type, json.loads(entry.payload))
    assert isinstance(event, ev.DecisionMade)
    return event


def test_a_refusal_for_another_is_the_place_s_and_says_who_spoke() -> None:
    town = delegated(Town.founded())
    town.decide("outsider", ev.Decision.REJECT, behalf=LEGAL)
    [point] = town.dossier.open_points
    assert (point.by, point.spoken_by) == (LEGAL, OUTSIDER)
    assert town.dossier.status("legal") is StepStatus.REFUSED


def test_whoever_gave_a_delegation_may_still_decide() -> None:
    town = delegated(Town.founded())
    town.decide("legal")
    assert town.dossier.status("legal") is StepStatus.APPROVED


def test_what_was_decided_under_a_delegation_outlives_it() -> None:
    town = delegated(Town.founded())
    instead(town)
    town.withdraw("legal", given_id(town))
    assert town.dossier.status("legal") is StepStatus.APPROVED
    assert town.register.delegations == {}


def test_a_delegation_in_a_circuit_holds_in_every_dossier_under_it() -> None:
    town = Town.founded()
    reviewing(town).delegate("legal", "outsider", within=None, circuit="circuit", step="legal")
    instead(town)
    assert town.dossier.status("legal") is StepStatus.APPROVED


def test_delegations_for_other_days_or_another_place_do_not_meet() -> None:
    town = delegated(Town.founded())
    later = town.clock.at.date() + timedelta(days=30)
    town.delegate("legal", "three", first=later, last=later)
    town.delegate("outsider", "three", within=None, circuit="other")
    assert len(town.register.delegations) == 3


NOBODY_ALONE = {
    "the drafter's stand-in": lambda town: town.decide("outsider", behalf=PersonId("drafter")),
    "the translator's stand-in": lambda town: town.decide(
        "outsider", behalf=PersonId("translator")
    ),
    "the drafter as a stand-in": lambda town: (
        town.enrol("drafter", Role.DRAFTER, Role.REVIEWER),
        town.delegate("legal", "drafter", within=None, circuit="circuit"),
        town.decide("drafter", behalf=LEGAL),
    ),
    "the drafter named as whom to escalate to": lambda town: (
        town.enrol("drafter", Role.DRAFTER, Role.REVIEWER),
        town.propose(only=["00000002"], word="new "),
        town.certify(),
        town.align(),
        town.review(circuit=replace(CIRCUIT, steps=(_escalating("drafter"),))),
    ),
}


def _escalating(to: str) -> object:
    from approvals.circuits import AtDeadline

    return step("legal", ["legal"], at_deadline=AtDeadline.ESCALATE, escalate_to=(to,))


@pytest.mark.parametrize("route", NOBODY_ALONE)
def test_no_route_leads_an_author_to_an_approval_of_their_own_text(route: str) -> None:
    town = Town.at(State.IN_REVIEW)
    with pytest.raises(ApprovalError) as refused:
        NOBODY_ALONE[route](town)
    assert isinstance(refused.value, NotEntitledError)
    assert not any(
        one.by in town.dossier.authors
        for given in town.dossier.approvals.values()
        for one in given.values()
    )


def test_the_house_keeps_delegations_in_its_own_stream() -> None:
    town = delegated(Town.founded())
    kinds = [entry.type for entry in town.paper.entries if entry.stream == "house"]
    assert kinds[-1] == "DelegationGiven"
    given = town.register.delegations[given_id(town)]
    assert (given.dossier, given.circuit, given.step) == (ID, None, None)
    assert WORDS.fr not in town.paper.entries[-1].payload
