"""A codebook: the themes by which open answers are coded, in both languages.

One TOML file; its digest freezes it, so that two coders have the same one and a later reader knows
which. The coding itself is ``coding``'s.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from approvals.circuits import bilingual, rule_digest
from approvals.codec import sparing
from approvals.errors import N_, ApprovalError
from approvals.names import Bilingual, Digest

NOTHING: Final = "none"
"""What a coder writes where an answer is not about a theme."""

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,19}")
_MOST: Final = 60


class CodebookError(ApprovalError):
    """A codebook file cannot be used."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme; ``description`` says what belongs to it and what does not."""

    code: str
    title: Bilingual
    description: Bilingual


@dataclass(frozen=True, slots=True)
class Codebook:
    """All themes, in the order of the file."""

    id: str
    version: int
    title: Bilingual
    themes: tuple[Theme, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that an answer may be given."""
        return tuple(theme.code for theme in self.themes)

    def theme(self, code: str) -> Theme | None:
        """Give the theme of a code."""
        return next((theme for theme in self.themes if theme.code == code), None)


def digest(book: Codebook) -> Digest:
    """Name a codebook exactly: SHA-256 over its canonical JSON."""
    return rule_digest(sparing(book))


def load(text: str) -> Codebook:
    """Read a codebook from TOML; raise ``CodebookError`` with the place."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise CodebookError(
            N_("The codebook is not valid TOML ({fault}). Correct the file and try again."),
            fault=str(fault),
        ) from fault
    try:
        book = Codebook(
            id=str(raw["id"]),
            version=int(raw["version"]),
            title=bilingual(raw["title"]),
            themes=tuple(
                Theme(str(one["code"]), bilingual(one["title"]), bilingual(one["description"]))
                for one in raw["theme"]
            ),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise CodebookError(
            N_("The codebook lacks or misspells {fault}. Compare it with the sample codebook."),
            fault=str(fault),
        ) from fault
    for message, data in _faults(book):
        raise CodebookError(message, **data)
    return book


def _faults(book: Codebook) -> Iterator[tuple[str, dict[str, str | int]]]:
    if not 1 <= len(book.themes) <= _MOST:
        yield (
            N_("The codebook has {themes} themes. Give it 1 to {most}, each in a [[theme]]."),
            {"themes": len(book.themes), "most": _MOST},
        )
    lower = [code.lower() for code in book.codes]
    for code in book.codes:
        if not _CODE.fullmatch(code) or code.lower() == NOTHING:
            yield (
                N_(
                    "“{code}” cannot be the code of a theme. Begin with a letter and use letters "
                    "and digits, at most 20; “none” is taken."
                ),
                {"code": code},
            )
        if lower.count(code.lower()) > 1:
            yield N_("The codebook uses the code {code} twice. Give each its own."), {"code": code}
