"""Who is enrolled: the house's register and contacts together, as the desk asks for them.

The register is replayed once for each version of the house's stream. Accounts, sessions and tokens
belong to a person's id; what a person may do is always looked up here, never kept with a session.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sqlalchemy import func, select

from approvals.names import PersonId, Role
from approvals.ports import Contact
from approvals.register import HOUSE, Register
from approvals.store import Store
from approvals.store.tables import LEDGER

_VERSION = select(func.max(LEDGER.c.version)).where(LEDGER.c.stream == HOUSE)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is enrolled and holds a role."""

    id: PersonId
    handle: str
    name: str
    mail: str
    language: str
    roles: frozenset[Role]


class Directory:
    """Finds people; safe for threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._register = Register()

    def person(self, id: str) -> Person | None:
        """Give a person by id; None for a stranger and for somebody who holds no role any more."""
        return self._give(next((one for one in self._contacts() if one.id == id), None))

    def named(self, name: str) -> Person | None:
        """Give a person by handle or e-mail address; an address that two people share is nobody's.

        Upper and lower case are the same here.
        """
        asked = name.strip().casefold()
        contacts = self._contacts()
        by_handle = [one for one in contacts if one.handle.casefold() == asked]
        found = by_handle or [one for one in contacts if asked and one.mail.casefold() == asked]
        return self._give(found[0]) if len(found) == 1 else None

    def with_mail(self, mail: str) -> Person | None:
        """Give the one person with this e-mail address."""
        found = [one for one in self._contacts() if mail and one.mail.casefold() == mail.casefold()]
        return self._give(found[0]) if len(found) == 1 else None

    def unnamed_administrator(self) -> Person | None:
        """Give the only administrator where nobody has said yet who that is: no address."""
        chiefs = [one for one in self.everybody() if Role.ADMINISTRATOR in one.roles]
        return chiefs[0] if len(chiefs) == 1 and not chiefs[0].mail else None

    def everybody(self) -> tuple[Person, ...]:
        """Give everybody who holds a role, in the order in which they were enrolled."""
        found = map(self._give, self._contacts())
        return tuple(one for one in found if one is not None)

    def register(self) -> Register:
        """Give the register as it stands now."""
        with self._store.connected() as connection, self._store.faults():
            version = connection.execute(_VERSION).scalar() or 0
        with self._lock:
            if version != self._register.version:
                with self._store.read() as reader:
                    self._register = Register.replay(reader.history(HOUSE))
            return self._register

    def _contacts(self) -> tuple[Contact, ...]:
        with self._store.read() as reader:
            return reader.contacts()

    def _give(self, contact: Contact | None) -> Person | None:
        if contact is None:
            return None
        roles = self.register().roles.get(PersonId(contact.id), frozenset())
        if not roles:
            return None
        return Person(
            PersonId(contact.id),
            contact.handle,
            contact.name,
            contact.mail,
            contact.language,
            roles,
        )
