"""The road held to a table written by hand: who may do what where, and where it leads; no more.

The table is the design's; ``approvals.policy`` and the handlers are held to it from outside. An act
is tried in every state by people who hold one role and no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from approvals import policy
from approvals.errors import ApprovalError, GuardError
from approvals.handlers.base import refusal
from approvals.names import Role
from approvals.policy import Stage
from approvals.standing import State
from tests.approvals import roads
from tests.approvals.test_policy import WORKERS
from tests.approvals.town import ACTS, Town

R, S = Role, State

BEFORE_BOARD = (
    *(S.DRAFT, S.TRANSLATING, S.ALIGNED, S.IN_REVIEW, S.CHANGES_REQUESTED, S.BOARD_READY),
)
PRESS = (
    *(S.BOARD_READY, S.CONVENED, S.NO_QUORUM, S.VOTING, S.AMENDING),
    *(S.ADOPTED, S.CONFORMITY, S.SEALING, S.SEALED),
)
ADOPTED = (
    *(S.ADOPTED, S.CONFORMITY, S.SEALING, S.SEALED, S.EMBARGOED),
    *(S.PUBLISHED, S.SUPERSEDED, S.WITHDRAWN),
)

Ends = Mapping[State, tuple[State, ...]]


def to(end: State, *begins: State) -> Ends:
    return dict.fromkeys(begins, (end,))


def stays(*states: State) -> Ends:
    return {state: (state,) for state in states}


READERS = (*(R.DRAFTER, R.TRANSLATOR, R.REVISER, R.REVIEWER, R.SECRETARY, R.CHAIR, R.MEMBER),)
READ = (*(S.TRANSLATING, S.ALIGNED, S.IN_REVIEW, S.CHANGES_REQUESTED, S.BOARD_READY, S.CONVENED),)

TABLE: Mapping[str, tuple[tuple[Role, ...], Ends]] = {
    "submit": (
        (R.DRAFTER,),
        to(S.DRAFT, *BEFORE_BOARD, S.NEW, S.NO_QUORUM, S.REJECTED, S.DEFERRED),
    ),
    "link": (
        (R.DRAFTER, R.SECRETARY, R.COMMUNICATIONS),
        stays(*(state for state in State if state is not S.ABANDONED)),
    ),
    "attach": ((R.DRAFTER,), stays(*BEFORE_BOARD, S.NEW)),
    "link-finding": ((R.DRAFTER,), stays(*BEFORE_BOARD)),
    "waive-finding": ((R.DRAFTER,), stays(*BEFORE_BOARD, S.NEW)),
    "remark": (READERS, stays(*READ)),
    "answer-remark": (READERS, stays(*READ)),
    "close-remark": (READERS, stays(*READ)),
    "translate": ((R.DRAFTER,), to(S.TRANSLATING, S.DRAFT)),
    "revise": (
        (R.TRANSLATOR,),
        to(S.TRANSLATING, S.TRANSLATING, S.ALIGNED, S.IN_REVIEW, S.BOARD_READY)
        | stays(S.CONFORMITY),
    ),
    "certify": ((R.REVISER,), stays(S.TRANSLATING, S.CONFORMITY)),
    "review": ((R.DRAFTER,), {S.ALIGNED: (S.IN_REVIEW, S.BOARD_READY)}),
    "decide": ((R.REVIEWER,), {S.IN_REVIEW: (S.IN_REVIEW, S.CHANGES_REQUESTED, S.BOARD_READY)}),
    "vouch": ((R.REVISER, R.REVIEWER, R.SECRETARY), stays(S.ALIGNED, S.IN_REVIEW)),
    "waive": (
        (R.REVISER, R.REVIEWER, R.SECRETARY),
        {S.ALIGNED: (S.ALIGNED,), S.IN_REVIEW: (S.BOARD_READY,)},
    ),
    "convene": ((R.SECRETARY,), to(S.CONVENED, S.BOARD_READY, S.NO_QUORUM)),
    "recall": ((R.SECRETARY,), to(S.BOARD_READY, S.CONVENED)),
    "papers": ((R.SECRETARY,), stays(S.CONVENED)),
    "attend": ((R.SECRETARY,), stays(S.CONVENED, S.AMENDING)),
    "no-quorum": ((R.SECRETARY,), to(S.NO_QUORUM, S.CONVENED, S.VOTING)),
    "object": (
        (R.MEMBER,),
        {S.CONVENED: (S.CONVENED, S.BOARD_READY), S.VOTING: (S.VOTING, S.BOARD_READY)},
    ),
    "open-ballot": ((R.SECRETARY, R.CHAIR), to(S.VOTING, S.CONVENED, S.AMENDING)),
    "vote": ((R.MEMBER,), stays(S.VOTING)),
    "amend": ((R.SECRETARY,), to(S.AMENDING, S.VOTING, S.AMENDING)),
    "defer": ((R.SECRETARY, R.CHAIR), to(S.DEFERRED, S.VOTING, S.AMENDING)),
    "close-ballot": ((R.SECRETARY, R.CHAIR), {S.VOTING: (S.ADOPTED, S.REJECTED, S.CONFORMITY)}),
    "conform": ((R.REVISER, R.SECRETARY), stays(S.CONFORMITY)),
    "seal": ((R.SECRETARY,), to(S.SEALING, S.ADOPTED, S.CONFORMITY)),
    "extract": ((R.SECRETARY,), stays(*ADOPTED)),
    "quote": ((R.COMMUNICATIONS,), stays(*PRESS)),
    "approve-quote": (tuple(Role), stays(*PRESS)),
    "drop-quote": ((R.COMMUNICATIONS,), stays(*PRESS)),
    "press-release": ((R.COMMUNICATIONS,), stays(*PRESS)),
    "publish": ((R.COMMUNICATIONS,), to(S.EMBARGOED, S.SEALED)),
    "withdraw": ((R.SECRETARY,), stays(S.PUBLISHED)),
    "confirm-withdrawal": ((R.CHAIR,), to(S.WITHDRAWN, S.PUBLISHED)),
    "erratum": ((R.TRANSLATOR,), stays(S.PUBLISHED)),
    "certify-erratum": ((R.REVISER,), stays(S.PUBLISHED)),
    "abandon": (
        (R.DRAFTER, R.SECRETARY),
        to(S.ABANDONED, *BEFORE_BOARD, S.NEW, S.CONVENED, S.NO_QUORUM, S.REJECTED, S.DEFERRED),
    ),
}

HOUSE: Mapping[Stage, Ends] = {
    Stage.TRANSLATE: stays(S.TRANSLATING, S.CONFORMITY),
    Stage.ALIGN: to(S.ALIGNED, S.TRANSLATING) | stays(S.CONFORMITY),
    Stage.DEADLINE: {S.IN_REVIEW: (S.IN_REVIEW, S.BOARD_READY)},
    Stage.RESOLUTION: stays(S.ADOPTED, S.CONFORMITY),
    Stage.SEAL: to(S.SEALED, S.SEALING),
    Stage.PUBLISH: to(S.PUBLISHED, S.EMBARGOED),
    Stage.SUCCESSION: {S.PUBLISHED: (S.PUBLISHED, S.SUPERSEDED)},
    Stage.ERRATUM: stays(S.PUBLISHED),
}
"""What the house does by itself; no person may, whatever their role."""


def test_the_table_knows_every_act_and_every_stage() -> None:
    assert set(TABLE) == set(policy.ALLOWED) == set(ACTS)
    assert set(HOUSE) == set(Stage)


def triples(act: str, ends: Ends) -> set[tuple[State, str, State]]:
    return {(begin, act, end) for begin, found in ends.items() for end in found}


def test_every_transition_of_the_table_is_walked_and_no_other_is_found() -> None:
    wanted = {one for act, (_, ends) in TABLE.items() for one in triples(act, ends)}
    wanted |= {one for stage, ends in HOUSE.items() for one in triples(roads._name(stage), ends)}
    found = roads.ways()
    assert found - wanted == set(), "the handlers know a way that the table does not"
    assert wanted - found == set(), "the table knows a way that no walk takes"


@cache
def peopled(state: State, role: Role) -> Town:
    """A town in which everybody who acts holds this role and no other."""
    town = Town.at(state)
    for handle in WORKERS:
        town.enrol(handle, role)
    return town


@pytest.mark.parametrize("act", TABLE)
def test_an_act_is_for_its_roles_in_its_states_and_for_nobody_nowhere_else(act: str) -> None:
    roles, ends = TABLE[act]
    for state in State:
        for role in Role:
            town = peopled(state, role).another()
            before = town.paper.snapshot()
            guard: str | None = None
            try:
                ACTS[act](town)
            except ApprovalError as error:
                guard = refusal(error)
            where = f"{act} in {state} by {role}"
            if role not in roles:
                assert guard == f"role:{act}", where
            elif state not in ends:
                assert guard == f"state:{act}", where
            else:
                assert guard not in (f"role:{act}", f"state:{act}"), where
                assert town.state in (*ends[state], state), where
            assert (guard is None) == (town.paper.snapshot() != before), where


@pytest.mark.parametrize("stage", Stage)
def test_no_person_does_what_the_house_does(stage: Stage) -> None:
    handlers = [one for one, name in roads.HANDLERS.items() if name == stage]
    assert handlers
    for state in HOUSE[stage]:
        for role in Role:
            town = peopled(state, role).another()
            with pytest.raises(GuardError) as refused:
                BY_HAND[stage](town)
            assert refused.value.guard == "role:system"


BY_HAND = {
    Stage.TRANSLATE: lambda town: town.prepare("translator"),
    Stage.ALIGN: lambda town: town.align("reviser"),
    Stage.DEADLINE: lambda town: town.pass_deadline(by="legal"),
    Stage.RESOLUTION: lambda town: town.write_resolution("secretary"),
    Stage.SEAL: lambda town: town.seal("secretary"),
    Stage.PUBLISH: lambda town: town.publish("press"),
    Stage.SUCCESSION: lambda town: town.settle("press"),
    Stage.ERRATUM: lambda town: (
        town.correct("second-translator"),
        town.publish_correction("press"),
    ),
}
