from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import snowballstemmer
from simplemma import lemmatize

from locales.glossary import Glossary, GlossaryFileError, Status, Term

ROWS = """term_fr,term_en,status,forms_fr,forms_en,note
raison d’être,mission statement,preferred,raisons d’être,,
énoncé de mission,mission statement,forbidden,,,write raison d’être
partie prenante,stakeholder,preferred,,,
acteur,key stakeholder,preferred,,,
ancien élève,alumnus,preferred,anciennes élèves,alumni|alumnae,
PME,SME,preferred,,SMEs,
IMT,IMT,do-not-translate,,,
conseil d’administration,board,preferred,,,
"""


@pytest.fixture
def glossary(tmp_path: Path) -> Glossary:
    path = tmp_path / "glossary.csv"
    path.write_text(ROWS, "utf-8")
    return Glossary.load(path)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Sa raison d'être est claire.", "fr", ["raison d'être"]),
        ("Nos raisons d’être changent.", "fr", ["raisons d’être"]),
        ("Les parties prenantes sont là.", "fr", ["parties prenantes"]),
        (
            "The mission statements and stakeholders",
            "en",
            ["mission statements", "mission statements", "stakeholders"],
        ),
        ("Key stakeholders met.", "en", ["Key stakeholders"]),
        ("Our alumni and one alumnus", "en", ["alumni", "alumnus"]),
        ("Les anciens élèves, une ancienne élève", "fr", ["anciens élèves", "ancienne élève"]),
        ("Les PME, mais pas la pme", "fr", ["PME"]),
        ("Many SMEs", "en", ["SMEs"]),
        ("OUR MISSION STATEMENT", "en", ["MISSION STATEMENT", "MISSION STATEMENT"]),
        ("Le conseil d’administration", "fr", ["conseil d’administration"]),
        ("Les conseils d'administration", "fr", ["conseils d'administration"]),
        ("imt", "fr", []),
        ("La raison du plus fort", "fr", []),
        ("prenante partie", "fr", []),
        ("", "fr", []),
    ],
)
def test_terms_are_found_in_every_form(
    glossary: Glossary, text: str, language: str, found: list[str]
) -> None:
    assert [hit.text for hit in glossary.hits(text, language)] == found


def test_a_hit_says_where_and_which(glossary: Glossary) -> None:
    (hit,) = glossary.hits("Les parties prenantes", "fr")
    assert (hit.start, hit.end, hit.term.en, hit.term.status) == (
        4,
        21,
        "stakeholder",
        Status.PREFERRED,
    )


def test_a_glossary_is_written_as_it_was_read(glossary: Glossary, tmp_path: Path) -> None:
    glossary.save(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text("utf-8") == ROWS
    assert Glossary.load(tmp_path / "again.csv").terms == glossary.terms


def test_a_file_of_a_french_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_bytes("\ufeffterm_fr;term_en;status\r\nfils;son;Preferred\r\n".encode())
    assert Glossary.load(path).terms == (Term("fils", "son", Status.PREFERRED),)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"a,b\n1,2\n", "the columns status, term_en"),
        (b"term_fr,term_en,status\nx,y,best\n", "line 2: “best” is no status"),
        (b"term_fr,term_en,status\n,,preferred\n", "line 2: there is no term"),
        ("term_fr,term_en,status\né,y,preferred\n".encode("latin-1"), "not in UTF-8"),
        (b"", "columns"),
    ],
)
def test_what_is_no_glossary_is_refused(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "g.csv"
    path.write_bytes(data)
    with pytest.raises(GlossaryFileError) as caught:
        Glossary.load(path)
    from locales.catalog import say

    assert sentence in say(caught.value.message, "en", **caught.value.data).replace(
        " and term_fr", ""
    )


def test_an_empty_glossary_loads_no_dictionary() -> None:
    code = "import sys; from locales.glossary import Glossary; assert Glossary(()).hits('Le texte', 'fr') == (); print('simplemma' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


HARD = {
    "travail": "travaux",
    "directeur": "directrices",
    "chercheur": "chercheuses",
    "doctorant": "doctorantes",
    "décider": "décidées",
    "délégué": "déléguées",
    "cheval": "chevaux",
    "partie prenante": "parties prenantes",
    "ancien élève": "anciennes élèves",
    "raison d’être": "raisons d'être",
    "conseil d’administration": "conseils d'administration",
    "vœu": "vœux",
}
"""Terms beside a form of theirs that shares neither its ending nor, at times, its letters."""


def found(term: Term, text: str) -> bool:
    return bool(Glossary((term,)).hits(f"Il y a {text} ici.", "fr"))


def alike(term: str, text: str, root: Callable[[str], str]) -> bool:
    """Whether one way alone finds a form: every word has the root of its counterpart."""
    sides = [re.findall(r"\w+", side.lower()) for side in (term, text)]
    return [root(word) for word in sides[0]] == [root(word) for word in sides[1]]


def test_dictionary_forms_and_stems_together_find_what_neither_finds_alone() -> None:
    both = [term for term, form in HARD.items() if found(Term(term, "x", Status.PREFERRED), form)]
    stem = snowballstemmer.stemmer("french").stemWord
    lemmas = [t for t, form in HARD.items() if alike(t, form, lambda w: lemmatize(w, lang="fr"))]
    stems = [term for term, form in HARD.items() if alike(term, form, stem)]
    assert set(HARD) - set(both) == {"vœu"}
    assert len(lemmas) <= 9
    assert len(stems) <= 9
    assert set(lemmas) | set(stems) <= set(both)


def test_a_form_that_no_rule_gives_is_written_beside_its_term() -> None:
    assert found(Term("vœu", "wish", Status.PREFERRED, ("vœux",)), "vœux")


def test_a_term_is_never_found_inside_another_word() -> None:
    for term, text in (("art", "partie"), ("mission", "missionnaire"), ("loi", "emploi")):
        assert not found(Term(term, "x", Status.PREFERRED), text)
