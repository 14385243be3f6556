"""Codebooks, sheets for coders, agreement theme by theme, and what a third person settles."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.consultation import codebook, coding, questionnaire
from approvals.consultation.codebook import CodebookError
from approvals.consultation.coding import Answer, Codes

IMT = Path(__file__).resolve().parents[2] / "samples" / "imt"
TEXT = (IMT / "codebook.toml").read_text(encoding="utf-8")
BOOK = codebook.load(TEXT)
ASKED = questionnaire.load((IMT / "questionnaire.toml").read_text(encoding="utf-8"))

FAULTS = {
    "no valid TOML": (('id = "imt-themes"', 'id = "imt'), "not valid TOML"),
    "a theme without a description": (
        ("[theme.description]", "[theme.descriptoin]"),
        "description",
    ),
    "a code twice": (('code = "openness"', 'code = "companies"'), "companies twice"),
    "a code with a hyphen": (('code = "openness"', 'code = "the-open"'), "the-open"),
    "the word for no theme": (('code = "openness"', 'code = "None"'), "None"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_in_a_codebook_is_one_sentence_with_its_place(case: str) -> None:
    (old, new), said = FAULTS[case]
    assert old in TEXT
    with pytest.raises(CodebookError) as refused:
        codebook.load(TEXT.replace(old, new, 1))
    assert said in str(refused.value)


def test_a_codebook_of_other_words_has_another_digest() -> None:
    other = codebook.load(TEXT.replace("Se tenir proche", "Rester proche", 1))
    assert other != BOOK
    assert codebook.digest(other) != codebook.digest(BOOK)
    assert codebook.digest(codebook.load(TEXT + "\n# a remark\n")) == codebook.digest(BOOK)


@given(st.integers(0, 400), st.integers(0, 100), st.integers())
def test_a_deal_gives_every_answer_to_somebody_and_the_sample_to_both(
    count: int, share: int, seed: int
) -> None:
    ids = [f"a{number}" for number in range(count)]
    dealt = coding.deal(ids, seed, share)
    assert {*dealt.first} | {*dealt.second} == {*ids}
    assert {*dealt.first} & {*dealt.second} == dealt.both
    assert len(dealt.both) == -(-count * share // 100)
    assert abs(len(dealt.first) - len(dealt.second)) <= 1
    assert coding.deal(reversed(ids), seed, share) == dealt


def test_a_sheet_says_neither_the_public_nor_a_formula() -> None:
    answers = {
        "a1": Answer("a1", "staff", "fr", "=HYPERLINK(1)"),
        "a2": Answer("a2", "x", "en", "B"),
    }
    rows = coding.sheet(answers, ("a2", "a1"))
    assert rows == [("a2", "en", "B", ""), ("a1", "fr", "'=HYPERLINK(1)", "")]
    assert len(rows[0]) == len(coding.COLUMNS)


def test_a_sheet_is_read_whatever_separates_the_themes() -> None:
    rows = [("a1", "fr", "…", "Companies|ecology"), ("a2", "en", "…", "aucun"), ("", "", "", "")]
    found = coding.read(BOOK, ["a1", "a2"], coding.COLUMNS, rows)
    assert found.faults == ()
    assert found.codes == {"a1": frozenset({"companies", "ecology"}), "a2": frozenset()}
    comma = coding.read(BOOK, ["a1"], ("themes", "answer"), [("companies, ecology", "a1")])
    assert comma.codes == {"a1": frozenset({"companies", "ecology"})}


BAD_SHEETS = {
    "an answer that is not coded": ([("a1", "")], (1, "themes"), "not coded"),
    "a theme that does not exist": ([("a1", "fame")], (1, "themes"), "“fame” is no theme"),
    "themes and none": ([("a1", "companies|none")], (1, "themes"), "both"),
    "an answer of another sheet": ([("a1", "none"), ("b9", "none")], (2, "answer"), "b9"),
    "an answer twice": ([("a1", "none"), ("a1", "ecology")], (2, "answer"), "twice"),
    "an answer that is gone": ([], (0, "answer"), "no row any more"),
    "a row that is too short": ([("a1", "none"), ("a1",)], (2, ""), "ends before"),
}


@pytest.mark.parametrize("case", BAD_SHEETS)
def test_of_a_sheet_with_a_fault_nothing_is_taken(case: str) -> None:
    rows, place, said = BAD_SHEETS[case]
    found = coding.read(BOOK, ["a1"], ("answer", "themes"), rows)
    assert found.codes == {}
    assert (found.faults[0].row, found.faults[0].column) == place
    fault = found.faults[0]
    assert said in fault.message.format_map(fault.data)


def test_a_sheet_without_its_columns_is_refused_once() -> None:
    found = coding.read(BOOK, ["a1"], ("id", "themes"), [("a1", "none")])
    assert [fault.column for fault in found.faults] == ["answer"]


def codes(*cells: str) -> dict[str, Codes]:
    return {
        f"a{number}": frozenset() if cell == "-" else frozenset(cell.split("|"))
        for number, cell in enumerate(cells)
    }


def test_agreement_is_counted_theme_by_theme_and_over_whole_answers() -> None:
    first = codes("companies", "companies|ecology", "-", "ecology")
    second = codes("companies", "companies", "-", "ecology")
    found = coding.compare(BOOK, {**first, "mine": frozenset()}, second)
    assert (found.double, found.agreed) == (4, 3)
    assert [one.answer for one in found.disagreements] == ["a1"]
    [companies, ecology] = [one for one in found.themes if one.theme in ("companies", "ecology")]
    assert (companies.both, companies.first, companies.second, companies.neither) == (2, 0, 0, 2)
    assert companies.kappa == 1
    assert (ecology.both, ecology.first, ecology.second, ecology.neither) == (1, 1, 0, 2)
    assert ecology.kappa == Fraction(1, 2)
    assert found.kappa == Fraction(2, 3)


def test_where_two_coders_differ_the_third_decides() -> None:
    first, second = codes("companies", "ecology"), codes("companies", "-")
    with pytest.raises(ValueError, match="a1"):
        coding.settled(first, second, {})
    decided = coding.settled(first, {**second, "z": frozenset()}, {"a1": frozenset({"openness"})})
    assert decided == {
        "a0": frozenset({"companies"}),
        "a1": frozenset({"openness"}),
        "z": frozenset(),
    }


def test_themes_are_counted_by_public_with_small_numbers_hidden() -> None:
    given_ = {f"s{n}": frozenset({"companies"}) for n in range(20)}
    given_ |= {f"t{n}": frozenset({"companies", "ecology"}) for n in range(12)}
    given_ |= {f"u{n}": frozenset() for n in range(3)}
    publics = {id: {"s": "staff", "t": "students", "u": "staff"}[id[0]] for id in given_}
    found = coding.by_public(ASKED, BOOK, given_, publics, 5)
    rows = {row.code: row for row in found.rows}
    assert rows["companies"].total == 32
    assert rows["companies"].by_public["staff"] == 20
    assert rows["ecology"].by_public["students"] == 12
    assert rows[""].total == 3
    assert rows[""].by_public["staff"] is None
