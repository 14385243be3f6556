"""Measure sealing and its strict verification: ``python bench/bench_sealing.py``.

Medians of one run on python-docx's empty document (37 KB) and on one with pictures (20 MB), for
RSA-2048 and P-256. ``--check`` fails where the small file misses its bars (seal 25 ms, verify
6 ms with RSA-2048). ``--repeat N`` for more of them.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import struct
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.shared import Cm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from documents.sealing import authority
from documents.sealing.sign import seal
from documents.sealing.verify import verify

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
SEAL_BAR, VERIFY_BAR = 25.0, 6.0
MEGABYTE = 1_000_000


def picture(size: int, seed: int) -> bytes:
    """A grey PNG of noise, about ``size`` bytes, which nothing compresses."""
    width = 1000
    height = size // (width + 1)
    rows = b"".join(
        b"\0" + row for row in (random.Random(seed + y).randbytes(width) for y in range(height))
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def document(pictures: int, size: int) -> bytes:
    """A Word file with paragraphs and pictures."""
    made = Document()
    for number in range(40):
        made.add_paragraph(f"Paragraph {number}: we train engineers for a fair society. " * 3)
    for number in range(pictures):
        made.add_picture(io.BytesIO(picture(size, number * 10_000)), width=Cm(10))
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def measure(act: Callable[[], object], repeat: int) -> tuple[float, float]:
    """Median and best of ``repeat`` runs, in milliseconds, after one that is not counted."""
    act()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), min(times)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeat", type=int, default=31)
    options.add_argument("--check", action="store_true")
    wishes = options.parse_args()
    samples = {
        "small": (document(0, 0), wishes.repeat),
        "large": (document(4, 5 * MEGABYTE), max(3, wishes.repeat // 6)),
    }
    missed = []
    print("| file | key | seal, median (best) ms | verify, median (best) ms |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys"
        authority.create(keys, "Bench", WHEN)
        for name, (data, repeat) in samples.items():
            for kind in authority.Kind:
                demo = authority.load(keys, kind)
                sealed = seal(data, demo.signer, signed_at=WHEN, comments="bench")
                anchors = [demo.root]
                if verify(sealed, anchors, at=WHEN).overall != "TOTAL-PASSED":
                    raise SystemExit("the sealed file does not verify")
                sealing = measure(
                    lambda demo=demo, data=data: seal(
                        data, demo.signer, signed_at=WHEN, comments="bench"
                    ),
                    repeat,
                )
                judging = measure(
                    lambda sealed=sealed, anchors=anchors: verify(sealed, anchors, at=WHEN), repeat
                )
                print(
                    f"| {name}, {len(data) / 1000:,.0f} KB | {kind.value} "
                    f"| {sealing[0]:.1f} ({sealing[1]:.1f}) "
                    f"| {judging[0]:.1f} ({judging[1]:.1f}) |",
                    flush=True,
                )
                if name == "small" and kind is authority.Kind.RSA:
                    missed += [f"seal {sealing[0]:.1f} ms"] if sealing[0] > SEAL_BAR else []
                    missed += [f"verify {judging[0]:.1f} ms"] if judging[0] > VERIFY_BAR else []
    if wishes.check and missed:
        print("over the bar: " + ", ".join(missed), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
