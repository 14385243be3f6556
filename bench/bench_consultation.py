"""Measure a consultation: ``python bench/bench_consultation.py [--repeat N]``.

Responses of a seed are taken into a house, closed, counted by public and rendered as the synthesis
(Word and page in both languages, figures as JSON), each by its own command, the start of the
command included. Medians of the time passed and of the processor's, for 5,000 and 100,000
responses; the same file is taken in as a workbook besides.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from approvals.names import PersonId  # noqa: E402
from flows import consulting, evaluating, founding  # noqa: E402
from flows.house import open_house  # noqa: E402

FORM = str(ROOT / "samples" / "imt" / "questionnaire.toml")
STEPS = ("import", "close", "tally", "synthesis", "import a workbook")

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override '
    f'PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/><Override '
    f'PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Responses" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def workbook(source: Path, target: Path) -> None:
    """Write a CSV file as a workbook of text cells."""
    with (
        source.open(encoding="utf-8", newline="") as rows,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for name, text in _PARTS.items():
            package.writestr(name, text)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for number, row in enumerate(csv.reader(rows), 1):
                cells = "".join(
                    f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is>'
                    "</c>"
                    for place, cell in enumerate(row)
                    if cell
                )
                sheet.write(f'<row r="{number}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def run(home: Path, *words: str) -> tuple[float, float]:
    """Run one command and give the seconds that passed and those of the processor."""
    environ = {name: value for name, value in os.environ.items() if "BYTECODE" not in name}
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "flows", "--home", str(home), "--as", "castagnet", *words],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    passed = time.perf_counter() - began
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr}{done.stdout}")
    return passed, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime


def measure(count: int, repeat: int) -> dict[str, tuple[float, float]]:
    """Give the median seconds of each command."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in STEPS}
    until = str(date.today() + timedelta(days=9))
    for turn in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            home, file = Path(folder) / "house", Path(folder) / "r.csv"
            book = file.with_suffix(".xlsx")
            founding.found(home, founding.sample_papers()).close()
            run(home, "consult", "generate", FORM, "-o", str(file), "--count", str(count))
            workbook(file, book)
            for id in ("bench", "book"):
                run(home, "consult", "new", FORM, "--id", id)
                run(home, "consult", "open", id, "--until", until)
            for name, words in zip(
                STEPS,
                (
                    ("import", "bench", str(file)),
                    ("close", "bench"),
                    ("tally", "bench"),
                    ("synthesis", "bench", "-o", str(Path(folder) / "out")),
                    ("import", "book", str(book)),
                ),
                strict=True,
            ):
                found[name].append(run(home, "consult", *words))
        print(f"{count}: run {turn + 1} of {repeat}", file=sys.stderr)
    return {
        name: (
            statistics.median(passed for passed, _ in times),
            statistics.median(used for _, used in times),
        )
        for name, times in found.items()
    }


def in_one_process(count: int, repeat: int) -> float:
    """Give the median seconds of import, close, count and synthesis in a house that is open."""
    times = []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            home, file = Path(folder) / "house", Path(folder) / "r.csv"
            founding.found(home, founding.sample_papers()).close()
            run(home, "consult", "generate", FORM, "-o", str(file), "--count", str(count))
            run(home, "consult", "new", FORM, "--id", "bench")
            run(home, "consult", "open", "bench", "--until", str(date.today() + timedelta(days=9)))
            house = open_house(home)
            by = PersonId(house.person("castagnet").id)
            began = time.perf_counter()
            consulting.take(house, "bench", file, by=by, key="take")
            consulting.close(house, "bench", by=by, key="close")
            consulting.tally(house, "bench")
            own = evaluating.synthesis_of(house, evaluating.source(house, "bench"))
            evaluating.synthesis_files(own, house.now())
            times.append(time.perf_counter() - began)
            house.close()
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeat", type=int, default=5)
    options.add_argument("--counts", type=int, nargs="+", default=[5_000, 100_000])
    told = options.parse_args()
    print(f"| responses | {' | '.join(STEPS)} | import, tally, synthesis | all in one process |")
    print(f"|---|{'---|' * len(STEPS)}---|---|")
    for count in told.counts:
        one = measure(count, told.repeat)
        whole = [sum(one[name][at] for name in ("import", "tally", "synthesis")) for at in (0, 1)]
        cells = [*one.values(), (whole[0], whole[1])]
        shown = " | ".join(f"{passed:.2f} s ({used:.2f})" for passed, used in cells)
        print(f"| {count:,} | {shown} | {in_one_process(count, told.repeat):.2f} s |", flush=True)


if __name__ == "__main__":
    main()
