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


def column(place: int) -> str:
    """The letters of a column, counted from 0."""
    return (chr(64 + place // 26) if place > 25 else "") + chr(65 + place % 26)


def table(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of rows of text."""
    return book(
        "".join(
            f'<row r="{number}">'
            + "".join(
                f'<c r="{column(place)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
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


def test_who_takes_a_long_file_in_is_told_how_far_it_is(tmp_path: Path) -> None:
    given = generator.generate(ASKED, 2_500, seed=1)
    (tmp_path / "r.csv").write_text(responses_file.written(ASKED, given), "utf-8")
    told: list[tuple[int, int]] = []
    responses_file.read(ASKED, tmp_path / "r.csv", lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == [1000, 2000]
    assert all(of >= 2500 for _, of in told)


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


LAYOUTS = {
    "codes and Y": {
        "public": "staff",
        "distinct[companies]": "Y",
        "useful": "science",
        "ecology": "4",
    },
    "codes and yes, in full": {
        "public": "staff",
        "distinct[companies]": "Yes",
        "distinct[research]": "No",
        "useful": "science",
        "ecology": "4",
    },
    "answers in full, in French": {
        "public": "Personnels",
        "distinct[companies]": "Oui",
        "distinct[research]": "Non",
        "useful": "{science}",
        "ecology": "4",
    },
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_export_of_limesurvey_reads_alike_in_every_layout(
    layout: str, kind: str, tmp_path: Path
) -> None:
    given = dict(LAYOUTS[layout])
    useful = next(one for one in ASKED.questions if one.id == "useful")
    science = next(one for one in useful.options if one.code == "science")
    given["useful"] = given["useful"].format(science=science.title.fr)
    for question in ASKED.questions:
        for option in question.options:
            if question.id == "distinct":
                given.setdefault(f"distinct[{option.code}]", "")
    heads = ["id", "submitdate", "startlanguage", "seed", "ipaddr", *given, "wish"]
    row = ["7", "2026-03-02 09:00:00", "fr", "12345", "192.0.2.1", *given.values(), "- Plus."]
    begun = ["8", "", "fr", "1", "192.0.2.2", *("" for _ in given), ""]
    file = tmp_path / f"r.{kind}"
    if kind == "xlsx":
        file.write_bytes(table([heads, row, begun]))
    else:
        lines = [",".join(f'"{cell}"' for cell in one) for one in (heads, row, begun)]
        file.write_text("\r\n".join(lines), "utf-8")
    reading = responses_file.read(ASKED, file)
    assert reading.faults == ()
    assert reading.unfinished == 1
    [one] = reading.responses
    assert (one.public, one.language, one.said) == ("staff", "fr", {"wish": "- Plus."})
    assert one.chosen == {
        "distinct": ("companies",),
        "useful": ("science",),
        "ecology": ("4",),
    }


def test_every_bad_row_is_told_with_its_row_and_its_column(tmp_path: Path) -> None:
    heads = ["public", "language", *(one.id for one in ASKED.questions)]
    rows = [
        heads,
        ["staff", "fr", "companies", "science", "4", "Fine."],
        ["dogs", "de", "fame", "science|training", "12", "x" * 10_001],
        ["staff", "fr", "", "", "#N/A", ""],
    ]
    (tmp_path / "r.xlsx").write_bytes(table(rows))
    reading = responses_file.read(ASKED, tmp_path / "r.xlsx")
    assert reading.sheet == "Responses"
    assert len(reading.responses) == 1
    assert [(one.row, one.column) for one in reading.faults] == [
        *((2, column) for column in ("public", "language", "distinct", "useful", "ecology")),
        (2, "wish"),
        (3, "ecology"),
    ]


CELLS = {
    "a whole number": ('<c r="A2"><v>4</v></c>', "4"),
    "a part of one": ('<c r="A2"><v>0.5</v></c>', "0.5"),
    "a number beyond all numbers": ('<c r="A2"><v>1e300</v></c>', "1e+300"),
    "a truth": ('<c r="A2" t="b"><v>1</v></c>', "Y"),
    "a formula by its result": ('<c r="A2" t="str"><f>CONCAT("a","b")</f><v>ab</v></c>', "ab"),
    "a formula that calls outside": (
        '<c r="A2" t="str"><f>WEBSERVICE("http://example.org")</f><v>kept</v></c>',
        "kept",
    ),
    "a formula without a result": ("<c r='A2'><f>1+1</f></c>", ""),
    "an error, which is no answer": ('<c r="A2" t="e"><v>#DIV/0!</v></c>', ""),
    "a day": ('<c r="A2" t="d"><v>2026-03-02</v></c>', "2026-03-02"),
    "a day and a time": ('<c r="A2" t="d"><v>2026-03-02T09:30:00</v></c>', "2026-03-02T09:30:00"),
}


@pytest.mark.parametrize("what", CELLS)
def test_a_cell_becomes_the_text_that_a_form_would_have_held(what: str) -> None:
    cell, wanted = CELLS[what]
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>wish</t></is></c></row>'
    sheet, heads, rows = responses_book.rows(
        book(f'{head}<row r="2">{cell}<c r="B2"><v>1</v></c></row>'), "r.xlsx", 10
    )
    assert (sheet, heads) == ("Responses", ["wish"])
    assert next(rows)[0] == wanted


def test_the_first_sheet_that_holds_anything_is_read_and_named() -> None:
    one = table([["public"], ["staff"]])
    with zipfile.ZipFile(io.BytesIO(one)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    more = {
        "[Content_Types].xml": parts["[Content_Types].xml"].replace(
            b"</Types>",
            b'<Override PartName="/xl/worksheets/sheet0.xml" ContentType="' + kind + b'"/></Types>',
        ),
        "xl/workbook.xml": parts["xl/workbook.xml"].replace(
            b"<sheets>", b'<sheets><sheet name="Cover" sheetId="2" r:id="r2"/>'
        ),
        "xl/_rels/workbook.xml.rels": parts["xl/_rels/workbook.xml.rels"].replace(
            b"</Relationships>",
            f'<Relationship Id="r2" Type="{OFFICE}/worksheet" '
            'Target="worksheets/sheet0.xml"/></Relationships>'.encode(),
        ),
        "xl/worksheets/sheet0.xml": f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode(),
    }
    sheet, heads, rows = responses_book.rows(_zip({**parts, **more}), "r.xlsx", 10)
    assert (sheet, heads, list(rows)) == ("Responses", ["public"], [["staff"]])


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
    "a part that says it is small": lambda: _lying(
        book("", **{"xl/media/a.xml": b"\0" * (64 << 20)})
    ),
    "thousands of parts": lambda: book(
        "", **{f"xl/a{number}.xml": b"" for number in range(responses_book.PARTS)}
    ),
    "a workbook without a sheet": lambda: _zip({"xl/workbook.xml": b"<workbook/>"}),
    "markup that is none": lambda: book("<row><c></row>"),
    "a sheet that is not there": lambda: _zip({"xl/workbook.xml": table([["a"]])}),
}


def _lying(data: bytes) -> bytes:
    """Say in the directory and in the part's own head that the largest part has ten bytes."""
    size = (64 << 20).to_bytes(4, "little")
    assert data.count(size) >= 2
    return data.replace(size, (10).to_bytes(4, "little"))


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
