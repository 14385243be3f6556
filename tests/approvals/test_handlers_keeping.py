"""Rule files, engines' consent, glossary and memory: who may change them, and into what."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from approvals import board
from approvals import events as ev
from approvals.board import BoardFileError, seats
from approvals.circuits import CircuitError
from approvals.errors import GuardError
from approvals.handlers import keeping
from approvals.ledger import Entry
from approvals.names import Digest, Role
from tests.approvals.town import Act, Town, tried

SAMPLE = Path(__file__).parents[2] / "samples" / "imt"
CIRCUIT = """
id = "short"
version = 3
title = { fr = "Court", en = "Short" }

[[step]]
id = "legal"
title = { fr = "Juridique", en = "Legal" }
deciders = ["jack"]
required = 1
working_days = 5
at_deadline = "escalate"
"""
LONGER = CIRCUIT.replace("working_days = 5", "working_days = 8")
NEVER = (date.min, date.max)
PROVIDER = "Example SA (Nowhere)"


def adopt(town: Town, text: str, by: str = "admin", **more: object) -> Entry:
    fields = {"kind": ev.RuleKind.CIRCUIT, "text": text, **more}
    return town.bring(keeping.adopt_rule, keeping.AdoptRule, by, **fields)


def allow(town: Town, *levels: ev.Confidentiality, by: str = "admin", **more: object) -> Entry:
    fields = {"engine": "example", "sends_to": PROVIDER, "provider": PROVIDER, **more}
    return town.bring(keeping.allow_engine, keeping.AllowEngine, by, levels=levels, **fields)


def reword(town: Town, by: str) -> Entry:
    file = Digest("0" * 64)
    return town.bring(keeping.change_glossary, keeping.ChangeGlossary, by, file=file, terms=3)


def tend(town: Town, by: str, what: str = "unit 7") -> Entry:
    act = ev.MemoryAct.RETIRED
    return town.bring(keeping.tend_memory, keeping.TendMemory, by, act=act, what=what)


def nothing(town: Town) -> None:
    """Leave the town as it is."""


CASES: dict[str, tuple[Act, Act, str, Act]] = {
    "adopting a circuit without being administrator": (
        nothing,
        lambda town: adopt(town, CIRCUIT, by="secretary"),
        "role:adopt",
        lambda town: adopt(town, CIRCUIT),
    ),
    "adopting what holds already": (
        nothing,
        lambda town: adopt(town, CIRCUIT, present=CIRCUIT),
        "adopt:same",
        lambda town: adopt(town, f"{CIRCUIT}# A remark.\n", present=CIRCUIT),
    ),
    "other rules under the name of those that hold": (
        nothing,
        lambda town: adopt(town, LONGER, present=CIRCUIT),
        "adopt:version",
        lambda town: adopt(town, LONGER.replace("version = 3", "version = 4"), present=CIRCUIT),
    ),
    "another circuit in a circuit's place": (
        nothing,
        lambda town: adopt(town, CIRCUIT.replace('"short"', '"brief"'), present=CIRCUIT),
        "adopt:id",
        lambda town: adopt(town, CIRCUIT.replace('"short"', '"brief"')),
    ),
    "a circuit that asks somebody whom nobody enrolled": (
        nothing,
        lambda town: adopt(town, CIRCUIT.replace('["jack"]', '["jack", "ghost"]')),
        "adopt:person",
        lambda town: adopt(town, CIRCUIT.replace('["jack"]', '["role:reviewer"]')),
    ),
    "consenting without being administrator": (
        nothing,
        lambda town: allow(town, ev.Confidentiality.PUBLIC, by="translator"),
        "role:consent",
        lambda town: allow(town, ev.Confidentiality.PUBLIC),
    ),
    "consenting to another name than the provider's": (
        nothing,
        lambda town: allow(town, ev.Confidentiality.PUBLIC, provider="Example"),
        "consent:provider",
        lambda town: allow(town, ev.Confidentiality.PUBLIC),
    ),
    "consenting to an engine that sends nothing": (
        nothing,
        lambda town: allow(town, sends_to="", provider=""),
        "consent:local",
        lambda town: allow(town),
    ),
    "a translator changing the terms that translations are held to": (
        nothing,
        lambda town: reword(town, "translator"),
        "role:glossary",
        lambda town: reword(town, "reviser"),
    ),
    "a secretary putting the memory in order": (
        nothing,
        lambda town: tend(town, "secretary"),
        "role:memory",
        lambda town: tend(town, "reviser"),
    ),
    "putting nothing in order": (
        nothing,
        lambda town: tend(town, "admin", what=""),
        "memory:units",
        lambda town: tend(town, "admin"),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_refused_and_what_would_have_done(case: tuple[Act, Act, str, Act]) -> None:
    tried(*case)


def test_the_last_word_on_an_engine_holds() -> None:
    town = Town.founded()
    allow(town, *reversed(ev.Confidentiality))
    assert town.register.consents["example"].said.levels == tuple(ev.Confidentiality)
    allow(town, ev.Confidentiality.PUBLIC)
    assert town.register.consents["example"].said.levels == (ev.Confidentiality.PUBLIC,)
    allow(town)
    assert town.register.consents["example"].said.levels == ()


def test_what_was_adopted_is_named_by_the_bytes_of_its_file() -> None:
    town = Town.founded()
    adopt(town, CIRCUIT)
    found = town.register.adopted[ev.RuleKind.CIRCUIT, "short"]
    assert (found.said.rule, found.said.file) == ("short v3", keeping.file_digest(CIRCUIT))


@pytest.mark.parametrize(
    ("kind", "text", "error"),
    [
        (ev.RuleKind.CIRCUIT, "id = ", CircuitError),
        (ev.RuleKind.CIRCUIT, CIRCUIT.replace("required = 1", "required = 2"), CircuitError),
        (ev.RuleKind.BOARD, CIRCUIT, BoardFileError),
    ],
)
def test_a_file_that_cannot_be_used_is_not_adopted(
    kind: ev.RuleKind, text: str, error: type[Exception]
) -> None:
    town = Town.founded()
    before = len(town.paper.entries)
    with pytest.raises(error):
        adopt(town, text, kind=kind)
    assert len(town.paper.entries) == before


def test_a_broken_file_is_replaced_whatever_its_version() -> None:
    adopt(Town.founded(), CIRCUIT, present="id = ")


def test_seats_alone_need_no_new_version() -> None:
    town = Town.founded()
    text = (SAMPLE / "board.toml").read_text("utf-8")
    for seat in board.load(text).seats:
        town.enrol(seat.holder, Role.MEMBER)
    other = seats.with_seat(text, board.Seat("S3", "students", "", *NEVER, chair=False))
    adopt(town, other, kind=ev.RuleKind.BOARD, present=text)
    rules = text.replace("notice_days = ", "notice_days = 1")
    assert rules != text
    with pytest.raises(GuardError) as refused:
        adopt(town, rules, kind=ev.RuleKind.BOARD, present=text)
    assert refused.value.guard == "adopt:version"


def test_a_seat_is_filled_and_every_other_line_stays() -> None:
    text = (SAMPLE / "board.toml").read_text("utf-8")
    before = board.load(text)
    for seat in before.seats:
        empty = board.Seat(seat.id, seat.college, "", *NEVER, seat.chair, seat.deputy)
        emptied = seats.with_seat(text, empty)
        assert {*text.splitlines()} - {*emptied.splitlines()} <= {f'holder = "{seat.holder}"'}
        assert [one for one in board.load(emptied).seats if one.vacant] == [empty]
        assert board.load(seats.with_seat(emptied, seat)) == before


def test_the_chair_goes_from_one_to_the_other() -> None:
    text = (SAMPLE / "board.toml").read_text("utf-8")
    before = {one.id: one for one in board.load(text).seats}
    new = board.Seat(
        "Q2", "qualified", before["Q2"].holder, before["Q2"].term_start, before["Q2"].term_end, True
    )
    after = board.load(seats.with_seat(text, new))
    assert [one.id for one in after.seats if one.chair] == ["Q2"]
    assert before["Q1"].chair


def test_a_seat_that_is_not_there_is_not_filled() -> None:
    text = (SAMPLE / "board.toml").read_text("utf-8")
    with pytest.raises(BoardFileError, match="no seat X9"):
        seats.with_seat(text, board.Seat("X9", "staff", "", *NEVER, chair=False))


def test_a_seat_that_is_written_otherwise_is_left_to_a_person() -> None:
    text = (SAMPLE / "board.toml").read_text("utf-8")
    odd = text.replace('id = "S3"\n', "id = 'S3'\n")
    assert odd != text
    with pytest.raises(BoardFileError, match="only a person can change"):
        seats.with_seat(odd, board.Seat("S3", "students", "", *NEVER, chair=False))
