"""Bar charts as SVG, for the desk's pages and for the synthesis.

Widths are percentages and heights pixels, so the bars follow the window and the letters keep their
size. Colours and fonts are the style sheet's, by class (``chart``, ``fg``, ``v``, ``n``, ``ref``,
``case``): no inline style, no script, so that a strict Content-Security-Policy holds. Every chart
has the sentence that says what it shows; the table behind it is the page's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from markupsafe import Markup, escape

_STEP: Final = 54
"""Pixels from one bar to the next: a line of words, the bar, air."""
_HEAD: Final = 24
"""Pixels above the bars where a reference line has its words."""
_WIDEST: Final = 88
"""Percent of the width that a full bar takes; the rest is for what stands behind it."""
_INSIDE: Final = Fraction(2, 5)
"""The share of the widest bar from which the figure has room inside, on a phone too."""
_LONGEST: Final = 100
"""Letters of a label that are drawn; the table has all of it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``share`` between 0 and 1, ``shown`` the figure as words, ``note`` beside the label.

    A bar without a share is a number that is hidden.
    """

    label: str
    share: Fraction | None
    shown: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A line across all bars, such as the share of everybody."""

    share: Fraction
    shown: str


def bars(rows: Sequence[Bar], *, label: str, reference: Reference | None = None) -> Markup:
    """Draw horizontal bars; ``label`` says to those who do not see them what they show.

    The widest bar fills the chart, so shares can be compared with one another and read as figures.
    """
    shares = [row.share for row in rows if row.share is not None]
    if reference is not None:
        shares.append(reference.share)
    widest = max(shares, default=Fraction(0)) or Fraction(1)
    top = _HEAD if reference is not None else 0
    height = top + _STEP * len(rows)
    drawn = Markup("").join(
        _bar(row, widest, top + _STEP * place) for place, row in enumerate(rows)
    )
    if reference is not None:
        drawn += _reference(reference, widest, height)
    return Markup('<svg class="chart" height="{}" role="img" aria-label="{}">{}</svg>').format(
        height, label, drawn
    )


def _percent(share: Fraction, widest: Fraction) -> str:
    return f"{float(share / widest * _WIDEST):.2f}%"


def _bar(row: Bar, widest: Fraction, top: int) -> Markup:
    words = row.label if len(row.label) <= _LONGEST else f"{row.label[: _LONGEST - 1].rstrip()}…"
    note = Markup(' <tspan class="n">{}</tspan>').format(row.note) if row.note else Markup("")
    label = Markup('<text x="0" y="{}">{}{}</text>').format(top + 14, words, note)
    if row.share is None:
        return label + Markup('<text class="n" x="0" y="{}">{}</text>').format(top + 36, row.shown)
    width = _percent(row.share, widest)
    drawn = Markup('<rect class="fg" x="0" y="{}" width="{}" height="21"/>').format(top + 21, width)
    if row.share >= widest * _INSIDE:
        figure = Markup('<text class="v" x="8" y="{}">{}</text>').format(top + 36, row.shown)
    else:
        figure = Markup('<text x="{}" dx="8" y="{}">{}</text>').format(width, top + 36, row.shown)
    return label + drawn + figure


def _reference(line: Reference, widest: Fraction, height: int) -> Markup:
    at = _percent(line.share, widest)
    anchor = "end" if line.share >= widest / 2 else "start"
    across = "".join(
        f'<line class="{kind}" x1="{at}" x2="{at}" y1="20" y2="{height - 4}"/>'
        for kind in ("case", "ref")
    )
    return Markup(across) + Markup('<text x="{}" y="12" text-anchor="{}">{}</text>').format(  # noqa: S704
        at, anchor, escape(line.shown)
    )
