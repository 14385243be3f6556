"""Reads the files that a command names, and says what is wrong where that fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import structlog

from approvals.errors import ApprovalError
from documents.errors import N_, DocumentError

Rules = TypeVar("Rules")

log = structlog.get_logger("enonce.files")

LARGEST = 64 * 1024 * 1024
"""Bytes that a command reads of a file before it says that the file is too large."""


class FileError(DocumentError):
    """A file named on the command line cannot be read."""


def read_file(path: Path) -> bytes:
    """Read a file; raise ``FileError`` with what to do where that fails."""
    try:
        if path.stat().st_size > LARGEST:
            raise FileError(N_("{file} is too large to be read."), file=str(path))
        return path.read_bytes()
    except FileNotFoundError as fault:
        raise FileError(N_("There is no file {file}."), file=str(path)) from fault
    except IsADirectoryError as fault:
        raise FileError(N_("{file} is a folder; name a file."), file=str(path)) from fault
    except PermissionError as fault:
        raise FileError(
            N_("{file} may not be read; change its permissions."), file=str(path)
        ) from fault


def usable(folder: Path, load: Callable[[str], Rules]) -> list[Rules]:
    """Load every TOML file of a folder that can be used; of one that cannot, the log says why.

    Pages that offer what may be chosen ask for these; the administration shows the others too.
    """
    found = []
    for file in sorted(folder.glob("*.toml")):
        try:
            found.append(load(read_text(file)))
        except (ApprovalError, DocumentError) as fault:
            log.warning("rules", file=file.name, exc_info=fault)
    return found


def read_text(path: Path) -> str:
    """Read a text file in UTF-8; raise ``FileError`` where it is none."""
    try:
        return read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise FileError(
            N_("{file} is not text in UTF-8. Save it as UTF-8 and try again."), file=str(path)
        ) from fault
