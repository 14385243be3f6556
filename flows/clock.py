"""The clocks and the source of ids that a house is opened with."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Give the present in UTC."""
        return datetime.now(UTC)


class DemonstrationClock:
    """A clock that begins in the past and is put forward, so that a notice period can go by.

    It never runs ahead of the machine's clock.
    """

    def __init__(self, start: datetime) -> None:
        self._offset = start - datetime.now(UTC)

    def now(self) -> datetime:
        """Give the demonstration's present in UTC."""
        return datetime.now(UTC) + self._offset

    def forward(self, by: timedelta) -> None:
        """Let time go by, at most up to the present."""
        self._offset = min(timedelta(0), self._offset + by)

    def forward_to(self, moment: datetime) -> None:
        """Let time go by until ``moment``; it never goes back."""
        self.forward(max(timedelta(0), moment - self.now()))


class RandomIds:
    """Identifiers of 60 random bits behind a word that says what they name."""

    def new(self, kind: str) -> str:
        """Give a new identifier."""
        return f"{kind}-{secrets.token_hex(8)[:15]}"
