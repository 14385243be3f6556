"""Accounts: which enrolled person may sign in here, and with which password.

A person exists in the house's register; an account only says how they come in. Who is no longer
enrolled, or holds no role, has no use of theirs. Sessions are ``sessions``'s, passkeys
``passkeys``'s, the links by which a password is set for the first time ``links``'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Row, delete, func, insert, select, update

from approvals.desk.auth.errors import WrongCredentialsError
from approvals.desk.auth.passwords import Passwords, judge
from approvals.desk.auth.people import Directory, Person
from approvals.desk.auth.rows import Rows
from approvals.names import PersonId
from approvals.store import desk_tables as tables

_ALL = tables.ACCOUNTS
_MINE = (tables.SESSIONS, tables.PASSKEYS, tables.TOKENS, tables.LINKS, tables.IDENTITIES)


@dataclass(frozen=True, slots=True)
class Account:
    """How one person comes in."""

    person: PersonId
    has_password: bool
    disabled: bool
    must_change: bool
    created: str
    changed: str | None


class Accounts:
    """Opens, checks, changes and closes accounts."""

    def __init__(self, rows: Rows, people: Directory, passwords: Passwords | None = None) -> None:
        self._rows = rows
        self._people = people
        self._passwords = passwords or Passwords()

    def open(self, person: PersonId) -> Account:
        """Give a person an account without a password; nothing changes where there is one."""
        with self._rows.writing() as connection:
            if connection.execute(select(_ALL).where(_ALL.c.person == person)).first() is None:
                connection.execute(
                    insert(_ALL).values(
                        person=person, disabled=0, must_change=0, created=self._rows.now()
                    )
                )
            return _account(connection.execute(select(_ALL).where(_ALL.c.person == person)).one())

    def find(self, person: PersonId) -> Account | None:
        """Give a person's account."""
        with self._rows.reading() as connection:
            row = connection.execute(select(_ALL).where(_ALL.c.person == person)).first()
        return None if row is None else _account(row)

    def none(self) -> bool:
        """Say whether nobody has an account yet."""
        with self._rows.reading() as connection:
            return not connection.execute(select(func.count()).select_from(_ALL)).scalar()

    def check(self, name: str, password: str) -> tuple[Person, Account]:
        """Give who signs in with a handle or address and a password.

        Raises ``WrongCredentialsError``, after the same work whatever the reason.
        """
        person = self._people.named(name)
        row = None
        with self._rows.reading() as connection:
            asked = select(_ALL).where(_ALL.c.person == (person.id if person else ""))
            row = connection.execute(asked).first()
        kept = row.hash if row is not None and not row.disabled else None
        fine, better = self._passwords.check(password, kept)
        if not fine or person is None or row is None:
            raise WrongCredentialsError
        if better is not None:
            self._keep(person.id, hash=better)
        return person, _account(row)

    def set_password(self, person: Person, password: str) -> None:
        """Keep a new password; raise ``WeakPasswordError`` for one that would be guessed.

        Ending the person's sessions is the caller's (``Sessions.end_all``), who knows which stays.
        """
        self.judge(person, password)
        hashed = self._passwords.hash(password)
        self.open(person.id)
        self._keep(person.id, hash=hashed, must_change=0, changed=self._rows.now())

    def judge(self, person: Person, password: str) -> None:
        """Raise ``WeakPasswordError`` for a password that would be guessed."""
        judge(password, (person.name, person.handle, person.mail))

    def change_password(self, person: Person, old: str, new: str) -> None:
        """Change a password by whoever knows the old one; raise ``WrongCredentialsError``."""
        self.confirm(person, old)
        self.set_password(person, new)

    def confirm(self, person: Person, password: str) -> None:
        """Have somebody who is signed in show that it is them; raise ``WrongCredentialsError``."""
        with self._rows.reading() as connection:
            row = connection.execute(select(_ALL).where(_ALL.c.person == person.id)).first()
        fine, _ = self._passwords.check(password, row.hash if row is not None else None)
        if not fine:
            raise WrongCredentialsError

    def must_change(self, person: PersonId) -> None:
        """Have a person choose another password before anything else."""
        self._keep(person, must_change=1)

    def disable(self, person: PersonId) -> None:
        """Close an account: sessions, tokens and links end, and nothing signs in any more."""
        with self._rows.writing() as connection:
            connection.execute(update(_ALL).where(_ALL.c.person == person).values(disabled=1))
            for table in (tables.SESSIONS, tables.TOKENS, tables.LINKS):
                connection.execute(delete(table).where(table.c.person == person))

    def enable(self, person: PersonId) -> None:
        """Open a closed account again."""
        self._keep(person, disabled=0)

    def forget(self, person: PersonId) -> None:
        """Take away everything by which a person came in."""
        with self._rows.writing() as connection:
            for table in (_ALL, *_MINE):
                connection.execute(delete(table).where(table.c.person == person))

    def _keep(self, person: PersonId, **values: str | int) -> None:
        with self._rows.writing() as connection:
            connection.execute(update(_ALL).where(_ALL.c.person == person).values(**values))


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        PersonId(row.person),
        row.hash is not None,
        bool(row.disabled),
        bool(row.must_change),
        row.created,
        row.changed,
    )
