from __future__ import annotations

import json

import pytest

from locales.units import Offer, Origin, OriginKind, State, TranslationUnit, UnitFormError

UNIT = TranslationUnit(
    "0A0B0C0D",
    1,
    'Le <g id="1">conseil</g>',
    "The board",
    State.TRANSLATED,
    Origin(OriginKind.FUZZY, 96, "mission-2021"),
    (Offer("Le conseil", "The board", 96, "mission-2021"),),
    ("tags",),
    kept=True,
)


@pytest.mark.parametrize("unit", [UNIT, TranslationUnit("00000001", 0, "a")])
def test_a_unit_comes_back_from_json_as_it_was(unit: TranslationUnit) -> None:
    assert TranslationUnit.from_json(json.loads(json.dumps(unit.to_json()))) == unit


def test_a_new_target_takes_the_findings_of_the_old_one_away() -> None:
    unit = UNIT.with_target("X", State.REVIEWED, Origin(OriginKind.PERSON, detail="p3"))
    assert (unit.target, unit.state, unit.findings, unit.kept) == ("X", State.REVIEWED, (), False)
    assert unit.offers == UNIT.offers


def test_an_origin_says_itself_in_one_line() -> None:
    assert str(UNIT.origin) == "fuzzy 96 (mission-2021)"
    assert str(Origin()) == "none"
    assert Origin(OriginKind.MACHINE).machine


@pytest.mark.parametrize(
    "data",
    [
        {},
        {**UNIT.to_json(), "state": "done"},
        {**UNIT.to_json(), "index": "1"},
        {**UNIT.to_json(), "origin": None},
    ],
)
def test_what_is_no_unit_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(UnitFormError):
        TranslationUnit.from_json(data)
