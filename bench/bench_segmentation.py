"""Measures where sentences are cut, beside pysbd, syntok and Punkt, on real French and English.

``python bench/bench_segmentation.py [FOLDER] [--peer PYTHON] [--wrong N]`` reads
``tm/laws180k.tsv.xz`` from FOLDER or from ENONCE_CORPUS (Canadian federal legislation, Open
Government Licence – Canada). What is one sentence there is told without the rules under test: a
unit that begins like a sentence and ends with a mark in both languages, and in which a mark stands
before a capital in one language at most, and there after a short word alone (*no.*, *art.*), which
an abbreviation may be and the end of a sentence hardly is. Ten of them in a row make a text; a cut
is right where one of them ends. ``--wrong`` shows that many of our own faults.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from locales.segmentation import cutter

SEED = 7
SENTENCES = 20_000
TOGETHER = 10
BEGINS = re.compile(r"[A-ZÀ-ÖØ-Þ«“\"(]")
ENDS = re.compile(r"[.!?][\u00a0\u202f ]?[»”\")]?$")
INSIDE = re.compile(r"[.!?][»”\")]*\s+[«“\"(]*[A-ZÀ-ÖØ-Þ]")
SHORT = re.compile(r"(?:^|[\s(’'])(?:[^\W\d_]{1,4}|(?:[^\W\d_]{1,3}\.-?)+[^\W\d_]{1,3})$")
LONG = 5
"""Words from which a unit is taken for a sentence and not for a heading."""

PEER = r"""
import json, sys, time
language, names, texts = json.load(sys.stdin)
import pysbd, syntok.segmenter
def by_pysbd():
    cutter = pysbd.Segmenter(language=language, clean=False, char_span=True)
    return lambda text: [one.start for one in cutter.segment(text)][1:]
def by_syntok():
    def cut(text):
        found = []
        for paragraph in syntok.segmenter.analyze(text):
            for sentence in paragraph:
                found.append(sentence[0].offset)
        return found[1:]
    return cut
def by_punkt():
    from punkt import tokenizer_for
    own = tokenizer_for({"fr": "french", "en": "english"}[language])
    return lambda text: [start for start, end in own.span_tokenize(text)][1:]
told = {}
for name in names:
    cut = {"pysbd": by_pysbd, "syntok": by_syntok, "punkt": by_punkt}[name]()
    begun = time.perf_counter()
    cuts = [cut(text) for text in texts]
    told[name] = [cuts, time.perf_counter() - begun]
json.dump(told, sys.stdout)
"""


def sentences(folder: Path) -> dict[str, list[str]]:
    """Units that are one sentence by both their sides, by language."""
    found: dict[str, list[str]] = {"fr": [], "en": []}
    with lzma.open(folder / "tm" / "laws180k.tsv.xz", "rt", encoding="utf-8") as file:
        for line in file:
            sides = [one.strip() for one in line.rstrip("\n").split("\t")[:2]]
            if all(
                BEGINS.match(one) and ENDS.search(one) and len(one.split()) > LONG for one in sides
            ) and not (all(INSIDE.search(one) for one in sides) or any(map(doubtful, sides))):
                found["en"].append(sides[0])
                found["fr"].append(sides[1])
    return found


def doubtful(text: str) -> bool:
    """Whether a mark inside may well end a sentence: no short word stands before it."""
    return any(not SHORT.search(text[: one.start()]) for one in INSIDE.finditer(text))


def joined(known: Sequence[str]) -> tuple[list[str], list[set[int]]]:
    """Texts of ten sentences, and where in each the second to the last begin."""
    texts, truth = [], []
    for at in range(0, len(known), TOGETHER):
        part = known[at : at + TOGETHER]
        place, begins = 0, set()
        for one in part[:-1]:
            place += len(one) + 1
            begins.add(place)
        texts.append(" ".join(part))
        truth.append(begins)
    return texts, truth


def report(name: str, cuts: Sequence[Sequence[int]], truth: Sequence[set[int]], took: float,
           size: int) -> None:  # fmt: skip
    right = sum(len(known & set(given)) for given, known in zip(cuts, truth, strict=True))
    made, asked = sum(map(len, cuts)), sum(map(len, truth))
    precision, recall = right / max(made, 1), right / asked
    score = 2 * precision * recall / max(precision + recall, 1e-9)
    print(
        f"  {name:<10}F1 {score:.4f}   precision {precision:.4f}   recall {recall:.4f}"
        f"   {size / took / 1e6:8.2f} M characters/s"
    )


def wrong(texts: Sequence[str], cuts: Sequence[Sequence[int]], truth: Sequence[set[int]],
          number: int) -> None:  # fmt: skip
    """Show cuts that are too many (+) or missing (-) with what stands around them."""
    shown = [
        f"{'+' if at in given else '-'} {text[max(0, at - 40) : at]}|{text[at : at + 25]}"
        for text, given, known in zip(texts, map(set, cuts), truth, strict=True)
        for at in sorted(given ^ known)
    ]
    random.Random(SEED).shuffle(shown)
    print(*(f"    {one}" for one in shown[:number]), sep="\n")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", default=os.environ.get("ENONCE_CORPUS", ""))
    parser.add_argument("--peer", help="a Python with bench/requirements.txt")
    parser.add_argument("--wrong", type=int, default=0)
    given = parser.parse_args()
    if not (Path(given.folder) / "tm" / "laws180k.tsv.xz").exists():
        print("Name the folder that holds tm/laws180k.tsv.xz, or set ENONCE_CORPUS.")
        return 2
    every = sentences(Path(given.folder))
    chosen = random.Random(SEED).sample(range(len(every["fr"])), SENTENCES)
    for language, known in every.items():
        own = [known[at] for at in chosen]
        texts, truth = joined(own)
        size = sum(map(len, texts))
        hard = sum(bool(INSIDE.search(one)) for one in own)
        print(f"{language}: {len(own)} sentences of {len(known)}; a mark before a capital: {hard}")
        cut = cutter(language)
        begun = perf_counter()
        cuts = [cut(text) for text in texts]
        report("enonce", cuts, truth, perf_counter() - begun, size)
        if given.peer:
            asked = json.dumps([language, ["pysbd", "syntok", "punkt"], texts])
            done = subprocess.run(
                [given.peer, "-c", PEER], input=asked, capture_output=True, text=True, check=False
            )
            if done.returncode:
                print(done.stderr)
                return 1
            for name, (theirs, took) in json.loads(done.stdout).items():
                report(name, theirs, truth, took, size)
        if given.wrong:
            wrong(texts, cuts, truth, given.wrong)
    return 0


if __name__ == "__main__":
    sys.exit(main())
