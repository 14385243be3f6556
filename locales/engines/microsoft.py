"""Microsoft's Translator (Text, v3), with the institution's own key: HTML passes through.

Terms are marked in the request itself (``mstrans:dictionary``), exactly as they stand in the text:
the service takes their rendering over letter for letter, so a plural is left to it.
"""

from __future__ import annotations

import re
from typing import ClassVar

import httpx

from locales.engines import carrying, terms
from locales.engines.web import WebTranslator
from locales.markup import escape
from locales.units import Json

_LEFT = re.compile(r"</?mstrans:dictionary[^>]*>")


class Microsoft(WebTranslator):
    """Translator v3; ``ENONCE_MICROSOFT_REGION`` where the resource belongs to a region."""

    id = "microsoft"
    sends_text_to = "Microsoft Corporation (Azure Translator)"
    needs_key = True
    supports_markup = True
    carrier = carrying.HTML
    limit = 50_000
    batch = 1_000
    enforces_terms = True
    variables: ClassVar[tuple[str, ...]] = ("KEY", "URL", "REGION")

    @classmethod
    def default_url(cls, key: str) -> str:
        """Give the service of the whole world."""
        return "https://api.cognitive.microsofttranslator.com"

    @classmethod
    def size(cls, text: str) -> int:
        """Count characters, with room for the marks of terms."""
        return len(text) * 5 // 4

    def status(self, response: httpx.Response) -> int:
        """Tell a spent free allowance (403001) from a key that is refused (403000)."""
        if response.status_code == 403 and "403001" in response.text:
            return 456
        return response.status_code

    def ask(self, texts: list[str], marked: bool) -> list[str]:
        """Translate texts in one request; only languages and form stand in the address."""
        headers = {"Ocp-Apim-Subscription-Key": self.setup.key}
        if region := self.setup.options.get("REGION"):
            headers["Ocp-Apim-Subscription-Region"] = region
        params = {
            "api-version": "3.0",
            "from": self.source,
            "to": self.target,
            "textType": "html" if marked else "plain",
        }
        body: Json = [{"Text": self._with_terms(text) if marked else text} for text in texts]
        answer = self.post("/translate", body, headers=headers, params=params)
        return [
            _LEFT.sub("", self.word(next(iter(self.field(one, "translations")), None), "text"))
            for one in self.field(answer)
        ]

    def _with_terms(self, text: str) -> str:
        entries = (
            (escape(term), escape(word).replace('"', "&quot;")) for term, word in self.terms.entries
        )
        escaped = terms.Terms(tuple(entries))
        return terms.marked(
            text, escaped, '<mstrans:dictionary translation="{word}">', "</mstrans:dictionary>"
        )
