"""What the tests of who is at the desk share: a small house, a clock, a cheap argon2id, a browser."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from approvals import events as ev
from approvals.codec import payload
from approvals.desk.auth.accounts import Accounts
from approvals.desk.auth.links import Links
from approvals.desk.auth.passwords import Passwords
from approvals.desk.auth.people import Directory, Person
from approvals.desk.auth.rows import Rows
from approvals.desk.auth.sessions import Sessions
from approvals.desk.auth.site import Site
from approvals.desk.auth.throttle import Throttle
from approvals.desk.auth.tokens import Tokens
from approvals.names import Bilingual, PersonId, Role
from approvals.ports import Contact
from approvals.register import HOUSE
from approvals.store import Store

with warnings.catch_warnings():
    # Starlette's client prefers httpx2 and says so on import, once.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient  # noqa: F401

GOOD = "quatre mots pris ensemble"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOWN = {
    "carrel": (Role.ADMINISTRATOR,),
    "drafter": (Role.DRAFTER,),
    "reviewer": (Role.REVIEWER,),
    "member": (Role.MEMBER,),
    "secretary": (Role.SECRETARY,),
    "both": (Role.ADMINISTRATOR, Role.REVIEWER, Role.MEMBER),
    "gone": (),
}


@dataclass
class Watch:
    """A clock that a test turns."""

    time: datetime = MONDAY

    def now(self) -> datetime:
        return self.time

    def turn(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class Hall:
    """A house with people, and everything by which they come in."""

    store: Store
    watch: Watch
    version: int = 0
    rows: Rows = field(init=False)
    people: Directory = field(init=False)
    accounts: Accounts = field(init=False)
    sessions: Sessions = field(init=False)
    links: Links = field(init=False)
    tokens: Tokens = field(init=False)
    throttle: Throttle = field(init=False)
    site: Site = field(default_factory=lambda: Site("https://desk.example.org"))

    def __post_init__(self) -> None:
        self.rows = Rows(self.store, self.watch)
        self.people = Directory(self.store)
        self.accounts = Accounts(self.rows, self.people, Passwords(Argon2Hasher(1, 1024, 1)))
        self.sessions = Sessions(self.rows)
        self.links = Links(self.rows)
        self.tokens = Tokens(self.rows)
        self.throttle = Throttle(self.rows)

    def write(self, *events: ev.Event, contacts: tuple[Contact, ...] = ()) -> None:
        with self.store.begin() as work:
            for contact in contacts:
                work.put_contact(contact)
            for event in events:
                work.append(
                    HOUSE, expected=self.version, type=type(event).__name__, payload=payload(event),
                    key=f"house:{self.version}", at=self.watch.now(),
                )  # fmt: skip
                self.version += 1
            work.commit()

    def enrol(self, handle: str, *roles: Role, mail: str = "") -> None:
        contact = Contact(
            f"p-{handle}", handle, handle.title(), mail or f"{handle}@imt.example", "fr"
        )
        self.write(
            ev.PersonEnrolled(PersonId("p-carrel"), PersonId(contact.id), roles),
            contacts=(contact,),
        )

    def person(self, handle: str) -> Person:
        found = self.people.named(handle)
        assert found is not None
        return found

    def member_of_the_house(self, handle: str, password: str = GOOD) -> Person:
        person = self.person(handle)
        self.accounts.set_password(person, password)
        return person


def town(store: Store, watch: Watch) -> Hall:
    hall = Hall(store, watch)
    hall.write(ev.HouseFounded(PersonId("p-carrel"), Bilingual("Institut", "Institute"), "key"))
    for handle, roles in TOWN.items():
        hall.enrol(handle, *roles)
    return hall


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def hall(tmp_path: Path, watch: Watch) -> Iterator[Hall]:
    """A house on SQLite."""
    store = Store(tmp_path / "house.sqlite3")
    yield town(store, watch)
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)])
def any_hall(request: pytest.FixtureRequest, tmp_path: Path, watch: Watch) -> Iterator[Hall]:
    """A house on each database in turn."""
    if request.param == "sqlite":
        store = Store(tmp_path / "house.sqlite3")
    else:
        postgres: Callable[[], str] = request.getfixturevalue("postgres")
        store = Store(postgres())
    yield town(store, watch)
    store.close()
