"""What every command shares: the options taken anywhere, the person's language, output, exit codes.

Kept light: it is loaded for ``enonce --help``. What draws tables is loaded when there is one to
draw.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from locales.catalog import say
from locales.errors import N_

if TYPE_CHECKING:
    from approvals.names import PersonId
    from approvals.ports import Contact
    from documents.intake import Report
    from flows.house import House

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]


class Exit(IntEnum):
    """Exit codes, the same for every command; docs/commands.md lists them."""

    OK = 0
    FAULT = 1
    USAGE = 2
    WARNINGS = 3
    REFUSED = 4
    TAMPERED = 5
    INDETERMINATE = 6
    NOT_VALID = 7


LANGUAGES = ("fr", "en")


@dataclass(slots=True)
class Globals:
    """Options that may stand anywhere on the command line."""

    home: Path | None = None
    lang: str = "en"
    person: str | None = None
    key: str | None = None
    json: bool = False
    no_run: bool = False


GLOBALS = Globals()
_FRESH = Globals()

_VALUED = {"--home": "home", "--lang": "lang", "--as": "person", "--key": "key"}
_FLAGS = {"--json": "json", "--no-run": "no_run"}


class MissingValueError(Exception):
    """An option that takes a value stands at the end of the line, or has a wrong one."""


def language_of_environment(environ: Mapping[str, str] = os.environ) -> str:
    """Choose the language of a terminal as POSIX says: ENONCE_LANG, LC_ALL, LC_MESSAGES, LANG."""
    for name in ("ENONCE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name, "")
        if value:
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


AT_END = ExitStack()
"""What a command opened and what is closed when it ends, however it ends."""


def take_globals(arguments: Sequence[str]) -> list[str]:
    """Take the options that may stand anywhere off a command line and give the rest.

    Raises ``MissingValueError`` with the option's name.
    """
    for name in Globals.__slots__:
        setattr(GLOBALS, name, getattr(_FRESH, name))
    GLOBALS.lang = language_of_environment()
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest.extend((word, *words))
            break
        name, equals, value = word.partition("=")
        if name in _VALUED:
            given = value if equals else next(words, "")
            if not given or (name == "--lang" and given not in LANGUAGES):
                raise MissingValueError(name)
            setattr(GLOBALS, _VALUED[name], Path(given) if name == "--home" else given)
        elif word in _FLAGS:
            setattr(GLOBALS, _FLAGS[word], True)
        else:
            rest.append(word)
    return rest


def tr(message: str, /, **data: object) -> str:
    """Say a sentence in the language of this command."""
    return say(message, GLOBALS.lang, **data)


def tell(message: str, /, **data: object) -> None:
    """Say a sentence to a person; silent under ``--json``."""
    if not GLOBALS.json:
        print(wrapped(tr(message, **data)), flush=True)


def wrapped(text: str, hanging: str = "") -> str:
    """Break a sentence at spaces for the terminal, never at a no-break space.

    Where the output is no terminal, it stays one line.
    """
    if not sys.stdout.isatty():
        return text
    width = shutil.get_terminal_size().columns - 1
    return textwrap.fill(
        text, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    )


def warn(message: str, /, **data: object) -> None:
    """Say a sentence beside the output, on standard error."""
    print(tr(message, **data), file=sys.stderr)


def answer(value: Mapping[str, Json]) -> None:
    """Give the answer for a machine; silent without ``--json``."""
    if GLOBALS.json:
        print(json.dumps({"ok": True, **value}, ensure_ascii=False, indent=2, sort_keys=True))


def refuse(
    error: Exception,
    guard: str,
    sentence: str,
    code: Exit,
    *,
    hint: str | None = None,
    findings: Sequence[str] | None = None,
) -> int:
    """Say why a command stops, for a person or for a machine, and give its exit code.

    ``hint`` names the command that goes on, ``findings`` what was found in a file.
    """
    if GLOBALS.json:
        told: dict[str, Json] = {"guard": guard, "message": sentence, "kind": type(error).__name__}
        if hint is not None:
            told["hint"] = hint
        if findings is not None:
            told["findings"] = findings
        print(json.dumps({"ok": False, "error": told}, ensure_ascii=False, indent=2))
    else:
        said = f"enonce: {sentence}" if hint is None else f"enonce: {sentence} {hint}"
        print("\n  ".join((said, *(findings or ()))), file=sys.stderr)
    return int(code)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], title: str | None = None) -> None:
    """Draw a table; silent under ``--json``.

    Where the window is too narrow for whole words, each row becomes a paragraph: its first cell,
    then “heading: cell” for the others that hold anything.
    """
    if GLOBALS.json:
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.padding import Padding
    from rich.table import Table

    out = Console()
    rows = list(rows)
    words = [
        max((len(word) for cell in column for word in cell.split()), default=0)
        for column in zip(headings, *rows, strict=True)
    ]
    if sum(words) + 2 * (len(words) - 1) <= out.width:
        drawn = Table(title=title, title_justify="left", box=None, pad_edge=False)
        for heading, width in zip(headings, words, strict=True):
            drawn.add_column(heading, overflow="fold", min_width=width)
        for row in rows:
            drawn.add_row(*map(escape, row))
        out.print(drawn)
        return
    if title:
        out.print(escape(title), style="italic", highlight=False)
    colon = "\N{NO-BREAK SPACE}: " if GLOBALS.lang == "fr" else ": "
    for first, *others in rows:
        out.print(escape(first), highlight=False)
        told = [
            f"{heading}{colon}{cell}"
            for heading, cell in zip(headings[1:], others, strict=True)
            if cell
        ]
        out.print(Padding(escape(" · ".join(told)), (0, 0, 0, 2)), highlight=False)


def house() -> House:
    """Open the house that this command is about."""
    from flows.house import open_house

    opened = open_house(GLOBALS.home)
    AT_END.callback(opened.close)
    return opened


NO_PERSON = N_("Say who you are: --as PERSON, or the environment variable ENONCE_AS.")


class NoPersonError(Exception):
    """Nobody said who acts."""


def actor(of: House) -> Contact:
    """Give the person who acts: ``--as``, or ``ENONCE_AS``."""
    name = GLOBALS.person or os.environ.get("ENONCE_AS")
    if not name:
        raise NoPersonError
    return of.person(name)


def acting(of: House) -> PersonId:
    """Give the id of the person who acts."""
    from approvals.names import PersonId

    return PersonId(actor(of).id)


def key() -> str:
    """Give the idempotency key of this command: ``--key``, or a new one."""
    import secrets

    return GLOBALS.key or secrets.token_hex(16)


def findings(report: Report) -> list[str]:
    """Say each finding of an intake report, refusals first, with its place."""
    return [tr(one.message, **one.data) for one in (*report.refusals, *report.warnings)]
