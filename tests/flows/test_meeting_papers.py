"""Minutes, matrix and bilingual edition say what happened, in the language asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from approvals.dossier import Dossier
from flows.bilingual_paper import Adopted, adopted, bilingual_paper
from flows.minutes_paper import PEN, ROOM, Attendance, Outcome, minutes_paper
from flows.signoff_paper import Said, signoff_paper
from tests.flows.minutes_and_matrix import DIGESTS, meeting, review


def plain(words) -> str:
    return words if isinstance(words, str) else "".join(getattr(one, "text", one) for one in words)


def test_the_minutes_name_every_member_and_how_they_took_part() -> None:
    members, counts = minutes_paper(meeting("en"), "en").presence
    assert [row[0] for row in members.rows] == [
        f"{one.name}, chair" if one.chair else one.name for one in meeting("en").members
    ]
    assert (
        "Claire Astier",
        "Qualified persons",
        "represented, proxy to Karim Benali",
    ) in members.rows
    assert ("Yves Le Goff", "Staff", "present, recused") in members.rows
    assert counts.rows == (
        ("present", "6"),
        ("present by conference", "1"),
        ("represented", "1"),
        ("absent", "1"),
        ("Total", "9"),
    )


def test_a_count_covers_every_way_of_taking_part() -> None:
    nobody = replace(meeting("en"), members=())
    assert len(minutes_paper(nobody, "en").presence[1].rows) == len(ROOM) + 1
    in_writing = replace(nobody, written=True)
    assert len(minutes_paper(in_writing, "en").presence[1].rows) == len(PEN) + 1
    assert {*ROOM, *PEN} == {*Attendance}


QUORA = {
    "enough": (5, "The board can deliberate."),
    "one too few": (4, "The board cannot deliberate."),
}


@pytest.mark.parametrize(("counted", "said"), QUORA.values(), ids=QUORA.keys())
def test_the_quorum_is_said_with_its_consequence(counted: int, said: str) -> None:
    (quorum,) = minutes_paper(replace(meeting("en"), counted=counted, required=5), "en").quorum
    assert str(quorum).endswith(said)


def test_each_ballot_says_how_it_was_held_counted_and_proclaimed() -> None:
    _, adoption, later = minutes_paper(meeting("en"), "en").items
    (open_vote,), (secret,) = adoption.ballots, later.ballots
    assert (
        open_vote.question
        == "By open vote, the board decides on: adopting the text in both languages."
    )
    assert open_vote.vote.rows[-1] == ("Members entitled to vote", "7")
    assert open_vote.resolution == "Resolution no. CA-2026-14 records it."
    assert str(secret.question).startswith("By secret ballot")
    assert secret.result == "The chair proclaims: not adopted."
    assert secret.resolution == ""


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_sentence(outcome: Outcome) -> None:
    own = meeting("en")
    item = replace(own.items[1], ballots=(replace(own.items[1].ballots[0], outcome=outcome),))
    (made,) = minutes_paper(replace(own, items=(item,)), "en").items
    assert str(made.ballots[0].result).startswith("The chair proclaims: ")


def test_hours_and_days_are_written_as_the_language_writes_them() -> None:
    english = minutes_paper(meeting("en"), "en")
    assert (english.title, english.subtitle) == (
        "Meeting of 12 March 2026",
        "Palaiseau, from 14:05 to 16:40",
    )
    assert "12 mars 2026" in minutes_paper(meeting("fr"), "fr").title


def test_the_digests_of_what_was_voted_on_stand_in_the_annex() -> None:
    assert tuple(one.value for one in minutes_paper(meeting("en"), "en").digests) == DIGESTS
    assert minutes_paper(replace(meeting("en"), digests=()), "en").annex_heading == ""


def test_the_matrix_says_every_decision_with_a_shape_a_word_and_a_day() -> None:
    rows = signoff_paper(review("en"), "en").rows
    assert [plain(cell) for cell in rows[3].cells] == [
        "●\u00a0approval\n16/02/2026",
        "●\u00a0approval\n16/02/2026",
        "●\u00a0approval\n16/02/2026",
        "▲\u00a0changes requested\n20/02/2026",
        "●\u00a0approval\n20/02/2026\nby H. Duval",
        "●\u00a0approval\n16/02/2026",
        "○\u00a0waiting",
    ]


def test_an_approval_that_fell_is_shown_as_fallen_with_both_days_and_the_reason() -> None:
    paper = signoff_paper(review("en"), "en")
    assert plain(paper.rows[1].cells[1]) == "⊘\u00a0approval fell\n18/02/2026"
    assert paper.voided is not None
    assert paper.voided.rows[0] == (
        "§\u00a02",
        "B. Lefèvre",
        "Management",
        "16 February 2026",
        "18 February 2026",
        "English: “and to train” added to § 2.",
    )
    assert len(paper.voided.rows) == 2


def test_a_review_in_which_nothing_fell_says_so() -> None:
    whole = replace(review("en"), decisions=tuple(row for row in review("en").decisions[:1] * 5))
    paper = signoff_paper(whole, "en")
    assert paper.voided is None
    assert paper.voided_intro == ("No approval fell.",)


def test_the_key_explains_the_shapes_that_are_used_and_no_others() -> None:
    key = [plain(one) for one in signoff_paper(review("en"), "en").key]
    assert [line.split("\u2002")[0] for line in key] == [
        "●\u00a0approval",
        "▲\u00a0changes requested",
        "–\u00a0abstention",
        "⊘\u00a0approval fell",
        "○\u00a0waiting",
    ]


@pytest.mark.parametrize("said", Said)
def test_every_decision_has_a_shape_of_its_own_and_a_meaning(said: Said) -> None:
    own = review("en")
    first = replace(own.decisions[0][0], said=said)
    paper = signoff_paper(
        replace(own, decisions=((first, *own.decisions[0][1:]), *own.decisions[1:])), "en"
    )
    shape = plain(paper.rows[0].cells[0]).split("\u00a0")[0]
    assert len([line for line in paper.key if plain(line).startswith(f"{shape}\u00a0")]) == 1


def test_the_sum_of_the_matrix_counts_what_its_cells_say() -> None:
    _, said = signoff_paper(review("en"), "en").summary
    assert said == (
        "Of 35 decisions asked for, 26 are approvals that stand, 2 are approvals that fell, "
        "5 are still to come."
    )


TEXT = Adopted("Mission statement", "IMT", "Board", "fr", "CA-2026-14", date(2026, 3, 12))


def test_the_bilingual_edition_begins_with_the_language_asked_for() -> None:
    paper = bilingual_paper(TEXT, {"fr": b"f", "en": b"e"}, "en")
    assert (paper.first.language, paper.first.data) == ("en", b"e")
    assert (paper.second.language, paper.second.data) == ("fr", b"f")
    assert paper.first.label == "English"
    assert paper.second.label.startswith("Français (")


def test_the_bilingual_edition_says_which_text_is_authoritative_and_who_adopted_both() -> None:
    paper = bilingual_paper(TEXT, {"fr": b"f", "en": b"e"}, "en")
    assert paper.remarks == (
        "The French text is authoritative.",
        "Both texts were adopted as one pair by resolution CA-2026-14 on 12 March 2026.",
    )
    other = replace(TEXT, authoritative="en", number="")
    assert bilingual_paper(other, {"fr": b"f", "en": b"e"}, "en").remarks == (
        "The English text is authoritative.",
    )


def test_a_text_that_nobody_adopted_has_no_bilingual_edition() -> None:
    with pytest.raises(ValueError, match="adopted"):
        adopted(Dossier("2026-003"), "fr")
