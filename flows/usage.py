"""Typer's own words in the person's language: help headings and usage errors.

Typer has them in English only. The sentences are written here once more, through the catalogues,
and laid over what it prints; its private modules are not touched.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer
import typer.main
from typer.core import TyperGroup

from flows import console
from flows.console import Exit, tr

_WRONG: type[Exception] = typer.BadParameter.__mro__[1]
"""Every way of using a command wrongly; Typer gives this base no public name."""

_INTERRUPTED = 130
"""What Typer makes of Ctrl-C."""


class Group(TyperGroup):
    """Lists commands with all of what they say, over several lines where it takes them."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list under ``--help``."""
        known = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, command.help or "") for name, command in known if command is not None]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class Usage:
    """A command line that speaks the person's language when it is used wrongly."""

    def __init__(self, app: typer.Typer) -> None:
        self.command = typer.main.get_command(app)
        """Everything that can be typed, as a tree."""

    def run(self, words: Sequence[str]) -> int:
        """Run one command line and give its exit code; other errors go through."""
        asks = not words or "--help" in words
        printed = io.StringIO()
        catch = contextlib.redirect_stdout(printed) if asks else contextlib.nullcontext()
        try:
            with catch:
                code = self.command.main(list(words), prog_name="enonce", standalone_mode=False)
        except typer.Exit as leave:
            code = leave.exit_code
        except typer.Abort as stop:
            raise KeyboardInterrupt from stop
        except SystemExit as left:
            # Typer leaves with 1 where a reader has gone away; to us that is no fault.
            if isinstance(left.__context__, BrokenPipeError):
                raise left.__context__ from None
            raise
        except _WRONG as wrong:
            if type(wrong).__name__ == "NoArgsIsHelpError":
                print(_in_language(str(wrong)))
                return int(Exit.USAGE)
            return console.refuse(wrong, "usage", _sentence(wrong), Exit.USAGE)
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
        if asks:
            sys.stdout.write(_in_language(printed.getvalue()))
        return int(code or 0)

    def typed(self, words: Sequence[str]) -> Mapping[str, object]:
        """Give what a command line says by the names of its parameters; nothing is run."""
        command, rest = self.command, list(words)
        while isinstance(command, TyperGroup):
            if not rest or rest[0] not in command.commands:
                return {}
            name, *rest = rest
            command = command.commands[name]
        return command.make_context("enonce", rest, resilient_parsing=True).params


def _sentence(wrong: Exception) -> str:
    hint = str(getattr(wrong, "param_hint", None) or "")
    parameter = getattr(wrong, "param", None)
    if parameter is not None and not hint:
        hint = parameter.opts[-1] if parameter.opts[-1].startswith("-") else parameter.name.upper()
    context = getattr(wrong, "ctx", None)
    command = context.command_path if context is not None else "enonce"
    match type(wrong).__name__:
        case "MissingParameter":
            said = tr("{what} is missing.", what=hint)
        case "NoSuchOption":
            said = tr("There is no option {what}.", what=str(getattr(wrong, "option_name", "")))
        case "BadOptionUsage":
            said = tr("{option} needs a value.", option=str(getattr(wrong, "option_name", "")))
        case "BadParameter":
            said = f"{hint}: {getattr(wrong, 'message', wrong)}"
        case _:
            said = _other(str(getattr(wrong, "message", wrong)))
    return f"{said} {tr('“{command} --help” says how it is used.', command=command)}"


def _other(message: str) -> str:
    unknown = re.fullmatch(r"No such command '(.*)'\.", message)
    if unknown:
        return tr("There is no command {what}.", what=unknown[1])
    extra = re.search(r"extra argument\S* \((.*)\)", message)
    if extra:
        return tr("There is a word too many: {what}.", what=extra[1])
    return message


def _in_language(text: str) -> str:
    headings = {
        "Usage:": tr("Usage:"),
        "Options:": tr("Options:"),
        "Arguments:": tr("Arguments:"),
        "Commands:": tr("Commands:"),
        "[required]": tr("[required]"),
        "[default: ": tr("[default: "),
        "Show this message and exit.": tr("Show this message and exit."),
    }
    for english, said in headings.items():
        text = text.replace(english, said)
    return text
