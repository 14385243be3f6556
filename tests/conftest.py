"""What tests of several packages share: a private PostgreSQL cluster."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

NAMES = count(1)
FULL = os.environ.get("ENONCE_RELIABILITY") == "full"
"""Whether attacks are made in full (``make reliability``), not at the size that a change waits for."""


def missing(what: str) -> None:
    """Skip for want of something foreign, or fail where everything is required."""
    if os.environ.get("ENONCE_REQUIRE_ALL") == "1":
        pytest.fail(what)
    pytest.skip(what)


def _binaries() -> Path | None:
    """The folder of PostgreSQL's server programs."""
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    if found := shutil.which("initdb"):
        places.append(Path(found).parent)
    if found := shutil.which("pg_config"):
        said = subprocess.run([found, "--bindir"], capture_output=True, text=True, check=True)
        places.append(Path(said.stdout.strip()))
    return next((place for place in places if (place / "initdb").exists()), None)


def _account() -> str | None:
    """The account under which a root user has to run PostgreSQL, which refuses root."""
    import pwd

    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None


LONG = ("tests/journeys/", "tests/desk/browser/", "tests/flows/", "tests/desk/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes: two processes then end together, whatever each was given."""
    items.sort(
        key=lambda one: next((n for n, at in enumerate(LONG) if at in one.nodeid), len(LONG))
    )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """A private PostgreSQL cluster on a socket of its own; gives URLs of empty schemas in it."""
    found = _binaries()
    if found is None:
        missing("PostgreSQL (initdb) is not installed")
    assert found
    try:
        import psycopg
    except ImportError:
        missing("psycopg is not installed")
    account = _account()
    place = Path(tempfile.mkdtemp(prefix="pg-"))
    if account:
        shutil.chown(place, account)

    def run(*words: str) -> None:
        done = subprocess.run(
            words, user=account, capture_output=True, text=True, cwd=place, check=False
        )
        assert done.returncode == 0, done.stderr + done.stdout

    data = str(place / "data")
    try:
        run(
            str(found / "initdb"), "-D", data, "-U", "enonce", "-A", "trust", "-N", "-E", "UTF8",
            "--no-locale",
        )  # fmt: skip
        options = f"-k {place} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
        log = str(place / "log")
        run(str(found / "pg_ctl"), "-D", data, "-o", options, "-l", log, "-w", "start")

        def new() -> str:
            name = f"house_{next(NAMES)}"
            with psycopg.connect(host=str(place), user="enonce", dbname="postgres") as connection:
                connection.execute(f"CREATE SCHEMA {name}")  # type: ignore[call-overload]
            return f"postgresql://enonce@/postgres?host={place}&options=-csearch_path%3D{name}"

        yield new
    finally:
        with suppress(AssertionError):
            run(str(found / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(place, ignore_errors=True)
