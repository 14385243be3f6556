"""Reads a whole number that somebody typed, or that stands in an address."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 9
"""Digits. More is nobody's page or mail, fits no database's column, and reading it takes time."""


def whole(text: str) -> int | None:
    """Give the number that ``text`` is; None where it is none, in ASCII digits and not too long.

    ``str.isdigit`` alone lets through what ``int`` refuses (``²``), and ``int`` refuses thousands
    of digits.
    """
    fits = text.isascii() and text.isdigit() and len(text) <= _LONGEST
    return int(text) if fits else None
