"""How far two people who code the same open answers agree beyond chance.

Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
Measurement 20 (1960), 37–46.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from fractions import Fraction


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> Fraction | None:
    """Give Cohen's kappa of two coders' codes of the same answers, in the same order, exactly.

    1 is full agreement, 0 what chance would give, below 0 less than that. None where it says
    nothing: no answer, or both gave every answer one and the same code.

    Raises ValueError where the lists differ in length.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} codes beside {len(second)}")
    number = len(first)
    if not number:
        return None
    agreed = Fraction(sum(a == b for a, b in zip(first, second, strict=True)), number)
    left, right = Counter(first), Counter(second)
    chance = Fraction(sum(left[code] * right[code] for code in left), number * number)
    return None if chance == 1 else (agreed - chance) / (1 - chance)
