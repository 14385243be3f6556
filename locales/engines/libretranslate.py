"""LibreTranslate, on the institution's own server or another one: HTML elements pass through."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from locales.engines import carrying
from locales.engines.base import Translator
from locales.engines.errors import EngineAnswerError
from locales.units import Json


class LibreTranslate(Translator):
    """The API of LibreTranslate; where the server wants no key there is none to give."""

    id = "libretranslate"
    sends_text_to = "LibreTranslate (ENONCE_LIBRETRANSLATE_URL)"
    needs_key = False
    supports_markup = True
    carrier = carrying.HTML
    limit = 5_000
    batch = 25

    @staticmethod
    def default_url(key: str) -> str:
        """Give no server: which one may have the texts is the institution's to say."""
        return ""

    def ask(self, client: httpx.Client, texts: list[str], marked: bool) -> list[str]:
        """Translate texts in one request."""
        body: dict[str, Json] = {
            "q": texts,
            "source": self.source,
            "target": self.target,
            "format": "html" if marked else "text",
        }
        if self._key:
            body["api_key"] = self._key
        answer = self.post(client, "/translate", body)
        given = answer.get("translatedText") if isinstance(answer, Mapping) else None
        if isinstance(given, str):
            given = [given]
        if not isinstance(given, list):
            raise EngineAnswerError(self.id, "translatedText")
        return [str(one) for one in given]
