"""The ``enonce`` command: builds the command line, runs one command, says what went wrong.

Every error is caught here and nowhere else: a refusal becomes one sentence in the person's language
and an exit code; anything unexpected goes to the log with its traceback and is told in one
sentence.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from flows import console
from flows.console import Exit, tr

if TYPE_CHECKING:
    from flows.usage import Usage

ROOMS = (
    "institution",
    "drafts",
    "links",
    "review",
    "circuits",
    "keeping",
    "board",
    "press",
    "board_session",
    "board_rules",
    "consult",
    "findings",
    "publication",
    "mail",
    "rehearsal",
    "tools",
    "papers",
    "prefect",
    "exchange",
    "translation",
    "memory",
    "glossary",
    "quality",
)
"""The modules of ``flows.commands``, in the order in which help lists their commands."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    collect_less_often()
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def collect_less_often() -> None:
    """Let Python look for cycles after 50,000 new objects instead of 700.

    A text is tens of thousands of small objects that all live until the command ends: walking over
    them again and again took a tenth of its time and found nothing.
    """
    gc.set_threshold(50_000, 20, 20)


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code."""
    try:
        words = console.take_globals(arguments)
    except console.MissingValueError as fault:
        print(f"enonce: {tr('{option} needs a value.', option=str(fault))}", file=sys.stderr)
        return int(Exit.USAGE)
    line: Usage | None = None
    try:
        line = _line()
        return line.run(words)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        print(
            f"enonce: {tr('Stopped. What was recorded stays; the same command goes on.')}",
            file=sys.stderr,
        )
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.OK)
    except Exception as fault:  # the last door: no traceback reaches a person
        return _say(fault, lambda: line.typed(words) if line else {})
    finally:
        console.AT_END.close()


def _line() -> Usage:
    """Build the command line."""
    import typer

    from flows.usage import Group, Usage

    app = typer.Typer(
        cls=Group,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help=tr(
            "Carries an institution's statement from draft to a signed, published text in French "
            "and English."
        ),
        epilog=tr(
            "Anywhere on the line: --home DIR, --lang fr|en, --as PERSON, --json, --key KEY, "
            "--no-run. Exit codes: 0 done, 1 fault, 2 usage, 3 warnings, 4 refused, 5 tampered, "
            "6 indeterminate, 7 not valid."
        ),
    )
    for name in ROOMS:
        import_module(f"flows.commands.{name}").register(app)
    return Usage(app)


def _say(fault: Exception, typed: Callable[[], Mapping[str, object]]) -> int:
    from approvals.errors import ApprovalError
    from approvals.handlers.base import refusal
    from documents.errors import DocumentError
    from flows import hints
    from locales.errors import LocaleError

    if isinstance(fault, console.NoPersonError):
        return console.refuse(fault, "person", tr(console.NO_PERSON), Exit.USAGE)
    if isinstance(fault, ApprovalError | DocumentError | LocaleError):
        data = dict(fault.data)
        if isinstance(reason := data.get("reason"), str):  # a sentence within the sentence
            data["reason"] = tr(reason)
        sentence = tr(fault.message, **data)
        guard = refusal(fault) if isinstance(fault, ApprovalError) else type(fault).__name__
        report = getattr(fault, "report", None)
        lines = console.findings(report) if report is not None else []
        code = Exit.TAMPERED if "Tampered" in type(fault).__name__ else Exit.REFUSED
        hint = hints.hint(fault, guard, typed)
        return console.refuse(fault, guard, sentence, code, hint=hint, findings=lines)
    if isinstance(fault, OSError):
        _log(fault)
        return console.refuse(
            fault,
            "system",
            tr(
                "{file}: {reason}.",
                file=str(fault.filename or ""),
                reason=fault.strerror or str(fault),
            ),
            Exit.FAULT,
        )
    file = _log(fault)
    return console.refuse(
        fault,
        "fault",
        tr("Something went wrong that should not. The details are in {file}.", file=str(file)),
        Exit.FAULT,
    )


def _log(fault: Exception) -> Path:
    """Write the traceback to the log of the house, or to the temporary folder without one."""
    import tempfile

    import structlog

    from flows import logs
    from flows.settings import default_home

    home = console.GLOBALS.home or default_home()
    folder = home if home.exists() else Path(tempfile.gettempdir())
    try:
        logs.begin(folder)
        structlog.get_logger("enonce.cli").error("fault", command=sys.argv[1:], exc_info=fault)
    except OSError:
        traceback.print_exception(fault)
    return logs.path(folder)
