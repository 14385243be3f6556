"""Judges what fills the sample's translation, by where it comes from: memory, similar, Apertium.

``python bench/bench_engines.py [FOLDER]`` translates the sample both ways and holds the result
against its other language with chrF (sacrebleu, 0 to 100; Popović 2015). The memory was made from
the same reference, so that exact matches are 100 by their making; the figure shows that they come
through whole. Where FOLDER or ENONCE_CORPUS has ``tm/laws20k.tmx.gz``, Apertium is judged on 300 of
its sentences too.
"""

from __future__ import annotations

import importlib.util
import os
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import ModuleType

from sacrebleu import corpus_chrf

from locales import engines, markup, tmx
from locales.engines import Consent, EngineError
from locales.engines.ladder import Tags
from locales.glossary import Glossary
from locales.memory import Memory
from locales.mending import DETAIL
from locales.pipeline import SourceParagraph, translate
from locales.units import OriginKind

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "imt"
SEED = 20261123
HELD_OUT = 300
Pairs = Sequence[tuple[str, str]]
"""Sentences in two languages, as tagged text."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: chrF of some sentences, and how many kept their tags in place."""

    route: str
    direction: str
    sentences: int
    chrf: float
    tagged: int = 0
    carried: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        tags = f"{self.carried}/{self.tagged}" if self.tagged else "–"
        took = f"{self.seconds:.1f} s" if self.seconds else "–"
        return (
            f"| {self.route} | {self.direction} | {self.sentences} | {self.chrf:.1f} "
            f"| {tags} | {took} |"
        )


def _text() -> ModuleType:
    """The sample's own reader of its two texts."""
    spec = importlib.util.spec_from_file_location("sample_text", SAMPLE / "text.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(SAMPLE / "text.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def sample(source: str) -> Pairs:
    """The sample's sentences with words, in one direction."""
    text = _text()
    blocks = {
        language: text.parse(SAMPLE / f"statement.{language}.txt") for language in ("en", "fr")
    }
    found = [(one.source, one.target) for one in text.pairs(blocks["en"], blocks["fr"])]
    rows = found if source == "en" else [(target, english) for english, target in found]
    return [row for row in rows if any(letter.isalpha() for letter in markup.plain(row[0]))]


def chrf(given: Iterable[str], wanted: Iterable[str]) -> float:
    """Hold translations against their references."""
    ours = [markup.plain(one) for one in given]
    return float(corpus_chrf(ours, [[markup.plain(one) for one in wanted]]).score)


def by_apertium(pairs: Pairs, source: str, target: str, route: str = "Apertium alone") -> Figure:
    """Judge Apertium on sentences. Raises ``EngineError`` where it is not installed."""
    begun = perf_counter()
    answers = engines.create("apertium").translate(
        [ours for ours, _ in pairs], source, target, consent=Consent()
    )
    took = perf_counter() - begun
    tagged = [answer for (ours, _), answer in zip(pairs, answers, strict=True) if "<" in ours]
    return Figure(
        route,
        f"{source} → {target}",
        len(pairs),
        chrf([answer.text for answer in answers], [theirs for _, theirs in pairs]),
        len(tagged),
        sum(answer.tags is Tags.CARRIED for answer in tagged),
        took,
    )


def by_memory(pairs: Pairs, source: str, target: str, apertium: bool) -> Iterator[Figure]:
    """Judge what the pipeline puts in place or offers, by where it comes from."""
    with tempfile.TemporaryDirectory() as folder:
        memory = Memory.open(Path(folder) / "memory.sqlite3")
        memory.import_tmx(SAMPLE / "memory.tmx")
        paragraphs = [
            SourceParagraph(f"{place:08X}", (ours,)) for place, (ours, _) in enumerate(pairs, 1)
        ]
        units = translate(
            paragraphs,
            source,
            target,
            memory=memory,
            glossary=Glossary.load(SAMPLE / "glossary.csv"),
            engine=engines.create("apertium") if apertium else None,
        )
        memory.close()
    rows = list(zip(units, (theirs for _, theirs in pairs), strict=True))
    direction = f"{source} → {target}"
    exact = (OriginKind.ICE, OriginKind.EXACT)
    for route, some in (
        ("memory, exact", [(unit.target, ref) for unit, ref in rows if unit.origin.kind in exact]),
        (
            "memory, similar (best offer)",
            [
                (similar[0].target, ref)
                for unit, ref in rows
                if unit.origin.kind not in exact
                and (similar := [one for one in unit.offers if one.detail != DETAIL])
            ],
        ),
        (
            "Apertium, where the memory has nothing",
            [(unit.target, ref) for unit, ref in rows if unit.origin.machine],
        ),
        (
            "the whole, as put in place",
            [(unit.target or unit.source, ref) for unit, ref in rows],
        ),
    ):
        if some:
            given = [target or "" for target, _ in some]
            yield Figure(route, direction, len(some), chrf(given, [ref for _, ref in some]))


def held_out(file: Path) -> dict[str, Pairs]:
    """Some sentences of real law, of a length that people write, in both directions."""
    rows = [
        (one.source, one.target) if one.source_language == "fr" else (one.target, one.source)
        for one in tmx.read(file)
        if 40 < len(one.source) < 250
    ]
    chosen = random.Random(SEED).sample(rows, HELD_OUT)
    return {"fr": chosen, "en": [(english, french) for french, english in chosen]}


def figures(folder: str | None) -> Iterator[Figure]:
    """Every line of the table."""
    ways = (("en", "fr"), ("fr", "en"))
    try:
        engines.create("apertium").translate(["Oui."], "fr", "en", consent=Consent())
        apertium = True
    except EngineError as fault:
        print(fault, file=sys.stderr)
        apertium = False
    for source, target in ways:
        yield from by_memory(sample(source), source, target, apertium)
        if apertium:
            yield by_apertium(sample(source), source, target)
    laws = Path(folder or "") / "tm" / "laws20k.tmx.gz"
    if folder and laws.is_file() and apertium:
        rows = held_out(laws)
        for source, target in ways:
            yield by_apertium(rows[source], source, target, "Apertium on Canadian federal law")


def main(arguments: Sequence[str]) -> int:
    print("| what fills it | direction | sentences | chrF | tags in place | took |")
    print("|---|---|---|---|---|---|")
    for figure in figures(arguments[0] if arguments else os.environ.get("ENONCE_CORPUS")):
        print(figure)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
