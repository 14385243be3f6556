"""Measures a consultation from a file of responses to its summary: python bench/bench_synthesis.py.

Bars: 5,000 responses taken in, counted and rendered in 3 s, 100,000 in 30 s. What is
rendered: a Word file in each language, the page and the figures as JSON, with open answers coded.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from approvals.consultation import coding as pure
from approvals.consultation import generator, questionnaire
from approvals.names import PersonId
from flows import acts, coding, consulting, evaluating, founding, responses_file

IMT = Path(__file__).resolve().parents[1] / "samples" / "imt"
FORM = IMT / "questionnaire.toml"
BARS = {5_000: 3.0, 100_000: 30.0}
ROUNDS = {5_000: 3, 100_000: 1}


def once(count: int, folder: Path) -> tuple[float, float, float, float]:
    """Take in, close, count, render; the seconds of each."""
    house = founding.found(folder / "house", founding.sample_papers())
    by, first, second = (
        PersonId(house.person(name).id) for name in ("delmas", "tahiri", "kerlann")
    )
    third = PersonId(house.person("lemoal").id)
    file = folder / "responses.csv"
    drawn = generator.generate(questionnaire.load(FORM.read_text("utf-8")), count, 2020)
    file.write_text(
        responses_file.written(questionnaire.load(FORM.read_text("utf-8")), drawn), "utf-8"
    )
    consulting.plan(house, "bench", FORM, by=by, key=acts.new_key())
    consulting.open_(house, "bench", house.now().date(), (), by=by, key=acts.new_key())
    begun = time.perf_counter()
    consulting.take(house, "bench", file, by=by, key=acts.new_key())
    taken = time.perf_counter()
    consulting.close(house, "bench", by=by, key=acts.new_key())
    closed = time.perf_counter()
    source = evaluating.source(house, "bench")
    answers = source.answers("wish")
    stream = consulting.stream("bench")
    book = (IMT / "codebook.toml").read_text("utf-8")
    coding.deal(
        house,
        stream,
        "wish",
        book,
        answers,
        by=by,
        coders=(first, second),
        seed=1,
        share=pure.SHARE,
        key=acts.new_key(),
    )
    dealt = coding.dealt_of(house, coding.evaluation(house, stream).codings["wish"])
    for coder, ids in ((first, dealt.first), (second, dealt.second)):
        codes = {id: frozenset({"ecology"} if "plan" in answers[id].text else ()) for id in ids}
        coding.take_codes(house, stream, "wish", codes, by=coder, key=acts.new_key())
    coding.settle(house, stream, "wish", {}, by=third, key=acts.new_key())
    coded = time.perf_counter()
    source = evaluating.source(house, "bench")
    summary = evaluating.synthesis_of(house, source)
    counted = time.perf_counter()
    evaluating.synthesis_files(summary, house.now())
    rendered = time.perf_counter()
    house.close()
    return taken - begun, closed - taken, counted - coded, rendered - counted


def main() -> None:
    """Print a line for each size."""
    for count, bar in BARS.items():
        rounds = []
        for _ in range(ROUNDS[count]):
            with tempfile.TemporaryDirectory() as folder:
                rounds.append(once(count, Path(folder)))
        parts = [statistics.median(part) for part in zip(*rounds, strict=True)]
        told = ", ".join(
            f"{name} {seconds:.2f} s"
            for name, seconds in zip(("take in", "close", "count", "render"), parts, strict=True)
        )
        print(f"{count:>7} responses: {sum(parts):.2f} s (bar {bar:.0f} s): {told}")


if __name__ == "__main__":
    main()
