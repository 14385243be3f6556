"""Reads the interface's own ``.po`` files, quickly: a command has no time for a general parser.

Only what ``locales.extract`` writes (through Babel) is understood: messages without contexts, their
plural forms, continued lines. Fuzzy and empty translations are left out, so that the English
sentence is said instead. The tests hold this reader to Babel's own on both catalogues.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def read(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The translations of a catalogue by msgid: one string, or as many as there are plurals."""
    found: dict[str, tuple[str, ...]] = {}
    id, strings, fuzzy, kind = "", [""], False, ""

    def keep() -> None:
        if id and not fuzzy and all(strings):
            found[id] = tuple(strings)

    for line in path.read_text("utf-8").splitlines():
        if line.startswith('"'):
            part = _unquote(line)
            if kind == "msgid":
                id += part
            elif kind == "msgstr":
                strings[-1] += part
        elif line.startswith("msgstr"):
            word, _, rest = line.partition(" ")
            if word in ("msgstr", "msgstr[0]"):
                strings = []
            strings.append(_unquote(rest))
            kind = "msgstr"
        elif line.startswith("msgid_plural"):
            kind = "msgid_plural"
        elif line.startswith("msgid"):
            if kind == "msgstr":
                keep()
                fuzzy = False
            id, strings, kind = _unquote(line[6:]), [""], "msgid"
        elif line.startswith("#"):
            if kind == "msgstr":
                keep()
                id, fuzzy, kind = "", False, ""
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
    keep()
    return found


def _unquote(text: str) -> str:
    text = text.strip()[1:-1]
    if "\\" not in text:
        return text
    letters, out = iter(text), []
    for letter in letters:
        if letter == "\\":
            escaped = next(letters, "")
            letter = _ESCAPES.get(escaped, escaped)
        out.append(letter)
    return "".join(out)
