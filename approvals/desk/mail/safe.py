"""Words from people, made fit for a mail: one line, nothing that steers a terminal or turns text.

A name, a title or a file name may hold anything. In a header a line break would begin a header of
its own; the marks that turn the direction of text (Unicode, UAX 9) would let a name rewrite the
sentence around it. Letters of every script stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from approvals.errors import Value

_TURNING: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_HIDDEN: Final = frozenset("\u200b\u2060\ufeff\u00ad")
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]@,;:\"\\\x00-\x20\x7f]+@(?!-)[\w-]+(?:\.[\w-]+)*")
MOST: Final = 300
"""Signs of a name or title that a mail shows."""


def line(text: str, most: int = MOST) -> str:
    """Give text as one line that shows all that it holds."""
    kept = "".join(_sign(one) for one in text)
    words = re.sub(r"[ \t]+", " ", kept).strip()
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def header(text: str, most: int = MOST) -> str:
    """Give text for a header: nothing in it is read as an encoded word (RFC 2047).

    ``=?utf-8?q?=0d=0a…?=`` would be decoded on its way into the message, line break and all.
    """
    return line(text, most).replace("=?", "= ?")


def _sign(one: str) -> str:
    if one in _TURNING or one in _HIDDEN:
        return ""
    kind = unicodedata.category(one)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "" if kind in ("Cs", "Cf") and one not in "\u200c\u200d" else one


def fields(data: Mapping[str, Value]) -> dict[str, Value]:
    """Give a sentence's fields with every text as one line."""
    return {name: _field(value) for name, value in data.items()}


def _field(value: Value) -> Value:
    if isinstance(value, str):
        return line(value)
    if isinstance(value, tuple):
        return tuple(map(line, value))
    return value


def address(text: str) -> str | None:
    """Give a mail address as servers take it, its domain in ASCII; None where it is none."""
    found = text.strip()
    if len(found) > 254 or not _ADDRESS.fullmatch(found):
        return None
    local, _, domain = found.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return None
