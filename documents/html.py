"""HTML that cannot run anything: a closed vocabulary in which every word is escaped.

``element`` is the only way to make markup. It refuses an element or attribute that is not listed
here, and an address that is no ``http``, ``https`` or ``mailto`` and no place in the same page; so
there are no scripts, styles, forms, frames or fetched pictures, whatever a document says. What the
markup means is decided by its callers (``preview``).

Source: HTML Living Standard, 4 (elements), 13.2.6 (what a parser makes of it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

ELEMENTS = frozenset(
    {"a", "article", "blockquote", "br", "del", "div", "em", "header", "ins", "li", "mark", "ol"}
    | {"p", "s", "section", "span", "strong", "sub", "sup", "ul"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "table", "tbody", "td", "th", "thead", "tr"}
)
ATTRIBUTES = frozenset(
    {"aria-hidden", "aria-label", "aria-labelledby", "aria-level", "class", "colspan", "datetime"}
    | {"data-author", "data-comment", "data-ed", "data-move", "data-paragraph", "dir", "href"}
    | {"id", "lang", "rel", "role", "rowspan", "scope", "tabindex", "title", "type", "value"}
)

_VOID = frozenset({"br"})
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x20\x7f]+", re.IGNORECASE)
_PLACE = re.compile(r"#[A-Za-z][A-Za-z0-9_-]*")
# XML 1.0, 2.2: characters that no document can hold; callers' own words may have them.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class UnsafeMarkupError(ValueError):
    """Code asked for markup outside the vocabulary; no document can cause it."""


@dataclass(frozen=True, slots=True)
class Html:
    """Finished markup; templates that know ``__html__`` take it as it stands."""

    text: str

    def __html__(self) -> str:
        return self.text

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def element(
    name: str, attributes: Mapping[str, str | int | None] | None = None, *content: Html | str
) -> Html:
    """One element; strings in ``content`` are text. An attribute that is None is left out.

    Raises ``UnsafeMarkupError`` for what is not in the vocabulary.
    """
    if name not in ELEMENTS or (name in _VOID and content):
        raise UnsafeMarkupError(name)
    said = "".join(
        _attribute(key, str(value))
        for key, value in (attributes or {}).items()
        if value is not None
    )
    if name in _VOID:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{join(content).text}</{name}>")


def join(content: Iterable[Html | str]) -> Html:
    """Markup and text in a row, the text escaped."""
    return Html("".join(one.text if isinstance(one, Html) else _text(one) for one in content))


def safe_address(address: str) -> str | None:
    """An address fit for ``href``; None for any scheme but http, https and mailto."""
    trimmed = address.strip().replace(" ", "%20")
    return trimmed if _ADDRESS.fullmatch(trimmed) else None


def _attribute(name: str, value: str) -> str:
    if name not in ATTRIBUTES:
        raise UnsafeMarkupError(name)
    if name == "href" and not (_ADDRESS.fullmatch(value) or _PLACE.fullmatch(value)):
        raise UnsafeMarkupError(value)
    return f' {name}="{_text(value)}"'


def _text(text: str) -> str:
    """Text as markup; a carriage return would be read as a line feed if it stood bare."""
    return escape(_FORBIDDEN.sub("\ufffd", text)).replace("\r", "&#13;")
