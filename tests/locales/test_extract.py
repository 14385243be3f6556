from __future__ import annotations

from pathlib import Path

import pytest

from locales import extract

SOURCE = """
from x import N_, say
A = N_("One. " "Two.")
def f(n, c, name):
    say("Said {n}", "fr", n=n)
    console.tell("Told")
    say(name, "fr")
    tr("Yes" if c else "No")
    plural("{n} file", "{n} files", n, "fr")
"""


def catalogue(tmp_path: Path, source: str, french: str) -> dict[str, bytes]:
    (tmp_path / "flows").mkdir(exist_ok=True)
    (tmp_path / "flows" / "x.py").write_text(source)
    pending = tmp_path / "locales" / "fr" / "pending"
    pending.mkdir(parents=True, exist_ok=True)
    (pending / "x.po").write_text(french)
    found = extract.extract(tmp_path, ["flows"])
    return {
        language: extract.written(catalog, language)
        for language, catalog in extract.renewed(tmp_path, found).items()
    }


def faults(tmp_path: Path, source: str, french: str) -> list[str]:
    catalogue(tmp_path, source, french)
    found = extract.extract(tmp_path, ["flows"])
    return [fault.what for fault in extract.faults(extract.renewed(tmp_path, found)["fr"], "fr")]


def test_every_marked_sentence_is_found() -> None:
    assert set(extract.sentences(SOURCE)) == {
        ("One. Two.", None),
        ("Said {n}", None),
        ("Told", None),
        ("Yes", None),
        ("No", None),
        ("{n} file", "{n} files"),
    }


def test_the_same_sentences_give_the_same_bytes(tmp_path: Path) -> None:
    first = catalogue(tmp_path, SOURCE, 'msgid "Told"\nmsgstr "Dit"\n')
    path = extract.catalogue_path(tmp_path, "fr")
    path.parent.mkdir(parents=True)
    path.write_bytes(first["fr"])
    again = catalogue(tmp_path, SOURCE, "")
    assert again == first
    assert b'msgstr "Dit"' in first["fr"]
    assert b"POT-Creation-Date" not in first["fr"]
    assert b"#: flows/x.py\n" in first["fr"]


def test_a_sentence_that_is_gone_goes_from_the_catalogue(tmp_path: Path) -> None:
    assert b"Told" not in catalogue(tmp_path, 'N_("Other")', 'msgid "Told"\nmsgstr "Dit"\n')["fr"]


@pytest.mark.parametrize(
    ("french", "what"),
    [
        ('msgid "Size: {n}"\nmsgstr "Taille\u00a0: {n}"\n', []),
        (
            'msgid "Size: {n}"\nmsgstr "Taille : {n}"\n',
            ["a plain space where French has a no-break one"],
        ),
        ('msgid "Size: {n}"\nmsgstr "Taille: {n}"\n', ["no space before ; : ? !"]),
        ('msgid "Size: {n}"\nmsgstr "Taille\u00a0: {m}"\n', ["other fields (m, n)"]),
        ('msgid "Size: {n}"\nmsgstr "L\'ampleur\u00a0: {n}"\n', ["a straight apostrophe"]),
        ('msgid "Size: {n}"\nmsgstr "Taille\u00a0: {n"\n', ["a brace that is not closed"]),
        (
            '#, fuzzy\nmsgid "Size: {n}"\nmsgstr "Taille\u00a0: {n}"\n',
            ["fuzzy, a person has to read it again"],
        ),
        ("", ["not translated"]),
        (
            'msgid "Size: {n}"\nmsgstr "« Taille »\u00a0: {n}"\n',
            ["a plain space where French has a no-break one"],
        ),
        ('msgid "Size: {n}"\nmsgstr "Taille {n}, voir https://exemple.org à 12:30"\n', []),
    ],
)
def test_a_fault_in_french_is_named(tmp_path: Path, french: str, what: list[str]) -> None:
    assert faults(tmp_path, 'N_("Size: {n}")', french) == what


def test_the_singular_may_leave_the_number_out(tmp_path: Path) -> None:
    source = 'plural("{n} file", "{n} files", n, "fr")'
    po = 'msgid "{n} file"\nmsgid_plural "{n} files"\nmsgstr[0] "un fichier"\nmsgstr[1] "{n} fichiers"\n'
    assert faults(tmp_path, source, po) == []


def test_the_english_is_its_own_translation(tmp_path: Path) -> None:
    catalogue(tmp_path, SOURCE, "")
    found = extract.extract(tmp_path, ["flows"])
    assert list(extract.faults(extract.renewed(tmp_path, found)["en"], "en")) == []
