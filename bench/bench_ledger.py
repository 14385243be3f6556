"""Measure the ledger: hashing, opening, appending, checking, proving, eight writers at once.

``python bench/bench_ledger.py`` prints a Markdown table; ``--seconds 30`` runs the writers as long
as the bar asks, ``--postgres URL`` measures a PostgreSQL server too (its database has to be empty).
Every figure stands beside a reference from the same run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from approvals import ledger
from approvals.canon import canonical
from approvals.store import Store, sqlite_version
from approvals.store.engines import SQLITE

PAYLOAD = {
    "by": "person-0b7c6f0e",
    "pair": "5f" * 32,
    "step": "legal",
    "decision": "APPROVE",
    "circuit": {"id": "executive", "version": 3},
    "reason": {"id": "note-7d0a", "digest": "c4" * 32},
}
"""What one decision carries, about 300 bytes."""

Line = tuple[str, str, str]


def append(store: Store, stream: str, version: int) -> None:
    with store.begin() as work:
        work.append(
            stream,
            expected=version,
            type="StepDecided",
            payload=PAYLOAD,
            key=f"{stream}-{version}",
            at=datetime.now(UTC),
        )
        work.commit()


def timed(work: Callable[[], object], repeat: int = 7) -> float:
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def bare(folder: Path, count: int) -> float:
    """Count the bare transactions a second of SQLite with the same pragmas: one row, one fsync."""
    connection = SQLITE.connect(str(folder / "bare.sqlite3"), isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)")
    began = time.perf_counter()
    for number in range(count):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO row VALUES (?, ?)", (number, "x" * 600))
        connection.execute("COMMIT")
    rate = count / (time.perf_counter() - began)
    connection.close()
    return rate


def rate(where: str, count: int) -> float:
    store = Store(where)
    before = store.size()
    began = time.perf_counter()
    for number in range(count):
        append(store, f"rate-{before}", number)
    found = count / (time.perf_counter() - began)
    store.close()
    return found


@contextmanager
def filled(path: Path, size: int) -> Iterator[Store]:
    """A ledger of ``size`` entries, written in one transaction."""
    store = Store(path)
    with store.begin() as work:
        for number in range(size):
            work.append(
                f"dossier-{number % 50}",
                expected=number // 50,
                type="StepDecided",
                payload=PAYLOAD,
                key=f"key-{number}",
                at=datetime.now(UTC),
            )
        work.commit()
    yield store
    store.close()


def reading(folder: Path, size: int) -> list[Line]:
    path = folder / "filled.sqlite3"
    with filled(path, size) as store:
        whole = timed(store.check, 3)
        stream = timed(lambda: history(store, "dossier-7"))
        backup = timed(lambda: store.backup(folder / f"copy-{time.monotonic_ns()}.sqlite3"), 3)
        entries = list(store.entries())
    tree = ledger.tree(entries)
    proof = timed(lambda: tree.inclusion(size // 3))
    build = timed(lambda: ledger.tree(entries), 3)
    opening = timed(lambda: Store(path).close())
    plain = timed(lambda: SQLITE.connect(str(path)).execute("PRAGMA user_version").fetchone())
    return [
        (f"open a store of {size:,} entries", ms(opening), f"{ms(plain)} bare; bar 50 ms"),
        (f"check {size:,} entries", ms(whole), f"{size / whole:,.0f} entries/s"),
        (f"read one dossier ({size // 50} entries)", ms(stream), ""),
        (f"back up {size:,} entries", ms(backup), f"{path.stat().st_size / 2**20:.1f} MB"),
        (f"build the Merkle tree over {size:,}", ms(build), f"{size / build:,.0f} leaves/s"),
        ("one inclusion proof", ms(proof), ""),
    ]


def hashing() -> list[Line]:
    """What one row's hash costs, beside what else could have tied a row down."""
    text = canonical(PAYLOAD)
    row: dict[str, Any] = {
        "sequence": 7,
        "stream": "dossier-7",
        "version": 3,
        "type": "StepDecided",
        "key": "key-7",
        "previous": "ab" * 32,
    }
    now = datetime.now(UTC)
    whole = row | {"time": ledger.stamp(now)}
    key = Ed25519PrivateKey.generate()

    def ours() -> None:
        ledger.entry_hash(**row, payload=text, time=now)

    def nested() -> None:
        hashlib.sha256(rfc8785.dumps(whole | {"payload": PAYLOAD})).digest()

    def reread() -> None:
        hashlib.sha256(rfc8785.dumps(whole | {"payload": json.loads(text)})).digest()

    def signed() -> None:
        key.sign(bytes(32))

    def each(work: Callable[[], None], count: int = 2000) -> float:
        return timed(lambda: [work() for _ in range(count)]) / count

    bar = each(ours)
    return [
        ("hash one row: its payload's digest in json", us(bar), "ours"),
        ("… RFC 8785 over row and payload, when written", us(each(nested)), "the obvious form"),
        ("… the same, when checked (payload read first)", us(each(reread)), ""),
        ("… a signature over every row instead", us(each(signed)), "Ed25519, without its check"),
    ]


def us(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs"


def history(store: Store, stream: str) -> int:
    with store.read() as reader:
        return len(reader.history(stream))


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"


@dataclass(frozen=True, slots=True)
class Share:
    """What many writers got done at once."""

    counts: tuple[int, ...]
    waits: tuple[float, ...]
    seconds: float

    def p(self, percent: int) -> float:
        return self.waits[min(len(self.waits) - 1, len(self.waits) * percent // 100)]

    @property
    def fairness(self) -> float:
        return min(self.counts) / max(self.counts)

    def line(self, what: str, bar: str) -> Line:
        return (
            what,
            f"{sum(self.counts) / self.seconds:,.0f}/s; p50 {ms(self.p(50))}, "
            f"p99 {ms(self.p(99))}, longest {ms(self.waits[-1])}; least/most {self.fairness:.2f}",
            bar,
        )


def writers(where: str, count: int, seconds: float, *, locked: bool = True) -> Share:
    """Let ``count`` processes write as fast as they can, each to a stream of its own."""
    Store(where).close()
    name = f"writer-{time.time_ns()}"
    children = [
        subprocess.Popen(
            [sys.executable, __file__, "--child", where, f"{name}-{number}", str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | ({} if locked else {"ENONCE_BENCH_UNLOCKED": "1"}),
        )
        for number in range(count)
    ]
    for one in children:
        assert one.stdout
        one.stdout.readline()
    for one in children:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    waits = [json.loads(child.communicate()[0]) for child in children]
    return Share(
        tuple(map(len, waits)), tuple(sorted(wait for one in waits for wait in one)), seconds
    )


def child(where: str, name: str, seconds: str) -> None:
    lock = Path(f"{where}.{name}.lock") if "ENONCE_BENCH_UNLOCKED" in os.environ else None
    store = Store(where, lock_path=lock)
    waits: list[float] = []
    print("ready", flush=True)
    sys.stdin.readline()
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        began = time.perf_counter()
        append(store, name, len(waits))
        waits.append(time.perf_counter() - began)
    print(json.dumps(waits))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--seconds", type=float, default=10.0, help="of the writers' race")
    options.add_argument("--size", type=int, default=10_000, help="entries to read and check")
    options.add_argument("--postgres", metavar="URL")
    options.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        child(*chosen.child)
        return
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reference = bare(folder, 1000)
        one = rate(str(folder / "rate.sqlite3"), 1000)
        lines.append(("append, one writer", f"{one:,.0f}/s", f"{reference:,.0f}/s bare"))
        lines += hashing()
        lines += reading(folder, chosen.size)
        for locked, bar in ((True, "bar: p99 < 250 ms, least/most > 0.5"), (False, "")):
            how = "in turn (file lock)" if locked else "as SQLite lets them"
            share = writers(str(folder / f"w{locked}.sqlite3"), 8, chosen.seconds, locked=locked)
            lines.append(share.line(f"8 writers {how}", bar))
        if chosen.postgres:
            lines.append(
                ("PostgreSQL: append, one writer", f"{rate(chosen.postgres, 1000):,.0f}/s", "")
            )
            share = writers(chosen.postgres, 8, chosen.seconds)
            lines.append(share.line("PostgreSQL: 8 writers", "bar: the same"))
    print(f"SQLite {sqlite_version()}, Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    print("| | measured | reference |\n|---|---|---|")
    for line in lines:
        print("| " + " | ".join(line) + " |")


if __name__ == "__main__":
    main()
