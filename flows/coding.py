"""Coding open answers with a house: who gets which, taking sheets back, settling the differences.

The ledger keeps who coded how many and the digests; the vault keeps the codebook, the deal and the
codes by answer id. What people answered stays with the responses, which are erased in their time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from approvals import events as ev
from approvals.canon import canonical
from approvals.consultation import codebook, coding
from approvals.consultation.codebook import Codebook
from approvals.consultation.coding import Agreement, Answer, Codes, Deal
from approvals.consultation.responses import BadRow
from approvals.errors import GuardError
from approvals.evaluation import Coding, Evaluation
from approvals.handlers import evaluation as handlers
from approvals.ledger import Entry
from approvals.names import Digest, PersonId
from flows import sheets
from flows.house import House
from locales.errors import N_


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a sheet: the entry, or the faults for which nothing of it was taken."""

    entry: Entry | None
    coded: int
    faults: tuple[BadRow, ...]


def evaluation(house: House, stream: str) -> Evaluation:
    """Rebuild what was made of a consultation so far."""
    with house.store.read() as reader:
        return Evaluation.replay(stream, reader.history(stream))


def deal(
    house: House,
    stream: str,
    question: str,
    book: str,
    answers: Mapping[str, Answer],
    *,
    by: PersonId,
    coders: tuple[PersonId, PersonId],
    seed: int,
    share: int,
    key: str,
) -> Entry:
    """Freeze a codebook (the TOML in ``book``) and deal the answers to a question."""
    own = codebook.load(book)
    dealt = coding.deal(answers, seed, share)
    kept = {"first": [*dealt.first], "second": [*dealt.second], "both": sorted(dealt.both)}
    return handlers.open_coding(
        handlers.OpenCoding(
            dossier=stream,
            by=by,
            key=key,
            question=question,
            book=codebook.digest(own),
            codebook=Digest(house.vault.put(book.encode())),
            first=coders[0],
            second=coders[1],
            answers=len(answers),
            sample=len(dealt.both),
            share=share,
            seed=seed,
            dealt=_keep(house, kept),
        ),
        house.office,
    )


def book_of(house: House, own: Coding) -> Codebook:
    """Give the frozen codebook of a coding."""
    return codebook.load(house.vault.get(own.opened.codebook).decode())


def dealt_of(house: House, own: Coding) -> Deal:
    """Give who got which answers."""
    kept = json.loads(house.vault.get(own.opened.dealt))
    return Deal(tuple(kept["first"]), tuple(kept["second"]), frozenset(kept["both"]))


def codes_of(house: House, digest: Digest) -> dict[str, Codes]:
    """Give codes by answer id as they were kept."""
    kept = json.loads(house.vault.get(digest))
    return {id: frozenset(codes) for id, codes in kept.items()}


def give_sheets(
    house: House,
    own: Coding,
    answers: Mapping[str, Answer],
    names: Sequence[str],
    out: Path,
    language: str,
) -> list[Path]:
    """Write each coder's sheet to a folder; ``names`` are the coders' handles, first and second."""
    from flows.stages.publish import write

    dealt = dealt_of(house, own)
    paths = []
    for name, ids in zip(names, (dealt.first, dealt.second), strict=True):
        path = out / f"{own.opened.question}.{name}.csv"
        rows = coding.sheet(answers, ids)
        write(path, sheets.written(coding.COLUMNS, rows, language))
        paths.append(path)
    return paths


def take(house: House, stream: str, question: str, path: Path, *, by: PersonId, key: str) -> Taken:
    """Take a coder's sheet whole, or tell every fault of it and take nothing."""
    own = _open(house, stream, question)
    dealt = dealt_of(house, own)
    wanted = dealt.first if by == own.opened.first else dealt.second
    columns, rows = sheets.read(path)
    sheet = coding.read(book_of(house, own), wanted, columns, rows)
    if sheet.faults:
        return Taken(None, 0, sheet.faults)
    entry = take_codes(house, stream, question, sheet.codes, by=by, key=key)
    return Taken(entry, len(sheet.codes), ())


def take_codes(
    house: House,
    stream: str,
    question: str,
    codes: Mapping[str, Codes],
    *,
    by: PersonId,
    key: str,
) -> Entry:
    """Record codes that were read and found whole."""
    return handlers.take_sheet(
        handlers.TakeSheet(
            dossier=stream,
            by=by,
            key=key,
            question=question,
            coded=len(codes),
            nothing=sum(not one for one in codes.values()),
            codes=_keep_codes(house, codes),
        ),
        house.office,
    )


def compare(house: House, stream: str, question: str) -> Agreement:
    """Compare both sheets; raise ``GuardError`` while one is missing."""
    own = _open(house, stream, question)
    return coding.compare(book_of(house, own), *_both(house, own))


def _both(house: House, own: Coding) -> tuple[dict[str, Codes], dict[str, Codes]]:
    missing = [one for one in own.coders if one not in own.sheets]
    if missing:
        raise GuardError(
            "coding:sheets",
            N_(
                "{missing} of the two sheets for {question} did not come back yet. Have the coders "
                "bring theirs."
            ),
            missing=len(missing),
            question=own.opened.question,
        )
    first, second = (codes_of(house, own.sheets[one].codes) for one in own.coders)
    return first, second


def read_settled(
    house: House, stream: str, question: str, path: Path
) -> tuple[Mapping[str, Codes], tuple[BadRow, ...]]:
    """Read the sheet of disagreements that a third person filled in."""
    own = _open(house, stream, question)
    agreement = compare(house, stream, question)
    columns, rows = sheets.read(path)
    wanted = [one.answer for one in agreement.disagreements]
    sheet = coding.read(book_of(house, own), wanted, columns, rows)
    return sheet.codes, sheet.faults


def settle(
    house: House,
    stream: str,
    question: str,
    decided: Mapping[str, Codes],
    *,
    by: PersonId,
    key: str,
) -> Entry:
    """Join both sheets with what a third person decided, and record how far they agreed."""
    own = _open(house, stream, question)
    first, second = _both(house, own)
    agreement = coding.compare(book_of(house, own), first, second)
    joined = coding.settled(first, second, decided)
    return handlers.settle_coding(
        handlers.SettleCoding(
            dossier=stream,
            by=by,
            key=key,
            question=question,
            sheets=(own.sheets[own.opened.first].codes, own.sheets[own.opened.second].codes),
            double=agreement.double,
            agreed=agreement.agreed,
            kappa=None if agreement.kappa is None else str(agreement.kappa),
            themes=tuple(
                ev.ThemeCount(one.theme, one.both, one.first, one.second, one.neither)
                for one in agreement.themes
            ),
            codes=_keep_codes(house, joined),
        ),
        house.office,
    )


def _open(house: House, stream: str, question: str) -> Coding:
    own = evaluation(house, stream).codings.get(question)
    if own is None:
        raise GuardError(
            "coding:none",
            N_("The answers to {question} were not dealt yet. Give the sheets out first."),
            question=question,
        )
    return own


def _keep(house: House, value: Mapping[str, list[str]]) -> Digest:
    return Digest(house.vault.put(canonical(value).encode()))


def _keep_codes(house: House, codes: Mapping[str, Codes]) -> Digest:
    return _keep(house, {id: sorted(mine) for id, mine in sorted(codes.items())})
