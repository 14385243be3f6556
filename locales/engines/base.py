"""What a provider's client is: deep-translator's ``BaseTranslator`` with its request made anew.

deep-translator gives the shape: a translator from one language to another with ``translate`` and
``translate_batch``. Ours send the text in the body of a POST and the key in a header, with a
timeout, waiting and trying again where that helps, and every failure is an ``EngineError``. An
instance serves one call and is then let go, because the base class is not safe to share between
threads. Tags are carried by ``carrying``; who may be sent what is asked in ``locales.engines``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import sleep
from typing import ClassVar

import httpx
from deep_translator.base import BaseTranslator

from locales.engines import carrying
from locales.engines.errors import (
    EngineAnswerError,
    EngineBusyError,
    EngineKeyError,
    EngineQuotaError,
    EngineSettingError,
    EngineUnavailableError,
)
from locales.units import Json

TRIES = 3
PATIENCE = 30.0
"""Seconds that we wait at most for a provider that asks for it."""


class Translator(BaseTranslator):  # type: ignore[misc]
    """A provider's client for one call.

    ``sends_text_to`` names who gets the text ("" where it stays in the house), ``needs_key``
    whether the institution has to have a key, ``carrier`` how tags are written where
    ``supports_markup``, ``limit`` how many characters and ``batch`` how many texts one request
    takes.
    """

    id: ClassVar[str]
    sends_text_to: ClassVar[str]
    needs_key: ClassVar[bool]
    supports_markup: ClassVar[bool]
    carrier: ClassVar[carrying.Carrier] = carrying.TOKENS
    limit: ClassVar[int]
    batch: ClassVar[int]
    languages: ClassVar[Mapping[str, str]] = {"french": "fr", "english": "en"}

    def __init__(
        self,
        source: str,
        target: str,
        *,
        url: str,
        key: str = "",
        timeout: float = 20.0,
        wait: Callable[[float], None] = sleep,
    ) -> None:
        if self.needs_key and not key:
            raise EngineSettingError(self.id, f"ENONCE_{self.id.upper()}_KEY")
        if not url:
            raise EngineSettingError(self.id, f"ENONCE_{self.id.upper()}_URL")
        super().__init__(
            base_url=url.rstrip("/"), languages=dict(self.languages), source=source, target=target
        )
        self._key = key
        self._timeout = timeout
        self._wait = wait

    def translate(self, text: str, **kwargs: bool) -> str:
        """Translate one text; ``marked=True`` where it has the engine's own markup."""
        return self.translate_batch([text], **kwargs)[0]

    def translate_batch(self, batch: Sequence[str], **kwargs: bool) -> list[str]:
        """Translate texts, in as few requests as the provider allows. Raises ``EngineError``."""
        marked = kwargs.get("marked", False)
        with httpx.Client(timeout=self._timeout, follow_redirects=False) as client:
            answers = []
            for texts in self._requests(batch):
                given = self.ask(client, texts, marked)
                if len(given) != len(texts):
                    raise EngineAnswerError(self.id, f"{len(given)}/{len(texts)}")
                answers.extend(given)
        return answers

    def _requests(self, texts: Sequence[str]) -> Iterator[list[str]]:
        chunk: list[str] = []
        size = 0
        for text in texts:
            if chunk and (len(chunk) >= self.batch or size + len(text) > self.limit):
                yield chunk
                chunk, size = [], 0
            chunk.append(text)
            size += len(text)
        if chunk:
            yield chunk

    @staticmethod
    @abstractmethod
    def default_url(key: str) -> str:
        """Give the address that belongs to a key; "" where the institution has to name one."""

    @abstractmethod
    def ask(self, client: httpx.Client, texts: list[str], marked: bool) -> list[str]:
        """Send one request and give its translations."""

    def post(
        self,
        client: httpx.Client,
        path: str,
        body: Mapping[str, Json],
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Send a request, again where that may help, and give the JSON that comes back."""
        pause = 0.5
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                response = client.post(f"{self._base_url}{path}", json=body, headers=headers)
            except httpx.HTTPError as fault:
                if last:
                    raise EngineUnavailableError(self.id, type(fault).__name__) from fault
            else:
                if response.is_success:
                    return self._json(response)
                pause = self._refused(response, pause, last)
            self._wait(pause)
            pause *= 2
        raise EngineUnavailableError(self.id, f"{TRIES}")

    def _json(self, response: httpx.Response) -> Json:
        try:
            data: Json = response.json()
        except ValueError as fault:
            raise EngineAnswerError(self.id, "JSON") from fault
        return data

    def _refused(self, response: httpx.Response, pause: float, last: bool) -> float:
        """Say how many seconds to wait before trying again, or raise what is final."""
        status = response.status_code
        if status in (401, 403):
            raise EngineKeyError(self.id)
        if status in (402, 456):
            raise EngineQuotaError(self.id)
        if status in (429, 503):
            asked = response.headers.get("Retry-After", "")
            seconds = float(asked) if asked.isdigit() else pause
            if last or seconds > PATIENCE:
                raise EngineBusyError(self.id, int(seconds + 0.999))
            return seconds
        if status >= 500:
            if last:
                raise EngineUnavailableError(self.id, str(status))
            return pause
        raise EngineAnswerError(self.id, str(status))
