from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from approvals import events as ev
from approvals import policy
from approvals.board import Attendance, MajorityBasis, Place, Tally
from approvals.names import PersonId, Role
from approvals.standing import State
from tests.approvals.town import BOARD, RULES, Act, Town, digest, gather, seats_held, tried

FOR, AGAINST, ABSTAIN = ev.Choice.FOR, ev.Choice.AGAINST, ev.Choice.ABSTAIN
ABSENT, REMOTE = Attendance.ABSENT, Attendance.REMOTE


def ready(town: Town) -> Town:
    return town.reach(State.BOARD_READY)


def convened(town: Town) -> Town:
    town.reach(State.CONVENED).begin()
    return town


def gathered(town: Town) -> Town:
    gather(convened(town))
    return town


def voting(town: Town) -> Town:
    return town.reach(State.VOTING)


def days(town: Town, count: float) -> dict[str, object]:
    return {"when": town.clock.at + timedelta(days=count)}


def soon(town: Town, count: float, urgency: str | None = None) -> object:
    return town.convene(**days(town, count), urgency=urgency)


def board_until(day: date) -> object:
    return replace(BOARD, seats=(replace(BOARD.seats[0], term_end=day), *BOARD.seats[1:]))


def represented(town: Town) -> Town:
    """S4 is represented by S1, S5 is not there."""
    gathered(town).represent("S4", "S1")
    return town


CASES: dict[str, tuple[Act, Act, str, Act]] = {
    "convening without being secretary": (
        ready,
        lambda town: town.convene("chair"),
        "role:convene",
        Town.convene,
    ),
    "convening a minute too soon": (
        ready,
        lambda town: soon(town, 10 - 1 / 1440),
        "convene:notice",
        lambda town: soon(town, 10),
    ),
    "convening at short notice without a reason": (
        ready,
        lambda town: soon(town, 2),
        "convene:notice",
        lambda town: soon(town, 2, "The ministry waits."),
    ),
    "convening at short notice with an empty reason": (
        ready,
        lambda town: soon(town, 2, "  "),
        "convene:urgency",
        lambda town: soon(town, 2, "The ministry waits."),
    ),
    "convening at shorter notice than urgency allows": (
        ready,
        lambda town: soon(town, 0.5, "The ministry waits."),
        "convene:notice",
        lambda town: soon(town, 1, "The ministry waits."),
    ),
    "convening in the past": (
        ready,
        lambda town: soon(town, -1, "The ministry waits."),
        "convene:notice",
        lambda town: soon(town, 30),
    ),
    "a second convocation at shorter notice than its own": (
        lambda town: town.reach(State.NO_QUORUM),
        lambda town: soon(town, 4),
        "convene:notice",
        lambda town: soon(town, 5),
    ),
    "a second convocation under other rules": (
        lambda town: town.reach(State.NO_QUORUM),
        lambda town: town.convene(board=replace(BOARD, rules=replace(RULES, notice_days=1))),
        "convene:rule",
        Town.convene,
    ),
    "convening under rules that are not in force on the day": (
        ready,
        lambda town: town.convene(
            board=replace(BOARD, rules=replace(RULES, in_force_from=date(2027, 1, 1)))
        ),
        "convene:force",
        Town.convene,
    ),
    "a seat held by somebody who is not enrolled": (
        ready,
        lambda town: town.convene(board=seats_held(BOARD, S3="ghost"), urgency="Personal."),
        "UnknownPersonError",
        Town.convene,
    ),
    "a seat held by somebody who is no member": (
        ready,
        lambda town: town.convene(board=seats_held(BOARD, S3="press")),
        "convene:member",
        lambda town: (
            town.enrol("press", Role.MEMBER),
            town.convene(board=seats_held(BOARD, S3="press")),
        ),
    ),
    "a seat whose term ends the day before": (
        ready,
        lambda town: town.convene(board=board_until(date(2026, 12, 2))),
        "convene:term",
        lambda town: town.convene(board=board_until(date(2026, 12, 3))),
    ),
    "recalling without a reason": (
        lambda town: town.reach(State.CONVENED),
        lambda town: town.recall(reason=None),
        "recall:reason",
        Town.recall,
    ),
    "recording attendance before the session": (
        lambda town: town.reach(State.CONVENED),
        lambda town: town.attend("S1"),
        "attend:day",
        lambda town: (town.begin(), town.attend("S1")),
    ),
    "recording attendance of a seat that there is not": (
        convened,
        lambda town: town.attend("S9"),
        "attend:seat",
        lambda town: town.attend("S1"),
    ),
    "a proxy to a seat that there is not": (
        gathered,
        lambda town: town.represent("S4", "S9"),
        "attend:seat",
        lambda town: town.represent("S4", "S1"),
    ),
    "a represented seat without a holder": (
        gathered,
        lambda town: town.attend("S4", Attendance.REPRESENTED),
        "attend:proxy",
        lambda town: town.represent("S4", "S1"),
    ),
    "a proxy for somebody who is there": (
        gathered,
        lambda town: town.attend("S4", proxy_to="S1"),
        "attend:proxy",
        lambda town: town.attend("S4"),
    ),
    "a proxy to oneself": (
        gathered,
        lambda town: town.represent("S1", "S1"),
        "attend:proxy-self",
        lambda town: town.represent("S4", "S1"),
    ),
    "a proxy to somebody who is not there": (
        gathered,
        lambda town: town.represent("S4", "S5"),
        "attend:proxy-absent",
        lambda town: (town.attend("S5", REMOTE), town.represent("S4", "S5")),
    ),
    "a proxy to somebody who is represented": (
        represented,
        lambda town: town.represent("S5", "S4"),
        "attend:proxy-absent",
        lambda town: town.represent("S5", "S2"),
    ),
    "a proxy to somebody who left": (
        lambda town: (gathered(town), town.attend("S1", ABSENT)),
        lambda town: town.represent("S4", "S1"),
        "attend:proxy-absent",
        lambda town: town.represent("S4", "S2"),
    ),
    "a proxy to somebody who takes no part in the item": (
        lambda town: (gathered(town), town.attend("S1", recused=True)),
        lambda town: town.represent("S4", "S1"),
        "attend:proxy-recused",
        lambda town: town.represent("S4", "S2"),
    ),
    "a proxy more than the rule allows": (
        represented,
        lambda town: town.represent("S5", "S1"),
        "attend:proxy-cap",
        lambda town: town.represent("S5", "S2"),
    ),
    "declaring that there is no quorum before the session": (
        lambda town: town.reach(State.CONVENED),
        Town.no_quorum,
        "attend:day",
        lambda town: (town.begin(), town.no_quorum()),
    ),
    "declaring that there is no quorum where there is one": (
        gathered,
        Town.no_quorum,
        "no-quorum:met",
        Town.open_ballot,
    ),
    "opening a ballot without a quorum": (
        lambda town: (convened(town), town.attend("S1"), town.attend("S2")),
        Town.open_ballot,
        "ballot:quorum",
        lambda town: (town.attend("S3", REMOTE), town.open_ballot()),
    ),
    "opening a ballot with a quorum that a recusal took": (
        lambda town: (gathered(town), town.attend("S3", recused=True)),
        Town.open_ballot,
        "ballot:quorum",
        lambda town: (town.attend("S4"), town.open_ballot()),
    ),
    "opening a ballot with a quorum that left with a proxy's holder": (
        lambda town: (
            convened(town),
            town.attend("S1"),
            town.attend("S2"),
            town.represent("S3", "S2"),
            town.attend("S4"),
            town.attend("S2", ABSENT),
        ),
        Town.open_ballot,
        "ballot:quorum",
        lambda town: (town.attend("S2"), town.open_ballot()),
    ),
    "opening a ballot on another text": (
        gathered,
        lambda town: town.open_ballot(pair=digest("earlier")),
        "ballot:pair",
        Town.open_ballot,
    ),
    "opening a ballot by a member": (
        gathered,
        lambda town: town.open_ballot("m2"),
        "role:open-ballot",
        lambda town: town.open_ballot("chair"),
    ),
    "voting without being a member": (
        voting,
        lambda town: town.vote("secretary", "S1"),
        "role:vote",
        lambda town: town.vote("chair", "S1"),
    ),
    "voting for a seat that there is not": (
        voting,
        lambda town: town.vote("m2", "S9"),
        "attend:seat",
        lambda town: town.vote("m2", "S2"),
    ),
    "voting for a seat that is absent": (
        voting,
        lambda town: town.vote("m4", "S4"),
        "vote:entitled",
        lambda town: town.vote("m3", "S3"),
    ),
    "voting while recused": (
        lambda town: (
            gathered(town),
            town.attend("S4", recused=True),
            town.open_ballot(),
        ),
        lambda town: town.vote("m4", "S4"),
        "vote:entitled",
        lambda town: town.vote("m3", "S3"),
    ),
    "a recused member voting with another's proxy": (
        lambda town: (
            represented(town),
            town.attend("S5"),
            town.attend("S1", recused=True),
            town.open_ballot(),
        ),
        lambda town: town.vote("chair", "S4"),
        "vote:entitled",
        lambda town: town.vote("m5", "S5"),
    ),
    "voting for another's seat": (
        voting,
        lambda town: town.vote("m2", "S1"),
        "vote:holder",
        lambda town: town.vote("m2", "S2"),
    ),
    "voting for one's own seat after giving the proxy away": (
        lambda town: (represented(town), town.open_ballot()),
        lambda town: town.vote("m4", "S4"),
        "vote:holder",
        lambda town: town.vote("chair", "S4"),
    ),
    "voting with a proxy that is another's": (
        lambda town: (represented(town), town.open_ballot()),
        lambda town: town.vote("m2", "S4"),
        "vote:holder",
        lambda town: town.vote("chair", "S4"),
    ),
    "voting twice": (
        lambda town: (voting(town), town.vote("m2", "S2")),
        lambda town: town.vote("m2", "S2", AGAINST),
        "vote:twice",
        lambda town: town.vote("m3", "S3"),
    ),
    "closing a ballot in which nobody voted": (
        voting,
        Town.close_ballot,
        "ballot:empty",
        lambda town: (town.vote("m2", "S2"), town.close_ballot()),
    ),
    "closing a ballot by a member": (
        lambda town: (voting(town), town.vote("m2", "S2")),
        lambda town: town.close_ballot("m2"),
        "role:close-ballot",
        lambda town: town.close_ballot("chair"),
    ),
    "a resolution number that is taken": (
        lambda town: (
            voting(town),
            town.vote("m2", "S2"),
            other_resolution(town, "2026-07"),
        ),
        lambda town: town.close_ballot(number=" 2026-07 "),
        "ballot:number",
        lambda town: town.close_ballot(number="2026-08"),
    ),
}


def other_resolution(town: Town, number: str) -> None:
    """Another dossier of the house was adopted under ``number``."""
    from approvals import codec
    from approvals.board import Outcome

    result = ev.ResultProclaimed(
        PersonId("secretary"),
        ev.BallotId("b"),
        digest("pair"),
        digest("rule"),
        Tally(3, 0, 0, 0, 2, False),
        Outcome.ADOPTED,
        number,
        date(2026, 1, 1),
    )
    with town.paper.begin() as work:
        work.append(
            f"other-{number}",
            expected=0,
            type="ResultProclaimed",
            payload=codec.payload(result),
            key=f"other-{number}",
            at=town.clock.at,
        )
        work.commit()


@pytest.mark.parametrize("case", CASES)
def test_the_guard_refuses_writes_nothing_and_can_be_satisfied(case: str) -> None:
    tried(*CASES[case])


def test_a_convocation_pins_rules_seats_and_text() -> None:
    town = Town.at(State.CONVENED)
    meeting = town.dossier.meeting
    assert meeting is not None
    called = meeting.called
    assert called.rules == RULES
    assert [seat.holder for seat in called.seats] == ["chair", "m2", "m3", "m4", "m5"]
    assert (called.pair, called.second_call, called.urgency) == (town.pair, False, None)


def test_urgency_is_kept_as_a_note() -> None:
    town = Town.at(State.BOARD_READY)
    entry = soon(town, 2, " The ministry waits. ")
    assert "The ministry waits." in town.paper.notes.values()
    assert "ministry" not in str(entry)


def test_a_second_convocation_needs_no_quorum_where_its_rule_asks_for_none() -> None:
    town = Town.at(State.NO_QUORUM)
    soon(town, 5)
    town.begin()
    town.attend("S2")
    assert policy.count(town.dossier).met
    town.open_ballot(presiding="S2")
    town.vote("m2", "S2")
    town.close_ballot()
    assert town.state is State.ADOPTED


def test_a_recalled_second_convocation_is_a_first_one_again() -> None:
    town = Town.at(State.NO_QUORUM)
    soon(town, 5)
    town.recall()
    assert town.state is State.BOARD_READY
    town.convene()
    meeting = town.dossier.meeting
    assert meeting is not None
    assert not meeting.called.second_call


def test_attendance_replaces_what_was_recorded_before() -> None:
    town = Town.at(State.CONVENED)
    town.begin()
    town.attend("S1")
    town.attend("S2", REMOTE)
    town.represent("S1", "S2")
    town.attend("S1", REMOTE, recused=True)
    meeting = town.dossier.meeting
    assert meeting is not None
    assert meeting.places["S1"] == Place(REMOTE, None, True)


def test_a_proxy_may_be_given_to_another_without_filling_the_first_holders_hand() -> None:
    town = Town.at(State.CONVENED)
    gather(town)
    town.represent("S4", "S1")
    town.represent("S4", "S2")
    town.represent("S5", "S1")
    assert policy.entitled(town.dossier) == ("S1", "S2", "S3", "S4", "S5")


def votes(town: Town, **choices: ev.Choice) -> None:
    holders = {seat.id: seat.holder for seat in BOARD.seats}
    for seat, choice in choices.items():
        town.vote(holders[seat], seat, choice)


def result(town: Town) -> Tally:
    town.close_ballot()
    proclaimed = town.dossier.result
    assert proclaimed is not None
    tally, outcome = policy.count_ballot(town.dossier)
    assert (tally, outcome) == (proclaimed.tally, proclaimed.outcome)
    return tally


def test_the_result_is_what_the_votes_give() -> None:
    town = Town.at(State.VOTING)
    votes(town, S1=AGAINST, S2=FOR, S3=FOR)
    assert result(town) == Tally(2, 1, 0, 0, 2, False)
    assert town.state is State.ADOPTED


def test_the_chair_in_person_breaks_a_tie() -> None:
    town = Town.at(State.VOTING)
    votes(town, S1=FOR, S2=AGAINST, S3=ABSTAIN)
    assert result(town) == Tally(1, 1, 1, 0, 2, True)
    assert town.state is State.ADOPTED


def test_a_proxy_does_not_break_a_tie_for_the_chair() -> None:
    town = Town.at(State.CONVENED)
    town.begin()
    town.attend("S2")
    town.attend("S3")
    town.represent("S1", "S2")
    town.open_ballot(presiding="S2")
    town.vote("m2", "S1", FOR)
    town.vote("m2", "S2", AGAINST)
    assert not result(town).casting_vote
    assert town.state is State.REJECTED


def test_among_all_members_an_abstention_counts_against() -> None:
    town = Town.at(State.BOARD_READY)
    members = replace(RULES, majority_basis=MajorityBasis.MEMBERS)
    town.convene(board=replace(BOARD, rules=members))
    gather(town)
    town.open_ballot()
    votes(town, S2=FOR, S3=ABSTAIN)
    assert result(town) == Tally(1, 0, 1, 1, 2, False)
    assert town.state is State.REJECTED


def test_a_text_that_is_not_adopted_gets_no_number() -> None:
    town = Town.at(State.REJECTED)
    assert town.dossier.result is not None
    assert town.dossier.result.number is None


def test_resolutions_are_numbered_by_year_and_no_number_is_given_twice() -> None:
    town = Town.at(State.VOTING)
    other_resolution(town, "2026-01")
    other_resolution(town, "2026-03")
    other_resolution(town, "2025-01")
    town.vote("m2", "S2")
    for wanted, number in ((None, "2026-02"), ("  ", "2026-02"), ("A 12", "A 12")):
        closed = town.another()
        closed.close_ballot(number=wanted)
        proclaimed = closed.dossier.result
        assert proclaimed is not None
        assert proclaimed.number == number


def test_a_resolution_of_new_years_eve_in_utc_belongs_to_the_year_in_france() -> None:
    town = Town.at(State.VOTING)
    town.vote("m2", "S2")
    town.clock.at = town.clock.at.replace(month=12, day=31, hour=23, minute=30)
    town.close_ballot()
    proclaimed = town.dossier.result
    assert proclaimed is not None
    assert (proclaimed.number, proclaimed.on) == ("2027-01", date(2027, 1, 1))


def test_a_member_may_be_an_author_of_the_text() -> None:
    town = Town.at(State.BOARD_READY)
    town.enrol("drafter", Role.DRAFTER, Role.MEMBER)
    town.convene(board=seats_held(BOARD, S2="drafter"))
    gather(town)
    town.open_ballot()
    town.vote("drafter", "S2")
    assert town.dossier.ballot is not None
    assert town.dossier.ballot.votes == {"S2": FOR}


def test_a_board_file_may_name_people_by_their_id() -> None:
    town = Town.at(State.BOARD_READY)
    town.convene(board=seats_held(BOARD, S2="m2"))
    assert town.state is State.CONVENED
