from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from locales import catalog, extract, po
from locales.catalog import day, listing, moment, number, percent, plural, say


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (5000, "5\u202f000", "5,000"),
        (7, "7", "7"),
        (-1234567, "-1\u202f234\u202f567", "-1,234,567"),
        (date(2021, 3, 12), "12 mars 2021", "12 March 2021"),
        (date(2021, 3, 1), "1er mars 2021", "1 March 2021"),
        (date(2021, 8, 11), "11 août 2021", "11 August 2021"),
        (
            datetime(2021, 3, 12, 9, 5, tzinfo=UTC),
            "12 mars 2021, 09:05 UTC",
            "12 March 2021, 09:05 UTC",
        ),
        (
            datetime(2021, 3, 1, 14, 0, tzinfo=timezone(timedelta(hours=2))),
            "1er mars 2021, 14:00 UTC+02:00",
            "1 March 2021, 14:00 UTC+02:00",
        ),
        (("a",), "a", "a"),
        (("a", "b", "c"), "a, b et c", "a, b and c"),
        ((), "", ""),
        ("2026", "2026", "2026"),
        (True, "True", "True"),
    ],
)
def test_a_field_is_written_as_the_language_does(value: object, french: str, english: str) -> None:
    assert say("<{field}>", "fr", field=value) == f"<{french}>"
    assert say("<{field}>", "en", field=value) == f"<{english}>"


def test_a_format_in_the_sentence_wins() -> None:
    assert say("{n:05d}", "fr", n=5000) == "05000"


def test_a_missing_field_stays_visible() -> None:
    assert say("{a} and {b}", "en", a=1) == "1 and {b}"


def test_a_sentence_without_translation_is_said_in_english() -> None:
    assert (
        say("No such sentence is in any catalogue.", "fr")
        == "No such sentence is in any catalogue."
    )
    assert (
        say("No such sentence is in any catalogue.", "xx")
        == "No such sentence is in any catalogue."
    )


def test_a_sentence_may_have_a_field_named_like_our_own_parameters() -> None:
    assert say("{message} {language}", "en", message="m", language="l") == "m l"


@pytest.mark.parametrize(
    ("n", "french", "english"), [(0, "one", "many"), (1, "one", "one"), (2, "many", "many")]
)
def test_plural_follows_cldr(n: int, french: str, english: str) -> None:
    assert plural("one", "many", n, "fr") == french
    assert plural("one", "many", n, "en") == english


@given(st.integers(-(10**12), 10**12))
def test_numbers_are_grouped_as_cldr_says(n: int) -> None:
    assert number(n, "fr") == format_decimal(n, locale="fr")
    assert number(n, "en") == format_decimal(n, locale="en_GB")


@pytest.mark.parametrize("share", [0, 0.468, 0.5, 1, 0.333333, 0.9999])
def test_percentages_are_written_as_cldr_says(share: float) -> None:
    said = format_percent(share, format="#,##0.#%", locale="fr")
    assert percent(share, "fr") == said.replace("%", "\u202f%")
    assert percent(share, "en") == format_percent(share, format="#,##0.#%", locale="en_GB")


def test_the_helpers_agree_with_the_fields() -> None:
    assert day(date(2026, 1, 1), "fr") == "1er janvier 2026"
    assert moment(datetime(2026, 1, 1, 8, 0), "en") == "1 January 2026, 08:00"
    assert listing(["x", "y"], "fr") == "x et y"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_quick_reader_reads_what_babel_reads(language: str) -> None:
    path = extract.catalogue_path(extract.ROOT, language)
    with path.open("rb") as file:
        theirs = read_po(file, locale=language)
    expected = {}
    for message in theirs:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not message.fuzzy and all(strings):
            expected[message.id if isinstance(message.id, str) else message.id[0]] = strings
    assert po.read(path) == expected


HARD = """\
# a comment of the translator
msgid ""
msgstr ""
"Language: fr\\n"

#: a.py
msgid "Line\\nbreak, \\"quote\\", back\\\\slash\\t."
msgstr "Saut\\nde ligne, \\"guillemet\\", contre\\\\oblique\\t."

#, fuzzy
msgid "fuzzy"
msgstr "flou"

msgid "after fuzzy"
msgstr "après"
msgid "no blank line before"
msgstr ""
"en plusieurs "
"lignes"

msgid "{n} file"
msgid_plural "{n} files"
msgstr[0] "{n} fichier"
msgstr[1] "{n} fichiers"

msgid "empty"
msgstr ""
"""


def test_the_quick_reader_understands_the_whole_notation(tmp_path: Path) -> None:
    path = tmp_path / "x.po"
    path.write_text(HARD, "utf-8")
    assert po.read(path) == {
        'Line\nbreak, "quote", back\\slash\t.': (
            'Saut\nde ligne, "guillemet", contre\\oblique\t.',
        ),
        "after fuzzy": ("après",),
        "no blank line before": ("en plusieurs lignes",),
        "{n} file": ("{n} fichier", "{n} fichiers"),
    }


def test_a_translated_sentence_is_said_in_french(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "enonce.po").write_text(HARD, "utf-8")
    monkeypatch.setattr(catalog, "FOLDER", tmp_path)
    catalog._catalog.cache_clear()
    try:
        assert say("after fuzzy", "fr") == "après"
        assert say("after fuzzy", "en") == "after fuzzy"
        assert plural("{n} file", "{n} files", 5000, "fr") == "5\u202f000 fichiers"
        assert plural("{n} file", "{n} files", 0, "fr") == "0 fichier"
    finally:
        catalog._catalog.cache_clear()


def test_loading_the_catalogue_loads_nothing_slow() -> None:
    code = (
        "import sys; from locales.catalog import say; say('x {n}', 'fr', n=5000);"
        "print(*sorted({'babel', 'lxml', 'rapidfuzz', 'simplemma', 'deep_translator'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
