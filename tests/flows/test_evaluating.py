"""Coding, interviews, findings and the summary, by command and with a house."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from approvals.consultation import generator
from approvals.consultation.coding import Answer
from approvals.errors import GuardError
from flows import cli, coding, evaluating, sheets
from flows.evaluating import EvaluationFileError
from flows.files import FileError
from flows.house import House, open_house
from tests.flows import houses
from tests.flows.consulted import ASKED, BOOK, IMT, closed, coded

CODERS = ("tahiri", "kerlann")
INTERVIEWS = (IMT / "interviews.toml").read_text(encoding="utf-8")
FINDINGS = (IMT / "findings.toml").read_text(encoding="utf-8")


class Desk:
    """One house with a consultation that is closed, and a hand on the command line."""

    def __init__(self, home: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.out, self.capsys = home, out, capsys
        with_house = open_house(home)
        given = generator.generate(ASKED, 300, 7)
        self.stream = closed(with_house, out, given)
        with_house.close()

    def run(self, *words: str, by: str = "delmas") -> tuple[int, dict[str, Any]]:
        """Run a command; give its exit code and what it answers to a machine."""
        self.capsys.readouterr()
        code = cli.run(["--home", str(self.home), "--as", by, "--json", *words])
        said = self.capsys.readouterr().out
        return code, json.loads(said) if said.strip() else {}

    def done(self, *words: str, by: str = "delmas") -> dict[str, Any]:
        code, told = self.run(*words, by=by)
        assert code == 0, told
        return told

    def act(self, dossier: str) -> str:
        """What the drafter is asked to do next for a text."""
        [task] = [
            one for one in self.done("status", "--mine")["tasks"] if one["dossier"] == dossier
        ]
        return str(task["act"])

    def size(self) -> int:
        own = open_house(self.home)
        size, _ = own.store.head()
        own.close()
        return size

    def sheet(self, name: str) -> Path:
        return self.out / f"wish.{name}.csv"

    def deal(self) -> dict[str, Any]:
        return self.done(
            *("consult", "code", "sheet", "summer", "wish", "--first", CODERS[0]),
            *("--second", CODERS[1], "--codebook", str(IMT / "codebook.toml")),
            *("-o", str(self.out)),
        )

    def fill(self, name: str, overlooks: int = 0) -> Path:
        """Fill a sheet in by the words of the answers; every so many-th is overlooked."""
        path = self.sheet(name)
        columns, rows = sheets.read(path)
        for place, row in enumerate(rows, 1):
            codes = coded(row[columns.index("text")])
            if overlooks and place % overlooks == 0:
                codes = frozenset()
            row[columns.index("themes")] = "|".join(sorted(codes)) or "none"
        path.write_bytes(sheets.written(columns, rows, "fr"))
        return path

    def code(self) -> None:
        """The whole coding, to its end."""
        self.deal()
        for name, overlooks in zip(CODERS, (0, 3), strict=True):
            path = self.fill(name, overlooks)
            self.done("consult", "code", "take", "summer", "wish", str(path), by=name)
        left = self.out / "left.csv"
        self.done("consult", "code", "agree", "summer", "wish", "-o", str(left), by="lemoal")
        columns, rows = sheets.read(left)
        for row in rows:
            row[columns.index("themes")] = row[columns.index("first")]
        left.write_bytes(sheets.written(columns, rows, "en"))
        words = ("consult", "code", "agree", "summer", "wish", "--settled", str(left))
        assert self.done(*words, by="lemoal")["settled"]


@pytest.fixture
def desk(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    out = tmp_path / "out"
    out.mkdir()
    return Desk(home, out, capsys)


def test_the_whole_way_from_answers_to_a_text_that_may_be_handed_over(desk: Desk) -> None:
    desk.code()
    desk.done("consult", "interview", "add", "summer", str(IMT / "interviews.toml"))
    desk.done("consult", "finding", "add", "summer", str(IMT / "findings.toml"))
    found = desk.done("consult", "finding", "list", "summer")["findings"]
    assert [one["id"] for one in found] == ["C1", "C2", "C3", "C4", "C5"]
    assert all(proof["n"] > 0 or proof["about"]["fr"] for one in found for proof in one["evidence"])
    told = desk.done("consult", "synthesis", "summer", "-o", str(desk.out))
    assert told["responses"] == 300
    assert [Path(one).suffix for one in told["files"]] == [".docx", ".docx", ".html", ".json"]
    desk.done("finding", "attach", "a", "summer")
    code, refused = desk.run("translate", "a")
    assert code == 4
    assert refused["error"]["guard"] == "translate:findings"
    assert desk.act("a") == "place-findings"
    for one in ("C1", "C2", "C3", "C4"):
        desk.done("finding", "link", "a", one, "--paragraph", "1")
    desk.done("finding", "waive", "a", "C5", "--reason", "Another plan has it.")
    listed = desk.done("finding", "list", "a")
    assert listed["orphans"] == []
    assert desk.act("a") == "translate"
    assert listed["paragraphs"][0]["findings"] == ["C1", "C2", "C3", "C4"]
    assert listed["findings"][-1]["reason"] == "Another plan has it."
    shaped = desk.done("finding", "list", "a", "--paragraph", "1")
    assert [one["finding"] for one in shaped["findings"]] == ["C1", "C2", "C3", "C4"]
    assert desk.done("--no-run", "translate", "a")["state"] == "translating"


def test_no_answer_is_in_the_ledger(desk: Desk) -> None:
    desk.code()
    own = open_house(desk.home)
    source = evaluating.source(own, "summer")
    texts = {answer.text for answer in source.answers("wish").values()}
    with own.store.read() as reader:
        payloads = "".join(entry.payload for entry in reader.history(desk.stream))
    assert not any(text in payloads for text in texts)
    assert not any(id in payloads for id in source.responses)
    own.close()


def test_a_sheet_with_a_fault_is_told_and_nothing_of_it_is_taken(desk: Desk) -> None:
    desk.deal()
    path = desk.fill(CODERS[0])
    columns, rows = sheets.read(path)
    rows[2][columns.index("themes")] = "fame"
    rows[4][columns.index("themes")] = ""
    path.write_bytes(sheets.written(columns, rows, "fr"))
    before = desk.size()
    code, told = desk.run("consult", "code", "take", "summer", "wish", str(path), by=CODERS[0])
    assert code == 4
    assert [(one["row"], one["column"]) for one in told["faults"]] == [(3, "themes"), (5, "themes")]
    assert desk.size() == before


def test_the_sample_is_as_large_as_the_setting_says(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENONCE_CODING_SHARE", "25")
    told = desk.deal()
    assert told["sample"] == -(-told["answers"] // 4)


def test_dealing_again_writes_the_same_sheets_and_records_nothing(desk: Desk) -> None:
    desk.deal()
    sheets_before = [desk.sheet(name).read_bytes() for name in CODERS]
    before = desk.size()
    desk.deal()
    assert [desk.sheet(name).read_bytes() for name in CODERS] == sheets_before
    assert desk.size() == before


def test_a_coder_does_not_settle(desk: Desk) -> None:
    desk.deal()
    for name in CODERS:
        path = desk.fill(name)
        desk.done("consult", "code", "take", "summer", "wish", str(path), by=name)
    code, told = desk.run("consult", "code", "agree", "summer", "wish", by=CODERS[0])
    assert code == 4
    assert told["error"]["guard"] == "coding:third"


def test_who_takes_a_consent_back_is_in_no_later_summary_and_the_chain_stays_whole(
    desk: Desk,
) -> None:
    desk.done("consult", "interview", "add", "summer", str(IMT / "interviews.toml"))
    own = open_house(desk.home)

    def summary() -> str:
        return evaluating.as_json(
            evaluating.synthesis_of(own, evaluating.source(own, "summer"))
        ).decode()

    before = summary()
    assert "Julien Mercadier" in before
    assert "works council" not in before
    assert '"interviews_not_quoted": 1' in before
    desk.done("consult", "interview", "withdraw", "summer", "staff")
    after = summary()
    assert "Mercadier" not in after
    assert "Ensemble" not in after
    assert "Dire « ensemble »" not in after
    listed = desk.done("consult", "interview", "list", "summer")["interviews"]
    [staff] = [one for one in listed if one["interview"] == "staff"]
    assert (staff["withdrawn"], staff["name"], staff["points"]) == (True, None, [])
    assert own.store.check().ok
    own.close()


def test_a_finding_cannot_rest_on_a_number_that_is_hidden(house: House, tmp_path: Path) -> None:
    closed(house, tmp_path, generator.generate(ASKED, 40, 3))
    source = evaluating.source(house, "summer")
    [question] = [one for one in source.counted.questions if one.question.id == "useful"]
    [(code, public), *_] = [
        (row.code, public)
        for row in question.rows
        for public, count in row.by_public.items()
        if count is None and row.code
    ]
    text = f"""[[finding]]
id = "C1"
text = {{ fr = "a", en = "b" }}
evidence = [{{ question = "useful", answer = "{code}", publics = ["{public}"] }}]
"""
    with pytest.raises(GuardError) as refused:
        evaluating.read_findings(house, source, text)
    assert refused.value.guard == "finding:hidden"


BAD_FILES = {
    "no TOML": ("[[finding", "not valid TOML"),
    "nothing in it": ("", "no [[finding]]"),
    "an id twice": ('[[finding]]\nid = "C1"\n[[finding]]\nid = "C1"\n', "C1 stands twice"),
    "no text": ('[[finding]]\nid = "C1"\n', "no. 1"),
    "an answer that does not exist": (
        '[[finding]]\nid="C1"\ntext={fr="a",en="b"}\nevidence=[{question="useful",answer="fame"}]\n',
        "useful: fame",
    ),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_fault_in_a_file_of_findings_is_told_and_nothing_is_registered(
    case: str, house: House, tmp_path: Path
) -> None:
    text, said = BAD_FILES[case]
    stream = closed(house, tmp_path, generator.generate(ASKED, 60, 3))
    with pytest.raises(EvaluationFileError) as refused:
        evaluating.read_findings(house, evaluating.source(house, "summer"), text)
    assert said in str(refused.value)
    assert coding.evaluation(house, stream).findings == {}


def test_the_samples_interviews_are_read_whole() -> None:
    read = evaluating.read_interviews(INTERVIEWS)
    assert [one.id for one in read] == ["ministry", "staff", "company", "works-council"]
    with pytest.raises(EvaluationFileError, match=r"no\. 2"):
        evaluating.read_interviews(INTERVIEWS.replace('scope = "attributable"', 'scope = "all"'))


def workbook(rows: list[list[str]]) -> bytes:
    """A small XLSX with the cells' words in it."""
    cells = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{escape(c)}</t></is></c>' for c in row)
        + "</row>"
        for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        f'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main'
        f'+xml"/><Override PartName="/xl/s.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r" Type="{office}/worksheet" Target="s.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="s" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/s.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in parts.items():
            file.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


def test_a_sheet_may_come_back_as_xlsx(desk: Desk) -> None:
    desk.deal()
    columns, rows = sheets.read(desk.fill(CODERS[0]))
    path = desk.out / "sheet.xlsx"
    path.write_bytes(workbook([columns, *rows]))
    assert sheets.read(path) == (columns, rows)
    told = desk.done("consult", "code", "take", "summer", "wish", str(path), by=CODERS[0])
    assert told["coded"] == len(rows)


def test_what_is_no_sheet_is_refused_with_a_sentence(tmp_path: Path) -> None:
    for data in (b"PK\x03\x04 not a workbook", b"\x00\x01\x02"):
        path = tmp_path / "sheet"
        path.write_bytes(data)
        with pytest.raises(FileError, match="neither CSV nor XLSX"):
            sheets.read(path)


def test_a_sheet_opens_in_the_spreadsheets_of_its_language(tmp_path: Path) -> None:
    rows = [("a1", "fr", "Être là ; dire", "")]
    french = sheets.written(("answer", "language", "text", "themes"), rows, "fr")
    assert french.startswith("\ufeffanswer;language;text;themes".encode())
    assert list(csv.reader(io.StringIO(french.decode("utf-8-sig")), delimiter=";"))[1] == list(
        rows[0]
    )
    path = tmp_path / "sheet.csv"
    path.write_bytes(french)
    assert sheets.read(path)[1] == [list(rows[0])]


def test_answers_to_a_closed_question_are_not_coded(house: House, tmp_path: Path) -> None:
    closed(house, tmp_path, generator.generate(ASKED, 30, 3))
    with pytest.raises(GuardError) as refused:
        evaluating.source(house, "summer").answers("useful")
    assert refused.value.guard == "coding:open"
    with pytest.raises(GuardError) as unknown:
        evaluating.source(house, "summer").answers("fame")
    assert unknown.value.guard == "consultation:question"


def test_a_codebook_stays_as_it_was_dealt(house: House, tmp_path: Path) -> None:
    stream = closed(house, tmp_path, generator.generate(ASKED, 60, 3))
    people = tuple(houses.PersonId(house.person(name).id) for name in CODERS)
    coding.deal(
        house,
        stream,
        "wish",
        BOOK,
        {"a1": Answer("a1", "staff", "fr", "Oui.")},
        by=houses.drafter(house),
        coders=(people[0], people[1]),
        seed=1,
        share=10,
        key="k",
    )
    held = coding.evaluation(house, stream).codings["wish"]
    assert coding.book_of(house, held).codes == (
        *("companies", "education", "openness", "ecology", "together"),
    )
