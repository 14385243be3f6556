from __future__ import annotations

import pytest

from approvals import policy
from approvals.errors import GuardError, WrongStateError
from approvals.names import Role
from approvals.standing import State
from tests.approvals.town import ACTS, Town

COMBINATIONS = [(act, state) for act in policy.ALLOWED for state in State]


def test_every_act_that_the_policy_knows_is_tried_here() -> None:
    assert set(ACTS) == set(policy.ALLOWED)


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached(state: State) -> None:
    assert Town.at(state).state is state


@pytest.mark.parametrize(("act", "state"), COMBINATIONS)
def test_an_act_outside_its_states_is_refused_and_writes_nothing(act: str, state: State) -> None:
    town = Town.at(state)
    before = town.paper.snapshot()
    refused: GuardError | None = None
    try:
        ACTS[act](town)
    except GuardError as error:
        refused = error
    assert (refused is None) == (town.paper.snapshot() != before)
    if state in policy.ALLOWED[act]:
        assert not isinstance(refused, WrongStateError)
    else:
        assert isinstance(refused, WrongStateError)
        assert refused.guard == f"state:{act}"
        assert refused.data["state"] is state


WORKERS = (
    *("drafter", "translator", "reviser", "legal", "outsider", "three"),
    *("secretary", "chair", "press"),
)
"""Everybody by whom an act of ``ACTS`` is brought."""

PRESS = ("publish", "quote", "drop-quote", "press-release")

WITHOUT_RIGHT: dict[str, tuple[Role, ...]] = (
    dict.fromkeys(policy.ALLOWED, (Role.COMMUNICATIONS,))
    | dict.fromkeys(PRESS, (Role.MEMBER,))
    | {"approve-quote": (), "link": (Role.MEMBER,)}
)


@pytest.mark.parametrize("act", policy.ALLOWED)
def test_an_act_by_somebody_without_the_right_is_refused_and_writes_nothing(act: str) -> None:
    for state in State:
        town = Town.at(state)
        for handle in WORKERS:
            town.enrol(handle, *WITHOUT_RIGHT[act])
        before = town.paper.snapshot()
        with pytest.raises(GuardError) as refused:
            ACTS[act](town)
        assert refused.value.guard == f"role:{act}"
        assert all(role.value in str(refused.value) for role in WITHOUT_RIGHT[act])
        assert town.paper.snapshot() == before
