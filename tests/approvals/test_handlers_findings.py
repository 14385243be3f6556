"""From consultation to sentence: findings linked or waived before a draft is handed over."""

from __future__ import annotations

import pytest

from approvals.errors import GuardError
from approvals.evaluation import Evaluation, orphans
from approvals.standing import State
from tests.approvals.town import CONSULTATION, Town, about_to, tried


def attached() -> Town:
    town = Town.at(State.DRAFT).another()
    town.attach()
    return town


def evaluation(town: Town) -> Evaluation:
    with town.paper.begin() as work:
        return Evaluation.replay(CONSULTATION, work.history(CONSULTATION))


def left(town: Town) -> list[tuple[str, bool]]:
    return [(one.finding.finding, one.gone) for one in orphans(town.dossier, evaluation(town))]


def test_a_draft_is_handed_over_once_every_finding_leads_somewhere() -> None:
    town = attached()
    with pytest.raises(GuardError) as refused:
        town.translate()
    assert refused.value.guard == "translate:findings"
    assert "C1 (summer), C2 (summer)" in str(refused.value)
    town.lay()
    with pytest.raises(GuardError) as refused:
        town.translate()
    assert refused.value.data["findings"] == ("C2 (summer)",)
    town.waive_finding()
    assert left(town) == []
    town.translate()
    assert town.state is State.TRANSLATING


def test_a_text_that_rests_on_no_consultation_is_not_held_up() -> None:
    town = Town.at(State.DRAFT).another()
    town.translate()
    assert town.state is State.TRANSLATING


def test_a_link_to_a_paragraph_that_is_gone_is_an_orphan_again_and_told() -> None:
    town = attached()
    town.lay("drafter", "00000001", "00000002")
    town.waive_finding()
    del town.text["00000001"]
    town.submit()
    assert left(town) == []
    del town.text["00000002"]
    town.submit()
    assert left(town) == [("C1", True)]
    with pytest.raises(GuardError) as refused:
        town.translate()
    assert refused.value.data["findings"] == ("C1 (summer)",)
    town.lay("drafter", "00000003")
    town.translate()


def test_an_edited_paragraph_keeps_its_findings() -> None:
    town = attached()
    town.lay()
    town.waive_finding()
    town.text["00000001"] = "We build anew."
    town.submit()
    assert left(town) == []


def test_what_is_said_last_of_a_finding_counts() -> None:
    town = attached()
    town.waive_finding(finding="C1")
    town.lay()
    laid = town.dossier.laid[CONSULTATION, "C1"]
    assert (laid.paragraphs, laid.reason) == (("00000001",), None)
    town.waive_finding(finding="C1")
    laid = town.dossier.laid[CONSULTATION, "C1"]
    assert laid.paragraphs == ()
    assert laid.reason is not None
    assert town.paper.notes[laid.reason.id] == "Too narrow."


def test_a_consultation_is_attached_once_and_exists() -> None:
    def drafted(town: Town) -> None:
        town.open()
        town.submit()
        about_to(town)

    def twice(town: Town) -> None:
        drafted(town)
        town.attach()
        about_to(town)

    tried(
        drafted,
        lambda town: town.attach(consultation="consultation:winter"),
        "attach:none",
        lambda town: town.attach(),
    )
    tried(twice, lambda town: town.attach(), "attach:twice", lambda town: town.lay())


REFUSED = {
    "a finding that does not exist": (lambda town: town.lay(finding="C9"), "finding:none"),
    "a paragraph that the draft has not": (
        lambda town: town.lay("drafter", "0000AAAA"),
        "link-finding:paragraph",
    ),
    "no reason": (lambda town: town.waive_finding(reason=" "), "waive-finding:reason"),
    "another consultation": (
        lambda town: town.lay(consultation="consultation:winter"),
        "finding:consultation",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_finding_goes_nowhere_wrong(case: str) -> None:
    act, guard = REFUSED[case]

    def prepared(town: Town) -> None:
        town.open()
        town.submit()
        town.attach()
        about_to(town)

    tried(prepared, act, guard, lambda town: town.lay())


def test_a_finding_is_linked_to_the_same_paragraphs_once() -> None:
    def laid(town: Town) -> None:
        town.open()
        town.submit()
        town.attach()
        town.lay()

    tried(
        laid,
        lambda town: town.lay(),
        "link-finding:twice",
        lambda town: town.lay("drafter", "00000002"),
    )
