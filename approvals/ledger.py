"""The chain of proof: one entry per event, each bound to the one before; extracts for others.

This module computes and checks; it stores nothing (``approvals.store`` does) and knows no event.
Heads and their key are ``approvals.heads``', canonical JSON is ``approvals.canon``'s; this module
hands both on. What is hashed is written down in docs/adr/0003-what-is-hashed.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from approvals import merkle
from approvals.canon import (
    ExtractUnreadableError,
    Row,
    UnwritableTextError,
    canonical,
    stamp,
    unstamp,
)
from approvals.errors import N_, ApprovalError
from approvals.heads import (
    HeadKey,
    HeadKeyError,
    SignedHead,
    load_public_key,
    verify_growth,
    verify_head,
)

__all__ = [
    "EXTRACT",
    "START",
    "ChainReport",
    "Entry",
    "ExtractUnreadableError",
    "HeadKey",
    "HeadKeyError",
    "LedgerTamperedError",
    "SignedHead",
    "UnwritableTextError",
    "canonical",
    "check",
    "check_extract",
    "entry_hash",
    "extract",
    "load_public_key",
    "prove_growth",
    "rehash",
    "sign_head",
    "stamp",
    "tree",
    "unstamp",
    "verify_growth",
    "verify_head",
]

START = "0" * 64
"""What the first entry names as the hash before it."""

EXTRACT = "enonce:extract:v1"
"""What an extract says that it is."""

_ENTRY = b"enonce:entry:v1\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger.

    ``sequence`` counts over the whole ledger from 1, ``version`` within ``stream`` from 1.
    ``payload`` is canonical JSON (RFC 8785) as text. ``previous`` is the hash of the row before (64
    zeros for the first), ``hash`` this row's own.
    """

    sequence: int
    stream: str
    version: int
    type: str
    payload: str
    time: datetime
    key: str
    previous: str
    hash: str


class LedgerTamperedError(ApprovalError):
    """An entry is not what was written; ``sequence`` names the first that does not fit."""

    def __init__(self, sequence: int, reason: str) -> None:
        self.sequence, self.reason = sequence, reason
        super().__init__(
            N_(
                "The ledger was tampered with: entry {sequence} does not fit ({reason}). Nothing "
                "more is written to it. Restore a backup whose head is the one you published."
            ),
            sequence=sequence,
            reason=reason,
        )


def entry_hash(
    *,
    sequence: int,
    stream: str,
    version: int,
    type: str,
    payload: str,
    time: datetime,
    key: str,
    previous: str,
) -> str:
    """Hash one row: SHA-256 over ``enonce:entry:v1``, a newline, and canonical JSON of its fields.

    The object has the eight names of the parameters; ``payload`` is the SHA-256 of the payload's
    text and ``time`` what ``stamp`` writes. For strings and integers under ASCII names ``json``
    writes what RFC 8785 asks for, faster; a test holds it to that.
    """
    fields = {
        "sequence": sequence,
        "stream": stream,
        "version": version,
        "type": type,
        "payload": hashlib.sha256(payload.encode()).hexdigest(),
        "time": stamp(time),
        "key": key,
        "previous": previous,
    }
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(_ENTRY + text.encode()).hexdigest()


def rehash(entry: Entry) -> str:
    """Compute what an entry's hash has to be."""
    return entry_hash(
        sequence=entry.sequence,
        stream=entry.stream,
        version=entry.version,
        type=entry.type,
        payload=entry.payload,
        time=entry.time,
        key=entry.key,
        previous=entry.previous,
    )


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a check of the chain found; ``first_bad`` is the sequence of the first bad row.

    ``size`` and ``head`` (the last hash) are of the part that is whole. ``first_bad`` is None where
    what is wrong belongs to no row.
    """

    ok: bool
    size: int
    head: str
    first_bad: int | None = None
    reason: str | None = None

    def require(self) -> None:
        """Raise ``LedgerTamperedError`` unless the chain is whole."""
        if not self.ok:
            raise LedgerTamperedError(self.first_bad or 0, self.reason or "")


def check(
    entries: Iterable[Entry], *, start: str = START, heads: Iterable[SignedHead] = ()
) -> ChainReport:
    """Check a ledger: order, chain, hashes, the versions of every stream.

    ``start`` is the hash before the first entry: given, the entries are the rest of a ledger whose
    beginning was checked before. ``heads`` are heads published earlier, whose signatures the caller
    has verified; the whole ledger has to grow out of each of them. A head shows that one of the
    entries since the head before was rewritten together with all hashes behind it, not which: the
    first of them is named.
    """
    published = sorted(heads, key=lambda head: head.size)
    if published and start != START:
        raise ValueError("heads are checked on a whole ledger")
    try:
        return _check(entries, start, published)
    except _Unlike as found:
        return found.report


class _Unlike(Exception):  # noqa: N818 (carries a report and never leaves this module)
    def __init__(self, report: ChainReport) -> None:
        self.report = report


def _check(entries: Iterable[Entry], start: str, heads: Sequence[SignedHead]) -> ChainReport:
    whole = promised = before = (0, start)
    partial = start != START
    versions: dict[str, int] = {}
    grown = merkle.Tree()
    waiting = list(reversed(heads))

    def unlike(reason: str, part: tuple[int, str]) -> _Unlike:
        return _Unlike(ChainReport(False, *part, part[0] + 1, reason))

    def compare() -> None:
        nonlocal promised
        while waiting and waiting[-1].size == whole[0]:
            head = waiting.pop()
            if head.root != grown.root().hex() or head.last != whole[1]:
                raise unlike(N_("it was rewritten after its head was published"), promised)
            promised = whole

    compare()
    try:
        for entry in entries:
            if partial and not versions:
                whole = before = (entry.sequence - 1, start)
            first = entry.version if partial else 1
            expected = versions.get(entry.stream, first - 1) + 1
            if entry.sequence != whole[0] + 1:
                raise unlike(N_("a row is missing or out of order"), whole)
            if entry.hash != rehash(entry):
                raise unlike(N_("its content does not give its hash"), whole)
            if entry.previous != whole[1]:
                # This row is as it was hashed, so the one before it is not what this one names.
                raise unlike(N_("the row after it names another hash"), before)
            if entry.version != expected:
                raise unlike(N_("its dossier’s versions do not follow one another"), whole)
            before, whole = whole, (entry.sequence, entry.hash)
            versions[entry.stream] = expected
            if waiting:
                grown.append(merkle.leaf(bytes.fromhex(entry.hash)))
                compare()
    except LedgerTamperedError as error:
        raise unlike(error.reason, whole) from error
    if waiting:
        raise unlike(N_("the ledger ends before a head that was published"), whole)
    return ChainReport(True, *whole)


def tree(entries: Iterable[Entry]) -> merkle.Tree:
    """Build the Merkle tree over the entries' hashes."""
    return merkle.Tree(merkle.leaf(bytes.fromhex(entry.hash)) for entry in entries)


def sign_head(entries: Sequence[Entry], key: HeadKey, now: datetime) -> SignedHead:
    """Sign the ledger as it stands; the caller has checked it."""
    unsigned = SignedHead(
        size=len(entries),
        root=tree(entries).root().hex(),
        last=entries[-1].hash if entries else START,
        time=stamp(now),
        key_id=key.key_id,
        signature="",
    )
    return replace(unsigned, signature=key.sign(unsigned.message()).hex())


def prove_growth(entries: Sequence[Entry], first: SignedHead, second: SignedHead) -> list[str]:
    """Give the consistency proof between two heads, for somebody who has only the heads."""
    return [step.hex() for step in tree(entries).consistency(first.size, second.size)]


def extract(entries: Sequence[Entry], head: SignedHead, *, stream: str) -> dict[str, object]:
    """Write down one stream's entries with what ties each of them to a signed head.

    ``entries`` is the whole ledger from its first entry; what came after the head is left out.
    """
    whole = tree(entries[: head.size])
    return {
        "format": EXTRACT,
        "stream": stream,
        "head": head.to_json(),
        "entries": [
            {
                "sequence": entry.sequence,
                "version": entry.version,
                "type": entry.type,
                "payload": entry.payload,
                "time": stamp(entry.time),
                "key": entry.key,
                "previous": entry.previous,
                "hash": entry.hash,
                "proof": [step.hex() for step in whole.inclusion(entry.sequence - 1)],
            }
            for entry in entries[: head.size]
            if entry.stream == stream
        ],
    }


def check_extract(extract: Mapping[str, object], public: Ed25519PublicKey) -> tuple[Entry, ...]:
    """Check an extract offline and give its entries.

    Shows that each entry is in the signed ledger and that none is missing between the first and the
    last; it cannot show that the stream did not go on (that takes the whole ledger). Raises
    ``LedgerTamperedError`` where the head is not this key's, an entry does not give its hash, is
    not in the signed tree, or one is missing; ``ExtractUnreadableError`` for what is no extract.
    """
    given = Row.of(extract, "extract")
    if given.text("format") != EXTRACT:
        raise ExtractUnreadableError("format")
    head = SignedHead.from_json(given.value("head"))
    if not verify_head(head, public):
        raise LedgerTamperedError(0, N_("the head does not carry this key’s signature"))
    root, stream, entries = bytes.fromhex(head.root), given.text("stream"), list[Entry]()
    for number, row in enumerate(given.rows("entries"), 1):
        entry = _entry(row, stream)
        tied = merkle.verify_inclusion(
            merkle.leaf(bytes.fromhex(entry.hash)),
            entry.sequence - 1,
            head.size,
            row.proof("proof"),
            root,
        )
        if entry.version != number or entry.hash != rehash(entry) or not tied:
            raise LedgerTamperedError(entry.sequence, N_("it is not in the signed ledger"))
        entries.append(entry)
    return tuple(entries)


def _entry(row: Row, stream: str) -> Entry:
    return Entry(
        sequence=row.number("sequence"),
        stream=stream,
        version=row.number("version"),
        type=row.text("type"),
        payload=row.text("payload"),
        time=row.time("time"),
        key=row.text("key"),
        previous=row.digest("previous"),
        hash=row.digest("hash"),
    )
