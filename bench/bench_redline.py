"""Measure redline beside Docxodus (through python-redlines): ``python bench/bench_redline.py``.

Made-up paragraphs of mixed formatting; of 100, 5 go, 5 come, 20 are reworded. Medians of one run,
each call in a process of its own, so that the memory is one comparison's; ``call`` is the call as
its library makes it (for Docxodus a .NET process), ``whole`` with the start of Python, ``CPU`` what
the call took of the processors, whoever else uses them.
Exact means: accept all is new and reject all is old, in text, and in text and formatting.
``make bench-documents`` installs the peer; ``--peer`` is the interpreter that has it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.bench_documents import edited, paragraphs, written
from documents.revisions import accept_all, reject_all
from tests.documents.docx_looks import Looks
from tests.documents.docx_views import part, view

ROOT = Path(__file__).resolve().parent.parent
CHILD = """
import json, resource, sys, time
from datetime import UTC, datetime
sys.path.insert(0, {root!r})
engine, old, new, out = sys.argv[1:]
old, new = open(old, "rb").read(), open(new, "rb").read()
if engine == "enonce":
    from documents.redline import redline
    run = lambda: redline(old, new, author="Bench", when=datetime(2026, 1, 1, tzinfo=UTC))
else:
    from python_redlines.engines import DocxodusEngine
    peer = DocxodusEngine(target_path={cache!r})
    run = lambda: peer.run_redline("Bench", old, new)[0]
who = resource.RUSAGE_SELF if engine == "enonce" else resource.RUSAGE_CHILDREN
before = resource.getrusage(who)
start = time.perf_counter()
data = run()
took = time.perf_counter() - start
after = resource.getrusage(who)
cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
open(out, "wb").write(data)
print(json.dumps([took, cpu, after.ru_maxrss / 1024]))
"""


def measured(
    engine: str, python: str, folder: Path, repeat: int
) -> tuple[float, float, float, float]:
    """Medians: seconds of the call, with its start, of the processor; memory in MB."""
    code = CHILD.format(root=str(ROOT), cache=str(folder / "docxodus"))
    files = [str(folder / name) for name in ("old.docx", "new.docx", f"{engine}.docx")]
    found: list[list[float]] = []
    for _ in range(repeat):
        start = time.perf_counter()
        done = subprocess.run(
            [python, "-c", code, engine, *files], capture_output=True, text=True, check=True
        )
        whole = time.perf_counter() - start
        took, cpu, memory = json.loads(done.stdout)
        found.append([took, whole, cpu, memory])
    call, whole, cpu, memory = (statistics.median(one) for one in zip(*found, strict=True))
    return call, whole, cpu, memory


def exact(folder: Path, engine: str) -> tuple[str, str]:
    """Whether accepting gives the new version and rejecting the old: text; text and formatting."""
    done = (folder / f"{engine}.docx").read_bytes()
    texts, looks = [], []
    settled: list[tuple[bool, Callable[..., None], str]] = [
        (True, accept_all, "new.docx"),
        (False, reject_all, "old.docx"),
    ]
    for accept, settle, name in settled:
        wanted = (folder / name).read_bytes()
        texts.append(view(part(done), accept=accept) == view(part(wanted), accept=True))
        looks.append(Looks(done, settle).everything() == Looks(wanted, accept_all).everything())
    return tuple(  # type: ignore[return-value]
        "both" if all(one) else "accept only" if one[0] else "reject only" if one[1] else "neither"
        for one in (texts, looks)
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--sizes", type=int, nargs="+", default=[200, 1000, 5000, 20000])
    options.add_argument("--peer", default=sys.executable, help="Python with python-redlines")
    options.add_argument("--peer-up-to", type=int, default=5000)
    chosen = options.parse_args()
    probe = "import python_redlines, python_redlines_docxodus"
    peer = subprocess.run([chosen.peer, "-c", probe], capture_output=True, check=False)
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, Python {sys.version.split()[0]}, medians of {chosen.repeat}"
    )
    print("| paragraphs | engine | s call | s whole | s CPU | MB | text exact | formatting exact |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for count in chosen.sizes:
            texts = paragraphs(count, 2)
            (folder / "old.docx").write_bytes(written(texts))
            (folder / "new.docx").write_bytes(written(edited(texts, 3)))
            times = {}
            engines = ["enonce"]
            if peer.returncode == 0 and count <= chosen.peer_up_to:
                engines.append("docxodus")
            for engine in engines:
                python = sys.executable if engine == "enonce" else chosen.peer
                call, whole, cpu, memory = measured(engine, python, folder, chosen.repeat)
                times[engine] = call, whole, cpu
                text, looks = exact(folder, engine)
                print(
                    f"| {count:,} | {engine} | {call:.2f} | {whole:.2f} | {cpu:.2f} | {memory:.0f} "
                    f"| {text} | {looks} |",
                    flush=True,
                )
            if "docxodus" in times:
                pairs = zip(times["docxodus"], times["enonce"], strict=True)
                ratios = " | ".join(f"{theirs / own:.1f}" for theirs, own in pairs)
                print(f"| {count:,} | ratio | {ratios} | | | |", flush=True)
    if peer.returncode:
        print("python-redlines is not installed: no peer.")


if __name__ == "__main__":
    main()
