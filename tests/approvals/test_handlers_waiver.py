from __future__ import annotations

from dataclasses import replace

import pytest

from approvals import events as ev
from approvals.names import FRENCH, ParagraphId, PersonId, Role
from approvals.standing import State, StepStatus
from tests.approvals.town import Act, Town, digest, tried

P2, P3 = ParagraphId("00000002"), ParagraphId("00000003")
LEGAL = PersonId("legal")


def respelled(town: Town) -> Town:
    """All had approved; the French of § 2 changed since."""
    town.reach(State.BOARD_READY).respell()
    return town


def vouched(town: Town) -> Town:
    respelled(town).vouch()
    return town


CASES: dict[str, tuple[Act, Act, str, Act]] = {
    "calling a change typographic without the right": (
        respelled,
        lambda town: town.vouch("press"),
        "role:vouch",
        Town.vouch,
    ),
    "an author calling a change typographic": (
        respelled,
        lambda town: town.vouch("reviser"),
        "waive:author",
        Town.vouch,
    ),
    "an author as the second person": (
        vouched,
        lambda town: town.waive("reviser"),
        "waive:author",
        Town.waive,
    ),
    "speaking of an earlier text": (
        respelled,
        lambda town: town.vouch(pair=digest("earlier")),
        "waive:pair",
        Town.vouch,
    ),
    "a paragraph in which nothing fell": (
        respelled,
        lambda town: town.vouch("outsider", P3),
        "waive:nothing",
        Town.vouch,
    ),
    "a waiver about nothing": (
        respelled,
        lambda town: town.vouch(changes=()),
        "waive:nothing",
        Town.vouch,
    ),
    "a change without its proof": (
        respelled,
        lambda town: town.vouch(
            changes=tuple(replace(one, after=digest("else")) for one in town.typography(P2))
        ),
        "waive:meaning",
        Town.vouch,
    ),
    "saying so twice": (
        vouched,
        Town.vouch,
        "waive:vouched",
        Town.waive,
    ),
    "the second person before the first": (
        respelled,
        Town.waive,
        "waive:first",
        lambda town: (town.vouch(), town.waive()),
    ),
    "the same person twice": (
        vouched,
        lambda town: town.waive("outsider"),
        "waive:second",
        Town.waive,
    ),
    "a waiver without the right": (
        vouched,
        lambda town: town.waive("press"),
        "role:waive",
        Town.waive,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_guard_refuses_writes_nothing_and_can_be_satisfied(case: str) -> None:
    tried(*CASES[case])


def test_two_persons_let_the_approvals_of_one_paragraph_stand_again() -> None:
    town = vouched(Town.founded())
    before = town.dossier
    assert before.missing("legal", LEGAL) == (P2,)
    assert before.status("legal") is StepStatus.VOIDED
    lost = before.lost["legal", LEGAL][P2].approval
    town.waive()
    dossier = town.dossier
    assert dossier.missing("legal", LEGAL) == ()
    stands = dossier.approvals["legal", LEGAL][P2]
    assert stands.waived
    assert (stands.at, stands.by) == (lost.at, LEGAL)
    assert (stands.source, stands.target) == dossier.pair_paragraphs[P2]
    assert dossier.fell == ()
    town.review()
    assert town.state is State.BOARD_READY


def test_the_waiver_bears_both_names() -> None:
    town = vouched(Town.founded())
    entry = town.waive()
    assert '"by":"three"' in entry.payload
    assert '"first":"outsider"' in entry.payload


def test_one_person_keeps_nothing() -> None:
    town = vouched(Town.founded())
    assert town.dossier.missing("legal", LEGAL) == (P2,)
    town.review()
    assert town.state is State.IN_REVIEW


def test_what_one_person_said_of_an_earlier_text_does_not_count() -> None:
    town = vouched(Town.founded())
    town.respell(P3)
    assert town.dossier.vouched == ()


def test_an_approval_that_was_taken_back_does_not_come_back() -> None:
    town = respelled(Town.founded())
    town.review()
    town.decide("legal", ev.Decision.ABSTAIN)
    town.vouch()
    town.waive()
    assert ("legal", LEGAL) not in town.dossier.approvals
    assert town.state is State.IN_REVIEW


def test_a_waiver_during_the_review_may_complete_it() -> None:
    town = respelled(Town.founded())
    town.review()
    town.vouch()
    town.waive()
    assert town.state is State.BOARD_READY


def test_every_text_that_was_approved_needs_its_own_proof() -> None:
    """Two reviewers approved two wordings; both have to say the same as the one that stands."""
    town = respelled(Town.founded())
    town.review()
    town.decide("legal", paragraphs=(P2,))
    town.enrol("second-translator", Role.TRANSLATOR)
    town.propose("second-translator", only=[P2], word="again ")
    town.certify()
    town.align()
    changes = town.typography(P2)
    assert len({one.before for one in changes}) == 2
    assert {one.language for one in changes} == {FRENCH}
    tried_with = [one for one in changes if one.before == changes[0].before]
    with pytest.raises(Exception, match="more than typography"):
        town.vouch(changes=tuple(tried_with))
    town.vouch()
    town.waive()
    assert town.dossier.missing("legal", LEGAL) == ()
    assert town.dossier.missing("schools", PersonId("schools")) == ()
