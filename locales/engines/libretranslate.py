"""LibreTranslate, on the institution's own server or another one: HTML elements pass through."""

from __future__ import annotations

from collections.abc import Mapping

from locales.engines import carrying
from locales.engines.errors import EngineAnswerError
from locales.engines.web import WebTranslator
from locales.units import Json


class LibreTranslate(WebTranslator):
    """The API of LibreTranslate; where the server wants no key there is none to give."""

    id = "libretranslate"
    sends_text_to = "LibreTranslate (ENONCE_LIBRETRANSLATE_URL)"
    needs_key = False
    supports_markup = True
    carrier = carrying.HTML
    limit = 5_000
    batch = 25
    plain_http = True

    def ask(self, texts: list[str], marked: bool) -> list[str]:
        """Translate texts in one request."""
        body: dict[str, Json] = {
            "q": texts,
            "source": self.source,
            "target": self.target,
            "format": "html" if marked else "text",
        }
        if self.setup.key:
            body["api_key"] = self.setup.key
        answer = self.post("/translate", body)
        given = answer.get("translatedText") if isinstance(answer, Mapping) else None
        if isinstance(given, str):
            given = [given]
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            raise EngineAnswerError(self.id, "translatedText")
        return [str(one) for one in given]
