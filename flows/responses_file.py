"""Reads and writes files of responses: our own layout and LimeSurvey's, as CSV or XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from approvals.consultation import responses
from approvals.consultation.questionnaire import Kind, Questionnaire
from approvals.consultation.responses import Reading, Response
from approvals.store.progress import Tell
from flows.files import FileError, read_file
from locales.errors import N_

MOST: Final = 200_000
"""Rows that are read of one file."""

_CELL: Final = 4 * responses.LONGEST
_DELIMITERS: Final = ",;\t"


def read(questionnaire: Questionnaire, path: Path, tell: Tell = lambda done, of: None) -> Reading:
    """Read a CSV or XLSX file; faults of rows are in what it gives.

    ``tell`` hears the number of the row, and of how many: lines of a CSV file, 0 where unknown.
    Raises ``FileError`` for what is neither a workbook nor CSV in UTF-8 or Windows-1252.
    """
    data = read_file(path)
    if data[:4] == b"PK\3\4":
        from flows import responses_book

        sheet, columns, rows = responses_book.rows(data, str(path), MOST)
        rows = _told(rows, 0, tell)
        return replace(responses.read(questionnaire, columns, rows), sheet=sheet)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise FileError(
            N_("{file} is neither CSV nor XLSX. Export the responses as one of the two."),
            file=str(path),
        )
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    csv.field_size_limit(_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = next(lines, [])
        rows = _told(_limited(lines, path), text.count("\n"), tell)
        return responses.read(questionnaire, columns, rows)
    except csv.Error as fault:
        raise FileError(
            N_("{file} cannot be read as CSV near row {row} ({fault}). Export it again."),
            file=str(path),
            row=lines.line_num,
            fault=str(fault),
        ) from fault


def _told(rows: Iterable[list[str]], of: int, tell: Tell) -> Iterator[list[str]]:
    for number, row in enumerate(rows, 1):
        if number % 1_000 == 0:
            tell(number, of)
        yield row


def _limited(rows: Iterable[list[str]], path: Path) -> Iterator[list[str]]:
    for number, row in enumerate(rows, 1):
        if number > MOST:
            raise FileError(
                N_("{file} has more than {most} rows. Split it."), file=str(path), most=MOST
            )
        yield row


def written(questionnaire: Questionnaire, given: Iterable[Response]) -> str:
    """Give responses as CSV of our own layout, which ``read`` takes back and no sheet runs."""
    out = io.StringIO(newline="")
    file = csv.writer(out)
    file.writerow(["public", "language", *(one.id for one in questionnaire.questions)])
    for response in given:
        cells = [
            responses.quoted(response.said.get(one.id, ""))
            if one.kind is Kind.OPEN
            else "|".join(response.chosen.get(one.id, ()))
            for one in questionnaire.questions
        ]
        file.writerow([response.public, response.language, *cells])
    return out.getvalue()
