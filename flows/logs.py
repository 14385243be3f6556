"""The house's own log: JSON lines in ``logs/enonce.log``, one event a line, tracebacks included.

Structured, so that a name or a file name in it cannot forge a line of its own.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import structlog

_UNPRINTED = re.compile(
    "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
"""What JSON lets through and a reader of lines or a terminal does not: ends of lines (Unicode
5.8), a terminal's own signs, marks that turn text around, halves of a character, which no file
takes."""


def _json(event: object, **more: Any) -> str:
    text = json.dumps(event, ensure_ascii=False, **more)
    return _UNPRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class _File:
    """Opens its file for each line, so that it may be moved away, and no handle is left behind."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, text: str) -> None:
        """Append to the log."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(text)

    def flush(self) -> None:
        """Everything is written already."""


def path(home: Path) -> Path:
    """Give the log's file."""
    return home / "logs" / "enonce.log"


def begin(home: Path) -> None:
    """Let everything that this process logs go to the log of ``home``."""
    file = _File(path(home))
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(_json),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=file),  # type: ignore[arg-type]
    )
