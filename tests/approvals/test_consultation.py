"""Questionnaires, rows of responses, tallies with hidden numbers, and agreement."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.consultation import generator, questionnaire, responses
from approvals.consultation.agreement import kappa
from approvals.consultation.questionnaire import Kind, Questionnaire, QuestionnaireError
from approvals.consultation.responses import Response
from approvals.consultation.tally import QuestionTally, _bridges, tally

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "imt" / "questionnaire.toml"
TEXT = SAMPLE.read_text(encoding="utf-8")
ASKED = questionnaire.load(TEXT)

FAULTS = {
    "no valid TOML": (('id = "imt-2020"', 'id = "imt'), "not valid TOML"),
    "no purpose": (("[purpose]", "[porpoise]"), "purpose"),
    "a name twice": (('id = "students"', 'id = "staff"'), "staff twice"),
    "a name that is taken": (('id = "useful"', 'id = "public"'), "public"),
    "a kind that does not exist": (('kind = "single"', 'kind = "rank"'), "rank"),
    "a scale of two": (("points = 5", "points = 2"), "has 2 points"),
    "a code twice": (('code = "science"', 'code = "training"'), "a code of its own"),
    "a code with a space": (('code = "science"', 'code = "the science"'), "the science"),
    "more answers than there are": (("at_most = 3", "at_most = 9"), "9 answers"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_in_the_file_is_one_sentence_with_its_place(case: str) -> None:
    (old, new), said = FAULTS[case]
    assert old in TEXT
    with pytest.raises(QuestionnaireError) as refused:
        questionnaire.load(TEXT.replace(old, new))
    assert said in str(refused.value)


def test_a_scale_names_its_ends_in_both_languages() -> None:
    scale = next(one for one in ASKED.questions if one.kind is Kind.SCALE)
    assert [option.code for option in scale.options] == ["1", "2", "3", "4", "5"]
    assert scale.options[0].title.fr == "pas du tout"
    assert scale.options[-1].title.en == "above all"


HEADS = ("public", "language", "distinct", "useful", "ecology", "wish")
GOOD = ("staff", "fr", "companies|research", "training", "4", "Rester proches.")


def read(*rows: Sequence[str], heads: Sequence[str] = HEADS) -> responses.Reading:
    return responses.read(ASKED, heads, rows)


def test_a_row_becomes_codes_and_words() -> None:
    [found] = read(GOOD).responses
    assert found == Response(
        "staff",
        "fr",
        {"distinct": ("companies", "research"), "useful": ("training",), "ecology": ("4",)},
        {"wish": "Rester proches."},
    )


def test_limesurvey_s_columns_say_the_same() -> None:
    heads = (
        *("id", "submitdate", "startlanguage", "public"),
        *(f"distinct[{one.code}]" for one in ASKED.questions[0].options),
        *("useful", "ecology", "wish"),
    )
    told = ("7", "2020-07-01 10:00:00", "fr", "staff", "Y", "", "", "Y", "N", *GOOD[3:])
    begun = ("8", "", "en", "alumni", "", "", "", "", "", "", "", "")
    reading = read(told, begun, heads=heads)
    assert reading.responses == read(GOOD).responses
    assert (reading.unfinished, reading.faults) == (1, ())


BAD = {
    "a public nobody asked": (("dogs", *GOOD[1:]), "public", "no public"),
    "a language that is not asked": (("staff", "de", *GOOD[2:]), "language", "neither fr nor en"),
    "a code that is none": ((*GOOD[:3], "fame", *GOOD[4:]), "useful", "no answer to this"),
    "two answers where one may be": (
        (*GOOD[:3], "training|science", *GOOD[4:]),
        "useful",
        "at most 1",
    ),
    "four where three may be": (
        (*GOOD[:2], "companies|research|campus|disciplines", *GOOD[3:]),
        "distinct",
        "at most 3",
    ),
    "words without end": ((*GOOD[:5], "x" * 10_001), "wish", "10001 characters"),
    "a cell too few": (GOOD[:5], "", "5 cells"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_told_with_its_place_and_the_others_are_read(case: str) -> None:
    row, column, said = BAD[case]
    reading = read(GOOD, row, GOOD)
    [fault] = reading.faults
    assert (fault.row, fault.column) == (2, column)
    assert said in fault.message.format_map(fault.data)
    assert len(reading.responses) == 2


HEADINGS = {
    "no public": (HEADS[1:], "public", "no column"),
    "a question left out": (HEADS[:-1], "wish", "no column for question"),
    "a column twice": ((*HEADS, "useful"), "useful", "twice"),
    "an answer that is none": ((*HEADS, "distinct[fame]"), "distinct[fame]", "no answer of this"),
}


@pytest.mark.parametrize("case", HEADINGS)
def test_headings_are_looked_at_before_any_row(case: str) -> None:
    heads, column, said = HEADINGS[case]
    reading = read(GOOD, heads=heads)
    assert reading.responses == ()
    assert [(one.row, one.column) for one in reading.faults] == [(0, column)]
    assert said in reading.faults[0].message


def test_the_same_seed_draws_the_same_responses() -> None:
    first = list(generator.generate(ASKED, 200, 1))
    assert first == list(generator.generate(ASKED, 200, 1))
    assert first != list(generator.generate(ASKED, 200, 2))
    assert {one.language for one in first} == {"fr", "en"}


SMALL = questionnaire.load(TEXT)
PUBLICS = [public.id for public in SMALL.publics]


@st.composite
def crowds(draw: st.DrawFn) -> list[Response]:
    """Few people, so that many numbers are small."""
    count = draw(st.integers(0, 120))
    weights = dict(zip(PUBLICS, draw(st.lists(st.sampled_from([0.02, 0.2, 1.0]), min_size=5, max_size=5)), strict=True))  # fmt: skip
    return list(generator.generate(SMALL, count, draw(st.integers(0, 999)), weights))


@given(crowds(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_a_tally_does_not_depend_on_the_order(crowd: list[Response], chance: random.Random) -> None:
    turned = list(crowd)
    chance.shuffle(turned)
    assert tally(SMALL, turned) == tally(SMALL, crowd)


@given(crowds())
@settings(max_examples=60, deadline=None)
def test_what_is_shown_is_what_was_answered(crowd: list[Response]) -> None:
    found = tally(SMALL, crowd)
    assert found.total == len(crowd)
    for one in found.questions:
        for row in one.rows:
            for public, shown in row.by_public.items():
                counted = sum(
                    row.code in (answer.chosen.get(one.question.id) or ("",))
                    for answer in crowd
                    if answer.public == public
                )
                assert shown in (None, counted)
                assert shown is None or shown == 0 or shown >= found.threshold


@given(crowds())
@settings(max_examples=80, deadline=None)
def test_no_hidden_number_follows_from_those_that_are_shown(crowd: list[Response]) -> None:
    found = tally(SMALL, crowd)
    if found.total >= found.threshold:
        assert sum(shown is None for shown in found.responded.values()) != 1
    for one in found.questions:
        known = {public: shown for public, shown in found.responded.items() if shown is not None}
        unknown, equations = system(one, known)
        assert determined(unknown, equations) == set()


Cell = tuple[str, str]


def system(
    one: QuestionTally, responded: Mapping[str, int]
) -> tuple[list[Cell], list[tuple[dict[Cell, int], int]]]:
    """What a reader knows: each row adds up, and each column where one answer may be given."""
    cells = {(row.code, public): shown for row in one.rows for public, shown in row.by_public.items()}  # fmt: skip
    unknown = [cell for cell, shown in cells.items() if shown is None]
    equations = []
    for row in one.rows:
        line = [(row.code, public) for public in row.by_public]
        equations.append(equation(line, cells, row.total))
    if one.question.kind is not Kind.MULTIPLE:
        for public, total in responded.items():
            equations.append(equation([(row.code, public) for row in one.rows], cells, total))
    return unknown, equations


def equation(
    line: Iterable[Cell], cells: Mapping[Cell, int | None], total: int
) -> tuple[dict[Cell, int], int]:
    line = list(line)
    return (
        {cell: 1 for cell in line if cells[cell] is None},
        total - sum(cells[cell] or 0 for cell in line),
    )


def determined(
    unknown: Sequence[Cell], equations: Iterable[tuple[dict[Cell, int], int]]
) -> set[Cell]:
    """The unknowns that have one value only, by elimination over fractions."""
    place = {cell: number for number, cell in enumerate(unknown)}
    rows = [
        [Fraction(factors.get(cell, 0)) for cell in unknown] for factors, _ in equations if factors
    ]
    pivots: dict[int, list[Fraction]] = {}
    for row in rows:
        for column, pivot in pivots.items():
            if row[column]:
                row = [a - row[column] * b for a, b in zip(row, pivot, strict=True)]
        lead = next((n for n, value in enumerate(row) if value), None)
        if lead is None:
            continue
        row = [value / row[lead] for value in row]
        for column, pivot in pivots.items():
            if pivot[lead]:
                factor = pivot[lead]
                pivots[column] = [a - factor * b for a, b in zip(pivot, row, strict=True)]
        pivots[lead] = row
    return {
        cell
        for cell in unknown
        if place[cell] in pivots and sum(map(bool, pivots[place[cell]])) == 1
    }


def test_the_oracle_of_hidden_numbers_knows_a_table_that_gives_itself_away() -> None:
    """Two rows and two columns with one number hidden in each, but one way only to fill them."""
    a, b = ("x", "p"), ("y", "q")
    assert determined([a, b], [({a: 1}, 3), ({b: 1}, 4)]) == {a, b}
    c, d = ("x", "q"), ("y", "p")
    square = [({a: 1, c: 1}, 5), ({d: 1, b: 1}, 5), ({a: 1, d: 1}, 5), ({c: 1, b: 1}, 5)]
    assert determined([a, b, c, d], square) == set()


def test_a_way_between_two_circles_gives_its_number_away() -> None:
    first = [(row, column) for row in "ab" for column in "pq"]
    second = [(row, column) for row in "cd" for column in "rs"]
    assert _bridges([*first, *second]) == []
    assert _bridges([*first, ("b", "r"), *second]) == [("b", "r")]
    assert _bridges([("a", "p")]) == [("a", "p")]


AGREEMENT = {
    "Fleiss, Levin and Paik's yes and no": (
        ["y"] * 25 + ["n"] * 25,
        ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15,
        Fraction(2, 5),
    ),
    "full agreement": (["a", "b", "a"], ["a", "b", "a"], Fraction(1)),
    "what chance gives": (["a", "a", "b", "b"], ["a", "b", "a", "b"], Fraction(0)),
    "less than chance": (["a", "b"], ["b", "a"], Fraction(-1)),
    "one code for everything": (["a", "a"], ["a", "a"], None),
    "nothing": ([], [], None),
}


@pytest.mark.parametrize("case", AGREEMENT)
def test_agreement_beyond_chance(case: str) -> None:
    first, second, wanted = AGREEMENT[case]
    assert kappa(first, second) == wanted == kappa(second, first)


def test_lists_of_codes_have_one_length() -> None:
    with pytest.raises(ValueError, match="2 codes beside 1"):
        kappa(["a", "b"], ["a"])


def test_the_sample_is_a_questionnaire_of_five_publics() -> None:
    asked: Questionnaire = ASKED
    assert [public.id for public in asked.publics] == [
        *("staff", "students", "alumni", "companies", "authorities"),
    ]
    assert asked.purpose.fr
    assert asked.keep_days == 365
