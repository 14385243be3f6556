"""Whatever a handler lets a person do, a program of theirs may do: the list is made from the code.

An act of the interface that is its command and nothing more names its handler itself. Those for
which the house does more stand in ``MORE`` by hand, and what no program may do in ``BY_HAND``.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from approvals import handlers
from approvals.desk.api.acts import ACTS

ROOT = Path(__file__).resolve().parents[2]

MORE = {
    "drafts.open_dossier": "begin",
    "drafts.submit_draft": "submit",
    "drafts.request_translation": "translate",
    "drafts.propose_translation": "propose",
    "drafts.certify_pairs": "certify",
    "review.open_review": "review",
    "links.link_document": "link-document",
    "people.enrol_person": "enrol",
    "board.meeting.convene": "convene",
    "board.amending.amend": "amend",
    "board.extracts.certify_extract": "extract",
    "press.keep_press_release": "press-release",
    "publication.order_publication": "publish",
    "life.propose_erratum": "erratum",
    "consultation.plan": "plan-consultation",
    "consultation.open_consultation": "open-consultation",
    "consultation.invite": "invite",
    "consultation.remind": "remind",
    "consultation.forget": "erase-invitation",
    "consultation.import_responses": "import-responses",
    "consultation.close": "close-consultation",
    "consultation.synthesise": "synthesise",
    "consultation.erase": "erase-consultation",
    "evaluation.open_coding": "open-coding",
    "evaluation.take_sheet": "take-sheet",
    "evaluation.settle_coding": "settle-coding",
    "evaluation.register_interview": "register-interview",
    "evaluation.withdraw_consent": "withdraw-consent",
    "evaluation.register_finding": "register-finding",
    "keeping.adopt_rule": "adopt-circuit adopt-board",
    "keeping.allow_engine": "allow-engine",
    "keeping.change_glossary": "change-term drop-term import-glossary",
    "keeping.tend_memory": "offer-unit",
}
"""The acts that bring a handler's command, where it is not the command alone."""

WITHOUT = {"try-circuit", "send-again"}
"""Acts that bring nothing to a handler: one writes nothing, the other sends mail once more."""

BY_HAND = {
    "people.found_house": "without a house there is nobody who could hold a token",
    "people.change_account": "asks for a sign-in of the last minutes, which a token has not",
}
"""What no program may do, and why."""

HOUSE = re.compile(r"\b(only_the_house|by_the_house)\(")


def offered() -> dict[str, Callable[..., Any]]:
    """Give every handler by its place: whatever takes a command and the office."""
    found = {}
    for module in pkgutil.walk_packages(handlers.__path__, f"{handlers.__name__}."):
        name = module.name.removeprefix(f"{handlers.__name__}.")
        for function in vars(importlib.import_module(module.name)).values():
            if not inspect.isfunction(function) or function.__module__ != module.name:
                continue
            if function.__name__ == "carry_out":  # by which every handler carries its act out
                continue
            if list(inspect.signature(function).parameters)[:2] == ["command", "office"]:
                found[f"{name}.{function.__name__}"] = function
    return found


HANDLERS = offered()
PEOPLES = [place for place, one in HANDLERS.items() if not HOUSE.search(inspect.getsource(one))]


@pytest.mark.parametrize("place", sorted({*PEOPLES} - {*BY_HAND}))
def test_what_a_person_may_do_a_program_may_do(place: str) -> None:
    handler = HANDLERS[place]
    by_itself = [name for name, act in ACTS.items() if act.handler is handler]
    acts = MORE.get(place, "").split()
    assert by_itself or (acts and {*acts} <= {*ACTS}), (
        f"{place} is offered by no act under /api/v1. Write one in approvals/desk/api, its line in "
        "tests/desk/access.py and in docs/desk/programs.md; or say in BY_HAND why there is none."
    )


def test_no_line_written_by_hand_is_left_over() -> None:
    assert sorted({*MORE, *BY_HAND} - set(PEOPLES)) == []
    alone = {name for name, act in ACTS.items() if act.handler is not None}
    more = {act for acts in MORE.values() for act in acts.split()}
    assert more | alone | WITHOUT == {*ACTS}
    assert not more & alone


def test_every_act_is_in_the_documentation_with_its_scope() -> None:
    page = (ROOT / "docs" / "desk" / "programs.md").read_text("utf-8")
    documented = dict(re.findall(r"^\| `([a-z-]+)` \| ([a-z, ]+) \|", page, re.M))
    assert documented == {name: act.scope.replace("|", ", ") for name, act in ACTS.items()}
