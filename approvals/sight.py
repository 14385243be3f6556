"""Who may know of a dossier; whoever may not is answered as if there were none."""

from __future__ import annotations

from typing import Final

from approvals import events as ev
from approvals.dossier import Dossier
from approvals.names import PersonId, Role
from approvals.policy import AFTER_BOARD
from approvals.register import Register
from approvals.standing import State

_NEAR: Final = frozenset(
    {Role.TRANSLATOR, Role.REVISER, Role.SECRETARY, Role.CHAIR, Role.COMMUNICATIONS}
)
"""Roles that have work in every dossier, however confidential."""

_SESSION: Final = frozenset(
    {State.CONVENED, State.NO_QUORUM, State.VOTING, State.AMENDING, State.DEFERRED, State.REJECTED}
)


def may_see(dossier: Dossier, person: PersonId, register: Register) -> bool:
    """Say whether a person may know of a dossier.

    Everybody enrolled sees what is public or internal. What is confidential is seen by those who
    work on it: its authors and deciders, whoever stands in for one, the roles that have work in
    every dossier, and the members from the convocation on; an administrator does not.
    """
    opened, held = dossier.opened, register.roles.get(person)
    if opened is None or not held:
        return False
    if opened.confidentiality is not ev.Confidentiality.CONFIDENTIAL:
        return True
    if dossier.state in {State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN}:
        return True
    if person == opened.by or person in dossier.authors or held & _NEAR:
        return True
    if Role.MEMBER in held and dossier.state in _SESSION | AFTER_BOARD:
        return True
    steps = dossier.circuit.steps if dossier.circuit else ()
    deciders = {one for step in steps for one in dossier.deciders(step)}
    return person in deciders or any(
        given.to == person and given.by in deciders and given.dossier in (None, dossier.id)
        for given in register.delegations.values()
    )
