"""Counts failed sign-ins under a name and from an address, over all processes.

The counting is ``limits``' fixed window; its storage here is a table of the house's own database,
because ``limits`` brings none for SQL. A try is counted before the password is looked at, so a
crowd of tries at once gets no more than its share, and is given back when it succeeds.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from approvals.canon import unstamp
from approvals.desk.auth.errors import ThrottledError
from approvals.desk.auth.rows import Rows, digest
from approvals.store.desk_tables import THROTTLE

FAILURES = 10
MINUTES = 15
ASKED = 100
"""Challenges that a stranger's address may ask for in that time; each is a row."""


class RowStorage(Storage):
    """Counters in the table ``desk_throttle``: the storage that ``limits`` asks for."""

    STORAGE_SCHEME = None

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self._rows = rows

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Name what the database raises."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count on, beginning anew where the window is over; give the count."""
        id, now = digest(key), self._rows.now()
        with self._rows.writing() as connection:
            row = connection.execute(select(THROTTLE).where(THROTTLE.c.key == id)).first()
            if row is not None and row.ends > now:
                count = max(0, int(row.hits) + amount)
                connection.execute(update(THROTTLE).where(THROTTLE.c.key == id).values(hits=count))
                return count
            connection.execute(delete(THROTTLE).where(THROTTLE.c.key == id))
            count = max(0, amount)
            ends = self._rows.now(timedelta(seconds=expiry))
            connection.execute(insert(THROTTLE).values(key=id, hits=count, ends=ends))
            return count

    def get(self, key: str) -> int:
        """Give the count."""
        row = self._row(key)
        return row[0] if row else 0

    def get_expiry(self, key: str) -> float:
        """Give when the window ends, in seconds since 1970; the present where there is none."""
        row = self._row(key)
        return unstamp(row[1]).timestamp() if row else self._rows.time().timestamp()

    def check(self) -> bool:
        """Say whether the table answers."""
        self._row("")
        return True

    def reset(self) -> int | None:
        """Forget every count."""
        with self._rows.writing() as connection:
            return int(connection.execute(delete(THROTTLE)).rowcount)

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._rows.writing() as connection:
            connection.execute(delete(THROTTLE).where(THROTTLE.c.key == digest(key)))

    def _row(self, key: str) -> tuple[int, str] | None:
        with self._rows.reading() as connection:
            found = connection.execute(
                select(THROTTLE.c.hits, THROTTLE.c.ends).where(
                    THROTTLE.c.key == digest(key), THROTTLE.c.ends > self._rows.now()
                )
            ).first()
        return None if found is None else (found.hits, found.ends)


class Throttle:
    """Pauses sign-in after too many failures."""

    def __init__(self, rows: Rows, failures: int = FAILURES, minutes: int = MINUTES) -> None:
        self._rows = rows
        self._storage = RowStorage(rows)
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._item = RateLimitItemPerMinute(failures, minutes, namespace="sign-in")
        self._asked = RateLimitItemPerMinute(ASKED, minutes, namespace="asked")

    @contextmanager
    def attempt(self, name: str, address: str) -> Iterator[None]:
        """Count a try under a name and from an address; a block that ends well was no failure.

        Raises ``ThrottledError`` before the block where there were too many.
        """
        under = ("name", digest(name.strip().casefold()))
        source = ("address", network(address))
        # The address first: who is stopped there does not use up other people's names.
        for key in (source, under):
            if not self._limiter.hit(self._item, *key):
                self._storage.incr(self._item.key_for(*key), self._item.get_expiry(), -1)
                if key is under:
                    self._give_back(source)
                raise ThrottledError(self._seconds(self._item, key))
        yield
        self._limiter.clear(self._item, *under)
        self._give_back(source)

    def ask(self, address: str) -> None:
        """Count a question from an address; raise ``ThrottledError`` where there were too many."""
        key = ("address", network(address))
        if not self._limiter.hit(self._asked, *key):
            raise ThrottledError(self._seconds(self._asked, key))

    def _give_back(self, key: tuple[str, str]) -> None:
        self._storage.incr(self._item.key_for(*key), self._item.get_expiry(), -1)

    def _seconds(self, item: RateLimitItem, key: tuple[str, str]) -> int:
        reset = self._limiter.get_window_stats(item, *key).reset_time
        return max(1, round(reset - self._rows.time().timestamp()))


def network(address: str) -> str:
    """Give what is counted as one address: an IPv4 address, or a line’s /64 of IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
