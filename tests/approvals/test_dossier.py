from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from approvals import codec, policy
from approvals import events as ev
from approvals.board import Attendance, Outcome
from approvals.dossier import Dossier
from approvals.errors import ApprovalError
from approvals.names import ENGLISH, FRENCH, ORDER, ParagraphId, PersonId
from approvals.standing import State, StepStatus, paired
from tests.approvals.town import ACTS, ID, PEOPLE, TEXT, Act, Town, digest, paragraphs

P1, P2, P3, P4 = (ParagraphId(id) for id in TEXT)
LEGAL, SCHOOLS, ONE, TWO = (PersonId(id) for id in ("legal", "schools", "one", "two"))
BY_ALL = {("legal", LEGAL), ("schools", SCHOOLS), ("executive", ONE), ("executive", TWO)}


def fell(town: Town) -> dict[tuple[str, PersonId], set[tuple[str, tuple[str, ...]]]]:
    found: dict[tuple[str, PersonId], set[tuple[str, tuple[str, ...]]]] = {}
    for one in town.dossier.fell:
        found.setdefault((one.step, one.person), set()).add((one.paragraph, one.languages))
    return found


def second_draft(town: Town, text: dict[str, str]) -> Town:
    """Bring another text as far as an open review."""
    town.text = text
    town.submit()
    town.certified()
    town.review()
    return town


def test_one_changed_paragraph_loses_its_approvals_in_both_languages_and_no_other_does() -> None:
    town = second_draft(Town.at(State.BOARD_READY), {**TEXT, P2: "With you."})
    assert fell(town) == {who: {(P2, (ENGLISH, FRENCH))} for who in BY_ALL}
    for step, person in BY_ALL:
        assert town.dossier.missing(step, person) == (P2,)
    assert town.state is State.IN_REVIEW
    assert town.dossier.statuses()["legal"] is StepStatus.OPEN


def test_a_changed_translation_loses_the_approvals_of_its_paragraph_in_both_languages() -> None:
    town = Town.at(State.BOARD_READY)
    town.propose(only=[P3], word="rather ")
    assert (town.state, town.dossier.pair) == (State.TRANSLATING, None)
    town.certify()
    town.align()
    town.review()
    assert fell(town) == {who: {(P3, (FRENCH,))} for who in BY_ALL}
    assert town.dossier.missing("legal", LEGAL) == (P3,)


def test_a_translation_changed_in_the_middle_of_a_review_takes_it_back_to_translation() -> None:
    town = Town.at(State.IN_REVIEW)
    town.decide("legal")
    town.propose(only=[P2], word="rather ")
    with pytest.raises(ApprovalError):
        town.decide("schools")
    town.certify()
    town.align()
    town.review()
    assert fell(town) == {("legal", LEGAL): {(P2, (FRENCH,))}}


def test_a_removed_paragraph_makes_everyone_look_at_the_order_again() -> None:
    rest = {id: words for id, words in TEXT.items() if id != P2}
    town = second_draft(Town.at(State.BOARD_READY), rest)
    assert fell(town) == {who: {(ORDER, (ENGLISH, FRENCH))} for who in BY_ALL}
    assert town.dossier.missing("legal", LEGAL) == (ORDER,)


def test_a_moved_paragraph_makes_everyone_look_at_the_order_again() -> None:
    town = second_draft(Town.at(State.BOARD_READY), {id: TEXT[id] for id in (P3, P1, P2, P4)})
    assert fell(town) == {who: {(ORDER, (ENGLISH, FRENCH))} for who in BY_ALL}
    town.approved()
    assert town.state is State.BOARD_READY


def test_a_new_paragraph_is_to_be_approved_with_the_order() -> None:
    town = second_draft(Town.at(State.BOARD_READY), {**TEXT, "00000005": "And more."})
    assert set(town.dossier.missing("legal", LEGAL)) == {"00000005", ORDER}


def test_what_fell_does_not_come_back_with_the_earlier_wording() -> None:
    town = second_draft(Town.at(State.BOARD_READY), {**TEXT, P2: "With you."})
    second_draft(town, {**TEXT})
    assert town.dossier.missing("legal", LEGAL) == (P2,)


def test_a_paragraph_that_comes_back_has_to_be_approved_again() -> None:
    rest = {id: words for id, words in TEXT.items() if id != P2}
    town = second_draft(Town.at(State.BOARD_READY), rest)
    second_draft(town, {**TEXT})
    assert set(town.dossier.missing("legal", LEGAL)) == {P2, ORDER}


def test_everything_that_fell_since_the_last_review_is_told() -> None:
    town = Town.at(State.BOARD_READY)
    town.text = {**TEXT, P2: "With you."}
    town.submit()
    town.certified()
    town.propose(only=[P3], word="rather ")
    town.certify()
    town.align()
    assert fell(town)["legal", LEGAL] == {(P2, (ENGLISH, FRENCH)), (P3, (FRENCH,))}
    town.review()
    assert fell(town)["legal", LEGAL] == {(P2, (ENGLISH, FRENCH)), (P3, (FRENCH,))}
    town.propose(only=[P1], word="rather ")
    town.certify()
    town.align()
    assert fell(town)["legal", LEGAL] == {(P1, (FRENCH,))}


def test_bytes_alone_void_nothing() -> None:
    town = Town.at(State.IN_REVIEW)
    town.decide("legal")
    town.refuse("schools")
    town.submit(upload=digest("re-saved in Word"), version=digest("re-saved in Word"))
    town.translate()
    town.align()
    town.review()
    assert fell(town) == {}
    assert town.dossier.status("legal") is StepStatus.APPROVED


def test_a_refusal_takes_back_what_its_author_approved_of_these_paragraphs() -> None:
    town = Town.at(State.IN_REVIEW)
    town.decide("legal", paragraphs=(P1, P2, P3))
    town.refuse("legal", P2)
    assert set(town.dossier.approvals["legal", LEGAL]) == {P1, P3}
    town = Town.at(State.IN_REVIEW)
    town.decide("legal", paragraphs=(P1, P2, P3))
    town.refuse("legal")
    assert town.dossier.approvals["legal", LEGAL] == {}


WITHOUT_PAIR = {
    State.NEW,
    State.DRAFT,
    State.TRANSLATING,
    State.AMENDING,
    State.CONFORMITY,
    State.ABANDONED,
}


@pytest.mark.parametrize("state", State)
def test_there_is_a_pair_exactly_where_both_languages_are_certified(state: State) -> None:
    dossier = Town.at(state).dossier
    assert (dossier.pair is None) == (state in WITHOUT_PAIR)
    assert bool(dossier.pair_paragraphs) == (state not in WITHOUT_PAIR)


@pytest.mark.parametrize("change", ["draft", "translation"])
def test_an_edition_of_an_earlier_text_is_never_taken_for_the_current_one(change: str) -> None:
    town = Town.at(State.BOARD_READY)
    if change == "draft":
        town.text = {**TEXT, P2: "With you."}
        town.submit()
    else:
        town.propose(only=[P2], word="rather ")
    for _ in range(2):
        dossier = town.dossier
        assert dossier.pair is None
        assert dossier.target is None
        assert not dossier.approved("legal", LEGAL)
        assert dossier.status("legal") is not StepStatus.APPROVED
        if town.state is not State.ABANDONED:
            town.abandon()


def test_paragraphs_of_one_language_alone_stand_beside_nothing() -> None:
    left, right = paragraphs({"00000001": "a"}), paragraphs({"00000002": "b"})
    pairs = paired(left, right)
    assert pairs[P1] == (digest("a"), "")
    assert pairs[P2] == ("", digest("b"))
    assert pairs[ORDER][0] != pairs[ORDER][1]


@pytest.mark.parametrize("state", State)
def test_a_dossier_knows_since_when_it_is_where_it_is(state: State) -> None:
    town = Town.at(state)
    since = town.dossier.since
    last = town.history[-1].time
    assert (since is None) == (state is State.NEW)
    assert since is None or since <= last


STATE_TEXTS = ("We build.", "We grow.", "We last.")
WHO = st.sampled_from(sorted(PEOPLE))
PARAGRAPH = st.sampled_from([P1, P2, P3])
SEAT = st.sampled_from(["S1", "S2", "S3", "S4", "S5"])
STAND_INS = ["outsider", "three", "jack"]


STAGES: dict[policy.Stage, Act] = {
    policy.Stage.TRANSLATE: Town.prepare,
    policy.Stage.ALIGN: Town.align,
    policy.Stage.DEADLINE: lambda town: town.pass_deadline(
        policy.overdue(town.dossier, town.clock.at)[0].id
    ),
    policy.Stage.RESOLUTION: Town.write_resolution,
    policy.Stage.SEAL: Town.seal,
    policy.Stage.PUBLISH: Town.publish,
    policy.Stage.SUCCESSION: Town.settle,
    policy.Stage.ERRATUM: Town.publish_correction,
}

NEXT: dict[State, tuple[Act, ...]] = {
    State.NEW: (Town.submit,),
    State.DRAFT: (Town.translate,),
    State.TRANSLATING: (Town.propose, Town.certify),
    State.ALIGNED: (Town.review,),
    State.IN_REVIEW: tuple(
        (lambda town, who=who: town.decide(who))
        for who in ("legal", "schools", "one", "two", "three")
    ),
    State.CHANGES_REQUESTED: (Town.submit,),
    State.BOARD_READY: (Town.convene,),
    State.CONVENED: (
        *((lambda town, seat=seat: town.attend(seat)) for seat in ("S1", "S2", "S3")),
        Town.open_ballot,
    ),
    State.NO_QUORUM: (Town.convene,),
    State.VOTING: (
        lambda town: town.vote("m2", "S2"),
        lambda town: town.vote("m3", "S3"),
        Town.close_ballot,
    ),
    State.AMENDING: (Town.open_ballot,),
    State.CONFORMITY: (
        Town.propose,
        Town.certify,
        Town.conform,
        lambda town: town.conform("secretary"),
        Town.order_seal,
    ),
    State.ADOPTED: (Town.order_seal,),
    State.SEALED: (Town.release,),
}
"""What makes the road go on from each state."""


class Road(RuleBasedStateMachine):
    """Anybody tries anything; what is refused leaves nothing, what is written keeps the laws."""

    @initialize(
        start=st.sampled_from([State.NEW, State.IN_REVIEW, State.BOARD_READY, State.VOTING])
    )
    def begin(self, start: State) -> None:
        self.town = Town.at(start)
        self.live = Dossier(ID)
        self.take()

    def take(self) -> None:
        for entry in self.town.history[self.live.version :]:
            event = codec.decode(entry.type, json.loads(entry.payload))
            self.live.apply(event, entry.time, entry.sequence)
            self.live.version = entry.version
            self.live.statuses()

    def attempt(self, act: Callable[[Town], Any]) -> None:
        before, count = self.town.paper.snapshot(), len(self.town.paper.entries)
        try:
            act(self.town)
        except ApprovalError:
            assert self.town.paper.snapshot() == before
        else:
            assert len(self.town.paper.entries) == count + 1
        self.take()

    def go_on(self, data: st.DataObject) -> None:
        """Let the road go on a while, so that what somebody tried next meets every state."""
        for _ in range(data.draw(st.sampled_from([0, 0, 1, 2]))):
            stage = policy.due(self.live, self.town.clock.at)
            for act in [STAGES[stage]] if stage else NEXT.get(self.live.state, ()):
                self.attempt(act)

    @rule(data=st.data(), act=st.sampled_from(sorted({*ACTS} - {"abandon"})))
    def somebody_does_something(self, data: st.DataObject, act: str) -> None:
        self.go_on(data)
        self.attempt(ACTS[act])

    @rule(
        data=st.data(),
        id=PARAGRAPH,
        words=st.sampled_from(STATE_TEXTS),
        by=st.sampled_from(["drafter", "jack"]),
    )
    def a_draft_comes(self, data: st.DataObject, id: ParagraphId, words: str, by: str) -> None:
        self.go_on(data)
        before = self.town.text
        self.town.text = {**before, id: words}
        self.attempt(lambda town: town.submit(by))
        draft = self.live.draft
        if draft is None or draft.paragraphs != paragraphs(self.town.text):
            self.town.text = before

    @rule(data=st.data(), by=WHO, id=PARAGRAPH, word=st.sampled_from(["", "rather "]))
    def somebody_translates(self, data: st.DataObject, by: str, id: ParagraphId, word: str) -> None:
        self.go_on(data)
        before = {**self.town.french}
        count = len(self.town.paper.entries)
        self.attempt(lambda town: town.propose(by, only=[id], word=word))
        if len(self.town.paper.entries) == count:
            self.town.french = before

    @rule(data=st.data(), by=WHO)
    def somebody_certifies(self, data: st.DataObject, by: str) -> None:
        self.go_on(data)
        self.attempt(lambda town: town.certify(by))

    @rule(data=st.data(), by=WHO, decision=st.sampled_from(ev.Decision), only=st.none() | PARAGRAPH)
    def somebody_decides(
        self, data: st.DataObject, by: str, decision: ev.Decision, only: ParagraphId | None
    ) -> None:
        self.go_on(data)
        where = () if only is None else (only,)
        self.attempt(lambda town: town.decide(by, decision, paragraphs=where))

    @rule(
        data=st.data(), by=st.sampled_from(["legal", "one", "jack"]), to=st.sampled_from(STAND_INS)
    )
    def somebody_stands_in(self, data: st.DataObject, by: str, to: str) -> None:
        self.go_on(data)
        count = len(self.town.paper.entries)
        with suppress(ApprovalError):
            self.town.delegate(by, to)
        assert len(self.town.paper.entries) <= count + 1
        self.attempt(lambda town: town.decide(to, behalf=PersonId(by)))

    @rule(data=st.data(), first=WHO, second=WHO)
    def two_persons_call_a_change_typographic(
        self, data: st.DataObject, first: str, second: str
    ) -> None:
        self.go_on(data)
        for act in (lambda town: town.vouch(first, P2), lambda town: town.waive(second, P2)):
            self.attempt(act)

    @precondition(lambda self: self.live.state is State.CONVENED)
    @rule(
        seat=SEAT,
        attendance=st.sampled_from(Attendance),
        to=st.none() | SEAT,
        recused=st.booleans(),
    )
    def the_secretary_records(
        self, seat: str, attendance: Attendance, to: str | None, recused: bool
    ) -> None:
        self.attempt(lambda town: town.attend(seat, attendance, proxy_to=to, recused=recused))

    @precondition(lambda self: self.live.state is State.VOTING)
    @rule(by=WHO, seat=SEAT, choice=st.sampled_from(ev.Choice))
    def somebody_votes(self, by: str, seat: str, choice: ev.Choice) -> None:
        self.attempt(lambda town: town.vote(by, seat, choice))

    @rule(days=st.integers(1, 30))
    def time_goes_by(self, days: int) -> None:
        self.town.later(days=days)

    @invariant()
    def replay_equals_state(self) -> None:
        assert Dossier.replay(ID, self.town.history) == self.live
        assert self.live.state in State

    @invariant()
    def nobody_decides_on_their_own_work(self) -> None:
        live = self.live
        if live.state in (State.IN_REVIEW, State.BOARD_READY, State.CONVENED, State.VOTING):
            assert live.circuit is not None
            for step in live.circuit.steps:
                assert not live.authors.intersection(live.deciders(step))
                voices = [
                    {one.by for one in live.approvals.get((step.id, person), {}).values()}
                    for person in live.deciders(step)
                ]
                assert not live.authors.intersection(*voices)
                assert sum(map(len, voices)) == len(set().union(*voices))
        for pair in live.pairs.values():
            assert pair.certified_by is None or pair.certified_by != pair.proposed_by

    @invariant()
    def the_board_only_sees_what_was_approved(self) -> None:
        live = self.live
        shown = (State.BOARD_READY, State.CONVENED, State.VOTING, State.ADOPTED)
        if live.state in shown and not live.amended:
            assert {*live.statuses().values()} == {StepStatus.APPROVED}
            assert live.open_points == ()
            assert policy.uncertified(live) == ()

    @invariant()
    def each_approval_that_counts_was_given_to_this_very_text(self) -> None:
        live = self.live
        if not live.aligned:
            return
        now = live.pair_paragraphs
        for (step, person), given in live.approvals.items():
            said = [
                event
                for event in map(_event, self.town.history)
                if isinstance(event, ev.DecisionMade)
                and event.decision is ev.Decision.APPROVE
                and (event.step, event.behalf or event.by) == (step, person)
            ]
            for id, approval in given.items():
                assert now[id] == (approval.source, approval.target)
                assert any(id in event.paragraphs or not event.paragraphs for event in said)
                assert not approval.waived or any(
                    isinstance(event, ev.TypographyWaived)
                    and event.first != event.by
                    and not live.authors & {event.first, event.by}
                    for event in map(_event, self.town.history)
                )

    @invariant()
    def published_means_adopted_and_sealed_in_both_languages(self) -> None:
        live = self.live
        if live.state in (State.SEALED, State.EMBARGOED, State.PUBLISHED):
            assert live.result is not None
            assert live.result.outcome is Outcome.ADOPTED
            assert policy.adopted_pair(live) == live.pair
            assert live.resolution is not None
            assert live.sealed is not None
            statements = [
                one.language for one in live.sealed.editions if one.kind is ev.EditionKind.STATEMENT
            ]
            assert sorted(statements) == [ENGLISH, FRENCH]
        if live.state is State.PUBLISHED:
            assert live.published is not None
            assert live.sealed is not None
            assert live.published.editions == live.sealed.editions

    @invariant()
    def the_result_can_be_recomputed(self) -> None:
        live = self.live
        if live.result is not None and live.state is not State.DEFERRED:
            assert policy.count_ballot(live) == (live.result.tally, live.result.outcome)


def _event(entry: Any) -> ev.Event:
    return codec.decode(entry.type, json.loads(entry.payload))


Road.TestCase.settings = settings(
    max_examples=50,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestRoad = Road.TestCase
