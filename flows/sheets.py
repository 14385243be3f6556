"""Sheets of rows for people with a spreadsheet: written as CSV, read back as CSV or XLSX.

What is written opens as it is in the spreadsheets of either language: UTF-8 with its mark, commas
between English cells and semicolons between French ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from flows.files import FileError, read_file
from locales.errors import N_

MOST: Final = 200_000
"""Rows that are read of one file."""

_DELIMITERS: Final = {"fr": ";", "en": ","}
_ZIP: Final = b"PK\x03\x04"


def written(columns: Sequence[str], rows: Iterable[Sequence[str]], language: str) -> bytes:
    """Give rows under their headings as CSV for the spreadsheets of a language."""
    out = io.StringIO(newline="")
    file = csv.writer(out, delimiter=_DELIMITERS[language])
    file.writerow(columns)
    file.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    """Read a sheet's headings and rows; raise ``FileError`` for what is neither CSV nor XLSX."""
    data = read_file(path)
    columns, *rows = _workbook(data, path) if data.startswith(_ZIP) else _text(data, path)
    if len(rows) > MOST:
        raise FileError(
            N_("{file} has more than {most} rows. Split it."), file=str(path), most=MOST
        )
    return columns, rows


def _text(data: bytes, path: Path) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise FileError(
            N_("{file} is neither CSV nor XLSX. Save the sheet as one of them."), file=str(path)
        )
    head = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        return list(rows) or [[]]
    except csv.Error as fault:
        raise FileError(
            N_("{file} cannot be read as CSV near row {row} ({fault}). Export it again."),
            file=str(path),
            row=rows.line_num,
            fault=str(fault),
        ) from fault


def _workbook(data: bytes, path: Path) -> list[list[str]]:
    from python_calamine import CalamineError, load_workbook

    try:
        sheet = load_workbook(io.BytesIO(data)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as fault:
        raise FileError(
            N_("{file} is neither CSV nor XLSX. Save the sheet as one of them."), file=str(path)
        ) from fault
    return [[_cell(value) for value in row] for row in rows] or [[]]


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
