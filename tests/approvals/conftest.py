"""What the tests of ``approvals`` share: stores on both databases, and processes that write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from approvals.store import Store
from tests.approvals.writers import Writers


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new database is, on SQLite and on PostgreSQL in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite3")
    return str(request.getfixturevalue("postgres")())


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    """An empty store."""
    opened = Store(where)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def all_writers() -> Iterator[Writers]:
    """The process that forks writers."""
    with Writers() as started:
        yield started


@pytest.fixture
def writers(all_writers: Writers) -> Iterator[Writers]:
    """Processes that write to a store; whatever of them still runs is ended after the test."""
    yield all_writers
    all_writers.rest()
