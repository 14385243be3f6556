"""Who may open a page. The acts behind it are guarded by their handlers once more.

Whoever may not know of a dossier gets the same answer as for one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from approvals.names import Role
from approvals.sight import may_see

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
