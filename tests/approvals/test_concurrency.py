"""Many people at once on one dossier, on both databases: nothing lost, nothing twice."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from approvals import events as ev
from approvals.dossier import Dossier
from approvals.errors import GuardError, StaleVersionError
from approvals.handlers import delegation, drafts, review
from approvals.handlers.base import Office
from approvals.ledger import Entry
from approvals.names import PersonId, Role
from approvals.standing import State
from approvals.store import Store
from tests.approvals.town import CIRCUIT, ID, Town, step

MANY = 50
REVIEWERS = [f"reviewer-{n}" for n in range(MANY)]


class Ids:
    """Identifiers that count, whoever asks."""

    def __init__(self) -> None:
        self.count, self.lock = 0, threading.Lock()

    def new(self, kind: str) -> str:
        with self.lock:
            self.count += 1
            return f"{kind}-{self.count}"


def crowd(required: int = MANY) -> Town:
    """A town with fifty reviewers in one step."""
    town = Town.at(State.ALIGNED)
    for one in REVIEWERS:
        town.enrol(one, Role.REVIEWER)
    town.review(circuit=replace(CIRCUIT, steps=(step("all", REVIEWERS, required),)))
    return town


def settle(town: Town, store: Store) -> Office:
    """Write the town's paper into a database, and give the office there."""
    with store.begin() as work:
        for entry in town.paper.entries:
            work.append(
                entry.stream,
                expected=entry.version - 1,
                type=entry.type,
                payload=json.loads(entry.payload),
                key=entry.key,
                at=entry.time,
            )
        work.commit()
    return Office(store.begin, town.clock, Ids())


def at_once(acts: Iterable[Callable[[], Entry]]) -> list[Entry | Exception]:
    """Let all acts begin together, each in a thread of its own."""
    waiting = list(acts)
    gate = threading.Barrier(len(waiting))

    def run(act: Callable[[], Entry]) -> Entry | Exception:
        gate.wait(60)
        try:
            return act()
        except Exception as fault:  # what became of it is what is tested
            return fault

    with ThreadPoolExecutor(len(waiting)) as pool:
        return list(pool.map(run, waiting))


def decision(town: Town, by: str, **more: Any) -> review.MakeDecision:
    fields: dict[str, Any] = {
        "dossier": ID,
        "by": PersonId(by),
        "key": f"decide-{by}",
        "step": None,
        "decision": ev.Decision.APPROVE,
        "pair": town.pair,
        **more,
    }
    return review.MakeDecision(**fields)


def now(store: Store) -> Dossier:
    with store.read() as reader:
        return Dossier.replay(ID, reader.history(ID))


def test_fifty_reviewers_decide_at_once_and_each_counts_once(store: Store) -> None:
    town = crowd()
    office = settle(town, store)
    found = at_once(lambda who=who: review.decide(decision(town, who), office) for who in REVIEWERS)
    assert [one for one in found if isinstance(one, Exception)] == []
    dossier = now(store)
    assert dossier.state is State.BOARD_READY
    assert sorted(person for _, person in dossier.approvals) == sorted(REVIEWERS)
    assert dossier.version == town.dossier.version + MANY
    assert store.check().ok


def test_a_step_that_needs_ten_of_fifty_opens_once_and_refuses_the_rest(store: Store) -> None:
    town = crowd(10)
    office = settle(town, store)
    found = at_once(lambda who=who: review.decide(decision(town, who), office) for who in REVIEWERS)
    kinds = Counter(
        one.guard if isinstance(one, GuardError) else type(one).__name__ for one in found
    )
    assert kinds == {"Entry": 10, "state:decide": MANY - 10}
    assert now(store).state is State.BOARD_READY


def test_the_same_act_brought_fifty_times_happens_once(store: Store) -> None:
    town = crowd()
    office = settle(town, store)
    found = at_once(
        lambda: review.decide(decision(town, REVIEWERS[0]), office) for _ in range(MANY)
    )
    assert len({one.hash for one in found if isinstance(one, Entry)}) == 1
    assert not [one for one in found if isinstance(one, Exception)]
    assert now(store).version == town.dossier.version + 1


def test_of_fifty_who_saw_the_same_version_one_is_taken(store: Store) -> None:
    town = crowd()
    office = settle(town, store)
    seen = town.dossier.version
    found = at_once(
        lambda who=who: review.decide(decision(town, who, expected=seen), office)
        for who in REVIEWERS
    )
    kinds = Counter(type(one) for one in found)
    assert kinds == {Entry: 1, StaleVersionError: MANY - 1}
    assert now(store).version == seen + 1


def test_a_refusal_among_approvals_stops_the_step_wherever_it_comes(store: Store) -> None:
    town = crowd()
    office = settle(town, store)
    refusing = {"decision": ev.Decision.REJECT, "reason": "No."}
    found = at_once(
        lambda who=who, more=refusing if n == 25 else {}: review.decide(
            decision(town, who, **more), office
        )
        for n, who in enumerate(REVIEWERS)
    )
    taken = sum(isinstance(one, Entry) for one in found)
    assert {one.guard for one in found if isinstance(one, GuardError)} <= {"state:decide"}
    dossier = now(store)
    assert dossier.state is State.CHANGES_REQUESTED
    assert dossier.version == town.dossier.version + taken
    assert len(dossier.open_points) == 1


def test_a_principal_and_their_stand_in_who_decide_at_once_count_once(store: Store) -> None:
    town = crowd()
    office = settle(town, store)
    given = delegation.GiveDelegation(
        dossier="house",
        by=PersonId(REVIEWERS[0]),
        key="given",
        to=PersonId("outsider"),
        first=town.clock.at.date(),
        last=town.clock.at.date(),
        within=ID,
    )
    delegation.give_delegation(given, office)
    found = at_once(
        (
            lambda: review.decide(decision(town, REVIEWERS[0]), office),
            lambda: review.decide(
                decision(town, "outsider", behalf=PersonId(REVIEWERS[0])), office
            ),
        )
    )
    refused = [one for one in found if isinstance(one, GuardError)]
    assert [one.guard for one in refused] == ["decide:twice"]
    assert list(now(store).approvals) == [("all", REVIEWERS[0])]


@pytest.mark.parametrize("times", [20])
def test_a_draft_submitted_while_people_decide_takes_all_of_them_or_none_after_it(
    store: Store, times: int
) -> None:
    town = crowd()
    office = settle(town, store)
    town.text = {**town.text, "00000002": "With you."}
    draft = town.another()
    draft.submit(by="drafter")
    from approvals import codec

    event = codec.decode(draft.history[-1].type, json.loads(draft.history[-1].payload))
    assert isinstance(event, ev.DraftSubmitted)
    command = drafts.SubmitDraft(
        dossier=ID,
        by=PersonId("drafter"),
        key="draft",
        upload=event.upload,
        version=event.version,
        text=event.text,
        paragraphs=event.paragraphs,
        untranslatable=event.untranslatable,
    )
    found = at_once(
        [
            *(
                lambda who=who: review.decide(decision(town, who), office)
                for who in REVIEWERS[:times]
            ),
            lambda: drafts.submit_draft(command, office),
        ]
    )
    assert isinstance(found[-1], Entry)
    dossier = now(store)
    assert dossier.state is State.DRAFT
    before = [one for one in found[:-1] if isinstance(one, Entry)]
    assert all(one.sequence < found[-1].sequence for one in before)
    assert len(dossier.approvals) == len(before)
