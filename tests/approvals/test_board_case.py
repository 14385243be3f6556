"""A ballot that belongs to no house is counted as the house would, or refused with its place."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.board import (
    INSIDE,
    Attendance,
    BoardRules,
    Mode,
    Outcome,
    ProxyScope,
    SecretBallot,
    presets,
)
from approvals.board import case as cases
from approvals.board.case import BallotFileError

IMT = presets.rules("imt-type")


def seat(id: str, vote: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": id, "attendance": "present", **({"vote": vote} if vote else {}), **more}


def counted(rules: BoardRules = IMT, **ballot: Any) -> cases.Counted:
    return cases.count(rules, cases.load(json.dumps(ballot), rules))


def test_a_ballot_in_session_is_counted_with_its_proxies_and_recusals() -> None:
    found = counted(
        seats=[
            seat("A", "for", chair=True),
            seat("B", "against", attendance="remote"),
            seat("C", "for", attendance="represented", proxy_to="A"),
            seat("D", recused=True),
            seat("E", attendance="absent"),
            {"id": "F", "vacant": True},
        ]
    )
    assert (found.tally.in_favour, found.tally.against, found.tally.not_voting) == (2, 1, 0)
    assert (found.quorum.counted, found.quorum.required, found.quorum.seats) == (3, 3, 5)
    assert (found.outcome, found.proxies, found.recusals) == (Outcome.ADOPTED, 1, 1)


def test_without_a_quorum_nothing_is_decided() -> None:
    seats = [seat("A", "for"), *(seat(id, attendance="absent") for id in "BCD")]
    assert counted(seats=seats).outcome is None
    assert counted(seats=seats, second_call=True).outcome is Outcome.ADOPTED


def test_a_secret_ballot_is_a_box_and_has_no_casting_vote() -> None:
    seats = [seat("A", chair=True), seat("B")]
    found = counted(seats=seats, secret=True, box=["for", "against"])
    assert (found.outcome, found.tally.casting_vote) == (Outcome.REJECTED, False)
    open_ = counted(seats=[seat("A", "for", chair=True), seat("B", "against")])
    assert (open_.outcome, open_.tally.casting_vote) == (Outcome.ADOPTED, True)


def test_in_writing_everybody_may_vote_and_the_quorum_is_taking_part() -> None:
    seats = [
        {"id": "A", "vote": "for"},
        {"id": "B", "vote": "for"},
        {"id": "C"},
        {"id": "D", "recused": True},
    ]
    found = counted(seats=seats, mode="written")
    assert (found.quorum.counted, found.quorum.required) == (2, 2)
    assert found.tally.not_voting == 1


def test_whoever_presides_breaks_a_tie_where_the_rule_gives_it() -> None:
    seats = [seat("A", attendance="absent", chair=True), seat("B", "for"), seat("C", "against")]
    ballot = {"seats": seats, "presiding": "B"}
    assert counted(**ballot).outcome is Outcome.ADOPTED
    without = replace(IMT, substitute_casting_vote=False)
    assert counted(without, **ballot).outcome is Outcome.REJECTED


TWO = [seat("A", "for"), seat("B", "against")]

FAULTS: dict[str, tuple[Any, str, str]] = {
    "it is not JSON": ("{", "JSON", "line 1"),
    "it is no object": ([], "object", "seats"),
    "a field that nobody knows": ({"seats": TWO, "sets": 1}, "sets", "nobody knows"),
    "a field of a seat that nobody knows": (
        {"seats": [seat("A", votes="for")]},
        "seats[1].votes",
        "nobody knows",
    ),
    "a seat without a name": ({"seats": [{}]}, "seats[1].id", "id"),
    "a seat twice": ({"seats": [*TWO, seat("A")]}, "seats[3].id", "once"),
    "a vote that nobody knows": ({"seats": [seat("A", "yes")]}, "seats[1].vote", "abstain"),
    "an attendance that nobody knows": (
        {"seats": [seat("A", attendance="here")]},
        "seats[1].attendance",
        "represented",
    ),
    "a yes that is a word": ({"seats": [seat("A", recused="yes")]}, "recused", "true or false"),
    "a represented seat without a holder": (
        {"seats": [seat("A", attendance="represented")]},
        "seats[1].proxy_to",
        "proxy",
    ),
    "a proxy to nobody": (
        {"seats": [seat("A", attendance="represented", proxy_to="Z")]},
        "seats[1].proxy_to",
        "another seat",
    ),
    "a proxy to somebody absent": (
        {"seats": [seat("A", attendance="represented", proxy_to="B"), {"id": "B"}]},
        "seats[1].proxy_to",
        "in the session",
    ),
    "more proxies than the rule allows": (
        {
            "seats": [
                seat("A"),
                *(seat(id, attendance="represented", proxy_to="A") for id in "BC"),
            ]
        },
        "seats[3].proxy_to",
        "more proxies",
    ),
    "a vote of somebody absent": (
        {"seats": [seat("A", "for", attendance="absent")]},
        "seats[1].vote",
        "no vote",
    ),
    "a vote of somebody recused": (
        {"seats": [seat("A", "for", recused=True)]},
        "seats[1].vote",
        "no vote",
    ),
    "a vacant seat that votes": (
        {"seats": [{"id": "A", "vacant": True, "vote": "for"}]},
        "seats[1]",
        "vacant",
    ),
    "a way of meeting that nobody knows": ({"seats": TWO, "mode": "pub"}, "mode", "written"),
    "votes by seat in a secret ballot": ({"seats": TWO, "secret": True}, "seats[1].vote", "box"),
    "a box in an open ballot": ({"seats": TWO, "box": ["for"]}, "box", "secret"),
    "more in the box than voters": (
        {"seats": [seat("A")], "secret": True, "box": ["for", "for"]},
        "box",
        "more choices",
    ),
    "a choice in the box that nobody knows": (
        {"seats": [seat("A")], "secret": True, "box": ["perhaps"]},
        "box[1]",
        "abstain",
    ),
    "two chairs": ({"seats": [seat("A", chair=True), seat("B", chair=True)]}, "seats", "one chair"),
    "presiding without being there": (
        {"seats": TWO, "presiding": "Z"},
        "presiding",
        "in the session",
    ),
    "present in a room at a conference": (
        {"seats": TWO, "mode": "conference"},
        "seats[1].attendance",
        "conference",
    ),
    "a proxy in writing": (
        {
            "mode": "written",
            "seats": [seat("A", attendance="represented", proxy_to="B"), seat("B")],
        },
        "seats[1].proxy_to",
        "no proxies",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_ballot_that_cannot_be_counted_says_where_and_what(case: str) -> None:
    ballot, where, what = FAULTS[case]
    with pytest.raises(BallotFileError) as refused:
        cases.load(ballot if isinstance(ballot, str) else json.dumps(ballot), IMT)
    assert where in str(refused.value)
    assert what in str(refused.value)


RULED = {
    "a way of meeting that the rules do not know": (
        replace(IMT, modes=(Mode.SESSION,)),
        {"seats": [{"id": "A"}], "mode": "written"},
        "mode",
    ),
    "a secret ballot where there is none": (
        replace(IMT, secret_ballot=SecretBallot.NEVER),
        {"seats": [seat("A")], "secret": True},
        "secret",
    ),
    "an open ballot where all are secret": (
        replace(IMT, secret_ballot=SecretBallot.ALWAYS),
        {"seats": TWO},
        "secret",
    ),
    "a proxy of a college that gives none": (
        replace(IMT, no_proxy_colleges=("state",)),
        {"seats": [seat("A", attendance="represented", proxy_to="B", college="state"), seat("B")]},
        "seats[1].proxy_to",
    ),
    "a proxy to another college": (
        replace(IMT, proxy_scope=ProxyScope.COLLEGE),
        {"seats": [seat("A", attendance="represented", proxy_to="B", college="state"), seat("B")]},
        "seats[1].proxy_to",
    ),
}


@pytest.mark.parametrize("case", RULED)
def test_a_ballot_is_held_to_its_rules(case: str) -> None:
    rules, ballot, where = RULED[case]
    with pytest.raises(BallotFileError) as refused:
        cases.load(json.dumps(ballot), rules)
    assert f"at {where}," in str(refused.value)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*cases._FIELDS, *cases._SEAT, "x"]), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(anything)
def test_whatever_stands_in_the_file_is_counted_or_refused(value: object) -> None:
    told = ""
    try:
        cases.count(IMT, cases.load(json.dumps(value), IMT))
    except BallotFileError as refused:
        told = str(refused)
    assert "{where}" not in told


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*Attendance]).filter(lambda how: how is not Attendance.REPRESENTED),
            st.booleans(),
            st.sampled_from(["for", "against", "abstain", None]),
        ),
        min_size=1,
        max_size=9,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_seats_in_the_file_does_not_matter(
    rows: list[tuple[Attendance, bool, str | None]], random: Any
) -> None:
    seats = [
        seat(
            f"S{n}",
            vote if how in INSIDE and not recused else None,
            attendance=how.value,
            recused=recused,
            chair=n == 0,
        )
        for n, (how, recused, vote) in enumerate(rows)
    ]
    first = counted(seats=seats)
    random.shuffle(seats)
    assert counted(seats=seats) == first
