"""Tokens for programs: ``/api/v1`` with ``Authorization: Bearer``, within scopes, for a while.

A token acts for its owner and never beyond what the owner may do; its scopes only take away. It is
shown once and kept as a digest. ``idempotency`` keeps what is sent twice from acting twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Row, delete, insert, select, update

from approvals.canon import stamp, unstamp
from approvals.desk.auth.errors import TokenRefusedError
from approvals.desk.auth.people import Person
from approvals.desk.auth.rows import Rows, digest, new_secret
from approvals.errors import N_
from approvals.names import PersonId, Role
from approvals.store.desk_tables import TOKENS

PREFIX = "enonce_"
"""By which a token that was left in a file is found by those who look for such things."""

LONGEST = timedelta(days=366)
_TOUCH = timedelta(minutes=1)


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "read"
    SUBMIT = "submit"
    TRANSLATE = "translate"
    DECIDE = "decide"
    BOARD = "board"
    PUBLISH = "publish"
    ADMIN = "admin"


_ROLES: dict[Scope, frozenset[Role]] = {
    Scope.READ: frozenset(Role),
    Scope.SUBMIT: frozenset({Role.DRAFTER, Role.SECRETARY, Role.COMMUNICATIONS}),
    Scope.TRANSLATE: frozenset({Role.TRANSLATOR, Role.REVISER}),
    Scope.DECIDE: frozenset(Role) - {Role.ADMINISTRATOR},
    Scope.BOARD: frozenset({Role.SECRETARY, Role.CHAIR, Role.MEMBER, Role.REVISER}),
    Scope.PUBLISH: frozenset({Role.COMMUNICATIONS, Role.SECRETARY}),
    Scope.ADMIN: frozenset({Role.ADMINISTRATOR}),
}


def scopes_for(person: Person) -> tuple[Scope, ...]:
    """Give the scopes that a person's roles have a use for; an administrator decides nothing."""
    fitting = (scope for scope in Scope if _ROLES[scope] & person.roles)
    if Role.ADMINISTRATOR in person.roles:
        return tuple(scope for scope in fitting if scope not in (Scope.DECIDE, Scope.BOARD))
    return tuple(fitting)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it afterwards: everything but the secret."""

    handle: str
    person: PersonId
    name: str
    scopes: frozenset[Scope]
    created: datetime
    ends: datetime
    used: datetime | None


class Tokens:
    """Gives out tokens, knows them again, takes them back."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def issue(
        self,
        person: Person,
        name: str,
        scopes: Iterable[Scope],
        lasts: timedelta = timedelta(days=90),
    ) -> str:
        """Give a new token, to be shown once; raise ``TokenRefusedError``."""
        wanted = frozenset(scopes)
        if not wanted:
            raise TokenRefusedError(N_("Choose at least one thing that the token may do."))
        if beyond := wanted.difference(scopes_for(person)):
            raise TokenRefusedError(
                N_("Your roles do not include {scopes}, so a token of yours cannot either."),
                scopes=tuple(sorted(beyond)),
            )
        if not timedelta() < lasts <= LONGEST:
            raise TokenRefusedError(
                N_("A token lasts between one day and {most} days."), most=LONGEST.days
            )
        secret = PREFIX + new_secret()
        with self._rows.writing() as connection:
            connection.execute(
                insert(TOKENS).values(
                    id=digest(secret),
                    handle=secrets.token_hex(8),
                    person=person.id,
                    name=name.strip()[:100],
                    scopes=" ".join(sorted(wanted)),
                    created=self._rows.now(),
                    ends=self._rows.now(lasts),
                )
            )
        return secret

    def find(self, secret: str) -> Token | None:
        """Give the token of a secret and note that it was used; None where it has ended."""
        now = self._rows.time()
        with self._rows.reading() as connection:
            row = connection.execute(
                select(TOKENS).where(TOKENS.c.id == digest(secret), TOKENS.c.ends > stamp(now))
            ).first()
        if row is None:
            return None
        found = _token(row)
        if found.used is None or now - found.used >= _TOUCH:
            with self._rows.writing() as connection:
                connection.execute(
                    update(TOKENS).where(TOKENS.c.id == row.id).values(used=stamp(now))
                )
        return found

    def of(self, person: PersonId) -> tuple[Token, ...]:
        """List a person's tokens, the newest first."""
        with self._rows.reading() as connection:
            found = connection.execute(
                select(TOKENS)
                .where(TOKENS.c.person == person, TOKENS.c.ends > self._rows.now())
                .order_by(TOKENS.c.created.desc(), TOKENS.c.handle)
            )
            return tuple(map(_token, found))

    def revoke(self, person: PersonId, handle: str) -> bool:
        """End one of a person's own tokens; False where it is not theirs or has ended."""
        with self._rows.writing() as connection:
            return bool(
                connection.execute(
                    delete(TOKENS).where(TOKENS.c.person == person, TOKENS.c.handle == handle)
                ).rowcount
            )


def _token(row: Row[tuple[object, ...]]) -> Token:
    return Token(
        row.handle,
        PersonId(row.person),
        row.name,
        frozenset(Scope(one) for one in row.scopes.split()),
        unstamp(row.created),
        unstamp(row.ends),
        unstamp(row.used) if row.used else None,
    )
