"""An engine over HTTP: deep-translator's request made anew.

The text goes in the body of a POST and the key in a header or the body, never in the address; over
https, but for servers on this machine and where an engine says otherwise. There is a timeout, one
session per instance, no redirection, and a request that may pass later is sent again after as long
as the provider asks (RFC 9110, clause 10.2.3). Every failure is an ``EngineError``.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from functools import cache
from time import monotonic
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import urlsplit

import httpx

from locales.engines.base import Setup, Translator
from locales.engines.errors import (
    EngineAddressError,
    EngineAnswerError,
    EngineBusyError,
    EngineKeyError,
    EngineLimitError,
    EngineQuotaError,
    EngineSettingError,
    EngineUnavailableError,
)
from locales.engines.terms import NO_TERMS, Terms
from locales.units import Json

TRIES = 3
PATIENCE = 30.0
"""Seconds that we wait at most for a provider that asks for it."""
LONGEST = 3
"""How many timeouts an answer may take in all, however steadily it drips."""
LARGEST = 16_000_000
"""Bytes that an answer may have."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class WebTranslator(Translator):
    """A provider's client for one call."""

    variables: ClassVar[tuple[str, ...]] = ("KEY", "URL")
    plain_http: ClassVar[bool] = False
    """Whether an address without TLS is taken where no key is sent (a server of the house)."""

    def __init__(
        self,
        source: str,
        target: str,
        setup: Setup,
        terms: Terms = NO_TERMS,
        prepared: str = "",
    ) -> None:
        if self.needs_key and not setup.key:
            raise EngineSettingError(self.id, f"ENONCE_{self.id.upper()}_KEY")
        variable = f"ENONCE_{self.id.upper()}_URL"
        url = setup.url or self.default_url(setup.key)
        if not url:
            raise EngineSettingError(self.id, variable)
        parts = urlsplit(url)
        clear = parts.hostname in _HERE or (self.plain_http and not setup.key)
        if parts.scheme != "https" and not (parts.scheme == "http" and clear):
            raise EngineAddressError(self.id, variable)
        super().__init__(source, target, setup, terms, prepared)
        self._base_url = url.rstrip("/")
        self._client: httpx.Client | None = None

    def __enter__(self) -> Self:
        self._client = httpx.Client(
            timeout=self.setup.timeout, follow_redirects=False, verify=_authorities()
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the session."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def post(
        self,
        path: str,
        body: Json,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        form: bool = False,
        method: str = "POST",
    ) -> Json:
        """Send a request, again where that may help, and give the JSON that comes back.

        ``form`` sends the body as a form. Raises ``EngineError``.
        """
        if self._client is None:
            with self:
                return self.post(
                    path, body, headers=headers, params=params, form=form, method=method
                )
        pause = 0.5
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                request = self._client.build_request(
                    method,
                    f"{self._base_url}{path}",
                    json=None if form or body is None else body,
                    data=_form(body) if form else None,
                    headers=headers,
                    params=params,
                )
                response = self._sent(self._client, request)
            except httpx.HTTPError as fault:
                if last:
                    raise EngineUnavailableError(self.id, type(fault).__name__) from fault
            else:
                if response.is_success:
                    return self._json(response)
                pause = self._refused(response, pause, last)
            self.setup.wait(pause)
            pause *= 2
        raise EngineUnavailableError(self.id, f"{TRIES}")

    def _sent(self, client: httpx.Client, request: httpx.Request) -> httpx.Response:
        """Send a request and read its answer whole, but not for ever and not without end."""
        last = monotonic() + LONGEST * self.setup.timeout
        parts: list[bytes] = []
        size = 0
        response = client.send(request, stream=True)
        try:
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if monotonic() > last:
                    raise httpx.ReadTimeout("slow", request=request)
                if size > LARGEST:
                    raise EngineAnswerError(self.id, f"> {LARGEST}")
        finally:
            response.close()
        headers = {
            name: value
            for name, value in response.headers.items()
            if name in ("retry-after", "date", "content-type")
        }
        return httpx.Response(response.status_code, headers=headers, content=b"".join(parts))

    def _json(self, response: httpx.Response) -> Json:
        try:
            data: Json = response.json()
        except ValueError as fault:
            raise EngineAnswerError(self.id, "JSON") from fault
        return data

    def status(self, response: httpx.Response) -> int:
        """The status that says what is wrong; a class maps those that a provider uses otherwise."""
        return response.status_code

    def _refused(self, response: httpx.Response, pause: float, last: bool) -> float:
        """Say how many seconds to wait before trying again, or raise what is final."""
        status = self.status(response)
        if status in (401, 403):
            raise EngineKeyError(self.id)
        if status in (402, 456):
            raise EngineQuotaError(self.id)
        if status == 413:
            raise EngineLimitError(self.id, self.limit)
        if status in (429, 503):
            seconds = _retry_after(response, pause)
            if last or seconds > PATIENCE:
                raise EngineBusyError(self.id, int(seconds + 0.999))
            return seconds
        if status >= 500:
            if last:
                raise EngineUnavailableError(self.id, str(status))
            return pause
        raise EngineAnswerError(self.id, str(status))

    def field(self, answer: Json, *path: str) -> Sequence[Json]:
        """The list that stands in an answer under some names. Raises ``EngineAnswerError``."""
        found = answer
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        if not isinstance(found, list):
            raise EngineAnswerError(self.id, ".".join(path) or "list")
        return found

    def word(self, one: Json, name: str) -> str:
        """The text that stands in one answer. Raises ``EngineAnswerError``."""
        found = one.get(name) if isinstance(one, Mapping) else None
        if not isinstance(found, str):
            raise EngineAnswerError(self.id, name)
        return found


@cache
def _authorities() -> ssl.SSLContext:
    """The authorities that addresses are checked against: read once, as that takes its time."""
    return httpx.create_ssl_context()


def _form(body: Json) -> dict[str, str]:
    return {name: str(value) for name, value in body.items()} if isinstance(body, Mapping) else {}


def _retry_after(response: httpx.Response, pause: float) -> float:
    """Seconds that the provider asks for: a number, or a date to hold against its own clock."""
    asked = response.headers.get("Retry-After", "").strip()
    if asked.isdigit():
        return float(asked)
    try:
        then = parsedate_to_datetime(asked)
        now = parsedate_to_datetime(response.headers.get("Date", ""))
        return max((then - now).total_seconds(), 0.0)
    except (ValueError, TypeError):  # no date, or one of the two without a zone
        return pause
