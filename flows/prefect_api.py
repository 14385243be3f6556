"""The few questions that the dispatcher asks Prefect's interface itself, by one kept connection.

Prefect's own client asks for more and waits longer: two seconds where SQLite is busy for some
milliseconds. What a run does in Prefect is Prefect's client's matter (``flows.embedded_run``).
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from flows import prefect_env

_WRITING = threading.Lock()
"""Held while something is written: two writers at once meet SQLite's lock."""

BUSY_SECONDS = 30.0
"""How long a busy server is asked again."""


class Api:
    """Prefect's interface at one address; used by one thread at a time."""

    def __init__(self, home: Path, url: str) -> None:
        user, _, password = prefect_env.secret(home).partition(":")
        self.url = url
        self._client = httpx.Client(
            base_url=url,
            auth=(user, password),
            timeout=60,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # plain HTTP on loopback
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def get(self, path: str) -> dict[str, Any] | None:
        """Give what lies at ``path``, or None where nothing does.

        Raises ``httpx.HTTPError`` where the server does not answer as it should.
        """
        answer = self._client.get(path)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def post(self, path: str, body: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Any:
        """Make or ask something; where the database is busy for a moment, do so again after that.

        Raises ``httpx.HTTPError``.
        """
        last = time.monotonic() + BUSY_SECONDS
        while True:
            with _WRITING:
                answer = self._client.post(path, json=body)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > last:
                break
            time.sleep(0.03)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()
