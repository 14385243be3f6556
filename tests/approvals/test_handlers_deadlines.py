from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from approvals import policy
from approvals.circuits import AtDeadline, Circuit, Step
from approvals.errors import GuardError
from approvals.names import PersonId, Role
from approvals.policy import Stage
from approvals.standing import State, StepStatus
from approvals.workdays import Calendar
from tests.approvals.town import CIRCUIT, Act, Town, step, tried

LEGAL = PersonId("legal")


def under(*steps: Step, **more: object) -> Act:
    circuit: Circuit = replace(CIRCUIT, steps=steps, **more)  # type: ignore[arg-type]
    return lambda town: town.reach(State.ALIGNED).review(circuit=circuit)


def silent(at_deadline: AtDeadline, **more: object) -> Act:
    return under(step("legal", ["legal"], at_deadline=at_deadline, **more), step("last", ["one"]))


NO_OPINION = silent(AtDeadline.NO_OPINION)
ESCALATE = silent(AtDeadline.ESCALATE, escalate_to=("three",))
BLOCK = silent(AtDeadline.BLOCK)


CASES: dict[str, tuple[Act, Act, str, Act]] = {
    "a person recording that a deadline has passed": (
        lambda town: (NO_OPINION(town), town.expire()),
        lambda town: town.pass_deadline(by="secretary"),
        "role:system",
        Town.pass_deadline,
    ),
    "recording a deadline that has not passed": (
        NO_OPINION,
        Town.pass_deadline,
        "due:deadline",
        lambda town: (town.expire(), town.pass_deadline()),
    ),
    "recording a deadline twice": (
        lambda town: (NO_OPINION(town), town.expire(), town.pass_deadline()),
        Town.pass_deadline,
        "deadline:step",
        lambda town: town.pass_deadline("last"),
    ),
    "recording the deadline of a step that was approved": (
        lambda town: (NO_OPINION(town), town.decide("legal"), town.expire()),
        Town.pass_deadline,
        "deadline:step",
        lambda town: town.pass_deadline("last"),
    ),
    "deciding in a step that ended without an opinion": (
        lambda town: (NO_OPINION(town), town.expire(), town.pass_deadline()),
        lambda town: town.decide("legal"),
        "decide:step",
        lambda town: town.pass_deadline("last"),
    ),
    "deciding before the deadline where one is only escalated to": (
        ESCALATE,
        lambda town: town.decide("three"),
        "decide:decider",
        lambda town: (town.expire(), town.pass_deadline(), town.decide("three")),
    ),
    "deciding late where the step blocks": (
        lambda town: (BLOCK(town), town.expire(), town.pass_deadline()),
        lambda town: town.decide("legal"),
        "decide:late",
        lambda town: (town.submit(), town.certified(), town.review(), town.decide("legal")),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_guard_refuses_writes_nothing_and_can_be_satisfied(case: str) -> None:
    tried(*CASES[case])


def town(opening: Act) -> Town:
    made = Town.founded()
    opening(made)
    return made


def test_no_opinion_is_recorded_and_the_circuit_goes_on_without_it() -> None:
    here = town(
        under(
            step("legal", ["legal", "two"], at_deadline=AtDeadline.NO_OPINION),
            step("last", ["one"], after=("legal",)),
        )
    )
    assert policy.due(here.dossier, here.clock.at) is None
    here.expire()
    assert policy.due(here.dossier, here.clock.at) is Stage.DEADLINE
    here.pass_deadline()
    dossier = here.dossier
    assert policy.due(dossier, here.clock.at) is None
    assert dossier.lapsed["legal"].silent == ("legal", "two")
    assert dossier.lapsed["legal"].policy is AtDeadline.NO_OPINION
    assert dossier.statuses() == {"legal": StepStatus.NO_OPINION, "last": StepStatus.OPEN}
    assert dossier.steps_opened["last"] == here.clock.at
    assert dossier.approvals == {}
    here.decide("one")
    assert here.state is State.BOARD_READY


def test_silence_alone_never_carries_a_text_to_the_board() -> None:
    here = town(under(step("legal", ["legal"], at_deadline=AtDeadline.NO_OPINION)))
    here.expire()
    here.pass_deadline()
    assert here.dossier.statuses() == {"legal": StepStatus.NO_OPINION}
    assert here.state is State.IN_REVIEW
    here.submit()
    here.certified()
    here.review(circuit=here.dossier.circuit)
    assert here.dossier.statuses() == {"legal": StepStatus.OPEN}
    here.decide("legal")
    assert here.state is State.BOARD_READY


@pytest.mark.parametrize("at_deadline", AtDeadline)
def test_no_deadline_makes_an_approval(at_deadline: AtDeadline) -> None:
    here = town(silent(at_deadline))
    here.expire()
    for one in policy.overdue(here.dossier, here.clock.at):
        here.pass_deadline(one.id)
    assert here.dossier.approvals == {}
    assert here.state is State.IN_REVIEW
    assert StepStatus.APPROVED not in here.dossier.statuses().values()


def test_an_escalation_names_a_further_decider_who_then_may_decide() -> None:
    here = town(ESCALATE)
    here.expire()
    here.pass_deadline()
    dossier = here.dossier
    assert dossier.circuit
    assert dossier.deciders(dossier.circuit.steps[0]) == ("legal", "three")
    assert dossier.status("legal") is StepStatus.OPEN
    here.decide("three")
    assert here.dossier.status("legal") is StepStatus.APPROVED


def test_those_who_were_asked_first_may_still_decide_after_an_escalation() -> None:
    here = town(ESCALATE)
    here.expire()
    here.pass_deadline()
    here.decide("legal")
    assert here.dossier.status("legal") is StepStatus.APPROVED


def test_an_escalation_leaves_out_who_lost_the_right_since() -> None:
    here = town(ESCALATE)
    here.enrol("three", Role.MEMBER)
    here.expire()
    here.pass_deadline()
    assert here.dossier.lapsed["legal"].to == ()
    here.decide("legal")
    assert here.dossier.status("legal") is StepStatus.APPROVED


def test_whom_to_escalate_to_is_named_when_the_circuit_is_pinned() -> None:
    here = town(silent(AtDeadline.ESCALATE, escalate_to=("role:reviewer",)))
    assert here.dossier.circuit
    assert "role:reviewer" not in here.dossier.circuit.steps[0].escalate_to
    assert "three" in here.dossier.circuit.steps[0].escalate_to


def test_an_abstention_is_no_silence() -> None:
    from approvals.events import Decision

    here = town(silent(AtDeadline.BLOCK))
    here.decide("legal", Decision.ABSTAIN)
    here.expire()
    here.pass_deadline()
    assert here.dossier.lapsed["legal"].silent == ()


def test_a_review_that_opens_anew_gives_new_time() -> None:
    here = town(BLOCK)
    here.expire()
    here.pass_deadline()
    here.submit()
    here.certified()
    here.review()
    assert here.dossier.lapsed == {}
    assert policy.overdue(here.dossier, here.clock.at) == ()
    here.decide("legal")


def test_the_calendar_of_the_circuit_decides_on_the_last_day() -> None:
    last = {}
    for calendar in (Calendar.METROPOLE, Calendar.ALSACE_MOSELLE):
        made = Town.at(State.ALIGNED)
        made.clock.at = datetime(2025, 12, 23, 9, tzinfo=UTC)
        only = step("legal", ["legal"], working_days=3)
        made.review(circuit=replace(CIRCUIT, steps=(only,), calendar=calendar))
        assert made.dossier.circuit
        last[calendar] = str(policy.deadline(made.dossier, made.dossier.circuit.steps[0]))
    assert last == {Calendar.METROPOLE: "2025-12-29", Calendar.ALSACE_MOSELLE: "2025-12-30"}


def test_midnight_is_midnight_where_the_circuit_is() -> None:
    made = Town.at(State.ALIGNED)
    made.clock.at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    only = step("legal", ["legal"], working_days=1)
    made.review(circuit=replace(CIRCUIT, steps=(only,), calendar=Calendar.REUNION))
    made.clock.at = datetime(2026, 11, 24, 19, 59, tzinfo=UTC)
    made.another().decide("legal")
    made.clock.at = datetime(2026, 11, 24, 20, 1, tzinfo=UTC)
    with pytest.raises(GuardError) as refused:
        made.decide("legal")
    assert refused.value.guard == "decide:late"
