"""A published text as a page reads it: safe HTML from the sealed bytes, kept by digest."""

from __future__ import annotations

from functools import lru_cache

from approvals import events as ev
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.editions import OUT, newest
from approvals.names import Digest, Language
from documents.html import Html
from documents.preview import preview
from documents.vault import Vault
from locales.catalog import say

_PLACES = frozenset({"Header", "Footer", "Notes", "Endnotes"})
"""What a preview calls the parts of a page; two texts on one page tell them apart by language."""

_LANGUAGES = {"fr": "Français", "en": "English"}

TOP = 3
"""The level of the text's own highest heading: the page's title and the section's are above."""


def text(seen: Seen, digest: Digest, language: str) -> Html:
    """Give a sealed text in its language."""
    return _text(seen.desk.house.vault, digest, language, seen.language)


@lru_cache(maxsize=64)
def _text(vault: Vault, digest: str, language: str, interface: str) -> Html:
    def tell(message: str, /, **data: object) -> str:
        said = say(message, interface, **data)
        return f"{said} ({_LANGUAGES[language]})" if message in _PLACES else said

    return preview(
        vault.get(digest),
        say=tell,
        language=language,
        interface=interface,
        prefix=f"{language}-",
        top=TOP,
    ).html


def is_out(dossier: Dossier | None) -> bool:
    """Whether anybody may see it."""
    return dossier is not None and dossier.state in OUT


def statements(dossier: Dossier) -> list[tuple[Language, ev.Edition, ev.Edition]]:
    """Give each language's sealed statement and what is read today in its place.

    The authoritative language comes first.
    """
    editions = dossier.sealed.editions if dossier.sealed else ()
    found = [
        (one.language, one, newest(dossier, one))
        for one in editions
        if one.kind is ev.EditionKind.STATEMENT
    ]
    first = dossier.opened.authoritative if dossier.opened else ""
    return sorted(found, key=lambda one: (one[0] != first, one[0]))
