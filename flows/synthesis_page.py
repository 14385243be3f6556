"""The synthesis of a consultation as one HTML page in both languages, to be kept or sent on.

It needs nothing but itself: the style is in it, nothing is fetched, there is no script, and its own
Content-Security-Policy says so. One language shows at a time, by the address; paper gets the one
that is shown.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from approvals.consultation.synthesis import Heard, Synthesis, Themes
from approvals.desk import charts
from flows.synthesis_words import FigureWords, TableWords, Wording

FOLDER = Path(__file__).parent / "synthesis"

_NAMES: Final = {"fr": "Français", "en": "English"}


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )


def synthesis_page(own: Synthesis, languages: Sequence[str] = ("fr", "en")) -> bytes:
    """Give the page; the first language is the one that shows first."""
    style = (FOLDER / "synthesis.css").read_text(encoding="utf-8")
    page = (
        _environment()
        .get_template("page.html")
        .render(
            style=Markup(style),  # noqa: S704 (our own file)
            style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            editions=[edition(own, language) for language in languages],
        )
    )
    return page.encode()


def edition(own: Synthesis, language: str) -> dict[str, Any]:
    """Give everything that is shown in one language, drawn and worded, for a template."""
    words = Wording(own, language)
    return {
        "language": language,
        "name": _NAMES[language],
        "title": words.title,
        "institution": own.institution.in_(language),
        "lede": words.lede(),
        "notice": own.notice.in_(language) if own.notice else "",
        "anonymous": words.anonymous(),
        "hidden": words.hidden(),
        "findings": [
            {"id": one.id, "text": one.text.in_(language), "evidence": words.evidence(one)}
            for one in own.findings
        ],
        "participation": _figure(words.figure(own.participation), language),
        "questions": [_figure(words.figure(one), language) for one in own.questions],
        "themes": [_themes(words, one) for one in own.themes],
        "heard": [_heard(words, one) for one in own.heard],
        "unquoted": words.unquoted(),
        "digests": list(words.digests()),
        "words": {
            "kind": words.say("Synthesis of the consultation"),
            "findings": words.say("What was found"),
            "responded": words.say("Who responded"),
            "answered": words.say("What was answered"),
            "said": words.say("What was said in own words"),
            "heard": words.say("Who was heard"),
        },
    }


def _figure(one: FigureWords, language: str) -> dict[str, Any]:
    return {
        "id": f"{language}-{one.id}",
        "title": one.title,
        "message": one.message,
        "base": one.base,
        "chart": charts.bars(
            [charts.Bar(bar.label, bar.share, bar.shown) for bar in one.bars],
            label=one.description,
        ),
        "table": _table(one.table),
    }


def _table(one: TableWords, figures: int = 1) -> dict[str, Any]:
    """Give a table for the template; the columns from ``figures`` on hold figures."""
    return {
        "caption": one.caption,
        "heads": one.heads,
        "body": one.rows[:-1] if one.total else one.rows,
        "foot": one.rows[-1] if one.total else None,
        "figures": [place >= figures for place in range(len(one.heads))],
    }


def _themes(words: Wording, one: Themes) -> dict[str, Any]:
    return {
        "id": f"{words.language}-{one.question}-book",
        "figure": _figure(words.figure(one.figure), words.language),
        "agreement": words.agreement(one),
        "book": _table(words.book(one), figures=2),
    }


def _heard(words: Wording, one: Heard) -> dict[str, Any]:
    capacity = one.capacity.in_(words.language)
    return {
        "who": f"{one.name}, {capacity}" if one.name else capacity,
        "on": words.heard_on(one.on),
        "points": [point.in_(words.language) for point in one.points],
    }
