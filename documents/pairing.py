"""The order in which two editions of one text are gone through together."""

from __future__ import annotations

from collections.abc import Sequence

from documents.wml import ParagraphId


def paired(first: Sequence[ParagraphId], second: Sequence[ParagraphId]) -> tuple[ParagraphId, ...]:
    """The ids of both in the order of the first.

    What only the second has stands behind the paragraph that it follows there.
    """
    known = set(first)
    after: dict[ParagraphId | None, list[ParagraphId]] = {}
    last: ParagraphId | None = None
    for name in second:
        if name in known:
            last = name
        else:
            after.setdefault(last, []).append(name)
    order = list(after.get(None, ()))
    for name in first:
        order.extend((name, *after.get(name, ())))
    return tuple(order)
