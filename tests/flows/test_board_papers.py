"""The papers of a session say what the ledger says, however the board met and whatever it did."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from approvals import events as ev
from approvals.board import Attendance, Mode
from approvals.errors import GuardError
from approvals.standing import State
from documents.minutes import minutes
from flows.board_facts import minutes_facts
from flows.board_words import BoardWords
from flows.minutes_paper import minutes_paper
from flows.resolution_paper import Wording
from tests.approvals.town import BOARD, PEOPLE, RULES, WRITING, Town, gather, voted
from tests.flows.houses import small_docx

NAMES: Any = {handle: handle.title() for handle in PEOPLE}


def facts(town: Town, language: str = "en") -> Any:
    def read(ref: ev.NoteRef | None) -> str:
        return town.paper.notes.get(ref.id, "") if ref else ""

    return minutes_facts(town.dossier, NAMES, read, language)


def said(town: Town) -> str:
    """Everything that the minutes say, in one string."""
    paper = minutes_paper(facts(town), "en")
    assert minutes(paper)
    item = paper.items[0]
    ballots = [
        f"{one.question} {one.result} {one.rule} {one.resolution} {one.vote.rows}"
        for one in item.ballots
    ]
    lines = (paper.title, paper.subtitle, *paper.presence_intro, *paper.quorum, *item.paragraphs)
    return "\n".join(map(str, (*lines, *ballots, *paper.closing)))


def test_minutes_of_a_session_tell_figures_proxies_recusals_and_rule() -> None:
    town = Town.at(State.CONVENED)
    gather(town)
    town.represent("S4", "S2")
    town.attend("S5", recused=True)
    town.open_ballot()
    voted("for", "for", "against")(town)
    town.vote("m2", "S4", ev.Choice.ABSTAIN)
    town.close_ballot()
    text = said(town)
    assert "One vote is given by proxy. Recused: M5." in text
    assert "4 counted for this item, recusals left out; the quorum is 3" in text
    assert "('For', '2'), ('Against', '1'), ('Abstentions', '1'), ('Not voting', '0')" in text
    assert "more than half of the votes cast" in text
    assert "Resolution no. 2026-01 records it." in text
    assert "At 10:00, with 4 seats counting towards a quorum of 3, the vote opens." in text


def test_minutes_tell_an_amendment_and_that_the_votes_before_it_are_void() -> None:
    town = Town.at(State.VOTING)
    voted("against")(town)
    town.amend(seat="S2")
    town.open_ballot()
    voted("for", "for")(town)
    town.close_ballot()
    text = said(town)
    assert "upon a motion of M2; the votes cast before are void and uncounted" in text
    assert text.count("the vote opens") == 2
    assert "adopted in English, subject to conformity." in text
    town.translate_amendment()
    town.conform("reviser")
    town.conform("secretary")
    assert "Reviser, reviser, and Secretary, secretary, certified that the text in French" in said(
        town
    )


def test_minutes_of_a_written_consultation_say_who_took_part() -> None:
    town = Town.at(State.BOARD_READY)
    town.convene_in_writing()
    town.object("m5", "S5", reason="We have to talk.")
    town.begin()
    town.open_ballot(secret=True)
    for who, seat in (("chair", "S1"), ("m2", "S2"), ("m3", "S3")):
        town.drop_vote(who, seat)
    town.later(days=5)
    town.close_ballot()
    text = said(town)
    assert "Of 5 seats, 3 took part; the quorum is 3." in text
    assert "M5 objects to deciding in writing: We have to talk." in text
    assert "By secret ballot" in text
    assert "open from 3 December 2026 to 8 December 2026" in text
    assert [row[1] for row in minutes_paper(facts(town), "en").presence[1].rows] == ["3", "2", "5"]
    paper = Wording(town.dossier, NAMES, "en").paper(small_docx())
    assert "consulted in writing from 3 December 2026 to 8 December 2026" in str(paper.opening)


def test_minutes_of_a_session_without_a_quorum_say_so_and_count_nothing() -> None:
    town = Town.at(State.NO_QUORUM)
    text = said(town)
    assert "The board cannot deliberate." in text
    assert facts(town).items[0].ballots == ()
    assert "exhausted" not in text


def test_minutes_of_a_decision_put_off_give_its_reason_and_no_figures() -> None:
    town = Town.at(State.VOTING)
    voted("for", "for")(town)
    town.defer(reason="The ministry wants to be heard.")
    assert "puts its decision off, and no vote is counted: The ministry wants" in said(town)
    assert facts(town).items[0].ballots == ()


def test_whoever_presides_in_the_chairs_place_is_named_wherever_the_chair_would_be() -> None:
    town = Town.at(State.CONVENED)
    town.begin()
    for seat in ("S2", "S3", "S4"):
        town.attend(seat, Attendance.REMOTE)
    town.open_ballot(presiding="S3")
    town.vote("m2", "S2")
    town.close_ballot()
    text = said(town)
    assert "In the chair’s absence M3 presides" in text
    assert "M3 proclaims: adopted." in text
    assert "M3 closes the meeting" in text
    paper = Wording(town.dossier, NAMES, "en").paper(small_docx())
    assert next((one.capacity, one.name) for one in paper.signatures.places) == (
        "The member presiding",
        "M3",
    )


def test_a_conference_and_a_second_convocation_are_named() -> None:
    rules = replace(RULES, second_call_notice_days=0)
    town = Town.at(State.BOARD_READY)
    town.convene(board=replace(BOARD, rules=rules))
    town.begin()
    town.no_quorum()
    town.convene(board=replace(BOARD, rules=rules))
    gather(town)
    town.open_ballot()
    voted("for")(town)
    town.close_ballot()
    assert "upon a second convocation" in said(town)
    town = Town.at(State.BOARD_READY)
    town.convene(board=WRITING, mode=Mode.CONFERENCE)
    assert BoardWords(town.dossier, NAMES, "en").place == "by conference"


@pytest.mark.parametrize("state", [State.BOARD_READY, State.CONVENED, State.VOTING, State.AMENDING])
def test_there_are_no_minutes_before_the_session_is_over(state: State) -> None:
    with pytest.raises(GuardError) as refused:
        facts(Town.at(state))
    assert refused.value.guard == "minutes:none"
