"""Remarks on the text: said of words as they stand, answered, closed; they block nothing."""

from __future__ import annotations

from approvals.names import Digest
from approvals.notices import Kind, of
from approvals.standing import State
from tests.approvals.town import Town, about_to, tried


def test_a_remark_is_answered_and_closed_and_moves_nothing() -> None:
    town = Town.founded().reach(State.IN_REVIEW)
    town.decide("legal")
    before = town.dossier
    town.remark("legal", start=0, end=3)
    town.answer_remark("drafter")
    town.close_remark("legal")
    after = town.dossier
    assert (after.state, after.pair, after.approvals) == (
        before.state,
        before.pair,
        before.approvals,
    )
    [one] = after.remarks.values()
    assert (one.made.start, one.made.end, len(one.answers)) == (0, 3, 1)
    assert one.closed_by == one.made.by


def test_a_remark_on_a_text_that_has_moved_on_is_refused() -> None:
    tried(
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.remark(text=Digest("0" * 64)),
        "remark:text",
        Town.remark,
    )


def test_a_remark_without_words_is_refused() -> None:
    tried(
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.remark(words="  "),
        "remark:words",
        Town.remark,
    )


def test_only_whoever_made_it_or_the_secretary_closes_a_remark() -> None:
    def said(town: Town) -> None:
        town.reach(State.IN_REVIEW)
        town.remark("legal")

    def by_another(town: Town) -> None:
        town.close_remark("drafter")

    tried(said, by_another, "remark:close", lambda town: town.close_remark("secretary"))


def test_what_is_closed_is_not_answered() -> None:
    def closed(town: Town) -> None:
        town.reach(State.IN_REVIEW)
        town.remark("legal")
        town.close_remark("legal")
        about_to(town)

    tried(closed, Town.answer_remark, "remark:open", Town.remark)


def test_the_drafter_is_told_of_a_remark_and_its_author_of_the_answer() -> None:
    town = Town.founded().reach(State.IN_REVIEW)
    town.remark("legal")
    town.answer_remark("drafter")
    told = [
        one.to
        for one in of(town.dossier.id, town.history, town.register)
        if one.kind is Kind.REMARK
    ]
    assert len(told) == 2
