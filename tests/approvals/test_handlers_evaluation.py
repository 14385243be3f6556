"""Coding, interviews and findings in the ledger: who may, when, and what is never in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from approvals import events as ev
from approvals.errors import GuardError
from approvals.evaluation import Evaluation
from approvals.handlers import evaluation as handlers
from approvals.handlers.base import refusal
from approvals.names import Bilingual, PersonId
from tests.approvals.town import CONSULTATION, WORDS, Town, digest

FIRST, SECOND = PersonId("legal"), PersonId("schools")


def town() -> Town:
    return Town.founded()


def state(of: Town) -> Evaluation:
    with of.paper.begin() as work:
        return Evaluation.replay(CONSULTATION, work.history(CONSULTATION))


def bring(of: Town, handler: Any, command: Any, by: str, **fields: Any) -> None:
    of.bring(handler, command, by, **{"dossier": CONSULTATION, **fields})


def deal(of: Town, by: str = "drafter", **more: Any) -> None:
    fields: dict[str, Any] = {
        "question": "wish",
        "book": digest("book"),
        "codebook": digest("file"),
        "first": FIRST,
        "second": SECOND,
        "answers": 40,
        "sample": 4,
        "share": 10,
        "seed": 7,
        "dealt": digest("dealt"),
        **more,
    }
    bring(of, handlers.open_coding, handlers.OpenCoding, by, **fields)


def take(of: Town, by: str, **more: Any) -> None:
    fields = {"question": "wish", "coded": 22, "nothing": 2, "codes": digest(f"by {by}"), **more}
    bring(of, handlers.take_sheet, handlers.TakeSheet, by, **fields)


def settle(of: Town, by: str = "drafter", **more: Any) -> None:
    fields: dict[str, Any] = {
        "question": "wish",
        "sheets": (digest("by legal"), digest("by schools")),
        "double": 4,
        "agreed": 3,
        "kappa": "2/3",
        "themes": (ev.ThemeCount("ecology", 1, 1, 0, 2),),
        "codes": digest("joined"),
        **more,
    }
    bring(of, handlers.settle_coding, handlers.SettleCoding, by, **fields)


def hear(of: Town, by: str = "secretary", **more: Any) -> None:
    fields: dict[str, Any] = {
        "interview": "ministry",
        "capacity": Bilingual("Tutelle", "Ministry"),
        "name": "Ada Nom",
        "on": date(2026, 11, 20),
        "consented": date(2026, 11, 20),
        "scope": ev.Scope.CAPACITY,
        "points": (Bilingual("Rester dans le décret.", "Stay within the decree."),),
        **more,
    }
    bring(of, handlers.register_interview, handlers.RegisterInterview, by, **fields)


def withdraw(of: Town, by: str = "secretary", **more: Any) -> None:
    fields = {"interview": "ministry", **more}
    bring(of, handlers.withdraw_consent, handlers.WithdrawConsent, by, **fields)


def find(of: Town, *evidence: ev.Evidence, by: str = "drafter", **more: Any) -> None:
    fields = {"finding": "C3", "text": WORDS, "evidence": evidence, **more}
    bring(of, handlers.register_finding, handlers.RegisterFinding, by, **fields)


ANSWER = ev.Evidence(ev.EvidenceKind.ANSWER, "useful", "training", 900)
THEME = ev.Evidence(ev.EvidenceKind.THEME, "wish", "ecology", 80)
HEARD = ev.Evidence(ev.EvidenceKind.INTERVIEW, "ministry")


def test_two_people_code_and_a_third_settles() -> None:
    own = town()
    deal(own)
    take(own, FIRST)
    take(own, SECOND)
    take(own, FIRST, codes=digest("again"))
    settle(own, sheets=(digest("again"), digest("by schools")))
    coding = state(own).codings["wish"]
    assert coding.settled is not None
    assert (coding.settled.double, coding.settled.agreed) == (4, 3)
    assert coding.kappa is not None
    assert float(coding.kappa) == pytest.approx(2 / 3)


def test_no_word_of_an_interview_is_in_the_ledger_and_none_outlives_the_consent() -> None:
    own = town()
    hear(own)
    payloads = "".join(entry.payload for entry in own.paper.entries)
    assert "Nom" not in payloads
    assert "decree" not in payloads
    assert "Tutelle" in payloads
    kept = set(own.paper.notes.values())
    assert {"Ada Nom", "Rester dans le décret.", "Stay within the decree."} <= kept
    before = own.paper.entries[:]
    withdraw(own)
    assert not {"Ada Nom", "Stay within the decree."} & set(own.paper.notes.values())
    assert own.paper.entries[: len(before)] == before
    assert state(own).interviews["ministry"].withdrawn


def test_a_finding_rests_on_what_was_counted_coded_and_heard() -> None:
    own = town()
    deal(own)
    take(own, FIRST)
    take(own, SECOND)
    settle(own)
    hear(own)
    find(own, ANSWER, THEME, HEARD)
    assert state(own).findings["C3"].evidence == (ANSWER, THEME, HEARD)


def dealt(own: Town) -> None:
    deal(own)
    take(own, FIRST)


def heard(own: Town) -> None:
    hear(own)


REFUSALS: dict[str, tuple[Callable[[Town], object], Callable[[Town], object], str]] = {
    "answers are dealt once": (deal, deal, "coding:dealt"),
    "one person does not code for two": (
        lambda own: None,
        lambda own: deal(own, second=FIRST),
        "coding:two",
    ),
    "nothing to code": (lambda own: None, lambda own: deal(own, answers=0), "coding:answers"),
    "a reviewer deals nothing": (
        lambda own: None,
        lambda own: deal(own, "legal"),
        "role:consult code",
    ),
    "a sheet before the deal": (lambda own: None, lambda own: take(own, FIRST), "coding:none"),
    "a sheet of somebody else": (deal, lambda own: take(own, "one"), "coding:coder"),
    "settled by a coder": (dealt, lambda own: settle(own, FIRST), "coding:third"),
    "settled with one sheet": (dealt, settle, "coding:sheets"),
    "settled on another sheet": (
        lambda own: (dealt(own), take(own, SECOND, codes=digest("new"))),
        settle,
        "coding:moved",
    ),
    "a sheet after the end": (
        lambda own: (dealt(own), take(own, SECOND), settle(own)),
        lambda own: take(own, FIRST),
        "coding:settled",
    ),
    "an interview without consent": (
        lambda own: None,
        lambda own: hear(own, consented=None),
        "interview:consent",
    ),
    "an interview of tomorrow": (
        lambda own: None,
        lambda own: hear(own, on=date(2026, 11, 25)),
        "interview:day",
    ),
    "a quotation under no name": (
        lambda own: None,
        lambda own: hear(own, scope=ev.Scope.ATTRIBUTABLE, name=" "),
        "interview:name",
    ),
    "a point in one language": (
        lambda own: None,
        lambda own: hear(own, points=(Bilingual("Oui.", ""),)),
        "interview:languages",
    ),
    "an interview twice": (heard, heard, "interview:twice"),
    "an id with a space": (
        lambda own: None,
        lambda own: hear(own, interview="a b"),
        "interview:id",
    ),
    "no such interview": (lambda own: None, withdraw, "interview:none"),
    "withdrawn twice": (lambda own: (hear(own), withdraw(own)), withdraw, "interview:withdrawn"),
    "a finding twice": (
        lambda own: find(own, ANSWER),
        lambda own: find(own, ANSWER),
        "finding:twice",
    ),
    "a finding in one language": (
        lambda own: None,
        lambda own: find(own, ANSWER, text=Bilingual("Oui.", "")),
        "finding:languages",
    ),
    "a finding out of nothing": (lambda own: None, find, "finding:evidence"),
    "a finding with a dot": (
        lambda own: None,
        lambda own: find(own, ANSWER, finding="C.1"),
        "finding:id",
    ),
    "a theme that is not settled": (deal, lambda own: find(own, THEME), "finding:proof"),
    "an interview whose consent was taken back": (
        lambda own: (hear(own), withdraw(own)),
        lambda own: find(own, HEARD),
        "finding:proof",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_refused_leaves_nothing_behind(case: str) -> None:
    prepare, act, guard = REFUSALS[case]
    own = town()
    prepare(own)
    before = own.paper.snapshot()
    with pytest.raises(GuardError) as refused:
        act(own)
    assert refusal(refused.value) == guard
    assert "{" not in str(refused.value)
    assert own.paper.snapshot() == before


def test_nothing_is_made_of_a_consultation_that_is_not_there() -> None:
    own = town()
    with pytest.raises(GuardError) as refused:
        deal(own, dossier="consultation:winter")
    assert refused.value.guard == "consultation:none"
