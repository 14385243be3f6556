"""MyMemory: a public memory of strangers' sentences with a machine behind it, 500 bytes at a time.

What it is sent may become part of that memory. It answers 200 to everything and says in the body
what is wrong. The sentence goes in the body of a POST, as the memory's own editor sends it, because
an address is written into logs on its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from locales.engines.errors import (
    EngineAnswerError,
    EngineBusyError,
    EngineKeyError,
    EngineLimitError,
    EngineQuotaError,
)
from locales.engines.web import WebTranslator
from locales.units import Json

NEAR = 0.75
"""Below this likeness the answer is a stranger's translation of another sentence: it is none."""


class MyMemory(WebTranslator):
    """MyMemory's API; ``ENONCE_MYMEMORY_EMAIL`` gives a larger allowance."""

    id = "mymemory"
    sends_text_to = "Translated srl (Italy), whose memory is public"
    needs_key = False
    supports_markup = False
    limit = 500
    batch = 1
    workers = 2
    variables: ClassVar[tuple[str, ...]] = ("KEY", "URL", "EMAIL")

    @classmethod
    def default_url(cls, key: str) -> str:
        """Give the one service, over https."""
        return "https://api.mymemory.translated.net"

    @classmethod
    def size(cls, text: str) -> int:
        """Count bytes, as MyMemory does."""
        return len(text.encode())

    def ask(self, texts: list[str], marked: bool) -> list[str]:
        """Translate the one sentence of a request."""
        (text,) = texts
        body: dict[str, Json] = {"q": text, "langpair": f"{self.source}|{self.target}"}
        if email := self.setup.options.get("EMAIL"):
            body["de"] = email
        if self.setup.key:
            body["key"] = self.setup.key
        answer = self.post("/get", body, form=True)
        self._judge(answer)
        data = answer.get("responseData") if isinstance(answer, Mapping) else None
        word = self.word(data, "translatedText")
        match = data.get("match") if isinstance(data, Mapping) else None
        return ["" if isinstance(match, float) and match < NEAR else word]

    def _judge(self, answer: Json) -> None:
        """Raise what the body says is wrong."""
        if not isinstance(answer, Mapping):
            raise EngineAnswerError(self.id, "responseData")
        status, told = str(answer.get("responseStatus")), str(answer.get("responseDetails"))
        if answer.get("quotaFinished") is True:
            raise EngineQuotaError(self.id)
        if status == "200":
            return
        if "LENGTH LIMIT" in told.upper():
            raise EngineLimitError(self.id, self.limit)
        if status == "429":
            raise EngineBusyError(self.id, 24 * 60 * 60)
        if status in ("401", "403") and self.setup.key:
            raise EngineKeyError(self.id)
        raise EngineAnswerError(self.id, status)
