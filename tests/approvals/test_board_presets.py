"""The presets say what their sources say, and say where; a preset more is a file more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from approvals import board
from approvals.board import Attendance, MajorityBasis, Mode, Reached, files, presets
from approvals.board.presets import UnknownPresetError
from tests.approvals.test_board import SAMPLE

EVERY_FIELD = {*files.NEEDED, *files.OPTIONAL}


def test_three_presets_ship_with_the_product() -> None:
    assert presets.names() == ("decret-2006-672", "imt-type", "roberts-rules")


@pytest.mark.parametrize("name", presets.names())
def test_every_rule_of_a_preset_says_where_it_stands_in_both_languages(name: str) -> None:
    rules = presets.rules(name)
    fields = [cited.field for cited in rules.citations]
    assert len(fields) == len(set(fields))
    written = {"written_days", "written_quorum_share", "written_objections"}
    wanted = EVERY_FIELD if Mode.WRITTEN in rules.modes else EVERY_FIELD - written
    assert set(fields) >= wanted | {"tie", "recusal"}
    assert all(cited.source.fr and cited.source.en for cited in rules.citations)


def test_the_institution_of_the_imt_type_has_25_seats_and_confirms_its_meeting_rules() -> None:
    rules = presets.rules("imt-type")
    assert [(one.id, one.seats) for one in rules.colleges] == [
        ("state", 8),
        ("qualified", 9),
        ("staff", 5),
        ("students", 3),
    ]
    cited = {one.field: one.status for one in rules.citations}
    assert [field for field, status in cited.items() if status == "cited"] == ["colleges"]
    assert set(cited.values()) == {"cited", "to-be-confirmed"}


def test_the_samples_board_follows_the_preset() -> None:
    assert board.load(SAMPLE).rules == presets.rules("imt-type")


def test_the_decree_of_2006_has_its_five_articles() -> None:
    rules = presets.rules("decret-2006-672")
    assert (rules.notice_days, rules.papers_days, rules.urgent_notice_days) == (5, 5, 0)
    assert (rules.quorum_share, rules.quorum_reached) == ("1/2", Reached.AT_LEAST)
    assert set(rules.quorum_counts) == set(Attendance) - {Attendance.ABSENT}
    assert rules.second_call_quorum_share == "0"
    assert rules.proxies_per_person == 1
    assert rules.majority_basis is MajorityBasis.MEMBERS
    assert rules.casting_vote
    articles = {
        "notice_days": 9,
        "proxies_per_person": 10,
        "quorum_share": 11,
        "second_call_quorum_share": 11,
        "majority_basis": 12,
        "casting_vote": 12,
        "recusal": 13,
    }
    for field, article in articles.items():
        cited = rules.cited(field)
        assert cited is not None
        assert cited.status == "cited"
        assert f"article {article}" in cited.source.fr
        assert f"article {article}" in cited.source.en


def test_roberts_rules_count_votes_cast_and_know_no_proxy_and_no_second_vote() -> None:
    rules = presets.rules("roberts-rules")
    assert rules.majority_basis is MajorityBasis.VOTES_CAST
    assert (rules.majority_share, rules.majority_reached) == ("1/2", Reached.MORE_THAN)
    assert rules.quorum_reached is Reached.MORE_THAN
    assert (rules.proxies_per_person, rules.casting_vote) == (0, False)


def test_the_template_is_a_board_file_that_writes_out_every_default() -> None:
    read = board.load(presets.template())
    assert [seat.vacant for seat in read.seats] == [False, False, True]
    text = presets.template()
    left_out = "\n".join(
        line for line in text.splitlines() if line.split(" = ")[0] not in files.OPTIONAL
    )
    assert left_out != text
    assert replace(board.load(left_out).rules) == read.rules
    assert all(f"\n{name} = " in text for name in EVERY_FIELD)


def test_a_preset_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UnknownPresetError) as refused:
        presets.text("../pyproject")
    assert "imt-type" in str(refused.value)
