"""Merkle trees, inclusion and consistency proofs as in RFC 6962, section 2.1.

Pure arithmetic over leaf hashes; what a leaf is, and who signs the root, is ``approvals.ledger``'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


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
    """A tree over leaf hashes that remembers the hashes of its complete subtrees."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves
        self._known: dict[tuple[int, int], bytes] = {}

    def root(self, start: int = 0, end: int | None = None) -> bytes:
        """Give MTH over the leaves from ``start`` up to ``end``."""
        end = len(self._leaves) if end is None else end
        size = end - start
        if size == 0:
            return EMPTY
        if size == 1:
            return self._leaves[start]
        known = self._known.get((start, end))
        if known is None:
            middle = start + _split(size)
            known = node(self.root(start, middle), self.root(middle, end))
            self._known[start, end] = known
        return known

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Give PATH(index, D[size]): what ties one leaf to the root."""
        return self._path(index, 0, len(self._leaves) if size is None else size)

    def _path(self, index: int, start: int, end: int) -> tuple[bytes, ...]:
        if end - start <= 1:
            return ()
        middle = start + _split(end - start)
        if start + index < middle:
            return (*self._path(index, start, middle), self.root(middle, end))
        return (*self._path(index - (middle - start), middle, end), self.root(start, middle))

    def consistency(self, first: int, second: int | None = None) -> tuple[bytes, ...]:
        """Give PROOF(first, D[second]): that the earlier tree is the beginning of the later."""
        end = len(self._leaves) if second is None else second
        if not 0 < first <= end:
            return ()
        return self._subproof(first, 0, end, whole=True)

    def _subproof(self, first: int, start: int, end: int, *, whole: bool) -> tuple[bytes, ...]:
        size = end - start
        if first == size:
            return () if whole else (self.root(start, end),)
        half = _split(size)
        middle = start + half
        if first <= half:
            return (
                *self._subproof(first, start, middle, whole=whole),
                self.root(middle, end),
            )
        return (
            *self._subproof(first - half, middle, end, whole=False),
            self.root(start, middle),
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
