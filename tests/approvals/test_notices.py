"""Notices and explained voiding: whom the ledger says to tell, and the words for what fell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from approvals import events as ev
from approvals import notices, voiding
from approvals.circuits import AtDeadline
from approvals.names import ENGLISH, FRENCH, ORDER, ParagraphId, PersonId
from approvals.notices import Kind, Notice
from approvals.standing import State
from tests.approvals.town import CIRCUIT, ID, TEXT, Town, receipt, step

P2 = ParagraphId("00000002")


def told(town: Town) -> list[Notice]:
    return list(notices.of(ID, town.history, town.register))


def kinds(town: Town, who: str) -> list[Kind]:
    return [one.kind for one in told(town) if who in one.to]


@pytest.mark.parametrize("state", State)
def test_the_same_ledger_gives_the_same_notices_each_with_an_id_of_its_own(state: State) -> None:
    town = Town.at(state)
    first, second = told(town), told(town)
    assert first == second
    assert len({one.id for one in first}) == len(first)
    for one in first:
        assert one.to
        assert "{" not in one.message.format_map(one.data)
        assert ev.SYSTEM not in one.to


def test_those_whose_step_opens_are_asked_once() -> None:
    town = Town.at(State.IN_REVIEW)
    assert kinds(town, "legal") == [Kind.ASKED]
    assert kinds(town, "one") == []
    town.decide("legal")
    town.decide("schools")
    assert kinds(town, "one") == [Kind.ASKED]
    assert kinds(town, "legal") == [Kind.ASKED, Kind.RECEIPT]


def test_a_refusal_is_told_to_drafter_earlier_approvers_and_secretary_but_not_to_its_author() -> (
    None
):
    town = Town.at(State.IN_REVIEW)
    town.decide("schools")
    town.refuse("legal", P2, reason="A private word.")
    [refusal] = [one for one in told(town) if one.kind is Kind.REFUSED]
    assert refusal.to == ("drafter", "schools", "secretary")
    assert "private" not in str(refusal)


def test_a_refusal_for_another_is_told_to_whoever_is_absent_too() -> None:
    town = Town.at(State.IN_REVIEW)
    town.delegate("legal", "outsider")
    town.decide("outsider", ev.Decision.REJECT, behalf=PersonId("legal"))
    [instead] = [one for one in told(town) if one.kind is Kind.INSTEAD]
    assert (instead.to, instead.data["person"]) == (("legal",), "outsider")
    house = [entry for entry in town.paper.entries if entry.stream == "house"]
    [given] = notices.of_house(house)
    assert (given.kind, given.to) == (Kind.DELEGATED, ("outsider",))


SILENCE = {
    AtDeadline.NO_OPINION: ({Kind.NO_OPINION}, {"legal", "drafter", "secretary"}),
    AtDeadline.BLOCK: ({Kind.BLOCKED}, {"legal", "drafter", "secretary"}),
    AtDeadline.ESCALATE: (
        {Kind.ESCALATED, Kind.ASKED},
        {"legal", "drafter", "secretary", "three"},
    ),
}


@pytest.mark.parametrize("at_deadline", AtDeadline)
def test_what_silence_means_is_told_to_all_whom_it_concerns(at_deadline: AtDeadline) -> None:
    town = Town.at(State.ALIGNED)
    to = ("three",) if at_deadline is AtDeadline.ESCALATE else ()
    first = step("legal", ["legal"], at_deadline=at_deadline, escalate_to=to)
    town.review(circuit=replace(CIRCUIT, steps=(first, step("last", ["one"]))))
    town.expire()
    entry = town.pass_deadline()
    found = [one for one in told(town) if one.sequence == entry.sequence]
    wanted, people = SILENCE[at_deadline]
    assert {one.kind for one in found} == wanted
    assert {person for one in found for person in one.to} == people


def test_what_fell_is_told_paragraph_by_paragraph_with_both_languages() -> None:
    town = Town.at(State.BOARD_READY)
    town.text = {**TEXT, P2: "With you."}
    town.submit()
    town.certified()
    town.review()
    [fell] = [one for one in told(town) if one.kind is Kind.VOIDED]
    assert fell.message.format_map(fell.data) == "§ 2 EN + FR changed: 4 of 20 approvals fell"
    assert set(fell.to) == {"legal", "schools", "one", "two", "drafter"}
    [sentence] = voiding.sentences(town.dossier)
    assert sentence == (fell.message, {k: v for k, v in fell.data.items() if k != "dossier"})


def test_a_change_in_one_language_names_that_language_alone() -> None:
    town = Town.at(State.BOARD_READY)
    town.respell()
    [(message, data)] = voiding.sentences(town.dossier)
    assert message.format_map(data) == "§ 2 FR changed: 4 of 20 approvals fell"
    assert voiding.of(town.dossier)[0].people == ("legal", "schools", "one", "two")


def test_an_order_that_changed_is_said_as_such_and_old_entries_without_a_total() -> None:
    fallen = ev.Fallen("legal", PersonId("legal"), ORDER, (ENGLISH, FRENCH))
    [one] = voiding.explain([fallen], 0)
    message, data = one.sentence({})
    assert message.format_map(data) == "Order of paragraphs changed: 1 approvals fell"
    [one] = voiding.explain([replace(fallen, paragraph=P2)], 0)
    message, data = one.sentence({P2: 4})
    assert message.format_map(data) == "§ 4 EN + FR changed: 1 approvals fell"


def test_a_waiver_is_told_to_those_whose_approvals_stand_again() -> None:
    town = Town.at(State.BOARD_READY)
    town.respell()
    town.vouch()
    town.waive()
    [waived] = [one for one in told(town) if one.kind is Kind.WAIVED]
    assert set(waived.to) == {"legal", "schools", "one", "two", "drafter"}
    assert (waived.data["first"], waived.data["second"]) == ("outsider", "three")


def test_a_speaker_and_a_chair_are_asked() -> None:
    town = Town.at(State.SEALED)
    town.quote()
    assert kinds(town, "chair")[-1] is Kind.QUOTE
    town = Town.at(State.PUBLISHED)
    town.withdraw_text()
    assert kinds(town, "chair")[-1] is Kind.WITHDRAWAL
    town.confirm_withdrawal()
    assert Kind.WITHDRAWAL in kinds(town, "drafter")


def test_notices_of_the_newest_entries_alone_are_those_among_all() -> None:
    town = Town.at(State.PUBLISHED)
    every = told(town)
    middle = every[len(every) // 2].sequence
    late = list(notices.of(ID, town.history, town.register, after=middle))
    assert late == [one for one in every if one.sequence > middle]


def test_a_decision_gives_its_author_a_receipt_with_both_digests_and_the_entry() -> None:
    town = Town.at(State.IN_REVIEW)
    entry = town.decide("schools")
    [receipt] = [one for one in told(town) if one.kind is Kind.RECEIPT]
    assert receipt.to == ("schools",)
    dossier = town.dossier
    assert dossier.draft
    assert dossier.target
    assert receipt.data["digest_en"] == dossier.draft.text
    assert receipt.data["digest_fr"] == dossier.target.text
    assert (receipt.data["entry"], receipt.data["hash"]) == (str(entry.sequence), entry.hash)


def test_a_secret_vote_is_receipted_without_the_choice_and_without_the_code() -> None:
    town = Town.at(State.CONVENED)
    town.begin()
    for seat in ("S1", "S2", "S3"):
        town.attend(seat)
    rules = town.dossier
    assert rules.meeting
    town.inject(
        ev.BallotOpened(
            PersonId("secretary"),
            rules.meeting.called.meeting,
            ev.BallotId("b"),
            town.pair,
            3,
            3,
            True,
            "S1",
        )
    )
    entry = town.drop_vote("m2", "S2", ev.Choice.AGAINST)
    [one] = [one for one in told(town) if one.sequence == entry.sequence]
    assert (one.kind, one.to) == (Kind.RECEIPT, ("m2",))
    said = one.message.format_map(one.data) + repr(one.data)
    assert "against" not in said
    assert receipt("m2", "S2") not in said


def test_each_gate_tells_those_whose_turn_it_is_and_nobody_else() -> None:
    turns = {
        State.TRANSLATING: ("revise", "translator"),
        State.ALIGNED: ("review", "drafter"),
        State.BOARD_READY: ("convene", "secretary"),
        State.SEALED: ("publish", "press"),
    }
    for state, (act, who) in turns.items():
        last = [one for one in told(Town.at(state)) if one.kind is Kind.TURN][-1]
        assert last.data["act"] == act
        assert who in last.to


def test_members_are_told_of_convocation_ballot_and_result_and_of_a_recall() -> None:
    town = Town.at(State.PUBLISHED)
    kinds_ = kinds(town, "m2")
    for kind in (Kind.CONVENED, Kind.BALLOT, Kind.RESULT, Kind.RELEASED):
        assert kinds_.count(kind) == 1, kind
    town = Town.at(State.CONVENED)
    town.recall()
    assert kinds(town, "m2") == [Kind.CONVENED, Kind.RECALLED]
