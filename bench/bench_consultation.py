"""Measure a consultation: ``python bench/bench_consultation.py [--repeat N]``.

Responses of a seed are taken into a house, closed, counted by public and rendered as the synthesis
(Word and page in both languages, figures as JSON), each by its own command, the start of the
command included. Medians of the time passed, for 5,000 and 100,000 responses, CSV and XLSX.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flows import founding  # noqa: E402

FORM = str(ROOT / "samples" / "imt" / "questionnaire.toml")


def run(home: Path, *words: str) -> float:
    """Run one command and give the seconds that it took."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "flows", "--home", str(home), "--as", "castagnet", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr}{done.stdout}")
    return time.perf_counter() - began


def measure(count: int, repeat: int) -> dict[str, float]:
    """Give the median seconds of each command."""
    found: dict[str, list[float]] = {}
    for turn in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            home, file = Path(folder) / "house", str(Path(folder) / "r.csv")
            founding.found(home, founding.sample_papers()).close()
            run(home, "consult", "generate", FORM, "-o", file, "--count", str(count))
            run(home, "consult", "new", FORM, "--id", "bench")
            until = str(date.today() + timedelta(days=9))
            run(home, "consult", "open", "bench", "--until", until)
            for name, words in {
                "import": ("import", "bench", file),
                "close": ("close", "bench"),
                "tally": ("tally", "bench"),
                "synthesis": ("synthesis", "bench", "-o", str(Path(folder) / "out")),
            }.items():
                found.setdefault(name, []).append(run(home, "consult", *words))
        print(f"{count}: run {turn + 1} of {repeat}", file=sys.stderr)
    return {name: statistics.median(times) for name, times in found.items()}


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeat", type=int, default=5)
    options.add_argument("--counts", type=int, nargs="+", default=[5_000, 100_000])
    told = options.parse_args()
    print("| responses | import | close | tally | synthesis | together |")
    print("|---|---|---|---|---|---|")
    for count in told.counts:
        one = measure(count, told.repeat)
        cells = " | ".join(f"{seconds:.2f} s" for seconds in one.values())
        print(f"| {count:,} | {cells} | {sum(one.values()):.2f} s |")


if __name__ == "__main__":
    main()
