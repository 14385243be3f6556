"""Templates, and what their sentences, dates, digests and states are written with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from approvals import terms, workdays
from approvals.desk import done
from approvals.names import Bilingual
from locales import catalog
from locales.catalog import number, percent, say

if TYPE_CHECKING:
    from approvals.desk.seen import Seen

LANGUAGES: Final = ("fr", "en")
FOLDER: Final = Path(__file__).parent

TEMPLATES: Final = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    auto_reload=False,
)

WEEKDAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def accepted(header: str) -> str:
    """Choose a language by a browser's ``Accept-Language`` (RFC 9110, 12.5.4)."""
    best, language = 0.0, "fr"
    for part in header.lower().split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if tag[:2] in LANGUAGES and tag[2:3] in ("", "-") and weight > best:
            best, language = weight, tag[:2]
    return language


def named(data: Mapping[str, object], seen: Seen) -> dict[str, object]:
    """Put words in the place of states, roles and bilingual names."""
    return {name: _named(value, seen) for name, value in data.items()}


def _named(value: object, seen: Seen) -> object:
    if isinstance(value, Bilingual):
        return value.in_(seen.language)
    if isinstance(value, tuple | list):
        return tuple(_named(one, seen) for one in value)
    if isinstance(value, StrEnum):
        return say(terms.term(value) or value.value, seen.language)
    if isinstance(value, datetime):
        return moment(value, seen.language)
    if isinstance(value, date):
        return day(value, seen.language)
    return value


def local(at: datetime) -> datetime:
    """Give a moment in the legal time of Paris."""
    return workdays.local(at)


def clock(at: datetime, language: str) -> str:
    """Write a time of day: "16 h 12", "16:12"."""
    here = local(at)
    if language == "fr":
        return f"{here.hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{here:%M}"
    return f"{here:%H:%M}"


def day(on: date, language: str) -> str:
    """Write a day, its number and its month on one line; a moment's is that of Paris."""
    at = local(on).date() if isinstance(on, datetime) else on
    return catalog.day(at, language).replace(" ", "\N{NO-BREAK SPACE}", 1)


def moment(at: datetime, language: str) -> str:
    """Write a day and a time of day in the legal time of Paris."""
    return f"{day(at, language)}, {clock(at, language)}"


def lately(at: datetime, now: datetime, language: str) -> str:
    """Write a moment without its year where that is the present one, as in a list of acts."""
    return f"{_this_year(day(at, language), local(at), now)}, {clock(at, language)}"


def soon(on: date, now: datetime, language: str) -> str:
    """Write a day with its name, and without its year where that is the present one."""
    return _this_year(weekday(on, language), on, now)


def _this_year(said: str, on: date, now: datetime) -> str:
    return said.rpartition(" ")[0] if on.year == local(now).year else said


def ended(sentence: str) -> str:
    """Give a sentence that came without its full stop one."""
    return sentence if sentence.endswith((".", ".)", "?", "!")) else f"{sentence}."


def weekday(on: date, language: str) -> str:
    """Write a day with its name: "vendredi 26 février 2021"."""
    at = local(on).date() if isinstance(on, datetime) else on
    return f"{WEEKDAYS[language][at.weekday()]} {day(at, language)}"


def digest(value: str | None) -> str:
    """Write the first twelve signs of a digest in groups of four."""
    text = value or ""
    return " ".join(text[place : place + 4] for place in range(0, min(len(text), 12), 4))


def context(seen: Seen, more: Mapping[str, Any]) -> dict[str, Any]:
    """Give what every template may use."""
    language = seen.language
    other = "en" if language == "fr" else "fr"
    founded = seen.register.founded
    return {
        "_": seen.tr,
        "n_": seen.plural,
        "lang": language,
        "other": other,
        "here": seen.here,
        "seen": seen,
        "me": seen.contact,
        "roles": seen.roles,
        "who": seen.name,
        "house": founded.institution if founded else Bilingual("", ""),
        "day": lambda on: day(on, language),
        "weekday": lambda on: weekday(on, language),
        "moment": lambda at: moment(at, language),
        "lately": lambda at: lately(at, seen.now, language),
        "soon": lambda on: soon(on, seen.now, language),
        "ended": ended,
        "written": lambda at: day(datetime.fromisoformat(at), language) if at else "",
        "clock": lambda at: clock(at, language),
        "number": lambda n: number(n, language),
        "percent": lambda share: percent(share, language),
        "digest": digest,
        "term": lambda value: seen.tr("{it}", it=value),
        "done": done.sentence(seen.query("done")),
        "road": None,
        "working": None,
        "nav": "",
        "key": "",
        "form_of_page": "",
        **more,
    }
