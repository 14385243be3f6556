"""Words the bilingual edition in one language; ``documents.bilingual`` lays it out.

The first column is the language of the paper. Which text is authoritative stands above its column
and at the end, with the resolution that adopted both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from approvals.dossier import Dossier
from documents.bilingual import BilingualPaper, Edition
from flows.vouching import Vouched, origins
from locales.catalog import LANGUAGES, say
from locales.errors import N_

_NAMES: Final = {"fr": "Français", "en": "English"}
"""Each language by its own name, which needs no translation."""

_AUTHORITATIVE: Final = {
    "fr": N_("The French text is authoritative."),
    "en": N_("The English text is authoritative."),
}


@dataclass(frozen=True, slots=True)
class Adopted:
    """A text that was adopted; titles and names in the language of the paper."""

    title: str
    institution: str
    body: str
    authoritative: str
    """``fr`` or ``en``."""
    number: str = ""
    """The number of the resolution; empty where there is none yet."""
    day: date | None = None
    texts: tuple[Vouched, ...] = ()
    """Who answers for each paragraph of the translation."""


def adopted(dossier: Dossier, language: str, texts: tuple[Vouched, ...] = ()) -> Adopted:
    """Take what the paper says from an adopted dossier; raise ``ValueError`` for any other."""
    if dossier.opened is None or dossier.meeting is None or dossier.result is None:
        raise ValueError("a bilingual edition needs an adopted text")
    rules = dossier.meeting.called.rules
    return Adopted(
        title=dossier.opened.title.in_(language),
        institution=rules.institution.in_(language),
        body=rules.title.in_(language),
        authoritative=dossier.opened.authoritative,
        number=dossier.result.number or "",
        day=dossier.result.on,
        texts=texts,
    )


def bilingual_paper(text: Adopted, editions: Mapping[str, bytes], language: str) -> BilingualPaper:
    """Word the bilingual edition; ``editions`` are the Word files by language."""
    return _Wording(text, editions, language).paper()


class _Wording:
    """The sentences of the bilingual edition in one language."""

    def __init__(self, text: Adopted, editions: Mapping[str, bytes], language: str) -> None:
        self.text, self.editions, self.language = text, editions, language
        self.other = next(one for one in LANGUAGES if one != language)

    def say(self, message: str, /, **data: object) -> str:
        return say(message, self.language, **data)

    def paper(self) -> BilingualPaper:
        own = self.text
        heading = N_("Notes")
        lacking = N_("This edition does not have the paragraph.")
        return BilingualPaper(
            institution=own.institution,
            body=own.body,
            number=self.say("Bilingual edition"),
            title=own.title,
            reference=self.say("{title}, bilingual edition", title=own.title),
            page_of=self.say("page {page} of {pages}", page="{page}", pages="{pages}"),
            first=self._edition(self.language),
            second=self._edition(self.other),
            table_title=self.say("Both texts side by side"),
            description=self.say("Each row holds one paragraph in both languages."),
            notes_heading=(self.say(heading), say(heading, self.other)),
            missing=(self.say(lacking), say(lacking, self.other)),
            remarks=tuple(self._remarks()),
            origins=origins(own.texts, self.language),
            subject=self.say("Bilingual edition"),
        )

    def _edition(self, language: str) -> Edition:
        label = _NAMES[language]
        if language == self.text.authoritative:
            label = say(N_("{language} (authoritative text)"), language, language=label)
        return Edition(self.editions[language], language, label)

    def _remarks(self) -> Iterator[str]:
        yield self.say(_AUTHORITATIVE[self.text.authoritative])
        if self.text.number and self.text.day is not None:
            yield self.say(
                "Both texts were adopted as one pair by resolution {number} on {day}.",
                number=self.text.number,
                day=self.text.day,
            )
