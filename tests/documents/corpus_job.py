"""What a real file goes through, and what is found: run by ``test_corpus`` in processes of its own.

Not a test module. ``judge`` reads a file, takes its sentences out, puts them back as they are, and
pseudo-translates it; whatever should not be is a fault in words.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from documents.errors import DocumentError
from documents.intake import inspect_here
from documents.reader import read
from documents.segments import extract, merge
from flows import pseudo

PLUMBING = frozenset({"r", "t", "rPr", "proofErr", "lastRenderedPageBreak"})
CHARACTERS = {"noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
SPOKEN = frozenset({"instrText", "delText", "delInstrText"})
NOISE = frozenset({"lang", "noProof"})
LANG_VALUE = re.compile(rb'<w:lang [^>]*w:val="en-GB"')

Look = tuple[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: ``read``, ``refused`` (and why), and every fault."""

    name: str
    read: bool
    reason: str
    paragraphs: int
    sentences: int
    faults: tuple[str, ...]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name[-1] != "/"}


def _local(element: etree._Element) -> str:
    """The local name of a WordprocessingML element, else the whole name."""
    name = etree.QName(element)
    return name.localname if "wordprocessingml" in (name.namespace or "") else name.text


def _of_run(element: etree._Element) -> bool:
    """Whether an element is inside the properties of a run, which merging neighbours repeats."""
    for above in element.iterancestors():
        parent = above.getparent()
        if _local(above) == "rPr" and parent is not None and _local(parent) == "r":
            return True
    return False


def inventory(root: etree._Element) -> Counter[str]:
    """Every element with its attributes, field code and deleted text; runs and their text left out.

    Hyphens that Word has elements for count alike as characters.
    """
    found: Counter[str] = Counter()
    for one in root.iter():
        if not isinstance(one.tag, str):
            found[f"{type(one).__name__} {one.text}"] += 1
            continue
        name = _local(one)
        if name in CHARACTERS:
            found[CHARACTERS[name]] += 1
        elif name == "t":
            found.update(char for char in one.text or "" if char in CHARACTERS.values())
        elif name not in PLUMBING and not _of_run(one):
            spoken = one.text if name in SPOKEN else ""
            found[f"{name} {sorted(one.items())} {spoken}"] += 1
    return found


def _told(element: etree._Element) -> str:
    inside = "".join(_told(child) for child in element if isinstance(child.tag, str))
    return f"<{element.tag} {sorted(element.items())}>{inside}"


def looks(root: etree._Element) -> list[Look]:
    """The text in order with the look of its runs, neighbours of one look together."""
    found: list[Look] = []
    for one in root.iter():
        name = _local(one) if isinstance(one.tag, str) else ""
        if name not in {"t", *CHARACTERS}:
            continue
        kept = one.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
        written = one.text or ""
        text = CHARACTERS.get(name, written if kept else written.strip(" \t\r\n"))
        look = _look(one.getparent())
        if text and found and found[-1][0] == look:
            found[-1] = (look, found[-1][1] + text)
        elif text:
            found.append((look, text))
    return found


def _look(run: etree._Element | None) -> tuple[str, ...]:
    """What the properties of a run say, without language and proofing."""
    properties = [one for one in (run if run is not None else ()) if isinstance(one.tag, str)]
    return tuple(
        _told(child)
        for one in properties
        if _local(one) == "rPr"
        for child in one
        if isinstance(child.tag, str) and _local(child) not in NOISE
    )


def _unchanged(data: bytes) -> list[str]:
    """Taken out and put back as they are, the sentences change no byte."""
    cut = pseudo.cutter("en")
    found = extract(data, cut)
    targets = {(one.id, at): text for one in found for at, text in enumerate(one.segments)}
    same = merge(data, targets, None, cut=cut, sources=targets) == data
    return [] if same and merge(data, {}, None) == data else ["changed without a translation"]


def _rehearsed(data: bytes) -> tuple[int, int, list[str]]:
    """What pseudo-translation loses, adds or touches that is none of its business."""
    faults: list[str] = []
    before = parts(data)
    done = pseudo.translate(data, "reverse", "en")
    for engine, result in (("reverse", done.data), ("identity", None)):
        written = result or pseudo.translate(data, engine, "en").data
        after = parts(written)
        if before.keys() != after.keys():
            faults.append(f"{engine}: parts come or go")
            continue
        for name, old in before.items():
            if old == after[name]:
                continue
            roots = etree.fromstring(old), etree.fromstring(after[name])
            first, second = map(inventory, roots)
            if first != second:
                faults.append(f"{engine}: {name} loses {first - second}, gains {second - first}")
            if engine == "identity" and looks(roots[0]) != looks(roots[1]):
                faults.append(f"{engine}: {name} looks otherwise")
            if "core" not in name and not LANG_VALUE.search(after[name]):
                faults.append(f"{engine}: {name} does not say its language")
    return done.paragraphs, done.sentences, faults


def judge(place: tuple[str, str]) -> Outcome:
    """Everything about the file ``place[1]`` in the folder ``place[0]``."""
    name = place[1]
    data = (Path(place[0]) / name).read_bytes()
    try:
        report = inspect_here(data, name=name)
        faults = [f"intake: {one.code}" for one in report.refusals if one.code == "unreadable"]
        read(data)
        faults += _unchanged(data)
        paragraphs, sentences, lost = _rehearsed(data)
        return Outcome(name, True, "", paragraphs, sentences, (*faults, *lost))
    except DocumentError as refusal:
        said = str(refusal)
        return Outcome(name, False, said, 0, 0, () if said.endswith(".") else (f"says {said}",))
    except Exception as crash:  # every crash is a fault with a name
        return Outcome(name, False, "", 0, 0, (f"crash: {crash!r}"[:300],))
