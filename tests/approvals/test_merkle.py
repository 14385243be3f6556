from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals import merkle
from approvals.merkle import Tree, leaf, verify_consistency, verify_inclusion

INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves that implementations of Certificate Transparency are commonly tried with."""

ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""Their roots, by number of leaves."""


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def brute_root(data: list[bytes]) -> bytes:
    """MTH, written down a second time straight from the RFC's definition, over the data itself."""
    if not data:
        return sha256(b"")
    if len(data) == 1:
        return sha256(b"\x00" + data[0])
    k = max(2**n for n in range(40) if 2**n < len(data))
    return sha256(b"\x01" + brute_root(data[:k]) + brute_root(data[k:]))


def brute_path(m: int, data: list[bytes]) -> list[bytes]:
    if len(data) == 1:
        return []
    k = max(2**n for n in range(40) if 2**n < len(data))
    if m < k:
        return [*brute_path(m, data[:k]), brute_root(data[k:])]
    return [*brute_path(m - k, data[k:]), brute_root(data[:k])]


def brute_proof(m: int, data: list[bytes], b: bool = True) -> list[bytes]:
    if m == len(data):
        return [] if b else [brute_root(data)]
    k = max(2**n for n in range(40) if 2**n < len(data))
    if m <= k:
        return [*brute_proof(m, data[:k], b), brute_root(data[k:])]
    return [*brute_proof(m - k, data[k:], False), brute_root(data[:k])]


def words(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


def grown(data: list[bytes]) -> Tree:
    return Tree(leaf(one) for one in data)


@pytest.mark.parametrize(("size", "root"), ROOTS.items())
def test_roots_are_those_that_others_publish(size: int, root: str) -> None:
    assert grown(INPUTS[:size]).root().hex() == root
    assert grown(INPUTS).root(size).hex() == root


def test_roots_and_proofs_are_those_of_the_definition_at_every_size() -> None:
    data = words(40)
    tree = grown(data)
    for size in range(1, len(data) + 1):
        assert tree.root(size) == brute_root(data[:size])
        for index in range(size):
            assert list(tree.inclusion(index, size)) == brute_path(index, data[:size])
        for first in range(1, size + 1):
            assert list(tree.consistency(first, size)) == brute_proof(first, data[:size])


def test_every_proof_of_every_small_tree_is_accepted_and_fits_nowhere_else() -> None:
    data = words(20)
    tree = grown(data)
    for size in range(1, 21):
        root = tree.root(size)
        for index in range(size):
            proof = tree.inclusion(index, size)
            assert verify_inclusion(leaf(data[index]), index, size, proof, root)
            for other in range(-1, size + 2):
                if other != index:
                    assert not verify_inclusion(leaf(data[index]), other, size, proof, root)
                    assert not verify_inclusion(leaf(b"other"), index, size, proof, root)
        for first in range(1, size + 1):
            proof = tree.consistency(first, size)
            assert verify_consistency(first, size, tree.root(first), root, proof)


@given(st.integers(1, 400), st.data())
@settings(deadline=None, max_examples=60)
def test_a_proof_with_anything_altered_is_refused(size: int, draw: st.DataObject) -> None:
    tree = grown(words(size))
    root = tree.root()
    index = draw.draw(st.integers(0, size - 1))
    first = draw.draw(st.integers(1, size))
    inclusion, consistency = list(tree.inclusion(index)), list(tree.consistency(first))
    here, old = leaf(b"%d" % index), tree.root(first)
    assert verify_inclusion(here, index, size, inclusion, root)
    assert verify_consistency(first, size, old, root, consistency)

    def flipped(data: bytes) -> bytes:
        bit = draw.draw(st.integers(0, 255))
        return (int.from_bytes(data) ^ 1 << bit).to_bytes(32)

    assert not verify_inclusion(flipped(here), index, size, inclusion, root)
    assert not verify_inclusion(here, index, size, inclusion, flipped(root))
    assert not verify_consistency(first, size, flipped(old), root, consistency)
    assert not verify_consistency(first, size, old, flipped(root), consistency)
    for proof, refused in (
        (inclusion, lambda p: not verify_inclusion(here, index, size, p, root)),
        (consistency, lambda p: not verify_consistency(first, size, old, root, p)),
    ):
        assert refused([*proof, root])
        assert refused([root, *proof])
        if proof:
            at = draw.draw(st.integers(0, len(proof) - 1))
            assert refused(proof[:at] + proof[at + 1 :])
            assert refused([*proof[:at], flipped(proof[at]), *proof[at + 1 :]])
            if any(one != two for one, two in pairwise(proof)):
                assert refused([*proof[1:], proof[0]])


@given(st.lists(st.binary(max_size=8), max_size=80), st.binary(max_size=8))
@settings(deadline=None)
def test_a_tree_that_grew_equals_one_that_was_built_and_keeps_its_earlier_roots(
    data: list[bytes], more: bytes
) -> None:
    tree = grown(data)
    before = tree.root()
    tree.append(leaf(more))
    assert len(tree) == len(data) + 1
    assert tree.root() == grown([*data, more]).root()
    assert tree.root(len(data)) == before


@pytest.mark.parametrize(
    "ask",
    [
        lambda tree: tree.root(6),
        lambda tree: tree.root(-1),
        lambda tree: tree.inclusion(5),
        lambda tree: tree.inclusion(-1),
        lambda tree: tree.inclusion(3, 3),
        lambda tree: tree.consistency(0),
        lambda tree: tree.consistency(4, 3),
        lambda tree: tree.consistency(1, 6),
    ],
)
def test_what_the_tree_does_not_hold_cannot_be_asked_for(ask: object) -> None:
    with pytest.raises(IndexError):
        ask(grown(words(5)))  # type: ignore[operator]


def test_verifiers_refuse_sizes_that_make_no_sense() -> None:
    root = grown(words(4)).root()
    assert not verify_inclusion(root, 0, 0, [], root)
    assert not verify_inclusion(root, -1, 4, [], root)
    assert not verify_consistency(0, 4, merkle.EMPTY, root, [])
    assert not verify_consistency(5, 4, root, root, [])
    assert not verify_consistency(4, 4, root, root, [root])
    assert not verify_consistency(3, 4, root, root, [])
    assert verify_consistency(4, 4, root, root, [])
