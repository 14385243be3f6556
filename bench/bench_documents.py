"""Measure extract, merge, digest, stamp and redline: ``python bench/bench_documents.py``.

Medians of one run on made-up paragraphs of mixed formatting; ``--repeat N`` for more of them.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from docx import Document

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from documents.digest import text_digest
from documents.identity import stamp
from documents.redline import redline
from documents.segments import extract, merge

SENTENCE = """
nous formons ensemble les ingénieurs et les managers de demain pour une société plus juste durable
numérique écologique dans nos écoles avec nos partenaires la recherche l’innovation
"""
WORDS = SENTENCE.split()
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def paragraphs(count: int, seed: int) -> list[list[tuple[str, str]]]:
    """Paragraphs as runs (text, look), about 30 words each."""
    chance = random.Random(seed)
    return [
        [
            (" ".join(chance.choices(WORDS, k=chance.randint(3, 12))) + " ", chance.choice("  bi"))
            for _ in range(chance.randint(2, 6))
        ]
        for _ in range(count)
    ]


def edited(texts: list[list[tuple[str, str]]], seed: int) -> list[list[tuple[str, str]]]:
    """A later version: 5 of 100 go, 5 come in, 20 are reworded."""
    chance = random.Random(seed)
    done = []
    for runs in texts:
        luck = chance.random()
        if luck < 0.05:
            continue
        if luck < 0.10:
            done.extend(paragraphs(1, chance.randrange(10**9)))
        if luck < 0.30:
            at = chance.randrange(len(runs))
            runs = [*runs[:at], (chance.choice(WORDS) + " ", "b"), *runs[at:]]
        done.append(runs)
    return done


def written(texts: list[list[tuple[str, str]]]) -> bytes:
    document = Document()
    for runs in texts:
        paragraph = document.add_paragraph()
        for text, look in runs:
            run = paragraph.add_run(text)
            run.bold, run.italic = look == "b" or None, look == "i" or None
    out = io.BytesIO()
    document.save(out)
    return stamp(out.getvalue())


def median(work: Callable[[], object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeat", type=int, default=3)
    repeat = options.parse_args().repeat
    mixed = written(paragraphs(2000, 1))
    found = extract(mixed)
    targets = {(one.id, i): text for one in found for i, text in enumerate(one.segments)}
    rows = [
        ("extract, 2,000 paragraphs", median(lambda: extract(mixed), repeat)),
        ("merge, 2,000 paragraphs", median(lambda: merge(mixed, targets, "fr"), repeat)),
        ("text digest, 2,000 paragraphs", median(lambda: text_digest(mixed), repeat)),
    ]
    for count in (200, 1000, 5000):
        texts = paragraphs(count, 2)
        old, new = written(texts), written(edited(texts, 3))
        took = median(lambda a=old, b=new: redline(a, b, author="Bench", when=WHEN), repeat)  # type: ignore[misc]
        rows.append((f"redline, {count:,} paragraphs", took))
    print(f"{'':34}{'s (median)':>12}")
    for name, took in rows:
        print(f"{name:34}{took:12.3f}")


if __name__ == "__main__":
    main()
