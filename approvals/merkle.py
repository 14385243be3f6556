"""Merkle trees, inclusion and consistency proofs as in RFC 6962, section 2.1.

Pure arithmetic over leaf hashes; what a leaf is, and who signs the root, is ``approvals.ledger``'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf(data: bytes) -> bytes:
    """Hash one leaf: SHA-256 of 0x00 and the data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees: SHA-256 of 0x01 and both hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """Give the largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


class Tree:
    """A tree over leaf hashes that grows at its end and answers for any of its earlier sizes.

    Row ``k`` of ``_rows`` holds the hashes of the complete subtrees of ``2**k`` leaves: one more
    leaf costs one hash on average, a root or a proof a few per level.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._rows: list[list[bytes]] = [[]]
        for one in leaves:
            self.append(one)

    def __len__(self) -> int:
        return len(self._rows[0])

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf at the end."""
        level, found = 0, leaf_hash
        while True:
            row = self._rows[level]
            row.append(found)
            if len(row) % 2:
                return
            found, level = node(row[-2], row[-1]), level + 1
            if level == len(self._rows):
                self._rows.append([])

    def root(self, size: int | None = None) -> bytes:
        """Give MTH(D[size]): the root over the first ``size`` leaves, all of them by default."""
        size = self._bounded(size)
        return self._subtree(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Give PATH(index, D[size]), which ties the leaf at ``index`` (from 0) to the root."""
        size = self._bounded(size)
        if not 0 <= index < size:
            raise IndexError(f"no leaf {index} among {size}")
        return self._path(index, 0, size)

    def consistency(self, first: int, second: int | None = None) -> tuple[bytes, ...]:
        """Give PROOF(first, D[second]): that the earlier tree is the beginning of the later."""
        second = self._bounded(second)
        if not 0 < first <= second:
            raise IndexError(f"{first} leaves do not begin {second}")
        return self._subproof(first, 0, second, whole=True)

    def _bounded(self, size: int | None) -> int:
        if size is None:
            return len(self)
        if not 0 <= size <= len(self):
            raise IndexError(f"{size} of {len(self)} leaves")
        return size

    def _subtree(self, start: int, end: int) -> bytes:
        size = end - start
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            return self._rows[level][start >> level]
        middle = start + _split(size)
        return node(self._subtree(start, middle), self._subtree(middle, end))

    def _path(self, index: int, start: int, end: int) -> tuple[bytes, ...]:
        if end - start == 1:
            return ()
        middle = start + _split(end - start)
        if index < middle:
            return (*self._path(index, start, middle), self._subtree(middle, end))
        return (*self._path(index, middle, end), self._subtree(start, middle))

    def _subproof(self, first: int, start: int, end: int, *, whole: bool) -> tuple[bytes, ...]:
        if first == end:
            return () if whole else (self._subtree(start, end),)
        middle = start + _split(end - start)
        if first <= middle:
            return (
                *self._subproof(first, start, middle, whole=whole),
                self._subtree(middle, end),
            )
        return (
            *self._subproof(first, middle, end, whole=False),
            self._subtree(start, middle),
        )


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Say whether ``proof`` ties a leaf to ``root`` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf_hash
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether ``proof`` shows one tree to begin another (RFC 9162, section 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = list(proof)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node(step, old), node(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
