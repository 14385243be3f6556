"""What the desk writes: days of Paris, whole sentences, and no option of the command line."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from approvals.desk import words
from locales import po
from locales.catalog import FOLDER

NBSP = "\N{NO-BREAK SPACE}"
NIGHT = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
"""After midnight in Paris, where December has begun."""

SAID = {
    "a day of a moment": (words.day(NIGHT, "fr"), f"1er{NBSP}décembre 2026"),
    "a day that is none": (words.day(date(2026, 11, 30), "en"), f"30{NBSP}November 2026"),
    "a moment of this year": (
        words.lately(NIGHT, NIGHT, "fr"),
        f"1er{NBSP}décembre, 0{NBSP}h{NBSP}30",
    ),
    "a moment of another year": (
        words.lately(NIGHT, datetime(2027, 1, 2, tzinfo=UTC), "en"),
        f"1{NBSP}December 2026, 00:30",
    ),
    "a day that comes": (
        words.soon(date(2026, 12, 7), NIGHT, "fr"),
        f"lundi 7{NBSP}décembre",
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_a_day_is_that_of_paris_and_has_its_year_where_it_needs_one(case):
    said, expected = SAID[case]
    assert said == expected


ENDS = {
    "The common rule (an article)": "The common rule (an article).",
    "It is whole.": "It is whole.",
    "(It is whole.)": "(It is whole.)",
    "Is it?": "Is it?",
}


@pytest.mark.parametrize("sentence", ENDS)
def test_a_sentence_ends_once(sentence):
    assert words.ended(sentence) == ENDS[sentence]


def test_no_refusal_of_an_act_names_an_option_of_the_command_line():
    """People at the desk read them too; a command that is named whole is an administrator's."""
    source = (FOLDER / "fr" / "LC_MESSAGES" / "enonce.po").read_text("utf-8")
    known = po.read(FOLDER / "fr" / "LC_MESSAGES" / "enonce.po")
    acts = set()
    for block in source.split("\n\n"):
        found = re.search(r'^msgid "(.*)"$', block, re.MULTILINE)
        if found and "approvals/handlers/" in block:
            acts.add(found[1].replace('\\"', '"'))
    assert len(acts) > 100
    named = [
        one
        for message in acts
        for one in (message, *known.get(message, ()))
        if re.search(r"--[a-z]", re.sub(r"“enonce [^”]*”|«\s*enonce [^»]*»", "", one))
    ]
    assert named == []
