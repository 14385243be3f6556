"""The house's own log: JSON lines in ``logs/enonce.log``, one event a line, tracebacks included.

Structured, so that a name or a file name in it cannot forge a line of its own.
"""

from __future__ import annotations

from pathlib import Path

import structlog


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
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=file),  # type: ignore[arg-type]
    )
