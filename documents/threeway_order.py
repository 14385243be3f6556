"""The order of a merge: three rows of keys become one, for ``threeway``.

Knows nothing of Word: keys are hashable and occur once in a row. What a key's content becomes is
``threeway_blocks``'s matter; here it is decided what stays, goes, comes and moves.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from documents import align

Key = Hashable


@dataclass(slots=True)
class Order:
    """The merged row, and what could not be decided by it alone.

    Nothing is lost: what one side deleted and the other changed stays; where both put something in
    one place, both stand there, mine first.
    """

    keys: list[Key] = field(default_factory=list)
    placed: set[Key] = field(default_factory=set)
    """Those of the row that came from theirs or were moved as there."""
    kept_mine: list[Key] = field(default_factory=list)
    """Deleted by theirs, changed by mine."""
    kept_theirs: list[Key] = field(default_factory=list)
    """Deleted by mine, changed by theirs."""
    beside: list[tuple[Key, Key]] = field(default_factory=list)
    """One of mine and one of theirs that were put in the same place, in that order."""
    torn: list[Key] = field(default_factory=list)
    """Moved by theirs, where mine moved too and both moves do not go together; mine stands."""

    @property
    def unsettled(self) -> bool:
        """Whether a person has to look at the row."""
        return bool(self.kept_mine or self.kept_theirs or self.beside or self.torn)


def moved(base: Sequence[Key], other: Sequence[Key]) -> set[Key]:
    """The common keys that do not stand in the common order."""
    places = {key: index for index, key in enumerate(other)}
    pairs = [(i, places[key]) for i, key in enumerate(base) if key in places]
    steady = {i for i, _ in align.rising(pairs)}
    return {base[i] for i, _ in pairs if i not in steady}


def merge(
    base: Sequence[Key],
    mine: Sequence[Key],
    theirs: Sequence[Key],
    *,
    changed: Callable[[Key, bool], bool],
    wanted: Callable[[Key], bool] = lambda _: True,
) -> Order:
    """Bring what theirs did to base into mine.

    ``changed(key, mine)`` says whether a side changed the content of a key of base. What theirs did
    to a key that is not ``wanted`` is passed over. Where the row would be another one if mine were
    brought into theirs, that is said as ``torn``.
    """
    order = _merge(base, mine, theirs, changed, wanted)
    if not order.unsettled and order.placed:
        other = _merge(base, theirs, mine, lambda key, own: changed(key, not own), lambda _: True)
        if all(map(wanted, theirs)) and (other.unsettled or other.keys != order.keys):
            pairs = zip(order.keys, other.keys, strict=False)
            first = next((key for key, twin in pairs if key != twin), order.keys[-1])
            order.torn = [first]
    return order


def _merge(
    base: Sequence[Key],
    mine: Sequence[Key],
    theirs: Sequence[Key],
    changed: Callable[[Key, bool], bool],
    wanted: Callable[[Key], bool],
) -> Order:
    order = Order()
    in_base, in_mine, in_theirs = set(base), set(mine), set(theirs)
    gone = {key for key in base if key in in_mine and key not in in_theirs and wanted(key)}
    order.kept_mine = [key for key in base if key in gone and changed(key, True)]
    gone.difference_update(order.kept_mine)
    order.kept_theirs = [
        key
        for key in base
        if key in in_theirs and key not in in_mine and wanted(key) and changed(key, False)
    ]
    by_mine, by_theirs = moved(base, mine), {key for key in moved(base, theirs) if wanted(key)}
    placed = {key for key in by_theirs if key in in_mine}
    if placed and by_mine and not _agree(base, mine, theirs, by_mine, by_theirs):
        order.torn = [key for key in mine if key in placed]
        placed = set()
    placed.update(order.kept_theirs)
    known = in_base | in_mine
    placed.update(key for key in theirs if key not in known and wanted(key))
    away = gone | placed
    row = [key for key in mine if key not in away]
    order.placed = placed
    _place(order, row, mine, theirs, placed, by_mine | (in_mine - in_base))
    return order


def _place(
    order: Order,
    row: list[Key],
    mine: Sequence[Key],
    theirs: Sequence[Key],
    placed: set[Key],
    own: set[Key],
) -> None:
    """Put the keys that theirs placed behind those that they follow there."""
    standing, shared = set(row), set(mine) & set(theirs)
    last: Key | None = None
    for key in theirs:
        if key in standing and key not in placed:
            last = key
        elif key in placed:
            at = row.index(last) + 1 if last is not None else 0
            first: Key | None = None
            while at < len(row) and row[at] in own and row[at] not in shared:
                first = row[at] if first is None else first
                at += 1
            if first is not None:
                order.beside.append((first, key))
            row.insert(at, key)
            standing.add(key)
            last = key
    order.keys = row


def _agree(
    base: Sequence[Key],
    mine: Sequence[Key],
    theirs: Sequence[Key],
    by_mine: set[Key],
    by_theirs: set[Key],
) -> bool:
    """Whether the moves of both sides give one order, whoever goes first."""
    common = set(base) & set(mine) & set(theirs)
    first, second = ([key for key in row if key in common] for row in (mine, theirs))
    return _moved(first, second, by_theirs) == _moved(second, first, by_mine)


def _moved(row: Sequence[Key], other: Sequence[Key], moves: set[Key]) -> list[Key]:
    """The row after those moves of the other one."""
    done = [key for key in row if key not in moves]
    last: Key | None = None
    for key in other:
        if key in moves:
            done.insert(done.index(last) + 1 if last is not None else 0, key)
        last = key
    return done
