"""Reads the first filled sheet of a workbook (XLSX) as rows of text, unless it would not fit.

A workbook is a package of XML that may be far larger unpacked, and a sheet of two cells may span
seventeen thousand million: both are measured while unpacking, before anything builds a table. Cell
values become the text that a form would have held; formulas count by their last result.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from flows.files import FileError
from locales.errors import N_

PARTS: Final = 500
UNPACKED: Final = 400 * 1024 * 1024
COLUMNS: Final = 1_000
CELLS: Final = 20_000_000

_CHUNK: Final = 1 << 20
_PLACE: Final = re.compile(rb"""<c\b[^>]*?\sr=["']([A-Za-z]{1,9})([0-9]{1,12})["']""")
_CELL: Final = re.compile(rb"<c[\s/>]")


def rows(data: bytes, name: str, most: int) -> tuple[str, list[str], Iterator[list[str]]]:
    """Give the name of the first sheet that holds anything, its headings and its rows.

    Raises ``FileError`` for what is no workbook, is protected by a password, or would not fit.
    """
    _measure(data, name, most)
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(data))
        sheet, values = "", []
        for sheet in book.sheet_names:
            values = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            if values:
                break
    except calamine.PasswordError as fault:
        raise FileError(
            N_("{file} is protected by a password. Save it without one."), file=name
        ) from fault
    except (calamine.CalamineError, OSError, IndexError, ValueError) as fault:
        raise _no_book(name) from fault
    lines = ([_text(cell) for cell in row] for row in values)
    heads = next(lines, [])
    while heads and not heads[-1]:
        heads.pop()
    width = len(heads)
    return sheet, heads, (line[:width] if not any(line[width:]) else line for line in lines)


def _no_book(name: str) -> FileError:
    return FileError(
        N_("{file} is no workbook that can be read. Save it as .xlsx or .csv and try again."),
        file=name,
    )


def _measure(data: bytes, name: str, most: int) -> None:
    """Unpack once without keeping anything, and stop where it grows too large."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            if len(entries) > PARTS or "xl/workbook.xml" not in package.namelist():
                raise _no_book(name)
            for entry in entries:
                sheet = entry.filename.startswith("xl/worksheets/")
                cells, tail = 0, b""
                with package.open(entry) as part:
                    while piece := part.read(_CHUNK):
                        total += len(piece)
                        if sheet:
                            text = tail + piece
                            cells += len(_CELL.findall(text)) - len(_CELL.findall(tail))
                            _inside(text, name, most)
                            tail = text[-200:]
                        if total > UNPACKED or cells > CELLS:
                            raise _too_large(name, most)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as fault:
        raise _no_book(name) from fault
    except ValueError as fault:
        raise _no_book(name) from fault


def _inside(text: bytes, name: str, most: int) -> None:
    for letters, number in _PLACE.findall(text):
        column = 0
        for letter in letters.upper():
            column = column * 26 + letter - 64
        if column > COLUMNS or int(number) > most + 1:
            raise _too_large(name, most)


def _too_large(name: str, most: int) -> FileError:
    return FileError(
        N_(
            "{file} is too large: at most {most} rows and {columns} columns are read. Split it, or "
            "take out cells that stand far away."
        ),
        file=name,
        most=most,
        columns=COLUMNS,
    )


def _text(cell: object) -> str:
    """Give a cell as a form would have held it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Y" if cell else "N"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)
