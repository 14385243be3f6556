"""The chain of proof against a computation by hand, and against whoever holds the file."""

from __future__ import annotations

import hashlib
import json
import os
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from approvals import ledger
from approvals.canon import canonical, stamp, unstamp
from approvals.errors import ApprovalError
from approvals.heads import HeadKey, SignedHead
from approvals.ledger import START, Entry, LedgerTamperedError, UnwritableTextError, check
from approvals.store import Store
from tests.approvals.ledgers import (
    COLUMNS,
    NOON,
    by_hand,
    fill,
    raw,
    rechain,
    rows,
    unguarded,
    write,
)

SIZE = 40
HEADS = (10, 25, SIZE)
"""The sizes at which the ledger's heads were published."""


def test_a_row_is_hashed_as_the_documentation_says() -> None:
    entry = Entry(
        sequence=7,
        stream="énoncé",
        version=2,
        type="DecisionMade",
        payload='{"by":"zoé"}',
        time=datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=UTC),
        key='a\u2028"\\\x01b',
        previous="ab" * 32,
        hash="",
    )
    text = (
        '{"key":"a\u2028\\"\\\\\\u0001b","payload":"'
        + hashlib.sha256('{"by":"zoé"}'.encode()).hexdigest()
        + f'","previous":"{"ab" * 32}","sequence":7,"stream":"énoncé",'
        '"time":"2026-11-23T12:00:00.000005Z","type":"DecisionMade","version":2}'
    )
    expected = hashlib.sha256(b"enonce:entry:v1\n" + text.encode()).hexdigest()
    assert ledger.rehash(entry) == expected


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBER = st.integers(1, 2**53 - 1)


@given(NUMBER, TEXT, NUMBER, TEXT, TEXT, TEXT)
def test_the_json_that_is_hashed_is_that_of_rfc_8785(
    sequence: int, stream: str, version: int, kind: str, payload: str, key: str
) -> None:
    fields = {
        "sequence": sequence,
        "stream": stream,
        "version": version,
        "type": kind,
        "payload": hashlib.sha256(payload.encode()).hexdigest(),
        "time": "2026-11-23T12:00:00.000000Z",
        "key": key,
        "previous": START,
    }
    expected = hashlib.sha256(b"enonce:entry:v1\n" + rfc8785.dumps(fields)).hexdigest()  # type: ignore[arg-type]
    assert expected == by_hand({**fields, "payload": payload})
    assert expected == ledger.entry_hash(
        sequence=sequence,
        stream=stream,
        version=version,
        type=kind,
        payload=payload,
        time=NOON,
        key=key,
        previous=START,
    )


CANONICAL = {
    "names are sorted by UTF-16 units": ({"\ufb33": 1, "\U0001f600": 2, "a": 3}, '{"a":3,"😀":2,"\ufb33":1}'),
    "no white space, no escapes but those needed": ({"é": ["\n", "/", "\u2028"]}, '{"é":["\\n","/","\u2028"]}'),
    "nested objects are sorted too": ({"b": {"d": 1, "c": None}, "a": True}, '{"a":true,"b":{"c":null,"d":1}}'),
}  # fmt: skip


@pytest.mark.parametrize("sentence", CANONICAL)
def test_canonical_json(sentence: str) -> None:
    value, text = CANONICAL[sentence]
    assert canonical(value) == text


UNWRITABLE: dict[str, object] = {
    "half a surrogate pair": "\udcff",
    "a number that JSON readers round": 2**53 + 1,
    "no number at all": float("nan"),
    "what JSON does not know": object(),
}


@pytest.mark.parametrize("what", UNWRITABLE)
def test_what_has_no_canonical_form_is_refused(what: str) -> None:
    with pytest.raises(UnwritableTextError):
        canonical({"said": UNWRITABLE[what]})


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])))
def test_a_time_is_written_in_utc_with_microseconds_and_read_back(time: datetime) -> None:
    try:
        text = stamp(time)
    except OverflowError:
        return
    assert len(text) == 27
    assert unstamp(text) == time


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T12:00:00Z",
        "2026-11-23T12:00:00.000000+00:00",
        "2026-11-23T13:00:00.000000+01:00",
        "2026-11-23 12:00:00.000000Z",
        "2026-11-23T12:00:00.000000",
        "20261123T120000.000000Z",
        "noon",
        "",
    ],
)
def test_a_time_written_in_any_other_way_is_no_time_of_the_ledger(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        unstamp(text)


def test_a_time_without_a_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="zone"):
        stamp(datetime(2026, 11, 23))


@dataclass(frozen=True)
class Case:
    """One ledger in a file, its rows as they were, and the heads that were published of it."""

    path: Path
    store: Store
    rows: list[dict[str, object]]
    heads: tuple[SignedHead, ...]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("ledger")
    path = folder / "ledger.sqlite3"
    store = Store(path)
    entries = fill(store, SIZE)
    key = HeadKey(Ed25519PrivateKey.generate())
    heads = tuple(ledger.sign_head(entries[:size], key, NOON) for size in HEADS)
    assert all(ledger.verify_head(head, key.public) for head in heads)
    with raw(path) as connection:
        connection.execute("CREATE TABLE kept AS SELECT * FROM ledger")
        yield Case(path, store, rows(connection), heads)
    store.close()


def test_every_row_follows_from_the_row_before_and_nothing_of_ours(made: Case) -> None:
    previous = "0" * 64
    versions: dict[object, int] = {}
    for number, row in enumerate(made.rows, 1):
        stream = row["stream"]
        versions[stream] = versions.get(stream, 0) + 1
        assert (row["sequence"], row["version"]) == (number, versions[stream])
        assert row["previous"] == previous
        assert row["hash"] == by_hand(row)
        assert row["payload"] == json.dumps(
            {"by": "zoé", "n": row["version"]}, ensure_ascii=False, separators=(",", ":")
        )
        previous = str(row["hash"])


def test_heads_promise_the_size_the_root_and_the_last_hash(made: Case) -> None:
    for head in made.heads:
        level = [
            hashlib.sha256(b"\0" + bytes.fromhex(str(row["hash"]))).digest() for row in made.rows
        ]
        assert head.root == root(level[: head.size]).hex()
        assert head.last == made.rows[head.size - 1]["hash"]
    assert made.store.check(made.heads).ok


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962's tree over leaf hashes, by its definition."""
    if len(leaves) == 1:
        return leaves[0]
    k = max(2**n for n in range(20) if 2**n < len(leaves))
    return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()


Edit = Callable[[sqlite3.Connection, random.Random], int]
"""Does what somebody with the file may do, and gives the row that has to be named."""


def promised(row: int) -> int:
    """The first row since the last head that still holds: all that a head can say."""
    return max(head for head in (0, *HEADS) if head < row) + 1


def fresh(rng: random.Random, old: object) -> object:
    """Another value for a column."""
    text = str(old)
    at = rng.randrange(len(text))
    if isinstance(old, int):
        return rng.choice([old + 1000, -old, 0, 2**62, 1.5, b"\x01", "one"])
    return rng.choice(
        [
            text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :],
            text.swapcase(),
            text + " ",
            text + "\0",
            text.replace("é", "e\u0301"),
            text.replace("Z", "+00:00"),
            text[1:],
            "",
            text.encode(),
            f"altered {rng.random()}",
        ]
    )


def stored(connection: sqlite3.Connection, column: str, row: int) -> tuple[object, ...]:
    sql = f"SELECT typeof({column}), hex({column}) FROM ledger WHERE sequence = ?"
    found = connection.execute(sql, (row,)).fetchone()
    return tuple(found) if found else ()


def set_column(column: str, connection: sqlite3.Connection, rng: random.Random) -> int:
    row = rng.randint(1, SIZE)
    before = stored(connection, column, row)
    old = connection.execute(f"SELECT {column} FROM ledger WHERE sequence = ?", (row,)).fetchone()[
        0
    ]
    while True:
        value = fresh(rng, old)
        try:
            connection.execute(f"UPDATE ledger SET {column} = ? WHERE sequence = ?", (value, row))
        except sqlite3.Error:  # another row has this value, or the column takes no such thing
            continue
        except Exception as error:  # pysqlite3's own
            if type(error).__name__ not in ("IntegrityError", "OperationalError"):
                raise
            continue
        if stored(connection, column, row) != before:
            break
    if column == "sequence" and isinstance(value, int) and value < 1:
        return 1
    return row


def not_utf8(connection: sqlite3.Connection, rng: random.Random) -> int:
    row, column = rng.randint(1, SIZE), rng.choice(["stream", "type", "payload", "time", "key"])
    connection.execute(
        f"UPDATE ledger SET {column} = CAST(x'61ff62' AS TEXT) WHERE sequence = ?", (row,)
    )
    return row


def set_and_hash(connection: sqlite3.Connection, rng: random.Random) -> int:
    row = rng.randint(1, SIZE)
    column = rng.choice(["payload", "type", "key", "stream", "version"])
    value = rng.randint(500, 900) if column == "version" else f"altered {rng.random()}"
    connection.execute(f"UPDATE ledger SET {column} = ? WHERE sequence = ?", (value, row))
    found = next(one for one in rows(connection) if one["sequence"] == row)
    connection.execute("UPDATE ledger SET hash = ? WHERE sequence = ?", (by_hand(found), row))
    by_the_row_itself = column in ("version", "stream")
    return row if by_the_row_itself or row not in HEADS else promised(row)


def set_and_rechain(connection: sqlite3.Connection, rng: random.Random) -> int:
    row = rng.randint(1, SIZE)
    set_and_rechain_from(connection, row)
    return promised(row)


def set_and_rechain_some(connection: sqlite3.Connection, rng: random.Random) -> int:
    row = rng.randint(1, SIZE - 1)
    last = rng.randint(row, SIZE - 1)
    behind = [one for one in rows(connection) if one["sequence"] > last]
    set_and_rechain_from(connection, row)
    for one in behind:
        connection.execute(
            "UPDATE ledger SET previous = ?, hash = ? WHERE sequence = ?",
            (one["previous"], one["hash"], one["sequence"]),
        )
    return promised(row) if any(row <= head <= last for head in HEADS) else last


def set_and_rechain_from(connection: sqlite3.Connection, row: int) -> None:
    connection.execute("UPDATE ledger SET payload = '{}' WHERE sequence = ?", (row,))
    rechain(connection, row)


def previous_and_hash(connection: sqlite3.Connection, rng: random.Random) -> int:
    row = rng.randint(1, SIZE)
    found = next(one for one in rows(connection) if one["sequence"] == row)
    found["previous"] = f"{rng.getrandbits(256):064x}"
    connection.execute(
        "UPDATE ledger SET previous = ?, hash = ? WHERE sequence = ?",
        (found["previous"], by_hand(found), row),
    )
    return max(1, row - 1)


def delete(connection: sqlite3.Connection, rng: random.Random) -> int:
    row = rng.randint(1, SIZE)
    connection.execute("DELETE FROM ledger WHERE sequence = ?", (row,))
    return row


def delete_and_close_the_gap(connection: sqlite3.Connection, rng: random.Random) -> int:
    row = rng.randint(1, SIZE)
    connection.execute("DELETE FROM ledger WHERE sequence = ?", (row,))
    shift(connection, row + 1, -1)
    if rng.random() < 0.5:
        return row
    rechain(connection, row)
    # Its dossier's next version tells, unless a head does before; the last of all is the size.
    told = row + 3 if row + 4 <= SIZE else SIZE
    head = next(head for head in HEADS if head >= row)
    return told if told <= head else promised(row)


def cut(connection: sqlite3.Connection, rng: random.Random) -> int:
    row = rng.randint(1, SIZE)
    connection.execute("DELETE FROM ledger WHERE sequence >= ?", (row,))
    return row


def cut_the_beginning(connection: sqlite3.Connection, rng: random.Random) -> int:
    connection.execute("DELETE FROM ledger WHERE sequence <= ?", (rng.randint(1, SIZE - 1),))
    return 1


def cut_and_write_another_end(connection: sqlite3.Connection, rng: random.Random) -> int:
    row = rng.randint(1, SIZE)
    connection.execute("DELETE FROM ledger WHERE sequence >= ?", (row,))
    for number in range(row, SIZE + rng.randint(1, 5)):
        insert(connection, number, f"elsewhere-{number}", 1)
    rechain(connection, row)
    return promised(row)


def swap(connection: sqlite3.Connection, rng: random.Random) -> int:
    one, two = sorted(rng.sample(range(1, SIZE + 1), 2))
    for old, new in ((one, -1), (two, one), (-1, two)):
        connection.execute("UPDATE ledger SET sequence = ? WHERE sequence = ?", (new, old))
    return one


def reverse(connection: sqlite3.Connection, rng: random.Random) -> int:
    connection.execute("UPDATE ledger SET sequence = -sequence")
    connection.execute("UPDATE ledger SET sequence = sequence + ?", (SIZE + 1,))
    return 1


def shift(connection: sqlite3.Connection, row: int, by: int) -> None:
    connection.execute("UPDATE ledger SET sequence = -sequence WHERE sequence >= ?", (row,))
    connection.execute("UPDATE ledger SET sequence = -sequence + ? WHERE sequence < 0", (by,))


def renumber(connection: sqlite3.Connection, rng: random.Random) -> int:
    row = rng.randint(1, SIZE)
    shift(connection, row, rng.randint(1, 1000))
    return row


def insert(connection: sqlite3.Connection, row: int, stream: str, version: int) -> None:
    values = [row, stream, version, "Happened", "{}", stamp(NOON), f"forged-{row}", "0" * 64, ""]
    marks = ",".join("?" * len(COLUMNS))
    connection.execute(f"INSERT INTO ledger VALUES ({marks})", values)
    found = next(one for one in rows(connection) if one["sequence"] == row)
    connection.execute("UPDATE ledger SET hash = ? WHERE sequence = ?", (by_hand(found), row))


def insert_between(connection: sqlite3.Connection, rng: random.Random) -> int:
    row = rng.randint(2, SIZE)
    shift(connection, row, 1)
    insert(connection, row, "elsewhere", 1)
    if rng.random() < 0.5:
        rechain(connection, row)
        return promised(row)
    return row - 1


def insert_at_the_end(connection: sqlite3.Connection, rng: random.Random) -> int:
    insert(connection, SIZE + 1, "elsewhere", 1)
    return SIZE


EDITS: dict[str, Edit] = {
    **{
        f"{column} altered": lambda connection, rng, column=column: set_column(
            column, connection, rng
        )
        for column in COLUMNS
    },
    "a text that is not UTF-8": not_utf8,
    "altered, its hash computed anew": set_and_hash,
    "altered, everything behind it computed anew": set_and_rechain,
    "altered, some rows behind it computed anew": set_and_rechain_some,
    "chained to another row": previous_and_hash,
    "a row deleted": delete,
    "a row deleted and the gap closed": delete_and_close_the_gap,
    "the end cut off": cut,
    "the beginning cut off": cut_the_beginning,
    "the end written anew": cut_and_write_another_end,
    "two rows swapped": swap,
    "the order reversed": reverse,
    "renumbered": renumber,
    "a row inserted": insert_between,
    "a row added that names no row before it": insert_at_the_end,
}

CASES = int(os.environ.get("ENONCE_TAMPERINGS", "506"))
"""How many edits are tried in all."""


@pytest.mark.parametrize("edit", EDITS)
def test_whoever_holds_the_file_is_found_out_and_the_row_is_named(edit: str, made: Case) -> None:
    rng = random.Random(edit)
    with raw(made.path) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for _ in range(CASES // len(EDITS) + 1):
            with unguarded(connection):
                connection.execute("DELETE FROM ledger")
                connection.execute("INSERT INTO ledger SELECT * FROM kept")
            assert made.store.check(made.heads).ok
            with unguarded(connection):
                row = EDITS[edit](connection, rng)
            report = made.store.check(made.heads)
            assert not report.ok
            assert (report.first_bad, report.size) == (row, row - 1), report
            with pytest.raises(LedgerTamperedError) as raised:
                report.require()
            assert raised.value.sequence == row


@pytest.fixture
def changed(made: Case) -> Iterator[sqlite3.Connection]:
    """The ledger as it was, without its triggers until the test is over."""
    with raw(made.path) as connection, unguarded(connection):
        connection.execute("DELETE FROM ledger")
        connection.execute("INSERT INTO ledger SELECT * FROM kept")
        yield connection


def test_without_published_heads_a_new_end_and_a_shorter_ledger_pass(
    made: Case, changed: sqlite3.Connection
) -> None:
    changed.execute("UPDATE ledger SET payload = '{}' WHERE sequence = 30")
    rechain(changed, 30)
    changed.execute("DELETE FROM ledger WHERE sequence > 35")
    report = check(made.store.entries())
    assert (report.ok, report.size) == (True, 35)
    report = check(made.store.entries(), heads=made.heads[:2])
    assert report.ok, "the heads end at 25 and promise nothing of what came later"
    assert check(made.store.entries(), heads=made.heads).first_bad == 36


@pytest.mark.parametrize("sequence", [0, -1, -(2**63), 2**63 - 1])
def test_a_row_outside_the_numbers_does_not_hide_from_the_check(
    sequence: int, made: Case, changed: sqlite3.Connection
) -> None:
    insert(changed, sequence, "statement", 11)
    with made.store.read() as reader:
        assert len(reader.history("statement")) == 11, "the row would have counted"
    report = check(made.store.entries())
    assert (report.ok, report.first_bad) == (False, 1 if sequence < 1 else SIZE + 1)


@pytest.mark.parametrize("column", COLUMNS[1:])
def test_nobody_reads_an_altered_row_as_if_it_were_whole(
    column: str, made: Case, changed: sqlite3.Connection
) -> None:
    value = 77 if column == "version" else "altered"
    changed.execute(f"UPDATE ledger SET {column} = ? WHERE sequence = 10", (value,))
    stream = "altered" if column == "stream" else "statement"
    key = "altered" if column == "key" else "statement/3"
    with made.store.read() as reader:
        with pytest.raises(LedgerTamperedError) as by_stream:
            reader.history(stream)
        with pytest.raises(LedgerTamperedError) as by_key:
            reader.find(key)
    assert by_stream.value.sequence == by_key.value.sequence == 10


def test_a_row_taken_out_of_a_dossier_is_missed_when_it_is_read(
    made: Case, changed: sqlite3.Connection
) -> None:
    changed.execute("DELETE FROM ledger WHERE sequence = 10")
    with made.store.read() as reader, pytest.raises(LedgerTamperedError) as raised:
        reader.history("statement")
    assert raised.value.sequence == 14


def test_nothing_is_written_behind_an_altered_row(made: Case, changed: sqlite3.Connection) -> None:
    changed.execute("UPDATE ledger SET payload = '{}' WHERE sequence = ?", (SIZE,))
    with pytest.raises(LedgerTamperedError) as raised, made.store.begin() as work:
        write(work, "another", 1)
    assert raised.value.sequence == SIZE
    assert made.store.size() == SIZE


def test_missing_triggers_are_told(made: Case, changed: sqlite3.Connection) -> None:
    report = made.store.check(made.heads)
    assert (report.ok, report.size, report.first_bad) == (False, SIZE, None)
    assert "triggers" in (report.reason or "")


def test_a_part_of_the_ledger_is_checked_from_a_hash_that_is_trusted(made: Case) -> None:
    entries = list(made.store.entries())
    rest = check(entries[15:], start=entries[14].hash)
    assert (rest.ok, rest.size, rest.head) == (True, SIZE, entries[-1].hash)
    assert check(entries[16:], start=entries[14].hash).first_bad == 17
    altered = [*entries[15:20], replace(entries[20], key="altered"), *entries[21:]]
    assert check(altered, start=entries[14].hash).first_bad == 21
    with pytest.raises(ValueError, match="whole"):
        check(entries[15:], start=entries[14].hash, heads=made.heads)


def test_an_empty_ledger_is_whole_and_may_be_promised(made: Case) -> None:
    key = HeadKey(Ed25519PrivateKey.generate())
    head = ledger.sign_head([], key, NOON)
    assert check([]) == ledger.ChainReport(True, 0, START)
    assert check([], heads=[head]).ok
    assert check(made.store.entries(), heads=[head, *made.heads]).ok
    assert (head.size, head.last, head.root) == (0, START, hashlib.sha256(b"").hexdigest())


FLIPS = int(os.environ.get("ENONCE_FLIPS", "60"))
"""How many bits of the file are flipped, one at a time."""


def test_no_flipped_byte_of_the_file_changes_what_is_read_without_being_found(
    tmp_path: Path,
) -> None:
    copy = tmp_path / "copy.sqlite3"
    store = Store(copy)
    fill(store, 150)
    store.close()
    whole = copy.read_bytes()
    used = [at for at, byte in enumerate(whole) if byte]
    before = read_all(copy)
    rng = random.Random("flips")
    found = 0
    for number in range(FLIPS):
        at = rng.choice(used) if number % 5 else rng.randrange(len(whole))
        path = tmp_path / f"{number}.sqlite3"
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1 :])
        try:
            assert read_all(path) == before, f"byte {at}"
        except ApprovalError:
            found += 1
    assert found > FLIPS / 2


def read_all(path: Path) -> object:
    """Everything of the ledger that a handler can come to see; raises where it is not whole."""
    store = Store(path)
    try:
        store.check().require()
        with store.read() as reader:
            return (
                list(reader.entries()),
                [reader.history(stream) for stream in reader.streams()],
                [reader.find(f"statement/{version}") for version in range(1, 12)],
                reader.last(),
                store.head(),
            )
    finally:
        store.close()
