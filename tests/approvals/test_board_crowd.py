"""Fifty voters at once on one ballot, on both databases: one vote each, and an exact tally."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest

from approvals import events as ev
from approvals import policy
from approvals.board import Board, Seat, Tally
from approvals.dossier import Dossier
from approvals.errors import ApprovalError, GuardError, KeyReusedError, StaleVersionError
from approvals.handlers import board as session
from approvals.names import PersonId, Role
from approvals.ports import Contact
from approvals.standing import State
from approvals.store import Store
from tests.approvals.town import ID, RULES, Town, receipt
from tests.conftest import FULL

VOTERS = 50
CHOICES = [ev.Choice.FOR] * 26 + [ev.Choice.AGAINST] * 20 + [ev.Choice.ABSTAIN] * 4

CROWD = Board(
    RULES,
    tuple(
        Seat(f"V{n}", "c", f"voter-{n}", date(2026, 1, 1), date(2027, 12, 31), n == 0)
        for n in range(VOTERS)
    ),
)


@pytest.fixture(scope="module")
def walked() -> dict[bool, Town]:
    """A town whose ballot of fifty voters is open, in public and in secret."""
    town = Town.at(State.BOARD_READY)
    for n in range(VOTERS):
        town.enrol(f"voter-{n}", Role.MEMBER)
    town.convene(board=CROWD)
    town.begin()
    for n in range(VOTERS):
        town.attend(f"V{n}")
    secret = town.another()
    town.open_ballot()
    secret.open_ballot(secret=True)
    return {False: town, True: secret}


@pytest.fixture
def filled(store: Store, walked: dict[bool, Town], request: pytest.FixtureRequest) -> Town:
    """The town's ledger in a real store."""
    town = walked[request.param].another()
    with store.begin() as work:
        for contact in town.paper.people:
            work.put_contact(Contact(contact.id, contact.handle, contact.name, contact.mail, "fr"))
        for entry in town.paper.entries:
            work.append(
                entry.stream,
                expected=entry.version - 1,
                type=entry.type,
                payload=json.loads(entry.payload),
                key=entry.key,
                at=entry.time,
                wake=False,
            )
        work.commit()
    return town


def dossier(store: Store) -> Dossier:
    with store.read() as reader:
        return Dossier.replay(ID, reader.history(ID))


@pytest.mark.parametrize("turn", range(20 if FULL else 1))
@pytest.mark.parametrize("filled", [False, True], indirect=True, ids=["open", "secret"])
def test_fifty_voters_at_once_each_brought_twice_are_counted_once_and_exactly(
    store: Store, filled: Town, turn: int
) -> None:
    """Twenty times over in full."""
    secret = filled.dossier.ballot is not None and filled.dossier.ballot.opened.secret
    office = replace(filled.office, begin=store.begin)
    start = Barrier(VOTERS)

    def cast(n: int, key: str) -> None:
        common = {"dossier": ID, "by": PersonId(f"voter-{n}"), "key": key, "seat": f"V{n}"}
        if secret:
            code = receipt(key)
            dropped = session.DropVote(**common, choice=CHOICES[n], receipt=code)  # type: ignore[arg-type]
            session.drop_vote(dropped, office)
        else:
            session.vote(session.Vote(**common, choice=CHOICES[n]), office)  # type: ignore[arg-type]

    def voter(n: int) -> list[str]:
        start.wait(60)
        cast(n, f"vote-{n}")
        cast(n, f"vote-{n}")
        refused = []
        for key in (f"again-{n}", f"vote-{(n + 1) % VOTERS}"):
            try:
                cast(n, key)
            except (GuardError, KeyReusedError) as error:
                refused.append(type(error).__name__)
        return refused

    with ThreadPoolExecutor(VOTERS) as pool:
        said = list(pool.map(voter, range(VOTERS)))
    assert all(one[0] == "GuardError" for one in said)
    ballot = dossier(store).ballot
    assert ballot is not None
    assert len(ballot.voters) == VOTERS

    def close(n: int) -> bool:
        command = session.CloseBallot(dossier=ID, by=PersonId("secretary"), key=f"close-{n}")
        try:
            session.close_ballot(command, office)
        except ApprovalError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(close, range(8))) == 1
    after = dossier(store)
    assert after.state is State.ADOPTED
    assert after.result is not None
    assert after.result.tally == Tally(26, 20, 4, 0, 24, False)
    assert policy.count_ballot(after) == (after.result.tally, after.result.outcome)
    assert len(after.result.box) == (VOTERS if secret else 0)
    assert store.check().ok


@pytest.mark.parametrize("filled", [False], indirect=True, ids=["open"])
def test_of_fifty_acts_on_the_same_version_one_is_taken(store: Store, filled: Town) -> None:
    office = replace(filled.office, begin=store.begin)
    seen = dossier(store).version

    def cast(n: int) -> bool:
        command = session.Vote(
            dossier=ID,
            by=PersonId(f"voter-{n}"),
            key=f"vote-{n}",
            expected=seen,
            seat=f"V{n}",
            choice=CHOICES[n],
        )
        try:
            session.vote(command, office)
        except StaleVersionError:
            return False
        return True

    with ThreadPoolExecutor(VOTERS) as pool:
        assert sum(pool.map(cast, range(VOTERS))) == 1
