"""Google's Cloud Translation Basic (v2), with the institution's own key: HTML passes through.

The page that deep-translator reads for want of a key is not asked: it is meant for people with a
browser, promises nothing about what becomes of the text, and changes without notice.
"""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from locales.engines import carrying
from locales.engines.web import WebTranslator
from locales.units import Json

_BUSY = ("rateLimitExceeded", "userRateLimitExceeded", "RESOURCE_EXHAUSTED")
_SPENT = ("dailyLimitExceeded", "quotaExceeded")


class Google(WebTranslator):
    """Cloud Translation Basic; glossaries are of the Advanced edition alone."""

    id = "google"
    sends_text_to = "Google LLC (United States)"
    needs_key = True
    supports_markup = True
    carrier = carrying.HTML
    limit = 5_000
    batch = 128

    @classmethod
    def default_url(cls, key: str) -> str:
        """Give the one service."""
        return "https://translation.googleapis.com"

    def status(self, response: httpx.Response) -> int:
        """Tell a wrong key (400) and an allowance (403) from what these numbers say elsewhere."""
        if response.status_code == 400 and "API key" in response.text:
            return 401
        if response.status_code == 403:
            if any(reason in response.text for reason in _BUSY):
                return 429
            if any(reason.lower() in response.text.lower() for reason in _SPENT):
                return 456
        return response.status_code

    def ask(self, texts: list[str], marked: bool) -> list[str]:
        """Translate texts in one request."""
        body: Mapping[str, Json] = {
            "q": texts,
            "source": self.source,
            "target": self.target,
            "format": "html" if marked else "text",
        }
        headers = {"X-Goog-Api-Key": self.setup.key}
        answer = self.post("/language/translate/v2", body, headers=headers)
        return [
            self.word(one, "translatedText") for one in self.field(answer, "data", "translations")
        ]
