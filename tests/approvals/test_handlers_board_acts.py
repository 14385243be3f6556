"""Written consultation, papers, presiding, secret ballots, amendments, conformity, putting off."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals import codec, policy
from approvals import events as ev
from approvals.board import Attendance, Mode, Outcome, Presiding, ProxyScope, SecretBallot, Tally
from approvals.dossier import Dossier
from approvals.errors import ApprovalError, GuardError
from approvals.handlers.board import box
from approvals.handlers.board.common import rule_of
from approvals.names import FRENCH, Role, amended_digest
from approvals.policy import Stage
from approvals.standing import State
from tests.approvals.town import (
    BOARD,
    ID,
    RULES,
    WRITING,
    Act,
    Town,
    digest,
    gather,
    receipt,
    tried,
    voted,
)

FOR, AGAINST, ABSTAIN = ev.Choice.FOR, ev.Choice.AGAINST, ev.Choice.ABSTAIN
REMOTE, ABSENT = Attendance.REMOTE, Attendance.ABSENT


def ready(town: Town) -> Town:
    return town.reach(State.BOARD_READY)


def voting(town: Town) -> Town:
    return town.reach(State.VOTING)


def amending(town: Town) -> Town:
    return town.reach(State.AMENDING)


def writing(town: Town) -> Town:
    ready(town).convene_in_writing()
    return town


def written(town: Town) -> Town:
    """A written consultation whose ballot is open."""
    writing(town).begin()
    town.open_ballot()
    return town


def under(**rules: Any) -> Callable[[Town], Town]:
    """A convened board under other rules, on the day of its session."""

    def walk(town: Town) -> Town:
        ready(town).convene(board=replace(BOARD, rules=replace(RULES, **rules)))
        town.begin()
        return town

    return walk


def gathered(prepare: Act) -> Act:
    return lambda town: gather(prepare(town))


def without_chair(prepare: Act) -> Act:
    def walk(town: Town) -> Town:
        prepare(town)
        for seat in ("S2", "S3", "S4"):
            town.attend(seat)
        return town

    return walk


def secretly(town: Town) -> Town:
    town.reach(State.CONVENED)
    gather(town)
    town.open_ballot(secret=True)
    return town


def conforming(town: Town) -> Town:
    town.reach(State.CONFORMITY).translate_amendment()
    return town


TWO_COLLEGES = replace(
    BOARD,
    seats=tuple(
        replace(seat, college="c" if seat.id in ("S1", "S2") else "d") for seat in BOARD.seats
    ),
)


def colleges(**rules: Any) -> Act:
    def walk(town: Town) -> None:
        board = replace(TWO_COLLEGES, rules=replace(RULES, **rules))
        ready(town).convene(board=board)
        gather(town)

    return walk


CASES: dict[str, tuple[Act, Act, str, Act]] = {
    "convening in a way that the rules do not know": (
        ready,
        lambda town: town.convene(mode=Mode.CONFERENCE),
        "convene:mode",
        Town.convene,
    ),
    "a written consultation without an end": (
        ready,
        lambda town: town.convene_in_writing(closes=None),
        "convene:closes",
        Town.convene_in_writing,
    ),
    "a session with an end": (
        ready,
        lambda town: town.convene(closes=town.clock.at + timedelta(days=20)),
        "convene:closes",
        Town.convene,
    ),
    "a written consultation that is too short": (
        ready,
        lambda town: town.convene_in_writing(
            closes=town.clock.at + timedelta(days=13) - timedelta(minutes=1)
        ),
        "convene:open",
        lambda town: town.convene_in_writing(closes=town.clock.at + timedelta(days=13)),
    ),
    "papers that go with a convocation that is too late for them": (
        ready,
        lambda town: town.convene(board=replace(BOARD, rules=replace(RULES, papers_days=12))),
        "convene:notice",
        lambda town: town.convene(
            board=replace(BOARD, rules=replace(RULES, papers_days=12)),
            when=town.clock.at + timedelta(days=12),
        ),
    ),
    "sending papers twice": (
        lambda town: town.reach(State.CONVENED),
        Town.send_papers,
        "papers:sent",
        lambda town: (town.recall(), town.convene(papers=False), town.send_papers()),
    ),
    "opening a ballot on papers that nobody has": (
        lambda town: (ready(town).convene(papers=False), gather(town)),
        Town.open_ballot,
        "ballot:papers",
        lambda town: (town.send_papers(), town.open_ballot()),
    ),
    "opening a ballot on papers that came too late": (
        lambda town: (
            ready(town).convene(
                board=replace(BOARD, rules=replace(RULES, papers_days=5)), papers=False
            ),
            town.later(days=6),
            town.send_papers(),
            gather(town),
        ),
        Town.open_ballot,
        "ballot:papers",
        lambda town: (
            town.recall(),
            town.convene(board=replace(BOARD, rules=replace(RULES, papers_days=5))),
            gather(town),
            town.open_ballot(),
        ),
    ),
    "being present in a room at a conference": (
        lambda town: (
            ready(town).convene(board=WRITING, mode=Mode.CONFERENCE),
            town.begin(),
        ),
        lambda town: town.attend("S1"),
        "attend:mode",
        lambda town: town.attend("S1", REMOTE),
    ),
    "attending a written consultation": (
        writing,
        lambda town: town.attend("S1"),
        "attend:mode",
        lambda town: town.attend("S1", ABSENT, recused=True),
    ),
    "a proxy to another college": (
        colleges(proxy_scope=ProxyScope.COLLEGE),
        lambda town: town.represent("S4", "S1"),
        "attend:proxy-college",
        lambda town: town.represent("S4", "S3"),
    ),
    "a proxy of a college that gives none": (
        colleges(no_proxy_colleges=("d",)),
        lambda town: town.represent("S4", "S1"),
        "attend:proxy-college",
        lambda town: town.attend("S4"),
    ),
    "objecting where the board meets": (
        lambda town: town.reach(State.CONVENED),
        lambda town: town.object("m2", "S2"),
        "object:written",
        lambda town: (town.recall(), town.convene_in_writing(), town.object("m2", "S2")),
    ),
    "objecting for another's seat": (
        writing,
        lambda town: town.object("m2", "S3"),
        "object:holder",
        lambda town: town.object("m2", "S2"),
    ),
    "objecting twice": (
        lambda town: (writing(town), town.object("m2", "S2")),
        lambda town: town.object("m2", "S2"),
        "object:twice",
        lambda town: town.object("m3", "S3"),
    ),
    "objecting without a reason": (
        writing,
        lambda town: town.object("m2", "S2", reason=" "),
        "object:reason",
        lambda town: town.object("m2", "S2"),
    ),
    "objecting after the end": (
        lambda town: (written(town), town.vote("m2", "S2"), town.later(days=5)),
        lambda town: town.object("m3", "S3"),
        "object:late",
        Town.no_quorum,
    ),
    "opening a written ballot before its hour": (
        writing,
        Town.open_ballot,
        "ballot:hours",
        lambda town: (town.begin(), town.open_ballot()),
    ),
    "opening a written ballot after its hours": (
        lambda town: (writing(town), town.begin(), town.later(days=5)),
        Town.open_ballot,
        "ballot:hours",
        lambda town: town.recall(),
    ),
    "voting in writing after the end": (
        lambda town: (written(town), town.vote("m2", "S2"), town.later(days=5)),
        lambda town: town.vote("m3", "S3"),
        "vote:late",
        Town.no_quorum,
    ),
    "closing a written ballot before its end": (
        lambda town: (written(town), town.vote("m2", "S2")),
        Town.close_ballot,
        "ballot:early",
        lambda town: (
            [town.vote(who, seat) for who, seat in (("chair", "S1"), ("m3", "S3"))],
            town.later(days=5),
            town.close_ballot(),
        ),
    ),
    "declaring that there is no quorum before the end": (
        lambda town: (written(town), town.vote("m2", "S2")),
        Town.no_quorum,
        "ballot:early",
        lambda town: (town.later(days=5), town.no_quorum()),
    ),
    "closing a written ballot in which too few took part": (
        lambda town: (
            written(town),
            town.vote("m2", "S2"),
            town.vote("m3", "S3"),
            town.later(days=5),
        ),
        Town.close_ballot,
        "ballot:participation",
        Town.no_quorum,
    ),
    "declaring that there is no quorum while a session votes": (
        voting,
        Town.no_quorum,
        "no-quorum:voting",
        Town.defer,
    ),
    "amending in writing": (
        written,
        Town.amend,
        "amend:written",
        Town.defer,
    ),
    "amending into the same text": (
        voting,
        lambda town: town.amend(text=town.dossier.drafts[-1].text),
        "amend:unchanged",
        Town.amend,
    ),
    "amending the translation into the same text": (
        voting,
        lambda town: town.amend(language=FRENCH, text=town.dossier.targets[-1].text),
        "amend:unchanged",
        lambda town: town.amend(language=FRENCH),
    ),
    "amending the language that does not follow yet": (
        amending,
        lambda town: town.amend(language=FRENCH, word="Anew."),
        "amend:language",
        lambda town: town.amend(word="Anew."),
    ),
    "declaring the interest of another seat": (
        amending,
        lambda town: town.attend("S3", by="m2", recused=True),
        "role:attend",
        lambda town: town.attend("S2", by="m2", recused=True),
    ),
    "declaring an interest and more about one's own seat": (
        amending,
        lambda town: town.attend("S2", REMOTE, by="m2", recused=True),
        "role:attend",
        lambda town: town.attend("S2", by="m2", recused=True),
    ),
    "taking one's own interest back": (
        lambda town: (amending(town), town.attend("S2", by="m2", recused=True)),
        lambda town: town.attend("S2", by="m2"),
        "role:attend",
        lambda town: town.attend("S2"),
    ),
    "an amendment of a seat that takes no part": (
        voting,
        lambda town: town.amend(seat="S5"),
        "amend:seat",
        lambda town: town.amend(seat="S2"),
    ),
    "an amendment of a seat that there is not": (
        voting,
        lambda town: town.amend(seat="S9"),
        "attend:seat",
        Town.amend,
    ),
    "voting on the text before the amendment": (
        amending,
        lambda town: town.open_ballot(
            pair=town.dossier.meeting and town.dossier.meeting.called.pair
        ),
        "ballot:pair",
        Town.open_ballot,
    ),
    "a quorum that left while the text was amended": (
        lambda town: (amending(town), town.attend("S3", ABSENT)),
        Town.open_ballot,
        "ballot:quorum",
        lambda town: (town.attend("S4"), town.open_ballot()),
    ),
    "putting off without a reason": (
        voting,
        lambda town: town.defer(reason=None),
        "defer:reason",
        Town.defer,
    ),
    "a session without its chair": (
        without_chair(under(presiding=Presiding.CHAIR)),
        Town.open_ballot,
        "ballot:chair",
        lambda town: (town.attend("S1"), town.open_ballot()),
    ),
    "a session in which nobody was chosen to preside": (
        without_chair(under()),
        Town.open_ballot,
        "ballot:presiding",
        lambda town: town.open_ballot(presiding="S2"),
    ),
    "presiding without being there": (
        without_chair(under()),
        lambda town: town.open_ballot(presiding="S5"),
        "ballot:presiding",
        lambda town: town.open_ballot(presiding="S2"),
    ),
    "presiding beside the chair": (
        gathered(under()),
        lambda town: town.open_ballot(presiding="S2"),
        "ballot:presiding",
        Town.open_ballot,
    ),
    "a secret ballot where the rules know none": (
        gathered(under(secret_ballot=SecretBallot.NEVER)),
        lambda town: town.open_ballot(secret=True),
        "ballot:secret",
        Town.open_ballot,
    ),
    "an open vote in a secret ballot": (
        secretly,
        lambda town: town.vote("m2", "S2"),
        "vote:secret",
        lambda town: town.drop_vote("m2", "S2"),
    ),
    "a secret vote in an open ballot": (
        voting,
        lambda town: town.drop_vote("m2", "S2"),
        "vote:open",
        lambda town: town.vote("m2", "S2"),
    ),
    "a receipt that is none": (
        secretly,
        lambda town: town.drop_vote("m2", "S2", receipt="mine"),
        "vote:receipt",
        lambda town: town.drop_vote("m2", "S2"),
    ),
    "a receipt of another's": (
        lambda town: (secretly(town), town.drop_vote("m2", "S2", receipt=receipt("x"))),
        lambda town: town.drop_vote("m3", "S3", receipt=receipt("x")),
        "vote:receipt",
        lambda town: town.drop_vote("m3", "S3"),
    ),
    "a second secret vote": (
        lambda town: (secretly(town), town.drop_vote("m2", "S2")),
        lambda town: town.drop_vote("m2", "S2", AGAINST, receipt=receipt("again")),
        "vote:twice",
        lambda town: town.drop_vote("m3", "S3"),
    ),
    "a secret ballot in which nobody voted": (
        secretly,
        Town.close_ballot,
        "ballot:empty",
        lambda town: (town.drop_vote("m2", "S2"), town.close_ballot()),
    ),
    "a box that somebody touched": (
        lambda town: (
            secretly(town),
            town.drop_vote("m2", "S2"),
            town.paper.notes.popitem(),
        ),
        Town.close_ballot,
        "ballot:box",
        Town.defer,
    ),
    "sealing an amended text before it conforms": (
        conforming,
        Town.order_seal,
        "seal:conformity",
        lambda town: (
            town.conform(),
            town.conform("secretary"),
            town.write_resolution(),
            town.order_seal(),
        ),
    ),
    "certifying conformity before there is a translation": (
        lambda town: town.reach(State.CONFORMITY),
        Town.conform,
        "conform:papers",
        lambda town: (town.translate_amendment(), town.conform()),
    ),
    "certifying the conformity of another translation": (
        conforming,
        lambda town: town.conform(pair=digest("earlier")),
        "conform:pair",
        Town.conform,
    ),
    "certifying conformity twice": (
        lambda town: (conforming(town), town.conform()),
        Town.conform,
        "conform:twice",
        lambda town: town.conform("secretary"),
    ),
    "two revisers": (
        lambda town: (conforming(town), town.conform()),
        lambda town: town.conform("second-translator"),
        "conform:capacity",
        lambda town: town.conform("secretary"),
    ),
    "the translator certifying conformity": (
        lambda town: (
            town.reach(State.CONFORMITY),
            town.prepare(),
            town.propose("second-translator"),
            town.certify(),
            town.align(),
        ),
        lambda town: town.conform("second-translator"),
        "conform:self",
        Town.conform,
    ),
    "an extract of what is not written": (
        lambda town: town.reach(State.ADOPTED),
        Town.extract,
        "extract:resolution",
        lambda town: (town.write_resolution(), town.extract()),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_guard_refuses_writes_nothing_and_can_be_satisfied(case: str) -> None:
    tried(*CASES[case])


def result(town: Town) -> ev.ResultProclaimed:
    found = town.dossier.result
    assert found is not None
    return found


def test_an_amendment_voids_the_ballot_and_its_votes_are_never_counted() -> None:
    town = Town.at(State.VOTING)
    voted("against", "against", "against")(town)
    town.amend(seat="S2")
    dossier = town.dossier
    assert (dossier.state, dossier.pair, dossier.ballot) == (State.AMENDING, None, None)
    assert dossier.meeting is not None
    assert len(dossier.meeting.voided[0].votes) == 3
    assert [pair.units is None for pair in dossier.pairs.values()] == [False, True, False, True]
    town.open_ballot()
    voted("for", "for")(town)
    town.close_ballot()
    assert result(town).tally == Tally(2, 0, 0, 1, 2, False)
    assert result(town).pair == amended_digest(dossier.opened.source, dossier.draft.text)  # type: ignore[union-attr]
    assert town.state is State.CONFORMITY


def test_an_amended_text_is_sealed_in_the_pair_that_was_certified_against_it() -> None:
    town = Town.at(State.CONFORMITY)
    assert policy.due(town.dossier, town.clock.at) is Stage.TRANSLATE
    town.prepare()
    town.propose()
    town.certify()
    assert policy.due(town.dossier, town.clock.at) is Stage.ALIGN
    town.align()
    assert policy.due(town.dossier, town.clock.at) is None
    town.conform("secretary")
    assert policy.adopted_pair(town.dossier) is None
    town.conform("reviser")
    assert policy.due(town.dossier, town.clock.at) is Stage.RESOLUTION
    town.write_resolution()
    assert policy.adopted_pair(town.dossier) == town.dossier.pair
    town.order_seal()
    town.seal()
    town.release()
    town.publish()
    assert town.state is State.PUBLISHED


def test_a_translation_that_changes_takes_both_certificates_and_the_resolution_away() -> None:
    town = conforming(Town.founded())
    town.conform("secretary")
    town.conform("reviser")
    town.write_resolution()
    town.propose(only=["00000002"], word="rather ")
    dossier = town.dossier
    assert (dossier.state, dossier.conformity, dossier.resolution) == (State.CONFORMITY, {}, None)
    with pytest.raises(GuardError) as refused:
        town.order_seal()
    assert refused.value.guard == "seal:conformity"


def test_an_amended_text_that_is_not_adopted_goes_back_to_its_drafter() -> None:
    town = Town.at(State.AMENDING)
    town.open_ballot()
    voted("against", "against")(town)
    town.close_ballot()
    assert town.state is State.REJECTED
    town.submit()
    assert (town.state, town.dossier.amended, town.dossier.cycle) == (State.DRAFT, False, 2)


def test_one_person_who_holds_both_roles_certifies_in_one_capacity_only() -> None:
    town = conforming(Town.founded())
    town.enrol("secretary", Role.SECRETARY, Role.REVISER)
    town.conform("secretary")
    assert town.dossier.conformity == {Role.REVISER: "secretary"}
    with pytest.raises(GuardError) as refused:
        town.conform("secretary")
    assert refused.value.guard == "conform:twice"


def test_putting_off_counts_nothing_and_keeps_its_reason_outside() -> None:
    town = Town.at(State.VOTING)
    voted("for", "for", "for")(town)
    entry = town.defer(reason="The ministry wants to be heard.")
    assert result(town).outcome is Outcome.DEFERRED
    assert (result(town).tally.in_favour, result(town).number) == (0, None)
    assert "ministry" not in str(entry)
    town.submit()
    assert town.state is State.DRAFT


def test_a_written_consultation_counts_its_quorum_by_taking_part() -> None:
    town = written(Town.founded())
    town.vote("m2", "S2")
    assert not policy.count(town.dossier).met
    town.vote("m3", "S3", AGAINST)
    town.vote("chair", "S1")
    assert policy.count(town.dossier).met
    town.later(days=5)
    town.close_ballot()
    assert result(town).tally == Tally(2, 1, 0, 2, 2, False)
    assert town.state is State.ADOPTED


def test_a_written_consultation_in_which_everybody_voted_may_close_early() -> None:
    town = written(Town.founded())
    for who, seat in (("chair", "S1"), ("m2", "S2"), ("m3", "S3"), ("m4", "S4"), ("m5", "S5")):
        town.vote(who, seat)
    town.close_ballot()
    assert town.state is State.ADOPTED


def test_enough_objections_end_a_written_consultation_with_its_ballot() -> None:
    town = written(Town.founded())
    town.vote("chair", "S1")
    town.object("m2", "S2")
    assert town.state is State.VOTING
    town.object("m3", "S3")
    assert (town.state, town.dossier.meeting, town.dossier.ballot) == (
        State.BOARD_READY,
        None,
        None,
    )
    town.convene(board=WRITING)
    assert town.state is State.CONVENED


def test_a_member_recused_in_writing_has_no_vote() -> None:
    town = writing(Town.founded())
    town.attend("S5", ABSENT, recused=True)
    town.begin()
    town.open_ballot()
    with pytest.raises(GuardError) as refused:
        town.vote("m5", "S5")
    assert refused.value.guard == "vote:entitled"


def test_a_vacant_seat_is_not_convened_and_counts_where_the_rule_says_so() -> None:
    from approvals.board import College

    seats = tuple(
        replace(seat, holder="") if seat.id in ("S4", "S5") else seat for seat in BOARD.seats
    )
    college = College("c", RULES.title, 5)
    for counts, required in ((False, 2), (True, 3)):
        town = Town.at(State.BOARD_READY)
        rules = replace(RULES, colleges=(college,), vacant_seats_count=counts)
        town.convene(board=replace(BOARD, rules=rules, seats=seats))
        assert policy.count(town.dossier).required == required
        assert policy.count(town.dossier).seats == (5 if counts else 3)


SUBSTITUTES = {
    "whoever presides has no casting vote unless the rule gives it": (False, State.REJECTED),
    "the rule gives it": (True, State.ADOPTED),
}


@pytest.mark.parametrize("case", SUBSTITUTES)
def test_a_tie_without_the_chair(case: str) -> None:
    gives, state = SUBSTITUTES[case]
    town = without_chair(under(substitute_casting_vote=gives))(Town.founded())
    town.open_ballot(presiding="S2")
    town.vote("m2", "S2", FOR)
    town.vote("m3", "S3", AGAINST)
    town.close_ballot()
    assert town.state is state


def test_a_deputy_presides_without_being_named() -> None:
    seats = tuple(replace(seat, deputy=seat.id == "S3") for seat in BOARD.seats)
    rules = replace(RULES, presiding=Presiding.DEPUTY)
    town = Town.at(State.BOARD_READY)
    town.convene(board=replace(BOARD, rules=rules, seats=seats))
    town.begin()
    for seat in ("S2", "S3", "S4"):
        town.attend(seat)
    town.open_ballot()
    assert policy.presiding(town.dossier) == "S3"


def test_no_entry_of_a_secret_ballot_joins_a_voter_to_a_choice() -> None:
    town = secretly(Town.founded())
    for who, seat, choice in (("chair", "S1", FOR), ("m2", "S2", AGAINST), ("m3", "S3", ABSTAIN)):
        entry = town.drop_vote(who, seat, choice)
        assert not any(word in entry.payload for word in ("for", "against", "abstain"))
        assert receipt(who, seat) not in entry.payload
    town.close_ballot()
    kept = result(town).box
    assert [one.receipt for one in kept] == sorted(receipt(*who) for who in SEATS)
    assert {one.receipt: one.choice for one in kept}[receipt("m2", "S2")] is AGAINST
    assert not [name for name in town.paper.notes if name.startswith("box-")]


SEATS = (("chair", "S1"), ("m2", "S2"), ("m3", "S3"))


@given(
    st.lists(st.sampled_from([FOR, AGAINST, ABSTAIN]), min_size=3, max_size=3),
    st.randoms(use_true_random=False),
)
@settings(max_examples=30, deadline=None)
def test_the_order_of_secret_votes_leaves_no_trace(
    choices: list[ev.Choice], order: random.Random
) -> None:
    votes = [(*who, choice) for who, choice in zip(SEATS, choices, strict=True)]
    found = set()
    for _ in range(2):
        town = Town.at(State.CONVENED)
        gather(town)
        town.open_ballot(secret=True)
        for who, seat, choice in votes:
            town.drop_vote(who, seat, choice)
        found.add(next(text for name, text in town.paper.notes.items() if name.startswith("box-")))
        town.close_ballot()
        found_box = codec.payload(result(town))["box"]
        found.add(json.dumps(found_box))
        order.shuffle(votes)
    assert len(found) == 2


def test_a_secret_ballot_is_recomputed_from_the_ledger_alone_and_has_no_casting_vote() -> None:
    town = secretly(Town.founded())
    town.drop_vote("chair", "S1", FOR)
    town.drop_vote("m2", "S2", AGAINST)
    town.close_ballot()
    assert town.state is State.REJECTED
    again = Dossier.replay(ID, town.history)
    assert policy.count_ballot(again) == (result(town).tally, result(town).outcome)


@pytest.mark.parametrize("act", [Town.amend, Town.defer])
def test_a_secret_ballot_that_is_void_leaves_no_box(act: Act) -> None:
    town = secretly(Town.founded())
    town.drop_vote("m2", "S2")
    act(town)
    assert not [name for name in town.paper.notes if name.startswith("box-")]


def test_a_vote_brought_twice_under_one_key_is_answered_and_counted_once() -> None:
    for start, cast in ((secretly, Town.drop_vote), (voting, Town.vote)):
        town = start(Town.founded())
        first = cast(town, "m2", "S2", key="once")
        assert cast(town, "m2", "S2", key="once") == first
        assert len(town.dossier.ballot.voters) == 1  # type: ignore[union-attr]
        with pytest.raises(ApprovalError):
            cast(town, "m3", "S3", key="once")


def test_a_vote_on_a_version_that_has_moved_on_is_refused() -> None:
    town = voting(Town.founded())
    seen = town.dossier.version
    town.vote("m2", "S2")
    with pytest.raises(ApprovalError) as refused:
        town.vote("m3", "S3", expected=seen)
    assert type(refused.value).__name__ == "StaleVersionError"


def test_a_rule_that_a_later_version_adds_does_not_change_the_digest_of_earlier_ones() -> None:
    earlier = {
        name: value
        for name, value in codec.encode(RULES).items()  # type: ignore[union-attr]
        if name not in ("modes", "papers_days", "presiding", "vacant_seats_count")
    }
    again = codec.rebuild(type(RULES), earlier)
    assert again == RULES
    assert rule_of(again) == rule_of(RULES)
    assert rule_of(replace(RULES, papers_days=1)) != rule_of(RULES)


def test_events_written_before_there_were_modes_secrets_and_amendments_are_read() -> None:
    town = Town.at(State.ADOPTED)
    later = {
        "MeetingConvened": ("mode", "closes", "papers"),
        "BallotOpened": ("secret", "presiding", "amended"),
        "ResultProclaimed": ("box", "note"),
    }
    dossier = Dossier(ID)
    for entry in town.history:
        told = json.loads(entry.payload)
        for name in later.get(entry.type, ()):
            del told[name]
        dossier.apply(codec.decode(entry.type, told), entry.time, entry.sequence)
    assert dossier.state is State.ADOPTED
    assert policy.count_ballot(dossier) == (result(town).tally, result(town).outcome)


def test_a_receipt_is_recognised() -> None:
    assert box.RECEIPT.fullmatch(receipt("any"))
    assert not box.RECEIPT.fullmatch("7K2Q-9MXF-3TWO")
