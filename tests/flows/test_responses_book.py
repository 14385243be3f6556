"""Workbooks of responses: read as the same file in CSV is, and refused where they would not fit."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from approvals.consultation import generator, questionnaire
from flows import responses_book, responses_file
from flows.files import FileError

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "imt" / "questionnaire.toml"
ASKED = questionnaire.load(SAMPLE.read_text("utf-8"))

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def book(sheet: str, **more: bytes) -> bytes:
    """A workbook with one sheet, whose cells are given as XML."""
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Responses" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData>'
        "</worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in {**parts, **more}.items():
            package.writestr(name, text)
    return out.getvalue()


def table(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of rows of text."""
    return book(
        "".join(
            f'<row r="{number}">'
            + "".join(
                f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
                for place, cell in enumerate(row)
                if cell
            )
            + "</row>"
            for number, row in enumerate(rows, 1)
        )
    )


def test_a_workbook_reads_as_the_same_file_in_csv(tmp_path: Path) -> None:
    import csv

    given = list(generator.generate(ASKED, 200, 3))
    text = responses_file.written(ASKED, given)
    (tmp_path / "r.csv").write_text(text, "utf-8")
    (tmp_path / "r.xlsx").write_bytes(table(list(csv.reader(io.StringIO(text)))))
    first = responses_file.read(ASKED, tmp_path / "r.csv")
    second = responses_file.read(ASKED, tmp_path / "r.xlsx")
    assert first.faults == second.faults == ()
    assert first.responses == second.responses


def test_numbers_and_truths_become_what_a_form_holds(tmp_path: Path) -> None:
    heads = ["public", "language", *(one.id for one in ASKED.questions)]
    scale = next(one for one in ASKED.questions if one.kind == "scale")
    cells = {"public": "staff", "language": "fr", scale.id: 4.0}
    row = "".join(
        f'<c r="{chr(65 + place)}2"><v>4</v></c>'
        if isinstance(cells.get(head), float)
        else f'<c r="{chr(65 + place)}2" t="inlineStr"><is><t>{cells.get(head, "")}</t></is></c>'
        for place, head in enumerate(heads)
    )
    names = "".join(
        f'<c r="{chr(65 + place)}1" t="inlineStr"><is><t>{head}</t></is></c>'
        for place, head in enumerate(heads)
    )
    file = tmp_path / "r.xlsx"
    file.write_bytes(book(f'<row r="1">{names}</row><row r="2">{row}</row>'))
    reading = responses_file.read(ASKED, file)
    assert reading.faults == ()
    assert reading.responses[0].chosen[scale.id] == ("4",)


def test_an_answer_that_is_written_out_is_the_same_as_its_code(tmp_path: Path) -> None:
    useful = next(one for one in ASKED.questions if one.id == "useful")
    heads = ["public", "language", *(one.id for one in ASKED.questions)]
    rows = [heads]
    for language in ("fr", "en"):
        title = useful.options[1].title.in_(language)
        rows.append(["staff", language, *(title if one == "useful" else "" for one in heads[2:])])
    (tmp_path / "r.xlsx").write_bytes(table(rows))
    reading = responses_file.read(ASKED, tmp_path / "r.xlsx")
    assert reading.faults == ()
    assert {one.chosen["useful"] for one in reading.responses} == {(useful.options[1].code,)}


def far(place: str) -> bytes:
    return book(f'<row r="1"><c r="A1"><v>1</v></c></row><row><c r="{place}"><v>1</v></c></row>')


HOSTILE = {
    "a zip that is no workbook": lambda: _zip({"a.txt": b"x"}),
    "half a workbook": lambda: table([["public"]])[:-40],
    "a cell in the last row there is": lambda: far("A1048576"),
    "a cell in the last column there is": lambda: far("XFD1"),
    "a cell beyond any sheet": lambda: far("ZZZZZZZZ999999999999"),
    "a part that unpacks to half a gigabyte": lambda: book(
        "", **{"xl/media/a.xml": b"\0" * (responses_book.UNPACKED + 1)}
    ),
    "thousands of parts": lambda: book(
        "", **{f"xl/a{number}.xml": b"" for number in range(responses_book.PARTS)}
    ),
    "a workbook without a sheet": lambda: _zip({"xl/workbook.xml": b"<workbook/>"}),
    "markup that is none": lambda: book("<row><c></row>"),
    "a sheet that is not there": lambda: _zip({"xl/workbook.xml": table([["a"]])}),
}


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("case", HOSTILE)
def test_what_would_not_fit_is_refused_in_words_and_soon(case: str, tmp_path: Path) -> None:
    file = tmp_path / "r.xlsx"
    file.write_bytes(HOSTILE[case]())
    began = time.monotonic()
    with pytest.raises(FileError) as told:
        responses_file.read(ASKED, file)
    assert "r.xlsx" in str(told.value)
    assert time.monotonic() - began < 5
