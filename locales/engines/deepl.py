"""DeepL, with the institution's own key (API v2): XML tags pass through as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import httpx

from locales.engines import carrying
from locales.engines.base import Translator
from locales.engines.errors import EngineAnswerError
from locales.units import Json

FREE = "https://api-free.deepl.com"
PRO = "https://api.deepl.com"


class DeepL(Translator):
    """DeepL's API. A key that ends in ``:fx`` is one of the free service."""

    id = "deepl"
    sends_text_to = "DeepL SE (Germany)"
    needs_key = True
    supports_markup = True
    carrier = carrying.XML
    limit = 60_000
    batch = 50
    _CODES: ClassVar[Mapping[str, str]] = {"fr": "FR", "en": "EN-GB"}

    @staticmethod
    def default_url(key: str) -> str:
        """Give the service that a key belongs to."""
        return FREE if key.endswith(":fx") else PRO

    def ask(self, client: httpx.Client, texts: list[str], marked: bool) -> list[str]:
        """Translate texts in one request."""
        body: dict[str, Json] = {
            "text": texts,
            "source_lang": str(self.source).upper(),
            "target_lang": self._CODES[self.target],
            "preserve_formatting": True,
            "split_sentences": "0",
        }
        if marked:
            body["tag_handling"] = "xml"
        headers = {"Authorization": f"DeepL-Auth-Key {self._key}"}
        answer = self.post(client, "/v2/translate", body, headers)
        given = answer.get("translations") if isinstance(answer, Mapping) else None
        if not isinstance(given, list):
            raise EngineAnswerError(self.id, "translations")
        return [str(one.get("text", "")) for one in given if isinstance(one, Mapping)]
