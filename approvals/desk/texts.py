"""What a version says, paragraph by paragraph, as people approve it; kept by digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from approvals import workdays
from approvals.circuits import Circuit
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.names import Digest, ParagraphId
from documents.digest import text_digest
from documents.reader import on_one_line
from documents.vault import Vault


@lru_cache(maxsize=256)
def _read(vault: Vault, version: str) -> Mapping[ParagraphId, str]:
    paragraphs = text_digest(vault.get(version)).paragraphs
    return {ParagraphId(one.id): on_one_line(one.text) for one in paragraphs}


def of(seen: Seen, version: Digest | None) -> Mapping[ParagraphId, str]:
    """Give a version's paragraphs by identity, in their order; none where there is no version."""
    return _read(seen.desk.house.vault, version) if version else {}


def numbers(dossier: Dossier) -> Mapping[ParagraphId, int]:
    """Number the paragraphs of the newest draft from 1, as people speak of them (§ 4)."""
    draft = dossier.draft
    return {one.id: number for number, one in enumerate(draft.paragraphs if draft else (), 1)}


def first(texts: Mapping[ParagraphId, str]) -> str:
    """Give the first paragraph that says something."""
    return next((text for text in texts.values() if len(text) > 40), "") or next(
        (text for text in texts.values() if text), ""
    )


def today(seen: Seen, circuit: Circuit) -> date:
    """Give the day on which a circuit's deciders are."""
    return workdays.day(seen.now, circuit.calendar)


def spans(numbers: Iterable[int]) -> str:
    """Write paragraph numbers in short: "1–3, 5"; empty where there are none."""
    runs: list[list[int]] = []
    for one in numbers:
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", ".join(
        f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )
