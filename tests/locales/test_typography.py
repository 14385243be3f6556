from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from locales import markup
from locales.typography import PROFILES, typeset

CASES = {
    "a mark keeps to its word": ("Qui sommes-nous ?", "Qui sommes-nous\u202f?"),
    "a missing space is put in": ("Attention!", "Attention\u202f!"),
    "a colon has the wider space": ("Ainsi : oui", "Ainsi\u00a0: oui"),
    "guillemets have spaces inside": ("«Oui» dit-il", "«\u00a0Oui\u00a0» dit-il"),
    "guillemets with plain spaces": ("« Oui »", "«\u00a0Oui\u00a0»"),
    "two marks have one space": ("Quoi ?!", "Quoi\u202f?!"),
    "a mark in brackets has none": ("Il vient (?) demain", "Il vient (?) demain"),
    "times are left alone": ("à 12:30 précises", "à 12:30 précises"),
    "web addresses are left alone": (
        "voir https://exemple.org/a?b=c; oui",
        "voir https://exemple.org/a?b=c; oui",
    ),
    "mail addresses are left alone": ("mailto:a@exemple.org", "mailto:a@exemple.org"),
    "a mark between tags": ('Le <g id="1">texte</g> :', 'Le <g id="1">texte</g>\u00a0:'),
    "a space inside a tag": ('Le <g id="1">texte </g>:', 'Le <g id="1">texte\u00a0</g>:'),
    "a mark before a tag": ('texte ;<x id="1"/>', 'texte\u202f;<x id="1"/>'),
    "an apostrophe is curly": ("l'art d'écrire", "l’art d’écrire"),
    "an ellipsis is one character": ("et puis...", "et puis…"),
    "four points are left alone": ("et puis....", "et puis...."),
    "thousands are held together": ("5 000 voix", "5\u202f000 voix"),
    "a year after a number is no thousand": ("art. 12 2021", "art.\u00a012 2021"),
    "a percentage is held together": ("12 % et 3%", "12\u202f% et 3\u202f%"),
    "money is held together": ("5 000 €", "5\u202f000\u202f€"),
    "a name keeps its title": ("M. Dupont", "M.\u00a0Dupont"),
    "straight marks become guillemets": ('le mot "juste" ici', "le mot «\u00a0juste\u00a0» ici"),
    "an odd mark is left alone": ('un écran de 15" neuf', 'un écran de 15" neuf'),
    "an ampersand is no semicolon": ("R&amp;D ; oui", "R&amp;D\u202f; oui"),
    "a mark at the beginning": (": oui", ": oui"),
    "a smiley is left alone": ("oui :-)", "oui :-)"),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_french_is_set_as_french_is(text: str, expected: str) -> None:
    assert typeset(text, "fr", "fr-FR-typo") == expected


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("fr-FR-word", "Quoi\u00a0? «\u00a0Ceci\u00a0»\u00a0; cela\u00a0: 5\u00a0000"),
        ("fr-FR-typo", "Quoi\u202f? «\u00a0Ceci\u00a0»\u202f; cela\u00a0: 5\u202f000"),
        ("fr-CA", "Quoi? «\u00a0Ceci\u00a0»; cela\u00a0: 5\u00a0000"),
    ],
)
def test_each_profile_has_its_spaces(profile: str, expected: str) -> None:
    for text in (
        "Quoi ? « Ceci » ; cela : 5 000",
        "Quoi\u202f? «\u202fCeci\u202f»\u00a0; cela : 5\u00a0000",
    ):
        assert typeset(text, "fr", profile) == expected


def test_english_is_left_as_it_is() -> None:
    assert typeset('What ? \'Tis "so"...', "en", "fr-FR-typo") == 'What ? \'Tis "so"...'


LETTERS = st.text("aé1 :;!?«»\u00a0\u202f,.%'’\"€()M&", max_size=16)


@given(LETTERS, LETTERS, LETTERS, st.sampled_from(sorted(PROFILES)))
@example("a", '"', "", "fr-CA")
def test_done_twice_is_done_once_and_the_tags_stay(a: str, b: str, c: str, profile: str) -> None:
    text = f'{markup.escape(a)}<g id="1">{markup.escape(b)}<x id="2"/></g>{markup.escape(c)}'
    once = typeset(text, "fr", profile)
    assert typeset(once, "fr", profile) == once
    assert markup.TAG.findall(once) == markup.TAG.findall(text)


@given(LETTERS)
def test_only_spaces_and_marks_change(text: str) -> None:
    def letters(text: str) -> str:
        return "".join(letter for letter in text if letter.isalnum())

    assert letters(markup.plain(typeset(markup.escape(text), "fr"))) == letters(text)
