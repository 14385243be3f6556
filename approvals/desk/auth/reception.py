"""Builds everything by which people come in, once, over one house's database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.middleware import Middleware

from approvals.desk.auth import guards
from approvals.desk.auth.accounts import Accounts
from approvals.desk.auth.guards import Limits
from approvals.desk.auth.idempotency import Answers
from approvals.desk.auth.identify import Identify
from approvals.desk.auth.links import Links, Purpose
from approvals.desk.auth.oidc import Oidc, Provider
from approvals.desk.auth.passkeys import Passkeys
from approvals.desk.auth.passwords import Passwords
from approvals.desk.auth.people import Directory
from approvals.desk.auth.refusing import Refuser, plainly
from approvals.desk.auth.rows import Rows
from approvals.desk.auth.sessions import Lasting, Sessions
from approvals.desk.auth.signoff import Signoffs
from approvals.desk.auth.site import Site
from approvals.desk.auth.throttle import Throttle
from approvals.desk.auth.tokens import Tokens
from approvals.names import PersonId
from approvals.ports import Clock
from approvals.store import Store


@dataclass(frozen=True, slots=True)
class Reception:
    """The parts, each of which says in its own module what it does."""

    site: Site
    rows: Rows
    people: Directory
    accounts: Accounts
    sessions: Sessions
    links: Links
    throttle: Throttle
    passkeys: Passkeys
    signoffs: Signoffs
    tokens: Tokens
    answers: Answers
    oidc: Oidc | None

    @classmethod
    def over(
        cls,
        store: Store,
        clock: Clock,
        site: Site,
        *,
        provider: Provider | None = None,
        lasting: Lasting | None = None,
        passwords: Passwords | None = None,
        house: str = "Énoncé",
    ) -> Reception:
        """Build a reception; ``house`` is the name that passkeys are kept under."""
        rows, people = Rows(store, clock), Directory(store)
        passkeys = Passkeys(rows, people, site, house)
        return cls(
            site=site,
            rows=rows,
            people=people,
            accounts=Accounts(rows, people, passwords),
            sessions=Sessions(rows, lasting),
            links=Links(rows),
            throttle=Throttle(rows),
            passkeys=passkeys,
            signoffs=Signoffs(rows, passkeys, site),
            tokens=Tokens(rows),
            answers=Answers(rows),
            oidc=Oidc(rows, people, site, provider) if provider is not None else None,
        )

    def middleware(
        self, refuse: Refuser = plainly, limits: Limits | None = None
    ) -> Sequence[Middleware]:
        """Give the guards and, innermost, ``Identify``; for ``Starlette`` or ``guards.wrap``."""
        identify = Middleware(
            Identify,
            site=self.site,
            people=self.people,
            accounts=self.accounts,
            sessions=self.sessions,
            tokens=self.tokens,
        )
        return (*guards.before(self.site, refuse, limits), identify)

    def new_link(self, person: PersonId) -> str:
        """Open an account where there is none, and give the address of a new one-time link."""
        account = self.accounts.open(person)
        purpose = Purpose.RESET if account.has_password else Purpose.FIRST
        return f"{self.site.origin}/welcome/{self.links.issue(person, purpose)}"

    def first_run_code(self) -> str | None:
        """Give the code for ``enonce serve`` to print; None once anybody has an account."""
        return self.links.first_run_code() if self.accounts.none() else None
