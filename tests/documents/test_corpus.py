"""Real files that nobody of this project wrote: read or refused with a reason, and never harmed.

A third of them, chosen by their names, goes through at every run, without those that take long;
``ENONCE_CORPUS_ALL=1`` takes them all.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.documents.corpus_job import Outcome, judge

ALL = os.environ.get("ENONCE_CORPUS_ALL") == "1"
LARGE = 100_000
UNOPENED = frozenset(
    Path(__file__).with_name("corpus_unopened.txt").read_text(encoding="utf-8").split()
)
"""The files that LibreOffice 7.4 does not open either; ``docs/documents/corpus.md`` says how."""


@pytest.fixture(scope="module")
def chosen(corpus: Path, corpus_docx: tuple[Path, ...]) -> tuple[str, ...]:
    names = [str(path.relative_to(corpus / "docx")) for path in corpus_docx]
    return tuple(
        name
        for name in names
        if ALL
        or (
            hashlib.sha256(name.encode()).digest()[0] % 3 == 0
            and (corpus / "docx" / name).stat().st_size < LARGE
        )
    )


@pytest.fixture(scope="module")
def outcomes(corpus: Path, chosen: tuple[str, ...]) -> tuple[Outcome, ...]:
    jobs = [(str(corpus / "docx"), name) for name in chosen]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        return tuple(pool.map(judge, jobs, chunksize=4))


def test_no_real_file_is_harmed_or_breaks_the_reader(outcomes: tuple[Outcome, ...]) -> None:
    faults = {one.name: one.faults for one in outcomes if one.faults}
    assert faults == {}
    assert len(outcomes) > (240 if ALL else 50)


def test_what_libreoffice_opens_is_read_or_refused_with_a_reason(
    outcomes: tuple[Outcome, ...],
) -> None:
    opened = [one for one in outcomes if one.name not in UNOPENED]
    answered = [one for one in opened if one.read or one.reason]
    assert len(answered) == len(opened)
    # What is refused although LibreOffice opens it: an old .doc under another name, and a file
    # whose two lists of parts contradict each other.
    assert sum(one.read for one in opened) >= 0.98 * len(opened)


def test_the_list_of_what_libreoffice_does_not_open_is_of_this_corpus(
    corpus: Path, corpus_docx: tuple[Path, ...]
) -> None:
    names = {str(path.relative_to(corpus / "docx")) for path in corpus_docx}
    assert names >= UNOPENED
