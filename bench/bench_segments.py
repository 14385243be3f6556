"""Sentences out of a Word file, through a null engine, and back, beside argos-translate-files.

    python bench/bench_segments.py [--peer PYTHON] [--paragraphs N] [--runs N]

``--peer`` is the interpreter of an environment with argos-translate-files. Both get the same file
and take turns, each time in a process of its own; an engine that gives every text back counts what
it is asked. Our side begins as the ``enonce`` command does. Time is that of the work without
imports, memory the most that the process held. What a side loses is found by marking the text: the
null engine of the second file writes every letter in capitals, and what is missing afterwards is
counted.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORDS = [
    "nous",
    "formons",
    "ensemble",
    "les",
    "ingénieurs",
    "et",
    "les",
    "managers",
    "de",
    "demain",
    "pour",
    "une",
    "société",
    "plus",
    "juste",
    "durable",
    "numérique",
    "écologique",
    "dans",
    "nos",
    "écoles",
    "avec",
    "nos",
    "partenaires",
    "la",
    "recherche",
    "l’innovation",
]
BATCH = 25
"""Texts in one request: as many as LibreTranslate's client of the house puts into one."""

PEER = """
import json, resource, sys, time
from argostranslatefiles import argostranslatefiles
from argostranslate.translate import Hypothesis, ITranslation, Language

calls, words, change = 0, 0, {"identity": str, "upper": str.upper}[sys.argv[2]]

class Null(ITranslation):
    def translate(self, text):
        global calls, words
        calls += 1
        words += len(text.split())
        return change(text)
    def hypotheses(self, text, num_hypotheses=4):
        return [Hypothesis(self.translate(text), 0)]
    from_lang, to_lang = Language("fr", "French"), Language("en", "English")

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
cpu = time.process_time()
start = time.perf_counter()
out = argostranslatefiles.translate_file(Null(), sys.argv[1])
took = time.perf_counter() - start
print(json.dumps({"out": out, "seconds": took,
    "cpu": time.process_time() - cpu, "calls": calls, "words": words,
    "before": before / 1024, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def own(place: str, engine: str) -> None:
    """The work of this side, in a process of its own."""
    sys.path.insert(0, str(ROOT))
    from documents.segments import Sitting
    from documents.tags import TaggedText
    from flows import pseudo
    from flows.cli import collect_less_often

    collect_less_often()
    calls, words = 0, 0
    change = pseudo.ENGINES[engine]

    def ask(texts: list[str]) -> list[str]:
        nonlocal calls, words
        calls += 1
        words += sum(len(re.sub(r"<[^>]*>", "", one).split()) for one in texts)
        return [pseudo.between_tags(one, change) for one in texts]

    data = Path(place).read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu = time.process_time()
    start = time.perf_counter()
    cut = pseudo.cutter("fr")
    sitting = Sitting(data, cut)
    sources = {
        (one.id, at): text
        for one in sitting.paragraphs
        if one.translatable
        for at, text in enumerate(one.segments)
    }
    wanted = list(dict.fromkeys(sources.values()))
    answers: dict[str, str] = {}
    for at in range(0, len(wanted), BATCH):
        texts = list(map(str, wanted[at : at + BATCH]))
        answers.update(zip(texts, ask(texts), strict=True))
    targets = {key: TaggedText(answers[text]) for key, text in sources.items()}
    done = sitting.merge(targets, "en")
    took = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out = f"{place}.{engine}.docx"
    Path(out).write_bytes(done)
    told = {
        "out": out,
        "seconds": took,
        "cpu": time.process_time() - cpu,
        "calls": calls,
        "words": words,
        "texts": len(wanted),
    }
    print(json.dumps({**told, "before": before / 1024, "memory": memory / 1024}))


def mixed(count: int, seed: int = 1) -> bytes:
    """Paragraphs of mixed formatting, with fields, notes, deletions, a header and tables."""
    sys.path.insert(0, str(ROOT))
    from documents.identity import stamp
    from tests.documents.docx_make import docx, field, note_reference, para, run, table

    chance = random.Random(seed)

    def phrase() -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(3, 12))) + " "

    made = []
    for number in range(count):
        runs = [
            run(phrase(), chance.choice(("", "", "<w:b/>", "<w:i/>")))
            for _ in range(chance.randint(2, 6))
        ]
        if number % 20 == 1:
            runs.insert(1, field(" REF a \\h ", "article 3"))
        if number % 20 == 2:
            runs.insert(
                1,
                '<w:del w:id="1" w:author="A"><w:r><w:delText>'
                f"{phrase()}</w:delText></w:r></w:del>",
            )
        if number % 20 == 3:
            runs.append(note_reference(number))
        if number % 20 == 4:
            runs.insert(1, "<w:r><w:tab/></w:r>")
        made.append(table((para(*runs), phrase())) if number % 50 == 5 else para(*runs))
    notes = {number: phrase() for number in range(count) if number % 20 == 3}
    return stamp(
        docx(*made, footnotes=notes, header="Institut de formation", title="Raison d’être")
    )


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def losses(before: bytes, after: bytes) -> list[str]:
    """What a file that was put in capitals lost, and what was changed that is no text."""
    old, new = parts(before), parts(after)
    found = []

    def texts(data: dict[str, bytes], tag: str, of: str = "") -> list[str]:
        return [
            text
            for name, part in sorted(data.items())
            if of in name and name.endswith(".xml")
            for text in re.findall(rf"<w:{tag}(?: [^>]*)?>([^<]*)</w:{tag}>", part.decode())
        ]

    for tag, what in (
        ("instrText", "field codes changed"),
        ("delText", "deleted texts translated"),
    ):
        changed = sum(
            one != other for one, other in zip(texts(old, tag), texts(new, tag), strict=False)
        )
        if changed:
            found.append(f"{what}: {changed}")
    left = sum(bool(re.search(r"[a-zà-ÿ]", one)) for one in texts(new, "t", "footnotes"))
    if left:
        found.append(f"footnotes not translated: {left}")
    count = Counter(
        re.findall(
            r"<(w:(?:tab|br|footnoteReference|fldChar|del|tbl|tc|b|i))[ />]",
            old["word/document.xml"].decode(),
        )
    )
    kept = Counter(
        re.findall(
            r"<(w:(?:tab|br|footnoteReference|fldChar|del|tbl|tc|b|i))[ />]",
            new["word/document.xml"].decode(),
        )
    )
    gone = {name: number for name, number in (count - kept).items() if name not in ("w:b", "w:i")}
    if gone:
        found.append(f"elements lost: {gone}")
    words = re.compile(r"\w+")
    said = [Counter(words.findall(" ".join(texts(one, "t")).upper())) for one in (old, new)]
    if lost := sum((said[0] - said[1]).values()):
        found.append(f"words lost: {lost}")
    return found


def run_one(command: list[str]) -> dict[str, float | str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    told: dict[str, float | str] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--peer", help="Python of an environment with argos-translate-files")
    options.add_argument("--paragraphs", type=int, default=2000)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    told = options.parse_args()
    if told.work:
        own(*told.work)
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "mixed.docx"
        data = mixed(told.paragraphs)
        place.write_bytes(data)
        sides = {"enonce": lambda engine: [sys.executable, __file__, "--work", str(place), engine]}
        if told.peer:
            sides["argos-translate-files"] = lambda engine: [
                told.peer,
                "-c",
                PEER,
                str(place),
                engine,
            ]
        found: dict[str, list[dict[str, float | str]]] = {name: [] for name in sides}
        for _ in range(told.runs):
            for name, command in sides.items():
                found[name].append(run_one(command("identity")))
        lost = {}
        for name, command in sides.items():
            out = run_one(command("upper"))["out"]
            lost[name] = losses(data, Path(str(out)).read_bytes())
            size = Path(str(out)).stat().st_size
            found[name][0]["size"] = size / 1024
    print(f"{told.paragraphs:,} paragraphs, {len(data) / 1024:.0f} KB, {told.runs} runs, medians\n")
    print(
        "| | s | s / 1,000 paragraphs | memory, MB | of which the work | engine calls "
        "| words a call | file written, KB | lost |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name, runs in found.items():

        def middle(key: str, runs: list[dict[str, float | str]] = runs) -> float:
            return statistics.median(float(one[key]) for one in runs)

        calls = middle("calls")
        print(
            f"| {name} | {middle('seconds'):.2f} "
            f"| {1000 * middle('seconds') / told.paragraphs:.3f} "
            f"| {middle('memory'):.0f} | {middle('memory') - middle('before'):.0f} | {calls:,.0f} "
            f"| {middle('words') / calls:.1f} | {runs[0]['size']:.0f} "
            f"| {'; '.join(lost[name]) or 'nothing found'} |"
        )
    if told.peer:
        mine, theirs = (found[name] for name in sides)
        for key in ("seconds", "cpu", "calls", "memory"):
            ratio = statistics.median(
                float(other[key]) / float(one[key]) for one, other in zip(mine, theirs, strict=True)
            )
            print(f"\n{key}: the peer takes {ratio:.1f} times as much")


if __name__ == "__main__":
    main()
