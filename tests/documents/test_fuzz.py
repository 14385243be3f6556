"""Files that nobody would write never break a reader: they are read, or refused in a sentence.

``ENONCE_FUZZ=20000`` draws so many files; without it a hundred and fifty, in seconds.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from documents.digest import text_digest
from documents.errors import DocumentError
from documents.identity import changes, stamp
from documents.intake import inspect_here
from documents.reader import read
from documents.segments import extract, merge
from flows import pseudo
from tests.documents.docx_make import docx, field, note_reference, para, run, table
from tests.documents.fuzz import TURNS, Turn, turned

DRAWN = int(os.environ.get("ENONCE_FUZZ", "0"))
BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>{0}"
    "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
    "<w:txbxContent>{0}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
OURS = docx(
    para("Raison d’être", style="Titre1"),
    para("Nous ", run("formons", "<w:b/>"), note_reference(1), ". Une autre phrase."),
    para('<w:hyperlink r:id="l1">', run("lien"), "</w:hyperlink>").replace(
        '<w:r ><w:t xml:space="preserve"></w:t></w:r>', ""
    ),
    para("Page ", field(" PAGE ", "1"), BOX.format(para("Dans la boîte"))),
    f"<w:sdt><w:sdtPr/><w:sdtContent>{para('Un')}{para('Deux', style='Puce')}</w:sdtContent></w:sdt>",
    table(("Voix", "12"), ("a", "b")),
    links={"l1": "https://imt.fr"},
    footnotes={1: "Une note"},
    header="Institut",
    title="Énoncé",
)
MADE: Counter[str] = Counter()


def seeds() -> tuple[bytes, ...]:
    """Our own shapes, and small real files where there are any."""
    place = os.environ.get("ENONCE_CORPUS")
    real: list[bytes] = []
    for path in sorted(Path(place, "docx").rglob("*.docx")) if place else ():
        data = path.read_bytes()
        if len(data) < 30_000 and zipfile.is_zipfile(io.BytesIO(data)):
            real.append(data)
    return (OURS, *real)


SEEDS = seeds()


def everything(data: bytes) -> None:
    """All that is done with a file after intake; only a ``DocumentError`` may come out."""
    cut = pseudo.cutter("fr")
    read(data)
    found = extract(data, cut)
    targets = {(one.id, at): text for one in found for at, text in enumerate(one.segments)}
    assert merge(data, targets, None, cut=cut, sources=targets) == data
    merged = merge(data, targets, "en", cut=cut)
    assert [one.text for one in extract(merged, cut)] == [one.text for one in found]
    stamped = stamp(data)
    assert text_digest(stamped).document == text_digest(data).document
    assert stamp(stamped) == stamped
    changes(SEEDS[0], stamped)


@settings(
    max_examples=DRAWN or 150,
    deadline=None,
    derandomize=not DRAWN,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
@given(
    seed=st.integers(0, len(SEEDS) - 1),
    turns=st.lists(st.sampled_from(TURNS), min_size=1, max_size=4),
    chance=st.integers(0, 2**32),
)
def _a_turned_file_is_read_or_refused(seed: int, turns: list[Turn], chance: int) -> None:
    try:
        data = turned(SEEDS[seed], turns, chance)
    except zipfile.BadZipFile:
        return
    report = inspect_here(data, name="x")
    for finding in report.refusals + report.warnings:
        assert str(finding).endswith(".")
    refusal = "."
    try:
        everything(data)
        MADE["read"] += 1
    except DocumentError as error:
        refusal = str(error)
        MADE["refused"] += 1
    assert refusal.endswith(".")


@pytest.mark.timeout(0 if DRAWN else 300)
def test_a_turned_file_is_read_or_refused() -> None:
    _a_turned_file_is_read_or_refused()
    print(f"{MADE.total()} files drawn: {MADE['read']} read, {MADE['refused']} refused")
    assert min(MADE["read"], MADE["refused"]) > 20
