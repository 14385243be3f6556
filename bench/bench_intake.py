"""Measure intake: python bench/bench_intake.py [--runs N]

Three files, each judged by ``intake.inspect`` as an upload is: in its child process, from start to
report. Time is wall and processor time of the child, memory the most that it held. Medians.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import statistics
import subprocess
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.documents.hostile import body, ordinary, pack, paragraph

ROOT = Path(__file__).resolve().parent.parent
MB = 1024 * 1024


def words(size: int, seed: int) -> str:
    """About so many bytes of text in paragraphs, every one different."""
    chance = random.Random(seed)
    made, done = [], 0
    while done < size:
        text = " ".join(f"{chance.randrange(16**6):x}" for _ in range(40))
        made.append(paragraph(text))
        done += len(made[-1])
    return "".join(made)


def files() -> dict[str, bytes]:
    pictures = {f"word/media/image{n}.png": os.urandom(MB) for n in range(15)}
    text = body(words(6 * MB, 1))
    large = {**ordinary(), "word/document.xml": text, **pictures}
    packed = pack(large)
    rest = 20 * MB - len(packed) - 10_000
    large["word/media/last.png"] = os.urandom(rest)
    return {
        "an ordinary draft, 60 paragraphs": pack(ordinary(words(24_000, 2))),
        "20 MB: pictures and 6 MB of XML": pack(large, zipfile.ZIP_DEFLATED),
        "12 MB of XML alone": pack(ordinary(words(12 * MB, 3))),
    }


def judged(data: bytes) -> tuple[float, float, float, str]:
    """Seconds, processor seconds, MB and verdict of one file, in a process of its own."""
    code = (
        "import resource, sys, time; sys.path.insert(0, sys.argv[1]); from documents import intake;"
        "data = sys.stdin.buffer.read(); start = time.perf_counter();"
        "report = intake.inspect(data, name='x'); took = time.perf_counter() - start;"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024,"
        " ','.join(one.code for one in report.refusals) or 'accepted')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT)], input=data, capture_output=True, check=True
    )
    took, cpu, memory, verdict = done.stdout.decode().split()
    return float(took), float(cpu), float(memory), verdict


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=5)
    runs = options.parse_args().runs
    print(f"{runs} runs, medians\n")
    print("| file | MB | MB unpacked | s | processor s | memory, MB | verdict |")
    print("|---|---|---|---|---|---|---|")
    for name, data in files().items():
        found = [judged(data) for _ in range(runs)]
        took, cpu, memory = (statistics.median(one[n] for one in found) for n in range(3))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            whole = sum(one.file_size for one in archive.infolist())
        print(
            f"| {name} | {len(data) / MB:.1f} | {whole / MB:.1f} | {took:.2f} | {cpu:.2f} "
            f"| {memory:.0f} | {found[0][3]} |"
        )


if __name__ == "__main__":
    main()
