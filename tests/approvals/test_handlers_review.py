from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from approvals import events as ev
from approvals import policy
from approvals.circuits import AtDeadline, Circuit
from approvals.errors import GuardError, NotEntitledError
from approvals.names import ORDER, ParagraphId, PersonId, Role
from approvals.standing import State, StepStatus
from tests.approvals.town import CIRCUIT, TEXT, WORDS, Act, Town, digest, step, tried

APPROVE, ABSTAIN = ev.Decision.APPROVE, ev.Decision.ABSTAIN
P2 = ParagraphId("00000002")


def circuit(*deciders: str, required: int = 1) -> Circuit:
    return Circuit("other", 1, WORDS, (step("only", deciders, required),))


def no_opinion(town: Town) -> None:
    steps = tuple(replace(one, at_deadline=AtDeadline.NO_OPINION) for one in CIRCUIT.steps)
    town.reach(State.ALIGNED).review(circuit=replace(CIRCUIT, steps=steps))


def again(town: Town) -> None:
    """The drafter submits the draft again, so that the review begins anew."""
    town.submit()
    town.translate()
    town.align()
    town.review()
    town.decide("legal")


CASES: dict[str, tuple[Act, Act, str, Act]] = {
    "opening a review without being a drafter": (
        lambda town: town.reach(State.ALIGNED),
        lambda town: town.review("legal"),
        "role:review",
        Town.review,
    ),
    "a circuit under which a check blocks that did not before": (
        lambda town: town.reach(State.ALIGNED),
        lambda town: town.review(blocking=(P2,)),
        "review:checks",
        Town.review,
    ),
    "a circuit that names somebody who is not enrolled": (
        lambda town: town.reach(State.ALIGNED),
        lambda town: town.review(circuit=circuit("ghost")),
        "UnknownPersonError",
        lambda town: (town.enrol("ghost", Role.REVIEWER), town.review(circuit=circuit("ghost"))),
    ),
    "a circuit that names somebody who is no reviewer": (
        lambda town: town.reach(State.ALIGNED),
        lambda town: town.review(circuit=circuit("press")),
        "review:right",
        lambda town: (town.enrol("press", Role.REVIEWER), town.review(circuit=circuit("press"))),
    ),
    "a circuit that names everybody of a role that does not review": (
        lambda town: town.reach(State.ALIGNED),
        lambda town: town.review(circuit=circuit("role:communications")),
        "review:right",
        lambda town: town.review(circuit=circuit("role:reviewer")),
    ),
    "a circuit that names an author": (
        lambda town: (
            town.reach(State.TRANSLATING),
            town.propose("jack"),
            town.certify(),
            town.align(),
        ),
        lambda town: town.review(circuit=circuit("legal", "jack")),
        "review:author",
        lambda town: town.review(circuit=circuit("legal")),
    ),
    "a pinned circuit whose decider has become an author since": (
        lambda town: (
            town.reach(State.ALIGNED),
            town.review(circuit=circuit("jack", "legal", required=2)),
            town.decide("jack"),
            town.propose("jack", only=["00000002"], word="new "),
            town.certify(),
            town.align(),
        ),
        lambda town: town.review(circuit=town.dossier.circuit),
        "review:author",
        lambda town: town.review(),
    ),
    "a role of which nobody is left but authors": (
        lambda town: (
            town.reach(State.TRANSLATING),
            town.propose("jack"),
            town.certify(),
            town.align(),
            [town.enrol(who) for who in ("legal", "schools", "one", "two", "three", "outsider")],
        ),
        lambda town: town.review(circuit=circuit("role:reviewer")),
        "review:deciders",
        lambda town: (town.enrol("legal", Role.REVIEWER), town.review(circuit=circuit("legal"))),
    ),
    "a person named twice who would have to approve twice": (
        lambda town: town.reach(State.ALIGNED),
        lambda town: town.review(circuit=circuit("legal", "legal", required=2)),
        "review:deciders",
        lambda town: town.review(circuit=circuit("legal", "one", required=2)),
    ),
    "deciding by somebody who is no reviewer": (
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.decide("press"),
        "role:decide",
        lambda town: town.decide("legal"),
    ),
    "deciding by somebody whose right was taken away since": (
        lambda town: (town.reach(State.IN_REVIEW), town.enrol("legal")),
        lambda town: town.decide("legal"),
        "role:decide",
        lambda town: (town.enrol("legal", Role.REVIEWER), town.decide("legal")),
    ),
    "deciding by somebody whom the circuit does not name": (
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.decide("outsider"),
        "decide:decider",
        lambda town: town.decide("schools"),
    ),
    "deciding by a reviewer who was enrolled after the circuit was pinned": (
        lambda town: (
            town.reach(State.ALIGNED),
            town.review(circuit=circuit("role:reviewer")),
            town.enrol("late", Role.REVIEWER),
        ),
        lambda town: town.decide("late"),
        "decide:decider",
        lambda town: town.decide("outsider"),
    ),
    "deciding at a step that is somebody else's": (
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.decide("legal", step="schools"),
        "decide:decider",
        lambda town: town.decide("legal", step="legal"),
    ),
    "deciding before the steps that come first": (
        lambda town: (town.reach(State.IN_REVIEW), town.decide("legal")),
        lambda town: town.decide("one"),
        "decide:step",
        lambda town: (town.decide("schools"), town.decide("one")),
    ),
    "deciding at a step that is closed": (
        lambda town: (town.reach(State.IN_REVIEW), town.decide("legal")),
        lambda town: town.refuse("legal"),
        "decide:step",
        lambda town: town.decide("schools"),
    ),
    "deciding on an old pair": (
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.decide("legal", pair=digest("earlier")),
        "decide:pair",
        lambda town: town.decide("legal"),
    ),
    "deciding after the deadline of a step that blocks": (
        lambda town: (town.reach(State.IN_REVIEW), town.later(days=8)),
        lambda town: town.decide("legal"),
        "decide:late",
        again,
    ),
    "deciding after the deadline of a step where silence is no opinion": (
        lambda town: (no_opinion(town), town.later(days=8)),
        lambda town: town.decide("legal"),
        "decide:late",
        again,
    ),
    "approving the same text twice": (
        lambda town: (
            town.reach(State.IN_REVIEW),
            town.decide("legal"),
            town.decide("schools"),
            town.decide("one"),
        ),
        lambda town: town.decide("one"),
        "decide:twice",
        lambda town: town.decide("two"),
    ),
    "approving the same paragraph twice": (
        lambda town: (town.reach(State.IN_REVIEW), town.decide("legal", paragraphs=(P2,))),
        lambda town: town.decide("legal", paragraphs=(P2,)),
        "decide:twice",
        lambda town: town.decide("legal"),
    ),
    "abstaining twice": (
        lambda town: (town.reach(State.IN_REVIEW), town.decide("legal", ABSTAIN)),
        lambda town: town.decide("legal", ABSTAIN),
        "decide:twice",
        lambda town: town.decide("legal"),
    ),
    "abstaining on one paragraph": (
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.decide("legal", ABSTAIN, paragraphs=(P2,)),
        "decide:abstain",
        lambda town: town.decide("legal", ABSTAIN),
    ),
    "deciding on a paragraph that there is not": (
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.refuse("legal", "0000000F"),
        "decide:paragraph",
        lambda town: town.refuse("legal", "00000002"),
    ),
    "requesting changes without a reason": (
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.refuse("legal", reason=None),
        "decide:reason",
        lambda town: town.refuse("legal"),
    ),
    "rejecting with an empty reason": (
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.decide("legal", ev.Decision.REJECT, reason=" \n"),
        "decide:reason",
        lambda town: town.decide("legal", ev.Decision.REJECT),
    ),
    "a refusal that has a reason but comes to an old pair": (
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.refuse("legal", pair=digest("earlier"), reason="This is personal."),
        "decide:pair",
        lambda town: town.refuse("legal"),
    ),
    "a decision on a version that has moved on": (
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.decide("legal", expected=1, reason="This is personal."),
        "StaleVersionError",
        lambda town: town.decide("legal", expected=town.dossier.version),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_guard_refuses_writes_nothing_and_can_be_satisfied(case: str) -> None:
    tried(*CASES[case])


AUTHORS = {
    "the drafter": lambda town: (town.text.update({"00000001": "We grow."}), town.submit("jack")),
    "the translator": lambda town: town.propose("jack", only=["00000002"], word="new "),
    "the reviser": lambda town: (
        town.propose(only=["00000002"], word="new "),
        town.certify("jack"),
    ),
}


@pytest.mark.parametrize("who", AUTHORS)
def test_nobody_decides_on_their_own_work(who: str) -> None:
    """Not even under a circuit that was pinned, from elsewhere, with an author in it."""
    town = Town.at(State.ALIGNED)
    AUTHORS[who](town)
    if town.state is State.DRAFT:
        town.translate()
        town.prepare()
        town.propose()
    if policy.uncertified(town.dossier):
        town.certify()
    town.align()
    assert PersonId("jack") in town.dossier.authors
    pinned = circuit("jack", "legal")
    town.inject(ev.ReviewOpened(PersonId("drafter"), pinned, digest("rule"), town.pair))
    before = town.paper.snapshot()
    with pytest.raises(NotEntitledError) as refused:
        town.decide("jack")
    assert refused.value.guard == "decide:author"
    assert town.paper.snapshot() == before
    town.decide("legal")
    assert town.state is State.BOARD_READY


def test_what_an_author_approved_before_does_not_count_after() -> None:
    town = Town.at(State.ALIGNED)
    town.review(circuit=circuit("jack", "legal", required=2))
    town.decide("jack")
    town.propose("jack", only=["00000002"], word="new ")
    town.certify()
    town.align()
    town.review(circuit=circuit("role:reviewer", required=1))
    assert town.state is State.IN_REVIEW
    assert town.dossier.approvals == {}
    assert "jack" not in town.dossier.circuit.steps[0].deciders  # type: ignore[union-attr]


def test_an_author_stays_one_through_every_cycle() -> None:
    town = Town.at(State.REJECTED)
    town.text["00000001"] = "We grow."
    town.submit("jack")
    assert {"drafter", "translator", "reviser", "jack"} <= town.dossier.authors


DEADLINES = {
    "opened on a Monday, five working days end on the next": ("2026-11-23T09:00", 5, "2026-11-30"),
    "opened before Ascension and its bridge": ("2026-05-12T09:00", 2, "2026-05-15"),
    "opened before Christmas": ("2026-12-23T09:00", 2, "2026-12-28"),
    "opened late on an evening that is the next day in Paris": (
        "2026-07-05T23:00",
        1,
        "2026-07-07",
    ),
}


@pytest.mark.parametrize("case", DEADLINES)
def test_a_deadline_counts_french_working_days(case: str) -> None:
    opened, days, last = DEADLINES[case]
    town = Town.at(State.ALIGNED)
    town.clock.at = datetime.fromisoformat(opened).replace(tzinfo=UTC)
    steps = (step("legal", ["legal"], working_days=days),)
    town.review(circuit=replace(CIRCUIT, steps=steps))
    pinned = town.dossier.circuit
    assert pinned is not None
    assert str(policy.deadline(town.dossier, pinned.steps[0])) == last
    summer = last[5:7] in ("05", "07")
    end = datetime.fromisoformat(f"{last}T{'21' if summer else '22'}:59").replace(tzinfo=UTC)
    town.clock.at = end
    in_time = town.another()
    in_time.decide("legal")
    town.later(minutes=2)
    with pytest.raises(GuardError) as refused:
        town.decide("legal")
    assert refused.value.guard == "decide:late"
    assert str(refused.value.data["deadline"]) == last


def test_a_step_that_escalates_takes_a_late_decision() -> None:
    town = Town.at(State.ALIGNED)
    steps = (step("legal", ["legal"], at_deadline=AtDeadline.ESCALATE),)
    town.review(circuit=replace(CIRCUIT, steps=steps))
    town.later(days=90)
    town.decide("legal")
    assert town.state is State.BOARD_READY


def test_silence_never_approves() -> None:
    for at_deadline in AtDeadline:
        town = Town.at(State.ALIGNED)
        steps = (step("legal", ["legal"], at_deadline=at_deadline),)
        town.review(circuit=replace(CIRCUIT, steps=steps))
        town.later(days=400)
        assert town.state is State.IN_REVIEW
        assert town.dossier.status("legal") is StepStatus.OPEN


def test_steps_open_in_parallel_and_then_in_sequence() -> None:
    town = Town.at(State.IN_REVIEW)
    opened, waiting, done = StepStatus.OPEN, StepStatus.WAITING, StepStatus.APPROVED
    assert town.dossier.statuses() == {"legal": opened, "schools": opened, "executive": waiting}
    town.decide("schools")
    assert town.dossier.statuses() == {"legal": opened, "schools": done, "executive": waiting}
    town.decide("legal")
    assert town.dossier.statuses() == {"legal": done, "schools": done, "executive": opened}
    assert set(town.dossier.steps_opened) == {"legal", "schools", "executive"}


def test_two_of_three_are_enough_whichever_they_are() -> None:
    for pair in (("one", "two"), ("two", "three"), ("three", "one")):
        town = Town.at(State.IN_REVIEW)
        town.decide("legal")
        town.decide("schools")
        town.decide(pair[0])
        assert town.state is State.IN_REVIEW
        town.decide(pair[1])
        assert town.state is State.BOARD_READY


def test_an_abstention_is_no_approval_and_may_become_one() -> None:
    town = Town.at(State.IN_REVIEW)
    for who in ("legal", "schools", "one"):
        town.decide(who)
    town.decide("two", ABSTAIN)
    assert town.state is State.IN_REVIEW
    town.decide("two")
    assert town.state is State.BOARD_READY


def test_an_abstention_takes_an_approval_back() -> None:
    town = Town.at(State.IN_REVIEW)
    for who in ("legal", "schools", "one"):
        town.decide(who)
    town.decide("one", ABSTAIN)
    town.decide("two")
    assert town.state is State.IN_REVIEW


def test_an_approval_of_one_paragraph_approves_nothing_else() -> None:
    town = Town.at(State.IN_REVIEW)
    town.decide("legal", paragraphs=(P2,))
    dossier = town.dossier
    assert dossier.status("legal") is StepStatus.OPEN
    assert set(dossier.missing("legal", PersonId("legal"))) == {*TEXT, ORDER} - {P2}
    town.decide("legal")
    assert town.dossier.status("legal") is StepStatus.APPROVED


def test_one_refusal_stops_the_review_until_it_is_answered() -> None:
    town = Town.at(State.IN_REVIEW)
    town.decide("schools")
    town.refuse("legal", "00000002", reason="  This paragraph promises too much. ")
    [point] = town.dossier.open_points
    assert (point.by, point.paragraphs) == ("legal", (P2,))
    assert (
        town.paper.notes[str(point.note and point.note.id)] == "This paragraph promises too much."
    )
    assert town.dossier.status("legal") is StepStatus.REFUSED
    with pytest.raises(GuardError):
        town.decide("schools")
    town.text["00000002"] = "With you."
    town.submit()
    town.certified()
    town.review()
    assert town.dossier.open_points == ()
    town.approved()
    assert town.state is State.BOARD_READY


def test_a_review_that_cannot_go_on_may_be_opened_anew_with_the_same_text() -> None:
    """Two of three abstained, so that two approvals can no longer be had."""
    town = Town.at(State.IN_REVIEW)
    for who in ("legal", "schools", "one"):
        town.decide(who)
    town.decide("two", ABSTAIN)
    with pytest.raises(GuardError, match="says the same"):
        town.submit()
    town.decide("three", ABSTAIN)
    town.submit()
    town.translate()
    town.align()
    town.review()
    assert town.dossier.approved("legal", PersonId("legal"))
    town.decide("two")
    assert town.state is State.BOARD_READY


def test_reasons_and_remarks_are_kept_outside_the_ledger() -> None:
    town = Town.at(State.IN_REVIEW)
    entry = town.decide("legal", reason="A private word.")
    assert "A private word." in town.paper.notes.values()
    assert "private" not in entry.payload
    town.decide("schools", reason="   ")
    assert list(town.paper.notes.values()) == ["A private word."]


def test_another_circuit_takes_every_approval_with_it() -> None:
    town = Town.at(State.IN_REVIEW)
    town.decide("legal")
    town.propose(only=["00000002"], word="new ")
    town.certify()
    town.align()
    town.review(circuit=replace(CIRCUIT, version=2))
    assert town.dossier.approvals == {}


def test_an_administrator_decides_nothing_whatever_else_they_are() -> None:
    def both(town: Town) -> None:
        town.reach(State.IN_REVIEW)
        town.enrol("legal", Role.REVIEWER, Role.ADMINISTRATOR)

    def one(town: Town) -> None:
        town.enrol("legal", Role.REVIEWER)
        town.decide("legal")

    tried(both, lambda town: town.decide("legal"), "decide:administrator", one)
