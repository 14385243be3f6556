"""Measures the translation memory and the checks on real units, beside rapidfuzz over everything.

``python bench/bench_translation.py [FOLDER]`` reads ``tm/laws180k.tsv.xz`` from FOLDER or from
ENONCE_CORPUS (180,000 French/English pairs, Open Government Licence – Canada). Sentences are taken
from the memory and changed (words left out, put in, replaced), so that there is something to find.
The recall is the share of sentences for which the best match of the comparison with everything is
found, under one score; every figure is of one run.
"""

from __future__ import annotations

import lzma
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from rapidfuzz import fuzz, process

from locales import checks, markup, sqlite
from locales.catalog import number
from locales.glossary import Glossary
from locales.memory import Memory
from locales.normal import normal
from locales.pipeline import SourceParagraph, tally, translate
from locales.segmentation import cutter
from locales.tmx import Entry
from locales.typography import typeset
from locales.units import TranslationUnit

LOOKUPS = 1000
COMPARED = 300
CHECKED = 3000
SEED = 20261123


def pairs(folder: Path) -> list[tuple[str, str]]:
    with lzma.open(folder / "tm" / "laws180k.tsv.xz", "rt", encoding="utf-8") as file:
        rows = (line.rstrip("\n").split("\t") for line in file)
        return [(row[1], row[0]) for row in rows]


def changed(sentence: str, words: Sequence[str], chance: random.Random) -> str:
    """The sentence with one word in eight left out, put in, replaced or in another place."""
    tokens = sentence.split()
    for _ in range(chance.randint(1, max(1, len(tokens) // 8))):
        place = chance.randrange(len(tokens))
        act = chance.choice(("out", "in", "other", "swap"))
        if act == "out" and len(tokens) > 1:
            del tokens[place]
        elif act == "in":
            tokens.insert(place, chance.choice(words))
        elif act == "swap" and place:
            tokens[place - 1], tokens[place] = tokens[place], tokens[place - 1]
        else:
            tokens[place] = chance.choice(words)
    return " ".join(tokens)


def timed(act: Callable[[str], object], sentences: Sequence[str]) -> list[float]:
    """Milliseconds for each sentence, in order of size."""
    times = []
    for sentence in sentences:
        begun = perf_counter()
        act(sentence)
        times.append((perf_counter() - begun) * 1000)
    return sorted(times)


def report(name: str, times: Sequence[float]) -> None:
    median, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"{name:<46}{median:9.2f} ms median {p95:9.2f} ms p95 {times[-1]:9.2f} ms max")


def recall(memory: Memory, known: Sequence[str], sentences: Sequence[str]) -> tuple[int, int, int]:
    """How many have a match of 75 or more at all; any, and the best one, found by the memory."""
    there = some = best = 0
    for sentence in sentences:
        even = normal(sentence)
        found = process.extractOne(even, known, scorer=fuzz.ratio, score_cutoff=75)
        if found is None:
            continue
        there += 1
        given = memory.lookup(markup.escape(sentence), "fr", "en")
        some += bool(given)
        scores = (
            max(match.score, fuzz.ratio(even, normal(markup.plain(match.source))))
            for match in given
        )
        best += max(scores, default=0) >= int(found[1])
    return there, some, best


def by_trigrams(known: Sequence[str]) -> Callable[[str], object]:
    """The peer that a full-text index gives: the fifty nearest by trigrams, then compared."""
    index = sqlite.connect(Path(":memory:"))
    index.execute("CREATE VIRTUAL TABLE known USING fts5(text, tokenize = 'trigram')")
    index.executemany("INSERT INTO known VALUES (?)", ((one,) for one in known))

    def look(sentence: str) -> object:
        text = normal(sentence)
        grams = {text[at : at + 3].replace('"', '""') for at in range(len(text) - 2)}
        asked = " OR ".join(f'"{gram}"' for gram in sorted(grams))
        rows = index.execute(
            "SELECT text FROM known WHERE text MATCH ? ORDER BY rank LIMIT 50", (asked,)
        )
        near = [row[0] for row in rows]
        return process.extract(text, near, scorer=fuzz.ratio, score_cutoff=75, limit=5)

    return look


def prepared(
    memory: Memory, rows: Sequence[tuple[str, str]], noisy: Sequence[str], chance: random.Random
) -> None:
    """The whole pipeline on 2,000 paragraphs: half known sentences, half of them changed."""
    texts = [french for french, _ in chance.sample(rows, 1000)] + list(noisy[:1000])
    chance.shuffle(texts)
    paragraphs = [
        SourceParagraph(f"{place:08X}", (markup.escape(text),))
        for place, text in enumerate(texts, 1)
    ]
    begun = perf_counter()
    units = translate(paragraphs, "fr", "en", memory=memory, glossary=Glossary(()))
    took = perf_counter() - begun
    print(f"pipeline: {number(len(paragraphs), 'en')} paragraphs in {took:.1f} s; {tally(units)}")


def main(arguments: Sequence[str]) -> int:
    where = arguments[0] if arguments else os.environ.get("ENONCE_CORPUS")
    if not where or not (Path(where) / "tm" / "laws180k.tsv.xz").exists():
        print("Name the folder that holds tm/laws180k.tsv.xz, or set ENONCE_CORPUS.")
        return 2
    rows = pairs(Path(where))
    chance = random.Random(SEED)
    words = [word for french, _ in chance.sample(rows, 2000) for word in french.split()]
    sentences = [changed(french, words, chance) for french, _ in chance.sample(rows, LOOKUPS)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "memory.sqlite3"
        memory = Memory.open(file)
        begun = perf_counter()
        units = memory.add(
            Entry(markup.escape(french), markup.escape(english), "fr", "en")
            for french, english in rows
        )
        took = perf_counter() - begun
        size = file.stat().st_size / 1e6
        print(
            f"import: {number(units, 'en')} units in {took:.1f} s "
            f"({number(int(units / took), 'en')}/s), {size:.0f} MB"
        )
        known = sorted({normal(french) for french, _ in rows})
        exact = [french for french, _ in chance.sample(rows, LOOKUPS)]
        compared = sentences[:COMPARED]
        report("exact look-up", timed(lambda one: memory.lookup(one, "fr", "en"), exact))
        ours = timed(lambda one: memory.lookup(markup.escape(one), "fr", "en"), sentences)
        report("fuzzy look-up", ours)
        theirs = timed(
            lambda one: process.extract(
                normal(one), known, scorer=fuzz.ratio, score_cutoff=75, limit=5
            ),
            compared,
        )
        report("rapidfuzz over everything", theirs)
        print(f"ratio of medians: {statistics.median(theirs) / statistics.median(ours):.0f}")
        report("FTS5 trigram filter, then rapidfuzz", timed(by_trigrams(known), compared[:10]))
        there, some, best = recall(memory, known, compared)
        print(f"recall: a match {some}/{there}, the best match {best}/{there}")
        prepared(memory, rows, sentences, chance)
        memory.close()
        small = Memory.open(Path(folder) / "small.sqlite3")
        begun = perf_counter()
        units = small.import_tmx(Path(where) / "tm" / "laws20k.tmx.gz")
        print(f"TMX import: {number(units, 'en')} units in {perf_counter() - begun:.1f} s")
        small.close()
    sample = [
        TranslationUnit("00000001", 0, markup.escape(english), markup.escape(french))
        for french, english in chance.sample(rows, CHECKED)
    ]
    begun = perf_counter()
    found = sum(len(checks.run(unit, "en", "fr")) for unit in sample)
    took = perf_counter() - begun
    print(
        f"checks: {CHECKED / took:.0f} units/s, "
        f"{CHECKED * len(checks.CHECKS) / took:.0f} checks/s, {found} findings"
    )
    texts = [unit.target or "" for unit in sample]
    begun = perf_counter()
    for text in texts:
        typeset(text, "fr")
    print(f"typography: {CHECKED / (perf_counter() - begun):.0f} sentences/s")
    cut = cutter("fr")
    begun = perf_counter()
    for text in texts:
        cut(text)
    print(
        f"segmentation: {sum(map(len, texts)) / (perf_counter() - begun) / 1e6:.1f} M characters/s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
