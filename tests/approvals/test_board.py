from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations_with_replacement, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals import board
from approvals.board import (
    Attendance,
    BoardFileError,
    BoardRules,
    College,
    MajorityBasis,
    Outcome,
    Place,
    Reached,
    Seat,
)
from approvals.names import Bilingual

SAMPLE = (Path(__file__).parents[2] / "samples" / "imt" / "board.toml").read_text("utf-8")
WORDS = Bilingual(fr="conseil", en="board")
CHOICES = ("for", "against", "abstain", "")
"""What a seat may do; the empty word is a seat that does not vote."""


def rules(
    share: str = "1/2",
    basis: MajorityBasis = MajorityBasis.VOTES_CAST,
    casting: bool = False,
    quorum: str = "1/2",
    second: str = "0",
    counts: Sequence[Attendance] = tuple(Attendance)[:3],
) -> BoardRules:
    return BoardRules(
        id="b",
        version=1,
        title=WORDS,
        institution=WORDS,
        in_force_from=date(2020, 1, 1),
        notice_days=10,
        urgent_notice_days=2,
        quorum_share=quorum,
        quorum_counts=tuple(counts),
        second_call_notice_days=5,
        second_call_quorum_share=second,
        proxies_per_person=1,
        majority_share=share,
        majority_basis=basis,
        casting_vote=casting,
        colleges=(),
        citations=(),
    )


def seats(count: int) -> tuple[Seat, ...]:
    days = date(2020, 1, 1), date(2030, 1, 1)
    return tuple(Seat(f"S{n}", "c", f"h{n}", *days, n == 0) for n in range(count))


def present(count: int) -> dict[str, Place]:
    return {f"S{n}": Place(Attendance.PRESENT) for n in range(count)}


def ballot(choices: Sequence[str]) -> dict[str, str]:
    return {f"S{n}": choice for n, choice in enumerate(choices) if choice}


def decide(
    by: BoardRules,
    choices: Sequence[str],
    *,
    secret: bool = False,
    chair: str | None = "S0",
    seats: int = 0,
) -> Outcome:
    voters = [f"S{n}" for n in range(len(choices))]
    votes = ballot(choices)
    return board.tally(by, votes=votes, entitled=voters, chair=chair, secret=secret, seats=seats)[1]


QUORUMS = {
    "25 seats and one half: 13": (25, "1/2", 13),
    "24 seats and one half: 12": (24, "1/2", 12),
    "25 seats and one third: 9": (25, "1/3", 9),
    "9 seats and two thirds: 6": (9, "2/3", 6),
    "10 seats and two thirds: 7": (10, "2/3", 7),
    "7 seats and all of them: 7": (7, "1", 7),
    "a share written as a decimal": (10, "0.5", 5),
}


@pytest.mark.parametrize("case", QUORUMS)
def test_the_quorum_is_met_at_its_share_and_not_one_seat_below(case: str) -> None:
    filled, share, required = QUORUMS[case]
    by = rules(quorum=share)
    found = board.quorum(by, seats(filled), present(required))
    assert (found.required, found.counted, found.seats) == (required, required, filled)
    assert found.met
    assert not board.quorum(by, seats(filled), present(required - 1)).met


def test_a_second_convocation_without_a_quorum_still_needs_somebody() -> None:
    by = rules(second="0")
    assert board.quorum(by, seats(25), present(1), second_call=True).met
    assert not board.quorum(by, seats(25), {}, second_call=True).met


COUNTED = {
    "somebody at a distance counts": ({"S0": Place(Attendance.REMOTE)}, 1),
    "an absent seat does not": ({"S0": Place(Attendance.ABSENT)}, 0),
    "a recused seat does not": ({"S0": Place(Attendance.PRESENT, recused=True)}, 0),
    "a represented seat counts with its holder": (
        {"S0": Place(Attendance.REPRESENTED, "S1"), "S1": Place(Attendance.PRESENT)},
        2,
    ),
    "a proxy falls with a holder who left": (
        {"S0": Place(Attendance.REPRESENTED, "S1"), "S1": Place(Attendance.ABSENT)},
        0,
    ),
    "a proxy falls with a holder who is recused": (
        {"S0": Place(Attendance.REPRESENTED, "S1"), "S1": Place(Attendance.PRESENT, recused=True)},
        0,
    ),
    "a proxy held by a represented seat is worth nothing": (
        {
            "S0": Place(Attendance.REPRESENTED, "S1"),
            "S1": Place(Attendance.REPRESENTED, "S2"),
            "S2": Place(Attendance.PRESENT),
        },
        2,
    ),
    "two proxies that name each other are worth nothing": (
        {"S0": Place(Attendance.REPRESENTED, "S1"), "S1": Place(Attendance.REPRESENTED, "S0")},
        0,
    ),
    "a represented seat without a name is worth nothing": (
        {"S0": Place(Attendance.REPRESENTED)},
        0,
    ),
}


@pytest.mark.parametrize("case", COUNTED)
def test_only_seats_that_take_part_count_for_the_quorum(case: str) -> None:
    places, counted = COUNTED[case]
    assert board.quorum(rules(), seats(3), places).counted == counted


def test_a_rule_may_leave_the_represented_out_of_the_quorum() -> None:
    places = {"S0": Place(Attendance.REPRESENTED, "S1"), "S1": Place(Attendance.PRESENT)}
    assert board.quorum(rules(counts=[Attendance.PRESENT]), seats(3), places).counted == 1


def test_a_recusal_never_makes_a_quorum() -> None:
    by = rules(quorum="1/2")
    for attending in range(26):
        before = board.quorum(by, seats(25), present(attending))
        for recused in range(attending):
            places = present(attending)
            places[f"S{recused}"] = replace(places[f"S{recused}"], recused=True)
            after = board.quorum(by, seats(25), places)
            assert after.counted == before.counted - 1
            assert after.required == before.required


RESULTS = {
    "a bare majority of the votes cast": ("1/2", "votes-cast", False, "3f 2a 8-", True),
    "abstentions do not count against it": ("1/2", "votes-cast", False, "1f 0a 12-", True),
    "the same among all members: abstentions count": ("1/2", "members", False, "3f 2a 8-", False),
    "seven of thirteen members": ("1/2", "members", False, "7f 2a 4-", True),
    "six of twelve members is a tie with silence": ("1/2", "members", False, "6f 0a 6-", False),
    "a tie without a casting vote is not adopted": ("1/2", "votes-cast", False, "6f 6a", False),
    "a tie with the chair for it is adopted": ("1/2", "votes-cast", True, "6f 6a", True),
    "a tie with the chair against it is not": ("1/2", "votes-cast", True, "6a 6f", False),
    "a tie with the chair abstaining is not": ("1/2", "votes-cast", True, "1- 6f 6a", False),
    "the chair breaks a tie of all members": ("1/2", "members", True, "6f 6a", True),
    "the chair does not turn abstentions into votes": ("1/2", "members", True, "4f 4a 2-", False),
    "a casting vote makes no two thirds": ("2/3", "votes-cast", True, "6f 6a", False),
    "more than two thirds": ("2/3", "votes-cast", False, "9f 4a", True),
    "exactly two thirds is not more": ("2/3", "votes-cast", False, "8f 4a", False),
    "only abstentions adopt nothing": ("1/2", "votes-cast", True, "9-", False),
    "nobody voting adopts nothing": ("1/2", "votes-cast", True, "9.", False),
    "members who do not vote count among all members": ("1/2", "members", False, "6f 6.", False),
}

_WORDS = {"f": "for", "a": "against", "-": "abstain", ".": ""}
_BASES = {"votes-cast": MajorityBasis.VOTES_CAST, "members": MajorityBasis.MEMBERS}


def spelled(text: str) -> list[str]:
    return [_WORDS[part[-1]] for part in text.split() for _ in range(int(part[:-1]))]


@pytest.mark.parametrize("case", RESULTS)
def test_a_ballot_decides(case: str) -> None:
    share, basis, casting, votes, adopted = RESULTS[case]
    outcome = decide(rules(share, _BASES[basis], casting), spelled(votes))
    assert outcome is (Outcome.ADOPTED if adopted else Outcome.REJECTED)


def test_a_casting_vote_is_told_and_counts_no_vote_twice() -> None:
    figures, _ = board.tally(
        rules(casting=True),
        votes=ballot(spelled("2f 2a 1-")),
        entitled=[f"S{n}" for n in range(6)],
        chair="S0",
    )
    assert figures == board.Tally(2, 2, 1, 1, 3, True)


NO_CASTING_VOTE = {
    "in a secret ballot": {"secret": True},
    "without a chair in the session": {"chair": None},
    "with a chair who may not vote": {"chair": "S9"},
}


@pytest.mark.parametrize("case", NO_CASTING_VOTE)
def test_nothing_breaks_a_tie(case: str) -> None:
    by = rules(casting=True)
    assert decide(by, spelled("2f 2a")) is Outcome.ADOPTED
    assert decide(by, spelled("2f 2a"), **NO_CASTING_VOTE[case]) is Outcome.REJECTED  # type: ignore[arg-type]


SHARES = ("1/2", "2/3", "3/5", "1/3", "0", "1")
EVERY_RULE = [
    (share, reached, basis, casting, vacant)
    for share, reached, basis, casting, vacant in product(
        SHARES, Reached, MajorityBasis, (True, False), (0, 2)
    )
    if not (share == "1" and reached is Reached.MORE_THAN)
]
"""Every combination of what the rules say about a majority, on a board with no or two seats more."""


def oracle(
    rule: tuple[str, Reached, MajorityBasis, bool, int],
    secret: bool,
    choices: Sequence[str],
) -> bool:
    """The same rules said by trying: who would have to be for? No arithmetic of ours is used."""
    share, reached, basis, casting, vacant = rule
    numerator, _, denominator = share.partition("/")
    top, bottom = int(numerator), int(denominator or "1")
    yes = [choice for choice in choices if choice == "for"]
    no = [choice for choice in choices if choice == "against"]

    def majority(ayes: int, noes: int) -> bool:
        whole = {
            "votes-cast": ayes + noes,
            "members-present-or-represented": len(choices),
            "all-seats": len(choices) + vacant,
        }[basis.value]
        if ayes == 0:
            return False
        left, right = ayes * bottom, whole * top
        return left > right or (left == right and reached is Reached.AT_LEAST)

    if majority(len(yes), len(no)):
        return True
    chair_for = bool(choices) and choices[0] == "for" and casting and not secret
    return chair_for and len(yes) == len(no) and majority(len(yes) + 1, len(no))


def ruled(rule: tuple[str, Reached, MajorityBasis, bool, int]) -> BoardRules:
    share, reached, basis, casting, _ = rule
    return replace(rules(share, basis, casting), majority_reached=reached)


@pytest.mark.parametrize("size", range(7))
def test_the_tally_agrees_with_a_brute_force_oracle_under_every_rule(size: int) -> None:
    everyone = combinations_with_replacement(CHOICES, max(size - 1, 0))
    boards = [
        (first, *rest) if size else ()
        for rest in everyone
        for first in (CHOICES if size else ("",))
    ]
    wrong = [
        (rule, secret, choices)
        for rule in EVERY_RULE
        for choices in boards
        for secret in (True, False)
        if (decide(ruled(rule), choices, secret=secret, seats=size + rule[-1]) is Outcome.ADOPTED)
        != oracle(rule, secret, choices)
    ]
    assert wrong == []


QUORUM_RULES = list(product(("0", "1/3", "1/2", "2/3", "1"), Reached, (True, False), (0, 3)))


@pytest.mark.parametrize("size", range(1, 7))
def test_the_quorum_agrees_with_a_brute_force_oracle_under_every_rule(size: int) -> None:
    for share, reached, vacant_count, vacant in QUORUM_RULES:
        by = replace(
            rules(quorum=share),
            quorum_reached=reached,
            vacant_seats_count=vacant_count,
            colleges=(College("c", WORDS, size + vacant),),
        )
        for there in range(size + 1):
            whole = size + vacant if vacant_count else size
            top, _, bottom = share.partition("/")
            left, right = there * int(bottom or "1"), whole * int(top)
            enough = left > right or (left == right and reached is Reached.AT_LEAST)
            expected = there > 0 and (enough or share == "0")
            assert board.quorum(by, seats(size), present(there)).met == expected


any_rule = st.sampled_from(EVERY_RULE)
any_rules = any_rule.map(ruled)
any_choices = st.lists(st.sampled_from(CHOICES), min_size=1, max_size=25)


@given(any_rules, any_choices, st.randoms(use_true_random=False))
def test_the_tally_does_not_depend_on_the_order_of_votes_or_seats(
    by: BoardRules, choices: list[str], random: object
) -> None:
    votes = list(ballot(choices).items())
    voters = [f"S{n}" for n in range(len(choices))]
    first = board.tally(by, votes=dict(votes), entitled=voters, chair="S0")
    random.shuffle(votes)  # type: ignore[attr-defined]
    random.shuffle(voters)  # type: ignore[attr-defined]
    assert board.tally(by, votes=dict(votes), entitled=voters, chair="S0") == first


@given(any_rules, any_choices, st.data())
def test_one_vote_more_in_favour_never_undoes_an_adoption(
    by: BoardRules, choices: list[str], data: st.DataObject
) -> None:
    seat = data.draw(st.integers(0, len(choices) - 1))
    more = [*choices]
    more[seat] = "for"
    if decide(by, choices) is Outcome.ADOPTED:
        assert decide(by, more) is Outcome.ADOPTED


@given(any_rules, any_choices)
def test_the_figures_add_up_to_everybody_who_may_vote(by: BoardRules, choices: list[str]) -> None:
    voters = [f"S{n}" for n in range(len(choices))]
    figures, _ = board.tally(by, votes=ballot(choices), entitled=voters, chair="S0")
    told = figures.in_favour + figures.against + figures.abstentions + figures.not_voting
    assert told == len(choices)


@given(any_rules, any_choices)
def test_a_vote_of_a_seat_that_may_not_vote_counts_nowhere(
    by: BoardRules, choices: list[str]
) -> None:
    voters = [f"S{n}" for n in range(len(choices))]
    votes = ballot(choices)
    first = board.tally(by, votes=votes, entitled=voters, chair="S0")
    assert board.tally(by, votes={**votes, "X": "for"}, entitled=voters, chair="S0") == first


def test_the_sample_board_has_25_seats_and_a_quorum_of_13() -> None:
    read = board.load(SAMPLE)
    assert len(read.seats) == 25
    assert [college.seats for college in read.rules.colleges] == [8, 9, 5, 3]
    assert board.quorum(read.rules, read.seats, {}).required == 13
    assert read.rules.rule == "imt-board v1"
    cited = read.rules.cited("colleges")
    assert cited is not None
    assert cited.status == "cited"
    assert read.rules.cited("weather") is None


FILES = {
    "it is not TOML": (("[rules]", "[rules"), "not valid TOML"),
    "a rule is missing": (("notice_days = 10\n", ""), "notice_days"),
    "a share is no fraction": (('quorum_share = "1/2"', 'quorum_share = "half"'), "half"),
    "a share divides by nothing": (('quorum_share = "1/2"', 'quorum_share = "1/0"'), "1/0"),
    "a share is more than all": (('quorum_share = "1/2"', 'quorum_share = "3/2"'), "quorum_share"),
    "a share is less than nothing": (
        ('quorum_share = "1/2"', 'quorum_share = "-1/2"'),
        "quorum_share",
    ),
    "a majority of more than all can never be": (
        ('majority_share = "1/2"', 'majority_share = "1"'),
        "majority_share",
    ),
    "a rule that nobody knows": (("notice_days = 10", "notice_days = 10\nnotise = 3"), "notise"),
    "a way of meeting that nobody knows": (('"conference", "written"', '"seance"'), "seance"),
    "no way of meeting": (('["session", "conference", "written"]', "[]"), "modes"),
    "a college without proxies that there is not": (
        ("no_proxy_colleges = []", 'no_proxy_colleges = ["stars"]'),
        "stars",
    ),
    "a citation of a rule that nobody knows": (('field = "tie"', 'field = "weather"'), "weather"),
    "a citation that says nothing of itself": (
        ('status = "cited"', 'status = "perhaps"'),
        "perhaps",
    ),
    "a deputy presides and there is none": (
        ('presiding = "elected"', 'presiding = "deputy"'),
        "deputy",
    ),
    "[rules] is not there": (("[rules]", "[ruling]"), "rules"),
    "a yes is written as a word": (
        ("casting_vote = true", 'casting_vote = "false"'),
        "casting_vote",
    ),
    "a number is written as a word": (("notice_days = 10", 'notice_days = "ten"'), "notice_days"),
    "a number is below nothing": (("notice_days = 10", "notice_days = -1"), "notice_days"),
    "a majority basis that nobody knows": (('"votes-cast"', '"applause"'), "applause"),
    "an attendance that nobody knows": (('"remote", ', '"in spirit", '), "in spirit"),
    "a day is a moment": (
        ("in_force_from = 2012-03-01", "in_force_from = 2012-03-01T00:00:00Z"),
        "a date",
    ),
    "a seat stands there twice": (('id = "E2"', 'id = "E1"'), "E1 twice"),
    "a holder has two seats": (('holder = "sandoval"', 'holder = "peyrolles"'), "two seats"),
    "a seat of an unknown college": (('college = "students"', 'college = "stars"'), "stars"),
    "more seats than the college has": (("seats = 3", "seats = 2"), "students has 3 seats"),
    "no chair": (("chair = true\n", ""), "one chair"),
    "two chairs": (('id = "E1"\n', 'id = "E1"\nchair = true\n'), "one chair"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_board_file_is_refused_and_says_what_is_wrong(case: str) -> None:
    (old, new), told = FILES[case]
    assert old in SAMPLE
    with pytest.raises(BoardFileError) as refused:
        board.load(SAMPLE.replace(old, new, 1))
    assert told in str(refused.value)
