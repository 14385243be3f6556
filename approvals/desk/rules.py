"""Who may open a page. The acts behind it are guarded by their handlers once more.

Whoever may not know of a dossier gets the same answer as for one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from approvals import events as ev
from approvals.dossier import Dossier
from approvals.names import PersonId, Role
from approvals.policy import AFTER_BOARD
from approvals.register import Register
from approvals.standing import State

if TYPE_CHECKING:
    from approvals.desk.seen import Seen


class Entrance(StrEnum):
    """What becomes of somebody at the door of a page."""

    OPEN = "open"
    SIGN_IN = "sign-in"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with the name under which the matrix of all routes shows it."""

    name: str
    judge: Callable[[Seen], Entrance]


def _signed_in(seen: Seen) -> Entrance:
    return Entrance.OPEN if seen.person is not None else Entrance.SIGN_IN


def _dossier(seen: Seen) -> Entrance:
    if seen.person is None:
        return Entrance.SIGN_IN
    found = seen.books.dossier(seen.path("dossier"))
    if found is None or not may_see(found, seen.person, seen.register):
        return Entrance.UNKNOWN
    return Entrance.OPEN


ANYBODY: Final = Rule("anybody", lambda seen: Entrance.OPEN)
SIGNED_IN: Final = Rule("signed in", _signed_in)
DOSSIER: Final = Rule("may see the dossier", _dossier)


def has(*roles: Role) -> Rule:
    """Let in whoever holds one of these roles."""

    def judge(seen: Seen) -> Entrance:
        if seen.person is None:
            return Entrance.SIGN_IN
        return Entrance.OPEN if seen.roles.intersection(roles) else Entrance.FORBIDDEN

    return Rule(" or ".join(role.value for role in roles), judge)


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


def scoped(scope: str, rule: Rule) -> Rule:
    """Let in a program whose token has the scope and whose owner the other rule lets in.

    Of several scopes, written ``board|publish``, one is enough.
    """
    enough = frozenset(scope.split("|"))

    def judge(seen: Seen) -> Entrance:
        if seen.scopes is None:
            return Entrance.SIGN_IN
        entrance = rule.judge(seen)
        if entrance is Entrance.OPEN and not enough & seen.scopes:
            return Entrance.FORBIDDEN
        return entrance

    return Rule(f"{rule.name}, with a token for “{scope}”", judge)
