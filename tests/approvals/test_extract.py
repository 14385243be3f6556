"""What a house hands out of its ledger: heads, extracts, and how others check them without us."""

from __future__ import annotations

import copy
import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals import ledger
from approvals.canon import ExtractUnreadableError
from approvals.heads import HeadKey, HeadKeyError, SignedHead, load_public_key
from approvals.ledger import Entry, LedgerTamperedError, check_extract, verify_growth, verify_head
from approvals.store import Store
from tests.approvals.ledgers import NOON, fill

ROOT = Path(__file__).resolve().parents[2]
SIZE = 23
KEY = HeadKey(Ed25519PrivateKey.from_private_bytes(b"enonce, a key for tests only, 32"))
OTHER = HeadKey(Ed25519PrivateKey.from_private_bytes(b"another key, for tests only, 32 "))

Json = Any


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Entry, ...]]:
    store = Store(tmp_path_factory.mktemp("house") / "ledger.sqlite3")
    yield tuple(fill(store, SIZE))
    store.close()


@pytest.fixture(scope="module")
def made(entries: tuple[Entry, ...]) -> Json:
    head = ledger.sign_head(entries, KEY, NOON)
    return json.loads(json.dumps(ledger.extract(entries, head, stream="statement")))


def test_an_extract_holds_one_dossier_and_passes(made: Json, entries: tuple[Entry, ...]) -> None:
    found = check_extract(made, KEY.public)
    assert found == tuple(entry for entry in entries if entry.stream == "statement")
    assert len(found) == 6


@pytest.mark.parametrize("size", range(1, SIZE + 1))
def test_an_extract_of_every_earlier_head_passes(size: int, entries: tuple[Entry, ...]) -> None:
    head = ledger.sign_head(entries[:size], KEY, NOON)
    for stream in ("house", "statement", "nothing"):
        given = ledger.extract(entries, head, stream=stream)
        expected = tuple(entry for entry in entries[:size] if entry.stream == stream)
        assert check_extract(given, KEY.public) == expected


def test_another_keys_signature_is_refused(made: Json) -> None:
    with pytest.raises(LedgerTamperedError, match="signature"):
        check_extract(made, OTHER.public)
    claimed = copy.deepcopy(made)
    claimed["head"]["key_id"] = OTHER.key_id
    for key in (KEY, OTHER):
        with pytest.raises(LedgerTamperedError, match="signature"):
            check_extract(claimed, key.public)


def leaves(value: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of everything in an extract, the containers too."""
    yield path
    if isinstance(value, dict):
        for name in value:
            yield from leaves(value[name], (*path, name))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from leaves(one, (*path, index))


def put(value: Json, path: tuple[Any, ...], new: Json) -> Json:
    if not path:
        return new
    value = copy.copy(value)
    value[path[0]] = put(value[path[0]], path[1:], new)
    return value


def at(value: Json, path: tuple[Any, ...]) -> Json:
    for step in path:
        value = value[step]
    return value


STRANGE: tuple[Json, ...] = (
    None, True, False, 0, 1, -1, 2**53, 10**400, 1.0, 0.5, float("nan"), "", "0", "0" * 64, "\ud800",
    "é", "A" * 64, [], {}, [[]], [None], {"head": 1}, ["0" * 64], "2026-11-23T12:00:00.000000Z",
)  # fmt: skip


def test_anything_altered_in_an_extract_is_refused(made: Json) -> None:
    places = [path for path in leaves(made) if path]
    for path in places:
        old = at(made, path)
        tries = [new for new in STRANGE if type(new) is not type(old) or new != old]
        if isinstance(old, str):
            tries += [
                old.swapcase() if old.swapcase() != old else old + "x",
                old + " ",
                " " + old,
                old[:-1],
                old[::-1] if old[::-1] != old else old + "y",
            ]
        if isinstance(old, int):
            tries += [old + 1, float(old), str(old)]
        for new in tries:
            if (path, new) == (("entries",), []):
                continue  # the end may be missing, even all of it: see the next test
            assert refused(put(made, path, new)), f"{path}: {new!r} instead of {old!r}"


def refused(given: Json) -> bool:
    try:
        check_extract(given, KEY.public)
    except (LedgerTamperedError, ExtractUnreadableError):
        return True
    return False


def test_only_an_end_may_be_missing_from_an_extract(made: Json) -> None:
    rows = made["entries"]
    for size in range(len(rows) + 1):
        kept = check_extract({**made, "entries": rows[:size]}, KEY.public)
        assert len(kept) == size
    rng = random.Random("missing")
    for _ in range(100):
        chosen = [row for row in rows if rng.random() < 0.7]
        rng.shuffle(chosen)
        if chosen == rows[: len(chosen)]:
            continue
        with pytest.raises(LedgerTamperedError):
            check_extract({**made, "entries": chosen}, KEY.public)
    for doubled in ([rows[0], *rows], [*rows, rows[-1]]):
        with pytest.raises(LedgerTamperedError):
            check_extract({**made, "entries": doubled}, KEY.public)


def test_what_is_missing_or_altered_is_named(made: Json) -> None:
    altered = put(made, ("entries", 2, "payload"), "{}")
    with pytest.raises(LedgerTamperedError) as raised:
        check_extract(altered, KEY.public)
    assert raised.value.sequence == made["entries"][2]["sequence"]
    with pytest.raises(LedgerTamperedError) as raised:
        check_extract({**made, "entries": made["entries"][1:]}, KEY.public)
    assert raised.value.sequence == made["entries"][1]["sequence"]


def test_an_entry_of_another_dossier_is_no_entry_of_this_one(
    made: Json, entries: tuple[Entry, ...]
) -> None:
    head = SignedHead.from_json(made["head"])
    house: Json = ledger.extract(entries, head, stream="house")
    for stream, rows in (("statement", house["entries"]), ("house", made["entries"])):
        with pytest.raises(LedgerTamperedError):
            check_extract({**made, "stream": stream, "entries": rows}, KEY.public)


def test_the_proofs_of_an_earlier_head_do_not_serve_a_later_one(
    made: Json, entries: tuple[Entry, ...]
) -> None:
    earlier = ledger.sign_head(entries[:20], KEY, NOON)
    with pytest.raises(LedgerTamperedError):
        check_extract({**made, "head": earlier.to_json()}, KEY.public)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["format", "stream", "head", "entries", "size", "proof", "x"]), inner
        )
    ),
    max_leaves=20,
)


@given(JSON, st.booleans())
@settings(deadline=None)
def test_what_is_no_extract_is_called_so(given: Json, named: bool) -> None:
    if named and isinstance(given, dict):
        given = {**given, "format": ledger.EXTRACT, "stream": "statement"}
    with pytest.raises(ExtractUnreadableError):
        check_extract(given, KEY.public)


def test_a_head_is_signed_over_its_canonical_json(entries: tuple[Entry, ...]) -> None:
    head = ledger.sign_head(entries, KEY, NOON)
    signed = (
        f'enonce:head:v1\n{{"key_id":"{KEY.key_id}","last":"{head.last}","root":"{head.root}",'
        f'"size":{SIZE},"time":"2026-11-23T12:00:00.000000Z"}}'
    )
    KEY.public.verify(bytes.fromhex(head.signature), signed.encode())
    raw = KEY.public.public_bytes_raw()
    assert head.key_id == hashlib.sha256(raw).hexdigest()


ALTERED: dict[str, Callable[[SignedHead], SignedHead]] = {
    "another size": lambda head: replace(head, size=head.size + 1),
    "another root": lambda head: replace(head, root="0" * 64),
    "another last hash": lambda head: replace(head, last="0" * 64),
    "another time": lambda head: replace(head, time="2026-11-24T12:00:00.000000Z"),
    "another key": lambda head: replace(head, key_id=OTHER.key_id),
    "no signature": lambda head: replace(head, signature=""),
    "no hexadecimal": lambda head: replace(head, signature="signed"),
    "the signature in capitals": lambda head: replace(head, signature=head.signature.upper()),
    "the signature with spaces": lambda head: replace(head, signature=head.signature + " "),
    "the signature shortened": lambda head: replace(head, signature=head.signature[:-2]),
}


@pytest.mark.parametrize("how", ALTERED)
def test_an_altered_head_is_nobodys(how: str, entries: tuple[Entry, ...]) -> None:
    head = ledger.sign_head(entries, KEY, NOON)
    assert verify_head(head, KEY.public)
    altered = ALTERED[how](head)
    assert not verify_head(altered, KEY.public)
    assert not verify_head(altered, OTHER.public)


def test_two_heads_and_a_proof_show_that_nothing_was_rewritten_between_them(
    entries: tuple[Entry, ...],
) -> None:
    heads = [ledger.sign_head(entries[:size], KEY, NOON) for size in range(1, SIZE + 1)]
    rewritten = [*entries[:4], replace(entries[4], hash="0" * 64), *entries[5:]]
    for first in heads:
        for second in heads[first.size - 1 :]:
            proof = ledger.prove_growth(entries, first, second)
            assert verify_growth(first, second, proof)
            assert not verify_growth(first, second, [*proof, "0" * 64])
            assert not verify_growth(first, second, ["no hexadecimal", *proof[1:]])
            if first.size != second.size:
                assert not verify_growth(second, first, proof)
            if first.size >= 5 and second.size > first.size:
                forged = ledger.sign_head(rewritten[: second.size], KEY, NOON)
                lies = ledger.prove_growth(rewritten, first, forged)
                assert not verify_growth(first, forged, lies)
                assert not verify_growth(first, forged, proof)


def test_a_heads_key_is_kept_for_its_owner_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "head.pem"
    key = HeadKey.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert HeadKey.load(path).key_id == key.key_id
    with pytest.raises(FileExistsError):
        HeadKey.create(path)
    public = tmp_path / "head.pub.pem"
    public.write_bytes(key.public_pem())
    assert load_public_key(public) == key.public
    for wrong in (b"", b"no key", key.public_pem().replace(b"PUBLIC", b"PRIVATE")):
        path.write_bytes(wrong)
        with pytest.raises(HeadKeyError, match=r"head\.pem"):
            HeadKey.load(path)
        with pytest.raises(HeadKeyError, match=r"head\.pem"):
            load_public_key(path)
    path.write_bytes(key.public_pem())
    with pytest.raises(HeadKeyError):
        HeadKey.load(path)


@pytest.fixture(scope="module")
def outsider() -> str:
    """The worked example of docs/approvals/ledger.md."""
    text = (ROOT / "docs/approvals/ledger.md").read_text()
    code = text.partition("```python\n")[2].partition("```")[0]
    assert "approvals" not in code
    assert "enonce." not in code
    return code


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # -P: nothing of ours is on the path, only what is installed.
    words = [sys.executable, "-P", "-c", code, "extract.json", "head.pem"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


def test_an_outsider_checks_an_extract_with_nothing_of_ours(
    outsider: str, made: Json, tmp_path: Path
) -> None:
    (tmp_path / "extract.json").write_text(json.dumps(made))
    (tmp_path / "head.pem").write_bytes(KEY.public_pem())
    done = run(outsider, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 entries" in done.stdout


@pytest.mark.parametrize(
    "path",
    [
        ("head", "size"),
        ("head", "signature"),
        ("head", "root"),
        ("head", "time"),
        ("entries", 3, "payload"),
        ("entries", 3, "version"),
        ("entries", 3, "proof", 1),
        ("entries", 5, "time"),
        ("stream",),
    ],
)
def test_the_outsider_finds_what_was_altered(
    path: tuple[Any, ...], outsider: str, made: Json, tmp_path: Path
) -> None:
    old = at(made, path)
    new = old + 1 if isinstance(old, int) else ("0" if old[0] != "0" else "1") + old[1:]
    (tmp_path / "extract.json").write_text(json.dumps(put(made, path, new)))
    (tmp_path / "head.pem").write_bytes(KEY.public_pem())
    assert run(outsider, tmp_path).returncode != 0
