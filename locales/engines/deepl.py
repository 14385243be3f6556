"""DeepL, with the institution's own key: XML tags pass through, the glossary goes along.

API v2 for the text, v3 for glossaries. A glossary is made once under a name that says what is in
it, and found again by that name; who wants it gone deletes it with DeepL.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from locales.engines import carrying
from locales.engines.errors import EngineQuotaError
from locales.engines.web import WebTranslator
from locales.units import Json

FREE = "https://api-free.deepl.com"
PRO = "https://api.deepl.com"


class DeepL(WebTranslator):
    """DeepL's API. A key that ends in ``:fx`` is one of the free service."""

    id = "deepl"
    sends_text_to = "DeepL SE (Germany)"
    needs_key = True
    supports_markup = True
    carrier = carrying.XML
    limit = 60_000
    batch = 50
    enforces_terms = True
    _CODES: ClassVar[Mapping[str, str]] = {"fr": "FR", "en": "EN-GB"}

    @classmethod
    def default_url(cls, key: str) -> str:
        """Give the service that a key belongs to."""
        return FREE if key.endswith(":fx") else PRO

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"DeepL-Auth-Key {self.setup.key}"}

    def prepare(self) -> str:
        """Find or make the glossary; "" where the account may have no more of them."""
        name = f"enonce {self.source}-{self.target} {self.terms.digest}"
        known = self.post("/v3/glossaries", None, headers=self._headers, method="GET")
        for one in self.field(known, "glossaries"):
            if isinstance(one, Mapping) and one.get("name") == name:
                return self.word(one, "glossary_id")
        dictionary: dict[str, Json] = {
            "source_lang": self.source,
            "target_lang": self.target,
            "entries": self.terms.tsv(),
            "entries_format": "tsv",
        }
        body: dict[str, Json] = {"name": name, "dictionaries": [dictionary]}
        try:
            made = self.post("/v3/glossaries", body, headers=self._headers)
        except EngineQuotaError:
            return ""
        return self.word(made, "glossary_id")

    def ask(self, texts: list[str], marked: bool) -> list[str]:
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
        if self.prepared:
            body["glossary_id"] = self.prepared
        answer = self.post("/v2/translate", body, headers=self._headers)
        return [self.word(one, "text") for one in self.field(answer, "translations")]
