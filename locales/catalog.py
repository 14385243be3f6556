"""Says a sentence of the interface in a person's language, its fields included.

Sentences are English msgids that the packages mark with ``N_``; the French is in
``locales/fr/LC_MESSAGES/enonce.po``, read once per process. Numbers, dates and lists follow the
Unicode CLDR (through Babel) for French and for British English. ``locales.extract`` keeps the
catalogues; documents are translated by ``locales.pipeline``, never from here.

This module is loaded by every command, so what is slow to load is loaded where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
"""The folder that holds one folder of catalogues per language."""

LANGUAGES = ("fr", "en")

_LOCALES = {"fr": "fr", "en": "en_GB"}
_GROUP = {"fr": "\u202f", "en": ","}
_POINT = {"fr": ",", "en": "."}


def say(message: str, language: str, /, **data: object) -> str:
    """Translate an English sentence and fill its fields as the language writes them.

    Whole numbers are grouped ("5 000", "5,000"): pass a year or an identifier as a string. A date
    is written out, a date and time with its time zone, a tuple of strings as a list. A sentence
    without a translation is said in English.
    """
    forms = _catalog(language).get(message)
    return _fill(forms[0] if forms else message, language, data)


def plural(singular: str, plural: str, n: int, language: str, /, **data: object) -> str:
    """Translate a sentence that counts, in the form that ``n`` takes; ``{n}`` is a field of it.

    French has the singular for 0 and 1, English for 1 only (CLDR plural rules).
    """
    second = n > 1 if language == "fr" else n != 1
    forms = _catalog(language).get(singular, (singular, plural))
    return _fill(forms[-1] if second else forms[0], language, {"n": n, **data})


def number(n: float, language: str) -> str:
    """Write a number: grouped by thousands, decimals as they are."""
    whole, point, decimals = f"{n:,}".partition(".")
    grouped = whole.replace(",", _GROUP.get(language, ","))
    return f"{grouped}{_POINT.get(language, '.')}{decimals}" if point else grouped


def percent(share: float, language: str) -> str:
    """Write a share from 0 to 1 as a percentage with at most one decimal: "46,8 %", "46.8%"."""
    rounded = round(float(share) * 100, 1)
    text = number(int(rounded) if rounded.is_integer() else rounded, language)
    return f"{text}\u202f%" if language == "fr" else f"{text}%"


def short_day(on: date, language: str) -> str:
    """Write a day without its year, where there is little room: "23 févr.", "23 Feb"."""
    from babel.dates import format_skeleton

    return str(format_skeleton("MMMd", on, locale=_LOCALES.get(language, "en_GB")))


def day(date: date, language: str) -> str:
    """Write a day in full: "12 mars 2021", "1er mars 2021", "12 March 2021"."""
    from babel.dates import format_date

    text = format_date(date, "long", locale=_locale(language))
    return f"1er{text[1:]}" if language == "fr" and date.day == 1 else text


def moment(at: datetime, language: str) -> str:
    """Write a day and time of day, with the time zone's name where it has one."""
    zone = at.tzname() or ""
    if zone and not zone[0].isalpha():
        zone = f"UTC{zone}"
    return f"{day(at, language)}, {at:%H:%M}{f' {zone}' if zone else ''}"


def listing(items: Sequence[str], language: str) -> str:
    """Write a list: "a, b et c", "a, b and c"."""
    from babel.lists import format_list

    return format_list(list(items), locale=_locale(language))


def _locale(language: str) -> str:
    return _LOCALES.get(language, "en_GB")


@lru_cache
def _catalog(language: str) -> Mapping[str, tuple[str, ...]]:
    from locales import po

    path = FOLDER / language / "LC_MESSAGES" / "enonce.po"
    return po.read(path) if language in LANGUAGES and path.exists() else {}


def _fill(text: str, language: str, data: Mapping[str, object]) -> str:
    if not data:
        return text.replace("{{", "{").replace("}}", "}") if "{" in text else text
    return text.format_map(_Fields({name: _Field(value, language) for name, value in data.items()}))


class _Fields(dict[str, object]):
    """The fields of a sentence; one that nobody gave stays visible and stops nothing."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


class _Field:
    """A value that writes itself as the language does, unless the sentence says how."""

    __slots__ = ("language", "value")

    def __init__(self, value: object, language: str) -> None:
        self.value = value
        self.language = language

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec else _write(self.value, self.language)


def _write(value: object, language: str) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return number(value, language)
    if isinstance(value, datetime):
        return moment(value, language)
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, tuple | list):
        return listing([_write(one, language) for one in value], language)
    return str(value)
